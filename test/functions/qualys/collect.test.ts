import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { createQualysClient, type Page, type QualysClient, type Search } from '../../../functions/qualys/client';
import { collectFeed, type Effects, MAX_LINE_BYTES } from '../../../functions/qualys/collect';
import { CollectorError } from '../../../functions/qualys/contract';
import { feeds } from '../../../functions/qualys/feeds';
import type { State, Store } from '../../../functions/qualys/store';
import { type QualysSimulatorOptions, startQualysSimulator } from '../../simulators/qualys';

const NOW = Date.parse('2026-03-01T12:00:00.500Z');
const limits = { initialLookbackSeconds: 86_400, timeBudgetSeconds: 60 };

/** A store in memory; every write is kept in `writes`, in order. */
class MemoryStore implements Store {
  readonly objects = new Map<string, Buffer>();
  readonly writes: string[] = [];
  private generation = 0;

  constructor(public state?: State) {}

  async readState() {
    return this.state && { state: this.state, generation: String(this.generation) };
  }
  async createState(state: State) {
    if (this.state) throw new CollectorError('state_conflict', 'exists');
    return this.write(state);
  }
  async updateState(state: State, generation: string) {
    if (generation !== String(this.generation)) throw new CollectorError('state_conflict', 'changed');
    return this.write(state);
  }
  async createObject(name: string, content: Buffer) {
    if (this.objects.has(name)) return false;
    this.objects.set(name, content);
    this.writes.push(name);
    return true;
  }
  async hasObjects() {
    return this.objects.size > 0;
  }

  /** Another writer gets in between. */
  interfere() {
    this.generation += 1;
  }
  lines(): { Alert: { id: number | string } }[] {
    return [...this.objects.values()].flatMap((content) =>
      gunzipSync(content)
        .toString('utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
    );
  }
  ids(): number[] {
    return this.lines().map(({ Alert }) => Number(Alert.id));
  }

  private write(state: State) {
    this.state = state;
    this.generation += 1;
    this.writes.push(`cursor ${state.cursor}`);
    return { state, generation: String(this.generation) };
  }
}

/** A client that holds these ids and pages as Qualys does. */
function clientOf(ids: readonly bigint[], pageSize: number): QualysClient & { searches: Search[] } {
  const searches: Search[] = [];
  return {
    searches,
    async search(search): Promise<Page> {
      searches.push(search);
      const after = ids.filter((id) => id > BigInt(search.after));
      return {
        records: after
          .slice(0, pageSize)
          .map((id) => ({ id: String(id), fields: { id: String(id), alertDate: '2026-03-01T00:00:00Z' } })),
        hasMore: after.length > pageSize,
      };
    },
  };
}

const run = (effects: Partial<Effects> & Pick<Effects, 'client' | 'store'>, overrides = {}) =>
  collectFeed(feeds.alerts, { ...limits, ...overrides }, { now: () => NOW, log: () => {}, ...effects });

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
        objects: 3,
        bytes: [...store.objects.values()].reduce((sum, { length }) => sum + length, 0),
        pages: 3,
        cursor: last,
        drained: true,
      });
      expect(store.state).toEqual({ since: '2026-02-28T12:00:00Z', cursor: last });

      const before = [...store.writes];
      const second = await run({ client, store });
      expect(second.summary).toMatchObject({ alerts: 0, objects: 0, pages: 1, cursor: last, drained: true });
      expect(store.writes).toEqual(before);

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

  it('keeps what it has when Qualys fails on a later page, and carries on from there', () =>
    withSimulator({}, async (simulator, client) => {
      const store = new MemoryStore();
      const failing: QualysClient = {
        search: async (search) => {
          if (simulator.requests.length === 1) simulator.faults.push({ status: 503 });
          return client.search(search);
        },
      };
      const { summary, error } = await run({ client: failing, store });
      expect(error?.code).toBe('qualys_unavailable');
      expect(summary).toMatchObject({ alerts: 1000, pages: 1, drained: false, cursor: store.state?.cursor });
      await run({ client, store });
      expect(store.ids()).toEqual(simulator.ids());
    }));
});

