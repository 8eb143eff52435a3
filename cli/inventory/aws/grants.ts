import type { Facts, Grant } from '../facts';
import { GITHUB_HOST, refInWords, workflowsInWords } from '../github';
import { type Resource, refersTo } from '../references';
import { listed } from '../words';
import { describeActions, reachOf } from './actions';
import { describeCondition } from './conditions';
import { type Condition, readPolicy, type Statement } from './policy';
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

/**
 * Every grant of a stack: one for each principal of each Allow statement, one for each role that a policy of the stack is
 * attached to, and one for each other attached policy.
 */
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
  const ofIdentities = (resource: Resource, roles: readonly string[]) =>
    statements(resource, 'policy').flatMap((statement) => {
      if (statement.effect === 'Allow')
        return roles.map((role) => toGrant(view, resource, statement, roleArn(view, role)));
      unknown.push(`${view.stack.name}: ${resource.address} denies something to its role: that is not told here.`);
      return [];
    });
  const ofRoles = view.references
    .of('aws_iam_role_policy')
    .flatMap((resource) => ofIdentities(resource, [view.references.argument(resource, 'role')]));
  const attachments = view.references.of('aws_iam_role_policy_attachment');
  const shared = view.references.of('aws_iam_policy').flatMap((policy) => {
    const roles = attachments.filter(({ arguments: { policy_arn: arn } }) => refersTo(arn, policy));
    return ofIdentities(
      policy,
      roles.map((one) => view.references.argument(one, 'role')),
    );
  });
  const own = view.references.of('aws_iam_policy');
  const foreign = attachments.filter(({ arguments: { policy_arn: arn } }) => !own.some((one) => refersTo(arn, one)));
  const attached = foreign.map((resource) => {
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
  return { grants: [...ofResources, ...ofRoles, ...shared, ...attached], unknown, refusals };
}

function toGrant(view: AwsView, { address }: Resource, statement: Statement, who: string): Grant {
  return {
    stack: view.stack.name,
    source: `${address} ${statement.label}`,
    who,
    may: describeActions(statement.actions),
    actions: statement.actions,
    on: statement.resources.map((one) => (one === '*' ? 'everything in the account' : view.name(one))),
    conditions: conditionsOf(view, statement, who),
    resources: statement.resources,
    reach: reachOf(statement.actions, statement.resources, view.home.partition),
  };
}

/** What a service may do for anybody at all it may do for other accounts, too. */
function conditionsOf(view: AwsView, { conditions }: Statement, who: string): string[] {
  if (conditions.length === 0 && who.startsWith('service:')) return ['for anybody: there is no condition'];
  const [, host] = /:oidc-provider\/(.+)$/.exec(who) ?? [];
  if (host !== undefined) return claimsInWords(view, host, conditions);
  return conditions.map((condition) => describeCondition(condition, view.name));
}

/** What the token of an OIDC provider must say. Its audience is AWS, whoever it is for. */
function claimsInWords(view: AwsView, host: string, conditions: readonly Condition[]): string[] {
  const claim = (name: string) =>
    conditions.find(({ operator, key }) => operator === 'StringEquals' && key === `${host}:${name}`);
  const [subject, ref, audience] = ['sub', 'ref', 'aud'].map(claim);
  const others = conditions.filter((one) => one !== subject && one !== ref && one !== audience);
  const told = others.map((condition) => describeCondition(condition, view.name));
  if (subject === undefined) return ['for anybody who has a token of it', ...told];
  if (host !== GITHUB_HOST) return conditions.map((condition) => describeCondition(condition, view.name));
  return [
    `for ${workflowsInWords(subject.values)}`,
    ...(ref ? [`only on ${ref.values.map(refInWords).join(' or ')}`] : []),
    ...told,
  ];
}

function describeRefusal(view: AwsView, { principals, actions, conditions }: Statement): string {
  const who = principals.includes('*') ? 'everybody' : listed(principals.map(view.name));
  const circumstances = conditions.map((condition) => describeCondition(condition, view.name));
  if (who === 'everybody' && circumstances.join() === 'over plain http' && /^\w+:(\*|Publish)$/.test(actions.join()))
    return 'plain http is refused';
  return `refused to ${who}: ${listed(describeActions(actions))} ${listed(circumstances)}`.trim();
}

/** The ARN of what a policy is attached to, named by its ARN or, a bucket, by its name. */
function ownerOf(view: AwsView, resource: Resource, argument: string): string {
  const named = view.references.argument(resource, argument);
  return named.startsWith('arn:') ? named : `arn:${view.home.partition}:s3:::${named}`;
}

function roleArn({ home }: AwsView, name: string): string {
  return `arn:${home.partition}:iam::${home.account}:role/${name}`;
}
