import type { StackJson } from '../synthesize';
import { AWS_RULES } from './aws-rules';
import type { Rule } from './rule';
import { addressIn, bucketSettings, placeOf, policies, resources } from './stack';

const HOST = 'token.actions.githubusercontent.com';

/** Rules over the pipeline that hold for the stack beside it, too. */
const SHARED = [
  ...['bucket-blocks-public-access', 'bucket-no-acls', 'bucket-services-only', 'bucket-versions', 'bucket-tls-only'],
  ...['nobody-by-wildcard', 'tagged'],
];

/** Actions for which AWS takes no resource but `*`: Service Authorization Reference. */
const WITHOUT_RESOURCE = [
  ...[
    'cloudtrail:DescribeTrails',
    'cloudwatch:DescribeAlarms',
    'cloudwatch:GetMetricData',
    'kms:CreateKey',
    'kms:ListAliases',
  ],
  ...['organizations:DescribeOrganization', 'organizations:ListAWSServiceAccessForOrganization'],
  ...['sns:GetSubscriptionAttributes', 'sns:SetSubscriptionAttributes', 'sns:Unsubscribe'],
];

/** Actions that give what is in a store: log files, messages, what a key has encrypted. */
const CONTENT =
  /^(s3:GetObject|sqs:ReceiveMessage|kms:(Decrypt|ReEncrypt|Generate)|secretsmanager:|ssm:|logs:|dynamodb:)/;

interface RolePolicies {
  readonly kind: 'plan' | 'deploy';
  readonly address: string;
  readonly role: StackJson;
}

function workflowRoles(stack: StackJson): RolePolicies[] {
  return resources(stack, 'aws_iam_role').map(([address, role]) => ({
    kind: role.name.endsWith('-ci-plan') ? 'plan' : 'deploy',
    address,
    role,
  }));
}

/** Actions with what they are allowed on, of all identity policies or of the one that both roles share. */
function allowed(stack: StackJson, type = ''): { address: string; action: string; resource: string; when: string[] }[] {
  return policies(stack, 'identity')
    .filter(({ address }) => address.startsWith(type))
    .flatMap(({ address, statements }) =>
      statements.flatMap(({ Action = ['*'], Resource = ['*'], Condition }) => {
        const when = Object.values(Condition).flatMap((keys) => Object.keys(keys));
        return Action.flatMap((action) => Resource.map((resource) => ({ address, action, resource, when })));
      }),
    );
}

