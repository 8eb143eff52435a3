import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../environments/root';
import { inWorkFolder } from '../work-folder';
import { findTerraform, terraformEnvironment } from './find';
import { TerraformCli } from './run';

/** Terraform and the folder that it works in, for the time of one command. */
export interface TerraformSession {
  readonly terraform: TerraformCli;
  /** Only this user may enter it: plans hold secrets in clear. It is gone afterwards. */
  readonly folder: string;
  /** Runs of Terraform at once. */
  readonly parallelism: number;
}

/**
 * Runs something with Terraform. When the command is interrupted, Terraform finishes what it has begun first.
 * @param parallelism default: one for each processor, at least four, since each run waits for a cloud most of the time
 * @throws UserError when Terraform is missing or too old
 */
export async function withTerraform<T>(
  run: (session: TerraformSession) => Promise<T>,
  parallelism = Math.max(4, availableParallelism()),
): Promise<T> {
  const { command } = await findTerraform();
  let started: TerraformCli | undefined;
  const stop = async () => {
    if (started?.isBusy) process.stderr.write('\nTerraform finishes what it has begun, and unlocks the state …\n');
    await started?.stop();
  };
  return inWorkFolder(
    'terraform',
    async (folder) => {
      const terraform = new TerraformCli(command, {
        ...quiet(),
        ...(await pluginCache()),
        ...(await terraformEnvironment(folder)),
      });
      started = terraform;
      return run({ terraform, folder, parallelism });
    },
    stop,
  );
}

/**
 * Without what would make Terraform's own folders those of all stacks, and its log, which holds whole requests, part of what
 * it says when it fails. A log that goes into a file is the user's own.
 */
function quiet({ TF_LOG_PATH }: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const log = { TF_LOG: undefined, TF_LOG_CORE: undefined, TF_LOG_PROVIDER: undefined };
  return { TF_DATA_DIR: undefined, ...(TF_LOG_PATH ? {} : log) };
}

/** Providers are downloaded once for all runs; where the user keeps a cache, that one counts. */
async function pluginCache(): Promise<NodeJS.ProcessEnv> {
  if (process.env.TF_PLUGIN_CACHE_DIR) return {};
  const cache = join(projectRoot, '.local', 'plugins');
  await mkdir(cache, { recursive: true });
  return {
    TF_PLUGIN_CACHE_DIR: cache,
    // Without a lock file Terraform would not trust its own cache, and download each time.
    TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: '1',
  };
}
