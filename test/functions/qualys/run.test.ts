import { MAX_LINE_BYTES } from '../../../functions/qualys/batch';
import { createQualysClient, type Page, type QualysClient, type Search } from '../../../functions/qualys/client';
import { CollectorError, type State } from '../../../functions/qualys/contract';
import { feeds } from '../../../functions/qualys/feeds';
import type { Calls } from '../../../functions/qualys/refusal';
import { runFeed } from '../../../functions/qualys/run';
import type { Effects, Limits } from '../../../functions/qualys/run-context';
import { type QualysSimulatorOptions, startQualysSimulator } from '../../simulators/qualys';
import { MemoryStore } from './memory-store';
import { recordOf, unasked } from './world';

const NOW = Date.parse('2026-03-01T12:00:00.500Z');
const limits: Limits = {
  initialLookbackSeconds: 86_400,
  settlingSeconds: 0,
  reserveCallsPercent: 10,
  timeBudgetSeconds: 60,
  batchRecords: 1,
};

const DATE = '2026-03-01T00:00:00Z';
const record = (id: bigint | number, alertDate = DATE) => recordOf(id, alertDate);

/** What alerts are asked of. */
type SearchClient = Pick<QualysClient, 'search'>;

type Answer = (Partial<Page> & { calls?: Calls }) | CollectorError;

/** A client that holds these ids and pages as Qualys does; a script's answers come first, in turn. */
function clientOf(ids: readonly bigint[], pageSize: number, script: (Answer | undefined)[] = []) {
  const searches: Search[] = [];
  const client: SearchClient = {
    async search(search) {
      const scripted = script[searches.length];
      searches.push(search);
      if (scripted instanceof CollectorError) throw scripted;
      const after = ids.filter((id) => id > BigInt(search.after));
      const records = after.slice(0, pageSize).map((id) => record(id));
      const page = { records, hasMore: after.length > pageSize, ...scripted };
      return { asOf: NOW, calls: scripted?.calls, page: async () => page };
    },
  };
  return { ...client, searches };
}

function run(
  { client, ...effects }: Partial<Omit<Effects, 'client'>> & Pick<Effects, 'store'> & { client: SearchClient },
  overrides: Partial<Limits> = {},
) {
  let now = NOW;
  const waits: number[] = [];
  const logged: { severity: string; message: string; fields?: object }[] = [];
  const outcome = runFeed(
    feeds.alerts,
    { ...limits, ...overrides },
    {
      credentials: { fingerprint: () => 'these', matches: (fingerprint) => fingerprint === 'these' },
      now: () => now,
      sleep: async (milliseconds) => {
        waits.push(milliseconds / 1000);
        now += milliseconds;
      },
      random: () => 1,
      signal: new AbortController().signal,
      log: (severity, message, fields) => logged.push({ severity, message, fields }),
      client: { ...unasked, ...client },
      ...effects,
    },
  );
  return outcome.then((ended) => ({ ...ended, waits, logged }));
}

const state = (more: Partial<State> = {}): State => ({
  since: '2026-02-28T12:00:00Z',
  cursor: '0',
  cursorDate: null,
  pending: null,
  drainedAt: null,
  ...more,
});

