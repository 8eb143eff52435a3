import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { DEFAULT_OPTIONS } from '../../cbn/options';
import { UserError } from '../../environments/user-error';

/** One log. */
export interface LogLine {
  /** Of the line, from 1. */
  readonly number: number;
  /** Without the line end; bytes where they are not UTF-8. Undefined: the line is longer than {@link LONGEST_LOG}. */
  readonly log: string | Uint8Array | undefined;
}

/** Bytes of a log that the engine takes, and a feed of SecOps (4 MB). */
export const LONGEST_LOG = DEFAULT_OPTIONS.maxLogBytes;
/** Bytes at the beginning in which a zero means that the file is no text. */
const PROBED = 8_192;
const GZIP = [0x1f, 0x8b] as const;

/**
 * The logs of a file, or of standard input (`-`), one on a line; files that are gzipped are unpacked. Blank lines are
 * none. Not more than a line and a chunk is held.
 * @throws UserError when it cannot be read, is truncated (gzip) or is no text
 */
export async function* readLogs(file: string, stdin: Readable = process.stdin): AsyncGenerator<LogLine> {
  const name = file === '-' ? 'standard input' : file;
  if (file !== '-') await refuseFolder(file);
  const source = file === '-' ? stdin : createReadStream(file);
  try {
    yield* splitLines(refuseBinary(unzipped(source), name));
  } catch (error) {
    throw toUserError(error, name);
  }
}

async function refuseFolder(file: string): Promise<void> {
  const handle = await open(file).catch((error: unknown) => {
    throw toUserError(error, file);
  });
  const stats = await handle.stat();
  await handle.close();
  if (stats.isDirectory()) throw new UserError(`${file} is a folder. Expected a file with one log on a line, or -.`);
}

/** The same stream, unpacked if its first bytes are those of gzip. */
async function* unzipped(source: Readable): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done) return;
  const head = Buffer.from(first.value);
  async function* whole() {
    yield head;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield Buffer.from(next.value);
  }
  if (head[0] !== GZIP[0] || head[1] !== GZIP[1]) {
    yield* whole();
    return;
  }
  const unpacked = new PassThrough();
  // A failure ends the stream that is read, and is told there.
  pipeline(whole(), createGunzip(), unpacked).catch(() => undefined);
  yield* unpacked;
}

async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<LogLine> {
  let number = 0;
  let rest: Buffer[] = [];
  let size = 0;
  const take = (): LogLine | undefined => {
    number += 1;
    const line = size > LONGEST_LOG ? undefined : Buffer.concat(rest);
    rest = [];
    size = 0;
    if (line === undefined) return { number, log: undefined };
    const log = textOf(number === 1 ? withoutMark(line) : line);
    return typeof log === 'string' && log.trim() === '' ? undefined : { number, log };
  };
  const keep = (piece: Buffer) => {
    size += piece.length;
    // Of a line that is too long nothing is held.
    if (size > LONGEST_LOG) rest = [];
    else rest.push(piece);
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      keep(chunk.subarray(start, end));
      start = end + 1;
      const line = take();
      if (line !== undefined) yield line;
    }
    if (start < chunk.length) keep(chunk.subarray(start));
  }
  if (size > 0) {
    const line = take();
    if (line !== undefined) yield line;
  }
}

function textOf(line: Buffer): string | Uint8Array {
  const end = line.at(-1) === 13 ? line.length - 1 : line.length;
  const bytes = line.subarray(0, end);
  return isUtf8(bytes) ? bytes.toString('utf8') : bytes;
}

/** Without the byte order mark that some editors put first. */
function withoutMark(line: Buffer): Buffer {
  return line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf ? line.subarray(3) : line;
}

async function* refuseBinary(chunks: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  let read = 0;
  for await (const chunk of chunks) {
    const zero = read < PROBED ? chunk.subarray(0, PROBED - read).indexOf(0) : -1;
    if (zero !== -1)
      throw new UserError(
        `${name} is no text in UTF-8: byte ${read + zero} is 0. Expected one log on a line, plain or gzipped.`,
      );
    read += chunk.length;
    yield chunk;
  }
}

function toUserError(error: unknown, name: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  if (code === 'ENOENT') return new UserError(`${name} does not exist. Expected a file with one log on a line, or -.`);
  if (code === 'Z_BUF_ERROR') return new UserError(`${name} ends in the middle of its gzip stream: it is truncated.`);
  return new UserError(`${name} could not be read: ${message}.`);
}
