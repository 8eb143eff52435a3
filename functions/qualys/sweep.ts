import { type CollectEnd, collect } from './collect';
import { CollectorError, LOG_EVENTS, type State, type Sweep, sweepObjectPrefix } from './contract';
import type { Ledger } from './ledger';
import { type Run, utc } from './run-context';

/** A tick of a schedule may be that much early: a sweep each day, called each day, is not to be one each other day. */
const EARLY_MS = 5 * 60 * 1000;

/**
 * Goes on with the sweep that is open, or with the next one if it is time: hosts in the order of their ids, as Qualys has
 * them when they are met, each once.
 *
 * Nothing bounds a sweep's requests at its end: a host that is changed again and again, before each sweep comes to it,
 * would be in none. What changed since its beginning is rather in the next sweep, too.
 *
 * @throws CollectorError of the store
 */
export async function collectSweep(ledger: Ledger, run: Run): Promise<CollectEnd> {
  if (!ledger.state.sweep) {
    const sweep = nextSweep(ledger.state, run);
    if (!sweep) return 'complete';
    try {
      sweep.expected = (await count(sweep, run)) ?? null;
    } catch (error) {
      if (error instanceof CollectorError) return error;
      throw error;
    }
    await ledger.writeIfNew({ ...ledger.state, sweep });
  }
  const { sweep } = ledger.state;
  if (!sweep) throw new RangeError('A sweep that is gone on with is open.');
  const prefix = sweepObjectPrefix(run.feed.name, sweep);
  const end = await collect(ledger, { folder: () => prefix, date: () => sweep.begunAt }, run);
  tell(ledger.state.sweep ?? sweep, end, run);
  if (end === 'complete') await ledger.write(swept(ledger.state, utc(run.effects.now())));
  return end;
}

/** The sweep that begins now; undefined if it is not yet time. */
function nextSweep({ since, sweptAt, fullySweptAt }: State, { effects, limits }: Run): Sweep | undefined {
  const { sweeps, initialLookbackSeconds, settlingSeconds } = limits;
  if (!sweeps) throw new RangeError('A feed that sweeps knows how often.');
  const now = effects.now();
  const isDue = (last: string | undefined, seconds: number) =>
    last === undefined || now - Date.parse(last) >= seconds * 1000 - EARLY_MS;
  const isFull = isDue(fullySweptAt, sweeps.fullEverySeconds);
  if (!isFull && !isDue(sweptAt, sweeps.everySeconds)) return undefined;
  const begunAt = utc(now);
  // Filters compare whole seconds, and this one may not be over.
  const until = utc(now - settlingSeconds * 1000 - 1000);
  return {
    id: begunAt.replaceAll(/[-:]/g, ''),
    from: isFull ? utc(now - initialLookbackSeconds * 1000) : since,
    until: until > since ? until : since,
    isFull,
    begunAt,
    hosts: 0,
    expected: null,
  };
}

async function count({ from }: Sweep, { feed, effects }: Run): Promise<number | undefined> {
  return feed.counted && (await effects.client.count(feed.counted(from), effects.signal));
}

/** The state when the sweep is complete. */
function swept({ sweep, ...state }: State, now: string): State {
  if (!sweep) throw new RangeError('A sweep that ends is open.');
  return {
    ...state,
    since: sweep.until,
    cursor: '0',
    cursorDate: null,
    drainedAt: now,
    sweptAt: sweep.begunAt,
    ...(sweep.isFull && { fullySweptAt: sweep.begunAt }),
  };
}

/** How far it is, for people and for the run's own line. */
function tell({ id, hosts, expected, begunAt }: Sweep, end: CollectEnd, { effects, summary }: Run): void {
  summary.sweep = id;
  summary.hostsDone = hosts;
  if (expected !== null) summary.hostsExpected = expected;
  const of = `${hosts.toLocaleString('en')}${expected === null ? '' : ` of about ${expected.toLocaleString('en')}`} hosts`;
  if (end === 'complete') {
    effects.log('INFO', `The sweep ${id} is complete: ${of}.`, {
      event: LOG_EVENTS.sweepDone,
      sweep: id,
      hostsDone: hosts,
    });
    return;
  }
  const elapsed = effects.now() - Date.parse(begunAt);
  if (expected !== null && hosts > 0) {
    const left = (elapsed / hosts) * Math.max(0, expected - hosts);
    summary.sweepEndsAt = utc(effects.now() + left);
  }
  const { sweepEndsAt } = summary;
  effects.log(
    'INFO',
    `The sweep ${id} has ${of}${sweepEndsAt === undefined ? '' : `; it ends about ${sweepEndsAt}`}.`,
    {
      event: LOG_EVENTS.progress,
      sweep: id,
      hostsDone: hosts,
      ...(expected !== null && { hostsExpected: expected }),
      ...(sweepEndsAt !== undefined && { sweepEndsAt }),
    },
  );
}
