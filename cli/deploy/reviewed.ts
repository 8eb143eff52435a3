import { differenceOf, renderDifference } from '../plan/difference';
import type { StackReport } from '../plan/report';
import type { Review, ReviewedStack } from '../plan/review';
import { configurationDigest } from '../plan/stacks';
import type { SynthesizedStack } from '../synthesized';

/** Stacks that a review leaves out, since the reviewed change does not touch them: not deployed either. */
export function isLeftOut({ stacks }: Review, { name }: SynthesizedStack): boolean {
  return stacks[name]?.kind === 'unchanged';
}

/**
 * What a plan does that was not reviewed, in words; undefined: it is what was reviewed.
 * @param review of the environment
 * @param report of the plan that would be applied
 */
export function unreviewed(review: Review, stack: SynthesizedStack, report: StackReport): string | undefined {
  const reviewed = review.stacks[stack.name];
  if (reviewed === undefined) return 'The stack is not in the review.';
  if (reviewed.kind === 'failed') return 'The stack could not be planned when it was reviewed.';
  if (reviewed.kind === 'offline') return unreviewedOffline(reviewed, stack, report);
  if (reviewed.digest !== undefined && reviewed.digest === report.digest) return undefined;
  return renderDifference(differenceOf(reviewed, report)).join('\n');
}

/**
 * Of a stack without a plan the configuration was reviewed. The same configuration can still destroy something, if what is
 * deployed is not what the review took for deployed.
 */
function unreviewedOffline(
  reviewed: ReviewedStack,
  stack: SynthesizedStack,
  { changes }: StackReport,
): string | undefined {
  if (reviewed.configuration !== configurationDigest(stack))
    return 'Its configuration is not the one that was reviewed.';
  const announced = new Set(
    reviewed.changes.filter(({ action }) => action === 'delete' || action === 'replace').map(({ address }) => address),
  );
  const surprises = changes.filter(
    ({ action, address }) => (action === 'delete' || action === 'replace') && !announced.has(address),
  );
  return surprises.length === 0
    ? undefined
    : ['It destroys what the review did not tell of:', ...surprises.map(({ address }) => `  ${address}`)].join('\n');
}
