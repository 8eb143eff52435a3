import type { Environment } from '../../environments/schema';
import type { Statement } from '../policies/document';
import { evaluate } from '../policies/evaluate';
import type { StackJson } from '../synthesize';
import type { Rule } from './rule';
import {
  addressIn,
  bucketSettings,
  isOwnKey,
  type Policy,
  placeOf,
  policies,
  resources,
  withoutReferences,
} from './stack';

/** The policies that break a rule by one of their Allow statements, with the statement's name. */
function allowing(found: readonly Policy[], isBad: (statement: Statement, policy: Policy) => boolean): string[] {
  return found.flatMap((policy) =>
    policy.statements
      .filter((statement) => statement.Effect === 'Allow' && isBad(statement, policy))
      .map(({ Sid }) => `${policy.address} ${Sid}`),
  );
}

/** Values of a key in the conditions of a statement that compare for equality, or by a pattern. */
function valuesOf({ Condition }: Statement, key: string): readonly string[] {
  return Object.entries(Condition).flatMap(([operator, keys]) =>
    /^(String|Arn)(Equals|Like)$/.test(operator) ? (keys[key] ?? []) : [],
  );
}

/** Accounts whose resources services may act for: that of the stack, of an organization's trail, and of a given topic. */
function knownAccounts(stack: StackJson, { cloudtrail }: Environment): (string | undefined)[] {
  const [, , , , topicAccount] = cloudtrail?.existing?.topic?.split(':') ?? [];
  return [placeOf(stack).account, cloudtrail?.organization?.managementAccount, topicAccount];
}

/** Whether a service may act for resources of known accounts only. */
function namesWhomItActsFor(statement: Statement, known: readonly (string | undefined)[]): boolean {
  const accounts = valuesOf(statement, 'aws:SourceAccount');
  const arns = valuesOf(statement, 'aws:SourceArn');
  // The ARN of a bucket names no account: whoever has a bucket of that name later would be let in.
  const named = [...accounts, ...arns.flatMap((arn) => arn.split(':')[4] || [])];
  return named.length > 0 && named.every((account) => known.includes(account));
}

/** EventBridge gives no condition keys to topics and keys: constructs/aws/alarm-topic.ts. */
function isEventBridgeOnAlarms(stack: StackJson, { Principal, Action }: Statement, { address }: Policy): boolean {
  const isTopic = address.startsWith('aws_sns_topic_policy.');
  const isItsKey = resources(stack, 'aws_sns_topic').some(
    ([, topic]) => addressIn(topic.kms_master_key_id) === address,
  );
  return (
    Principal?.Service.join() === 'events.amazonaws.com' &&
    ((isTopic && Action?.join() === 'sns:Publish') ||
      (isItsKey && Action?.join() === 'kms:GenerateDataKey*,kms:Decrypt'))
  );
}

/** Whether a policy refuses whoever comes over plain http, for each of the actions. */
function refusesPlainHttp(
  stack: StackJson,
  policy: string | undefined,
  requests: readonly [string, string][],
): boolean {
  const { partition, account } = placeOf(stack);
  const callers = [
    { arn: `arn:${partition}:iam::${account}:root` },
    { service: 's3.amazonaws.com' },
    'anonymous',
  ] as const;
  return (
    policy !== undefined &&
    callers.every((principal) =>
      requests.every(
        ([action, resource]) =>
          evaluate({
            resource: withoutReferences(policy),
            request: {
              principal,
              action,
              resource,
              resourceAccount: account,
              context: { 'aws:SecureTransport': 'false' },
            },
          }) === 'explicitly denied',
      ),
    )
  );
}

