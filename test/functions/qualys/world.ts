import { gunzipSync } from 'node:zlib';
import type fc from 'fast-check';
import type { QualysRecord } from '../../../functions/qualys/answer';
import type { Received, Search } from '../../../functions/qualys/client';
import {
  type BackfillRequest,
  backfillRequestObject,
  CollectorError,
  type ErrorCode,
  type FeedName,
  type State,
  stateObject,
} from '../../../functions/qualys/contract';
import { feeds } from '../../../functions/qualys/feeds';
import type { HttpStream } from '../../../functions/qualys/http';
import { createOlderApi } from '../../../functions/qualys/older-api';
import { type Outcome, runFeed } from '../../../functions/qualys/run';
import type { Effects, Limits } from '../../../functions/qualys/run-context';
import type { Cached, Store, StoredState } from '../../../functions/qualys/store';

/** What happens to a run at one of its effects. */
export type Mishap =
  /** The run dies before the effect. */
  | 'dies before'
  /** The run dies after the effect. */
  | 'dies after'
  /** The run dies, and the effect takes place at some later time. */
  | 'dies, lands later'
  /** The effect takes place, but its answer is lost. */
  | 'answer lost'
  /** The run is told to stop. */
  | 'told to stop';

/** How Qualys misbehaves at one search. */
export type QualysFault = ErrorCode | 'empty page with more' | 'breaks off';

/** How an answer of the older API looks. */
export interface XmlShape {
  /** Whether the warning that a list goes on names an address to go on at. */
  withUrl: boolean;
  /** Bytes that arrive at a time. */
  pieceBytes: number;
}

export interface RunPlan {
  limits: Limits;
  /** Records of each page, in turn. */
  pageSizes: readonly number[];
  /** Which id each answer's guess at its last record names, in turn: that, another one, or none. */
  guesses: readonly ('right' | 'wrong' | 'none')[];
  /** Of each answer of the older API, in turn. Default: with an address, and in one piece. */
  shapes?: readonly XmlShape[];
  /** At which of the run's effects, counted from 0, what happens. */
  mishaps: readonly { at: number; what: Mishap }[];
  /** At which of its searches, counted from 0, Qualys misbehaves how. */
  faults: readonly { at: number; what: QualysFault }[];
}

interface Alert {
  id: number;
  date: number;
  visibleAt: number;
}

/** Changes what a run sees of the world: a way to break the protocol on purpose. */
export type Sabotage = (effects: Effects, world: World) => Effects;

/** Storage and Qualys in memory, with a clock of their own; fast-check's scheduler decides in which order effects happen. */
export class World {
  clock = Date.parse('2026-03-01T12:00:00Z');
  readonly objects = new Map<string, number[]>();
  readonly states = new Map<string, StoredState>();
  readonly requests = new Map<string, BackfillRequest>();
  readonly caches = new Map<string, Cached>();
  readonly feed: FeedName = 'alerts';
  /** Effects of all runs so far. */
  effects = 0;
  /** What went wrong, told by the first breach of the promise. */
  breach?: string;
  private readonly alerts: Alert[] = [];
  private readonly stored = new Set<number>();
  private readonly writtenAt = new Map<string, number>();
  private generation = 1;

  constructor(private readonly scheduler?: fc.Scheduler) {}

  /** An alert that is dated now and appears late. */
  raise(latenessMs: number): void {
    // Ids have gaps.
    const id = (this.alerts.at(-1)?.id ?? 0) + 1 + (this.alerts.length % 3);
    this.alerts.push({ id, date: this.clock, visibleAt: this.clock + latenessMs });
  }

  /** Ids of the alerts dated within the bounds, by the whole seconds in which Qualys compares. */
  idsBetween(since: string, until?: string): number[] {
    return this.alerts
      .filter(({ date }) => second(date) > since && (until === undefined || second(date) < until))
      .map(({ id }) => id);
  }

  /** Every id in the logs bucket, as often as it is there. */
  storedIds(prefix = ''): number[] {
    return [...this.objects].flatMap(([name, ids]) => (name.startsWith(prefix) ? ids : [])).sort((a, b) => a - b);
  }

  /** One run; undefined if it died. */
  async run(plan: RunPlan, sabotage: Sabotage = (effects) => effects): Promise<Outcome | undefined> {
    const death: { die?: (value: undefined) => void } = {};
    const died = new Promise<undefined>((resolve) => {
      death.die = resolve;
    });
    const effects = sabotage(new RunEffects(this, plan, () => death.die?.(undefined)).effects, this);
    return Promise.race([died, runFeed(feeds[this.feed], plan.limits, effects)]);
  }

