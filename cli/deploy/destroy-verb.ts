import { type Command, Option } from 'commander';
import { displayPath, environmentFile, loadEnvironment } from '../../environments/load';
import { UserError } from '../../environments/user-error';
import { addStackArguments, parallelismOption } from '../plan/options';
import type { PlanReport } from '../plan/report';
import { readStacks, type Selection } from '../plan/stacks';
import { renderTerminal } from '../plan/terminal';
import { isColorful, Progress } from '../progress';
import { withTerraform } from '../terraform/session';
import { conclude, jsonOption } from '../verb';
import { ask, isInteractive } from './ask';
import { destroyEnvironment } from './destroy';

interface Flags {
  readonly confirm?: string;
  readonly parallelism?: number;
  readonly json?: boolean;
}

/** Adds `destroy <env> [pipeline]`. */
export function addDestroyVerb(program: Command): void {
  const command = program
    .command('destroy')
    .description('destroy the stacks of an unprotected environment with all that they hold, and say what stays');
  addStackArguments(command)
    .addOption(new Option('--confirm <env>', 'the name of the environment once more, where nobody can be asked'))
    .addOption(parallelismOption())
    .addOption(jsonOption())
    .action(async (environment: string, pipeline: string | undefined, { confirm, parallelism, json }: Flags) => {
      refuseProtected(environment);
      if (confirm !== undefined && confirm !== environment)
        throw new UserError(`--confirm ${confirm}: expected ${environment}. Nothing was destroyed.`);
      if (confirm === undefined && !isInteractive())
        throw new UserError(`Nobody can be asked here: a destroy takes --confirm ${environment}.`);
      const selection: Selection = { environment, ...(pipeline && { pipeline }) };
      const verdict = await withTerraform(async (session) => {
        const progress = new Progress();
        const stacks = await readStacks(selection, session.folder, progress);
        const agree =
          confirm === undefined
            ? (report: PlanReport, stays: readonly string[]) => agreeTo(report, stays, environment)
            : async () => true;
        return destroyEnvironment({ selection, stacks, agree, session, progress });
      }, parallelism);
      conclude(verdict, json ?? false);
    });
}

function refuseProtected(environment: string): void {
  if (!loadEnvironment(environment).protected) return;
  throw new UserError(
    `${environment} is protected (protected: true in ${displayPath(environmentFile(environment))}): its buckets, queues, ` +
      'keys, secrets and feeds cannot be destroyed. To give it up for good, set protected: false, deploy that, and ' +
      'destroy then.',
  );
}

async function agreeTo(report: PlanReport, stays: readonly string[], environment: string): Promise<boolean> {
  const { stderr } = process;
  const style = { color: isColorful(stderr), width: stderr.columns ?? 100 };
  const staying = stays.map((line) => `- ${line}`).join('\n');
  stderr.write(`${renderTerminal(report, style)}\n\nWhat stays behind:\n${staying}\n\n`);
  return ask(`Everything else is destroyed, with its content. Type ${environment} to go on:`, environment);
}
