import { Argument, type Command, Option } from 'commander';
import { UserError } from '../environments/user-error';
import { systemClock } from './clock';
import { finishRotation } from './collector/rotate/finish';
import { readPassword } from './collector/rotate/password';
import { rotate } from './collector/rotate/rotate';
import { findRotation } from './collector/rotate/target';
import { COLLECTOR_PIPELINE } from './collector/target';
import { createGoogleApi } from './google-api';
import { rotateLogpush } from './logpush/rotate/run';
import { LOGPUSH_PIPELINE } from './logpush/status-jobs';
import { Progress } from './progress';
import { conclude, jsonOption } from './verb';
import type { Verdict } from './verdict';

interface RotateFlags {
  readonly username?: string;
  readonly probe: boolean;
  readonly run: boolean;
  readonly finish?: boolean;
  readonly json?: boolean;
}

/** Adds `rotate <env> <pipeline> [dataset]`. */
export function addRotateVerb(program: Command): void {
  program
    .command('rotate')
    .description('give a pipeline another secret, from standard input')
    .argument('<env>', 'name of the environment')
    .addArgument(
      new Argument('<pipeline>', 'the pipeline with a secret').choices([COLLECTOR_PIPELINE, LOGPUSH_PIPELINE]),
    )
    .argument('[dataset]', `${LOGPUSH_PIPELINE}: the dataset whose key it is; default: the default key`)
    .option('--username <name>', `${COLLECTOR_PIPELINE}: name of another Qualys API user; default: as it is`)
    .option('--no-probe', `${COLLECTOR_PIPELINE}: do not log in to Qualys from here first`)
    .option('--no-run', `${COLLECTOR_PIPELINE}: only add the new versions: start no run, and disable nothing`)
    .addOption(
      new Option(
        '--finish',
        `${COLLECTOR_PIPELINE}: add nothing: start a run and, when it is good, disable all versions but the latest`,
      ).conflicts(['username', 'probe', 'run']),
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
The secret is asked for on a terminal, or is the first line of what is piped in; it is no argument.
${COLLECTOR_PIPELINE}: a password, without a deploy. ${LOGPUSH_PIPELINE}: an integration key of Taegis; Cloudflare validates the
destination with it, then the jobs are deployed.`,
    )
    .action(async (env: string, pipeline: string, dataset: string | undefined, flags: RotateFlags) => {
      const verdict =
        pipeline === LOGPUSH_PIPELINE
          ? await rotateLogpush(env, withoutQualysFlags(dataset, flags))
          : await rotateQualys(env, dataset, flags);
      conclude(verdict, flags.json ?? false);
    });
}

/** @throws UserError for an option of the other pipeline */
function withoutQualysFlags(dataset: string | undefined, { username, probe, run, finish }: RotateFlags) {
  if (username !== undefined || !probe || !run || finish)
    throw new UserError(`--username, --no-probe, --no-run and --finish are options of ${COLLECTOR_PIPELINE}.`);
  return dataset;
}

async function rotateQualys(
  environment: string,
  dataset: string | undefined,
  { username, probe, run, finish }: RotateFlags,
): Promise<Verdict> {
  if (dataset !== undefined)
    throw new UserError(
      `${COLLECTOR_PIPELINE} has no dataset. The password is no argument: it is read from standard input.`,
    );
  const progress = new Progress();
  const target = await progress.step(`Read the environment ${environment}`, () => findRotation(environment));
  const options = {
    target,
    api: createGoogleApi({ project: target.collector.project }),
    progress,
    clock: systemClock,
  };
  if (finish) return finishRotation(options);
  return rotate({ ...options, username, probe, run, password: await readPassword() });
}
