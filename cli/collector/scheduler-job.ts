import type { Clock } from '../clock';
import { type GoogleApi, requestJson } from '../google-api';
import type { CollectorTarget } from './target';

export interface StartedJob {
  /** Before the run's begin, as near as can be told: seconds since the epoch by Google's clock. */
  readonly since: number;
  /** What stands in the way of the next ticks, if anything does. */
  readonly warning: string | undefined;
}

/**
 * Starts a collector's Cloud Scheduler job now
 * (cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs/run). The job is dispatched even while an
 * earlier attempt of it is at work. Never repeated by itself.
 * @throws GoogleApiError when it is refused
 */
export async function startJob(api: GoogleApi, target: CollectorTarget, clock: Clock): Promise<StartedJob> {
  const asked = clock.now();
  const { content: job, serverTime } = await requestJson<{ state?: string }>(api, {
    service: 'cloudscheduler',
    method: 'POST',
    path: `/v1/${target.job}:run`,
    body: '{}',
    repeatable: false,
    purpose: `run the job ${target.job}`,
    needs: `roles/cloudscheduler.jobRunner on the project ${target.project}, and the Cloud Scheduler API`,
    hint: `Is it deployed? "npx cdktf deploy ${target.stack}". If it is paused: "${resumeCommand(target)}".`,
  });
  const answered = clock.now();
  return {
    // The run may have begun at once when the request came; the answer's time is cut to whole seconds.
    since: serverTime === undefined ? Math.floor(asked / 1000) : serverTime - Math.ceil((answered - asked) / 1000),
    // Whether a paused job runs on demand is not documented: it is told, and the run waited for.
    warning:
      job.state === undefined || job.state === 'ENABLED'
        ? undefined
        : `The job is ${job.state}: no tick starts it until "${resumeCommand(target)}".`,
  };
}

function resumeCommand({ job, project }: CollectorTarget): string {
  const [, , , location, , name] = job.split('/');
  return `gcloud scheduler jobs resume ${name} --location=${location} --project=${project}`;
}
