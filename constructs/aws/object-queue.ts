import { S3BucketNotification } from '@cdktf/provider-aws/lib/s3-bucket-notification';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription';
import { SqsQueue, type SqsQueueConfig } from '@cdktf/provider-aws/lib/sqs-queue';
import { Construct } from 'constructs';
import { ImportBlock } from '../import-block';
import type { AwsAccount } from './account';
import { denyInsecureTransport, type PolicyStatement, policyDocument } from './policy';

/** Seconds in which a reader must download and delete; at the default of 30 a slow download is delivered twice. */
const VISIBILITY_TIMEOUT_SECONDS = 300;
/** Long polling, the longest that SQS has. */
const RECEIVE_WAIT_SECONDS = 20;
/** 14 days, the longest that SQS keeps a message (SQS developer guide, "Message retention period"). */
const DEAD_LETTER_RETENTION_SECONDS = 14 * 86_400;
/** Receives after which a message is a dead letter. */
const MAX_RECEIVE_COUNT = 5;

/** A bucket that itself tells the queue of its objects. A bucket has one notification: this one replaces any other. */
export interface AnnouncingBucket {
  readonly kind: 'bucket';
  readonly name: string;
  /** The same as a reference, so that the notification waits for the bucket; or the name of one that is there. */
  readonly reference: string;
  /** Only keys that start so. Default: all. */
  readonly prefix?: string;
  /** Only keys that end so. Default: all. */
  readonly suffix?: string;
  /** Takes the notification of an existing bucket in, so that a plan shows what it would replace. */
  readonly importNotification?: boolean;
}

/** An SNS topic that a bucket notifies; others can subscribe to it, too. */
export interface AnnouncingTopic {
  readonly kind: 'topic';
  readonly arn: string;
}

export interface ObjectQueueProps {
  readonly account: AwsAccount;
  readonly name: string;
  readonly announcedBy: AnnouncingBucket | AnnouncingTopic;
  /** Seconds for which a message waits, 60 to 1,209,600. */
  readonly retentionSeconds: number;
  /** ARN of the KMS key of the messages, which must admit whoever announces. Default: SQS's own key. */
  readonly kmsKeyArn?: string;
  /** URLs of existing queues. */
  readonly importIds?: { readonly queue?: string; readonly deadLetters?: string };
}

/** The queue that announces each new object of a bucket, with its dead letters. */
export class ObjectQueue extends Construct {
  readonly url: string;
  readonly arn: string;
  /** Names, as references. */
  readonly name: string;
  readonly deadLetterName: string;
  readonly deadLetterUrl: string;

  constructor(scope: Construct, id: string, props: ObjectQueueProps) {
    super(scope, id);
    const deadLetters = this.createDeadLetters(props);
    const queue = this.createQueue(props, deadLetters);
    this.announce(props, queue);
    this.url = queue.url;
    this.arn = queue.arn;
    this.name = queue.name;
    this.deadLetterName = deadLetters.name;
    this.deadLetterUrl = deadLetters.url;
  }

  private createDeadLetters({ account, name, kmsKeyArn, importIds }: ObjectQueueProps): SqsQueue {
    const deadLetterName = `${name}-dead-letters`;
    const deadLetters = new SqsQueue(this, 'dead-letters', {
      name: deadLetterName,
      messageRetentionSeconds: DEAD_LETTER_RETENTION_SECONDS,
      ...encryption(kmsKeyArn),
      redriveAllowPolicy: JSON.stringify({
        redrivePermission: 'byQueue',
        sourceQueueArns: [account.arn('sqs', name)],
      }),
      policy: policyDocument(denyInsecureTransport('sqs:*', [account.arn('sqs', deadLetterName)])),
    });
    if (importIds?.deadLetters) new ImportBlock(deadLetters, importIds.deadLetters);
    return deadLetters;
  }

  private createQueue(props: ObjectQueueProps, deadLetters: SqsQueue): SqsQueue {
    const queue = new SqsQueue(this, 'queue', {
      name: props.name,
      visibilityTimeoutSeconds: VISIBILITY_TIMEOUT_SECONDS,
      receiveWaitTimeSeconds: RECEIVE_WAIT_SECONDS,
      messageRetentionSeconds: props.retentionSeconds,
      ...encryption(props.kmsKeyArn),
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: MAX_RECEIVE_COUNT }),
      // Inline, so that the queue never exists without it: S3 refuses a notification to a queue that it may not use.
      policy: queuePolicy(props),
    });
    if (props.importIds?.queue) new ImportBlock(queue, props.importIds.queue);
    return queue;
  }

  private announce({ announcedBy }: ObjectQueueProps, queue: SqsQueue): void {
    if (announcedBy.kind === 'topic') {
      new SnsTopicSubscription(this, 'subscription', {
        topicArn: announcedBy.arn,
        protocol: 'sqs',
        endpoint: queue.arn,
        // The reader knows the messages of S3, not the envelope of SNS.
        rawMessageDelivery: true,
      });
      return;
    }
    const notification = new S3BucketNotification(this, 'notification', {
      bucket: announcedBy.reference,
      queue: [
        {
          queueArn: queue.arn,
          // Created only: S3 would else announce each object that the lifecycle removes, and the reader would fail on it.
          events: ['s3:ObjectCreated:*'],
          filterPrefix: announcedBy.prefix,
          filterSuffix: announcedBy.suffix,
        },
      ],
    });
    if (announcedBy.importNotification) new ImportBlock(notification, announcedBy.name);
  }
}

function encryption(kmsKeyArn?: string): Pick<SqsQueueConfig, 'sqsManagedSseEnabled' | 'kmsMasterKeyId'> {
  return kmsKeyArn === undefined ? { sqsManagedSseEnabled: true } : { kmsMasterKeyId: kmsKeyArn };
}

function queuePolicy({ account, name, announcedBy }: ObjectQueueProps): string {
  const queueArn = account.arn('sqs', name);
  return policyDocument(allowAnnouncer(account, queueArn, announcedBy), denyInsecureTransport('sqs:*', [queueArn]));
}

function allowAnnouncer(
  account: AwsAccount,
  queueArn: string,
  announcedBy: AnnouncingBucket | AnnouncingTopic,
): PolicyStatement {
  const send = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queueArn } as const;
  if (announcedBy.kind === 'topic')
    return {
      Sid: 'AllowTopicSend',
      ...send,
      Principal: { Service: 'sns.amazonaws.com' },
      // The ARN names the account (SNS developer guide, "Subscribing an Amazon SQS queue to an Amazon SNS topic").
      Condition: { ArnEquals: { 'aws:SourceArn': announcedBy.arn } },
    };
  return {
    Sid: 'AllowS3Send',
    ...send,
    Principal: { Service: 's3.amazonaws.com' },
    Condition: {
      ArnEquals: { 'aws:SourceArn': account.bucketArn(announcedBy.name) },
      // A bucket's ARN names no account: another one could take over the name.
      StringEquals: { 'aws:SourceAccount': account.id },
    },
  };
}
