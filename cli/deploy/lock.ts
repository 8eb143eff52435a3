import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { environmentsFolder } from '../../environments/folder';
import { displayPath, loadEnvironments } from '../../environments/load';
import { lockName, locksFolder } from '../../environments/provider-locks';
import { UserError } from '../../environments/user-error';
import { EXIT } from '../exit-codes';
import { mapBounded } from '../parallel';
import type { Progress } from '../progress';
import { synthesizeAll } from '../synth';
import { providersOf, type RequiredProviders } from '../terraform/required-providers';
import { wordsOf } from '../terraform/run';
import type { TerraformSession } from '../terraform/session';
import type { Verdict } from '../verdict';

/** Where people and workflows run Terraform. */
export const PLATFORMS = ['linux_amd64', 'linux_arm64', 'darwin_amd64', 'darwin_arm64', 'windows_amd64'] as const;

export interface LockOptions {
  readonly platforms: readonly string[];
  /** A folder in the layout of a filesystem mirror that the checksums are taken from. Default: each provider's registry. */
  readonly mirror?: string;
  readonly session: TerraformSession;
  readonly progress: Progress;
}

/**
 * Writes the checksums of the providers of all environments, for every platform, into lock files: every init takes the
 * providers that they name, and no others.
 *
 * @throws UserError when an environment has problems, or a checksum cannot be had; then no file is changed
 */
export async function lockProviders({ platforms, mirror, session, progress }: LockOptions): Promise<Verdict> {
  loadEnvironments(environmentsFolder());
  const sets = await progress.step('Synthesize all environments', () => requiredSets(session.folder));
  const locked = await progress.step(`Ask for the checksums of ${sets.length} sets of providers`, () =>
    mapBounded(sets, session.parallelism, (required, index) =>
      lock(required, join(session.folder, 'locks', String(index)), { platforms, mirror, session }),
    ),
  );
  await mkdir(locksFolder(), { recursive: true });
  const files = [];
  for (const { required, file } of locked) {
    const target = join(locksFolder(), lockName(Object.keys(required)));
    await copyFile(file, target);
    files.push(displayPath(target));
  }
  return {
    exitCode: EXIT.good,
    document: { files, platforms },
    text: `${files.join('\n')}\nwritten, for ${platforms.join(', ')}. Commit them: every init takes these providers and no others.`,
  };
}

/** The sets of providers that the stacks require, each once. */
async function requiredSets(folder: string): Promise<RequiredProviders[]> {
  const stacks = await synthesizeAll(join(folder, 'all'));
  const sets = stacks.map(({ document }) => {
    const { required_providers: required = {} } = document.terraform as { required_providers?: RequiredProviders };
    return JSON.stringify(required);
  });
  return [...new Set(sets)].map((text) => JSON.parse(text)).filter((required) => Object.keys(required).length > 0);
}

async function lock(
  required: RequiredProviders,
  folder: string,
  { platforms, mirror, session }: Pick<LockOptions, 'platforms' | 'mirror' | 'session'>,
): Promise<{ readonly required: RequiredProviders; readonly file: string }> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'main.tf.json'), JSON.stringify({ terraform: { required_providers: required } }));
  const { code, stdout, stderr } = await session.terraform.run(folder, [
    'providers',
    'lock',
    '-no-color',
    ...platforms.map((platform) => `-platform=${platform}`),
    ...(mirror === undefined ? [] : [`-fs-mirror=${mirror}`]),
  ]);
  if (code !== 0)
    throw new UserError(
      `${providersOf(required)} could not be locked; no file was changed.\n${wordsOf(stderr || stdout)}`,
    );
  return { required, file: join(folder, '.terraform.lock.hcl') };
}
