import type { QualysRecord } from './answer';
import { Batch } from './batch';
import { CollectorError } from './contract';
import type { Feed } from './feeds';
import type { Ledger } from './ledger';
import type { Range, ReadingEnd } from './pages';
import { type Run, utc } from './run-context';
import { announced, landed, rangeOf } from './state';

/** Faster sources get larger batches: a batch is closed with this many records, but not before it can be announced. */
const BATCH_RECORDS = 10_000;

/** A batch is closed at this size whatever the state, in compressed bytes: it bounds the memory. */
const BATCH_BYTES = 4 * 1024 * 1024;

/** A batch takes no longer than this part of a run to gather, so that a later run can gather it once more. */
const BATCH_TIME = 1 / 4;

/** From then on a batch is stored with the records that Qualys still has. */
const MISSING_RECORDS_PATIENCE_MS = 3_600_000;

/** How collecting ends: as reading does, or with the error that stopped it. What was read before it is stored. */
export type CollectEnd = ReadingEnd | CollectorError;

/** How objects are named, and what the state says of their records. */
export interface Layout {
  /** What an object's name begins with, by its first record. */
  folder(first: QualysRecord): string;
  /** A date of its last record: UTC. */
  date(last: QualysRecord): string;
}

type Pages = ReturnType<Feed['read']>;

/**
 * Collects all that lies behind a ledger's cursor: the delivery protocol.
 *
 * Each batch is announced in the state, with the name of its object and its last id, before the object is created, and
 * committed by the next write of the state. So a run that dies anywhere leaves either nothing, or an announced batch
 * that the next run creates under the same name; and of two runs at once, one loses at its next write of the state. A
 * batch is never given up: the dead run's own request may still arrive and create it.
 *
 * Where records change, a batch that is created late has them as they are then.
 *
 * @throws CollectorError of the store: the run cannot go on. The ledger's state may be ahead of what is written.
 */
export async function collect(ledger: Ledger, layout: Layout, run: Run): Promise<CollectEnd> {
  const batch = new Batch(run.feed);
  const unfinished = await finishPending(batch, ledger, run);
  if (unfinished !== undefined) return unfinished;

  const pages = run.feed.read(rangeOf(ledger.state), run);
  for (;;) {
    const begun = run.effects.now();
    const end = await gather(batch, pages, () => isFull(batch, begun, ledger, run));
    if (batch.records > 0) await deliver(batch, layout, ledger, run);
    if (end !== undefined) return end;
  }
}

/** Creates the object that the state announces, unless it is there. Undefined if it now is. */
async function finishPending(batch: Batch, ledger: Ledger, run: Run): Promise<CollectEnd | undefined> {
  const { pending } = ledger.state;
  if (!pending) return undefined;
  if (!(await run.effects.store.hasObject(pending.object))) {
    const range: Range = { ...rangeOf(ledger.state), through: pending.through };
    const pages = run.feed.read(range, run);
    const end = await gather(batch, pages, () => false);
    if (end !== 'complete') return end;
    const missing = pending.records - batch.records;
    // What changes may be gone, too.
    if (missing > 0 && !run.feed.sweeps) {
      const message = `Qualys returns ${missing} records fewer than the ${pending.records} announced for ${pending.object}.`;
      const patience = Date.parse(pending.announcedAt) + MISSING_RECORDS_PATIENCE_MS;
      if (run.effects.now() < patience) return new CollectorError('records_missing', message);
      run.effects.log('WARNING', `${message} Storing the others.`, { code: 'records_missing' });
    }
    if (batch.records > 0) await create(pending.object, batch, run);
  }
  ledger.state = landed(ledger.state);
  return undefined;
}

/** Fills a batch from pages; tells why there is nothing behind it, unless it is full. */
async function gather(batch: Batch, pages: Pages, isFull: () => boolean): Promise<CollectEnd | undefined> {
  batch.clear();
  try {
    for (;;) {
      const page = await pages.next();
      if (page.done) return page.value;
      await batch.add(page.value);
      if (isFull()) return undefined;
    }
  } catch (error) {
    if (error instanceof CollectorError) return error;
    throw error;
  }
}

function isFull({ records, bytes }: Batch, begun: number, ledger: Ledger, { effects, limits }: Run): boolean {
  const now = effects.now();
  const { batchRecords = BATCH_RECORDS, timeBudgetSeconds } = limits;
  const isLong = now - begun >= timeBudgetSeconds * 1000 * BATCH_TIME;
  return bytes >= BATCH_BYTES || ((records >= batchRecords || isLong) && now >= ledger.writableAt);
}

async function deliver(batch: Batch, layout: Layout, ledger: Ledger, run: Run): Promise<void> {
  const { first, last, records } = batch;
  if (!first || !last) throw new RangeError('A batch that is delivered has records.');
  const object = `${layout.folder(first)}${first.id}-${last.id}.ndjson.gz`;
  const pending = {
    object,
    through: last.id,
    throughDate: layout.date(last),
    records,
    announcedAt: utc(run.effects.now()),
  };
  await ledger.write(announced(ledger.state, pending));
  await create(object, batch, run);
  ledger.state = landed(ledger.state);
}

async function create(name: string, batch: Batch, { effects, summary }: Run): Promise<void> {
  const content = await batch.content();
  if (await effects.store.createObject(name, content)) {
    summary.alerts += batch.lineCount;
    summary.objects += 1;
    summary.bytes += content.length;
    effects.log('DEBUG', `Wrote ${name}: ${batch.lineCount} records, ${content.length} bytes.`);
  } else {
    effects.log('INFO', `${name} exists: another run has written it.`);
  }
}