it('collects every record exactly once, whatever the ids, the page size and the budget', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.bigInt({ min: 1n, max: 2n ** 70n }), { maxLength: 60 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 4 }),
      async (unordered, pageSize, pagesPerRun) => {
        const ids = unordered.sort((a, b) => (a < b ? -1 : 1));
        const client = clientOf(ids, pageSize);
        const store = new MemoryStore();
        let drained = false;
        for (let runs = 0; !drained && runs <= ids.length; runs += 1) {
          const searched = client.searches.length;
          const now = () => NOW + (client.searches.length - searched) * 1000;
          const { summary, error } = await run({ client, store, now }, { timeBudgetSeconds: pagesPerRun });
          expect(error).toBeUndefined();
          expect(summary.pages).toBeLessThanOrEqual(pagesPerRun);
          drained = summary.drained;
        }
        expect(drained).toBe(true);
        expect(store.lines().map(({ Alert }) => Alert.id)).toEqual(ids.map(String));
      },
    ),
  );
});

it('names an object by the first day and the ids, and commits only what is written', async () => {
  const store = new MemoryStore();
  await run({ client: clientOf([3n, 5n, 8n], 2), store });
  expect(store.writes).toEqual([
    'cursor 0',
    'alerts/dt=2026-03-01/3-5.ndjson.gz',
    'cursor 5',
    'alerts/dt=2026-03-01/8-8.ndjson.gz',
    'cursor 8',
  ]);
});

it('takes an object that exists for its own and commits it', async () => {
  const store = new MemoryStore({ since: '2026-01-01T00:00:00Z', cursor: '0' });
  await store.createObject('alerts/dt=2026-03-01/3-5.ndjson.gz', Buffer.from('of the run before'));
  const { summary } = await run({ client: clientOf([3n, 5n], 2), store });
  expect(summary).toMatchObject({ alerts: 0, objects: 0, bytes: 0, cursor: '5', drained: true });
  expect(store.state?.cursor).toBe('5');
  expect(store.objects.size).toBe(1);
});

it('does not take a lost state for a first run', async () => {
  const store = new MemoryStore();
  await store.createObject('alerts/x', Buffer.from(''));
  const client = clientOf([1n], 1);
  const { summary, error } = await run({ client, store });
  expect(error?.code).toBe('state_lost');
  expect(summary).not.toHaveProperty('cursor');
  expect(client.searches).toEqual([]);
  expect(store.state).toBeUndefined();
});

it('ends when another run has changed the state', async () => {
  const store = new MemoryStore();
  const inner = clientOf([1n, 2n, 3n], 1);
  const client: QualysClient = {
    search: (search) => {
      if (search.after === '1') store.interfere();
      return inner.search(search);
    },
  };
  const { summary, error } = await run({ client, store });
  expect(error?.code).toBe('state_conflict');
  expect(summary.cursor).toBe('1');
  expect(inner.searches).toHaveLength(2);
});

it('ends on an empty page that promises more, and does not call that drained', async () => {
  let searches = 0;
  const client: QualysClient = {
    search: async () => {
      searches += 1;
      return { records: [], hasMore: true };
    },
  };
  const { summary, error } = await run({ client, store: new MemoryStore() });
  expect(error).toBeUndefined();
  expect(summary).toMatchObject({ pages: 1, drained: false });
  expect(searches).toBe(1);
});

it.each([
  ['at the limit', 0, undefined],
  ['one byte above it', 1, 'record_too_large'],
])('lets a line pass %s', async (_name, excess, code) => {
  const fields = { alertDate: '2026-03-01T00:00:00Z', vulnTitle: '' };
  const empty = Buffer.byteLength(`${JSON.stringify({ Alert: fields })}\n`);
  // Two bytes each: the limit counts bytes, not characters.
  const padding = MAX_LINE_BYTES - empty + excess;
  fields.vulnTitle = 'ä'.repeat(Math.floor(padding / 2)) + 'a'.repeat(padding % 2);
  const store = new MemoryStore();
  const client: QualysClient = { search: async () => ({ records: [{ id: '9', fields }], hasMore: false }) };
  const { error } = await run({ client, store });
  expect(error?.code).toBe(code);
  expect(store.state?.cursor).toBe(code ? '0' : '9');
});

it('does not disguise a defect', async () => {
  const client: QualysClient = { search: () => Promise.reject(new TypeError('x is not a function')) };
  await expect(run({ client, store: new MemoryStore() })).rejects.toThrow(TypeError);
});
