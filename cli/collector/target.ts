import { UserError } from '../../environments/user-error';
import { ENVIRONMENT, type FeedName } from '../../functions/qualys/contract';
import type { PipelineName } from '../../stacks/pipelines';
import { requireSection } from '../pipeline-section';
import { synthesizeStack } from '../synth';
import { resolveReferences, type SynthesizedStack } from '../synthesized';

/** The pipeline that has a collector; the others push, or are read by their destination. */
export const COLLECTOR_PIPELINE = 'qualys-secops' satisfies PipelineName;

/** One feed's collector as it is deployed: the names that commands reach it by. */
export interface CollectorTarget {
  readonly environment: string;
  readonly feed: FeedName;
  /** Name of the stack that deploys it. */
  readonly stack: string;
  /** Id of the Google Cloud project. */
  readonly project: string;
  /** Name of the function, and of the Cloud Run service that it is. */
  readonly function: string;
  /** Region of the function. */
  readonly location: string;
  /** Seconds after which Cloud Run ends a run. */
  readonly timeoutSeconds: number;
  /** Cloud Scheduler job that starts it: `projects/<project>/locations/<region>/jobs/<name>`. */
  readonly job: string;
  readonly logsBucket: string;
  readonly stateBucket: string;
}

/** Arguments of the resources, as far as they are looked at. */
interface FunctionResource {
  readonly name: string;
  readonly location: string;
  readonly service_config: {
    readonly timeout_seconds: number;
    readonly environment_variables: Record<string, string>;
  };
}
interface JobResource {
  readonly name: string;
  readonly region: string;
  readonly http_target: { readonly uri: string };
}

/**
 * Finds a feed's collector in the stack that deploys it: what the environment file says, synthesized now.
 * @throws UserError when there is no such environment, it has problems, or no section of the pipeline or the feed
 */
export async function findCollector(environment: string, feed: FeedName): Promise<CollectorTarget> {
  requireSection(environment, COLLECTOR_PIPELINE);
  return synthesizeStack(environment, `${environment}-${COLLECTOR_PIPELINE}`, (stack) =>
    readCollector(stack, environment, feed),
  );
}

/** Reads the names of a feed's collector out of a synthesized stack. */
export function readCollector(stack: SynthesizedStack, environment: string, feed: FeedName): CollectorTarget {
  const [id, collector] = functionOf(stack, feed);
  const job = jobOf(stack, id);
  const project = stack.provider.google?.[0]?.project;
  if (typeof project !== 'string') throw new Error(`${stack.name}: the provider google has no project`);
  const { environment_variables: variables, timeout_seconds: timeoutSeconds } = collector.service_config;
  const variable = (name: string) => resolveReferences(stack, variables[name] ?? '');
  return {
    environment,
    feed,
    stack: stack.name,
    project,
    function: collector.name,
    location: collector.location,
    timeoutSeconds,
    job: `projects/${project}/locations/${job.region}/jobs/${job.name}`,
    logsBucket: variable(ENVIRONMENT.logsBucket),
    stateBucket: variable(ENVIRONMENT.stateBucket),
  };
}

/** Whether a synthesized stack collects a feed. */
export function isCollected(stack: SynthesizedStack, feed: FeedName): boolean {
  return lookForFunction(stack, feed) !== undefined;
}

function lookForFunction(
  stack: SynthesizedStack,
  feed: FeedName,
): [id: string, collector: FunctionResource] | undefined {
  const resources = stack.resource.google_cloudfunctions2_function ?? {};
  const functions = Object.entries(resources) as unknown as [string, FunctionResource][];
  return functions.find(([, { service_config }]) => service_config.environment_variables[ENVIRONMENT.feed] === feed);
}

function functionOf(stack: SynthesizedStack, feed: FeedName): [id: string, collector: FunctionResource] {
  const found = lookForFunction(stack, feed);
  if (found === undefined)
    throw new UserError(`${stack.name} does not collect ${feed}: the environment file has no qualys.${feed}.`);
  return found;
}

/** The job that calls the function with this logical id. */
function jobOf(stack: SynthesizedStack, functionId: string): JobResource {
  const jobs = Object.values(stack.resource.google_cloud_scheduler_job ?? {}) as unknown as JobResource[];
  const found = jobs.find(({ http_target }) =>
    http_target.uri.includes(`google_cloudfunctions2_function.${functionId}.`),
  );
  if (found === undefined) throw new Error(`${stack.name} has no schedule of the function ${functionId}`);
  return found;
}
