import { type CollectEnd, collect, type Layout } from './collect';
import {
  type BackfillRequest,
  backfillObjectPrefix,
  backfillStateObject,
  CollectorError,
  LOG_EVENTS,
  objectPrefix,
  type State,
  stateObject,
} from './contract';
import type { Feed } from './feeds';
import { Ledger } from './ledger';
import { isLimit } from './patience';
import { type Effects, hasTime, type Limits, type Run, type Summary, utc } from './run-context';
import { begun, unhindered } from './state';
import { collectSweep } from './sweep';

/** A run ends with what it has done and, if it stopped before its end, with the reason. */
export interface Outcome {
  summary: Summary;
  error?: CollectorError;
}

/**
 * One run of a feed, as far as the time budget goes: what is new, then the backfills that were asked for; or the present
 * sweep.
 *
 * @throws nothing that a run foresees; {@link Outcome.error} tells it
 */
export async function runFeed(feed: Feed, limits: Limits, effects: Effects): Promise<Outcome> {
  const summary: Summary = {
    feed: feed.name,
    ...{ alerts: 0, objects: 0, bytes: 0, pages: 0, waits: 0, waitSeconds: 0 },
    drained: false,
  };
  const run: Run = { feed, limits, effects, summary, deadline: effects.now() + limits.timeBudgetSeconds * 1000 };
  try {
    await collectFeed(run);
    return { summary };
  } catch (error) {
    if (error instanceof CollectorError) return { summary, error };
    throw error;
  } finally {
    summary.waitSeconds = Math.round(summary.waitSeconds * 10) / 10;
  }
}

async function collectFeed(run: Run): Promise<void> {
  const prefix = objectPrefix(run.feed.name);
  const live = await open(stateObject(run.feed.name), prefix, run, () =>
    begun(utc(run.effects.now() - run.limits.initialLookbackSeconds * 1000)),
  );
  try {
    refuseIfHindered(live.state, run);
    live.state = unhindered(live.state);
    await conclude(live, await (run.feed.sweeps ? collectSweeps(live, run) : collectLive(live, prefix, run)), run);
  } finally {
    describe(live.state, run);
  }
}

async function collectLive(live: Ledger, prefix: string, run: Run): Promise<CollectEnd> {
  const end = await collect(live, byDay(prefix, run), run);
  if (end !== 'complete') return end;
  run.summary.drained = true;
  await live.writeIfNew({ ...live.state, drainedAt: utc(run.effects.now()) });
  return collectBackfills(run);
}

async function collectSweeps(live: Ledger, run: Run): Promise<CollectEnd> {
  const end = await collectSweep(live, run);
  run.summary.drained = end === 'complete';
  return end;
}

/** Objects lie in the folder of the day of their first record. */
function byDay(prefix: string, { feed }: Run): Layout {
  return {
    folder: (first) => `${prefix}dt=${feed.date(first).slice(0, 10)}/`,
    date: (last) => feed.date(last),
  };
}

/** The state, made before anything is asked if there is none: a repeated first run looks back to the same moment. */
async function open(name: string, prefix: string, { effects }: Run, first: () => State): Promise<Ledger> {
  const known = await Ledger.open(name, effects);
  if (known) return known;
  if (await effects.store.hasObjects(prefix)) {
    throw new CollectorError('state_lost', `There are objects under ${prefix}, but there is no ${name}.`);
  }
  const created = await Ledger.create(name, first(), effects);
  effects.log('INFO', `Begun ${name}: it collects what is dated after ${created.state.since}.`);
  return created;
}

/** Ends a run before it asks Qualys anything that Qualys has refused to hear. */
function refuseIfHindered({ blocked, resumeAt }: State, { effects, summary }: Run): void {
  if (blocked && effects.credentials.matches(blocked.credentials)) {
    throw new CollectorError(
      blocked.code,
      `Qualys rejected these credentials at ${blocked.at}: there is no login with them any more.`,
    );
  }
  if (resumeAt !== undefined && effects.now() < Date.parse(resumeAt)) {
    summary.resumeAt = resumeAt;
    throw new CollectorError('rate_limited', `Qualys' limits hold until ${resumeAt}.`);
  }
}

