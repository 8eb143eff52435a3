import { qualysPermissions } from '../../stacks/google-permissions';
import { requestJson } from '../google-api';
import { type Check, type Look, ok, told, willFail } from './check';
import type { GoogleOptions } from './google-options';

/** Permissions that one request may ask about ("projects.testIamPermissions", Resource Manager API v1). */
const AT_ONCE = 100;
/** So many lacking ones are named. */
const NAMED = 6;
/** Of roles that are granted as a whole, what stands for each; what a condition narrows to a bucket is not asked. */
const OF_ROLES: Readonly<Record<string, readonly string[]>> = {
  'roles/resourcemanager.projectIamAdmin': ['resourcemanager.projects.setIamPolicy'],
  'roles/compute.networkAdmin': ['addresses', 'networks', 'routers', 'subnetworks'].map(
    (kind) => `compute.${kind}.create`,
  ),
};

/** Whether who is logged in may deploy: in each project that the stack touches, what it needs there. */
export async function checkPermissions({ environment, settings, api }: GoogleOptions, look: Look): Promise<Check[]> {
  const needed = neededPermissions(qualysPermissions(environment, settings));
  return Promise.all(
    [...needed].map(async ([project, permissions]) => {
      const granted = new Set<string>();
      for (let from = 0; from < permissions.length; from += AT_ONCE) {
        const { content } = await requestJson<{ permissions?: string[] }>(api, {
          service: 'cloudresourcemanager',
          method: 'POST',
          path: `/v1/projects/${project}:testIamPermissions`,
          body: JSON.stringify({ permissions: permissions.slice(from, from + AT_ONCE) }),
          repeatable: false,
          purpose: `ask what you may do in the project ${project}`,
          needs: `to see the project ${project}`,
        });
        for (const permission of content.permissions ?? []) granted.add(permission);
      }
      return judge(project, permissions, granted, look);
    }),
  );
}

/** Permissions by project. */
export function neededPermissions({
  read,
  write,
  writeRoles,
}: ReturnType<typeof qualysPermissions>): Map<string, string[]> {
  const needed = new Map<string, Set<string>>();
  const roles = writeRoles.map(({ project, role }) => ({ project, permissions: OF_ROLES[role] ?? [] }));
  for (const { project, permissions } of [...read, ...write, ...roles]) {
    const known = needed.get(project) ?? new Set();
    for (const permission of permissions) known.add(permission);
    needed.set(project, known);
  }
  return new Map([...needed].map(([project, permissions]) => [project, [...permissions].sort()]));
}

function judge(project: string, needed: readonly string[], granted: ReadonlySet<string>, look: Look): Check {
  const lacking = needed.filter((permission) => !granted.has(permission));
  if (lacking.length === 0)
    return ok({ ...told(look), finding: `all ${needed.length} that a deploy needs in the project ${project}` });
  const named = lacking.slice(0, NAMED).join(', ');
  const more = lacking.length > NAMED ? ` and ${lacking.length - NAMED} more (--json names all)` : '';
  return willFail({
    ...told(look),
    code: 'google-permissions-missing',
    finding: `in the project ${project} you lack ${lacking.length} of ${needed.length} that a deploy needs: ${named}${more}`,
    todo: 'docs/qualys-secops.md, "Before the first deploy", has the roles that hold them; workflows deploy with the account of the section bootstrap.',
    command: `gcloud projects get-iam-policy ${project}`,
    details: lacking,
  });
}
