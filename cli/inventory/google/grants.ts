import type { Facts, Grant } from '../facts';
import { block, type Resource } from '../references';
import { findRole } from './roles';
import type { GoogleView } from './view';

interface Target {
  readonly resources: readonly string[];
  readonly on: string;
}

/** What each kind of grant is on. */
const TARGETS: Readonly<Record<string, (view: GoogleView, value: (argument: string) => string) => Target>> = {
  google_storage_bucket_iam_member: (view, value) => ({
    resources: [view.bucketId(value('bucket'))],
    on: `the bucket ${value('bucket')}`,
  }),
  google_secret_manager_secret_iam_member: (_, value) => ({
    resources: [value('secret_id')],
    on: `the secret ${lastPart(value('secret_id'))}`,
  }),
  google_cloud_run_v2_service_iam_member: (view, value) => ({
    resources: [`projects/${view.project}/locations/${value('location')}/services/${value('name')}`],
    on: `the function ${value('name')}`,
  }),
  google_kms_crypto_key_iam_member: (_, value) => ({
    resources: [value('crypto_key_id')],
    on: `the key ${value('crypto_key_id')}`,
  }),
  google_project_iam_member: (_, value) => {
    const project = value('project');
    const within = findRole(value('role'))?.within;
    return {
      resources: [within === undefined ? `projects/${project}` : `projects/${project}/${within}/*`],
      on: `the project ${project}`,
    };
  },
};

export const GOOGLE_GRANTS: readonly string[] = Object.keys(TARGETS);

/** Every role that a stack gives. */
export function googleGrants(view: GoogleView): Pick<Facts, 'grants' | 'unknown'> {
  const unknown: string[] = [];
  const grants = Object.entries(TARGETS).flatMap(([type, targetOf]) =>
    view.references.of(type).map((resource): Grant => {
      const value = (argument: string) => view.references.argument(resource, argument);
      const role = value('role');
      const known = findRole(role);
      if (known === undefined)
        unknown.push(`${view.stack.name}: what ${role} allows is not known here (${resource.address}).`);
      const target = targetOf(view, value);
      const condition = conditionOf(view, resource);
      const resources = condition?.resources ?? target.resources;
      return {
        stack: view.stack.name,
        source: resource.address,
        who: value('member'),
        may: [known === undefined ? role : `${known.may} (${role})`],
        on: [target.on],
        conditions: condition === undefined ? [] : [condition.words],
        resources,
        reach: Object.fromEntries((known?.uses ?? []).map((use) => [use, resources])),
      };
    }),
  );
  return { grants, unknown };
}

/** A condition of IAM (cloud.google.com/iam/docs/conditions-overview) in words, with what it narrows the grant to. */
function conditionOf(view: GoogleView, { arguments: { condition } }: Resource) {
  const { expression } = block(condition);
  if (typeof expression !== 'string') return undefined;
  const [, prefix] = /^resource\.name\.startsWith\("projects\/_\/buckets\/([^"]+)"\)$/.exec(expression) ?? [];
  if (prefix === undefined) return { words: `if ${expression}` };
  return { words: `only buckets whose names begin with ${prefix}`, resources: [`${view.bucketId(prefix)}*`] };
}

export function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
