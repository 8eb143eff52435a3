import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { displayPath } from '../../environments/load';
import { projectRoot } from '../../environments/root';
import { Mask } from '../plan/mask';
import { LOCK_TIMEOUT, PLAN_FILE } from '../plan/plan';
import type { Note } from '../progress';
import type { SynthesizedStack } from '../synthesized';
import { type TerraformCli, wordsOf } from '../terraform/run';

/** What became of one stack. */
export interface Applied {
  readonly stack: string;
  readonly outcome: 'applied' | 'failed';
  /** Resources that were made, changed and destroyed, as far as Terraform came. */
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  /** Of `failed`, in Terraform's words, without secrets. */
  readonly error?: string;
}

/** A line of `terraform apply -json` (developer.hashicorp.com/terraform/internals/machine-readable-ui). */
interface Message {
  readonly type: string;
  readonly hook?: { readonly resource: { readonly addr: string }; readonly action: string };
  readonly diagnostic?: {
    readonly severity: string;
    readonly summary: string;
    readonly detail?: string;
    readonly address?: string;
  };
}

/**
 * Applies the plan in a stack's folder: that one, or none. A state that Terraform could not write is kept.
 * @param total actions of the plan, for the progress
 */
export async function applyPlan(
  stack: SynthesizedStack,
  total: number,
  { terraform, secrets, note }: { terraform: TerraformCli; secrets: readonly string[]; note: Note },
): Promise<Applied> {
  const counts = { added: 0, changed: 0, removed: 0 };
  const errors: string[] = [];
  const onLine = (line: string) => {
    const message = parse(line);
    const { hook, diagnostic } = message ?? {};
    if (message?.type === 'apply_start' && hook) note(`${sum(counts)} of ${total}: ${hook.resource.addr}`);
    if (message?.type === 'apply_complete' && hook) count(counts, hook.action);
    if (diagnostic?.severity === 'error') errors.push(wordsOfDiagnostic(diagnostic));
  };
  const { code, stderr } = await terraform.run(
    stack.folder,
    ['apply', '-input=false', '-json', LOCK_TIMEOUT, PLAN_FILE],
    {
      onLine,
    },
  );
  if (code === 0) return { stack: stack.name, outcome: 'applied', ...counts };
  const kept = await keepState(stack);
  const words = [...new Set(errors)].join('\n\n') || wordsOf(stderr) || 'Terraform ended without a reason.';
  const error = [new Mask(secrets).redact(words), ...(kept === undefined ? [] : [kept])].join('\n\n');
  return { stack: stack.name, outcome: 'failed', ...counts, error };
}

/** Where Terraform could not write the state to its backend, it is the only trace of what was made. */
async function keepState({ name, folder }: SynthesizedStack): Promise<string | undefined> {
  const errored = join(folder, 'errored.tfstate');
  if (!existsSync(errored)) return undefined;
  // Not over an earlier one, which may hold what this one does not know of.
  const moment = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const file = join(projectRoot, '.state', `${name}.${moment}.errored.tfstate`);
  await mkdir(join(projectRoot, '.state'), { recursive: true, mode: 0o700 });
  await writeFile(file, await readFile(errored), { mode: 0o600, flag: 'wx' });
  return (
    `The state could not be written to its backend, and is in ${displayPath(file)}. It holds secrets. When the backend is ` +
    `there again: npx cdktf synth && terraform -chdir=cdktf.out/stacks/${name} init && ` +
    `terraform -chdir=cdktf.out/stacks/${name} state push "${file}"`
  );
}

function count(counts: { added: number; changed: number; removed: number }, action: string): void {
  if (action === 'create') counts.added++;
  else if (action === 'update') counts.changed++;
  else if (action === 'delete') counts.removed++;
}

function sum({ added, changed, removed }: { added: number; changed: number; removed: number }): number {
  return added + changed + removed;
}

function wordsOfDiagnostic({ summary, detail, address }: NonNullable<Message['diagnostic']>): string {
  return [`${address === undefined ? '' : `${address}: `}${summary}`, detail].filter(Boolean).join('\n');
}

function parse(line: string): Message | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