async function collectBackfills(run: Run): Promise<CollectEnd> {
  for (const request of await run.effects.store.backfillRequests(run.feed.name)) {
    run.summary.backfill = request.id;
    const end = hasTime(run) ? await collectBackfill(request, run) : 'out of time';
    if (end !== 'complete') return end;
    delete run.summary.backfill;
  }
  return 'complete';
}

/** A backfill has a state and a part of the prefix of its own; otherwise it is collected as the live feed is. */
async function collectBackfill({ id, since, until }: { id: string } & BackfillRequest, run: Run): Promise<CollectEnd> {
  const { feed, effects } = run;
  const prefix = backfillObjectPrefix(feed.name, id);
  const ledger = await open(backfillStateObject(feed.name, id), prefix, run, () => begun(since, until));
  const end = await collect(ledger, byDay(prefix, run), run);
  if (end !== 'complete') {
    await ledger.writeIfNew(ledger.state);
    return end;
  }
  await ledger.writeIfNew({ ...ledger.state, drainedAt: ledger.state.drainedAt ?? utc(effects.now()) });
  await effects.store.removeBackfillRequest(feed.name, id);
  effects.log('INFO', `The backfill ${id} is complete.`, { event: LOG_EVENTS.backfillDone, backfill: id });
  return end;
}

/** Writes down where the live feed stands and what must be known of an error before the next run. @throws that error */
async function conclude(live: Ledger, end: CollectEnd, run: Run): Promise<void> {
  if (!(end instanceof CollectorError)) return live.writeIfNew(live.state);
  const { effects, summary } = run;
  try {
    if (end.code === 'credentials_rejected') {
      await block(live, run);
    } else if (isLimit(end.code)) {
      summary.resumeAt = utc(effects.now() + Math.ceil(end.waitSeconds ?? 0) * 1000);
      await live.writeIfNew({ ...live.state, resumeAt: summary.resumeAt });
    } else {
      await live.writeIfNew(live.state);
    }
  } catch (error) {
    // The next run finds the state as it is; what the operator must know is why this one ended.
    if (!(error instanceof CollectorError)) throw error;
    effects.log('WARNING', `The state could not be written: ${error.message}`, { code: error.code });
  }
  throw end;
}

/** Locks must not depend on luck: a state that another run has changed meanwhile is read and written again. */
const BLOCK_ATTEMPTS = 3;

async function block(live: Ledger, { effects }: Run): Promise<void> {
  const { now, credentials } = effects;
  const blocked = {
    code: 'credentials_rejected',
    at: utc(now()),
    credentials: credentials.fingerprint(),
  } as const;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await live.write({ ...live.state, blocked });
    } catch (error) {
      const isConflict = error instanceof CollectorError && error.code === 'state_conflict';
      if (!isConflict || attempt === BLOCK_ATTEMPTS) throw error;
      await live.reread();
    }
  }
}

/** The summary's view of the live feed. What has been drained once was not behind then, however old its last record. */
function describe(state: State, { feed, effects, summary }: Run): void {
  summary.cursor = state.cursor;
  const reached = feed.sweeps ? sweptUpTo(state, effects.now()) : collectedUpTo(state);
  summary.lagSeconds = summary.drained ? 0 : Math.max(0, Math.round((effects.now() - reached) / 1000));
}

function collectedUpTo({ cursorDate, since, drainedAt }: State): number {
  return Math.max(Date.parse(cursorDate ?? since), Date.parse(drainedAt ?? since));
}

/** Before the first sweep is complete, nothing is late but that. */
function sweptUpTo({ drainedAt, sweep }: State, now: number): number {
  const moment = drainedAt ?? sweep?.begunAt;
  return moment === undefined ? now : Date.parse(moment);
}
