import { importable } from '../../adopt/finding';
import type { GoogleApi } from '../../google-api';
import { type Answer, listAll, withoutApi } from './api';
import { looksLikeQualys, type Sighting } from './similar';
import type { AdoptTarget } from './target';

/** A job (cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs). */
interface Job {
  /** `projects/<project>/locations/<region>/jobs/<name>`. */
  readonly name: string;
  readonly state?: string;
}

/** The stack's Cloud Scheduler job. Those of all regions are listed. */
export async function findSchedule(api: GoogleApi, target: AdoptTarget): Promise<Sighting> {
  const { project } = target;
  const [, , , region = '', , name = ''] = target.job.split('/');
  const { value: existing = [], warnings } = await listJobs(api, project);
  const namesakes = existing.filter((job) => job.name.endsWith(`/jobs/${name}`));
  const here = namesakes.find((job) => regionOf(job) === region);
  const elsewhere = namesakes.filter((job) => job !== here).map(regionOf);
  const found = importable('schedule', name, 'schedule', here && target.job, [
    ...warnings,
    ...(here?.state === 'PAUSED'
      ? [
          `The schedule ${name} is paused, and a deploy leaves it so: no tick starts the collector until "gcloud ` +
            `scheduler jobs resume ${name} --location=${region} --project=${project}".`,
        ]
      : []),
    ...elsewhere.map(
      (other) =>
        `A schedule ${name} is in ${other}, too. The stack makes its own in ${region} (qualys.region), and leaves that ` +
        'one: delete it, or what it calls goes on.',
    ),
  ]);
  return {
    findings: [found],
    similar: found.exists
      ? []
      : existing
          .filter((job) => looksLikeQualys(nameOf(job)) && !namesakes.includes(job))
          .map((job) => ({
            thing: 'schedule',
            name: `${nameOf(job)} (${regionOf(job)})`,
            setting: 'qualys.names.schedule',
          })),
  };
}

/** Cloud Scheduler lists the jobs of one region at a time. */
function listJobs(api: GoogleApi, project: string): Promise<Answer<Job[]>> {
  const needs = `roles/cloudscheduler.viewer on the project ${project}`;
  const question = {
    service: 'cloudscheduler',
    needs,
    purpose: `list the schedules of the project ${project}`,
  } as const;
  return withoutApi(project, async () => {
    const path = `/v1/projects/${project}/locations`;
    const regions = await listAll<{ locationId: string }>(api, { ...question, path }, 'locations');
    const jobs = regions.map(({ locationId }) =>
      listAll<Job>(api, { ...question, path: `${path}/${locationId}/jobs`, query: { pageSize: '500' } }, 'jobs'),
    );
    return (await Promise.all(jobs)).flat();
  });
}

function nameOf({ name }: Job): string {
  return name.split('/').at(-1) ?? '';
}

function regionOf({ name }: Job): string {
  return name.split('/')[3] ?? '';
}
