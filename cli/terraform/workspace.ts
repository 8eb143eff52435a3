import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { lockFileOf } from '../../environments/provider-locks';
import { projectRoot } from '../../environments/root';
import { mapBounded } from '../parallel';
import type { SynthesizedStack } from '../synthesized';
import { providersOf, type RequiredProviders } from './required-providers';
import { type TerraformCli, wordsOf } from './run';

/** A stack whose folder is ready for plans, or the reason why it is not. */
export interface Workspace {
  readonly stack: SynthesizedStack;
  /** In Terraform's words; undefined: it is ready. */
  readonly problem?: string;
}

export interface PrepareOptions {
  readonly terraform: TerraformCli;
  /** Folder of the run: gets the providers. */
  readonly workFolder: string;
  /** Stacks at once. */
  readonly parallelism: number;
}

/** The configuration of a stack, in its folder. */
const CONFIGURATION = 'cdk.tf.json';
const LOCK = '.terraform.lock.hcl';

interface Configuration {
  readonly terraform: {
    readonly backend: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    readonly required_providers?: RequiredProviders;
  };
}

/**
 * Makes the folders of stacks ready for Terraform. Providers are installed once for all stacks that require the same, in
 * the versions of their lock file if there is one; each stack's own part is its backend alone.
 */
export async function prepareWorkspaces(
  stacks: readonly SynthesizedStack[],
  options: PrepareOptions,
): Promise<Workspace[]> {
  const configurations = await Promise.all(stacks.map(({ folder }) => readConfiguration(folder)));
  const keys = configurations.map(({ terraform }) => JSON.stringify(terraform.required_providers ?? {}));
  const installs = new Map(
    [...new Set(keys)].map((key, index) => [
      key,
      install(JSON.parse(key), join(options.workFolder, 'providers', String(index)), options.terraform),
    ]),
  );
  return mapBounded(stacks, options.parallelism, async (stack, index) => {
    const installed = await installs.get(keys[index] ?? '');
    if (installed === undefined || installed.problem !== undefined) return { stack, problem: installed?.problem };
    const problem = await connect(stack.folder, configurations[index] as Configuration, installed.folder, options);
    return { stack, ...(problem !== undefined && { problem }) };
  });
}

/** Installs providers in a folder of their own. */
async function install(
  required: RequiredProviders,
  folder: string,
  terraform: TerraformCli,
): Promise<{ readonly folder: string; readonly problem?: string }> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'main.tf.json'), JSON.stringify({ terraform: { required_providers: required } }));
  const lock = lockFileOf(Object.keys(required));
  if (lock !== undefined) await copyFile(lock, join(folder, LOCK));
  const readonly = lock === undefined ? [] : ['-lockfile=readonly'];
  const { code, stdout, stderr } = await terraform.run(folder, [
    'init',
    '-backend=false',
    '-input=false',
    '-no-color',
    ...readonly,
  ]);
  if (code === 0) return { folder };
  const hint =
    lock === undefined
      ? ''
      : `\nProviders are locked by ${lock}; ./tributary lock renews it after a change of versions.`;
  return { folder, problem: `${providersOf(required)} could not be installed.\n${wordsOf(stderr || stdout)}${hint}` };
}

/** Connects a stack's folder with its backend, and with the installed providers; what is wrong, if anything is. */
async function connect(
  folder: string,
  configuration: Configuration,
  providers: string,
  { terraform }: PrepareOptions,
): Promise<string | undefined> {
  const { terraform: settings } = configuration;
  const found = { ...configuration, terraform: { ...settings, backend: findState(settings.backend) } };
  // In many lines, as cdktf writes it: Terraform quotes the line that it complains of.
  await writeFile(join(folder, CONFIGURATION), `${JSON.stringify(found, null, 2)}\n`);
  const installed = join(providers, '.terraform', 'providers');
  if (existsSync(installed)) {
    await mkdir(join(folder, '.terraform'), { recursive: true });
    await symlink(installed, join(folder, '.terraform', 'providers'), 'junction');
    await copyFile(join(providers, LOCK), join(folder, LOCK));
  }
  const args = ['init', '-input=false', '-no-color', '-reconfigure', '-lockfile=readonly'];
  const { code, stdout, stderr } = await terraform.run(folder, args);
  return code === 0 ? undefined : `terraform init failed.\n${wordsOf(stderr || stdout)}`;
}

/** A local state is found from the project's own output folder, as `cdktf deploy` finds it, wherever this runs. */
function findState(backend: Configuration['terraform']['backend']): Configuration['terraform']['backend'] {
  const { local } = backend;
  if (local === undefined) return backend;
  return { local: { ...local, path: resolve(projectRoot, 'cdktf.out', 'stacks', 'any', String(local.path)) } };
}

async function readConfiguration(folder: string): Promise<Configuration> {
  return JSON.parse(await readFile(join(folder, CONFIGURATION), 'utf8'));
}
