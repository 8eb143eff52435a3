import { findOne } from '../../collector/adopt/api';
import { COLLECTOR_PIPELINE } from '../../collector/target';
import type { GoogleApi } from '../../google-api';
import { type Fact, ok, problem } from '../model';
import { age } from '../numbers';
import type { FeedTarget } from './target';

/** A job (cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs), as far as it is looked at. */
interface Job {
  readonly state?: 'ENABLED' | 'PAUSED' | 'DISABLED' | 'UPDATE_FAILED';
  readonly lastAttemptTime?: string;
  /** Of the next attempt. */
  readonly scheduleTime?: string;
  /** Of the last attempt's answer; without a code it was good. */
  readonly status?: { readonly code?: number };
}

/** Statuses of google.rpc.Code with which the function was not reached: what it answers itself the runs tell. */
const NOT_REACHED: Readonly<Record<number, string>> = { 5: 'not found', 7: 'permission denied', 16: 'unauthenticated' };

/** Looks at the job of Cloud Scheduler that starts a feed's collector. */
export async function lookAtSchedule(feed: FeedTarget, api: GoogleApi, now: string): Promise<readonly Fact[]> {
  const { value: job } = await findOne<Job>(
    api,
    {
      service: 'cloudscheduler',
      path: `/v1/${feed.job}`,
      purpose: `read the job ${feed.job}`,
      needs: `roles/cloudscheduler.viewer on the project ${feed.project}`,
    },
    feed.project,
  );
  return [judgeSchedule(feed, job, now)];
}

/** @param job undefined: there is none */
export function judgeSchedule(feed: FeedTarget, job: Job | undefined, now: string): Fact {
  const name = `${feed.feed} schedule`;
  const [, , , location, , id] = feed.job.split('/');
  if (job === undefined)
    return problem(
      name,
      `there is no job ${id} in Cloud Scheduler: it was never deployed, or somebody deleted it`,
      'Deploy.',
      `./tributary deploy ${feed.environment} ${COLLECTOR_PIPELINE}`,
    );
  if (job.state !== undefined && job.state !== 'ENABLED')
    return problem(
      name,
      `the job is ${job.state}: nothing is collected`,
      job.state === 'PAUSED' ? 'Find out who paused it and why, then resume it.' : 'Deploy, which sets it up again.',
      job.state === 'PAUSED'
        ? `gcloud scheduler jobs resume ${id} --location=${location} --project=${feed.project}`
        : `./tributary deploy ${feed.environment} ${COLLECTOR_PIPELINE}`,
    );
  const refusal = NOT_REACHED[job.status?.code ?? 0];
  if (refusal !== undefined)
    return problem(
      name,
      `its last attempt did not reach the function: ${refusal}`,
      'Somebody changed the function, or who may call it: deploy, which sets both up again.',
      `./tributary deploy ${feed.environment} ${COLLECTOR_PIPELINE}`,
    );
  const last = job.lastAttemptTime === undefined ? 'not started yet' : `started ${age(job.lastAttemptTime, now)} ago`;
  const next = job.scheduleTime === undefined ? '' : `; next at ${job.scheduleTime.slice(11, 16)} UTC`;
  return ok(name, `${feed.schedule} (${feed.timeZone}), ${last}${next}`);
}
