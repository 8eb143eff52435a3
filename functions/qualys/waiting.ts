import { CollectorError, LOG_EVENTS } from './contract';
import { isLimit, waitBefore } from './patience';
import type { Run } from './run-context';

/**
 * Waits before another attempt.
 *
 * @param attempt number of attempts that have failed, from 1
 * @throws CollectorError the error itself if waiting does not help, or takes longer than the run may
 */
export async function waitAfter(
  error: CollectorError,
  attempt: number,
  { effects, summary, deadline }: Run,
): Promise<void> {
  const wait = waitBefore(attempt, error, effects.random());
  if (wait === undefined) throw error;
  if (effects.now() + wait * 1000 >= deadline || effects.signal.aborted) {
    throw isLimit(error.code) ? new CollectorError(error.code, error.message, wait) : error;
  }
  const waitSeconds = Math.round(wait * 10) / 10;
  effects.log('WARNING', `${error.message} Attempt ${attempt}; the next in ${waitSeconds} s.`, {
    event: LOG_EVENTS.retry,
    code: error.code,
    attempt,
    waitSeconds,
  });
  summary.waits += 1;
  summary.waitSeconds += wait;
  await effects.sleep(wait * 1000);
  if (effects.signal.aborted) throw new CollectorError('interrupted', 'The run was told to stop.');
}

/** Does something until it succeeds, as far as patience goes. @throws CollectorError of the last attempt */
export async function patiently<Result>(
  run: Run,
  attempt: () => Promise<Result>,
  onError: (error: CollectorError) => void = () => {},
): Promise<Result> {
  for (let number = 1; ; number += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof CollectorError)) throw error;
      onError(error);
      await waitAfter(error, number, run);
    }
  }
}
