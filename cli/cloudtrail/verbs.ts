import { Argument, type Command } from 'commander';
import { type Aws, connectAws } from '../aws';
import { systemClock } from '../clock';
import { requireSection } from '../pipeline-section';
import { Progress } from '../progress';
import { conclude, jsonOption } from '../verb';
import { parseWindow } from '../window';
import { parseMaxRate, redrive } from './redrive/redrive';
import { DEFAULT_REPLAY_RATE, parseReplayRate, replay } from './replay/replay';
import { CLOUDTRAIL_PIPELINE, type CloudtrailTarget, findCloudtrail } from './target';
import { verifyAlarms } from './verify/alarms';
import { verifyCloudtrail } from './verify/verify';

/** Instead of a pipeline: who is told when one stops. */
const ALARMS = 'alarms';

/** Adds the verbs on the pipeline of AWS: `<verb> <env> cloudtrail-cortex`. */
export function addCloudtrailVerbs(program: Command): void {
  verb(program, 'verify', 'look at what is deployed as its destination sees it, or whether anyone is told', [ALARMS])
    .option('--send', 'alarms: also drive one alarm, to see it arrive')
    .action(async (env: string, subject: string, { send = false, json = false }: Flags<'send'>) => {
      const command = await begin(env);
      conclude(
        subject === ALARMS
          ? await verifyAlarms({ ...command, send })
          : await verifyCloudtrail({ ...command, trailSettings: trailSettings(env) }),
        json,
      );
    });

  verb(program, 'redrive', 'bring dead letters back to the queue')
    .option('--dry-run', 'only show what is there')
    .option('--max-rate <number>', 'messages a second at most, 1 to 500; default: as SQS sees fit')
    .action(
      async (
        env: string,
        _pipeline: string,
        { dryRun = false, maxRate, json = false }: Flags<'dryRun'> & { maxRate?: string },
      ) => {
        const rate = maxRate === undefined ? undefined : parseMaxRate(maxRate);
        conclude(await redrive({ ...(await begin(env)), dryRun, maxRate: rate }), json);
      },
    );

  verb(program, 'replay', 'announce the log files of a past window once more')
    .requiredOption('--from <moment>', 'start of the window: YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ, UTC')
    .requiredOption('--to <moment>', 'its end, which does not belong to it')
    .option('--rate <number>', 'messages a second, 1 to 1000', String(DEFAULT_REPLAY_RATE))
    .option('--dry-run', 'only count what would be announced')
    .option('--restart', 'begin anew what an interrupted replay of the window has begun')
    .action(
      async (
        env: string,
        _pipeline: string,
        { from, to, rate, dryRun = false, restart = false, json = false }: Flags<'dryRun' | 'restart'> & ReplayValues,
      ) => {
        const options = { window: parseWindow(from, to, systemClock), rate: parseReplayRate(rate), dryRun, restart };
        conclude(await replay({ ...(await begin(env)), ...options }), json);
      },
    );
}

type Flags<Names extends string> = { readonly json?: boolean } & { readonly [Name in Names]?: boolean };

interface ReplayValues {
  readonly from: string;
  readonly to: string;
  readonly rate: string;
}

function verb(program: Command, name: string, description: string, others: readonly string[] = []): Command {
  const subjects = [CLOUDTRAIL_PIPELINE, ...others];
  return program
    .command(name)
    .description(description)
    .argument('<env>', 'name of the environment')
    .addArgument(new Argument('<pipeline>', subjects.join(' or ')).choices(subjects))
    .addOption(jsonOption());
}

/** What every verb works with: the names of what is deployed, and AWS. */
async function begin(environment: string): Promise<{
  target: CloudtrailTarget;
  aws: Aws;
  progress: Progress;
  clock: typeof systemClock;
}> {
  const progress = new Progress();
  const target = await find(progress, environment);
  return { target, aws: await connectAws(target.account, target.region), progress, clock: systemClock };
}

/** Shows that it takes a moment to read the names of what was deployed. */
function find(progress: Progress, environment: string): Promise<CloudtrailTarget> {
  return progress.step(`Read the environment ${environment}`, () => findCloudtrail(environment));
}

function trailSettings(environment: string) {
  const { multiRegion = true, logFileValidation = true } = requireSection(environment, CLOUDTRAIL_PIPELINE);
  return { multiRegion, logFileValidation };
}
