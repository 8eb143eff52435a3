import fc from 'fast-check';
import { expectBroken, holding, MISHAPS, runPlans, schedulesOf } from './run-plans';
import { SweepWorld } from './sweep-world';
import type { RunPlan, Sabotage } from './world';

/** `PROTOCOL_RUNS=100000 npx jest sweep-protocol` looks longer. */
const RUNS = Number(process.env.PROTOCOL_RUNS ?? 500);

const SETTLING_SECONDS = 5;
const SWEEP_SECONDS = 3600;
const VERSIONS = { detection: '5.0', knowledgeBase: '4.0', cveDetection: '3.0' };
const LIMITS = {
  initialLookbackSeconds: 86_400,
  settlingSeconds: SETTLING_SECONDS,
  reserveCallsPercent: 10,
  // Only the first is full: another would make up for what those after it have missed.
  sweeps: { everySeconds: SWEEP_SECONDS, fullEverySeconds: 1000 * SWEEP_SECONDS },
  versions: VERSIONS,
};
const FEEDS = ['assets', 'findings'] as const;

const lateness = fc.constantFrom(0, 0, 1000, SETTLING_SECONDS * 1000);

/** What happens in Qualys while runs are at work: hosts come, change and go, and time passes. */
const happening = fc.record({
  added: fc.array(lateness, { maxLength: 2 }),
  changed: fc.array(fc.record({ index: fc.nat({ max: 20 }), lateness }), { maxLength: 4 }),
  removed: fc.array(fc.nat({ max: 20 }), { maxLength: 1 }),
  passes: fc.constantFrom(0, 100, 1000, 7000, SWEEP_SECONDS * 1000),
});

const scenario = ({ schedules = 1, mishaps = 0 } = {}) =>
  fc.record({
    feed: fc.constantFrom(...FEEDS),
    /** Of the KnowledgeBase: without it findings come by CVE. */
    isGranted: fc.boolean(),
    detectionVersion: fc.constantFrom('2.0', '5.0'),
    hosts: fc.nat({ max: 12 }),
    schedules: schedulesOf(runPlans({ limits: LIMITS, guesses: ['none'], atLeastMishaps: mishaps }), schedules),
    happenings: fc.array(happening, { maxLength: 6 }),
    scheduler: fc.scheduler(),
  });
type Scenario = ReturnType<typeof scenario> extends fc.Arbitrary<infer Value> ? Value : never;

const CALM: RunPlan = {
  limits: { ...LIMITS, timeBudgetSeconds: 600, batchRecords: 3 },
  pageSizes: [2],
  guesses: ['none'],
  mishaps: [],
  faults: [],
};

/** Plays a scenario to its end; afterwards undisturbed runs take what is left. @returns what was broken, if anything */
async function play(
  { feed, isGranted, detectionVersion, hosts, schedules, happenings, scheduler }: Scenario,
  sabotage?: Sabotage,
): Promise<string | undefined> {
  const world = new SweepWorld(feed, scheduler, isGranted);
  const versions = { ...VERSIONS, detection: detectionVersion };
  const run = (plan: RunPlan) => world.run({ ...plan, limits: { ...plan.limits, versions } }, sabotage);
  for (let count = 0; count < hosts; count += 1) world.add(0);
  world.clock += 10_000;

  const workers = schedules.map(async (plans) => {
    for (const plan of plans) {
      await world.turn();
      await run(plan);
    }
  });
  const source = (async () => {
    for (const { added, changed, removed, passes } of happenings) {
      await world.turn();
      for (const late of added) world.add(late);
      for (const { index, lateness: late } of changed) world.change(index, late);
      for (const index of removed) world.remove(index);
      world.clock += passes;
    }
  })();
  await scheduler.waitFor(Promise.all([...workers, source]));
  await scheduler.waitAll();

  // Everything becomes visible; then runs are left alone, of the sweep that is open and of one that changes nothing but
  // what changed. A wait that a limit has imposed is sat out.
  for (let count = 0; count < 4; count += 1) {
    world.clock += SWEEP_SECONDS * 1000;
    await scheduler.waitFor(run(CALM));
  }
  await scheduler.waitAll();

  if (world.breach) return world.breach;
  if (world.state?.sweep || world.state?.pending) return `not all is collected: ${JSON.stringify(world.state)}`;
  const missing = world.missing();
  return missing.length === 0 ? undefined : `never stored: ${missing}`;
}

const holds = (scenarios: fc.Arbitrary<Scenario>, sabotage?: Sabotage) =>
  holding(scenarios, (drawn) => play(drawn, sabotage));

