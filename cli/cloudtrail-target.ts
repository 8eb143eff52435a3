import type { PipelineName } from '../stacks/pipelines';

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
