import type { CollectorError, ErrorCode } from './contract';

/**
 * Seconds before the attempts that follow an error, for the errors that pass by themselves. A limit's last step repeats
 * until the run's time is used up; after the last step of another error the run gives up. The steps for concurrency are
 * those of AWS' Qualys pipeline ("Qualys VMDR", Amazon CloudWatch pipelines).
 */
const STEPS: Partial<Record<ErrorCode, readonly number[]>> = {
  rate_limited: [30, 60, 120, 300],
  concurrency_limited: [5, 10, 30, 60, 120, 300],
  qualys_unavailable: [1, 2, 4, 8],
  timed_out: [1, 1, 1],
  malformed_answer: [1, 4],
};

/** A window is an hour, of the smallest subscription a day: longer waits are not believed. */
const LONGEST_WAIT_SECONDS = 86_400;

/** An error that only Qualys' limits cause, and that waiting always ends. */
export function isLimit(code: ErrorCode): boolean {
  return code === 'rate_limited' || code === 'concurrency_limited';
}

/**
 * Seconds to wait before the next attempt, jittered so that collectors which failed together do not come back together;
 * undefined if another attempt would not help.
 *
 * @param attempt number of attempts that have failed, from 1
 * @param random from 0 to 1
 */
export function waitBefore(attempt: number, error: CollectorError, random: number): number | undefined {
  const steps = STEPS[error.code];
  if (!steps) return undefined;
  if (error.waitSeconds !== undefined) {
    const asked = Math.min(error.waitSeconds, LONGEST_WAIT_SECONDS);
    return asked + random * Math.min(asked / 10, 30);
  }
  const step = steps[attempt - 1] ?? (isLimit(error.code) ? steps.at(-1) : undefined);
  return step === undefined ? undefined : step * (0.5 + random / 2);
}