it('stores every host once in each sweep, and every version sooner or later, whatever happens in whatever order', async () => {
  await fc.assert(holds(scenario()), { numRuns: RUNS });
}, 3_600_000);

it.each([
  ['assets', 'assets', true],
  ['findings', 'findings', true],
  ['findings by CVE', 'findings', false],
] as const)('does so for %s when a run dies at each of its effects in turn', async (_name, feed, isGranted) => {
  const plan: RunPlan = { ...CALM, limits: { ...CALM.limits, batchRecords: 2 }, pageSizes: [1, 2] };
  const filled = () => {
    const world = new SweepWorld(feed, undefined, isGranted);
    for (let count = 0; count < 4; count += 1) world.add(0);
    world.clock += 10_000;
    return world;
  };
  const undisturbed = filled();
  await undisturbed.run(plan);
  expect(undisturbed.effects).toBeGreaterThan(8);

  for (const what of MISHAPS) {
    for (let at = 0; at < undisturbed.effects; at += 1) {
      const world = filled();
      await world.run({ ...plan, mishaps: [{ at, what }] });
      world.change(1, 0);
      world.clock += 10_000;
      // What lands later can get in its way.
      await world.run(plan);
      world.clock += SWEEP_SECONDS * 1000;
      await world.run(plan);
      world.clock += SWEEP_SECONDS * 1000;
      expect((await world.run(plan))?.error).toBeUndefined();
      expect([world.breach, world.missing(), world.state?.sweep]).toEqual([undefined, [], undefined]);
    }
  }
});

/** In how many sweeps a host is that changes before each of them comes to it. */
async function sweepsWithRestless(sabotage?: Sabotage): Promise<number> {
  const world = new SweepWorld('assets');
  for (let count = 0; count < 4; count += 1) world.add(0);
  const slow: RunPlan = { ...CALM, limits: { ...CALM.limits, batchRecords: 1, timeBudgetSeconds: 1 }, pageSizes: [1] };
  for (let run = 0; run < 20; run += 1) {
    world.clock += SWEEP_SECONDS * 250;
    world.change(3, 0);
    await world.run(slow, sabotage);
  }
  const [, , , restless = 0] = world.hostIds();
  return [...world.swept.values()].filter((sweep) => sweep.has(restless)).length;
}

it('meets a host that changes before every sweep comes to it, unlike sweeps that are bounded at their end', async () => {
  expect(await sweepsWithRestless()).toBeGreaterThan(2);
  const bounded: Sabotage = (effects, world) => ({
    ...effects,
    client: {
      ...effects.client,
      search: (asked) => {
        const value = world.states.get('assets.json')?.state.sweep?.until ?? '';
        const criteria = [...asked.criteria, { field: 'updated', operator: 'LESSER', value } as const];
        return effects.client.search({ ...asked, criteria });
      },
    },
  });
  expect(await sweepsWithRestless(bounded)).toBe(0);
});

describe('the check notices a protocol that', () => {
  jest.setTimeout(120_000);
  const turbulent = scenario({ schedules: 2, mishaps: 1 });

  const isCaught = (sabotage: Sabotage, words: RegExp) => expectBroken(holds(turbulent, sabotage), words);
  const withStore =
    (store: (effects: Parameters<Sabotage>[0]) => object): Sabotage =>
    (effects) => ({ ...effects, store: { ...effects.store, ...store(effects) } });

  it('forgets an announced batch', () =>
    isCaught(
      withStore(({ store }) => ({
        readState: async (name: string) => {
          const stored = await store.readState(name);
          return stored && { ...stored, state: { ...stored.state, pending: null } };
        },
      })),
      /twice|not stored/,
    ));

  it('begins a sweep anew that is open', () =>
    isCaught(
      withStore(({ store }) => ({
        readState: async (name: string) => {
          const stored = await store.readState(name);
          const { sweep: _sweep, ...state } = stored?.state ?? {};
          return stored && { ...stored, state };
        },
      })),
      /begins while|not stored|twice|never stored/,
    ));

  it('begins each sweep where the last one ended', () =>
    isCaught(
      (effects) => ({
        ...effects,
        store: {
          ...effects.store,
          updateState: (name, state, generation) =>
            effects.store.updateState(
              name,
              state.sweep || !state.drainedAt ? state : { ...state, since: state.drainedAt },
              generation,
            ),
        },
      }),
      /never stored/,
    ));

  it('commits a batch with its announcement', () =>
    isCaught(
      withStore(({ store }) => ({
        updateState: (name: string, state: Parameters<typeof store.updateState>[1], generation: string) =>
          store.updateState(name, { ...state, cursor: state.pending?.through ?? state.cursor }, generation),
      })),
      /not stored/,
    ));
});
