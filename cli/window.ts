import { UserError } from '../environments/user-error';
import type { Clock } from './clock';
import { formatMoment, parseMoment } from './moment';

/** A stretch of time: from its start, inclusive, to its end, exclusive; both in whole seconds since the epoch. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/**
 * The window of a command line.
 * @throws UserError when a moment has no good form, or the window is empty or reaches into the future
 */
export function parseWindow(from: string, to: string, clock: Clock): Window {
  const window = { from: parseMoment(from, '--from'), to: parseMoment(to, '--to') };
  if (window.from >= window.to)
    throw new UserError(`--from ${from} is not before --to ${to}: the window is from --from, up to but without --to.`);
  const now = Math.floor(clock.now() / 1000);
  if (window.to > now)
    throw new UserError(
      `--to ${to} lies in the future; it is ${formatMoment(now)}: the window ends now at the latest.`,
    );
  return window;
}
