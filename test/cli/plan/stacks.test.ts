import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { configurationDigest, isAlike, readStacks, type Selection } from '../../../cli/plan/stacks';
import { Progress } from '../../../cli/progress';
import { stackOf } from '../../../cli/synthesized';
import { loadEnvironments } from '../../../environments/load';
import { synthesize } from '../../synthesize';

const own = JSON.stringify(synthesize(...loadEnvironments())['prod-qualys-secops']);

let folder: string;
let output: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-stacks-'));
  output = join(folder, 'elsewhere');
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): void {
  const file = join(output, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** @param dependencies by name */
function describeStacks(dependencies: Record<string, string[]>, json = own): void {
  const stacks = Object.entries(dependencies).map(([name, of]) => [name, { name, dependencies: of }]);
  write('manifest.json', JSON.stringify({ stacks: Object.fromEntries(stacks) }));
  for (const name of Object.keys(dependencies))
    if (/^[a-z0-9-]+$/.test(name)) write(`stacks/${name}/cdk.tf.json`, json);
}

const read = (selection: Partial<Selection> = {}) =>
  readStacks({ environment: 'prod', synthesized: output, ...selection }, join(folder, 'run'), new Progress());
const namesOf = async (selection: Partial<Selection> = {}) => (await read(selection)).after.map(({ name }) => name);

test('those of the environment are taken, none of one whose name begins with it, in the order of their dependencies', async () => {
  describeStacks({
    'prod-eu-qualys-secops': [],
    'prod-cloudtrail-cortex': ['prod-qualys-secops'],
    'prod-logpush-taegis-10': [],
    'prod-logpush-taegis-9': [],
    'prod-qualys-secops': [],
    'prod-qualys-secopsx': [],
    'prod-bootstrap': [],
  });
  const all = ['prod-qualys-secops', 'prod-cloudtrail-cortex', 'prod-logpush-taegis-10', 'prod-logpush-taegis-9'];
  expect(await namesOf()).toEqual(all);
  expect(await namesOf({ environment: 'prod-eu' })).toEqual(['prod-eu-qualys-secops']);
  expect(await namesOf({ pipeline: 'logpush-taegis' })).toEqual(all.slice(2));
  expect(await namesOf({ pipeline: 'bootstrap' })).toEqual(['prod-bootstrap']);
});

test('only what Tributary writes is taken over: no links, no other configuration, no providers', async () => {
  describeStacks({ 'prod-qualys-secops': [] });
  const stack = 'stacks/prod-qualys-secops';
  write(`${stack}/assets/function/ABC/archive.zip`, 'zip');
  for (const other of ['evil.tf', 'evil.tf.json', 'terraform.tfvars', '.terraform.lock.hcl', '.terraform/providers/x'])
    write(`${stack}/${other}`, 'evil');
  write('stacks/prod-qualys-secops/assets/function/ABC/.terraform/x', 'evil');
  symlinkSync('/etc/hostname', join(output, stack, 'assets', 'function', 'ABC', 'hostname'));
  symlinkSync('/etc', join(output, stack, 'assets', 'etc'));
  const { after } = await read();
  const [{ folder: taken } = { folder: '' }] = after;
  expect(taken.startsWith(join(folder, 'run'))).toBe(true);
  const files = readdirSync(taken, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
  expect(files.map(({ name }) => name).sort()).toEqual(['archive.zip', 'cdk.tf.json']);
});

test('a folder that is reached by a link is taken over as well', async () => {
  describeStacks({ 'prod-qualys-secops': [] });
  symlinkSync(output, join(folder, 'link'));
  expect(await namesOf({ synthesized: join(folder, 'link') })).toEqual(['prod-qualys-secops']);
});

test('a name that leads out of the folder is none', async () => {
  describeStacks({ 'prod-qualys-secops': [], 'prod-qualys-secops-/../../../evil': [] });
  write('../evil/cdk.tf.json', own);
  expect(await namesOf()).toEqual(['prod-qualys-secops']);
});

test.each<[string, () => void, RegExp]>([
  ['no manifest', () => write('x', ''), /holds no synthesized stacks: manifest\.json is missing/],
  ['another environment', () => describeStacks({ 'dev-qualys-secops': [] }), /holds no stack of the environment prod/],
  [
    'a manifest that is no JSON',
    () => write('manifest.json', 'root:x:0:0'),
    /^\S+ does not hold what cdktf synth writes/,
  ],
  ['a manifest without stacks', () => write('manifest.json', '{}'), /does not hold what cdktf synth writes/],
  [
    'stacks that depend on each other',
    () =>
      describeStacks({
        'prod-qualys-secops': ['prod-cloudtrail-cortex'],
        'prod-cloudtrail-cortex': ['prod-qualys-secops'],
      }),
    /does not hold what cdktf synth writes/,
  ],
  [
    'a stack that is null',
    () => describeStacks({ 'prod-qualys-secops': [] }, 'null'),
    /does not hold what cdktf synth/,
  ],
  [
    'a stack that is a link',
    () => {
      describeStacks({ 'prod-qualys-secops': [] });
      rmSync(join(output, 'stacks/prod-qualys-secops/cdk.tf.json'));
      symlinkSync('/etc/passwd', join(output, 'stacks/prod-qualys-secops/cdk.tf.json'));
    },
    /does not hold what cdktf synth/,
  ],
  [
    'what is refused',
    () => describeStacks({ 'prod-qualys-secops': [] }, JSON.stringify({ ...JSON.parse(own), module: {} })),
    /prod-qualys-secops: the section module/,
  ],
])('is refused in words: %s', async (_, prepare, problem) => {
  prepare();
  await expect(read()).rejects.toThrow(problem);
  await expect(read()).rejects.not.toThrow(/root:x/);
});

test('a pipeline that the environment does not have is told', async () => {
  describeStacks({ 'prod-qualys-secops': [] });
  await expect(read({ pipeline: 'logpush-taegis' })).rejects.toThrow(
    'The environment prod has no pipeline logpush-taegis.',
  );
});

test('what cdktf notes for itself makes no difference, anything else does', () => {
  const of = (document: object) => stackOf('prod-x', '/x', { resource: {}, ...document });
  expect(isAlike(of({ '//': { metadata: 1 } }), of({ '//': { metadata: 2 } }))).toBe(true);
  expect(isAlike(of({ locals: { a: 1 } }), of({ locals: { a: 2 } }))).toBe(false);
  expect(isAlike(undefined, of({}))).toBe(false);
  expect(configurationDigest(of({}))).toMatch(/^[0-9a-f]{64}$/);
});