describe('against the simulator', () => {
  const account = { username: 'u', password: 'p' };
  const options = { ...account, newest: new Date(NOW), spreadHours: 20 };

  async function withSimulator<Result>(
    more: Partial<QualysSimulatorOptions>,
    use: (simulator: Awaited<ReturnType<typeof startQualysSimulator>>, client: QualysClient) => Promise<Result>,
  ): Promise<Result> {
    const simulator = await startQualysSimulator({ alerts: 2500, ...options, ...more });
    try {
      return await use(simulator, createQualysClient({ apiUrl: simulator.url, ...account }));
    } finally {
      await simulator.close();
    }
  }

  it.each(['json', 'xml'] as const)('collects 2,500 alerts exactly once, in order, from %s', (format) =>
    withSimulator({ format }, async (simulator, client) => {
      const store = new MemoryStore();
      const { summary, error } = await run({ client, store });

      expect(error).toBeUndefined();
      expect(store.ids()).toEqual(simulator.ids());
      const last = String(simulator.ids().at(-1));
      expect(summary).toEqual({
        feed: 'alerts',
        alerts: 2500,
        objects: store.objects.size,
        bytes: [...store.objects.values()].reduce((sum, { length }) => sum + length, 0),
        pages: 3,
        waits: 0,
        waitSeconds: 0,
        cursor: last,
        lagSeconds: 0,
        drained: true,
      });
      expect(store.live).toMatchObject({ since: '2026-02-28T12:00:00Z', cursor: last, pending: null });

      const before = store.objects.size;
      const second = await run({ client, store });
      expect(second.summary).toMatchObject({ alerts: 0, objects: 0, pages: 1, cursor: last, drained: true });
      expect(store.objects.size).toBe(before);

      simulator.append(2, new Date(NOW));
      expect((await run({ client, store })).summary).toMatchObject({ alerts: 2, objects: 1 });
      expect(store.ids()).toEqual(simulator.ids());
    }),
  );

  it('leaves out what is older than the lookback, and keeps that moment in later runs', () =>
    withSimulator({ alerts: 20 }, async (simulator, client) => {
      const store = new MemoryStore();
      // One alert an hour, the newest now: twelve are younger than 12 hours.
      await run({ client, store }, { initialLookbackSeconds: 12 * 3600 });
      expect(store.ids()).toEqual(simulator.ids().slice(-12));
      await run({ client, store, now: () => NOW + 3_600_000 });
      expect(simulator.requests.every(({ body }) => body.includes('>2026-03-01T00:00:00Z<'))).toBe(true);
    }));

  it('keeps what it has when Qualys fails on a later page for good, and carries on from there', () =>
    withSimulator({}, async (simulator, client) => {
      const store = new MemoryStore();
      const failing: SearchClient = {
        search: async (search) => {
          if (search.after !== '0') simulator.faults.push({ status: 503 });
          return client.search(search);
        },
      };
      const { summary, error } = await run({ client: failing, store });
      expect(error?.code).toBe('qualys_unavailable');
      expect(summary).toMatchObject({ alerts: 1000, pages: 1, waits: 4, drained: false, cursor: store.live?.cursor });
      await run({ client, store });
      expect(store.ids()).toEqual(simulator.ids());
    }));
});

