import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parserChangesIn } from '../../../cli/parser/parser-changes';
import { projectRoot } from '../../../environments/root';
import { LOGS, PARSER, World } from './tree-world';

const world = new World();
const git = (...args: string[]) =>
  execFileSync('git', ['-C', world.environments, '-c', 'user.name=x', '-c', 'user.email=x@example.com', ...args], {
    stdio: 'pipe',
  });

beforeAll(() => {
  world.write('HOSTS/a/parser.conf', PARSER);
  world.write('HOSTS/a/logs/hosts.log', LOGS);
  world.write('HOSTS/b/parser.conf', PARSER);
  git('init', '-q');
  git('add', '-A');
  git('commit', '-q', '-m', 'first');
});
afterAll(() => world.remove());

test('nothing changes', async () => {
  expect(await world.run('diff', 'HEAD')).toEqual({ status: 0, stdout: 'No parser changed.\n', stderr: '' });
});

test('fields that change, over the samples of both versions', async () => {
  world.write(
    'HOSTS/a/parser.conf',
    PARSER.replace('"%{text}"', '"said %{text}"').replace('MALFORMED_MESSAGE', 'UNSUPPORTED'),
  );
  world.write('HOSTS/a/logs/hosts.log', '{"host":"h-9","text":"nine"}\n');
  const { status, stdout } = await world.run('diff', 'HEAD', '--json');
  const text = await world.run('diff', 'HEAD');
  const markdown = await world.run('diff', 'HEAD', '--markdown');
  git('checkout', '-q', '.');
  expect(status).toBe(2);
  const [change] = JSON.parse(stdout).parsers;
  expect(change).toMatchObject({ parser: 'parsers/HOSTS/a', kind: 'changed', logs: 4, differing: 4 });
  expect(change.fields).toContainEqual({
    ...{ path: 'events[0].readOnlyUdm.metadata.description', before: 'nine', after: 'said nine', logs: 1 },
  });
  expect(change.fields).toContainEqual({
    ...{ path: 'dropped', before: 'TAG_MALFORMED_MESSAGE', after: 'TAG_UNSUPPORTED', logs: 1 },
  });
  expect(text.stdout).toContain('parsers/HOSTS/a: changed; 4 of 4 samples give something else\n');
  expect(text.stdout).toContain('  - metadata.description = "one"\n  + metadata.description = "said one"\n');
  expect(markdown.stdout).toContain('| Field | Before | After | Logs |\n');
  expect(markdown.stdout).toContain(
    '| <code>metadata.description</code> | <code>&#34;one&#34;</code> | <code>&#34;said one&#34;</code> | 1 |\n',
  );
});

test('a change that no sample shows', async () => {
  world.write('HOSTS/a/parser.conf', `# said differently\n${PARSER}`);
  const { status, stdout } = await world.run('diff', 'HEAD');
  git('checkout', '-q', '.');
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: 'parsers/HOSTS/a: changed; the 3 samples give what they gave\n',
  });
});

test('parsers that are new or gone', async () => {
  world.write('NEW/parser.conf', PARSER);
  rmSync(join(world.root, 'HOSTS/b'), { recursive: true });
  const { status, stdout } = await world.run('diff', 'HEAD');
  rmSync(join(world.root, 'NEW'), { recursive: true });
  git('checkout', '-q', '.');
  expect({ status, stdout }).toEqual({
    status: 2,
    stdout: 'parsers/HOSTS/b: removed\nparsers/NEW: new, with 0 samples\n',
  });
});

test('a version that cannot be run', async () => {
  world.write('HOSTS/a/parser.conf', 'filter { jsn {} }');
  const { status, stdout } = await world.run('diff', 'HEAD');
  git('checkout', '-q', '.');
  expect(status).toBe(1);
  expect(stdout).toMatch(
    /^parsers\/HOSTS\/a: cannot be compared: .*HOSTS\/a\/parser\.conf:1:10: There is no filter jsn\./,
  );
});

test('a commit that is none', async () => {
  await expect(world.run('diff', 'nowhere')).rejects.toThrow(
    /^parser diff nowhere: the repository of .* has no such commit\. Expected a branch, a tag or a commit/,
  );
});

test('environment files in another repository than any parsers', async () => {
  process.env.TRIBUTARY_ENVIRONMENTS = '/';
  await expect(world.run('diff', 'HEAD')).rejects.toThrow(
    'parser diff HEAD compares commits of the repository with the environment files, and / is in none that has parsers.',
  );
  process.env.TRIBUTARY_ENVIRONMENTS = world.environments;
});

test('another checkout, such as that of a pull request, whose links are not followed', async () => {
  const checkout = join(world.environments, 'checkout');
  cpSync(join(projectRoot, 'parsers', 'squid'), join(checkout, 'parsers', 'squid'), { recursive: true });
  const changed = readFileSync(join(checkout, 'parsers/squid/corrected/parser.conf'), 'utf8').replace(
    'Squid Proxy',
    'X',
  );
  writeFileSync(join(checkout, 'parsers/squid/corrected/parser.conf'), changed);
  symlinkSync(world.write('secret.log', 'secret\n'), join(checkout, 'parsers/squid/corrected/logs/link.log'));
  const changes = await parserChangesIn(checkout);
  expect(changes.map(({ parser, kind }) => [parser, kind])).toEqual([
    ['QUALYS_ASSET_CONTEXT/properties', 'removed'],
    ['QUALYS_CONTINUOUS_MONITORING/improved', 'removed'],
    ['QUALYS_CONTINUOUS_MONITORING/parity', 'removed'],
    ['QUALYS_VM/cves', 'removed'],
    ['squid/corrected', 'changed'],
  ]);
  expect(changes[4]).toMatchObject({
    ...{ logs: 9, differing: 8 },
    fields: [{ path: 'events[0].readOnlyUdm.metadata.productName', before: 'Squid Proxy', after: 'X', logs: 8 }],
  });
});
