import { CronExpressionParser } from 'cron-parser';
import { LOG_CODES, type LogCode, type State } from '../../../functions/qualys/contract';
import type { RunLine } from '../../collector/run-log';
import { COLLECTOR_PIPELINE } from '../../collector/target';
import { type Fact, ok, problem } from '../model';
import { age } from '../numbers';
import type { FeedTarget } from './target';

/** Codes of runs that Qualys let in no more; the alarm `credentials` stands on the same. */
const ABOUT_CREDENTIALS: readonly string[] = ['credentials_missing', 'credentials_rejected', 'account_inactive'];
/** What a repetition can mend is a problem after so many runs in a row; the alarm `failure` allows as many. */
const PASSING_FAILURES = 3;
/** A run may end so long after its tick and still be in time, as for the alarm `silence`. */
const LATE_SECONDS = 1_200;

/** The code of a run; one that this checkout does not know comes from a newer or an older deployment. */
export function codeOf({ fields }: RunLine): string {
  return String(fields.code);
}

export function isFailure(line: RunLine): boolean {
  return severityOf(line) === 'ERROR';
}

function severityOf(line: RunLine): string {
  return meaningOf(line)?.severity ?? line.severity;
}

function meaningOf(line: RunLine) {
  const code = codeOf(line);
  return Object.hasOwn(LOG_CODES, code) ? LOG_CODES[code as LogCode] : undefined;
}

/**
 * Judges how the last runs ended.
 * @param lines newest first
 * @param missedRuns so many ticks without a run are a problem
 * @param now milliseconds since the epoch
 */
export function judgeRuns(feed: FeedTarget, lines: readonly RunLine[], missedRuns: number, now: number): Fact {
  const name = `${feed.feed} runs`;
  const [last] = lines;
  if (last === undefined || isSilent(feed, last, missedRuns, now))
    return problem(
      name,
      last === undefined
        ? 'no run has ended in this time'
        : `no run has ended since ${last.timestamp.slice(0, 16).replace('T', ' ')} UTC, for more than ${missedRuns} ticks of ${feed.schedule}`,
      'Look at the schedule, and start one: docs/runbooks/qualys-silence.md.',
      `./tributary run ${feed.environment} ${COLLECTOR_PIPELINE} ${feed.feed}`,
    );
  const ended = `the last ended ${age(last.timestamp, new Date(now).toISOString())} ago: ${codeOf(last)}`;
  const row = lines.findIndex((line) => !isFailure(line));
  const inRow = row === -1 ? lines.length : row;
  const isStanding = inRow > 0 && (meaningOf(last)?.retryable !== true || inRow >= PASSING_FAILURES);
  // Blocked credentials are a fact of their own.
  if (isStanding && !ABOUT_CREDENTIALS.includes(codeOf(last)))
    return problem(name, `${ended}, ${inRow} in a row${said(last)}`, actionOf(last, feed));
  const failures = lines.filter(isFailure).length;
  const sums = failures === 0 ? `none of ${lines.length} failed` : `${failures} of ${lines.length} failed`;
  const { backfill, resumeAt, knowledgeBase } = last.fields;
  return ok(
    name,
    [
      ended,
      sums,
      ...(backfill ? [`the backfill ${backfill} is to be continued`] : []),
      ...(knowledgeBase === 'missing' ? ['without titles and scores: Qualys does not grant the KnowledgeBase'] : []),
      ...(resumeAt && Date.parse(String(resumeAt)) > now ? [`Qualys' limits hold until ${resumeAt}`] : []),
    ].join('; '),
  );
}

/**
 * Whether Qualys takes the credentials.
 * @param lines newest first; undefined if they could not be read
 * @param state undefined before the first run; `unknown` if it could not be read
 */
export function judgeCredentials(
  feed: FeedTarget,
  lines: readonly RunLine[] | undefined,
  state: State | undefined | 'unknown',
): Fact | undefined {
  const name = `${feed.feed} credentials`;
  const blocked = state === 'unknown' ? undefined : state?.blocked;
  const [last] = lines ?? [];
  const isAboutThem = last !== undefined && ABOUT_CREDENTIALS.includes(codeOf(last));
  if (last !== undefined && isAboutThem)
    return problem(
      name,
      blocked === undefined
        ? `no login to Qualys: ${codeOf(last)}${said(last)}`
        : `blocked since Qualys rejected them at ${blocked.at}: there is no login until others are there`,
      actionOf(last, feed),
    );
  // After a good run the state is without it; what is there is from a run whose line was not seen.
  if (blocked !== undefined)
    return problem(
      name,
      `blocked since Qualys rejected them at ${blocked.at}: there is no login until others are there`,
      LOG_CODES.credentials_rejected.action.replaceAll('<env>', feed.environment).replaceAll('<feed>', feed.feed),
    );
  if (last !== undefined) return ok(name, 'Qualys takes them');
  return state === 'unknown' || lines !== undefined ? undefined : ok(name, 'not blocked');
}

/** Whether so many ticks of the schedule have passed since a run. */
export function isSilent({ schedule, timeZone }: FeedTarget, last: RunLine, missedRuns: number, now: number): boolean {
  const ticks = CronExpressionParser.parse(schedule, {
    currentDate: new Date(now - LATE_SECONDS * 1000),
    tz: timeZone,
  });
  let tick = now;
  for (let missed = 0; missed < missedRuns; missed += 1) tick = ticks.prev().getTime();
  return Date.parse(last.timestamp) < tick;
}

function said({ message }: RunLine): string {
  return message === undefined ? '' : ` (${message.replace(/\.$/, '')})`;
}

function actionOf(line: RunLine, { environment, feed }: FeedTarget): string {
  return (meaningOf(line)?.action ?? String(line.fields.action ?? 'Read its line in Cloud Logging.'))
    .replaceAll('<env>', environment)
    .replaceAll('<feed>', feed);
}
