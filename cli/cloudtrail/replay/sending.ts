import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { UserError } from '../../../environments/user-error';
import { type Aws, askAws } from '../../aws';
import type { Clock } from '../../clock';
import type { CloudtrailTarget } from '../target';
import type { Checkpoint } from './checkpoint';
import { objectCreatedEvent } from './events';
import type { StoredObject } from './listing';

/** Messages of one batch, the most that SQS takes (SQS API reference, "SendMessageBatch"). */
const BATCH_MESSAGES = 10;
/** A message that SQS refuses for its own reasons is sent so often, with a pause that doubles from the first one on. */
const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 1_000;

export interface SendOptions {
  readonly target: CloudtrailTarget;
  readonly aws: Aws;
  /** The most messages a second; a batch of ten goes at once. */
  readonly rate: number;
  readonly checkpoint: Checkpoint;
  readonly clock: Clock;
  /** Told after each batch. */
  readonly onSent: (last: StoredObject) => void;
}

/**
 * Announces files to the queue, one message each, and notes in the checkpoint how far it has come. One batch is on its
 * way at a time. The SDK repeats a request that got no answer, and a standard queue can deliver a message twice, as it
 * can those of S3.
 * @throws UserError when the queue does not take a message; the checkpoint tells what it took
 */
export async function announce(files: AsyncIterable<StoredObject>, options: SendOptions): Promise<void> {
  const { rate, checkpoint, clock } = options;
  let next = clock.now();
  const send = async (batch: readonly StoredObject[]) => {
    const [last] = batch.slice(-1);
    if (last === undefined) return;
    if (next > clock.now()) await clock.sleep(next - clock.now());
    next = Math.max(next, clock.now()) + (batch.length * 1000) / rate;
    await sendBatch(batch, options);
    checkpoint.complete(last.key);
    options.onSent(last);
  };
  let batch: StoredObject[] = [];
  for await (const file of files) {
    if (checkpoint.isAhead(file.key)) continue;
    batch.push(file);
    if (batch.length < BATCH_MESSAGES) continue;
    await send(batch);
    batch = [];
  }
  await send(batch);
}

async function sendBatch(batch: readonly StoredObject[], options: SendOptions): Promise<void> {
  const { target, aws, checkpoint, clock } = options;
  let left = batch;
  for (let attempt = 1; ; attempt++) {
    checkpoint.sending(left.length);
    const { Failed: failed = [] } = await askAws(
      `send to the queue ${target.queue.name}`,
      'sqs:SendMessage on the queue, and kms:GenerateDataKey and kms:Decrypt on its KMS key if it has one',
      () =>
        aws.sqs.send(
          new SendMessageBatchCommand({
            QueueUrl: target.queue.url,
            Entries: left.map((file, index) => ({
              Id: String(index),
              MessageBody: objectCreatedEvent(target, file),
            })),
          }),
        ),
    );
    const refused = new Set(failed.map(({ Id }) => Number(Id)));
    checkpoint.answered(left.filter((_, index) => !refused.has(index)));
    left = left.filter((_, index) => refused.has(index));
    const [problem] = failed;
    if (problem === undefined) return;
    if (attempt === ATTEMPTS || failed.some(({ SenderFault }) => SenderFault))
      throw new UserError(
        `The queue ${target.queue.name} refused ${left.length} of ${batch.length} messages, the first for ` +
          `${left[0]?.key}: ${problem.Code}${problem.Message ? `: ${problem.Message}` : ''}`,
      );
    await clock.sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1));
  }
}
