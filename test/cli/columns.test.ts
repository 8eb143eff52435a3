import { columnsOf } from '../../cli/columns';

test.each([
  [undefined, {}, 80],
  [undefined, { COLUMNS: '60' }, 60],
  [132, { COLUMNS: '60' }, 132],
  // Some terminals tell none.
  [0, {}, 80],
  [undefined, { COLUMNS: 'x' }, 80],
  [undefined, { COLUMNS: '0' }, 80],
])('a stream of %p columns with %j has %i', (columns, env, expected) => {
  expect(columnsOf({ columns: columns as number }, env)).toBe(expected);
});
