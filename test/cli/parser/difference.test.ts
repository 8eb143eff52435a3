import { differencesOf } from '../../../cli/parser/difference';
import { leavesOf } from '../../../cli/parser/event-paths';

const paths = (before: unknown, after: unknown) =>
  differencesOf(before, after).map(({ path, before, after }) => [path, before, after]);

test.each<[string, unknown, unknown, unknown[][]]>([
  ['equal', { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, []],
  ['keys in another order', { a: 1, b: 2 }, { b: 2, a: 1 }, []],
  ['a value', { a: { b: 1 } }, { a: { b: 2 } }, [['a.b', 1, 2]]],
  ['a type', { a: 1 }, { a: '1' }, [['a', 1, '1']]],
  ['a field more', { a: 1 }, { a: 1, b: { c: 2 } }, [['b.c', undefined, 2]]],
  ['a field less', { a: 1, b: { c: 2 } }, { a: 1 }, [['b.c', 2, undefined]]],
  ['an element taken out of the middle', { a: ['x', 'y', 'z'] }, { a: ['x', 'z'] }, [['a[1]', 'y', undefined]]],
  ['an element put in front', { a: ['y'] }, { a: ['x', 'y'] }, [['a[0]', undefined, 'x']]],
  ['within an element', { a: [{ k: 1, v: 1 }, { k: 2 }] }, { a: [{ k: 1, v: 2 }, { k: 2 }] }, [['a[0].v', 1, 2]]],
  ['keys that are no names', { a: { 'SSL Name': 'x' } }, { a: { 'SSL Name': 'y' } }, [['a["SSL Name"]', 'x', 'y']]],
  [
    'a value that becomes an object',
    { a: 1 },
    { a: { b: 1 } },
    [
      ['a', 1, undefined],
      ['a.b', undefined, 1],
    ],
  ],
  [
    'an outcome of another kind',
    { dropped: 'T' },
    { error: 'e' },
    [
      ['dropped', 'T', undefined],
      ['error', undefined, 'e'],
    ],
  ],
  ['nothing before', undefined, { a: 1 }, [['a', undefined, 1]]],
])('%s', (_, before, after, expected) => {
  expect(paths(before, after)).toEqual(expected);
});

test('leaves are told in their order, empty objects and lists as well', () => {
  expect(leavesOf({ a: { b: [1, {}] }, c: [], 'd e': null })).toEqual([
    ['a.b[0]', 1],
    ['a.b[1]', {}],
    ['c', []],
    ['["d e"]', null],
  ]);
});
