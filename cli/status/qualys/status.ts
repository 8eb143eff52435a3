import { seconds } from '../../../environments/duration';
import { isSweeping, type State } from '../../../functions/qualys/contract';
import type { Clock } from '../../clock';
import { readLiveState } from '../../collector/feed-state';
import { type RunLine, readAllRunLines } from '../../collector/run-log';
import { type Feed, listFeeds } from '../../collector/secops-feeds';
import { COLLECTOR_PIPELINE } from '../../collector/target';
import type { GoogleApi } from '../../google-api';
import { survey } from '../../parser/survey';
import type { Window } from '../../window';
import { attempt, merged, unknownFact } from '../attempt';
import { type Fact, ok, type PipelineStatus, problem } from '../model';
import { span } from '../numbers';
import { byDay, datesOf } from '../window';
import { lookAtBucket } from './bucket';
import { judgeFeed } from './feed';
import { judgeParser } from './parser';
import { isFailure, isSilent, judgeCredentials, judgeRuns } from './runs';
import { lookAtSchedule } from './schedule';
import type { FeedTarget, QualysTarget } from './target';

export interface QualysStatusOptions {
  readonly target: QualysTarget;
  /** Of the pipeline's project. */
  readonly api: GoogleApi;
  /** Of the project that SecOps is linked to. */
  readonly secops: GoogleApi;
  readonly window: Window;
  readonly clock: Clock;
}

/** What one feed's collector did. */
interface FeedReading {
  readonly facts: readonly Fact[];
  /** Newest first; undefined if they could not be read. */
  readonly lines: readonly RunLine[] | undefined;
  readonly lastSuccess: string | undefined;
  readonly lagSeconds: number | undefined;
}

/**
 * How the pipeline of Qualys fares: its runs by their lines in Cloud Logging and by the state, its schedule, bucket and
 * feed, and which parser is active. Nothing is changed, and Qualys is not asked. What Google Cloud refuses to tell is a
 * fact that says so.
 *
 * It takes `logging.logEntries.list`, `cloudscheduler.jobs.get`, `storage.objects.list` on the logs bucket,
 * `storage.objects.get` on the state bucket, and of SecOps `chronicle.feeds.list`, `chronicle.parsers.list` and
 * `chronicle.parserExtensions.list`.
 */
export async function readQualysStatus(options: QualysStatusOptions): Promise<PipelineStatus> {
  const { target, window } = options;
  const [readings, feeds, parsers] = await Promise.all([
    Promise.all(target.feeds.map((feed) => readFeed(feed, options))),
    readSecopsFeeds(options),
    attempt('parser', () => lookAtParsers(options)),
  ]);
  const read = readings.flatMap(({ lines }) => (lines === undefined ? [] : [lines]));
  const lines = read.flat();
  const sum = (field: 'alerts' | 'bytes') => lines.reduce((total, { fields }) => total + Number(fields[field] ?? 0), 0);
  const events = lines.map((line) => ({
    date: line.timestamp.slice(0, 10),
    count: Number(line.fields.alerts ?? 0),
    failures: isFailure(line) ? 1 : 0,
  }));
  const lags = readings.flatMap(({ lagSeconds }) => (lagSeconds === undefined ? [] : [lagSeconds]));
  // Of several feeds the one that is worst off; one without any success hides those of the others.
  const successes = readings.map(({ lastSuccess }) => lastSuccess);
  const lastSuccess = successes.includes(undefined) ? undefined : successes.sort()[0];
  return {
    pipeline: COLLECTOR_PIPELINE,
    counted: 'records',
    failed: 'runs',
    ...(lastSuccess !== undefined && { lastSuccess }),
    ...(lags.length > 0 && { lagSeconds: Math.max(...lags) }),
    ...(read.length > 0 && {
      count: sum('alerts'),
      bytes: sum('bytes'),
      bytesKind: 'compressed' as const,
      failures: lines.filter(isFailure).length,
      days: byDay(window, events),
    }),
    facts: merged([
      ...readings.flatMap((reading, index) => [
        ...reading.facts,
        ...feedFacts(target.feeds[index], reading, feeds, options),
      ]),
      ...parsers,
    ]),
  };
}

