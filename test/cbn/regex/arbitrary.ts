import * as fc from 'fast-check';

/** Characters that patterns and texts share, so that matches happen; some wide, some that only fold to others. */
const CHARACTERS = [
  'a',
  'b',
  'A',
  'k',
  'K',
  '\u212a',
  '0',
  '1',
  ' ',
  '\n',
  '.',
  ':',
  '-',
  '_',
  'é',
  'ß',
  '😀',
  '\ud800',
];

export const someText: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...CHARACTERS), { maxLength: 24 })
  .map((characters) => characters.join(''));

const atom = fc.constantFrom(
  ...['a', 'b', 'k', '0', ' ', ':', '\\.', '-', '.', '😀', 'é'],
  ...['[ab]', '[^a]', '[a-k0-9]', '\\w', '\\W', '\\d', '\\s', '\\S', '[[:alpha:]]', '\\pL', '(?:)'],
  ...['\\b', '\\B', '^', '$', '\\A', '\\z'],
);

/** Patterns that RE2 takes, with every kind of group, alternative, repetition, assertion and flag. */
export const somePattern: fc.Arbitrary<string> = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 5, depthSize: 'medium' },
    atom,
    fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => a + b),
    fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `(${a}|${b})`),
    fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `(?:${a}|${b})`),
    tie('pattern').map((a) => `(${a})`),
    tie('pattern').map((a) => `(?P<name>${a})`),
    fc
      .tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '*?', '+?', '??', '{2}', '{1,2}', '{0,2}?', '{2,}'))
      .map(([a, repeat]) => `(?:${a})${repeat}`),
    fc.tuple(fc.constantFrom('i', 's', 'm', 'U', 'im'), tie('pattern')).map(([flag, a]) => `(?${flag}:${a})`),
  ),
})).pattern;
