import type { Facts, Grant } from '../facts';
import type { Resource } from '../references';
import { listed } from '../words';
import { describeAction, reachOf } from './actions';
import { describeCondition } from './conditions';
import { readPolicy, type Statement } from './policy';
import type { AwsView } from './view';

/** Resources with a policy: the argument that holds it, and the one that says whose it is; none: its own. */
const RESOURCE_POLICIES = [
  { type: 'aws_s3_bucket_policy', policy: 'policy', of: 'bucket' },
  { type: 'aws_sqs_queue', policy: 'policy' },
  { type: 'aws_sns_topic_policy', policy: 'policy', of: 'arn' },
  { type: 'aws_kms_key', policy: 'policy' },
  { type: 'aws_iam_role', policy: 'assume_role_policy' },
] as const;

/** What policies that AWS manages allow (AWS managed policy reference guide). */
const MANAGED: Readonly<Record<string, string>> = {
  SecurityAudit: "read how every service is set up (AWS's policy SecurityAudit), not what it holds",
};

export interface AwsGrants extends Pick<Facts, 'grants' | 'unknown'> {
  /** What is refused, a phrase each, by the id of the resource. */
  readonly refusals: ReadonlyMap<string, readonly string[]>;
}

/** Every grant of a stack: one for each principal of each Allow statement, and one for each attached policy. */
export function awsGrants(view: AwsView): AwsGrants {
  const unknown: string[] = [];
  const refusals = new Map<string, string[]>();
  const statements = (resource: Resource, argument: string): Statement[] => {
    const text = resource.arguments[argument];
    if (text === undefined) return [];
    try {
      return readPolicy(String(text), (part) => view.references.resolve(part));
    } catch (error) {
      unknown.push(`${view.stack.name}: the policy of ${resource.address}: ${(error as Error).message}.`);
      return [];
    }
  };

  const ofResources = RESOURCE_POLICIES.flatMap(({ type, policy, ...rest }) =>
    view.references.of(type).flatMap((resource) => {
      const owner = 'of' in rest ? ownerOf(view, resource, rest.of) : view.idOf(resource);
      return statements(resource, policy).flatMap((statement) => {
        // A key policy's * is the key, and a trust policy names no resource.
        const resources = statement.resources.map((one) => (one === '*' ? owner : one));
        const about = { ...statement, resources: resources.length === 0 ? [owner] : resources };
        if (statement.effect === 'Allow') return statement.principals.map((who) => toGrant(view, resource, about, who));
        refusals.set(owner, [...(refusals.get(owner) ?? []), describeRefusal(view, statement)]);
        return [];
      });
    }),
  );
  const ofRoles = view.references.of('aws_iam_role_policy').flatMap((resource) =>
    statements(resource, 'policy').flatMap((statement) => {
      if (statement.effect === 'Allow')
        return [toGrant(view, resource, statement, roleArn(view, view.references.argument(resource, 'role')))];
      unknown.push(`${view.stack.name}: ${resource.address} denies something to its role: that is not told here.`);
      return [];
    }),
  );
  const attached = view.references.of('aws_iam_role_policy_attachment').map((resource) => {
    const arn = view.references.argument(resource, 'policy_arn');
    const known = MANAGED[arn.replace(/^.*:policy\//, '')];
    if (known === undefined) unknown.push(`${view.stack.name}: what ${arn} allows is not known here.`);
    return {
      stack: view.stack.name,
      source: resource.address,
      who: roleArn(view, view.references.argument(resource, 'role')),
      may: [known ?? `what ${arn} says`],
      on: [`the account ${view.home.account}`],
      conditions: [],
      resources: [],
      reach: {},
    };
  });
  return { grants: [...ofResources, ...ofRoles, ...attached], unknown, refusals };
}

function toGrant(view: AwsView, { address }: Resource, statement: Statement, who: string): Grant {
  return {
    stack: view.stack.name,
    source: `${address} ${statement.label}`,
    who,
    may: statement.actions.map(describeAction),
    on: statement.resources.map((one) => (one === '*' ? 'everything in the account' : view.name(one))),
    conditions: conditionsOf(view, statement, who),
    resources: statement.resources,
    reach: reachOf(statement.actions, statement.resources, view.home.partition),
  };
}

/** What a service may do for anybody at all it may do for other accounts, too. */
function conditionsOf(view: AwsView, { conditions }: Statement, who: string): string[] {
  if (conditions.length === 0 && who.startsWith('service:')) return ['for anybody: there is no condition'];
  return conditions.map((condition) => describeCondition(condition, view.name));
}

function describeRefusal(view: AwsView, { principals, actions, conditions }: Statement): string {
  const who = principals.includes('*') ? 'everybody' : listed(principals.map(view.name));
  const circumstances = conditions.map((condition) => describeCondition(condition, view.name));
  if (who === 'everybody' && circumstances.join() === 'over plain http' && /^\w+:(\*|Publish)$/.test(actions.join()))
    return 'plain http is refused';
  return `refused to ${who}: ${listed(actions.map(describeAction))} ${listed(circumstances)}`.trim();
}

/** The ARN of what a policy is attached to, named by its ARN or, a bucket, by its name. */
function ownerOf(view: AwsView, resource: Resource, argument: string): string {
  const named = view.references.argument(resource, argument);
  return named.startsWith('arn:') ? named : `arn:${view.home.partition}:s3:::${named}`;
}

function roleArn({ home }: AwsView, name: string): string {
  return `arn:${home.partition}:iam::${home.account}:role/${name}`;
}
