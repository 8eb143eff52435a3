import { CollectorError, type ErrorCode } from '../../../functions/qualys/contract';
import { waitBefore } from '../../../functions/qualys/patience';

const error = (code: ErrorCode, waitSeconds?: number) => new CollectorError(code, 'no', waitSeconds);
const waits = (code: ErrorCode, attempts: number, random = 1) =>
  Array.from({ length: attempts }, (_, index) => waitBefore(index + 1, error(code), random));

it('gives up after a few attempts on what may not pass', () => {
  expect(waits('qualys_unavailable', 5)).toEqual([1, 2, 4, 8, undefined]);
  expect(waits('malformed_answer', 3)).toEqual([1, 4, undefined]);
  expect(waits('timed_out', 4)).toEqual([1, 1, 1, undefined]);
});

it('never gives up on a limit', () => {
  expect(waits('rate_limited', 6)).toEqual([30, 60, 120, 300, 300, 300]);
  expect(waits('concurrency_limited', 7)).toEqual([5, 10, 30, 60, 120, 300, 300]);
});

it('halves its own waits at most, and only lengthens those that Qualys asks for', () => {
  expect(waitBefore(1, error('rate_limited'), 0)).toBe(15);
  expect(waitBefore(1, error('rate_limited', 100), 0)).toBe(100);
  expect(waitBefore(9, error('rate_limited', 100), 1)).toBe(110);
  expect(waitBefore(1, error('rate_limited', 3600), 1)).toBe(3630);
});

it('believes no wait above a day', () => {
  expect(waitBefore(1, error('rate_limited', 999_999_999), 0)).toBe(86_400);
});

it.each<ErrorCode>([
  ...(['credentials_rejected', 'account_inactive', 'permission_missing', 'wrong_api_url', 'request_refused'] as const),
  ...(['ids_disordered', 'empty_page', 'interrupted', 'storage_unavailable'] as const),
])('does not repeat after %s, whatever else it says', (code) => {
  expect(waitBefore(1, error(code, 5), 0.5)).toBeUndefined();
});