describe('the delivery', () => {
  const FIRST = 'alerts/dt=2026-03-01/3-5.ndjson.gz';
  const pending = { object: FIRST, through: '5', throughDate: DATE, records: 2, announcedAt: '2026-03-01T11:59:00Z' };

  it('announces each batch before it creates it, and commits it with the next announcement', async () => {
    const store = new MemoryStore(state());
    const client = clientOf([3n, 5n, 8n], 2);
    const { waits } = await run({ client, store });
    expect(store.writes).toEqual([
      `alerts.json: 0, then ${FIRST}`,
      `create ${FIRST}`,
      'alerts.json: 5, then alerts/dt=2026-03-01/8-8.ndjson.gz',
      'create alerts/dt=2026-03-01/8-8.ndjson.gz',
      'alerts.json: 8',
    ]);
    // One write of the state a second.
    expect(waits).toEqual([1, 1]);
    expect(store.live).toMatchObject({ cursor: '8', cursorDate: DATE, drainedAt: '2026-03-01T12:00:01Z' });
  });

  it('fixes where a feed begins before it asks anything', async () => {
    const store = new MemoryStore();
    const client: SearchClient = {
      search: async () => {
        expect(store.writes).toEqual(['alerts.json: 0']);
        throw new CollectorError('permission_missing', 'no');
      },
    };
    await run({ client, store });
    expect(store.live).toEqual(state());
  });

  it('gathers on while the state may not be written yet', async () => {
    const store = new MemoryStore(state());
    let now = NOW;
    const client = clientOf([1n, 2n, 3n, 4n, 5n, 6n], 1);
    const sleep = async (milliseconds: number) => {
      now += milliseconds;
    };
    const search = (asked: Search) => {
      now += 300;
      return client.search(asked);
    };
    await run({ client: { search }, store, now: () => now, sleep });
    // The first page at once; then what a second brings.
    expect([...store.objects.keys()].map((name) => name.slice(21))).toEqual([
      '1-1.ndjson.gz',
      '2-5.ndjson.gz',
      '6-6.ndjson.gz',
    ]);
  });

  it('takes an announced object that exists for delivered, without asking Qualys for it', async () => {
    const store = new MemoryStore(state({ pending }));
    await store.createObject(FIRST, Buffer.from('of the run before'));
    const client = clientOf([3n, 5n], 2);
    const { summary } = await run({ client, store });
    expect(summary).toMatchObject({ alerts: 0, objects: 0, bytes: 0, cursor: '5', drained: true });
    expect(client.searches.map(({ after }) => after)).toEqual(['5']);
    expect(store.objects.size).toBe(1);
  });

  it('creates an announced object that is absent under its name, up to its last id, whatever the page size', async () => {
    const store = new MemoryStore(state({ pending }));
    const client = clientOf([3n, 5n, 8n], 1);
    await run({ client, store });
    expect(store.writes).toEqual([
      `create ${FIRST}`,
      'alerts.json: 5, then alerts/dt=2026-03-01/8-8.ndjson.gz',
      'create alerts/dt=2026-03-01/8-8.ndjson.gz',
      'alerts.json: 8',
    ]);
    expect(store.ids()).toEqual([3, 5, 8]);
  });

  it('waits an hour for announced records that Qualys no longer returns, then stores the others', async () => {
    const store = new MemoryStore(state({ pending }));
    const client = clientOf([5n, 8n], 5);
    const early = await run({ client, store });
    expect(early.error?.code).toBe('records_missing');
    expect(early.error?.message).toContain('1 records fewer than the 2 announced');
    expect(store.writes).toEqual([]);

    const late = await run({ client, store, now: () => Date.parse(pending.announcedAt) + 3_600_000 });
    expect(late.error).toBeUndefined();
    expect(late.logged).toContainEqual(
      expect.objectContaining({ severity: 'WARNING', fields: { code: 'records_missing' } }),
    );
    expect(store.ids()).toEqual([5, 8]);
  });

  it('does not take a lost state for a first run', async () => {
    const store = new MemoryStore();
    await store.createObject('alerts/x', Buffer.from(''));
    const client = clientOf([1n], 1);
    const { summary, error } = await run({ client, store });
    expect(error?.code).toBe('state_lost');
    expect(summary).not.toHaveProperty('cursor');
    expect(client.searches).toEqual([]);
    expect(store.live).toBeUndefined();
  });

  it('ends when another run has changed the state, without a write', async () => {
    const store = new MemoryStore(state());
    const inner = clientOf([1n, 2n, 3n], 1);
    const client: SearchClient = {
      search: (search) => {
        if (search.after === '1') store.interfere();
        return inner.search(search);
      },
    };
    const { summary, error } = await run({ client, store });
    expect(error?.code).toBe('state_conflict');
    expect(summary).toMatchObject({ alerts: 0, cursor: '0' });
    expect(store.writes).toEqual([]);
  });

  it.each([
    ['at the limit', 0, undefined],
    ['one byte above it', 1, 'record_too_large'],
  ])('lets a line pass %s', async (_name, excess, code) => {
    const json = Buffer.alloc(MAX_LINE_BYTES - 1 + excess, 'x');
    const store = new MemoryStore(state());
    const { error } = await run({
      client: clientOf([], 1, [{ records: [record(7), { id: '9', date: DATE, json }], hasMore: false }]),
      store,
    });
    expect(error?.code).toBe(code);
    // The records before it are not held up.
    expect(store.live?.cursor).toBe(code ? '7' : '9');
  });
});

