import { UserError } from '../../../environments/user-error';

/**
 * A rate of a command line, in messages a second.
 * @param option what it was given as, such as `--rate`
 * @param most the highest that is allowed; the lowest is 1
 * @throws UserError when the text is no whole number within the limits
 */
export function parseRate(text: string, option: string, most: number): number {
  const rate = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (rate >= 1 && rate <= most) return rate;
  throw new UserError(`${option} ${text}: expected a whole number of messages a second, from 1 to ${most}.`);
}
