import { AlertContents, type AlertHead, hash } from './qualys-alerts';
import type { Search } from './qualys-search';

/** How a late alert comes in. */
export interface LateAlert {
  /** Default: now. */
  alertDate?: Date;
  /**
   * A free id of ten digits, as `freeIdBelow` gives them: like an alert that had its id early. Default: the next id, so
   * that alerts which come after it have greater ones.
   */
  id?: number;
  /** No search finds it before this moment of the server's clock, or before `reveal`. Default: it is there at once. */
  visibleAt?: Date | 'when-revealed';
}

/** The published sample has its alert 5 s after its event (CM blog, blog.qualys.com, "Continuous Monitoring API"). */
const EVENT_TO_ALERT_SECONDS = 5;

/**
 * Ids ascend with gaps: of each five one is taken, never the two lowest, so that at least two are free between any two.
 * All have ten digits.
 */
const FIRST_ID = 1_000_000_000;
const ID_STEP = 5;
const FREE_IDS = 2;

/** Alerts with consecutive numbers, whose ids follow from the numbers. */
interface Run {
  readonly from: number;
  /** First number after the run. */
  readonly to: number;
  /** Milliseconds since 1970. */
  dateOf(number: number): number;
  visibleAt: number;
}

interface Inserted {
  readonly head: AlertHead;
  visibleAt: number;
}

export class AlertStore {
  readonly contents: AlertContents;
  private readonly runs: Run[] = [];
  /** Alerts with given ids, ascending. */
  private readonly inserted: Inserted[] = [];
  private next = 0;
  /** Contents of inserted alerts, apart from those of the runs. */
  private nextInserted = 2 ** 30;

  constructor(
    private readonly seed: number,
    /** Milliseconds since 1970. */
    private readonly now: () => number,
  ) {
    this.contents = new AlertContents(seed);
  }

  /** Adds alerts with the next ids. */
  append(count: number, dateOf: (index: number) => number, visibleAt = Number.NEGATIVE_INFINITY): void {
    if (count === 0) return;
    const from = this.next;
    this.next += count;
    this.runs.push({ from, to: this.next, dateOf: (number) => dateOf(number - from), visibleAt });
  }

  /** @returns the id */
  insert({ id, alertDate, visibleAt }: LateAlert): number {
    const date = alertDate?.getTime() ?? this.now();
    const visible = visibleAt === 'when-revealed' ? Number.POSITIVE_INFINITY : (visibleAt?.getTime() ?? -1);
    if (id === undefined) {
      this.append(1, () => date, visible);
      return this.idOf(this.next - 1);
    }
    if (!Number.isInteger(id) || id < FIRST_ID || id >= FIRST_ID * 10) throw new RangeError(`${id} has not ten digits`);
    if (this.has(id)) throw new RangeError(`there is an alert ${id}`);
    const at = this.inserted.findIndex(({ head }) => head.id > id);
    const head = headOf(id, this.nextInserted, date);
    this.nextInserted += 1;
    this.inserted.splice(at === -1 ? this.inserted.length : at, 0, { head, visibleAt: visible });
    return id;
  }

  /** Searches find the alert from now on. */
  reveal(id: number): void {
    const number = this.firstAfter(id - 1);
    const hidden =
      this.inserted.find(({ head }) => head.id === id) ??
      (this.idOf(number) === id ? this.runs.find(({ from, to }) => number >= from && number < to) : undefined);
    if (hidden === undefined) throw new RangeError(`there is no alert ${id}`);
    hidden.visibleAt = -1;
  }

  /** The greatest free id below another. */
  freeIdBelow(id: number): number {
    let free = id - 1;
    while (this.has(free)) free -= 1;
    return free;
  }

  /** Ascending. */
  ids(which: 'all' | 'visible'): number[] {
    const now = which === 'all' ? Number.POSITIVE_INFINITY : this.now();
    const ids = this.inserted.filter(({ visibleAt }) => visibleAt <= now).map(({ head }) => head.id);
    for (const { from, to, visibleAt } of this.runs)
      if (visibleAt <= now) for (let number = from; number < to; number += 1) ids.push(this.idOf(number));
    return ids.sort((a, b) => a - b);
  }

  /** The visible alerts of a search, ascending by id. */
  select({ limit, after, matches }: Search): { page: AlertHead[]; hasMore: boolean } {
    const now = this.now();
    const page: AlertHead[] = [];
    const late = this.inserted.filter(({ head, visibleAt }) => head.id > after && visibleAt <= now);
    /** False once the page is full and one more was found. */
    const take = (head: AlertHead): boolean => {
      if (!matches(head, this.contents)) return true;
      if (page.length === limit) return false;
      page.push(head);
      return true;
    };
    const takeLateBelow = (id: number): boolean => {
      while (late[0] !== undefined && late[0].head.id < id) {
        if (!take(late[0].head)) return false;
        late.shift();
      }
      return true;
    };

    const first = this.firstAfter(after);
    for (const { from, to, dateOf, visibleAt } of this.runs) {
      if (visibleAt > now) continue;
      for (let number = Math.max(from, first); number < to; number += 1) {
        const id = this.idOf(number);
        if (!takeLateBelow(id) || !take(headOf(id, number, dateOf(number)))) return { page, hasMore: true };
      }
    }
    return { page, hasMore: !takeLateBelow(Number.POSITIVE_INFINITY) };
  }

  private idOf(number: number): number {
    return FIRST_ID + number * ID_STEP + FREE_IDS + (hash(this.seed, ~number) % (ID_STEP - FREE_IDS));
  }

  /** Number of the first alert with a greater id; inserted ones do not count. */
  private firstAfter(id: number): number {
    const number = Math.max(0, Math.min(this.next, Math.floor((id - FIRST_ID) / ID_STEP)));
    return this.idOf(number) > id ? number : number + 1;
  }

  private has(id: number): boolean {
    const number = this.firstAfter(id - 1);
    return (number < this.next && this.idOf(number) === id) || this.inserted.some(({ head }) => head.id === id);
  }
}

function headOf(id: number, number: number, date: number): AlertHead {
  const alertDate = Math.floor(date / 1000);
  return { id, number, alertDate, eventDate: alertDate - EVENT_TO_ALERT_SECONDS };
}
