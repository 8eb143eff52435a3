import { feedKey } from '../../../stacks/qualys-names';
import { type Finding, importable } from '../../adopt/finding';
import type { GoogleApi } from '../../google-api';
import { type Answer, listAll, withoutApi } from './api';
import { candidates, partOf, type Sighting, settingsFor } from './similar';
import type { AdoptTarget, CollectorParts } from './target';

/** A job (cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs). */
interface Job {
  /** `projects/<project>/locations/<region>/jobs/<name>`. */
  readonly name: string;
  readonly state?: string;
}

/** The stack's Cloud Scheduler jobs, one of each feed. Those of all regions are listed. */
export async function findSchedules(api: GoogleApi, { project, collectors }: AdoptTarget): Promise<Sighting> {
  const { value: existing = [], warnings } = await listJobs(api, project);
  const findings = collectors.map((collector, index) => findSchedule(collector, existing, index === 0 ? warnings : []));
  const { found, feeds } = candidates(existing, nameOf, collectors, findings);
  const similar = found.map((job) => ({
    thing: 'schedule',
    name: `${nameOf(job)} (${regionOf(job)})`,
    setting: settingsFor(feeds, 'schedule'),
  }));
  return { findings, similar };
}

function findSchedule(
  { project, feed, job: id }: CollectorParts,
  existing: readonly Job[],
  warnings: readonly string[],
): Finding {
  const [, , , region = '', , name = ''] = id.split('/');
  const namesakes = existing.filter((job) => nameOf(job) === name);
  const here = namesakes.find((job) => regionOf(job) === region);
  const elsewhere = namesakes.filter((job) => job !== here).map(regionOf);
  return importable(partOf(feed, 'schedule'), name, feedKey(feed, 'schedule'), here && id, [
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