describe('settling', () => {
  const young = (seconds: number) => new Date(NOW - seconds * 1000).toISOString().replace(/\.\d+Z/, 'Z');
  const settlingSeconds = 120;

  it.each([
    // Dates are whole seconds, so that one more is needed; NOW is half a second past.
    ['older', 121, [7, 8]],
    ['younger', 120, []],
    ['dated more than an hour ahead, by a wrong clock', -3601, [7, 8]],
    ['dated a little ahead', -3599, []],
  ])('a record %s', async (_name, age, stored) => {
    const store = new MemoryStore(state());
    const records = [record(7, young(age)), record(8, young(600))];
    const client = clientOf([], 1, [{ records, hasMore: false }]);
    const { summary } = await run({ client, store }, { settlingSeconds });
    expect(store.ids()).toEqual(stored);
    expect(summary).toMatchObject({ drained: true, lagSeconds: 0 });
  });

  it('asks for nothing behind the first young record', async () => {
    const client = clientOf([], 1, [{ records: [record(7, young(1))], hasMore: true }]);
    await run({ client, store: new MemoryStore(state()) }, { settlingSeconds });
    expect(client.searches).toHaveLength(1);
  });

  it('of 0 seconds trusts the order', async () => {
    const store = new MemoryStore(state());
    await run({ client: clientOf([], 1, [{ records: [record(7, young(-5))], hasMore: false }]), store });
    expect(store.ids()).toEqual([7]);
  });
});

describe('asking ahead', () => {
  /** Answers in turn, each with a guess at its last record. */
  function guessing(...guesses: (string | undefined)[]) {
    const { search, searches } = clientOf([1n, 2n, 3n, 4n], 1);
    const steps: string[] = [];
    const client: SearchClient = {
      async search(asked) {
        const guess = guesses[searches.length];
        steps.push(`ask ${asked.after}`);
        const received = await search(asked);
        const page = () => {
          steps.push(`read ${asked.after}`);
          return received.page();
        };
        return { ...received, page, lastRecord: guess === undefined ? undefined : { id: guess, date: DATE } };
      },
    };
    return { client, steps };
  }

  it('sends the next question before the answer is read', async () => {
    const { client, steps } = guessing('1', '2', '3');
    const store = new MemoryStore(state());
    await run({ client, store });
    expect(steps).toEqual(['ask 0', 'ask 1', 'read 0', 'ask 2', 'read 1', 'ask 3', 'read 2', 'read 3']);
    expect(store.ids()).toEqual([1, 2, 3, 4]);
  });

  it('drops a question that was wrong', async () => {
    const { client, steps } = guessing('9');
    const store = new MemoryStore(state());
    const { summary } = await run({ client, store });
    expect(steps.slice(0, 5)).toEqual(['ask 0', 'ask 9', 'read 0', 'ask 1', 'read 1']);
    expect(store.ids()).toEqual([1, 2, 3, 4]);
    expect(summary.pages).toBe(4);
  });

  it.each([
    ['young', { settlingSeconds: 86_400 }, undefined],
    ['in the reserve', {}, { limit: 10, remaining: 1 }],
  ])('keeps quiet when the last record is %s', async (_name, overrides, calls) => {
    const client = clientOf([1n, 2n], 1, [{ calls }]);
    const search = async (asked: Search) => ({ ...(await client.search(asked)), lastRecord: { id: '1', date: DATE } });
    await run({ client: { search }, store: new MemoryStore(state()) }, overrides);
    expect(client.searches).toHaveLength(1);
  });
});

