import { scanGroups } from '../../../cbn/regex/pattern-scan';

test('every kind of opening bracket, with its place', () => {
  expect(scanGroups('(a)(?:b)(?i:c)(?P<n>d)(?<m>e)(?=f)(?<!g)')).toEqual([
    { offset: 0, length: 1, captures: true },
    { offset: 3, length: 2, captures: false },
    { offset: 8, length: 2, captures: false },
    { offset: 14, length: 6, captures: true, name: 'n' },
    { offset: 22, length: 5, captures: true, name: 'm' },
    { offset: 29, length: 2, captures: false },
    { offset: 34, length: 2, captures: false },
  ]);
});

test.each([
  ['\\(', 0],
  ['[(]', 0],
  ['[](](a)', 1],
  ['[^](](a)', 1],
  ['[[:alpha:](](a)', 1],
  ['[\\](](a)', 1],
  ['\\Q(\\E(a)', 1],
  ['\\Q(', 0],
  ['\\', 0],
  ['[', 0],
])('%s has %i groups', (pattern, count) => {
  expect(scanGroups(pattern)).toHaveLength(count);
});
