import { LONGEST_LOG } from '../../../cli/parser/log-lines';
import { LOGS, PARSER, World } from './tree-world';

const world = new World();
const file = world.write('HOSTS/parser.conf', PARSER);
world.write('HOSTS/logs/hosts.log', LOGS);
afterAll(() => world.remove());

const documents = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

test('the samples of a parser, for people', async () => {
  const { status, stdout, stderr } = await world.run('run', 'parsers/HOSTS');
  expect(status).toBe(0);
  expect(stderr).toBe('');
  expect(stdout).toContain('log 1: 1 event\n');
  expect(stdout).toContain('  principal.hostname = "h-1"\n');
  expect(stdout).toContain('log 3: dropped, TAG_MALFORMED_MESSAGE\n');
  expect(stdout).toMatch(/\n3 logs: 2 events, 1 dropped\.\n$/);
});

test('a document a line, an event or what became of a log without one', async () => {
  const logs = world.write('more.log', `${LOGS}{"host":7}\n`);
  const { status, stdout, stderr } = await world.run('run', 'parsers/HOSTS', logs, '--json');
  expect(status).toBe(1);
  expect(stderr).toContain('Run parsers/HOSTS');
  const [first, second, third, fourth] = documents(stdout);
  expect(first).toMatchObject({
    log: 1,
    event: { idm: { readOnlyUdm: { principal: { hostname: 'h-1' }, metadata: { description: 'one' } } } },
  });
  expect(second).toMatchObject({ log: 2 });
  expect(third).toEqual({ log: 3, dropped: 'TAG_MALFORMED_MESSAGE' });
  expect(fourth).toMatchObject({
    log: 4,
    error: { message: expect.stringContaining('replace failure'), position: { line: 8 }, file },
  });
});

test('any parser file, with an extension after it', async () => {
  const extension = world.write(
    'extension.conf',
    `filter {
      mutate { replace => { "event.idm.read_only_udm.metadata.description" => "from the extension" } }
      mutate { merge => { "@output" => "event" } }
    }`,
  );
  const logs = world.write('one.log', '{"host":"h-1","text":"one"}\n');
  const { stdout } = await world.run('run', '--parser', file, '--extension', extension, logs, '--explain');
  expect(stdout).toContain(`  principal.hostname = "h-1"  ← parser.conf:8 mutate replace\n`);
  expect(stdout).toContain(`  metadata.description = "from the extension"  ← extension.conf:2 mutate replace\n`);
});

test('--explain tells whence an entity has its time, and what was written where it is put out', async () => {
  const file = world.write(
    'entity.conf',
    `filter {
 date { match => ["message", "ISO8601"] }
 mutate { replace => { "e.idm.entity.metadata.entity_type" => "USER" } merge => { "@output" => "e" } }
}`,
  );
  const logs = world.write('time.log', '2026-03-04T05:06:07Z\n');
  const { stdout } = await world.run('run', '--parser', file, logs, '--explain');
  expect(stdout).toContain('  metadata.collectedTimestamp = "2026-03-04T05:06:07Z"  ← line 2 date\n');
  expect(stdout).toContain('  metadata.entityType = "USER"  ← line 3 mutate');
});

test('--state has every token behind the last statement', async () => {
  const { stdout } = await world.run('run', 'parsers/HOSTS', '--state');
  expect(stdout).toContain('    host = "h-1"\n');
  expect(stdout).toContain('    not_json = true\n');
});

test('an event that would be refused ends with 1, and the line that wrote it is named', async () => {
  const bad = world.write(
    'bad.conf',
    'filter {\n mutate { replace => { "event.idm.read_only_udm.metadata.event_type" => "NO_SUCH_TYPE" } }\n mutate { merge => { "@output" => "event" } }\n}\n',
  );
  const { status, stdout } = await world.run('run', '--parser', bad, world.write('x.log', 'x\n'));
  expect(status).toBe(1);
  expect(stdout).toContain('log 1: 1 event, would be refused\n');
  expect(stdout).toMatch(/✗ metadata\.event_type: .*\(.*bad\.conf:2:2\)\n/);
  expect(stdout).toContain('1 log: 1 event, 1 with events that would be refused.');
});

test('a line that is too long fails, and those behind it are run', async () => {
  const logs = world.write('long.log', `${'x'.repeat(LONGEST_LOG + 1)}\n{"host":"h","text":"t"}\n`);
  const { status, stdout } = await world.run('run', 'parsers/HOSTS', logs, '--json');
  expect(status).toBe(1);
  const [first, second] = documents(stdout);
  expect(first).toEqual({
    log: 1,
    error: { code: 'log-too-large', message: expect.stringContaining('more than 4,194,304 bytes') },
  });
  expect(second).toMatchObject({ log: 2, event: {} });
});

test.each([
  [['run'], 'Which parser? ./tributary parser run <parser> [file|-]'],
  [
    ['run', 'NONE'],
    'There is no parser NONE. Expected QUALYS_ASSET_CONTEXT/properties, QUALYS_CONTINUOUS_MONITORING/improved, ',
  ],
  [['run', 'parsers/HOSTS', 'nowhere.log'], 'nowhere.log does not exist.'],
  [['run', '--parser', 'nowhere.conf', '-'], 'nowhere.conf does not exist. Expected the file of a parser.'],
  [['run', '--parser', file], `Which logs? Name a file with one log on a line behind --parser ${file}`],
  [['run', '--parser', file, 'a', 'b'], 'takes the place of a'],
])('%j is refused', async (args, problem) => {
  await expect(world.run(...args)).rejects.toThrow(problem);
});

test('a parser that is none is told with every place', async () => {
  const broken = world.write(
    'broken.conf',
    'filter {\n  jsn { source => "message" }\n  mutate { rplace => { "a" => "b" }\n',
  );
  await expect(world.run('run', '--parser', broken, '-')).rejects.toThrow(/broken\.conf:\d+:\d+: /);
});