  /** The scheduler's choice when to go on. */
  async turn(): Promise<void> {
    await this.scheduler?.schedule(Promise.resolve());
  }

  /** What Qualys finds; `hasMore` tells of records behind the page. */
  find({ criteria, after }: Search, pageSize: number): { records: QualysRecord[]; hasMore: boolean; asOf: number } {
    const asOf = Math.floor(this.clock / 1000) * 1000;
    const found = this.alerts.filter(
      ({ id, date, visibleAt }) =>
        id > Number(after) &&
        visibleAt <= this.clock &&
        criteria.every(({ operator, value }) =>
          operator === 'GREATER' ? second(date) > value : operator === 'LESSER' ? second(date) < value : false,
        ),
    );
    const records = found.slice(0, pageSize).map(({ id, date }) => recordOf(id, second(date)));
    return { records, hasMore: found.length > pageSize, asOf };
  }

  /** An XML document of the older API; its lists have no more than so many hosts. */
  document(
    _path: string,
    _form: URLSearchParams,
    _page: { hosts: number; withUrl: boolean; isEmpty: boolean },
  ): string {
    throw new Error('this world has no older API');
  }

  writeCache(name: string, content: string, generation: string | undefined): boolean {
    if (this.caches.get(name)?.generation !== generation) return false;
    this.caches.set(name, { content, generation: String(Number(generation ?? 0) + 1) });
    return true;
  }

  writeState(name: string, state: State, generation: string | undefined): StoredState {
    if (this.states.get(name)?.generation !== generation) throw new CollectorError('state_conflict', 'changed');
    const last = this.writtenAt.get(name);
    if (last !== undefined && this.clock - last < 1000) throw new CollectorError('storage_unavailable', '429');
    this.writtenAt.set(name, this.clock);
    this.generation += 1;
    const stored = { state: structuredClone(state), generation: String(this.generation) };
    this.states.set(name, stored);
    this.check(state);
    return stored;
  }

  createObject(name: string, content: Buffer): boolean {
    if (this.objects.has(name)) return false;
    const lines = gunzipSync(content).toString('utf8').trimEnd().split('\n');
    this.take(
      name,
      lines.map((line) => JSON.parse(line)),
    );
    return true;
  }

  /** Lines have arrived in an object. */
  protected take(name: string, lines: readonly object[]): void {
    const ids = lines.map((line) => (line as { Alert: { id: number } }).Alert.id);
    this.objects.set(name, ids);
    for (const id of ids) {
      if (this.stored.has(id)) this.breach ??= `${id} is stored twice, the second time in ${name}`;
      this.stored.add(id);
    }
  }

  /** Whether every alert that the cursor has passed is stored, those that have not appeared yet included. */
  protected check({ since, until, cursor }: State): void {
    for (const { id, date } of this.alerts) {
      if (id > Number(cursor)) return;
      const isWithin = second(date) > since && (until === undefined || second(date) < until);
      if (isWithin && !this.stored.has(id))
        this.breach ??= `the cursor ${cursor} has passed ${id}, which is not stored`;
    }
  }
}

/** What the alerts' feed does not ask a client for. */
export const unasked: Pick<Effects['client'], 'hosts' | 'knowledge' | 'count'> = {
  hosts: () => Promise.reject(new Error('asked for hosts')),
  // biome-ignore lint/correctness/useYield: it has none
  async *knowledge() {
    throw new Error('asked for knowledge');
  },
  count: () => Promise.reject(new Error('asked for a count')),
};

/** An alert as the client gives it. */
export function recordOf(id: number | bigint | string, date: string): QualysRecord {
  return { id: String(id), date, json: Buffer.from(`{"Alert":{"id":${id},"alertDate":"${date}"}}`) };
}

export const second = (milliseconds: number): string => new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, 'Z');

/** The effects of one run, each of which can be where the run meets its mishap. */
class RunEffects {
  private count = 0;
  private searches = 0;
  private readonly controller = new AbortController();

  constructor(
    private readonly world: World,
    private readonly plan: RunPlan,
    private readonly die: () => void,
  ) {}

