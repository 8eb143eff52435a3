import { PassThrough } from 'node:stream';
import { readPassword } from '../../../../cli/collector/rotate/password';

/** Standard input with this content, as from a pipe. */
const piped = (...chunks: (string | Buffer)[]) => {
  const stream = new PassThrough();
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  return stream as unknown as NodeJS.ReadStream;
};

describe('from a pipe', () => {
  test.each([
    ['a line', ['secret\n'], 'secret'],
    ['a line of Windows', ['secret\r\n'], 'secret'],
    ['no line end', ['secret'], 'secret'],
    [
      'several chunks, cut inside a character',
      [Buffer.from('pä').subarray(0, 2), Buffer.from('pä\n').subarray(2)],
      'pä',
    ],
    ['more lines: the first counts', ['secret\nuser: acme_ab1\n'], 'secret'],
    ['spaces, which belong to it', [' a b \n'], ' a b '],
    ['the byte order mark of PowerShell', [Buffer.from('\ufeffsecret\r\n')], 'secret'],
    ['64 KiB and a line end', ['x'.repeat(65_536), '\r\n'], 'x'.repeat(65_536)],
  ])('%s', async (_, chunks, password) => {
    expect(await readPassword(piped(...chunks))).toBe(password);
  });

  test.each([
    ['nothing', '', 'Standard input holds no password. Type it when asked for on a terminal, or pipe it in'],
    ['an empty line', '\nsecret\n', 'Standard input holds no password.'],
    ['the placeholder', 'replace-me\n', 'The password is the placeholder'],
    ['too much', 'x'.repeat(65_537), 'The password is longer than 64 KiB'],
    ['another encoding', Buffer.from('p\xe4ss', 'latin1'), 'The password on standard input is not in UTF-8.'],
    ['UTF-16', Buffer.from('secret', 'utf16le'), 'The password has control characters.'],
  ])('%s is refused', async (_, content, problem) => {
    await expect(readPassword(piped(content))).rejects.toThrow(problem);
  });

  test('what does not end is not read to its end', async () => {
    let chunks = 0;
    async function* endless() {
      for (;;) {
        chunks += 1;
        yield Buffer.alloc(16_384, 'x');
      }
    }
    await expect(readPassword(endless() as unknown as NodeJS.ReadStream)).rejects.toThrow('longer than 64 KiB');
    expect(chunks).toBe(5);
  });
});

describe('on a terminal', () => {
  function terminal() {
    const modes: boolean[] = [];
    const input = Object.assign(new PassThrough(), {
      isTTY: true,
      setRawMode: (isRaw: boolean) => void modes.push(isRaw),
    });
    const output = new PassThrough();
    const password = readPassword(input as unknown as NodeJS.ReadStream, output);
    return { input, password, modes, shown: () => output.read()?.toString() };
  }

  test('it is asked for, and not shown; corrections count', async () => {
    const { input, password, modes, shown } = terminal();
    input.write('secrex\u007ft\r');
    expect(await password).toBe('secret');
    expect(shown()).toBe('New password of the Qualys API user (it is not shown): \n');
    expect(modes).toEqual([true, false]);
  });

  test.each([
    ['Ctrl-C', 'sec\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('%s stops, with the terminal as it was', async (_, keys) => {
    const { input, password, modes } = terminal();
    input.write(keys);
    await expect(password).rejects.toThrow('Stopped: nothing was changed.');
    expect(modes).toEqual([true, false]);
  });

  test('nothing typed is no password', async () => {
    const { input, password } = terminal();
    input.write('\r');
    await expect(password).rejects.toThrow('Standard input holds no password.');
  });
});
