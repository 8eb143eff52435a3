import { existsSync } from 'node:fs';
import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { lockFileOf } from '../../environments/provider-locks';
import { projectRoot } from '../../environments/root';
import { mapBounded } from '../parallel';
import type { SynthesizedStack } from '../synthesized';
import type { RequiredProviders } from './required-providers';
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

/** The section `terraform` of a stack. */
interface Settings {
  readonly backend: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly required_providers?: RequiredProviders;
}

/**
 * Makes the folders of stacks ready for Terraform. Providers are installed once for all stacks that require the same, in
 * the versions of their lock file if there is one.
 */
export async function prepareWorkspaces(
  stacks: readonly SynthesizedStack[],
  options: PrepareOptions,
): Promise<Workspace[]> {
  const sets = new Map<string, SynthesizedStack[]>();
  for (const stack of stacks) {
    const key = JSON.stringify(requiredBy(stack));
    sets.set(key, [...(sets.get(key) ?? []), stack]);
  }
  const prepared = await Promise.all(
    [...sets.values()].map((alike, index) =>
      prepareAlike(alike, join(options.workFolder, 'providers', String(index)), options),
    ),
  );
  const byName = new Map(prepared.flat().map((workspace) => [workspace.stack.name, workspace]));
  return stacks.flatMap(({ name }) => byName.get(name) ?? []);
}

/** Stacks that require the same providers. */
async function prepareAlike(
  stacks: readonly SynthesizedStack[],
  folder: string,
  options: PrepareOptions,
): Promise<Workspace[]> {
  const [first, ...others] = stacks;
  if (first === undefined) return [];
  const lock = lockFileOf(Object.keys(requiredBy(first)));
  // Terraform reads the whole of a provider at every init: one stack alone needs no installation beside its own.
  const installed = others.length === 0 ? undefined : await install(first, folder, lock, options.terraform);
  if (installed?.problem !== undefined) return stacks.map((stack) => ({ stack, problem: installed.problem }));
  return mapBounded(stacks, options.parallelism, async (stack) => {
    const problem = await connect(stack, lock, installed?.folder, options.terraform);
    return { stack, ...(problem !== undefined && { problem }) };
  });
}

/** Installs the providers of a stack in a folder of their own. */
async function install(
  stack: SynthesizedStack,
  folder: string,
  lock: string | undefined,
  terraform: TerraformCli,
): Promise<{ readonly folder: string; readonly problem?: string }> {
  await mkdir(folder, { recursive: true });
  const configuration = { terraform: { required_providers: requiredBy(stack) } };
  await writeFile(join(folder, 'main.tf.json'), JSON.stringify(configuration));
  if (lock !== undefined) await copyFile(lock, join(folder, LOCK));
  const problem = await init(folder, ['-backend=false', ...(lock === undefined ? [] : [READONLY])], lock, terraform);
  return { folder, ...(problem !== undefined && { problem }) };
}

/**
 * Connects a stack's folder with its backend, and with providers that are installed already; what is wrong, if anything is.
 * @param providers folder of the installation; undefined: they are installed now
 */
async function connect(
  { folder, document }: SynthesizedStack,
  lock: string | undefined,
  providers: string | undefined,
  terraform: TerraformCli,
): Promise<string | undefined> {
  const settings = document.terraform as Settings;
  const found = { ...document, terraform: { ...settings, backend: findState(settings.backend) } };
  // In many lines, as cdktf writes it: Terraform quotes the line that it complains of.
  await writeFile(join(folder, CONFIGURATION), `${JSON.stringify(found, null, 2)}\n`);
  const installed = providers === undefined ? undefined : join(providers, '.terraform', 'providers');
  if (installed !== undefined && existsSync(installed)) {
    await mkdir(join(folder, '.terraform'), { recursive: true });
    await symlink(installed, join(folder, '.terraform', 'providers'), 'junction');
  }
  const own = providers === undefined ? lock : join(providers, LOCK);
  if (own !== undefined && existsSync(own)) await copyFile(own, join(folder, LOCK));
  return init(folder, ['-reconfigure', ...(own === undefined ? [] : [READONLY])], lock, terraform);
}

const READONLY = '-lockfile=readonly';

async function init(
  folder: string,
  args: readonly string[],
  lock: string | undefined,
  terraform: TerraformCli,
): Promise<string | undefined> {
  const { code, stdout, stderr } = await terraform.run(folder, ['init', '-input=false', '-no-color', ...args]);
  if (code === 0) return undefined;
  const hint = lock && `\nProviders are locked by ${lock}; ./tributary lock renews it after a change of versions.`;
  return `terraform init failed.\n${wordsOf(stderr || stdout)}${hint ?? ''}`;
}

function requiredBy({ document }: SynthesizedStack): RequiredProviders {
  return (document.terraform as Settings).required_providers ?? {};
}

/** A local state is found from the project's own output folder, as `cdktf deploy` finds it, wherever this runs. */
function findState(backend: Settings['backend']): Settings['backend'] {
  const { local } = backend;
  if (local === undefined) return backend;
  return { local: { ...local, path: resolve(projectRoot, 'cdktf.out', 'stacks', 'any', String(local.path)) } };
}
