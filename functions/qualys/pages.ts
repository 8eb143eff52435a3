import { PAGE_SIZE, type Page, type QualysRecord, type Search } from './client';
import { CollectorError, LOG_EVENTS } from './contract';
import { isLimit, waitBefore } from './patience';
import { hasTime, type Run } from './run-context';

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
 * The records of a range, page by page; while one page is in use the next is on its way, never more.
 *
 * @throws CollectorError as the client's `search`, after the attempts that patience allows; `empty_page`; `reserve_kept`
 */
export async function* readPages(range: Range, run: Run): AsyncGenerator<QualysRecord[], ReadingEnd> {
  const asker = new Asker(range, run);
  let page = await asker.ask(range.after);
  for (;;) {
    const records = cut(page, range, run);
    const last = records.at(-1);
    if (records.length < page.records.length || !page.hasMore) {
      if (last) yield records;
      return 'complete';
    }
    // The same question would get the same answer, and there is no id to ask on from.
    if (!last)
      throw new CollectorError('empty_page', `Qualys promises records after id ${range.after} but sends none.`);
    const keepsReserve = isReserve(page, run);
    const next = keepsReserve || !hasTime(run) ? undefined : asker.ask(last.id);
    // If nobody reads on, its failure concerns nobody.
    next?.catch(() => {});
    yield records;
    if (keepsReserve) {
      throw new CollectorError('reserve_kept', `Of ${page.calls?.limit} calls ${page.calls?.remaining} remain.`);
    }
    if (!next) return 'out of time';
    page = await next;
  }
}

/** The records in front of the range's end. */
function cut({ records, asOf }: Page, { through }: Range, { feed, limits }: Run): QualysRecord[] {
  const isYoung = (record: QualysRecord): boolean => {
    const date = Date.parse(feed.date(record));
    return asOf - date < limits.settlingSeconds * 1000 + DATE_RESOLUTION_MS && date <= asOf + FUTURE_TOLERANCE_MS;
  };
  const end =
    through !== undefined
      ? records.findIndex(({ id }) => BigInt(id) > BigInt(through))
      : limits.settlingSeconds > 0
        ? records.findIndex(isYoung)
        : -1;
  return end === -1 ? records : records.slice(0, end);
}

function isReserve({ calls }: Page, { limits }: Run): boolean {
  return calls !== undefined && calls.remaining <= (calls.limit * limits.reserveCallsPercent) / 100;
}

/** Asks for pages, again after errors that pass, as long as the time budget allows. */
class Asker {
  private limit = PAGE_SIZE;

  constructor(
    private readonly range: Range,
    private readonly run: Run,
  ) {}

  async ask(after: string): Promise<Page> {
    const { feed, effects, summary } = this.run;
    const { since, until } = this.range;
    const search: Search = { path: feed.path, type: feed.type, criteria: feed.criteria(since, until), after };
    for (let attempt = 1; ; attempt += 1) {
      try {
        const page = await effects.client.search({ ...search, limit: this.limit }, effects.signal);
        summary.pages += 1;
        return page;
      } catch (error) {
        if (!(error instanceof CollectorError)) throw error;
        await this.waitAfter(error, attempt);
        // What a large subscription cannot answer in time it may answer in parts.
        if (error.code === 'timed_out') this.limit = Math.ceil(this.limit / 2);
      }
    }
  }

  /** @throws CollectorError the error itself if waiting does not help, or takes longer than the run may */
  private async waitAfter(error: CollectorError, attempt: number): Promise<void> {
    const { effects, summary, deadline } = this.run;
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
}
