import { compileRegex, requiredWords } from '../../../cbn/regex/regex';

const MEGABYTE = 1024 * 1024;

test('a replacement that reads a long text again for each match ends with an error', () => {
  const replace = () => compileRegex('a(?:.*b)?').replaceAll('a'.repeat(4 * MEGABYTE), '-');
  expect(replace).toThrow(expect.objectContaining({ name: 'CbnError', code: 'regex-work' }));
});

test('a replacement of every character of a megabyte is none of these', () => {
  expect(compileRegex('a').replaceAll('a'.repeat(MEGABYTE), 'b')).toBe('b'.repeat(MEGABYTE));
});

test.each([
  ['abc', ['abc']],
  ['(?P<x>ab)+ (cd|ef) ghi', [' ghi', 'ab', ' ']],
  ['a|b', []],
  ['(?i)abc', []],
  ['.*', []],
])('words that %s needs', (pattern, words) => {
  expect(new Set(requiredWords(pattern))).toEqual(new Set(words));
});

test('memory stays where it was after texts of 4 MB', () => {
  const { arrayBuffers: before } = process.memoryUsage();
  const regex = compileRegex('(?P<a>x+)(?P<b>y*)$');
  const wide = `${'x'.repeat(4 * MEGABYTE)}y`;
  expect(regex.find(wide)?.map((part) => part?.length)).toEqual([4 * MEGABYTE + 1, 4 * MEGABYTE, 1]);
  expect(regex.find('é xxyy')).toEqual(['xxyy', 'xx', 'yy']);
  expect(regex.find('😀😀xx')).toEqual(['xx', 'xx', '']);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * MEGABYTE);
});

test('a pattern that has too many states backwards is matched all the same', () => {
  let seed = 1;
  const letter = () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (seed >> 16) & 1 ? 'a' : 'b';
  };
  const middle = `${'ab'.repeat(7)}a${Array.from({ length: 100_000 }, letter).join('')}`;
  expect(compileRegex('x((?:a|b){14}a(?:a|b)*)(c)').find(`bx${middle}cb`)).toEqual([`x${middle}c`, middle, 'c']);
});
