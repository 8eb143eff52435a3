import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LOGS, PARSER, World } from './tree-world';

const world = new World();
const parser = world.write('HOSTS/parser.conf', PARSER);
world.write('HOSTS/logs/hosts.log', LOGS);
const events = join(world.root, 'HOSTS/events/hosts.json');
afterAll(() => world.remove());

test('samples without expected events fail, --update writes them, and then they hold', async () => {
  const before = await world.run('test', 'parsers/HOSTS');
  expect(before).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('hosts.json is missing. Write it with --update'),
  });
  expect(await world.run('test', 'parsers/HOSTS', '--update')).toMatchObject({
    status: 0,
    stdout: `Written, to be read:\n  ${events}\n`,
  });
  expect(JSON.parse(readFileSync(events, 'utf8'))).toEqual([
    {
      events: [
        {
          readOnlyUdm: {
            metadata: { logType: 'HOSTS', eventType: 'STATUS_UPDATE', description: 'one' },
            principal: { hostname: 'h-1', asset: { hostname: 'h-1' } },
          },
        },
      ],
    },
    {
      events: [
        {
          readOnlyUdm: {
            metadata: { logType: 'HOSTS', eventType: 'STATUS_UPDATE', description: 'two' },
            principal: { hostname: 'h-2', asset: { hostname: 'h-2' } },
          },
        },
      ],
    },
    { dropped: 'TAG_MALFORMED_MESSAGE' },
  ]);
  expect(await world.run('test', 'parsers/HOSTS')).toMatchObject({ status: 0, stdout: '✓ parsers/HOSTS: 3 logs\n' });
  expect(await world.run('test', 'parsers/HOSTS', '--update')).toMatchObject({
    status: 0,
    stdout: 'Nothing changed.\n',
  });
});

test('what differs is told by field', async () => {
  world.write('HOSTS/parser.conf', PARSER.replace('"%{host}"', '"host %{host}"'));
  const { status, stdout } = await world.run('test', 'parsers/HOSTS');
  world.write('HOSTS/parser.conf', PARSER);
  expect(status).toBe(1);
  expect(stdout).toBe(
    [
      '✗ parsers/HOSTS: 2 of 3 logs give something else',
      `  ${join(world.root, 'HOSTS/logs/hosts.log')}:1`,
      '    - principal.hostname = "h-1"',
      '    + principal.hostname = "host h-1"',
      '    - principal.asset.hostname = "h-1"',
      '    + principal.asset.hostname = "host h-1"',
      `  ${join(world.root, 'HOSTS/logs/hosts.log')}:2`,
      '    - principal.hostname = "h-2"',
      '    + principal.hostname = "host h-2"',
      '    - principal.asset.hostname = "h-2"',
      '    + principal.asset.hostname = "host h-2"',
      '- expected, + found. If that is meant: ./tributary parser test --update parsers/HOSTS',
      '',
    ].join('\n'),
  );
});

test('--json has every difference', async () => {
  world.write('HOSTS/logs/hosts.log', LOGS.replace('one', 'first'));
  const { status, stdout } = await world.run('test', 'parsers', '--json');
  world.write('HOSTS/logs/hosts.log', LOGS);
  expect(status).toBe(1);
  expect(JSON.parse(stdout).parsers).toEqual([
    {
      parser: 'parsers/HOSTS',
      logs: 3,
      mismatches: [
        {
          file: join(world.root, 'HOSTS/logs/hosts.log'),
          line: 1,
          changes: [{ path: 'events[0].readOnlyUdm.metadata.description', before: 'one', after: 'first' }],
        },
      ],
      problems: [],
    },
  ]);
});

test('expected events without samples fail until --update removes them', async () => {
  const stray = world.write('HOSTS/events/stray.json', '[]');
  expect(await world.run('test', 'parsers/HOSTS')).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('stray.json has no logs/stray.log: remove it with --update.'),
  });
  await world.run('test', 'parsers/HOSTS', '--update');
  expect(existsSync(stray)).toBe(false);
});

test('a log more or less than expected fails', async () => {
  world.write('HOSTS/logs/hosts.log', `${LOGS}{"host":"h-4","text":"four"}\n`);
  const more = await world.run('test', 'parsers/HOSTS');
  world.write('HOSTS/logs/hosts.log', LOGS.slice(0, LOGS.indexOf('\n') + 1));
  const fewer = await world.run('test', 'parsers/HOSTS');
  world.write('HOSTS/logs/hosts.log', LOGS);
  expect(more).toMatchObject({ status: 1, stdout: expect.stringContaining('+ principal.hostname = "h-4"') });
  expect(fewer).toMatchObject({ status: 1, stdout: expect.stringContaining('- dropped = "TAG_MALFORMED_MESSAGE"') });
});

test.each([
  ['a parser that cannot be run', () => world.write('HOSTS/parser.conf', 'filter {'), /parser\.conf:\d+:\d+: /],
  [
    'expected events that are no list',
    () => world.write('HOSTS/events/hosts.json', '{}'),
    /hosts\.json is no list in JSON\./,
  ],
])('%s is told', async (_, breakIt, problem) => {
  const kept = [parser, events].map((file) => [file, readFileSync(file, 'utf8')] as const);
  breakIt();
  await expect(world.run('test', 'parsers/HOSTS')).rejects.toThrow(problem);
  for (const [file, text] of kept) world.write(file.slice(world.root.length), text);
});

test('a parser without samples fails', async () => {
  world.write('BARE/parser.conf', 'filter {}');
  const { status, stdout } = await world.run('test', 'parsers/BARE');
  rmSync(join(world.root, 'BARE'), { recursive: true });
  expect(status).toBe(1);
  expect(stdout).toContain('BARE has no logs/*.log: nothing is tested.');
});
