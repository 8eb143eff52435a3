import type { Facts, Grant } from '../facts';
import { isGithubSubject, refInWords, workflowsInWords } from '../github';
import { block, type Resource } from '../references';
import { either } from '../words';
import { describePermissions, reachOfPermissions } from './permissions';
import { findRole } from './roles';
import type { GoogleView } from './view';

interface Target {
  readonly resources: readonly string[];
  readonly on: string;
}

/** What each kind of grant is on. */
const TARGETS: Readonly<Record<string, (view: GoogleView, value: (argument: string) => string) => Target>> = {
  google_storage_bucket_iam_member: (view, value) => ({
    resources: [view.bucketId(value('bucket')), `${view.bucketId(value('bucket'))}/objects/*`],
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
  google_service_account_iam_member: (_, value) => ({
    resources: [`serviceAccount:${lastPart(value('service_account_id'))}`],
    on: `the account ${lastPart(value('service_account_id'))}`,
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
      const custom = permissionsOf(view, role);
      const known = custom === undefined ? findRole(role) : undefined;
      if (custom === undefined && known === undefined)
        unknown.push(`${view.stack.name}: what ${role} allows is not known here (${resource.address}).`);
      const target = targetOf(view, value);
      const condition = conditionOf(view, resource);
      const resources = condition?.resources ?? target.resources;
      const { who, whom } = memberOf(value('member'));
      return {
        stack: view.stack.name,
        source: resource.address,
        who,
        ...(custom === undefined
          ? { may: [known === undefined ? role : `${known.may} (${role})`] }
          : { may: describePermissions(custom), actions: custom }),
        on: [target.on],
        conditions: [...(whom === undefined ? [] : conditionsOfSubject(view, whom)), ...(condition?.words ?? [])],
        resources,
        ...(custom === undefined
          ? { reach: Object.fromEntries((known?.uses ?? []).map((use) => [use, resources])) }
          : reachOfPermissions(custom, value('project'))),
      };
    }),
  );
  return { grants, unknown };
}

/** `gs://bucket/states/{one/*, other/*}`: what they have in common once. */
function folded(patterns: readonly string[]): string {
  const [first = '', ...others] = patterns;
  if (others.length === 0) return first;
  let end = 0;
  while (end < first.length && others.every((other) => other[end] === first[end])) end++;
  const common = first.slice(0, first.lastIndexOf('/', end - 1) + 1);
  return `${common}{${patterns.map((one) => one.slice(common.length)).join(', ')}}`;
}

/** Objects by the beginning of their names, and roles that may be granted, in CEL. */
const OBJECTS = /^resource\.name\.startsWith\("projects\/_\/buckets\/([^"/]+)\/objects\/([^"]*)"\)$/;
const GRANTED_ROLES =
  /^api\.getAttribute\("iam\.googleapis\.com\/modifiedGrantsByRole", \[\]\)\.hasOnly\((\[[^\]]+\])\)$/;

/** Permissions of a custom role that the stack makes. */
function permissionsOf(view: GoogleView, role: string): string[] | undefined {
  const made = view.references
    .of('google_project_iam_custom_role')
    .find((one) => view.references.resolve(`\${${one.address}.name}`) === role);
  return made && [...(made.arguments.permissions as readonly string[])].sort();
}

/** A member, and of a workload identity pool whom the pool speaks for: the pool is who is known here. */
function memberOf(member: string): { readonly who: string; readonly whom?: string } {
  const [, pool, subject] = /^(principal:.*\/workloadIdentityPools\/[^/]+)\/subject\/(.+)$/.exec(member) ?? [];
  return pool === undefined ? { who: member } : { who: pool, whom: subject };
}

/** A subject in words, with the ref that the pool's provider asks of it. */
function conditionsOfSubject({ references }: GoogleView, subject: string): string[] {
  const words = `for ${workflowsInWords([subject])}`;
  if (!isGithubSubject(subject)) return [words];
  const refs = references.of('google_iam_workload_identity_pool_provider').flatMap(({ arguments: args }) => {
    const found = String(args.attribute_condition).matchAll(
      /\(assertion\.sub == "([^"]+)" && assertion\.ref == "([^"]+)"\)/g,
    );
    return [...found].flatMap(([, of, ref = '']) => (of === subject ? [refInWords(ref)] : []));
  });
  return [words, ...refs.map((ref) => `only on ${ref}`)];
}

/** A condition of IAM (cloud.google.com/iam/docs/conditions-overview) in words, with what it narrows the grant to. */
function conditionOf(
  view: GoogleView,
  { arguments: { condition } }: Resource,
): { readonly words: readonly string[]; readonly resources?: readonly string[] } | undefined {
  const { expression } = block(condition);
  if (typeof expression !== 'string') return undefined;
  const objects = expression.split(' || ').map((part) => OBJECTS.exec(part) ?? []);
  if (objects.every(([all]) => all !== undefined))
    return {
      words: [`only objects ${folded(objects.map(([, bucket, prefix]) => `gs://${bucket}/${prefix}*`))}`],
      resources: objects.map(([, bucket = '', prefix]) => `${view.bucketId(bucket)}/objects/${prefix}*`),
    };
  const [, roles] = GRANTED_ROLES.exec(expression) ?? [];
  if (roles !== undefined) return { words: [`only of ${either(JSON.parse(roles))}`] };
  const [, prefix] = /^resource\.name\.startsWith\("projects\/_\/buckets\/([^"]+)"\)$/.exec(expression) ?? [];
  if (prefix === undefined) return { words: [`if ${expression}`] };
  return { words: [`only buckets whose names begin with ${prefix}`], resources: [`${view.bucketId(prefix)}*`] };
}

export function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
