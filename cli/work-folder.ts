import { mkdirSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../environments/root';
import { Cleanup } from './cleanup';

/**
 * Runs something in a folder of its own, which only this user may enter and which is gone afterwards, however it ends.
 * @param beforeRemoval ends what still works in the folder, when the command is interrupted
 */
export async function inWorkFolder<T>(
  name: string,
  run: (folder: string) => Promise<T>,
  beforeRemoval: () => Promise<void> = async () => undefined,
): Promise<T> {
  mkdirSync(join(projectRoot, '.local'), { recursive: true });
  const folder = mkdtempSync(join(projectRoot, '.local', `${name}-`));
  const cleanup = new Cleanup();
  cleanup.add(() => rm(folder, { recursive: true, force: true }));
  cleanup.add(beforeRemoval);
  cleanup.onInterrupt(() => undefined);
  try {
    return await run(folder);
  } finally {
    await cleanup.run();
  }
}
