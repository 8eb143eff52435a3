import { listAll } from '../collector/adopt/api';
import { type Check, type Look, ok, told, willFail } from './check';
import { apiOff, type GoogleOptions } from './google-options';

/** By these Terraform turns on all others, and grants roles. */
const FIRST = ['serviceusage.googleapis.com', 'cloudresourcemanager.googleapis.com'];
const CHRONICLE = 'chronicle.googleapis.com';

/** APIs that no deploy turns on: those that it needs to turn on others, and SecOps' where that has a project of its own. */
export async function checkApis({ settings, api }: GoogleOptions, look: Look): Promise<Check[]> {
  const { project, secops } = settings;
  const wanted = [
    { project, services: FIRST },
    ...(secops?.project !== undefined && secops.project !== project
      ? [{ project: secops.project, services: [CHRONICLE] }]
      : []),
  ];
  return Promise.all(
    wanted.map(async ({ project: owner, services }) => {
      try {
        const on = await listAll<{ readonly name: string; readonly config?: { readonly name?: string } }>(
          api,
          {
            service: 'serviceusage',
            path: `/v1/projects/${owner}/services`,
            query: { filter: 'state:ENABLED', pageSize: '200' },
            purpose: `list the APIs of the project ${owner}`,
            needs: `serviceusage.services.list on the project ${owner}`,
          },
          'services',
        );
        return judge(owner, services, new Set(on.map(({ name }) => name.slice(name.lastIndexOf('/') + 1))), look);
      } catch (error) {
        const off = apiOff(error);
        if (off !== undefined) return willFail({ ...told(look), ...off });
        throw error;
      }
    }),
  );
}

function judge(project: string, wanted: readonly string[], on: ReadonlySet<string>, look: Look): Check {
  const off = wanted.filter((service) => !on.has(service));
  if (off.length === 0)
    return ok({
      ...told(look),
      finding: `${wanted.map(short).join(' and ')} on in the project ${project}; a deploy turns on the rest`,
    });
  return willFail({
    ...told(look),
    code: 'google-api-off',
    finding: `${off.map(short).join(' and ')} off in the project ${project}: no deploy turns ${off.length === 1 ? 'it' : 'them'} on`,
    todo: 'Turn on what is off, and wait a few minutes.',
    command: `gcloud services enable ${off.join(' ')} --project=${project}`,
  });
}

function short(service: string): string {
  return service.replace('.googleapis.com', '');
}
