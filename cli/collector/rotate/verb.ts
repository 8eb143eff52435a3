import { Argument, type Command, Option } from 'commander';
import type { PipelineName } from '../../../stacks/pipelines';
import { systemClock } from '../../clock';
import { createGoogleApi } from '../../google-api';
import { Progress } from '../../progress';
import { conclude, jsonOption } from '../../verb';
import type { Verdict } from '../../verdict';
import { COLLECTOR_PIPELINE } from '../target';
import { finishRotation } from './finish';
import { readPassword } from './password';
import { rotate } from './rotate';
import { findRotation } from './target';

interface RotateFlags {
  readonly username?: string;
  readonly probe: boolean;
  readonly run: boolean;
  readonly finish?: boolean;
  readonly json?: boolean;
}

/** How the secret of each pipeline that has one is rotated. */
const ROTATIONS = {
  [COLLECTOR_PIPELINE]: rotateQualys,
} as const satisfies Partial<Record<PipelineName, (environment: string, flags: RotateFlags) => Promise<Verdict>>>;

/** Adds `rotate <env> <pipeline>`. */
export function addRotateVerb(program: Command): void {
  program
    .command('rotate')
    .description('give a pipeline another secret, from standard input, without a deployment')
    .argument('<env>', 'name of the environment')
    .addArgument(new Argument('<pipeline>', 'the pipeline with a secret').choices(Object.keys(ROTATIONS)))
    .option('--username <name>', 'name of another Qualys API user; default: as it is')
    .option('--no-probe', 'do not log in to Qualys from here first')
    .option('--no-run', 'only add the new versions: start no run, and disable nothing')
    .addOption(
      new Option(
        '--finish',
        'add nothing: start a run and, when it is good, disable all versions but the latest',
      ).conflicts(['username', 'probe', 'run']),
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nThe password is asked for on a terminal, or is the first line of what is piped in; it is no argument.',
    )
    .action(async (env: string, pipeline: keyof typeof ROTATIONS, flags: RotateFlags) => {
      conclude(await ROTATIONS[pipeline](env, flags), flags.json ?? false);
    });
}

async function rotateQualys(environment: string, { username, probe, run, finish }: RotateFlags): Promise<Verdict> {
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
