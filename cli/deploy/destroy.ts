import { UserError } from '../../environments/user-error';
import { EXIT } from '../exit-codes';
import { planEnvironment } from '../plan/plan';
import type { PlanReport } from '../plan/report';
import type { Selection, Stacks } from '../plan/stacks';
import type { Progress } from '../progress';
import type { TerraformSession } from '../terraform/session';
import type { Verdict } from '../verdict';
import { applyAll, refuseFailed, renderOutcomes, type StackOutcome } from './deploy';
import { leftovers } from './leftovers';

export interface DestroyOptions {
  readonly selection: Selection;
  readonly stacks: Stacks;
  /** Shows what goes and what stays, and asks whether that is wanted. */
  readonly agree: (report: PlanReport, stays: readonly string[]) => Promise<boolean>;
  readonly session: TerraformSession;
  readonly progress: Progress;
}

/** What a destroy did. */
export interface Destruction {
  readonly environment: string;
  readonly stacks: readonly StackOutcome[];
  /** What stays behind, a sentence each. */
  readonly stays: readonly string[];
}

/**
 * Destroys an environment's stacks with what they hold, one after another, the last deployed first.
 * @throws UserError when a stack cannot be planned, or it is not agreed to
 */
export async function destroyEnvironment(options: DestroyOptions): Promise<Verdict> {
  const { selection, session, progress } = options;
  const stacks = { after: [...options.stacks.after].reverse() };
  const report = await planEnvironment({
    ...{ selection, stacks, session, progress, kind: 'destroy', lock: true },
    isOffline: () => false,
  });
  refuseFailed(report);
  const pending = report.stacks.filter(({ changes, outputs }) => changes.length + outputs.length > 0);
  const stays = leftovers(
    stacks.after.map(({ name }) => name),
    selection.environment,
  );
  if (pending.length > 0 && !(await options.agree(report, stays)))
    throw new UserError('Nothing was destroyed: it was not agreed to.');
  const outcomes = await applyAll(stacks.after, pending, { session, progress, title: 'Destroy' });
  const done = new Map(outcomes.map((one) => [one.stack, one]));
  const destruction: Destruction = {
    environment: selection.environment,
    stacks: stacks.after.map(({ name }) => done.get(name) ?? { stack: name, outcome: 'unchanged' }),
    stays,
  };
  const isFailed = outcomes.some(({ outcome }) => outcome === 'failed');
  return { exitCode: isFailed ? EXIT.failed : EXIT.good, document: destruction, text: render(destruction) };
}

function render({ stacks, stays }: Destruction): string {
  return [renderOutcomes(stacks), '', 'What stays behind:', ...stays.map((line) => `- ${line}`)].join('\n');
}
