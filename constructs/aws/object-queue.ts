import { S3BucketNotification } from '@cdktf/provider-aws/lib/s3-bucket-notification';
import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue';
import { Construct } from 'constructs';
import type { AwsAccount } from './account';
import { denyInsecureTransport, policyDocument } from './policy';

/** Seconds in which a reader must download and delete; at the default of 30 a slow download is delivered twice. */
const VISIBILITY_TIMEOUT_SECONDS = 300;
/** Long polling, the longest that SQS has. */
const RECEIVE_WAIT_SECONDS = 20;
/** 14 days, the longest that SQS keeps a message (SQS developer guide, "Message retention period"). */
const QUEUE_RETENTION_SECONDS = 14 * 86_400;
/** Receives after which a message is a dead letter. */
const MAX_RECEIVE_COUNT = 5;

export interface ObjectQueueProps {
  readonly account: AwsAccount;
  readonly name: string;
  /** Name of the bucket whose new objects are announced. */
  readonly bucketName: string;
  /** The same bucket as a reference, so that the notification waits for it. */
  readonly bucket: string;
}

/** The queue that announces each new object of a bucket, with its dead letters. */
export class ObjectQueue extends Construct {
  readonly url: string;
  readonly arn: string;
  readonly deadLetterUrl: string;

  constructor(scope: Construct, id: string, props: ObjectQueueProps) {
    super(scope, id);
    const deadLetters = this.createDeadLetters(props);
    const queue = this.createQueue(props, deadLetters);
    this.announce(props.bucket, queue);
    this.url = queue.url;
    this.arn = queue.arn;
    this.deadLetterUrl = deadLetters.url;
  }

  private createDeadLetters({ account, name }: ObjectQueueProps): SqsQueue {
    const deadLetterName = `${name}-dead-letters`;
    return new SqsQueue(this, 'dead-letters', {
      name: deadLetterName,
      messageRetentionSeconds: QUEUE_RETENTION_SECONDS,
      sqsManagedSseEnabled: true,
      redriveAllowPolicy: JSON.stringify({
        redrivePermission: 'byQueue',
        sourceQueueArns: [account.arn('sqs', name)],
      }),
      policy: policyDocument(denyInsecureTransport('sqs:*', [account.arn('sqs', deadLetterName)])),
    });
  }

  private createQueue(props: ObjectQueueProps, deadLetters: SqsQueue): SqsQueue {
    return new SqsQueue(this, 'queue', {
      name: props.name,
      visibilityTimeoutSeconds: VISIBILITY_TIMEOUT_SECONDS,
      receiveWaitTimeSeconds: RECEIVE_WAIT_SECONDS,
      messageRetentionSeconds: QUEUE_RETENTION_SECONDS,
      sqsManagedSseEnabled: true,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: MAX_RECEIVE_COUNT }),
      // Inline, so that the queue never exists without it: S3 refuses a notification to a queue that it may not use.
      policy: queuePolicy(props),
    });
  }

  private announce(bucket: string, queue: SqsQueue): void {
    new S3BucketNotification(this, 'notification', {
      bucket,
      // Created only: S3 would else announce each object that the lifecycle removes, and the reader would fail on it.
      queue: [{ queueArn: queue.arn, events: ['s3:ObjectCreated:*'] }],
    });
  }
}

/** S3 may send for this bucket of this account: a bucket name alone could be taken over by another account. */
function queuePolicy({ account, name, bucketName }: ObjectQueueProps): string {
  const queueArn = account.arn('sqs', name);
  return policyDocument(
    {
      Sid: 'AllowS3Send',
      Effect: 'Allow',
      Principal: { Service: 's3.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: queueArn,
      Condition: {
        ArnEquals: { 'aws:SourceArn': account.bucketArn(bucketName) },
        StringEquals: { 'aws:SourceAccount': account.id },
      },
    },
    denyInsecureTransport('sqs:*', [queueArn]),
  );
}
