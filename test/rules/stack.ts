import type { Environment } from '../../environments/schema';
import { type PolicyKind, parsePolicy, type Statement } from '../policies/document';
import type { StackJson } from '../synthesize';

/** Resources of a type with their addresses, such as `aws_sqs_queue.objects_queue_FC528342`. */
export function resources(stack: StackJson, type: string): [address: string, resource: StackJson][] {
  return Object.entries<StackJson>(stack.resource[type] ?? {}).map(([id, resource]) => [`${type}.${id}`, resource]);
}

/** Address of the resource that a value refers to: `${aws_kms_key.key.arn}` gives `aws_kms_key.key`. */
export function addressIn(value: unknown): string | undefined {
  return /^\$\{(\w+\.[\w-]+)\.\w+\}$/.exec(String(value))?.[1];
}

/** Whether a value refers to a resource of the stack. */
export function refersTo(stack: StackJson, type: string, value: unknown): boolean {
  const address = addressIn(value);
  return resources(stack, type).some(([known]) => known === address);
}

/** Buckets of the stack, each with those of its settings that are resources of a type. */
export function bucketSettings(stack: StackJson, type: string): [address: string, settings: StackJson[]][] {
  return resources(stack, 'aws_s3_bucket').map(([address]) => [
    address,
    resources(stack, type).flatMap(([, setting]) => (addressIn(setting.bucket) === address ? [setting] : [])),
  ]);
}

/** Addresses of buckets that hold the access logs of other buckets. */
export function accessLogBuckets(stack: StackJson): (string | undefined)[] {
  return resources(stack, 'aws_s3_bucket_logging').map(([, logging]) => addressIn(logging.target_bucket));
}

/** Queues that somebody reads: those that are nobody's dead letter queue. */
export function mainQueues(stack: StackJson): [address: string, queue: StackJson][] {
  const queues = resources(stack, 'aws_sqs_queue');
  const deadLetters = queues.map(([, queue]) => deadLetterQueue(queue));
  return queues.filter(([address]) => !deadLetters.includes(address));
}

/** Address of the dead letter queue of a queue. */
export function deadLetterQueue(queue: StackJson): string | undefined {
  return addressIn(JSON.parse(queue.redrive_policy ?? '{}').deadLetterTargetArn);
}

/** Whether a value is a KMS key of the stack, or the operator's own: never one that AWS manages. */
export function isOwnKey(stack: StackJson, environment: Environment, value: unknown): boolean {
  return refersTo(stack, 'aws_kms_key', value) || (value !== undefined && value === environment.cloudtrail?.kmsKey);
}

/** Account, region and partition that the stack is deployed into. */
export function placeOf(stack: StackJson): { account: string; region: string; partition: string } {
  const [{ allowed_account_ids: [account = ''] = [], region = '' } = {}] = stack.provider.aws;
  const partition = region.startsWith('us-gov-') ? 'aws-us-gov' : region.startsWith('cn-') ? 'aws-cn' : 'aws';
  return { account, region, partition };
}

export interface Policy {
  readonly address: string;
  readonly kind: PolicyKind;
  readonly statements: readonly Statement[];
}

/** Where Terraform's resources hold policies. */
const POLICIES: readonly (readonly [type: string, attribute: string, kind: PolicyKind])[] = [
  ['aws_s3_bucket_policy', 'policy', 'resource'],
  ['aws_sqs_queue', 'policy', 'resource'],
  ['aws_sqs_queue_policy', 'policy', 'resource'],
  ['aws_sns_topic', 'policy', 'resource'],
  ['aws_sns_topic_policy', 'policy', 'resource'],
  ['aws_kms_key', 'policy', 'resource'],
  ['aws_kms_key_policy', 'policy', 'resource'],
  ['aws_iam_role', 'assume_role_policy', 'trust'],
  ['aws_iam_role_policy', 'policy', 'identity'],
  ['aws_iam_policy', 'policy', 'identity'],
  ['aws_iam_user_policy', 'policy', 'identity'],
];

/** The policies of a stack. Throws on one that is not understood (test/policies/document.ts). */
export function policies(stack: StackJson, ...kinds: PolicyKind[]): Policy[] {
  return POLICIES.filter(([, , kind]) => kinds.includes(kind)).flatMap(([type, attribute, kind]) =>
    resources(stack, type).flatMap(([address, { [attribute]: text }]) =>
      text === undefined ? [] : [{ address, kind, statements: parsePolicy(withoutReferences(text), kind) }],
    ),
  );
}

/** A policy in which each reference to a resource is its address: `<aws_kms_key.key.arn>`. */
export function withoutReferences(policy: string): string {
  return policy.replace(/\$\{([\w.-]+)\}/g, '<$1>');
}
