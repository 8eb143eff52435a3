import type { QualysSettings } from '../../../environments/qualys';
import { ENVIRONMENT, FEEDS } from '../../../functions/qualys/contract';
import { type CollectorTarget, readCollector } from '../../collector/target';
import type { ParserTarget } from '../../parser/target';
import { resourcesOf, type SynthesizedStack } from '../../synthesized';

/** One feed's collector, and when it is to run. */
export interface FeedTarget extends CollectorTarget {
  /** unix-cron. */
  readonly schedule: string;
  readonly timeZone: string;
}

/** The pipeline of Qualys, as it is deployed. */
export interface QualysTarget {
  readonly environment: string;
  /** At least one: those that the environment has. */
  readonly feeds: readonly FeedTarget[];
  readonly alarms: QualysSettings['alarms'];
  /** Undefined where the environment file names no SecOps instance: its feed is made by hand. */
  readonly parsers: ParserTarget | undefined;
}

interface FunctionResource {
  readonly service_config: { readonly environment_variables: Readonly<Record<string, string>> };
}
interface JobResource {
  readonly name: string;
  readonly schedule: string;
  readonly time_zone: string;
}

/** Reads the feeds of an environment out of its synthesized stack. */
export function readFeeds(stack: SynthesizedStack, environment: string): FeedTarget[] {
  const deployed = resourcesOf<FunctionResource>(stack, 'google_cloudfunctions2_function').map(
    ({ service_config }) => service_config.environment_variables[ENVIRONMENT.feed],
  );
  const jobs = resourcesOf<JobResource>(stack, 'google_cloud_scheduler_job');
  return FEEDS.filter((feed) => deployed.includes(feed)).map((feed) => {
    const collector = readCollector(stack, environment, feed);
    const job = jobs.find(({ name }) => collector.job.endsWith(`/jobs/${name}`));
    if (job === undefined) throw new Error(`${stack.name} has no schedule ${collector.job}`);
    return { ...collector, schedule: job.schedule, timeZone: job.time_zone };
  });
}
