import fc from 'fast-check';
import type { Mishap, QualysFault, RunPlan } from './world';

export const MISHAPS: readonly Mishap[] = [
  'dies before',
  'dies after',
  'dies, lands later',
  'answer lost',
  'told to stop',
];

const FAULTS: readonly QualysFault[] = [
  'breaks off',
  ...(['qualys_unavailable', 'rate_limited', 'timed_out', 'malformed_answer', 'permission_missing'] as const),
  'empty page with more',
];

interface PlanOptions {
  /** What all runs keep to alike. */
  limits: Omit<RunPlan['limits'], 'timeBudgetSeconds' | 'batchRecords'>;
  guesses: RunPlan['guesses'];
  atLeastMishaps: number;
  /** One of them at least in each run. Default: up to two of all. */
  faults?: readonly QualysFault[];
}

/** Runs that meet what runs can meet. */
export const runPlans = ({ limits, guesses, atLeastMishaps, faults }: PlanOptions): fc.Arbitrary<RunPlan> =>
  fc.record({
    limits: fc
      .record({ timeBudgetSeconds: fc.constantFrom(1, 5, 600), batchRecords: fc.integer({ min: 1, max: 6 }) })
      .map((drawn) => ({ ...limits, ...drawn })),
    guesses: fc.array(fc.constantFrom(...guesses), { minLength: 1, maxLength: 3 }),
    shapes: fc.array(fc.record({ withUrl: fc.boolean(), pieceBytes: fc.constantFrom(61, 10_000) }), {
      minLength: 1,
      maxLength: 3,
    }),
    pageSizes: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
    mishaps: fc.array(fc.record({ at: fc.nat({ max: 25 }), what: fc.constantFrom(...MISHAPS) }), {
      minLength: atLeastMishaps,
      maxLength: 1,
    }),
    faults: fc.array(fc.record({ at: fc.nat({ max: 6 }), what: fc.constantFrom(...(faults ?? FAULTS)) }), {
      minLength: faults ? 1 : 0,
      maxLength: 2,
    }),
  });

/** Two schedules at work at once; the runs of each follow one another. */
export const schedulesOf = (plans: fc.Arbitrary<RunPlan>, minLength: number): fc.Arbitrary<RunPlan[][]> =>
  fc.array(fc.array(plans, { minLength: 1, maxLength: 4 }), { minLength, maxLength: 2 });

/** Holds if playing it tells of nothing that is broken. */
export const holding = <Scenario>(
  scenarios: fc.Arbitrary<Scenario>,
  play: (scenario: Scenario) => Promise<string | undefined>,
) =>
  fc.asyncProperty(scenarios, async (drawn) => {
    const broken = await play(drawn);
    if (broken !== undefined) throw new Error(broken);
  });

/** Of the searches for what must be found: with others the rarest scenario took from 1 to 25 s. */
const SEED = 3;

/** A promise is broken in some scenario; which one is told by the name that it is given. */
export async function expectBroken(property: ReturnType<typeof holding>, words: RegExp): Promise<void> {
  const { failed, errorInstance } = await fc.check(property, { numRuns: 20_000, endOnFailure: true, seed: SEED });
  expect(failed).toBe(true);
  expect(String(errorInstance)).toMatch(words);
}
