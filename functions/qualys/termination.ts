/** What the answer, which is sent when the action has ended, gets to leave the instance. */
const ANSWER_MS = 1000;

/**
 * Takes SIGTERM over while something runs, so that it ends in an orderly way: Cloud Run sends the signal ten seconds
 * before it ends an instance ("Container runtime contract", cloud.google.com/run/docs/container-contract), and the
 * Functions Framework would exit at once.
 */
export async function untilTerminated<Result>(action: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  const stop = () => controller.abort();
  const others = process.listeners('SIGTERM');
  process.removeAllListeners('SIGTERM').on('SIGTERM', stop);
  try {
    return await action(controller.signal);
  } finally {
    process.off('SIGTERM', stop);
    for (const listener of others) process.on('SIGTERM', listener);
    if (controller.signal.aborted) setTimeout(() => process.kill(process.pid, 'SIGTERM'), ANSWER_MS);
  }
}
