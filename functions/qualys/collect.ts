import { gzipSync } from 'node:zlib';
import type { QualysClient, QualysRecord } from './client';
import { CollectorError, type FeedName, objectPrefix } from './contract';
import type { Feed } from './feeds';
import type { Store, StoredState } from './store';

/** Google SecOps feeds fail on a longer line, with `MaxLogLineSize4MBExceeded`. In bytes, the line end included. */
export const MAX_LINE_BYTES = 4_000_000;

export interface Limits {
  /** How far the very first run looks back, in seconds. */
  initialLookbackSeconds: number;
  /** Seconds after which a run begins no further page. */
  timeBudgetSeconds: number;
}

/** What a run touches outside of itself. */
export interface Effects {
  client: QualysClient;
  store: Store;
  /** Milliseconds since the epoch. */
  now(): number;
  log(severity: 'DEBUG' | 'INFO', message: string): void;
}

/** What a run has done; the fields are explained in the contract's `SUMMARY_FIELDS`. */
export interface Summary {
  feed: FeedName;
  alerts: number;
  objects: number;
  bytes: number;
  pages: number;
  cursor?: string;
  drained: boolean;
}

/** A run ends with what it has done and, if it stopped before its end, with the reason. */
export interface Outcome {
  summary: Summary;
  error?: CollectorError;
}

/**
 * One run: from the committed cursor on, page by page, each page written as one object and then committed.
 *
 * The object comes before the commit, and its name and content from the records only: a run that dies between the two
 * leaves an object that the next run finds. If more records have arrived meanwhile, that run's page is longer, has
 * another name, and repeats the first page's records.
 *
 * @throws nothing that a run foresees; {@link Outcome.error} tells it
 */
export async function collectFeed(feed: Feed, limits: Limits, effects: Effects): Promise<Outcome> {
  const summary: Summary = { feed: feed.name, alerts: 0, objects: 0, bytes: 0, pages: 0, drained: false };
  try {
    await run(feed, limits, effects, summary);
    return { summary };
  } catch (error) {
    if (error instanceof CollectorError) return { summary, error };
    throw error;
  }
}

async function run(feed: Feed, limits: Limits, effects: Effects, summary: Summary): Promise<void> {
  const { client, store, now, log } = effects;
  const deadline = now() + limits.timeBudgetSeconds * 1000;

  let stored = (await store.readState()) ?? (await begin(feed, limits, effects));
  summary.cursor = stored.state.cursor;

  while (now() < deadline) {
    const { since, cursor } = stored.state;
    const page = await client.search({
      path: feed.path,
      type: feed.type,
      criteria: feed.criteria(since),
      after: cursor,
    });
    summary.pages += 1;

    const last = page.records.at(-1);
    if (last) {
      const name = objectName(feed, page.records);
      const content = gzipSync(lines(feed, page.records));
      if (await store.createObject(name, content)) {
        summary.alerts += page.records.length;
        summary.objects += 1;
        summary.bytes += content.length;
        log('DEBUG', `Wrote ${name}: ${page.records.length} records, ${content.length} bytes.`);
      } else {
        log('INFO', `${name} exists: an earlier run wrote it and stopped before its commit.`);
      }
      stored = await store.updateState({ since, cursor: last.id }, stored.generation);
      summary.cursor = last.id;
    }

    // An empty page ends the run whatever it says of more: the same question would get the same answer.
    if (!page.hasMore || !last) {
      summary.drained = !page.hasMore;
      return;
    }
  }
}

/** The first state of a feed, written before anything is asked: a repeated first run looks back to the same moment. */
async function begin(feed: Feed, limits: Limits, { store, now, log }: Effects): Promise<StoredState> {
  if (await store.hasObjects()) {
    throw new CollectorError(
      'state_lost',
      `There are objects under ${objectPrefix(feed.name)}, but there is no state.`,
    );
  }
  const since = new Date(now() - limits.initialLookbackSeconds * 1000).toISOString().replace(/\.\d{3}Z$/, 'Z');
  const stored = await store.createState({ since, cursor: '0' });
  log('INFO', `First run of the feed ${feed.name}: it begins at ${since}.`);
  return stored;
}

function objectName(feed: Feed, records: readonly QualysRecord[]): string {
  const [first] = records;
  const last = records.at(-1);
  if (!first || !last) throw new RangeError('An object has at least one record.');
  return `${objectPrefix(feed.name)}dt=${feed.day(first)}/${first.id}-${last.id}.ndjson.gz`;
}

function lines(feed: Feed, records: readonly QualysRecord[]): string {
  return records
    .map((record) => {
      const line = `${feed.line(record)}\n`;
      const bytes = Buffer.byteLength(line);
      if (bytes > MAX_LINE_BYTES) {
        throw new CollectorError('record_too_large', `Record ${record.id} has ${bytes} bytes.`);
      }
      return line;
    })
    .join('');
}
