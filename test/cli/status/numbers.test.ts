import { age, bytes, count, gigabytes, span } from '../../../cli/status/numbers';

test('numbers are short', () => {
  expect([count(0), count(9999), count(12_345), count(4_560_000)]).toEqual(['0', '9,999', '12.3k', '4.56M']);
  expect([bytes(999), bytes(1230), bytes(45_600_000_000)]).toEqual(['999 B', '1.23 kB', '45.6 GB']);
  expect(age('2026-03-08T11:00:00Z', '2026-03-08T12:30:00Z')).toBe('1 h');
  expect(age(undefined, '2026-03-08T12:30:00Z')).toBe('never');
  expect([span(45), span(59.9), span(3600), span(172_799), span(172_800)]).toEqual([
    '45 s',
    '59 s',
    '1 h',
    '47 h',
    '2 d',
  ]);
});

test.each([
  [0, '0'],
  [999_999, '<0.001'],
  [12_000_000, '0.012'],
  [1_500_000_000, '1.50'],
  [120_400_000_000, '120'],
])('%s bytes are %s GB', (value, text) => {
  expect(gigabytes(value)).toBe(text);
});
