import { contextualDiff } from '../../../cli/plan/text-diff';

const lines = (before: unknown, after: unknown) => contextualDiff(before, after).lines;
const numbered = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `line ${from + index}`);

test('JSON documents are compared by what they say: keys in another order and white space are no difference', () => {
  const diff = lines('{"b":1,"a":[1,2]}', '{ "a": [1, 2],\n "b": 2 }');
  expect(diff).toEqual(['     1,', '     2', '   ],', '-  "b": 1', '+  "b": 2', ' }']);
});

test('a list that becomes longer does not change its last item, which gets a comma', () => {
  expect(lines(['a', 'b'], ['a', 'b', 'c'])).toEqual([' [', '   "a",', '   "b",', '+  "c"', ' ]']);
});

test('three lines around each difference, and @@ for the rest', () => {
  const before = numbered(0, 30);
  const after = before.map((line) => (line === 'line 5' || line === 'line 20' ? `${line}!` : line));
  expect(lines(before.join('\n'), after.join('\n'))).toEqual([
    ...[' line 2', ' line 3', ' line 4', '-line 5', '+line 5!', ' line 6', ' line 7', ' line 8'],
    '@@',
    ...[' line 17', ' line 18', ' line 19', '-line 20', '+line 20!', ' line 21', ' line 22', ' line 23'],
  ]);
});

test('differences that are six lines apart share their context', () => {
  const before = numbered(0, 9);
  const after = before.map((line) => (line === 'line 1' || line === 'line 8' ? 'x' : line));
  expect(lines(before.join('\n'), after.join('\n'))).not.toContain('@@');
});

test('what is new and what goes has one side only', () => {
  expect(contextualDiff(null, 'a\nb\n')).toEqual({ lines: ['+a', '+b'], added: 2, removed: 0 });
  expect(contextualDiff('a\n', null)).toEqual({ lines: ['-a'], added: 0, removed: 1 });
  expect(contextualDiff(null, null).added).toBe(0);
});

test('a document that becomes a text is compared as text', () => {
  expect(lines('{"a":1}', 'none')).toEqual(['-{', '-  "a": 1', '-}', '+none']);
});

test('numbers that JavaScript cannot hold differ as texts', () => {
  expect(lines('{"a":12345678901234567890}', '{"a":12345678901234567891}').slice(1)).toEqual([
    '-{"a":12345678901234567890}',
    '+{"a":12345678901234567891}',
  ]);
});

test('the same document, written differently, is said to be the same', () => {
  expect(lines('{"a":1,"b":2}', '{"b":2,"a":1}')[0]).toContain('same document');
});

test('what would steer a terminal or turn the text round is shown as its code', () => {
  expect(lines('a\nb', 'a\n\u001b[31mb\u202e\r')).toEqual([' a', '-b', '+\\u001b[31mb\\u202e\\u000d']);
});

test('of long lines, the part is shown in which they differ', () => {
  const [before, after] = ['x'.repeat(1_000), 'y'.repeat(1_000)];
  const [removed = '', added = ''] = lines(`${before}old${after}\n.`, `${before}new${after}\n.`);
  expect(removed).toMatch(/^-….*xxxoldyyy.*… \(2003 characters\)$/);
  expect(added).toMatch(/^\+….*xxxnewyyy.*… \(2003 characters\)$/);
  expect(added.length).toBeLessThan(300);
});

test.each([
  ['many lines that all differ', 200_000],
  ['more differences than are looked for', 5_000],
])('%s: counted, cut, and within seconds', (_, length) => {
  const side = (name: string) => Array.from({ length }, (_, index) => `${name} ${index}`).join('\n');
  const started = performance.now();
  const diff = contextualDiff(side('old'), side('new'));
  expect(performance.now() - started).toBeLessThan(5_000);
  expect(diff).toMatchObject({ added: length, removed: length });
  expect(diff.lines).toHaveLength(401);
  expect(diff.lines.at(-1)).toBe(`@@ ${2 * length - 400} more lines @@`);
});

test('one difference in a long text is found', () => {
  const text = numbered(0, 50_000);
  const diff = contextualDiff(text.join('\n'), text.toSpliced(25_000, 1).join('\n'));
  expect(diff).toMatchObject({ added: 0, removed: 1 });
  expect(diff.lines).toContain('-line 25000');
});
