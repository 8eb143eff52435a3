import { UserError } from '../../environments/user-error';
import { LOG_CODES, type LogCode } from '../../functions/qualys/contract';
import type { Clock } from '../clock';
import { EXIT } from '../exit-codes';
import { type GoogleApi, GoogleApiError } from '../google-api';
import { formatMoment } from '../moment';
import type { Note, Progress } from '../progress';
import type { Verdict } from '../verdict';
import { unblock } from './feed-state';
import { beginOf, type RunLine, readRunLines, runFilter } from './run-log';
import { renderRun } from './run-report';
import { startJob } from './scheduler-job';
import type { CollectorTarget } from './target';

export interface RunOptions {
  readonly target: CollectorTarget;
  readonly api: GoogleApi;
  /** Wait for the run's end, and judge it. */
  readonly wait: boolean;
  /** First let the feed log in again with the credentials that Qualys rejected. */
  readonly unblock: boolean;
  readonly progress: Progress;
  readonly clock: Clock;
}

/** Between two looks into the log; a project may read 60 times a minute (cloud.google.com/logging/quotas). */
const POLL_MS = 5_000;
/** After the function's timeout: for its start, a call that must wait for another run, and the way of the line. */
const MARGIN_SECONDS = 60;

/**
 * Runs a collector now: starts its Cloud Scheduler job, since the function itself takes calls from inside its project
 * only, and waits for the line that the run leaves in the log.
 *
 * @throws UserError when the run could not be started, or the feed not be unblocked
 */
export async function runNow(options: RunOptions): Promise<Verdict> {
  const { target, api, progress, clock } = options;
  const unblocked = options.unblock
    ? await progress.step(
        'Unblock the feed',
        () => unblock(api, target, clock),
        (done) => (done ? 'the next run logs in with the same credentials' : 'it was not blocked'),
      )
    : undefined;
  const started = await progress.step(`Start the job ${target.job}`, () => startJob(api, target, clock));
  const known = {
    environment: target.environment,
    feed: target.feed,
    job: target.job,
    function: target.function,
    startedAt: formatMoment(started.since),
    ...(unblocked !== undefined && { unblocked }),
    ...(started.warning !== undefined && { warning: started.warning }),
  };
  const say = (text: string) => (started.warning === undefined ? text : `${text}\n${started.warning}`);
  if (!options.wait)
    return {
      exitCode: EXIT.good,
      document: { ...known, run: null },
      text: say(`The run was started. See how it ends:\n  ${lookCommand(target, started.since)}`),
    };

  const ending = await progress.step('Wait for its end (Ctrl-C leaves it running)', (note) =>
    waitForEnd(options, started.since, note),
  );
  if (typeof ending === 'string')
    return {
      exitCode: EXIT.couldNotTell,
      document: { ...known, run: null, couldNotTell: ending, look: lookCommand(target, started.since) },
      text: say(
        `The run was started, but how it ended could not be told: ${ending}\nLook:\n  ${lookCommand(target, started.since)}`,
      ),
    };
  return judge(ending, target, known, say);
}

/** The first run that began after a moment; or why there is none, for people. */
async function waitForEnd({ target, api, clock }: RunOptions, since: number, note: Note): Promise<RunLine | string> {
  const patienceSeconds = target.timeoutSeconds + MARGIN_SECONDS;
  const deadline = clock.now() + patienceSeconds * 1000;
  for (;;) {
    let reason = `no line of it came within ${patienceSeconds} s.`;
    try {
      // The first look is early, for who may not read the log to learn it at once.
      const lines = await readRunLines(api, target, since);
      // Newest first. A run that was at work already belongs to a tick of the schedule.
      const ours = lines.filter((line) => beginOf(line) >= since).at(-1);
      if (ours !== undefined) return ours;
      if (lines.length > 0) {
        reason = `only a run that had begun before has ended within ${patienceSeconds} s.`;
        note('a run that had begun before has ended; this one is still to come');
      }
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      reason = error.message;
      if (!(error instanceof GoogleApiError) || !error.isPassing) return reason;
      note(`the log cannot be read for now: ${reason.split('\n')[0]}`);
    }
    if (clock.now() >= deadline) return reason;
    await clock.sleep(POLL_MS);
  }
}

function judge(line: RunLine, target: CollectorTarget, known: object, say: (text: string) => string): Verdict {
  const { timestamp, severity, message, fields } = line;
  const code = String(fields.code);
  // A code that this checkout does not know comes from a newer or an older deployment, and has its own words.
  const meaning = Object.hasOwn(LOG_CODES, code) ? LOG_CODES[code as LogCode] : undefined;
  const isGood = (meaning?.severity ?? severity) === 'INFO';
  const action = (meaning?.action ?? String(fields.action ?? ''))
    .replaceAll('<env>', target.environment)
    .replaceAll('<feed>', target.feed);
  const needsAction = code !== 'collected' && action !== '';
  return {
    exitCode: isGood ? EXIT.good : EXIT.failed,
    document: { ...known, run: { ...fields, timestamp, severity, message, ...(needsAction && { action }) } },
    text: say(renderRun(line, needsAction ? action : undefined)),
  };
}

function lookCommand(target: CollectorTarget, since: number): string {
  return `gcloud logging read '${runFilter(target, since)}' --project=${target.project} --limit=5`;
}
