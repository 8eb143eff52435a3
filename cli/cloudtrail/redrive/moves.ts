import {
  ListMessageMoveTasksCommand,
  type ListMessageMoveTasksResultEntry,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { AwsError, askAws } from '../../aws';
import type { Note } from '../../progress';
import { MOST_RESULTS, type RedriveOptions } from './options';

/** Between two looks at a move. */
const POLL_MS = 2_000;
/** How long a move that was started may stay out of the list of moves. */
const APPEARS_MS = 60_000;

/** The last moves out of the dead letters, newest first. */
export async function listMoves({ target, aws }: RedriveOptions): Promise<readonly ListMessageMoveTasksResultEntry[]> {
  const { Results = [] } = await askAws(
    `list the moves of ${target.deadLetters.name}`,
    'sqs:ListMessageMoveTasks on that queue',
    () =>
      aws.sqs.send(new ListMessageMoveTasksCommand({ SourceArn: target.deadLetters.arn, MaxResults: MOST_RESULTS })),
  );
  return Results;
}

export function isAtWork({ Status }: ListMessageMoveTasksResultEntry): boolean {
  return Status === 'RUNNING' || Status === 'CANCELLING';
}

/** Starts a move; gives the one that somebody else started just before, if any, since SQS has one at a time. */
export async function start(options: RedriveOptions): Promise<ListMessageMoveTasksResultEntry | undefined> {
  const { target, aws, maxRate } = options;
  try {
    await askAws(
      `move the messages of ${target.deadLetters.name} back`,
      `sqs:StartMessageMoveTask, sqs:ReceiveMessage, sqs:DeleteMessage and sqs:GetQueueAttributes on that queue and ` +
        `sqs:SendMessage on ${target.queue.name}, and kms:GenerateDataKey and kms:Decrypt if the queues have a KMS key`,
      () =>
        aws.sqs.send(
          // Without a destination they go where they came from.
          new StartMessageMoveTaskCommand({
            SourceArn: target.deadLetters.arn,
            ...(maxRate !== undefined && { MaxNumberOfMessagesPerSecond: maxRate }),
          }),
        ),
    );
    return undefined;
  } catch (error) {
    const other = error instanceof AwsError ? (await listMoves(options)).find(isAtWork) : undefined;
    if (other === undefined) throw error;
    return other;
  }
}

/**
 * Waits for the end of a move; or tells, for people, why it cannot be told.
 * @param begun the move; undefined: the one that is not among those from before
 */
export async function follow(
  options: RedriveOptions,
  begun: ListMessageMoveTasksResultEntry | undefined,
  before: readonly ListMessageMoveTasksResultEntry[],
  note: Note,
): Promise<ListMessageMoveTasksResultEntry | string> {
  const { clock } = options;
  const deadline = clock.now() + APPEARS_MS;
  // A move has a handle only while it is at work; only one is at a time, so that its start tells it from others.
  const isOurs = ({ StartedTimestamp }: ListMessageMoveTasksResultEntry) =>
    begun === undefined
      ? before.every((other) => other.StartedTimestamp !== StartedTimestamp)
      : StartedTimestamp === begun.StartedTimestamp;
  try {
    for (;;) {
      const move = (await listMoves(options)).find(isOurs);
      if (move !== undefined && !isAtWork(move)) return move;
      if (move === undefined && clock.now() >= deadline) return 'SQS does not list it.';
      if (move !== undefined) note(progressOf(move));
      await clock.sleep(POLL_MS);
    }
  } catch (error) {
    if (error instanceof AwsError) return error.message;
    throw error;
  }
}

export function progressOf({
  ApproximateNumberOfMessagesMoved: moved = 0,
  ApproximateNumberOfMessagesToMove: toMove,
}: ListMessageMoveTasksResultEntry): string {
  return `about ${moved.toLocaleString('en')}${toMove === undefined ? '' : ` of ${toMove.toLocaleString('en')}`} moved`;
}
