import { hasEffect } from '../parser/parser-changes';
import { countsOf, describeCounts } from './counts';
import { lossesOf } from './losses';
import type { PlanReport } from './report';

/** How bad it is: `failed` before `loss` (something is lost for good) before `destroy` before `change` before `none`. */
export type Severity = 'failed' | 'loss' | 'destroy' | 'change' | 'none';

export interface VerdictLine {
  readonly severity: Severity;
  /** `2 to add, 1 to destroy; 1 stack failed` */
  readonly text: string;
}

/** A report in a line. */
export function verdictOf(report: PlanReport): VerdictLine {
  const { stacks, failingParsers = [], parsers = [] } = report;
  const effects = parsers.filter(hasEffect).length;
  const failed = stacks.filter(({ kind }) => kind === 'failed').length;
  const drifted = stacks.filter(({ drift }) => drift.length > 0).length;
  const outputs = stacks.reduce((sum, stack) => sum + stack.outputs.length, 0);
  const changes = stacks.flatMap((stack) => stack.changes);
  const losses = lossesOf(report);
  const counts = describeCounts(countsOf(changes));
  const text = [
    ...(report.purpose === 'drift'
      ? [describeDrift(stacks)]
      : [
          changes.length === 0 && outputs > 0 ? 'only outputs change' : counts,
          drifted > 0 && `${many(drifted)} changed outside of Terraform`,
        ]),
    failed > 0 && `${many(failed)} failed${report.purpose === 'drift' ? '' : ' to plan'}`,
    effects > 0 && (effects === 1 ? '1 parser makes other events' : `${effects} parsers make other events`),
    failingParsers.length > 0 &&
      (failingParsers.length === 1
        ? '1 parser fails its samples'
        : `${failingParsers.length} parsers fail their samples`),
  ]
    .filter(Boolean)
    .join('; ');
  return {
    severity: severityOf(failed + failingParsers.length > 0, losses, changes.length + outputs + drifted + effects),
    text,
  };
}

function severityOf(isFailed: boolean, losses: ReturnType<typeof lossesOf>, others: number): Severity {
  if (isFailed) return 'failed';
  if (losses.some(({ loss }) => loss)) return 'loss';
  if (losses.length > 0) return 'destroy';
  return others > 0 ? 'change' : 'none';
}

function describeDrift(stacks: PlanReport['stacks']): string {
  const resources = stacks.reduce((sum, { drift }) => sum + drift.length, 0);
  if (resources === 0) return 'nothing was changed outside of Terraform';
  return `${resources} ${resources === 1 ? 'resource was' : 'resources were'} changed outside of Terraform`;
}

function many(stacks: number): string {
  return `${stacks} ${stacks === 1 ? 'stack' : 'stacks'}`;
}
