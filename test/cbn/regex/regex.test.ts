import * as fc from 'fast-check';
import { RE2JS } from 're2js';
import { CbnError } from '../../../cbn/errors';
import { compileRegex } from '../../../cbn/regex/regex';
import { cpuTime } from '../cpu-time';
import { somePattern, someText } from './arbitrary';

const RUNS = { numRuns: 2000 };

/** Names may occur only once in re2js. */
const plain = (pattern: string) => pattern.replaceAll('(?P<name>', '(');

describe('the automata have the meaning of re2js', () => {
  test('which text matches, what matches, and every capture', () => {
    fc.assert(
      fc.property(somePattern, someText, (pattern, text) => {
        const expected = RE2JS.compile(plain(pattern)).exec(text);
        const regex = compileRegex(pattern);
        expect(regex.test(text)).toBe(expected !== null);
        expect(regex.find(text)).toEqual(expected === null ? undefined : [...expected]);
      }),
      RUNS,
    );
  });

  test('a state table that is begun anew all the time changes nothing', () => {
    const regex = compileRegex('(?:a|b)*a(?:a|b){12}(c)');
    const text = Array.from({ length: 60_000 }, (_, index) => ((index * 7919) % 13 < 6 ? 'a' : 'b')).join('');
    expect(regex.find(text)).toBeUndefined();
    const found = regex.find(`${text}aaaaaaaaaaaaac`);
    expect(found?.[1]).toBe('c');
    expect(found?.[0]?.length).toBe(60_014);
  });
});

describe('replacing', () => {
  test.each([
    ['abc', 'b', '[$0]', 'a[b]c'],
    ['k=v x=y', '(\\w+)=', '#$1=', '#k=v #x=y'],
    ['ab', '(a)(b)?', '${2}-${1}', 'b-a'],
    ['a', '(a)', '$1x', ''],
    ['a', '(a)', '${1}x', 'ax'],
    ['a', '(a)', '$01', ''],
    ['a', 'a', '$$5 $ $', '$5 $ $'],
    ['a', 'a', '$-', '$-'],
    ['ab', '(?P<x>a)|(?P<x>b)', '<$x>', '<a><b>'],
    ['abc', '', '-', '-a-b-c-'],
    ['baac', 'a*', 'x', 'xbxcx'],
    ['😀b', 'b*', '.', '.😀.'],
    ['aaa', '^a', 'b', 'baa'],
    ['ab ab', '\\bb', 'x', 'ab ab'],
    ['none', 'x', 'y', 'none'],
    ['', '', 'x', 'x'],
    ['one\r\ntwo', '\\r\\n', ' ', 'one two'],
  ])('%j /%s/ → %j', (text, pattern, template, expected) => {
    expect(compileRegex(pattern).replaceAll(text, template)).toBe(expected);
  });

  test('every match as re2js finds it', () => {
    fc.assert(
      fc.property(somePattern, someText, (pattern, text) => {
        expect(compileRegex(pattern).replaceAll(text, '<>')).toBe(replacedAsGoDoes(plain(pattern), text));
      }),
      RUNS,
    );
  });
});

/** `ReplaceAllString` of Go's `regexp`, around re2js' search. */
function replacedAsGoDoes(pattern: string, text: string): string {
  const matcher = RE2JS.compile(pattern).matcher(text);
  let result = '';
  let lastEnd = 0;
  for (let from = 0; from <= text.length && matcher.find(from); ) {
    const [begin, end] = [matcher.start(), matcher.end()];
    result += text.slice(lastEnd, begin);
    if (end > lastEnd || begin === 0) result += '<>';
    lastEnd = end;
    const width = String.fromCodePoint(text.codePointAt(from) ?? 0).length;
    from = from + width > end ? from + width : end;
  }
  return result + text.slice(lastEnd);
}

describe('names', () => {
  test('both forms, several of one name, and escapes that only look like groups', () => {
    expect(compileRegex('(?P<a>x)(y)(?<b>z)(?P<a>w)').groups).toEqual([undefined, 'a', undefined, 'b', 'a']);
    expect(compileRegex('\\([()](?i:x)\\Q(?P<n>\\E([^]](?:[[:alpha:](]))').groups).toEqual([undefined, undefined]);
  });

  test('a group that took no part is undefined, one that took nothing is empty', () => {
    expect(compileRegex('(a)|(b*)').find('x')).toEqual(['', undefined, '']);
  });
});

describe('what RE2 refuses', () => {
  test.each([
    ['a(?=b)', /invalid or unsupported Perl syntax \/\(\?=\/ at character 2; RE2 has no lookahead/],
    ['(?<!a)b', /RE2 has no lookahead or lookbehind/],
    ['(?>a)', /no atomic groups/],
    ['a++', /no possessive quantifiers/],
    ['(a)\\1', /invalid escape sequence \/\\1\/ at character 4; RE2 has no backreferences/],
    ['a\\Z', /the end of the text is \\z/],
    ['(a', /missing closing \)/],
    ['a)', /unexpected \)/],
    ['[b-a]', /invalid character class range \/b-a\/ at character 2/],
    ['a{1001}', /invalid repeat count/],
    ['(?:a{1000}){1000}', /invalid repeat count/],
    ['*', /missing argument to repetition operator/],
    ['(?P<a b>x)', /invalid named capture/],
    ['\\', /trailing backslash/],
  ])('%s', (pattern, message) => {
    expect(() => compileRegex(pattern)).toThrow(CbnError);
    expect(() => compileRegex(pattern)).toThrow(message);
  });

  test('nothing but CbnError is thrown, whatever the pattern', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'ab(?P<n>[]|*+{}1,2\\Qdpw^$.-:)') }),
        someText,
        (pattern, text) => {
          try {
            compileRegex(pattern).find(text);
          } catch (error) {
            expect(error).toBeInstanceOf(CbnError);
          }
        },
      ),
      { numRuns: 5000 },
    );
  });
});

describe('time is linear', () => {
  const megabytes = 'a'.repeat(4 * 1024 * 1024);
  test.each([
    ['(a+)+$', `${megabytes}!`, undefined],
    ['(a|aa)+$', `${megabytes}!`, undefined],
    ['(.*)*x', megabytes, undefined],
    ['(.*)(.*)(.*)(.*)$', megabytes, megabytes.length],
    ['^(?:.*?,){10}P', megabytes, undefined],
  ])('%s on 4 MB', (pattern, text, length) => {
    const begun = cpuTime();
    expect(compileRegex(pattern).find(text)?.[0]?.length).toBe(length);
    expect(cpuTime() - begun).toBeLessThan(4000);
  });
});