  get effects(): Effects {
    const { world } = this;
    const store: Store = {
      readState: (name) => this.effect(() => structuredClone(world.states.get(name))),
      createState: (name, state) => this.effect(() => world.writeState(name, state, undefined)),
      updateState: (name, state, generation) => this.effect(() => world.writeState(name, state, generation)),
      createObject: (name, content) => this.effect(() => world.createObject(name, content)),
      hasObject: (name) => this.effect(() => world.objects.has(name)),
      hasObjects: (prefix) => this.effect(() => [...world.objects.keys()].some((name) => name.startsWith(prefix))),
      backfillRequests: () =>
        this.effect(() => [...world.requests].map(([name, request]) => ({ id: idOf(name), ...request }))),
      removeBackfillRequest: (feed, id) =>
        this.effect(() => void world.requests.delete(backfillRequestObject(feed, id))),
      readCache: (name) => this.effect(() => world.caches.get(name)),
      writeCache: (name, content, generation) => this.effect(() => world.writeCache(name, content, generation)),
    };
    return {
      store,
      client: {
        ...unasked,
        search: (search) => this.search(search),
        ...createOlderApi({ open: (path, form) => this.open(path, form), redact: (text) => text }),
        count: () => this.effect(() => undefined),
      },
      credentials: { fingerprint: () => '', matches: () => false },
      now: () => world.clock,
      sleep: (milliseconds) => {
        const end = world.clock + milliseconds;
        return this.effect(() => {
          world.clock = Math.max(world.clock, end);
        });
      },
      random: () => 0.5,
      signal: this.controller.signal,
      log: () => {},
    };
  }

  private open(path: string, form: string): Promise<HttpStream> {
    const { pageSize, shape, fault } = this.next();
    return this.effect(() => {
      const isEmpty = fault === 'empty page with more';
      if (fault !== undefined && !isEmpty && fault !== 'breaks off') throw new CollectorError(fault, 'told to fail');
      const page = { hosts: pageSize, withUrl: shape.withUrl, isEmpty };
      const content = Buffer.from(this.world.document(path, new URLSearchParams(form), page));
      return { status: 200, headers: {}, body: arriving(content, shape.pieceBytes, fault === 'breaks off') };
    });
  }

  /** What the next search meets. */
  private next() {
    const { pageSizes, guesses, faults, shapes = [] } = this.plan;
    const index = this.searches;
    this.searches += 1;
    return {
      pageSize: pageSizes[index % pageSizes.length] ?? 1,
      guess: guesses[index % guesses.length],
      shape: shapes[index % Math.max(1, shapes.length)] ?? { withUrl: true, pieceBytes: Number.POSITIVE_INFINITY },
      fault: faults.find(({ at }) => at === index)?.what,
    };
  }

  private search(search: Search): Promise<Received> {
    const { pageSize, guess, fault } = this.next();
    return this.effect(() => {
      const { records, hasMore, asOf } = this.world.find(search, pageSize);
      if (fault === 'breaks off') throw new CollectorError('qualys_unavailable', 'told to break off');
      if (fault === 'qualys_unavailable' || fault === 'timed_out') throw new CollectorError(fault, 'told to fail');
      const last = guess === 'wrong' ? records[0] : records.at(-1);
      return {
        asOf,
        lastRecord: hasMore && guess !== 'none' ? last : undefined,
        async page() {
          if (fault === 'empty page with more') return { records: [], hasMore: true };
          if (fault !== undefined) throw new CollectorError(fault, 'told to fail');
          return { records, hasMore };
        },
      };
    });
  }

  private async effect<Result>(action: () => Result): Promise<Result> {
    const { world } = this;
    const index = this.count;
    this.count += 1;
    world.effects += 1;
    const mishap = this.plan.mishaps.find(({ at }) => at === index)?.what;
    await world.turn();
    // Time passes with everything that is done.
    world.clock += 7;
    if (mishap === 'told to stop') this.controller.abort();
    if (mishap === 'dies before') return this.dead();
    if (mishap === 'dies, lands later') {
      void world.turn().then(() => {
        try {
          action();
        } catch {
          // Nobody is left to be told.
        }
      });
      return this.dead();
    }
    const result = action();
    await world.turn();
    if (mishap === 'dies after') return this.dead();
    if (mishap === 'answer lost') throw new CollectorError('storage_unavailable', 'the answer was lost');
    return result;
  }

  private dead(): Promise<never> {
    this.die();
    return new Promise(() => {});
  }
}

/** A body as it arrives, or its first two thirds. */
async function* arriving(content: Buffer, pieceBytes: number, breaksOff: boolean): AsyncGenerator<Buffer> {
  const end = breaksOff ? Math.floor((content.length * 2) / 3) : content.length;
  for (let at = 0; at < end; at += pieceBytes) yield content.subarray(at, Math.min(end, at + pieceBytes));
  if (breaksOff) throw new CollectorError('qualys_unavailable', 'told to break off');
}

const idOf = (name: string): string => name.replace(/^.*\//, '').replace(/\.json$/, '');

/** The live feed's state. */
export function liveState(world: World, feed: FeedName = 'alerts'): State | undefined {
  return world.states.get(stateObject(feed))?.state;
}
