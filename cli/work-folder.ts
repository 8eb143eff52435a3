import { mkdirSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectRoot } from '../environments/root';
import { Cleanup } from './cleanup';

/** What an interrupted command still has to do in its folder takes a moment; what waits for a service is not waited for. */
const GRACE_MILLISECONDS = 10_000;

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
  cleanup.onInterrupt(() => undefined);
  cleanup.add(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  try {
    const running = run(folder);
    cleanup.add(() => settled(running));
    cleanup.add(beforeRemoval);
    return await running;
  } finally {
    await cleanup.run();
  }
}

/** Waits until something has ended, well or not, but not for ever. */
async function settled(running: Promise<unknown>): Promise<void> {
  const waiting = new AbortController();
  await Promise.race([
    running.catch(() => undefined),
    sleep(GRACE_MILLISECONDS, undefined, { signal: waiting.signal }).catch(() => undefined),
  ]);
  waiting.abort();
}
