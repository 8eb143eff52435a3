import { type Command, Option } from 'commander';
import { UserError } from '../../environments/user-error';
import { addStackArguments, parallelismOption } from '../plan/options';
import type { PlanReport } from '../plan/report';
import { readReview } from '../plan/review';
import { readStacks, type Selection } from '../plan/stacks';
import { renderTerminal } from '../plan/terminal';
import { isColorful, Progress } from '../progress';
import { withTerraform } from '../terraform/session';
import { conclude, jsonOption } from '../verb';
import { ask, isInteractive } from './ask';
import { deployEnvironment } from './deploy';

interface Flags {
  readonly review?: string;
  readonly yes?: boolean;
  readonly parallelism?: number;
  readonly json?: boolean;
}

/** Adds `deploy <env> [pipeline]`. */
export function addDeployVerb(program: Command): void {
  const command = program.command('deploy').description('plan again, and apply that very plan, stack by stack');
  addStackArguments(command)
    .option('--review <file>', 'apply only what was reviewed: a file that plan --review wrote')
    .addOption(new Option('--yes', 'apply whatever is planned, without a question').conflicts('review'))
    .addOption(parallelismOption())
    .addOption(jsonOption())
    .action(
      async (environment: string, pipeline: string | undefined, { review: file, yes, parallelism, json }: Flags) => {
        const review = file === undefined ? undefined : readReview(file, environment);
        if (review === undefined && !yes && !isInteractive())
          throw new UserError(
            'Nobody can be asked here, so that a deploy takes --review FILE (of ./tributary plan --review FILE) or --yes.',
          );
        const selection: Selection = { environment, ...(pipeline && { pipeline }) };
        const verdict = await withTerraform(async (session) => {
          const progress = new Progress();
          const stacks = await readStacks(selection, session.folder, progress);
          const agree = yes ? async () => true : (report: PlanReport) => agreeTo(report, environment);
          return deployEnvironment({ selection, stacks, ...(review && { review }), agree, session, progress });
        }, parallelism);
        conclude(verdict, json ?? false);
      },
    );
}

async function agreeTo(report: PlanReport, environment: string): Promise<boolean> {
  const { stderr } = process;
  stderr.write(`${renderTerminal(report, { color: isColorful(stderr), width: stderr.columns ?? 100 })}\n\n`);
  return ask(`Deploy this to ${environment}? Only yes is a yes:`, 'yes');
}
