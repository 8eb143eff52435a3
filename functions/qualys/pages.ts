import type { QualysRecord } from './answer';
import { compareIds, PAGE_SIZE, type Page, type Received, type Search } from './client';
import { CollectorError } from './contract';
import type { SearchFeed } from './feeds';
import type { Calls } from './refusal';
import { hasTime, type Run } from './run-context';
import { waitAfter } from './waiting';

/** Records to read, in the order of their ids. */
export interface Range {
  /** Only records dated after this moment: UTC, `YYYY-MM-DDTHH:MM:SSZ`. */
  since: string;
  /** Only records dated before this moment. */
  until?: string;
  /** Only ids above this one. */
  after: string;
  /** Only ids up to this one; without it the range ends at the first record younger than the settling time. */
  through?: string;
}

/** How reading ends, an error apart: nothing is left in the range, or there is no time for another page. */
export type ReadingEnd = 'complete' | 'out of time';

/** Dates further in the future than this come from a wrong clock, and would hold the feed up until they are past. */
const FUTURE_TOLERANCE_MS = 3_600_000;

/** Qualys' dates are whole seconds: a record may be that much younger than its date says. */
const DATE_RESOLUTION_MS = 1000;

/**
 * The records of a range, page by page; while one page is read and used the next is on its way, never more.
 *
 * @throws CollectorError as the client, after the attempts that patience allows; `empty_page`; `reserve_kept`
 */
export async function* readPages(feed: SearchFeed, range: Range, run: Run): AsyncGenerator<QualysRecord[], ReadingEnd> {
  const asker = new Asker(feed, range, run);
  let asked = asker.ask(range.after);
  for (;;) {
    const { page, asOf, calls, ahead } = await asker.take(asked);
    const records = cut(page.records, asOf, feed, range, run);
    const last = records.at(-1);
    if (records.length < page.records.length || !page.hasMore) {
      if (last) yield records;
      return 'complete';
    }
    // The same question would get the same answer, and there is no id to ask on from.
    if (!last) {
      throw new CollectorError('empty_page', `Qualys promises records after id ${asked.after} but sends none.`);
    }
    const keepsReserve = isReserve(calls, run);
    const next = keepsReserve || !hasTime(run) ? undefined : await asker.goOn(last.id, ahead);
    yield records;
    if (keepsReserve) {
      throw new CollectorError('reserve_kept', `Of ${calls?.limit} calls ${calls?.remaining} remain.`);
    }
    if (!next) return 'out of time';
    asked = next;
  }
}

/** The records in front of the range's end. */
function cut(records: QualysRecord[], asOf: number, feed: SearchFeed, { through }: Range, run: Run): QualysRecord[] {
  const isBeyond =
    through === undefined
      ? (record: QualysRecord) => feed.appends && isYoung(feed.date(record), asOf, run)
      : ({ id }: QualysRecord) => compareIds(id, through) > 0;
  const end = records.findIndex(isBeyond);
  return end === -1 ? records : records.slice(0, end);
}

function isYoung(date: string, asOf: number, { limits: { settlingSeconds } }: Run): boolean {
  const age = asOf - Date.parse(date);
  return settlingSeconds > 0 && age < settlingSeconds * 1000 + DATE_RESOLUTION_MS && age >= -FUTURE_TOLERANCE_MS;
}

/** Whether no more calls than those of others remain. */
export function isReserve(calls: Calls | undefined, { limits }: Run): boolean {
  return calls !== undefined && calls.remaining <= (calls.limit * limits.reserveCallsPercent) / 100;
}

/** A question on its way. */
interface Asked {
  after: string;
  answer: Promise<Received>;
}

/** Asks for pages, again after errors that pass, as long as the time budget allows. */
class Asker {
  private limit: number;

  constructor(
    private readonly feed: SearchFeed,
    private readonly range: Range,
    private readonly run: Run,
  ) {
    this.limit = feed.pageSize ?? PAGE_SIZE;
  }

  ask(after: string): Asked {
    const { feed, run } = this;
    const { path, type, dateMember } = feed;
    const criteria = feed.criteria(this.range.since, this.range.until);
    const search: Search = { path, type, dateMember, criteria, after, limit: this.limit };
    const answer = run.effects.client.search(search, run.effects.signal);
    // If nobody reads it, its failure concerns nobody.
    answer.catch(() => {});
    return { after, answer };
  }

  /** The page that was asked for, and the next one that has been asked for meanwhile, if it seemed that there is one. */
  async take(asked: Asked): Promise<{ page: Page; asOf: number; calls?: Calls; ahead?: Asked }> {
    for (let attempt = 1; ; attempt += 1) {
      let ahead: Asked | undefined;
      try {
        const received = await (attempt === 1 ? asked : this.ask(asked.after)).answer;
        ahead = this.askAhead(received);
        const page = await received.page();
        this.run.summary.pages += 1;
        return { page, asOf: received.asOf, calls: received.calls, ahead };
      } catch (error) {
        if (!(error instanceof CollectorError)) throw error;
        await ended(ahead);
        await waitAfter(error, attempt, this.run);
        // What a large subscription cannot answer in time it may answer in parts.
        if (error.code === 'timed_out') this.limit = Math.ceil(this.limit / 2);
      }
    }
  }

  /** What was asked ahead if that was the right question; else the right one, when the other has been answered. */
  async goOn(after: string, ahead: Asked | undefined): Promise<Asked> {
    if (ahead?.after === after) return ahead;
    await ended(ahead);
    return this.ask(after);
  }

  private askAhead({ lastRecord, asOf, calls }: Received): Asked | undefined {
    if (!this.feed.appends || !lastRecord || !hasTime(this.run) || isReserve(calls, this.run)) return undefined;
    const isLast = this.range.through !== undefined && compareIds(lastRecord.id, this.range.through) >= 0;
    if (isLast || isYoung(lastRecord.date ?? '', asOf, this.run)) return undefined;
    return this.ask(lastRecord.id);
  }
}

async function ended(asked: Asked | undefined): Promise<void> {
  await asked?.answer.catch(() => {});
}