async function readFeed(feed: FeedTarget, options: QualysStatusOptions): Promise<FeedReading> {
  const { target, api, window, clock } = options;
  const now = clock.now();
  const iso = new Date(now).toISOString();
  const [lines, state, schedule, bucket] = await Promise.all([
    settled(readAllRunLines(api, feed, window.from)),
    settled(readLiveState(api, feed)),
    attempt(`${feed.feed} schedule`, () => lookAtSchedule(feed, api, iso)),
    attempt(`${feed.feed} bucket`, () => lookAtBucket(feed, api, datesOf(window)[0] ?? '', iso)),
  ]);
  const { missedRuns, lag, sweep } = target.alarms;
  const known = lines.value;
  const credentials = judgeCredentials(feed, known, 'error' in state ? 'unknown' : state.value);
  const lagSeconds = lagOf(feed, known, state.value, missedRuns, now);
  return {
    lines: known,
    lastSuccess: known?.find(({ severity }) => severity === 'INFO')?.timestamp ?? state.value?.drainedAt ?? undefined,
    lagSeconds,
    facts: [
      known === undefined ? unknownFact(`${feed.feed} runs`, lines.error) : judgeRuns(feed, known, missedRuns, now),
      ...('error' in state ? [unknownFact(`${feed.feed} state`, state.error)] : []),
      ...(credentials === undefined ? [] : [credentials]),
      ...(lagSeconds === undefined ? [] : [judgeLag(feed, lagSeconds, seconds(isSweeping(feed.feed) ? sweep : lag))]),
      ...schedule,
      ...bucket,
    ],
  };
}

/**
 * How far a feed is behind: as its last run said, and longer where no run came since; without lines as its state says.
 */
function lagOf(
  feed: FeedTarget,
  lines: readonly RunLine[] | undefined,
  state: State | undefined,
  missedRuns: number,
  now: number,
): number | undefined {
  const last = lines?.find(({ fields }) => typeof fields.lagSeconds === 'number');
  if (last !== undefined) {
    const since = isSilent(feed, last, missedRuns, now) ? (now - Date.parse(last.timestamp)) / 1000 : 0;
    return Math.round(Number(last.fields.lagSeconds) + since);
  }
  if (state === undefined) return undefined;
  return Math.max(0, Math.round((now - reachedBy(feed, state)) / 1000));
}

/** Up to when a feed has what Qualys has; before the first sweep is complete, when that began. */
function reachedBy({ feed }: FeedTarget, { since, cursorDate, drainedAt, sweep }: State): number {
  if (isSweeping(feed)) return Date.parse(drainedAt ?? sweep?.begunAt ?? since);
  return Math.max(Date.parse(cursorDate ?? since), Date.parse(drainedAt ?? since));
}

function judgeLag({ feed }: FeedTarget, lagSeconds: number, most: number): Fact {
  const name = `${feed} lag`;
  if (lagSeconds <= most)
    return ok(name, lagSeconds === 0 ? 'nothing is left in Qualys' : `${span(lagSeconds)} behind`);
  return problem(
    name,
    `${span(lagSeconds)} behind Qualys, and ${span(most)} are allowed`,
    'Nothing is lost: the backlog drains over the next runs. docs/runbooks/qualys-lag.md says what holds it up.',
  );
}

type SecopsFeeds = { readonly value?: readonly Feed[] | 'by hand'; readonly error?: unknown };

async function readSecopsFeeds({ target, secops }: QualysStatusOptions): Promise<SecopsFeeds> {
  return target.parsers === undefined ? { value: 'by hand' } : settled(listFeeds(secops, target.parsers.instance));
}

function feedFacts(
  feed: FeedTarget | undefined,
  { lines = [] }: FeedReading,
  feeds: SecopsFeeds,
  { target, clock }: QualysStatusOptions,
): Fact[] {
  if (feed === undefined) return [];
  const name = `${feed.feed} feed`;
  if (feeds.value === undefined) return [unknownFact(name, feeds.error)];
  if (feeds.value === 'by hand') return [ok(name, 'made by hand, and not looked at: qualys.secops is not set')];
  const writtenAt = lines
    .filter(({ fields }) => Number(fields.objects ?? 0) > 0)
    .map(({ timestamp }) => Date.parse(timestamp));
  const silenceSeconds = seconds(target.alarms.secopsSilence);
  return [judgeFeed(feed, { feeds: feeds.value, writtenAt, silenceSeconds, now: clock.now() })];
}

async function lookAtParsers({ target, secops }: QualysStatusOptions): Promise<readonly Fact[]> {
  const { parsers, environment } = target;
  if (parsers === undefined) return [];
  return (await survey(secops, parsers)).map((one) => judgeParser(one, environment));
}

/** What was asked for, or the error. */
async function settled<T>(request: Promise<T>): Promise<{ readonly value?: T; readonly error?: unknown }> {
  try {
    return { value: await request };
  } catch (error) {
    return { error };
  }
}
