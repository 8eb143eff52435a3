import { LOGS, PARSER, World } from './tree-world';

const OUTPUT = '  mutate { merge => { "@output" => "event" } }\n';
const world = new World();
const file = world.write('HOSTS/parser.conf', PARSER);
world.write('HOSTS/logs/hosts.log', LOGS);
afterAll(() => world.remove());

test('a parser without fault', async () => {
  expect(await world.run('check', 'parsers')).toMatchObject({ status: 0, stdout: '1 parser: 0 errors, 0 warnings.\n' });
});

test('what works and should be mended is told with a fix, and can be run', async () => {
  const sloppy = world.write('sloppy.conf', `filter {\n  mutate { lowercase => ["a" "b"] }\n${OUTPUT}}\n`);
  const { status, stdout } = await world.run('check', '--parser', sloppy);
  expect(status).toBe(0);
  expect(stdout).toContain(`${sloppy}:2:30  warning  No comma between`);
  expect(stdout).toMatch(/missing-comma\n {4}Put a comma between them\.\n/);
  expect(stdout).toMatch(/1 parser: 0 errors, \d+ warnings?\.\n$/);
});

test('what keeps it from running ends with 1; --json has all', async () => {
  const broken = world.write('broken.conf', `filter {\n  jsn { source => "message" }\n${OUTPUT}}\n`);
  const { status, stdout } = await world.run('check', '--parser', broken, '--json');
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    canRun: false,
    diagnostics: [{ severity: 'error', code: 'unknown-filter', file: broken, position: { line: 2, column: 3 } }],
  });
});

test('coverage names what no sample reaches, once, and fields that nothing reads', async () => {
  const { status, stdout } = await world.run('coverage', 'parsers/HOSTS');
  expect(status).toBe(0);
  expect(stdout).toBe(
    [
      'parsers/HOSTS: 3 logs reach 9 of 10 statements and 3 of 5 branches',
      `  ${file}:7:3  if without its conditions`,
      `  ${file}:9:10  else if`,
      '  fields that no statement reads',
      '    spare.part',
      '',
    ].join('\n'),
  );
});
