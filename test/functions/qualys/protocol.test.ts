import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import type { QualysClient, Received, Search } from '../../../functions/qualys/client';
import { backfillObjectPrefix, backfillRequestObject, stateObject } from '../../../functions/qualys/contract';
import { landed } from '../../../functions/qualys/state';
import { expectBroken, holding, MISHAPS, runPlans, schedulesOf } from './run-plans';
import { liveState, type QualysFault, type RunPlan, type Sabotage, World } from './world';

/** `PROTOCOL_RUNS=100000 npx jest protocol` looks longer. */
const RUNS = Number(process.env.PROTOCOL_RUNS ?? 1000);

const SETTLING_SECONDS = 5;
const LIMITS = { initialLookbackSeconds: 60, settlingSeconds: SETTLING_SECONDS, reserveCallsPercent: 10 };

/** What happens in Qualys while runs are at work: alerts appear, at once or late, and time passes. */
const happening = fc.record({
  alerts: fc.array(fc.constantFrom(0, 0, 1000, SETTLING_SECONDS * 1000), { maxLength: 5 }),
  passes: fc.constantFrom(0, 100, 1000, 7000),
});

interface ScenarioOptions {
  schedules?: number;
  mishaps?: number;
  faults?: readonly QualysFault[];
}

const scenario = ({ schedules = 1, mishaps = 0, faults }: ScenarioOptions = {}) =>
  fc.record({
    /** Before the first run, from two minutes before: some before the feed's start. */
    history: fc.array(fc.constantFrom(0, 500, 9000), { maxLength: 12 }),
    schedules: schedulesOf(
      runPlans({ limits: LIMITS, guesses: ['right', 'wrong', 'none'], atLeastMishaps: mishaps, faults }),
      schedules,
    ),
    happenings: fc.array(happening, { maxLength: 6 }),
    backfill: fc.boolean(),
    scheduler: fc.scheduler(),
  });
type Scenario = ReturnType<typeof scenario> extends fc.Arbitrary<infer Value> ? Value : never;

const CALM: RunPlan = {
  limits: { ...LIMITS, timeBudgetSeconds: 600, batchRecords: 3 },
  pageSizes: [2],
  guesses: ['right'],
  mishaps: [],
  faults: [],
};

/**
 * Waits for something that waits for the scheduler, step by step. As fast-check's own waitFor, which lets fifty microtasks
 * pass at each step: most of the time of these tests.
 */
async function settled<T>(scheduler: fc.Scheduler, work: Promise<T>): Promise<T> {
  let isDone = false;
  const end = () => {
    isDone = true;
  };
  work.then(end, end);
  while (!isDone) {
    await setImmediate();
    if (!isDone && scheduler.count() > 0) await scheduler.waitOne();
  }
  return work;
}

/** Plays a scenario to its end; afterwards undisturbed runs take what is left. @returns what was broken, if anything */
async function play(
  { history, schedules, happenings, backfill, scheduler }: Scenario,
  sabotage?: Sabotage,
): Promise<string | undefined> {
  const world = new World(scheduler);
  const begin = world.clock;
  world.clock -= 120_000;
  for (const wait of history) {
    world.clock += wait;
    world.raise(0);
  }
  world.clock = begin;

  const workers = schedules.map(async (plans) => {
    for (const plan of plans) {
      await world.turn();
      await world.run(plan, sabotage);
    }
  });
  const source = (async () => {
    for (const { alerts, passes } of happenings) {
      await world.turn();
      for (const lateness of alerts) world.raise(lateness);
      world.clock += passes;
    }
  })();
  const requested = (async () => {
    await world.turn();
    if (!backfill) return;
    // Everything before the live feed's start, which the first run fixes; until then there is nothing to go by.
    const since = liveState(world)?.since;
    if (since === undefined) return;
    const until = new Date(Date.parse(since) + 1000).toISOString().replace('.000Z', 'Z');
    world.requests.set(backfillRequestObject('alerts', 'b'), { since: '2026-01-01T00:00:00Z', until });
  })();
  await settled(scheduler, Promise.all([...workers, source, requested]));
  await scheduler.waitAll();

  // Every alert appears and settles; then runs are left alone. A wait that a limit has imposed is sat out.
  world.clock += SETTLING_SECONDS * 1000 + 3_600_000;
  const isQuiet = () => liveState(world)?.pending === null && world.requests.size === 0;
  for (let run = 0; run < 3 || (!isQuiet() && run < 10); run += 1) {
    world.clock += 2000;
    await settled(scheduler, world.run(CALM, sabotage));
  }
  await scheduler.waitAll();

  if (world.breach) return world.breach;
  const state = liveState(world);
  if (!state) return 'there is no state';
  if (!isQuiet()) return `not all is collected: ${JSON.stringify(state)}`;
  if (state.drainedAt === null) return 'it was never drained';
  const hasBackfilled = [...world.states.keys()].some((name) => name !== stateObject('alerts'));
  const expected = world.idsBetween(hasBackfilled ? '2026-01-01T00:00:00Z' : state.since);
  if (String(world.storedIds()) !== String(expected)) {
    return `expected ${expected}, but ${world.storedIds()} are stored`;
  }
  const early = world.idsBetween('2026-01-01T00:00:00Z', state.since);
  const backfilled = world.storedIds(backfillObjectPrefix('alerts', 'b'));
  return early.every((id) => backfilled.includes(id) === hasBackfilled) ? undefined : 'the backfill is not its own';
}