describe('limits', () => {
  const tooMany = (waitSeconds?: number) => new CollectorError('rate_limited', 'too many calls', waitSeconds);

  it('are waited for within the time budget, with a word on each wait', async () => {
    const store = new MemoryStore(state());
    const client = clientOf([3n], 5, [tooMany(20), new CollectorError('concurrency_limited', 'busy')]);
    const { summary, error, logged } = await run({ client, store });
    expect(error).toBeUndefined();
    expect(summary).toMatchObject({ alerts: 1, waits: 2, waitSeconds: 32 });
    expect(logged.filter(({ severity }) => severity === 'WARNING')).toEqual([
      {
        severity: 'WARNING',
        message: 'too many calls Attempt 1; the next in 22 s.',
        fields: { event: 'retry', code: 'rate_limited', attempt: 1, waitSeconds: 22 },
      },
      expect.objectContaining({ fields: { event: 'retry', code: 'concurrency_limited', attempt: 2, waitSeconds: 10 } }),
    ]);
  });

  it('beyond the time budget end the run with what it has, and no run asks before they are over', async () => {
    const store = new MemoryStore(state());
    const client = clientOf([3n, 5n], 1, [undefined, tooMany(1800)]);
    const { summary, error } = await run({ client, store });
    expect(error?.code).toBe('rate_limited');
    const resumeAt = store.live?.resumeAt ?? '';
    expect(summary).toMatchObject({ alerts: 1, cursor: '3', drained: false, resumeAt });
    expect(Date.parse(resumeAt) - NOW).toBeGreaterThan(1_800_000);
    expect(Date.parse(resumeAt) - NOW).toBeLessThan(1_900_000);

    const early = await run({ client, store, now: () => Date.parse(resumeAt) - 1 });
    expect(early).toMatchObject({ error: { code: 'rate_limited' }, summary: { resumeAt, pages: 0 } });
    expect(client.searches).toHaveLength(2);

    const onTime = await run({ client, store, now: () => Date.parse(resumeAt) });
    expect(onTime).toMatchObject({ summary: { alerts: 1, drained: true } });
    expect(onTime.summary).not.toHaveProperty('resumeAt');
    expect(store.live).not.toHaveProperty('resumeAt');
  });

  it.each([
    ['at the reserve', 30, 'reserve_kept', 1],
    ['above the reserve', 31, undefined, 2],
  ])('leave calls to others: %s', async (_name, remaining, code, pages) => {
    const store = new MemoryStore(state());
    const client = clientOf([3n, 5n], 1, [{ calls: { limit: 300, remaining } }]);
    const { summary, error } = await run({ client, store });
    expect(error?.code).toBe(code);
    expect(summary).toMatchObject({ pages, alerts: pages, cursor: pages === 1 ? '3' : '5' });
  });

  it('do not end a feed that has nothing left to ask', async () => {
    const client = clientOf([3n], 1, [{ calls: { limit: 300, remaining: 0 } }]);
    expect(await run({ client, store: new MemoryStore(state()) })).toMatchObject({ summary: { drained: true } });
  });
});

describe('errors', () => {
  it('that do not pass are not tried again', async () => {
    const client = clientOf([3n], 1, [new CollectorError('permission_missing', 'no')]);
    const { error, summary, waits } = await run({ client, store: new MemoryStore(state()) });
    expect(error?.code).toBe('permission_missing');
    expect(summary).toMatchObject({ waits: 0, pages: 0 });
    expect([client.searches.length, waits]).toEqual([1, []]);
  });

  it('of time make the pages smaller', async () => {
    const slow = new CollectorError('timed_out', 'slow');
    const client = clientOf([3n], 1, [slow, slow]);
    await run({ client, store: new MemoryStore(state()) });
    expect(client.searches.map(({ limit }) => limit)).toEqual([1000, 500, 250]);
  });

  it('of an empty page that promises more end the run, which is then not drained', async () => {
    const store = new MemoryStore(state());
    const client = clientOf([3n, 5n, 8n], 1, [undefined, { records: [], hasMore: true }]);
    const { summary, error } = await run({ client, store });
    expect(error?.code).toBe('empty_page');
    expect(summary).toMatchObject({ alerts: 1, cursor: '3', drained: false });
    expect(client.searches).toHaveLength(2);
  });

  it('that nobody foresaw are not disguised', async () => {
    const client: SearchClient = { search: () => Promise.reject(new TypeError('x is not a function')) };
    await expect(run({ client, store: new MemoryStore() })).rejects.toThrow(TypeError);
  });
});

