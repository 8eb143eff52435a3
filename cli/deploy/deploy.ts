import { UserError } from '../../environments/user-error';
import { EXIT } from '../exit-codes';
import { planEnvironment } from '../plan/plan';
import type { PlanReport, StackReport } from '../plan/report';
import type { Review } from '../plan/review';
import type { Selection, Stacks } from '../plan/stacks';
import type { Progress } from '../progress';
import { secretsOf } from '../secrets';
import { isOfPipeline, type SynthesizedStack } from '../synthesized';
import type { TerraformSession } from '../terraform/session';
import type { Verdict } from '../verdict';
import { type Applied, applyPlan } from './apply';
import { isLeftOut, unreviewed } from './reviewed';

export interface DeployOptions {
  readonly selection: Selection;
  readonly stacks: Stacks;
  /** What the plans must be. Default: whatever they are, if they are agreed to. */
  readonly review?: Review;
  /** Shows the plans and asks whether they are wanted; not asked where a review is. */
  readonly agree: (report: PlanReport) => Promise<boolean>;
  readonly session: TerraformSession;
  readonly progress: Progress;
}

/** What a deploy did. */
export interface Deployment {
  readonly environment: string;
  /** In the order in which they were applied. */
  readonly stacks: readonly StackOutcome[];
}

export type StackOutcome =
  | Applied
  /** `unchanged`: nothing to do; `left-out`: the review does not touch it; `not-reached`: one before it failed, or the command was interrupted. */
  | { readonly stack: string; readonly outcome: 'unchanged' | 'left-out' | 'not-reached' };

/**
 * Plans an environment's stacks and applies these very plans, one stack after another, if they are what was reviewed or
 * else agreed to. Nothing is applied unless all of them are.
 *
 * @throws UserError when a stack cannot be planned, a plan is not the reviewed one, or it is not agreed to
 */
export async function deployEnvironment(options: DeployOptions): Promise<Verdict> {
  const { selection, review, session, progress } = options;
  if (review !== undefined) refuseMissing(review, options);
  const leftOut = options.stacks.after.filter((stack) => review !== undefined && isLeftOut(review, stack));
  const stacks = { after: options.stacks.after.filter((stack) => !leftOut.includes(stack)) };
  const report = await planEnvironment({
    ...{ selection, stacks, session, progress, kind: 'normal', lock: true },
    isOffline: () => false,
  });
  refuseFailed(report);
  if (review !== undefined) refuseUnreviewed(review, stacks.after, report);
  const pending = report.stacks.filter(hasWork);
  if (review === undefined && pending.length > 0 && !(await options.agree(report)))
    throw new UserError('Nothing was deployed: it was not agreed to.');
  const applied = await applyAll(stacks.after, pending, { title: 'Deploy', session, progress });
  const outcomes = new Map<string, StackOutcome>(applied.map((one) => [one.stack, one]));
  for (const { name } of leftOut) outcomes.set(name, { stack: name, outcome: 'left-out' });
  return conclusionOf({
    environment: selection.environment,
    stacks: options.stacks.after.map(({ name }) => outcomes.get(name) ?? { stack: name, outcome: 'unchanged' }),
  });
}

/** @throws UserError with every stack that could not be planned */
export function refuseFailed({ stacks }: PlanReport): void {
  const failed = stacks.filter(({ kind }) => kind === 'failed');
  if (failed.length > 0)
    throw new UserError(['Nothing was applied: not every stack could be planned.', ...failed.map(told)].join('\n\n'));
}

/**
 * Applies the plans of some stacks in their order, until one fails or the command is interrupted.
 * @param pending reports of the stacks with something to do
 */
export async function applyAll(
  stacks: readonly SynthesizedStack[],
  pending: readonly StackReport[],
  { title, session, progress }: Pick<DeployOptions, 'session' | 'progress'> & { readonly title: string },
): Promise<StackOutcome[]> {
  const secrets = secretsOf(stacks);
  const outcomes: StackOutcome[] = [];
  for (const { stack: name, changes } of pending) {
    const stack = stacks.find((one) => one.name === name);
    if (stack === undefined) continue;
    if (session.terraform.isStopped || outcomes.some(({ outcome }) => outcome === 'failed'))
      outcomes.push({ stack: name, outcome: 'not-reached' });
    else
      outcomes.push(
        await progress.step(
          `${title} ${name}`,
          (note) => applyPlan(stack, actionsIn(changes), { terraform: session.terraform, secrets, note }),
          renderOutcome,
        ),
      );
  }
  return outcomes;
}

/** A replacement destroys and makes. */
function actionsIn(changes: StackReport['changes']): number {
  return changes.reduce((sum, { action }) => sum + ({ replace: 2, none: 0, forget: 0 }[action as string] ?? 1), 0);
}

/** Also moves, imports and changed outputs alone. */
function hasWork({ changes, outputs }: StackReport): boolean {
  return changes.length + outputs.length > 0;
}

/** @throws UserError when a stack was reviewed that would not be deployed, such as one that the environment has no more */
function refuseMissing(review: Review, { selection, stacks }: DeployOptions): void {
  const { environment, pipeline } = selection;
  const missing = Object.entries(review.stacks)
    // One without a configuration was left behind already when it was reviewed.
    .filter(([, { configuration }]) => configuration !== undefined)
    .map(([name]) => name)
    .filter((name) => pipeline === undefined || isOfPipeline(name, environment, pipeline))
    .filter((name) => !stacks.after.some((stack) => stack.name === name));
  if (missing.length > 0)
    throw new UserError(
      `Nothing was deployed: reviewed, but not among the stacks to deploy: ${missing.join(', ')}. ${anew(review)}`,
    );
}

function anew({ environment }: Review): string {
  return `Plan and review it anew: ./tributary plan ${environment} --review FILE`;
}

function refuseUnreviewed(review: Review, stacks: readonly SynthesizedStack[], report: PlanReport): void {
  const problems = report.stacks.flatMap((planned) => {
    const stack = stacks.find(({ name }) => name === planned.stack);
    const problem = stack && unreviewed(review, stack, planned);
    return problem === undefined ? [] : [`${planned.stack}\n${indent(problem)}`];
  });
  if (problems.length > 0)
    throw new UserError(
      ['Nothing was deployed: what would be done now is not what was reviewed.', ...problems, anew(review)].join(
        '\n\n',
      ),
    );
}

function conclusionOf(deployment: Deployment): Verdict {
  const isFailed = deployment.stacks.some(({ outcome }) => outcome === 'failed');
  return {
    exitCode: isFailed ? EXIT.failed : EXIT.good,
    document: deployment,
    text: renderOutcomes(deployment.stacks),
  };
}

/** A line for each stack. */
export function renderOutcomes(stacks: readonly StackOutcome[]): string {
  return stacks.map((outcome) => `${outcome.stack}: ${renderOutcome(outcome)}`).join('\n');
}

function renderOutcome(outcome: StackOutcome): string {
  switch (outcome.outcome) {
    case 'unchanged':
      return 'nothing to do';
    case 'left-out':
      return 'left out: the review does not touch it';
    case 'not-reached':
      return 'not reached: run this again when what stopped it is mended';
    default: {
      const { added, changed, removed, error } = outcome;
      const counts = `${added} added, ${changed} changed, ${removed} destroyed`;
      return error === undefined ? counts : `failed after ${counts}\n${indent(error)}`;
    }
  }
}

function told({ stack, error = '' }: StackReport): string {
  return `${stack}\n${indent(error)}`;
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
