import type { StoreFacts } from '../facts';
import { type Arguments, blocks, type Resource, refersTo } from '../references';
import { duration, listed } from '../words';
import { keyOf } from './keys';
import type { AwsView } from './view';

/** Seconds for which SQS keeps a message unless told otherwise. */
const DEFAULT_RETENTION_SECONDS = 345_600;

interface Redrive {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

/** The queues that a stack makes. */
export function queueStores(view: AwsView): StoreFacts[] {
  const { references } = view;
  return references.of('aws_sqs_queue').map((queue) => {
    const retention = queue.arguments.message_retention_seconds;
    const sources = sourcesOf(view, queue);
    return {
      id: view.idOf(queue),
      stack: view.stack.name,
      address: queue.address,
      kind: 'SQS queue',
      name: references.argument(queue, 'name'),
      holds: contentOf(view, queue, sources),
      place: view.place,
      ...encryptionOf(view, queue.arguments),
      retention: `${duration(typeof retention === 'number' ? retention : DEFAULT_RETENTION_SECONDS)}, or until it is deleted`,
      settings: [],
      writtenBy: sources.map(({ name, count }) => ({
        identity: 'service:sqs.amazonaws.com',
        name: 'SQS itself',
        how: [`moves what was received ${count} times from the queue ${name}`],
      })),
    };
  });
}

/** Queues whose dead letters a queue takes. */
function sourcesOf(view: AwsView, queue: Resource): { readonly name: string; readonly count: number }[] {
  return view.references.of('aws_sqs_queue').flatMap((other) => {
    const text = other.arguments.redrive_policy;
    if (typeof text !== 'string') return [];
    const { deadLetterTargetArn, maxReceiveCount }: Redrive = JSON.parse(text);
    return view.references.resolve(deadLetterTargetArn) === view.idOf(queue)
      ? [{ name: view.references.argument(other, 'name'), count: maxReceiveCount }]
      : [];
  });
}

function contentOf(view: AwsView, queue: Resource, sources: ReturnType<typeof sourcesOf>): string {
  const { references } = view;
  const dead = sources.map(({ name, count }) => `messages of the queue ${name} that were received ${count} times`);
  const announced = references
    .of('aws_s3_bucket_notification')
    .filter((notification) => blocks(notification.arguments.queue).some((one) => refersTo(one.queue_arn, queue)))
    .map((notification) => `announcements of objects in the bucket ${references.argument(notification, 'bucket')}`);
  const subscribed = references
    .referring('aws_sns_topic_subscription', 'endpoint', queue)
    .map((subscription) => `announcements that ${view.name(references.argument(subscription, 'topic_arn'))} passes on`);
  return listed([...dead, ...announced, ...subscribed]) || 'messages';
}

function encryptionOf(view: AwsView, queue: Arguments): Pick<StoreFacts, 'encryption' | 'key'> {
  return queue.kms_master_key_id === undefined
    ? { encryption: "SQS's own key (SSE-SQS)" }
    : keyOf(view, queue.kms_master_key_id);
}
