import * as fc from 'fast-check';
import { splitColumns } from '../../../cbn/text/csv';
import { cpuTime } from '../cpu-time';

test.each([
  ['a,b,,c', {}, ['a', 'b', '', 'c']],
  ['a', {}, ['a']],
  [',', {}, ['', '']],
  [' a , b ', {}, [' a ', ' b ']],
  ['"a,b","c ""d""",""', {}, ['a,b', 'c "d"', '']],
  ['"a\r\nb",c', {}, ['a\nb', 'c']],
  ['a,b\r\nc,d', {}, ['a', 'b']],
  ['a,b\r', {}, ['a', 'b']],
  ['"a","b"\r', {}, ['a', 'b']],
  ['\n\r\na,b', {}, ['a', 'b']],
  ['a|b', { separator: '|' }, ['a', 'b']],
  ['a||b', { separator: '||' }, ['a', 'b']],
  ['a\tb', { separator: '\\t', unescapeSeparator: true }, ['a', 'b']],
  ['a\\tb', { separator: '\\t' }, ['a', 'b']],
  // The documentation's example of quotes that stand where they should not.
  [
    '102\t"Internal "Critical" Server"\t192.168.1.100\t"Failed login"',
    { separator: '\\t', unescapeSeparator: true, lazyQuotes: true },
    ['102', 'Internal "Critical" Server', '192.168.1.100', 'Failed login'],
  ],
  ['a"b,c', { lazyQuotes: true }, ['a"b', 'c']],
  ['"a,b', { lazyQuotes: true }, ['a,b']],
  ['a"b,c', {}, undefined],
  ['"a"b,c', {}, undefined],
  ['"a,b', {}, undefined],
  ['', {}, undefined],
  ['\n\n', {}, undefined],
] as const)('%j %j', (text, options, columns) => {
  expect(splitColumns(text, options)).toEqual(columns);
});

test('columns that were written are read again', () => {
  const column = fc.string({ unit: fc.constantFrom(...'ab",\n é') });
  fc.assert(
    fc.property(fc.array(column, { minLength: 1 }), (columns) => {
      const line = columns.map((text) => `"${text.replaceAll('"', '""')}"`).join(',');
      expect(splitColumns(line, {})).toEqual(columns);
    }),
  );
});

test.each([
  ['commas', ','.repeat(4 << 20), (4 << 20) + 1],
  ['quotes', '""'.repeat(2 << 20), 1],
  ['lines', 'a\n'.repeat(2 << 20), 1],
])('4 MB of %s', (_, text, count) => {
  const begun = cpuTime();
  expect(splitColumns(text, { lazyQuotes: true })).toHaveLength(count);
  expect(cpuTime() - begun).toBeLessThan(5000);
});
