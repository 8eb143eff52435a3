import { existsSync } from 'node:fs';
import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { lockFileOf } from '../../environments/provider-locks';
import { projectRoot } from '../../environments/root';
import { mapBounded } from '../parallel';
import type { SynthesizedStack } from '../synthesized';
import { forgetChecksums, LOCK_FILE } from './checksums';
import type { RequiredProviders } from './required-providers';
import { type TerraformCli, wordsOf } from './run';

/** A stack whose folder is ready for plans, or the reason why it is not. */
export interface Workspace {
  readonly stack: SynthesizedStack;
  /** In Terraform's words; undefined: it is ready. */
  readonly problem?: string;
}

export interface WorkspaceOptions {
  readonly terraform: TerraformCli;
  /** Folder of the run: gets the providers. */
  readonly workFolder: string;
  /** Stacks at once. */
  readonly parallelism: number;
}

/** The configuration of a stack, in its folder. */
const CONFIGURATION = 'cdk.tf.json';

/** The section `terraform` of a stack. */
interface Settings {
  readonly backend: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly required_providers?: RequiredProviders;
}

/**
 * Makes the folders of stacks ready for Terraform, and works on each as soon as it is. Providers are installed once for all
 * stacks that require the same, in the versions of their lock file if there is one.
 * @returns what the work gives, in the order of the stacks
 */
export async function inWorkspaces<R>(
  stacks: readonly SynthesizedStack[],
  { terraform, workFolder, parallelism }: WorkspaceOptions,
  work: (workspace: Workspace) => Promise<R>,
): Promise<R[]> {
  const installs = installShared(stacks, join(workFolder, 'providers'), terraform);
  return mapBounded(stacks, parallelism, async (stack) => {
    const installed = await installs.get(keyOf(stack));
    const problem = installed?.problem ?? (await connect(stack, installed?.folder, terraform));
    return work({ stack, ...(problem !== undefined && { problem }) });
  });
}

interface Installation {
  readonly folder: string;
  readonly problem?: string;
}

/**
 * Installs the providers that several stacks require; by {@link keyOf}. Terraform reads the whole of a provider at every
 * init: one stack alone needs no installation beside its own.
 */
function installShared(
  stacks: readonly SynthesizedStack[],
  folder: string,
  terraform: TerraformCli,
): Map<string, Promise<Installation>> {
  const alike = new Map<string, SynthesizedStack[]>();
  for (const stack of stacks) alike.set(keyOf(stack), [...(alike.get(keyOf(stack)) ?? []), stack]);
  const shared = [...alike].flatMap(([key, [first, second]]) =>
    first === undefined || second === undefined ? [] : [[key, first] as const],
  );
  return new Map(
    shared.map(([key, stack], index) => {
      const installation = install(stack, join(folder, String(index)), terraform);
      // Whoever waits for it is told; nobody may wait yet.
      installation.catch(() => undefined);
      return [key, installation];
    }),
  );
}

function keyOf(stack: SynthesizedStack): string {
  return JSON.stringify(requiredBy(stack));
}

/** Installs the providers of a stack in a folder of their own. */
async function install(stack: SynthesizedStack, folder: string, terraform: TerraformCli): Promise<Installation> {
  await mkdir(folder, { recursive: true });
  const lock = lockFileOf(Object.keys(requiredBy(stack)));
  const configuration = { terraform: { required_providers: requiredBy(stack) } };
  await writeFile(join(folder, 'main.tf.json'), JSON.stringify(configuration));
  if (lock !== undefined) await copyFile(lock, join(folder, LOCK_FILE));
  const problem = await init(folder, ['-backend=false', ...(lock === undefined ? [] : [READONLY])], lock, terraform);
  return { folder, ...(problem !== undefined && { problem }) };
}

/**
 * Connects a stack's folder with its backend, and with providers that are installed already; what is wrong, if anything is.
 * @param providers folder of the installation; undefined: they are installed now
 */
async function connect(
  stack: SynthesizedStack,
  providers: string | undefined,
  terraform: TerraformCli,
): Promise<string | undefined> {
  const { folder, document } = stack;
  const lock = lockFileOf(Object.keys(requiredBy(stack)));
  const settings = document.terraform as Settings;
  const found = { ...document, terraform: { ...settings, backend: findState(settings.backend) } };
  // In many lines, as cdktf writes it: Terraform quotes the line that it complains of.
  await writeFile(join(folder, CONFIGURATION), `${JSON.stringify(found, null, 2)}\n`);
  const installed = providers === undefined ? undefined : join(providers, '.terraform', 'providers');
  if (installed !== undefined && existsSync(installed)) {
    await mkdir(join(folder, '.terraform'), { recursive: true });
    await symlink(installed, join(folder, '.terraform', 'providers'), 'junction');
  }
  const own = providers === undefined ? lock : join(providers, LOCK_FILE);
  if (own !== undefined && existsSync(own)) await copyFile(own, join(folder, LOCK_FILE));
  const problem = await init(folder, ['-reconfigure', ...(own === undefined ? [] : [READONLY])], lock, terraform);
  if (problem === undefined) await forgetChecksums(folder);
  return problem;
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