export const BOOTSTRAP_AWS_RULES: readonly Rule[] = [
  ...Object.values(AWS_RULES)
    .flat()
    .filter(({ id }) => SHARED.includes(id)),
  {
    id: 'workflow-trust',
    title: 'Each role trusts GitHub alone, for one audience and whole subjects of the one repository',
    controls: [],
    check: (stack, { bootstrap }) =>
      policies(stack, 'trust').flatMap(({ address, statements }) =>
        statements.flatMap(({ Principal, Action, Condition }) => {
          const { StringEquals: { [`${HOST}:aud`]: audience, [`${HOST}:sub`]: subjects = [] } = {}, ...others } =
            Condition;
          const isWhole = (subject: string) =>
            subject.startsWith(`repo:${bootstrap?.repository}:`) &&
            /:(pull_request|ref:refs\/heads\/.+|environment:.+)$/.test(subject) &&
            !/[*?]/.test(subject);
          const isGood =
            Principal?.AWS.length === 0 &&
            Principal.Service.length === 0 &&
            Principal.Federated.length === 1 &&
            Action?.join() === 'sts:AssumeRoleWithWebIdentity' &&
            audience?.join() === 'sts.amazonaws.com' &&
            subjects.length > 0 &&
            subjects.every(isWhole) &&
            Object.keys(others).length === 0;
          return isGood ? [] : [`${address}: trusts more than it may`];
        }),
      ),
  },
  {
    id: 'deploy-from-environment',
    title: 'The role that deploys trusts one environment of GitHub, from one branch, which the other does not trust',
    controls: [],
    check: (stack, { environment, bootstrap }) =>
      workflowRoles(stack).flatMap(({ kind, address, role }) => {
        const { githubEnvironment = environment, branch, repository } = bootstrap ?? {};
        const { StringEquals: equals } = JSON.parse(role.assume_role_policy).Statement[0].Condition;
        const subject = `repo:${repository}:environment:${githubEnvironment}`;
        // Other partitions do not know the claim.
        const ref = placeOf(stack).partition === 'aws' ? `refs/heads/${branch}` : undefined;
        const isGood =
          kind === 'deploy'
            ? equals[`${HOST}:sub`] === subject && equals[`${HOST}:ref`] === ref
            : !equals[`${HOST}:sub`].includes(subject);
        return isGood ? [] : [`${address}: trusts ${equals[`${HOST}:sub`]} on ${equals[`${HOST}:ref`]}`];
      }),
  },
  {
    id: 'plan-reads-settings',
    title: 'What both roles share reads settings and states, and neither changes anything nor reads what is in a store',
    controls: [],
    check: (stack) =>
      allowed(stack, 'aws_iam_policy.').flatMap(({ address, action, resource }) => {
        const isState = action === 's3:GetObject' && /\.tfstate$/.test(resource);
        return isState || (/:(Get|List|Describe)\w+$/.test(action) && !CONTENT.test(action))
          ? []
          : [`${address}: ${action} on ${resource}`];
      }),
  },
  {
    id: 'plan-has-no-more',
    title: 'The role that plans has the shared policy and nothing else',
    controls: [],
    check: (stack) => {
      const roleOf = (policy: StackJson) => addressIn(policy.role);
      return workflowRoles(stack).flatMap(({ kind, address, role }) => {
        const attached = resources(stack, 'aws_iam_role_policy_attachment').filter(
          ([, one]) => roleOf(one) === address,
        );
        const inline = resources(stack, 'aws_iam_role_policy').filter(([, one]) => roleOf(one) === address);
        const isShared = attached.length === 1 && addressIn(attached[0]?.[1].policy_arn)?.startsWith('aws_iam_policy.');
        const isGood = isShared && inline.length === (kind === 'plan' ? 0 : 1) && !role.inline_policy;
        return isGood ? [] : [`${address}: ${attached.length} attached, ${inline.length} inline`];
      });
    },
  },
  {
    id: 'workflow-reads-no-content',
    title: 'No role reads a log file, a message or a secret: of objects only states and their locks',
    controls: [],
    check: (stack) =>
      allowed(stack).flatMap(({ address, action, resource }) =>
        CONTENT.test(action) && !(action === 's3:GetObject' && /\.tfstate(\.tflock)?$/.test(resource))
          ? [`${address}: ${action} on ${resource}`]
          : [],
      ),
  },
  {
    id: 'workflow-named-resources',
    title: 'No action by wildcard, and none on all resources where AWS takes a narrower one',
    controls: [],
    check: (stack) =>
      allowed(stack).flatMap(({ address, action, resource, when }) => {
        const isNamed =
          !/[*?]/.test(resource.replace(/\/\*$|-\*$/, '').replace(/-\*(\.tfstate(\.tflock)?)$/, '$1')) &&
          // Of keys there is no name: the tag of the environment stands for it.
          (!/:key\/\*$/.test(resource) || when.some((key) => /^aws:(Resource|Request)Tag\//.test(key)));
        const isGood = !/[*?]/.test(action) && (resource === '*' ? WITHOUT_RESOURCE.includes(action) : isNamed);
        return isGood ? [] : [`${address}: ${action} on ${resource}`];
      }),
  },
  {
    id: 'workflow-no-escalation',
    title: 'No role may change itself, the other, what they share or the provider, assume a role, or hand one on',
    controls: [],
    check: (stack) =>
      allowed(stack).flatMap(({ address, action, resource }) => {
        const isOwn = /(:role\/[^/]+-ci-(plan|deploy)|:policy\/[^/]+-ci-read|:oidc-provider\/.+)$/.test(resource);
        const changes = /^iam:/.test(action) && !/^iam:(Get|List)/.test(action);
        return (isOwn && changes) || /^(sts:|iam:PassRole$|iam:CreatePolicy|iam:SetDefault)/.test(action)
          ? [`${address}: ${action} on ${resource}`]
          : [];
      }),
  },
  {
    id: 'workflow-keeps-states',
    title: 'Nobody deletes a state, and only pipelines have theirs written: bootstrap is deployed by hand',
    controls: [],
    check: (stack) =>
      allowed(stack).flatMap(({ address, action, resource }) => {
        if (!/\.tfstate$/.test(resource)) return [];
        const isRead = action === 's3:GetObject';
        const isWritten = action === 's3:PutObject' && !/-bootstrap-[^/]+$/.test(resource);
        return isRead || isWritten ? [] : [`${address}: ${action} on ${resource}`];
      }),
  },
  {
    id: 'state-stays',
    title: 'The state bucket is kept, whatever the environment says: no state expires, old ones after 30 days or later',
    controls: [],
    check: (stack) => [
      ...resources(stack, 'aws_s3_bucket').flatMap(([address, { lifecycle, force_destroy: force }]) =>
        lifecycle?.prevent_destroy === true && force === false ? [] : [`${address}: can be destroyed`],
      ),
      ...bucketSettings(stack, 'aws_s3_bucket_lifecycle_configuration').flatMap(([address, settings]) =>
        settings
          .flatMap(({ rule }) => rule)
          .every(
            ({ expiration: [{ days }], noncurrent_version_expiration: [{ noncurrent_days: old }] }) =>
              days === undefined && old >= 30,
          )
          ? []
          : [`${address}: states expire`],
      ),
    ],
  },
  {
    id: 'policy-sizes',
    title: 'Policies are no larger than IAM takes them: 6,144 characters, inline 10,240',
    controls: [],
    check: (stack) => [
      ...resources(stack, 'aws_iam_policy').flatMap(([address, { policy }]) =>
        policy.length <= 6_144 ? [] : [`${address}: ${policy.length} characters`],
      ),
      ...resources(stack, 'aws_iam_role_policy').flatMap(([address, { policy }]) =>
        policy.length <= 10_240 ? [] : [`${address}: ${policy.length} characters`],
      ),
    ],
  },
];