describe('rejected credentials', () => {
  const rejected = new CollectorError('credentials_rejected', 'no');

  it('are not used again until there are others', async () => {
    const store = new MemoryStore(state());
    const client = clientOf([3n], 1, [rejected]);
    expect((await run({ client, store })).error?.code).toBe('credentials_rejected');
    expect(store.live?.blocked).toEqual({
      code: 'credentials_rejected',
      at: '2026-03-01T12:00:00Z',
      credentials: 'these',
    });

    const again = await run({ client, store });
    expect(again.error).toMatchObject({
      code: 'credentials_rejected',
      message: expect.stringContaining('no login with them'),
    });
    expect(client.searches).toHaveLength(1);

    const others = { fingerprint: () => 'others', matches: (fingerprint: string) => fingerprint === 'others' };
    expect(await run({ client, store, credentials: others })).toMatchObject({ summary: { alerts: 1 } });
    expect(store.live).not.toHaveProperty('blocked');
  });

  it('are noted even if another run writes the state meanwhile', async () => {
    const store = new MemoryStore(state());
    const client: SearchClient = {
      search: async () => {
        store.interfere();
        throw rejected;
      },
    };
    expect((await run({ client, store })).error?.code).toBe('credentials_rejected');
    expect(store.live?.blocked).toBeDefined();
  });

  it('keep an announced batch announced', async () => {
    const pending = { object: 'alerts/x', through: '5', throughDate: DATE, records: 2, announcedAt: DATE };
    const store = new MemoryStore(state({ pending }));
    await run({ client: clientOf([], 1, [rejected]), store });
    expect(store.live).toMatchObject({ pending, blocked: {} });
  });
});

