import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { UserError } from '../environments/user-error';

/** What no secret of any pipeline is longer than (cloud.google.com/secret-manager/quotas, size of a version). */
export const MAX_SECRET_BYTES = 65_536;

/** A secret that is read. */
export interface SecretInput {
  /** In the middle of a sentence: `password`. */
  readonly what: string;
  /** Asked at a terminal: `New password of the Qualys API user (it is not shown): `. */
  readonly question: string;
}

/**
 * A secret from standard input: asked for without an echo on a terminal, else the first line without its line end.
 * @throws UserError when there is none, or it is no text
 */
export async function readSecret(
  { what, question }: SecretInput,
  input: NodeJS.ReadStream = process.stdin,
  terminal: NodeJS.WritableStream = process.stderr,
): Promise<string> {
  const secret = input.isTTY ? await ask(question, input, terminal) : await readFirstLine(what, input);
  if (secret === '')
    throw new UserError(
      `Standard input holds no ${what}. Type it when asked for on a terminal, or pipe it in; the first line counts.`,
    );
  return secret;
}

async function ask(question: string, input: NodeJS.ReadStream, terminal: NodeJS.WritableStream): Promise<string> {
  terminal.write(question);
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

async function readFirstLine(what: string, input: AsyncIterable<Buffer | string>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk);
    const end = bytes.indexOf('\n');
    chunks.push(end === -1 ? bytes : bytes.subarray(0, end));
    length += bytes.length;
    // What has no end is no secret either; with its line end one may be two bytes longer.
    if (end !== -1 || length > MAX_SECRET_BYTES + 2) break;
  }
  try {
    // Takes away the byte order mark that PowerShell puts in front.
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)).replace(/\r$/, '');
  } catch {
    throw new UserError(`The ${what} on standard input is not in UTF-8. Nothing was changed.`);
  }
}
