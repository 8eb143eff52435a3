import { parseDays } from '../../../cli/status/verb';
import { UserError } from '../../../environments/user-error';

test.each(['0', '31', '1.5', 'week', ''])('--days %s is refused', (text) => {
  expect(() => parseDays(text)).toThrow(UserError);
});

test.each([
  ['1', 1],
  ['30', 30],
])('--days %s is taken', (text, days) => {
  expect(parseDays(text)).toBe(days);
});