export const ACCESS_RULES: readonly Rule[] = [
  {
    id: 'bucket-tls-only',
    title: 'Each bucket refuses plain http',
    controls: ['CIS 2.1.1', 'FSBP S3.5'],
    check(stack) {
      const names = new Map(resources(stack, 'aws_s3_bucket').map(([address, { bucket }]) => [address, bucket]));
      return bucketSettings(stack, 'aws_s3_bucket_policy').flatMap(([address, [setting]]) => {
        const arn = `arn:${placeOf(stack).partition}:s3:::${names.get(address)}`;
        const requests: [string, string][] = [
          ['s3:ListBucket', arn],
          ['s3:PutBucketPolicy', arn],
          ...['s3:GetObject', 's3:PutObject', 's3:DeleteObject'].map((one): [string, string] => [one, `${arn}/key`]),
        ];
        return refusesPlainHttp(stack, setting?.policy, requests) ? [] : [`${address}: takes plain http`];
      });
    },
  },
  {
    id: 'queue-tls-only',
    title: 'Each queue refuses plain http',
    controls: [],
    check: (stack) =>
      resources(stack, 'aws_sqs_queue').flatMap(([address, { name, policy }]) => {
        const { partition, region, account } = placeOf(stack);
        const arn = `arn:${partition}:sqs:${region}:${account}:${name}`;
        const actions = ['sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:SetQueueAttributes'];
        const requests = actions.map((action): [string, string] => [action, arn]);
        return refusesPlainHttp(stack, policy, requests) ? [] : [`${address}: takes plain http`];
      }),
  },
  {
    id: 'topic-tls-only',
    title: 'The topic of the alarms refuses what is published over plain http',
    controls: [],
    check: (stack) =>
      resources(stack, 'aws_sns_topic').flatMap(([address, { name }]) => {
        const { partition, region, account } = placeOf(stack);
        const [policy] = resources(stack, 'aws_sns_topic_policy').filter(([, { arn }]) => addressIn(arn) === address);
        const requests: [string, string][] = [['sns:Publish', `arn:${partition}:sns:${region}:${account}:${name}`]];
        return refusesPlainHttp(stack, policy?.[1].policy, requests) ? [] : [`${address}: takes plain http`];
      }),
  },
  {
    id: 'nobody-by-wildcard',
    title: 'No policy lets everybody (`*`) in',
    controls: ['CIS v7 2.21', 'FSBP CloudTrail.6', 'FSBP KMS.5', 'FSBP S3.2', 'FSBP S3.3', 'FSBP SNS.4', 'FSBP SQS.3'],
    // Stricter than the controls, which admit `*` with a condition. NotPrincipal is not understood, and throws.
    check: (stack) =>
      allowing(policies(stack, 'resource', 'trust'), ({ Principal }) => Boolean(Principal?.AWS.includes('*'))),
  },
  {
    id: 'services-for-known-accounts',
    title:
      'Each service is let in only for what it does for a known account, save EventBridge on the topic of the alarms',
    controls: [],
    check: (stack, environment) =>
      allowing(
        policies(stack, 'resource', 'trust'),
        (statement, policy) =>
          Boolean(statement.Principal?.Service.length) &&
          !namesWhomItActsFor(statement, knownAccounts(stack, environment)) &&
          !isEventBridgeOnAlarms(stack, statement, policy),
      ),
  },
  {
    id: 'identity-no-wildcards',
    title: 'No identity has actions by wildcard, or on resources that are not named',
    controls: ['CIS 1.16', 'FSBP IAM.1', 'FSBP IAM.21'],
    check: (stack) =>
      allowing(
        policies(stack, 'identity'),
        ({ Action, Resource }) =>
          !Action?.every((action) => !action.includes('*')) ||
          // Of the objects of a bucket, all may be meant.
          !Resource?.every((resource) => !/[*?]/.test(resource.replace(/^(arn:[\w-]+:s3:::[^/]+)\/\*$/, '$1'))),
      ),
  },
  {
    id: 'identity-managed-policies',
    title: 'No policy that AWS manages is attached but SecurityAudit, which can be left out',
    controls: ['CIS 1.16', 'FSBP IAM.1'],
    check: (stack) =>
      ['aws_iam_role_policy_attachment', 'aws_iam_user_policy_attachment', 'aws_iam_policy_attachment']
        .flatMap((type) => resources(stack, type))
        .flatMap(([address, { policy_arn: arn }]) =>
          arn === `arn:${placeOf(stack).partition}:iam::aws:policy/SecurityAudit` ? [] : [`${address}: ${arn}`],
        ),
  },
  {
    id: 'identity-decrypts-named-keys',
    title: 'Who may decrypt may do so with a named key only',
    controls: ['FSBP KMS.1', 'FSBP KMS.2'],
    check: (stack, environment) =>
      allowing(
        policies(stack, 'identity'),
        ({ Action, NotAction, Resource }) =>
          (NotAction !== undefined ||
            Boolean(Action?.some((action) => /^(\*|kms:(\*|decrypt|reencrypt.*))$/i.test(action)))) &&
          !Resource?.every((one) => isOwnKey(stack, environment, one.replace(/^<(.*)>$/, '${$1}'))),
      ),
  },
  {
    id: 'trust-needs-external-id',
    title: 'Only the account of Cortex may assume the role, and only with the external id',
    controls: [],
    check(stack, { cloudtrail }) {
      const cortex = `arn:${placeOf(stack).partition}:iam::${cloudtrail?.cortex.accountId}:root`;
      const externalIds = cloudtrail?.cortex.externalId.join();
      return allowing(
        policies(stack, 'trust'),
        ({ Principal, Action, Condition }) =>
          Action?.join() !== 'sts:AssumeRole' ||
          Principal?.AWS.join() !== cortex ||
          Principal.Service.length > 0 ||
          Condition.StringEquals?.['sts:ExternalId']?.join() !== externalIds,
      );
    },
  },
  {
    id: 'external-id-in-two-places',
    title: 'The external id stands in the trust policy and in a sensitive output, nowhere else',
    controls: [],
    check(stack, environment) {
      const places = JSON.stringify(stack, (key, value) =>
        key === 'assume_role_policy' || value?.sensitive === true ? undefined : value,
      );
      const shown = (environment.cloudtrail?.cortex.externalId ?? []).some((id) => places.includes(id));
      // The address would tell where; the text around it would tell the id.
      return shown ? ['the external id stands where it can be read'] : [];
    },
  },
];