const holds = (scenarios: fc.Arbitrary<Scenario>, sabotage?: Sabotage) =>
  holding(scenarios, (drawn) => play(drawn, sabotage));

it('stores every alert exactly once and never passes one, whatever happens in whatever order', async () => {
  await fc.assert(holds(scenario()), { numRuns: RUNS });
}, 3_600_000);

it('does so when a run dies at each of its effects in turn, before, after, or with its write still under way', async () => {
  const plan: RunPlan = { ...CALM, limits: { ...CALM.limits, batchRecords: 2 }, pageSizes: [1, 2] };
  const fill = (world: World) => {
    for (let count = 0; count < 3; count += 1) world.raise(0);
    world.clock += 10_000;
  };
  const undisturbed = new World();
  fill(undisturbed);
  await undisturbed.run(plan);
  expect(undisturbed.effects).toBeGreaterThan(8);

  for (const what of MISHAPS) {
    for (let at = 0; at < undisturbed.effects; at += 1) {
      const world = new World();
      fill(world);
      await world.run({ ...plan, mishaps: [{ at, what }] });
      fill(world);
      expect((await world.run(plan))?.error).toBeUndefined();
      expect(world.breach).toBeUndefined();
      expect(world.storedIds()).toEqual(world.idsBetween(liveState(world)?.since ?? ''));
    }
  }
});

describe('the check notices a protocol that', () => {
  jest.setTimeout(120_000);
  const turbulent = scenario({ schedules: 2, mishaps: 1 });

  const isCaught = (sabotage: Sabotage, words: RegExp, scenarios = turbulent) =>
    expectBroken(holds(scenarios, sabotage), words);
  const withStore =
    (store: (effects: Parameters<Sabotage>[0], world: World) => object): Sabotage =>
    (effects, world) => ({ ...effects, store: { ...effects.store, ...store(effects, world) } });

  const withClient =
    (change: (search: QualysClient['search'], world: World) => (asked: Search) => Promise<Received>): Sabotage =>
    (effects, world) => ({ ...effects, client: { ...effects.client, search: change(effects.client.search, world) } });

  it('forgets an announced batch whose object is absent', () =>
    isCaught(
      withStore(({ store }) => ({
        readState: async (name: string) => {
          const stored = await store.readState(name);
          const pending = stored?.state.pending;
          if (!stored || !pending || (await store.hasObject(pending.object))) return stored;
          return { ...stored, state: { ...stored.state, pending: null } };
        },
      })),
      /twice|are stored/,
    ));

  it('takes an announced batch for stored', () =>
    isCaught(
      withStore(({ store }) => ({
        readState: async (name: string) => {
          const stored = await store.readState(name);
          return stored && { ...stored, state: landed(stored.state) };
        },
      })),
      /not stored|are stored/,
    ));

  it('writes the state without a precondition', () =>
    isCaught(
      withStore(({ store }, world) => ({
        updateState: async (name: string, state: Parameters<typeof store.updateState>[1]) =>
          store.updateState(name, state, world.states.get(name)?.generation ?? ''),
      })),
      /twice|not stored|are stored/,
    ));

  it('goes on behind an empty page', () =>
    isCaught(
      withClient((search) => async (asked) => {
        const received = await search(asked);
        const page = await received.page().catch(() => undefined);
        if (page?.records.length !== 0 || !page.hasMore) return received;
        return search({ ...asked, after: String(Number(asked.after) + 2) });
      }),
      /not stored|are stored/,
      scenario({ faults: ['empty page with more'] }),
    ));

  it('filters by date beside the cursor', () =>
    isCaught(
      withClient((search, world) => (asked) => {
        const value = liveState(world)?.cursorDate;
        const byDate = value ? [{ field: 'alertDate', operator: 'GREATER', value } as const] : [];
        return search({ ...asked, criteria: [...asked.criteria, ...byDate] });
      }),
      /not stored|are stored/,
    ));

  it('does not let records settle', () =>
    isCaught(
      withClient((search) => async (asked) => ({ ...(await search(asked)), asOf: Number.MAX_SAFE_INTEGER })),
      /not stored|are stored/,
    ));
});
