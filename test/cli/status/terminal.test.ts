import { isUnicodeLocale, shown, sparkline } from '../../../cli/status/terminal';

test('a sparkline has at most eight columns, and nothing looks like something', () => {
  expect(sparkline([0, 1, 4, 8], { unicode: true })).toBe('·▂▅█');
  expect(
    sparkline(
      Array.from({ length: 31 }, () => 1),
      { unicode: false },
    ),
  ).toHaveLength(8);
  expect(sparkline([], { unicode: true })).toBe('');
});

test('the locale says what a terminal can show', () => {
  expect(isUnicodeLocale({ LANG: 'C', LC_ALL: 'de_DE.UTF-8' })).toBe(true);
  expect(isUnicodeLocale({ LANG: 'de_DE.UTF-8', LC_ALL: 'C' })).toBe(false);
  expect(isUnicodeLocale({})).toBe(false);
  expect(shown('a… é', { unicode: false })).toBe('a... ?');
});
