import { UserError } from '../../../environments/user-error';
import { PLACEHOLDER_SECRET } from '../../../functions/qualys/contract';
import { MAX_SECRET_BYTES, readSecret } from '../../secret-input';

const PASSWORD = { what: 'password', question: 'New password of the Qualys API user (it is not shown): ' };

/**
 * The password from standard input.
 * @throws UserError when there is none, or what there is can be no password
 */
export async function readPassword(
  input: NodeJS.ReadStream = process.stdin,
  terminal: NodeJS.WritableStream = process.stderr,
): Promise<string> {
  const password = await readSecret(PASSWORD, input, terminal);
  refuseUnusable('The password', password);
  return password;
}

/**
 * What no secret of Qualys holds, and the collectors would not send.
 * @param what names the value, which is never quoted
 * @throws UserError
 */
export function refuseUnusable(what: string, value: string): void {
  const [problem] = [
    value === '' && 'is empty',
    value === PLACEHOLDER_SECRET && 'is the placeholder of a secret that nobody has filled in',
    Buffer.byteLength(value) > MAX_SECRET_BYTES && 'is longer than 64 KiB, the most that Secret Manager takes',
    /\p{Cc}/u.test(value) && 'has control characters',
  ].filter((text) => text !== false);
  if (problem !== undefined) throw new UserError(`${what} ${problem}. Nothing was changed.`);
}
