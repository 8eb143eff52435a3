import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type SynthesizedStack, stackOf } from '../../../cli/synthesized';
import { TerraformCli } from '../../../cli/terraform/run';
import { inWorkspaces } from '../../../cli/terraform/workspace';
import { projectRoot } from '../../../environments/root';
import { type Behaviour, type FakeTerraform, fakeTerraform } from '../fake-terraform';

const AWS = { aws: { source: 'aws', version: '>= 5.0' } };
const GOOGLE = { google: { source: 'google' } };

let fake: FakeTerraform;
beforeEach(() => {
  fake = fakeTerraform();
  process.env.TRIBUTARY_ENVIRONMENTS = join(fake.folder, 'environments');
});
afterEach(() => {
  fake.remove();
  delete process.env.TRIBUTARY_ENVIRONMENTS;
});

function stack(name: string, required: object, backend: object = { s3: { bucket: 'b', key: 'k' } }): SynthesizedStack {
  const folder = join(fake.folder, 'stacks', name);
  mkdirSync(folder, { recursive: true });
  return stackOf(name, folder, { terraform: { required_providers: required, backend } });
}

function prepare(stacks: readonly SynthesizedStack[], init?: Behaviour) {
  if (init !== undefined) fake.teach({ init });
  const terraform = new TerraformCli(fake.command, {});
  return inWorkspaces(
    stacks,
    { terraform, workFolder: join(fake.folder, 'work'), parallelism: 2 },
    async (workspace) => workspace,
  );
}

const inits = () => fake.calls().filter(({ event }) => event === 'start');

/** As Terraform: a folder of providers, and a lock if there is none. */
const installs: Behaviour = ({ write, args }) => {
  const { existsSync: exists, mkdirSync: make } = require('node:fs');
  if (!exists('.terraform/providers')) make('.terraform/providers', { recursive: true });
  if (!args.includes('-lockfile=readonly'))
    write('.terraform.lock.hcl', 'made by init\n  hashes = [\n    "h1:0"\n  ]\n');
  return 0;
};

test('providers are installed once for all stacks that require the same, in the order of the stacks', async () => {
  const stacks = [stack('a', AWS), stack('b', GOOGLE), stack('c', AWS)];
  const workspaces = await prepare(stacks, installs);
  expect(workspaces).toEqual(stacks.map((one) => ({ stack: one })));
  const installations = inits().filter(({ args }) => args.includes('-backend=false'));
  expect(installations).toHaveLength(1);
  expect(readFileSync(join(installations[0]?.folder ?? '', 'main.tf.json'), 'utf8')).toBe(
    JSON.stringify({ terraform: { required_providers: AWS } }),
  );
  const connections = inits().filter(({ args }) => args.includes('-reconfigure'));
  expect(
    connections.map(({ folder, args }) => [folder.split('/').at(-1), args.includes('-lockfile=readonly')]),
  ).toEqual(
    expect.arrayContaining([
      ['a', true],
      ['b', false],
      ['c', true],
    ]),
  );
  // Checksums are for init alone: Terraform would hash each provider at every run.
  for (const name of ['a', 'b', 'c'])
    expect(readFileSync(join(stacks[0]?.folder ?? '', '..', name, '.terraform.lock.hcl'), 'utf8')).toBe(
      'made by init\n',
    );
});

test('a lock beside the environment files is what every init takes, and must be enough', async () => {
  const locks = join(fake.folder, 'environments', 'locks');
  mkdirSync(locks, { recursive: true });
  writeFileSync(join(locks, 'aws.lock.hcl'), 'locked');
  const [one] = await prepare([stack('a', AWS)]);
  expect(one?.problem).toBeUndefined();
  expect(inits().map(({ args }) => args)).toEqual([
    ['init', '-input=false', '-no-color', '-reconfigure', '-lockfile=readonly'],
  ]);
  expect(readFileSync(join(one?.stack.folder ?? '', '.terraform.lock.hcl'), 'utf8')).toBe('locked');
});

test('a local state is the one that cdktf would use, and another backend stays as it is', async () => {
  const [local, s3] = await prepare([
    stack('a', AWS, { local: { path: '../../../.state/a.tfstate' } }),
    stack('b', GOOGLE),
  ]);
  const backendOf = (folder = '') => JSON.parse(readFileSync(join(folder, 'cdk.tf.json'), 'utf8')).terraform.backend;
  expect(backendOf(local?.stack.folder)).toEqual({ local: { path: resolve(projectRoot, '.state/a.tfstate') } });
  expect(backendOf(s3?.stack.folder)).toEqual({ s3: { bucket: 'b', key: 'k' } });
});

test('an init that fails is told for its stack alone', async () => {
  const workspaces = await prepare([stack('a', AWS), stack('bad', AWS)], ({ complain, args }) => {
    if (!process.cwd().endsWith('bad') || args.includes('-backend=false')) return 0;
    complain('╷\n│ Error: no bucket\n╵\n');
    return 1;
  });
  expect(workspaces.map(({ problem }) => problem)).toEqual([undefined, 'terraform init failed.\nError: no bucket']);
});

test('providers that cannot be installed are told for each of their stacks, with the lock and what renews it', async () => {
  const locks = join(fake.folder, 'environments', 'locks');
  mkdirSync(locks, { recursive: true });
  writeFileSync(join(locks, 'aws.lock.hcl'), 'locked');
  const workspaces = await prepare([stack('a', AWS), stack('b', AWS), stack('c', GOOGLE)], ({ complain, args }) => {
    complain(args.includes('-backend=false') ? 'Error: no such checksum' : '');
    return args.includes('-backend=false') ? 1 : 0;
  });
  const problem =
    'terraform init failed.\nError: no such checksum\n' +
    `Providers are locked by ${join(locks, 'aws.lock.hcl')}; ./tributary lock renews it after a change of versions.`;
  expect(workspaces.map((one) => one.problem)).toEqual([problem, problem, undefined]);
  expect(existsSync(join(workspaces[0]?.stack.folder ?? '', '.terraform'))).toBe(false);
});
