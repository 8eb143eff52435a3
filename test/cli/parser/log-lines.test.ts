import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { LONGEST_LOG, type LogLine, readLogs } from '../../../cli/parser/log-lines';
import { UserError } from '../../../environments/user-error';

const folder = mkdtempSync(join(tmpdir(), 'tributary-logs-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function read(content: string | Uint8Array): Promise<LogLine[]> {
  const file = join(folder, 'x.log');
  writeFileSync(file, content);
  return collect(readLogs(file));
}

async function collect(lines: AsyncIterable<LogLine>): Promise<LogLine[]> {
  const collected: LogLine[] = [];
  for await (const line of lines) collected.push(line);
  return collected;
}

test.each([
  ['one a line, with the number of the line', 'a\nb\n', [1, 'a', 2, 'b']],
  ['without a line end at the end', 'a\nb', [1, 'a', 2, 'b']],
  ['blank lines are none', '\na\n \n\nb\n', [2, 'a', 5, 'b']],
  ['line ends of Windows', 'a\r\nb\r\n', [1, 'a', 2, 'b']],
  ['a byte order mark', '\ufeffa\n', [1, 'a']],
  ['beyond ASCII', 'Zürich\n', [1, 'Zürich']],
  ['nothing', '', []],
])('%s', async (_, content, expected) => {
  expect((await read(content)).flatMap(({ number, log }) => [number, log])).toEqual(expected);
});

test('lines are put together over chunks, in the middle of characters as well', async () => {
  const bytes = Buffer.from('Zürich\nGenève\n');
  const source = Readable.from([...bytes].map((byte) => Buffer.from([byte])));
  expect((await collect(readLogs('-', source))).map(({ log }) => log)).toEqual(['Zürich', 'Genève']);
});

test('gzipped files are unpacked, and a truncated one is told', async () => {
  const packed = gzipSync('a\nb\n');
  expect((await read(packed)).map(({ log }) => log)).toEqual(['a', 'b']);
  await expect(read(packed.subarray(0, -6))).rejects.toThrow(
    /x\.log ends in the middle of its gzip stream: it is truncated\.$/,
  );
});

test('a line that is no UTF-8 is given as bytes', async () => {
  expect((await read(Buffer.from([0x61, 0xff, 0x0a])))[0]?.log).toEqual(Buffer.from([0x61, 0xff]));
});

test('a line that is longer than a log may be is counted and not held', async () => {
  const [long, next] = await read(`${'x'.repeat(LONGEST_LOG + 1)}\nb\n`);
  expect(long).toEqual({ number: 1, log: undefined });
  expect(next).toEqual({ number: 2, log: 'b' });
  expect((await read('x'.repeat(LONGEST_LOG)))[0]?.log).toHaveLength(LONGEST_LOG);
});

test.each([
  ['binary', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0x00]), 'is no text in UTF-8: byte 4 is 0'],
  ['UTF-16', Buffer.from('a\n', 'utf16le'), 'is no text in UTF-8: byte 1 is 0'],
])('%s is refused', async (_, content, problem) => {
  await expect(read(content)).rejects.toThrow(problem);
  await expect(read(content)).rejects.toBeInstanceOf(UserError);
});

test.each([
  ['nowhere.log', 'does not exist. Expected a file with one log on a line, or -.'],
  ['', 'is a folder. Expected a file with one log on a line, or -.'],
])('%j is told', async (name, problem) => {
  await expect(collect(readLogs(join(folder, name)))).rejects.toThrow(problem);
});
