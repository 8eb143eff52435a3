import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Name of Terraform's lock file in a stack's folder. */
export const LOCK_FILE = '.terraform.lock.hcl';

/**
 * Takes the checksums out of the lock file of a folder that was just initialized; the versions hold. Terraform reads and
 * hashes the whole of a provider at each of its runs, of aws 700 MB, a quarter of the time of a short one: init has done
 * it, and runs that follow in the same folder need not. A folder without a lock file stays as it is.
 */
export async function forgetChecksums(folder: string): Promise<void> {
  const file = join(folder, LOCK_FILE);
  const lock = await readFile(file, 'utf8').catch(() => undefined);
  if (lock !== undefined) await writeFile(file, lock.replaceAll(/^ +hashes = \[[^\]]*\]\n/gm, ''));
}