describe('the time budget', () => {
  it('ends a run between two pages, and a backlog drains over runs', async () => {
    const store = new MemoryStore();
    const client = clientOf([1n, 2n, 3n, 4n, 5n, 6n, 7n], 1);
    const cursors: (string | undefined)[] = [];
    for (let drained = false; !drained; ) {
      let now = NOW;
      const search = (asked: Search) => {
        now += 1000;
        return client.search(asked);
      };
      const { summary, error } = await run({ client: { search }, store, now: () => now }, { timeBudgetSeconds: 3 });
      expect(error).toBeUndefined();
      cursors.push(summary.cursor);
      drained = summary.drained;
    }
    expect(cursors.length).toBeGreaterThan(2);
    expect(store.ids()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('closes a batch after a quarter of it, so that another run could gather it again', async () => {
    const store = new MemoryStore(state());
    let now = NOW;
    const client = clientOf([1n, 2n, 3n, 4n], 1);
    const search = (asked: Search) => {
      now += 8000;
      return client.search(asked);
    };
    await run({ client: { search }, store, now: () => now }, { timeBudgetSeconds: 60, batchRecords: 1000 });
    expect([...store.objects.keys()].map((name) => name.slice(21))).toEqual([
      '1-1.ndjson.gz',
      '2-3.ndjson.gz',
      '4-4.ndjson.gz',
    ]);
  });

  it('tells how far behind the feed is', async () => {
    const behind = async (more: Partial<State>) => {
      const client = clientOf([], 1, [new CollectorError('permission_missing', 'no')]);
      return (await run({ client, store: new MemoryStore(state(more)) })).summary.lagSeconds;
    };
    expect(await behind({})).toBe(86_401);
    expect(await behind({ cursor: '3', cursorDate: '2026-03-01T11:00:00Z' })).toBe(3601);
    // Nothing new came until then: a quiet feed is not late.
    expect(await behind({ cursor: '3', cursorDate: DATE, drainedAt: '2026-03-01T11:45:00Z' })).toBe(901);
  });

  it('gives way to a signal: what is gathered is stored', async () => {
    const store = new MemoryStore(state());
    const controller = new AbortController();
    const inner = clientOf([1n, 2n, 3n], 1);
    const client: SearchClient = {
      search: async (search) => {
        if (search.after === '2') {
          controller.abort();
          throw new CollectorError('interrupted', 'stop');
        }
        return inner.search(search);
      },
    };
    const { error, summary } = await run({ client, store, signal: controller.signal }, { batchRecords: 1000 });
    expect(error?.code).toBe('interrupted');
    expect(summary).toMatchObject({ alerts: 2, cursor: '2' });
    expect(store.live).toMatchObject({ cursor: '2', pending: null });
  });
});

describe('a backfill', () => {
  const window = { since: '2025-12-31T23:59:59Z', until: '2026-01-08T00:00:00Z' };
  const OBJECT = 'alerts/backfill=w/dt=2026-03-01/3-8.ndjson.gz';

  it('follows the live feed once that is drained, under its own state and prefix, and its request goes', async () => {
    const store = new MemoryStore(state({ cursor: '8', cursorDate: DATE }));
    store.requests.set('w', window);
    const client = clientOf([3n, 5n, 8n], 2);
    const { summary, logged } = await run({ client, store });
    expect(client.searches.map(({ criteria, after }) => [after, ...criteria.map(({ value }) => value)])).toEqual([
      ['8', '2026-02-28T12:00:00Z'],
      ['0', window.since, window.until],
      ['5', window.since, window.until],
    ]);
    expect(store.writes).toEqual([
      'alerts.json: 8',
      'alerts.backfills/w.json: 0',
      `alerts.backfills/w.json: 0, then ${OBJECT}`,
      `create ${OBJECT}`,
      'alerts.backfills/w.json: 8',
      'remove w',
    ]);
    expect(summary).toMatchObject({ alerts: 3, drained: true, cursor: '8', lagSeconds: 0 });
    expect(summary).not.toHaveProperty('backfill');
    expect(logged).toContainEqual(expect.objectContaining({ fields: { event: 'backfill_done', backfill: 'w' } }));
  });

  it('waits for the live feed', async () => {
    const store = new MemoryStore(state());
    store.requests.set('w', window);
    const client = clientOf([3n], 1, [new CollectorError('permission_missing', 'no')]);
    await run({ client, store });
    expect(client.searches).toHaveLength(1);
    expect(store.requests.size).toBe(1);
  });

  it('that a limit stops leaves the live feed drained, and both wait', async () => {
    const store = new MemoryStore(state());
    store.requests.set('w', window);
    const client = clientOf([3n], 1, [{ records: [] }, new CollectorError('rate_limited', 'no', 3600)]);
    const { summary, error } = await run({ client, store });
    expect(error?.code).toBe('rate_limited');
    expect(summary).toMatchObject({ drained: true, lagSeconds: 0, backfill: 'w', resumeAt: store.live?.resumeAt });
  });

  it('that is finished, but for its request, is only removed', async () => {
    const store = new MemoryStore(state({ cursor: '8' }));
    store.requests.set('w', window);
    const done = state({ ...window, cursor: '8', drainedAt: '2026-03-01T11:00:00Z' });
    store.states.set('alerts.backfills/w.json', done);
    await run({ client: clientOf([3n, 8n], 5), store });
    expect(store.states.get('alerts.backfills/w.json')).toEqual(done);
    expect(store.writes).toEqual(['alerts.json: 8', 'remove w']);
  });
});
