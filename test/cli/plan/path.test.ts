import { formatPath, isWithin } from '../../../cli/plan/path';
import type { Path } from '../../../cli/plan/walk';

test.each<[Path, string]>([
  [['versioning', 0, 'enabled'], 'versioning[0].enabled'],
  [['tags', 'owner'], 'tags.owner'],
  [['tags', 'cost-center'], 'tags["cost-center"]'],
  [['tags', '1a'], 'tags["1a"]'],
  [['rule', { index: 3, name: 'a "b"' }, 'id'], 'rule["a \\"b\\""].id'],
  [[], ''],
])('%j is %s', (path, text) => {
  expect(formatPath(path)).toBe(text);
});

test.each<[Path, Path, boolean]>([
  [['a', 0, 'b'], ['a'], true],
  [['a', 0, 'b'], ['a', 'b'], true],
  [['a', 0, 'b'], ['a', 0, 'b'], true],
  [['a', { index: 0, name: 'x' }, 'b'], ['a', 0], true],
  [['a', 1], ['a', 0], false],
  [['a'], ['a', 'b'], false],
  [['b', 'a'], ['a'], false],
  [['a', 'b', 'c'], ['a', 'c'], false],
  [['a', 'b', 'c'], ['a', '*', 'c'], true],
])('%j is within %j: %s', (path, above, expected) => {
  expect(isWithin(path, above)).toBe(expected);
});
