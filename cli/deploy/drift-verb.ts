import type { Command } from 'commander';
import { EXIT } from '../exit-codes';
import { renderMarkdown } from '../plan/markdown';
import { addStackArguments, parallelismOption } from '../plan/options';
import { planEnvironment } from '../plan/plan';
import { writeOrExplain } from '../plan/review';
import { readStacks, type Selection } from '../plan/stacks';
import { renderTerminal } from '../plan/terminal';
import { runOf } from '../plan/workflow-run';
import { isColorful, Progress } from '../progress';
import { withTerraform } from '../terraform/session';
import { conclude, jsonOption } from '../verb';

interface Flags {
  readonly lock: boolean;
  readonly markdown?: string;
  readonly parallelism?: number;
  readonly json?: boolean;
}

/** GitHub's limit for an issue's text is that of a comment. */
const BUDGET_BYTES = 60_000;

/** Adds `drift <env> [pipeline]`. */
export function addDriftVerb(program: Command): void {
  const command = program.command('drift').description('what was changed outside of Terraform; it changes nothing');
  addStackArguments(command)
    .option('--no-lock', 'do not lock the states: for identities that may only read')
    .addOption(parallelismOption())
    .option('--markdown <file>', 'also write the report as Markdown, for an issue')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing was changed outside; 2 something was; 1 a stack could not be looked at.',
    )
    .action(async (environment: string, pipeline: string | undefined, { lock, markdown, parallelism, json }: Flags) => {
      const selection: Selection = { environment, ...(pipeline && { pipeline }) };
      const report = await withTerraform(async (session) => {
        const progress = new Progress();
        const stacks = await readStacks(selection, session.folder, progress);
        const options = { selection, stacks, session, progress, isOffline: () => false };
        return planEnvironment({ ...options, kind: 'refresh-only', lock });
      }, parallelism);
      if (markdown !== undefined) {
        const text = renderMarkdown(report, { ...runOf(process.env), budgetBytes: BUDGET_BYTES });
        writeOrExplain(markdown, text, '--markdown');
      }
      const style = { color: isColorful(process.stdout), width: process.stdout.columns ?? 100 };
      const isFailed = report.stacks.some(({ kind }) => kind === 'failed');
      const isDrifted = report.stacks.some(({ drift }) => drift.length > 0);
      const exitCode = isFailed ? EXIT.failed : isDrifted ? EXIT.changes : EXIT.good;
      conclude({ exitCode, document: report, text: renderTerminal(report, { ...style }) }, json ?? false);
    });
}
