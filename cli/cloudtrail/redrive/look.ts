import { type ListMessageMoveTasksResultEntry, type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { askAws } from '../../aws';
import { EXIT } from '../../exit-codes';
import { createdObjects } from '../../local/cortex';
import { formatMoment } from '../../moment';
import type { Verdict } from '../../verdict';
import { counted } from '../replay/report';
import { CLOUDTRAIL_PIPELINE } from '../target';
import { progressOf } from './moves';
import { MOST_RESULTS, type RedriveOptions, type Waiting } from './options';

/** One dead letter that was looked at. */
interface Letter {
  /** `s3://…` of what it announces; empty for a message of another kind. */
  readonly objects: readonly string[];
  /** Seconds since the epoch, when it was first sent to the queue. */
  readonly sentAt: number;
  /** Receives in all, by Cortex and by looks as this one. */
  readonly received: number;
}

/** What would be moved, without moving it. */
export async function look(
  options: RedriveOptions,
  waiting: Waiting,
  running: ListMessageMoveTasksResultEntry | undefined,
  known: object,
): Promise<Verdict> {
  const { target } = options;
  const letters = await peek(options);
  const oldest = Math.min(...letters.map(({ sentAt }) => sentAt));
  // The count comes later than the messages.
  const total = Math.max(waiting.visible + waiting.inFlight, letters.length);
  const shown = letters.map(({ objects, sentAt, received }) => ({
    objects,
    sentAt: formatMoment(sentAt),
    expiresAt: formatMoment(sentAt + waiting.retentionSeconds),
    received,
  }));
  return {
    exitCode: EXIT.good,
    document: { ...known, dryRun: true, moving: running === undefined ? null : progressOf(running), letters: shown },
    text: [
      total === 0
        ? `There are no dead letters in ${target.deadLetters.name}.`
        : `About ${counted(total, 'dead letter')} would go back to ${target.queue.name}; nothing was moved.`,
      ...(running === undefined ? [] : [`A move is at work: ${progressOf(running)}.`]),
      ...(letters.length === 0
        ? []
        : [
            `Of the ${letters.length} looked at, the oldest is from ${formatMoment(oldest)} and is lost at ` +
              `${formatMoment(oldest + waiting.retentionSeconds)}.`,
            ...shown.map(
              ({ objects, sentAt, received }) =>
                `  ${sentAt}  received ${counted(received, 'time')}  ${objects.join(' ') || 'no event of S3'}`,
            ),
            `Move them: ./tributary redrive ${target.environment} ${CLOUDTRAIL_PIPELINE}`,
          ]),
    ].join('\n'),
  };
}

/**
 * Up to ten dead letters, which stay visible to everybody. Each is received once more by it, which harms nothing: the
 * queue of dead letters has no limit of its own, and a redrive counts from zero.
 */
async function peek({ target, aws }: RedriveOptions): Promise<Letter[]> {
  const { Messages = [] } = await askAws(
    `look at the messages of ${target.deadLetters.name}`,
    'sqs:ReceiveMessage on that queue',
    () =>
      aws.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: target.deadLetters.url,
          MaxNumberOfMessages: MOST_RESULTS,
          VisibilityTimeout: 0,
          // A short wait asks every server of SQS, none at all only some of them.
          WaitTimeSeconds: 1,
          MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp'],
        }),
      ),
  );
  // Visible again at once, a message can come twice in one answer.
  const unique = new Map(Messages.map((message) => [message.MessageId, message]));
  return [...unique.values()].map(toLetter).sort((a, b) => a.sentAt - b.sentAt);
}

function toLetter({ Body = '', Attributes = {} }: Message): Letter {
  return {
    objects: objectsOf(Body),
    sentAt: Math.floor(Number(Attributes.SentTimestamp ?? 0) / 1000),
    received: Number(Attributes.ApproximateReceiveCount ?? 0),
  };
}

function objectsOf(body: string): string[] {
  try {
    return createdObjects(body).map(({ bucket, key }) => `s3://${bucket}/${key}`);
  } catch {
    return [];
  }
}
