import fc from 'fast-check';
import { overlap, reaches } from '../../../cli/inventory/patterns';
import { fits } from '../../policies/pattern';

const pattern = fc.array(fc.constantFrom('a', 'b', '/', '*', '?'), { maxLength: 7 }).map((parts) => parts.join(''));
const text = fc.array(fc.constantFrom('a', 'b', '/'), { maxLength: 7 }).map((parts) => parts.join(''));

test('a pattern overlaps a text that it fits, and no other', () => {
  fc.assert(fc.property(pattern, text, (one, other) => overlap(one, other) === fits(one, other)));
});

test('two patterns that one text fits overlap, in either order', () => {
  fc.assert(
    fc.property(pattern, pattern, text, (one, other, both) => {
      expect(overlap(one, other)).toBe(overlap(other, one));
      if (fits(one, both) && fits(other, both)) expect(overlap(one, other)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ['a*b', 'c*', false],
  ['a*', '*b', true],
  ['a?c', 'ab*', true],
  ['a?', 'a', false],
  ['*', '', true],
])('%s and %s: %s', (one, other, expected) => {
  expect(overlap(one, other)).toBe(expected);
});

test.each([
  ['arn:aws:s3:::logs', true],
  ['arn:aws:s3:::logs/AWSLogs/*', true],
  ['arn:aws:s3:::*', true],
  ['arn:aws:s3:::logs-access/*', false],
  ['arn:aws:s3:::log', false],
])('%s reaches the bucket logs: %s', (one, expected) => {
  expect(reaches(one, 'arn:aws:s3:::logs')).toBe(expected);
});

test('long patterns are decided soon', () => {
  expect(overlap(`${'a*'.repeat(60)}b`, `${'*a'.repeat(60)}c`)).toBe(false);
});
