import { PassThrough } from 'node:stream';
import { parseSeconds, watch } from '../../../cli/status/watch';
import { UserError } from '../../../environments/user-error';

/** What is written until the third pause, which is Ctrl-C. */
async function watched(isTTY: boolean): Promise<{ written: string; pauses: number[] }> {
  const stream = Object.assign(new PassThrough(), { isTTY }) as unknown as NodeJS.WriteStream & PassThrough;
  const pauses: number[] = [];
  let looks = 0;
  const clock = {
    now: () => 0,
    sleep: async (milliseconds: number) => {
      pauses.push(milliseconds);
      if (pauses.length === 2) throw new Error('interrupted');
    },
  };
  const look = async () => {
    looks += 1;
    return `screen ${looks}`;
  };
  await expect(watch({ seconds: 30, clock, look, stream })).rejects.toThrow('interrupted');
  return { written: String(stream.read()), pauses };
}

const FIRST = 'screen 1\n\nAgain in 30 s; Ctrl-C ends.\n';
const SECOND = 'screen 2\n\nAgain in 30 s; Ctrl-C ends.\n';

test('a terminal is drawn over, and looked for anew each time', async () => {
  const clear = '\u001b[H\u001b[J';
  expect(await watched(true)).toEqual({ written: `${clear}${FIRST}${clear}${SECOND}`, pauses: [30_000, 30_000] });
});

test('elsewhere one comes below the other', async () => {
  expect((await watched(false)).written).toBe(`${FIRST}${SECOND}`);
});

test.each(['9', '3601', '1.5', 'logpush-taegis', ''])('--watch %s is refused', (text) => {
  expect(() => parseSeconds(text)).toThrow(UserError);
});

test.each([
  ['10', 10],
  ['3600', 3600],
])('--watch %s is taken', (text, seconds) => {
  expect(parseSeconds(text)).toBe(seconds);
});
