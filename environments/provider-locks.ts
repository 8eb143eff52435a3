import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { environmentsFolder } from './folder';

/** Where the lock files of Terraform's providers are, to be committed: beside the environment files. */
export function locksFolder(): string {
  return join(environmentsFolder(), 'locks');
}

/** Name of the lock file of some providers: `aws.lock.hcl`. */
export function lockName(providers: readonly string[]): string {
  return `${[...providers].sort().join('-')}.lock.hcl`;
}

/** The lock file of some providers, if it was made. */
export function lockFileOf(providers: readonly string[]): string | undefined {
  const file = join(locksFolder(), lockName(providers));
  return providers.length > 0 && existsSync(file) ? file : undefined;
}
