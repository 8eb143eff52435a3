import { UserError } from '../../environments/user-error';
import type { Clock } from '../clock';

export const DEFAULT_SECONDS = '60';
const LEAST_SECONDS = 10;
const MOST_SECONDS = 3600;

/** Moves the cursor to the corner and clears what is below (ECMA-48: CUP, ED). */
const CLEAR = '\u001b[H\u001b[J';

export interface WatchOptions {
  readonly seconds: number;
  readonly clock: Clock;
  /** What is shown each time. */
  readonly look: () => Promise<string>;
  readonly stream: NodeJS.WriteStream;
}

/**
 * Shows the same again and again: on a terminal in place, elsewhere one below the other. It ends with the process, or with
 * what a look throws.
 */
export async function watch({ seconds, clock, look, stream }: WatchOptions): Promise<never> {
  for (;;) {
    const text = await look();
    stream.write(`${stream.isTTY ? CLEAR : ''}${text}\n\nAgain in ${seconds} s; Ctrl-C ends.\n`);
    await clock.sleep(seconds * 1000);
  }
}

/** @throws UserError for anything but 10 to 3600 */
export function parseSeconds(text: string): number {
  if (!/^\d{1,4}$/.test(text) || Number(text) < LEAST_SECONDS || Number(text) > MOST_SECONDS)
    throw new UserError(
      `--watch ${text}: expected a whole number of seconds from ${LEAST_SECONDS} to ${MOST_SECONDS}.`,
    );
  return Number(text);
}
