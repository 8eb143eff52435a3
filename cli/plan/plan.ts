import type { Progress } from '../progress';
import { secretsOf } from '../secrets';
import type { SynthesizedStack } from '../synthesized';
import { placeholders } from '../terraform/placeholders';
import { type TerraformCli, wordsOf } from '../terraform/run';
import type { TerraformSession } from '../terraform/session';
import { inWorkspaces } from '../terraform/workspace';
import { Mask } from './mask';
import { offlineReport } from './offline';
import type { PlanJson } from './plan-json';
import { readPlan } from './read-plan';
import type { PlanReport, StackReport } from './report';
import { isAlike, type Selection, type Stacks } from './stacks';

/** How stacks are planned. */
export interface PlanMode {
  /** `normal`; `refresh-only`: what changed outside; `destroy`: everything goes. */
  readonly kind: 'normal' | 'refresh-only' | 'destroy';
  /** Whether the state is locked meanwhile: an identity that may only read cannot. */
  readonly lock: boolean;
}

export interface PlanOptions extends PlanMode {
  readonly selection: Selection;
  readonly stacks: Stacks;
  /** Shown by the difference of their configuration alone, without credentials. */
  readonly isOffline: (stack: string) => boolean;
  /** Undefined: nothing is planned by Terraform. */
  readonly session: TerraformSession | undefined;
  readonly progress: Progress;
}

/** Name of the binary plan in a stack's folder. It holds secrets in clear and goes with the folder. */
export const PLAN_FILE = 'plan';
/** How long another run may hold the lock of a state. */
export const LOCK_TIMEOUT = '-lock-timeout=60s';

/**
 * Plans the stacks of an environment at once. A stack that fails is told in the report; the others are planned all the
 * same.
 */
export async function planEnvironment(options: PlanOptions): Promise<PlanReport> {
  const { selection, stacks, isOffline, session, progress } = options;
  const { after, before } = stacks;
  const secrets = secretsOf(after);
  const reports = new Map<string, StackReport>();
  const gone = [...(before?.values() ?? [])].filter(({ name }) => !after.some((stack) => stack.name === name));
  for (const { name } of gone) reports.set(name, { ...emptyReport(name, 'offline'), warnings: [leftBehind(name)] });
  const planned: SynthesizedStack[] = [];
  for (const stack of after) {
    const other = before?.get(stack.name);
    if (isAlike(other, stack)) reports.set(stack.name, emptyReport(stack.name, 'unchanged'));
    else if (isOffline(stack.name)) reports.set(stack.name, offlineReport(stack.name, other?.document, stack.document));
    else planned.push(stack);
  }
  if (planned.length > 0 && session !== undefined)
    await progress.step(
      `Plan ${planned.length === 1 ? planned[0]?.name : `${planned.length} stacks`}`,
      async (note) => {
        let done = 0;
        await inWorkspaces(planned, { ...session, workFolder: session.folder }, async ({ stack, problem }) => {
          const report =
            problem === undefined
              ? await planStack(stack, session.terraform, options, secrets)
              : failed(stack, problem, secrets);
          reports.set(stack.name, report);
          note(`${++done} of ${planned.length}: ${stack.name}`);
        });
      },
    );
  const order = [...after, ...gone].map(({ name }) => name);
  const purpose = options.kind === 'refresh-only' ? 'drift' : 'plan';
  return { environment: selection.environment, purpose, stacks: order.flatMap((name) => reports.get(name) ?? []) };
}

async function planStack(
  stack: SynthesizedStack,
  terraform: TerraformCli,
  { kind, lock }: PlanMode,
  secrets: readonly string[],
): Promise<StackReport> {
  const args = ['plan', '-input=false', '-no-color', `-out=${PLAN_FILE}`, ...(kind === 'normal' ? [] : [`-${kind}`])];
  const env = kind === 'normal' ? {} : placeholders(stack);
  const plan = await terraform.run(stack.folder, [...args, lock ? LOCK_TIMEOUT : '-lock=false'], { env });
  if (plan.code !== 0) return failed(stack, wordsOf(plan.stderr || plan.stdout), secrets);
  const shown = await terraform.run(stack.folder, ['show', '-json', PLAN_FILE]);
  if (shown.code !== 0) return failed(stack, wordsOf(shown.stderr), secrets);
  const report = readPlan(stack.name, JSON.parse(shown.stdout) as PlanJson, secrets);
  // A look that changes nothing would still write what it has seen into outputs.
  return kind === 'refresh-only' ? { ...report, changes: [], outputs: [] } : report;
}

function failed({ name }: SynthesizedStack, problem: string, secrets: readonly string[]): StackReport {
  return { ...emptyReport(name, 'failed'), error: new Mask(secrets).redact(problem) };
}

/** Terraform is not told of a stack that is in no file: it destroys nothing of it. */
function leftBehind(stack: string): string {
  return (
    `${stack} is no longer in the environment file: a deploy leaves what it made as it is, and nothing looks after it any ` +
    'more. To remove it, run ./tributary destroy while the file still has it.'
  );
}

function emptyReport(stack: string, kind: StackReport['kind']): StackReport {
  return { stack, kind, changes: [], drift: [], outputs: [], warnings: [] };
}
