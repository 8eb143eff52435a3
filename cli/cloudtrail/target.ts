import type { CloudtrailSettings } from '../../environments/cloudtrail';
import type { Prepare } from '../../environments/load';
import type { CloudtrailCortexOutputs } from '../../stacks/outputs';
import type { PipelineName } from '../../stacks/pipelines';
import { requireSection } from '../pipeline-section';
import { synthesizeStack } from '../synth';
import { onlyResource, resolveReferences, resourcesOf, type SynthesizedStack } from '../synthesized';

/** The pipeline on AWS. */
export const CLOUDTRAIL_PIPELINE = 'cloudtrail-cortex' satisfies PipelineName;

export interface QueueNames {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
}

/** The pipeline as it is deployed: the names that commands reach it by. */
export interface CloudtrailTarget {
  readonly environment: string;
  /** Name of the stack that deploys it. */
  readonly stack: string;
  readonly account: string;
  readonly region: string;
  /** `aws`, `aws-us-gov` or `aws-cn`. */
  readonly partition: string;
  /** The trail that the stack makes; undefined where an existing one is read. */
  readonly trail: { readonly name: string; readonly arn: string } | undefined;
  readonly bucket: { readonly name: string; readonly arn: string };
  /** What the keys of all log files start with: empty, or a prefix with its slash. */
  readonly keyPrefix: string;
  readonly queue: QueueNames;
  readonly deadLetters: QueueNames;
  readonly role: { readonly name: string; readonly arn: string };
  /** AWS account of Cortex. */
  readonly cortexAccount: string;
  /** The first is the one to use; others are accepted during a change. */
  readonly externalIds: readonly string[];
  /** `alias/…` of the key that the stack makes, or ARN of the one that it was given; undefined without a KMS key. */
  readonly kmsKey: string | undefined;
  /** How the queue learns of new objects: from the bucket itself, or from an SNS topic that the bucket notifies. */
  readonly announcedBy:
    | { readonly kind: 'bucket'; readonly prefix: string; readonly suffix: string }
    | { readonly kind: 'topic'; readonly arn: string };
  /** SNS topic of the alarms. */
  readonly alarmTopic: { readonly name: string; readonly arn: string };
  /** Names of the CloudWatch alarms. */
  readonly alarms: readonly string[];
}

/** Arguments of the resources, as far as they are looked at. */
interface QueueResource {
  readonly name: string;
  /** Of the queue that has dead letters. */
  readonly redrive_policy?: string;
}
interface NotificationResource {
  readonly queue: readonly [{ readonly filter_prefix?: string; readonly filter_suffix?: string }];
}
interface SubscriptionResource {
  readonly protocol: string;
  readonly topic_arn: string;
}

/**
 * Finds the pipeline in the stack that deploys it: what the environment file says, synthesized now.
 * @param prepare changes the environment file's text first
 * @throws UserError when there is no such environment, it has problems, or no section of the pipeline
 */
export async function findCloudtrail(environment: string, prepare?: Prepare): Promise<CloudtrailTarget> {
  const settings = requireSection(environment, CLOUDTRAIL_PIPELINE, prepare);
  return synthesizeStack(
    environment,
    `${environment}-${CLOUDTRAIL_PIPELINE}`,
    (stack) => readCloudtrail(stack, environment, settings),
    prepare,
  );
}

/** Reads the names of the pipeline out of its synthesized stack. */
export function readCloudtrail(
  stack: SynthesizedStack,
  environment: string,
  settings: CloudtrailSettings,
): CloudtrailTarget {
  const { account, region, cortex } = settings;
  const partition = partitionOf(stack);
  const arn = (service: string, resource: string) => `arn:${partition}:${service}:${region}:${account}:${resource}`;
  const queues = resourcesOf<QueueResource>(stack, 'aws_sqs_queue');
  const queue = (hasDeadLetters: boolean): QueueNames => {
    const name = queues.find(({ redrive_policy }) => (redrive_policy !== undefined) === hasDeadLetters)?.name ?? '';
    return { name, arn: arn('sqs', name), url: `https://${sqsHost(partition, region)}/${account}/${name}` };
  };
  const bucket = resolveReferences(stack, outputOf(stack, 'bucket_name'));
  const [trail] = resourcesOf<{ name: string }>(stack, 'aws_cloudtrail');
  const role = onlyResource<{ name: string }>(stack, 'aws_iam_role').name;
  const topic = onlyResource<{ name: string }>(stack, 'aws_sns_topic').name;
  const alarms = resourcesOf<{ alarm_name: string }>(stack, 'aws_cloudwatch_metric_alarm');
  return {
    environment,
    stack: stack.name,
    account,
    region,
    partition,
    trail: trail && { name: trail.name, arn: trailArn(settings, partition, trail.name) },
    bucket: { name: bucket, arn: `arn:${partition}:s3:::${bucket}` },
    keyPrefix: settings.existing?.prefix ? `${settings.existing.prefix}/` : '',
    queue: queue(true),
    deadLetters: queue(false),
    role: { name: role, arn: `arn:${partition}:iam::${account}:role/${role}` },
    cortexAccount: cortex.accountId,
    externalIds: cortex.externalId,
    kmsKey: settings.kmsKey ?? resourcesOf<{ name: string }>(stack, 'aws_kms_alias')[0]?.name,
    announcedBy: announcerOf(stack),
    alarmTopic: { name: topic, arn: arn('sns', topic) },
    alarms: alarms.map(({ alarm_name }) => alarm_name),
  };
}

/** The stack's ARNs are built for its partition; the trust policy always holds one. */
function partitionOf(stack: SynthesizedStack): string {
  const { assume_role_policy: trust } = onlyResource<{ assume_role_policy: string }>(stack, 'aws_iam_role');
  return /"arn:(aws[a-z-]*):iam::/.exec(trust)?.[1] ?? 'aws';
}

function sqsHost(partition: string, region: string): string {
  return `sqs.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}`;
}

/** The trail of an organization belongs to its management account. */
function trailArn({ account, region, organization }: CloudtrailSettings, partition: string, name: string): string {
  return `arn:${partition}:cloudtrail:${region}:${organization?.managementAccount ?? account}:trail/${name}`;
}

function announcerOf(stack: SynthesizedStack): CloudtrailTarget['announcedBy'] {
  const subscriptions = resourcesOf<SubscriptionResource>(stack, 'aws_sns_topic_subscription');
  const topic = subscriptions.find(({ protocol }) => protocol === 'sqs')?.topic_arn;
  if (topic !== undefined) return { kind: 'topic', arn: topic };
  const [filter] = onlyResource<NotificationResource>(stack, 'aws_s3_bucket_notification').queue;
  return { kind: 'bucket', prefix: filter.filter_prefix ?? '', suffix: filter.filter_suffix ?? '' };
}

function outputOf(stack: SynthesizedStack, name: keyof CloudtrailCortexOutputs): string {
  const output = stack.output[name];
  if (output === undefined) throw new Error(`${stack.name} has no output ${name}`);
  return output.value;
}
