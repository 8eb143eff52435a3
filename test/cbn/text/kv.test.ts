import * as fc from 'fast-check';
import { splitPairs } from '../../../cbn/text/kv';
import { cpuTime } from '../cpu-time';

test.each([
  [
    'a=" -"#b= " 1 " ',
    { fieldSplit: '#', trimValue: '"' },
    [
      ['a', '-'],
      ['b', '1'],
    ],
  ],
  ['a=" -"', { trimValue: '"', whitespace: 'strict' }, [['a', ' -']]],
  [
    'a=1 b=2',
    {},
    [
      ['a', '1'],
      ['b', '2'],
    ],
  ],
  // As published golden events show it: an empty value, a further sign, and a part before the first key.
  [
    'x= y=SHA1:a=b ',
    {},
    [
      ['x', ''],
      ['y', 'SHA1:a=b'],
    ],
  ],
  [
    '#SRC=1.1.1.1 #DST=1.1.1.2 #IN=ge0/0',
    { fieldSplit: '#' },
    [
      ['SRC', '1.1.1.1'],
      ['DST', '1.1.1.2'],
      ['IN', 'ge0/0'],
    ],
  ],
  ['Allow #SRC=1', { fieldSplit: '#' }, [['SRC', '1']]],
  [
    'a : 1 | b : 2 ',
    { fieldSplit: '|', valueSplit: ':' },
    [
      ['a', '1'],
      ['b', '2'],
    ],
  ],
  [
    'a : 1 |b: 2 ',
    { fieldSplit: '|', valueSplit: ':', whitespace: 'strict' },
    [
      ['a ', ' 1 '],
      ['b', ' 2 '],
    ],
  ],
  [
    'a="1 2" b=\'3\'',
    { trimValue: '"' },
    [
      ['a', '1 2'],
      ['b', "'3'"],
    ],
  ],
  [
    'a="1 2" b=3',
    {},
    [
      ['a', '"1 2"'],
      ['b', '3'],
    ],
  ],
  [
    'a="1 2" b=3',
    { quotes: false },
    [
      ['a', '"1'],
      ['b', '3'],
    ],
  ],
  [
    'a="1 \\" 2" b=3',
    { trimValue: '"' },
    [
      ['a', '1 \\" 2'],
      ['b', '3'],
    ],
  ],
  [
    'a="1 2 b=3',
    { trimValue: '"' },
    [
      ['a', '1'],
      ['b', '3'],
    ],
  ],
  [
    'a="1"x" b=3',
    { trimValue: '"' },
    [
      ['a', '1"x'],
      ['b', '3'],
    ],
  ],
  [
    '<a>=[1];<b>=[2]',
    { fieldSplit: ';', trimKey: '<>', trimValue: '[]' },
    [
      ['a', '1'],
      ['b', '2'],
    ],
  ],
  [
    'a=1, b=2',
    { fieldSplit: ', ' },
    [
      ['a', '1'],
      ['b', '2'],
    ],
  ],
  [
    'a=1,b=2#c=3',
    { fieldSplit: ',#' },
    [
      ['a', '1'],
      ['b', '2'],
      ['c', '3'],
    ],
  ],
  [
    'a->1||b->2',
    { fieldSplit: '||', valueSplit: '->' },
    [
      ['a', '1'],
      ['b', '2'],
    ],
  ],
  [
    'a=1\tb=2',
    { fieldSplit: '\\t', unescapeFieldSplit: true },
    [
      ['a', '1'],
      ['b', '2'],
    ],
  ],
  [
    'a\u00011 b\u00012',
    { valueSplit: '\\x01', unescapeValueSplit: true },
    [
      ['a', '1'],
      ['b', '2'],
    ],
  ],
  [
    'a=1 a=2',
    {},
    [
      ['a', '1'],
      ['a', '2'],
    ],
  ],
  ['a=1 =2  b', {}, [['a', '1']]],
  ['no pairs', {}, []],
  ['', {}, []],
  ['__proto__=1', {}, [['__proto__', '1']]],
] as const)('%j %j', (text, options, pairs) => {
  expect(splitPairs(text, options)).toEqual(pairs);
});

test('pairs that were joined are split again', () => {
  const word = fc.string({ unit: fc.constantFrom(...'abcXYZ09_.-/:"\\'), minLength: 1 });
  const value = word.filter((text) => !text.startsWith('"'));
  fc.assert(
    fc.property(fc.array(fc.tuple(word, value)), (pairs) => {
      const text = pairs.map(([key, one]) => `${key}=${one}`).join(';');
      expect(splitPairs(text, { fieldSplit: ';' })).toEqual(pairs);
    }),
  );
});

test.each([
  ['separators alone', ' '.repeat(4 << 20), 0],
  ['separators before one pair', `${'a '.repeat(2 << 20)}b=1`, 1],
  ['quotes that never close', 'a="x '.repeat(800_000), 800_000],
  ['pairs', 'a=1 '.repeat(1 << 20), 1 << 20],
])('4 MB of %s', (_, text, count) => {
  const begun = cpuTime();
  expect(splitPairs(text, {})).toHaveLength(count);
  expect(cpuTime() - begun).toBeLessThan(5000);
});
