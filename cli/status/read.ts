import { seconds } from '../../environments/duration';
import type { Environment } from '../../environments/schema';
import type { PipelineName } from '../../stacks/pipelines';
import { connectAws } from '../aws';
import type { Clock } from '../clock';
import { createCloudflareApi } from '../cloudflare-api';
import { CLOUDTRAIL_PIPELINE, readCloudtrail } from '../cloudtrail/target';
import { COLLECTOR_PIPELINE } from '../collector/target';
import { createGoogleApi } from '../google-api';
import { LOGPUSH_PIPELINE, stackJobs } from '../logpush/status-jobs';
import { formatMoment } from '../moment';
import { findParsers } from '../parser/target';
import type { Progress } from '../progress';
import { isOfPipeline, type SynthesizedStack } from '../synthesized';
import { unknownFact } from './attempt';
import { readCloudtrailStatus } from './cloudtrail/status';
import { readLogpushStatus } from './logpush/status';
import { type EnvironmentStatus, type PipelineStatus, STATES, stateOf } from './model';
import { readQualysStatus } from './qualys/status';
import { readFeeds } from './qualys/target';
import { datesOf, windowUntilNow } from './window';

/** What the status of a pipeline is read with. */
export interface Look {
  /** Days until now, of 24 hours; 1 to 30. */
  readonly days: number;
  readonly progress: Progress;
  readonly clock: Clock;
}

/** What is asked here is answered at once: a screen is not to wait for minutes for a cloud that is out of reach. */
const PATIENCE = { timeoutMs: 10_000, repetitions: 2 };

/** Reads the status of one pipeline. It throws UserError where its cloud cannot be asked at all. */
export type Reader = (look: Look) => Promise<PipelineStatus>;

/** How each pipeline of an environment is read. */
export type Readers = Readonly<Partial<Record<PipelineName, Reader>>>;

/**
 * What there is to read of an environment.
 * @param stacks its synthesized stacks
 */
export function readersOf(environment: Environment, stacks: readonly SynthesizedStack[]): Readers {
  const { environment: name, qualys, cloudtrail, cloudflare } = environment;
  const stackOf = (pipeline: PipelineName) => {
    const found = stacks.find((stack) => stack.name === `${name}-${pipeline}`);
    if (found === undefined) throw new Error(`${name} has no stack of ${pipeline}`);
    return found;
  };
  return {
    ...(qualys && {
      [COLLECTOR_PIPELINE]: ({ days, clock }: Look) => {
        const parsers = qualys.secops === undefined ? undefined : findParsers(name);
        const target = {
          environment: name,
          feeds: readFeeds(stackOf(COLLECTOR_PIPELINE), name),
          alarms: qualys.alarms,
          parsers,
        };
        return readQualysStatus({
          target,
          api: createGoogleApi({ project: qualys.project, clock, ...PATIENCE }),
          secops: createGoogleApi({ project: parsers?.instance.project ?? qualys.project, clock, ...PATIENCE }),
          window: windowUntilNow(days, clock),
          clock,
        });
      },
    }),
    ...(cloudtrail && {
      [CLOUDTRAIL_PIPELINE]: async ({ days, clock }: Look) => {
        const target = readCloudtrail(stackOf(CLOUDTRAIL_PIPELINE), name, cloudtrail);
        return readCloudtrailStatus({
          target,
          aws: await connectAws(target.account, target.region, { timeoutMs: PATIENCE.timeoutMs }),
          oldestMessageSeconds: seconds(cloudtrail.alarms.oldestMessage),
          window: windowUntilNow(days, clock),
          clock,
        });
      },
    }),
    ...(cloudflare && {
      [LOGPUSH_PIPELINE]: async ({ days, clock, progress }: Look) => {
        const names = new Map(cloudflare.zones.map((zone) => [zone.id, zone.name]));
        const ours = stacks.filter((stack) => isOfPipeline(stack.name, name, LOGPUSH_PIPELINE));
        const jobs = stackJobs(ours, names);
        return readLogpushStatus({
          environment: name,
          jobs,
          api: createCloudflareApi({ clock, ...PATIENCE }),
          days,
          progress,
          clock,
        });
      },
    }),
  };
}

/**
 * Reads how pipelines fare, all at once. A cloud that cannot be asked is told as that, and hides no other.
 * @throws what is a defect
 */
export async function readEnvironmentStatus(
  environment: string,
  readers: Readers,
  look: Look,
): Promise<EnvironmentStatus> {
  const window = windowUntilNow(look.days, look.clock);
  const pipelines = await Promise.all(
    Object.entries(readers).map(([pipeline, read]) => readOne(pipeline as PipelineName, read, look)),
  );
  return {
    environment,
    from: formatMoment(window.from),
    to: formatMoment(window.to),
    dates: datesOf(window),
    pipelines: [...pipelines].sort((one, other) => STATES.indexOf(stateOf(one)) - STATES.indexOf(stateOf(other))),
  };
}

async function readOne(pipeline: PipelineName, read: Reader, look: Look): Promise<PipelineStatus> {
  try {
    return await read(look);
  } catch (error) {
    return { pipeline, counted: 'records', facts: [unknownFact('access', error)] };
  }
}
