import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { UserError } from '../../../environments/user-error';
import { PLACEHOLDER_SECRET } from '../../../functions/qualys/contract';

/** What one version of a secret holds at most (cloud.google.com/secret-manager/quotas). */
export const MAX_SECRET_BYTES = 65_536;

/**
 * The password from standard input: asked for without an echo on a terminal, else the first line without its line end.
 * @throws UserError when there is none, or what there is can be no password
 */
export async function readPassword(
  input: NodeJS.ReadStream = process.stdin,
  terminal: NodeJS.WritableStream = process.stderr,
): Promise<string> {
  const password = input.isTTY ? await ask(input, terminal) : await readFirstLine(input);
  if (password === '')
    throw new UserError(
      'Standard input holds no password. Type it when asked for on a terminal, or pipe it in; the first line counts.',
    );
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

async function ask(input: NodeJS.ReadStream, terminal: NodeJS.WritableStream): Promise<string> {
  terminal.write('New password of the Qualys API user (it is not shown): ');
  // The line editor needs an output, and would show there what is typed.
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output, terminal: true, historySize: 0 });
  try {
    return await new Promise<string>((resolve, reject) => {
      const stop = () => reject(new UserError('Stopped: nothing was changed.'));
      lines.once('line', resolve).once('SIGINT', stop).once('close', stop);
    });
  } finally {
    lines.close();
    terminal.write('\n');
  }
}

async function readFirstLine(input: AsyncIterable<Buffer | string>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk);
    const end = bytes.indexOf('\n');
    chunks.push(end === -1 ? bytes : bytes.subarray(0, end));
    length += bytes.length;
    // What has no end is no password either; with its line end one may be two bytes longer.
    if (end !== -1 || length > MAX_SECRET_BYTES + 2) break;
  }
  try {
    // Takes away the byte order mark that PowerShell puts in front.
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)).replace(/\r$/, '');
  } catch {
    throw new UserError('The password on standard input is not in UTF-8. Nothing was changed.');
  }
}
