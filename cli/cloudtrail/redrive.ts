import {
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  type ListMessageMoveTasksResultEntry,
  type Message,
  ReceiveMessageCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { type Aws, AwsError, askAws } from '../aws';
import type { Clock } from '../clock';
import { EXIT } from '../exit-codes';
import { createdObjects } from '../local/cortex';
import { formatMoment } from '../moment';
import type { Note, Progress } from '../progress';
import type { Verdict } from '../verdict';
import { parseRate } from './replay/rate';
import { counted } from './replay/report';
import { CLOUDTRAIL_PIPELINE, type CloudtrailTarget } from './target';

/** SQS API reference, "StartMessageMoveTask", MaxNumberOfMessagesPerSecond. */
const MOST_MAX_RATE = 500;
/** Between two looks at a move. */
const POLL_MS = 2_000;
/** How long a move that was started may stay out of the list of moves. */
const APPEARS_MS = 60_000;
/** The most that SQS gives at once: moves and messages (SQS API reference, "ListMessageMoveTasks", "ReceiveMessage"). */
const MOST_RESULTS = 10;

/**
 * The value of `--max-rate`: messages a second, 1 to 500.
 * @throws UserError when it is something else
 */
export function parseMaxRate(text: string): number {
  return parseRate(text, '--max-rate', MOST_MAX_RATE);
}

export interface RedriveOptions {
  readonly target: CloudtrailTarget;
  readonly aws: Aws;
  /** The most messages a second; undefined: SQS chooses by what is there. */
  readonly maxRate: number | undefined;
  /** Only look what would be moved. */
  readonly dryRun: boolean;
  readonly progress: Progress;
  readonly clock: Clock;
}

/** What lies in the queue of dead letters; SQS counts approximately, and up to a minute late. */
interface Waiting {
  readonly visible: number;
  /** Received by somebody, and hidden for that time. */
  readonly inFlight: number;
  readonly retentionSeconds: number;
}

/**
 * Moves dead letters back to the queue, where Cortex reads them again. SQS moves them by itself: ending this command
 * leaves it at work, and the next one follows it. A message that comes back counts as new: its receives are counted
 * from zero, and the queue keeps it as long as a new one (SQS developer guide, "Configure a dead-letter queue redrive").
 *
 * It needs sqs:StartMessageMoveTask, sqs:ListMessageMoveTasks, sqs:GetQueueAttributes, sqs:ReceiveMessage and
 * sqs:DeleteMessage on the dead letters, and sqs:SendMessage on the queue; for queues with a KMS key also
 * kms:GenerateDataKey and kms:Decrypt.
 * @throws UserError when a move could not be started
 */
export async function redrive(options: RedriveOptions): Promise<Verdict> {
  const { target, progress } = options;
  const waiting = await progress.step(
    `Count the dead letters in ${target.deadLetters.name}`,
    () => countWaiting(options),
    ({ visible, inFlight }) => `about ${counted(visible, 'message')}, ${inFlight} in flight`,
  );
  const known = {
    environment: target.environment,
    queue: target.queue.name,
    deadLetters: target.deadLetters.name,
    before: { visible: waiting.visible, inFlight: waiting.inFlight },
  };
  const moves = await listMoves(options);
  const running = moves.find(isAtWork);
  if (options.dryRun) return look(options, waiting, running, known);
  if (running === undefined && waiting.visible + waiting.inFlight === 0)
    return {
      exitCode: EXIT.good,
      document: { ...known, move: null },
      text: `There are no dead letters in ${target.deadLetters.name}: nothing is to be moved.`,
    };
  const begun = running ?? (await progress.step('Start to move them back', () => start(options)));
  const ended = await progress.step('Wait for the end of the move (Ctrl-C leaves it at work)', (note) =>
    follow(options, begun, moves, note),
  );
  if (typeof ended === 'string')
    return {
      exitCode: EXIT.couldNotTell,
      document: { ...known, move: null, couldNotTell: ended },
      text: `The move is at work, but how it ends could not be told: ${ended}\nThe same command follows it.`,
    };
  return judge(options, ended, known, begun !== undefined);
}

async function countWaiting({ target, aws }: RedriveOptions): Promise<Waiting> {
  const { Attributes = {} } = await askAws(
    `count the messages of ${target.deadLetters.name}`,
    'sqs:GetQueueAttributes on that queue',
    () =>
      aws.sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: target.deadLetters.url,
          AttributeNames: [
            'ApproximateNumberOfMessages',
            'ApproximateNumberOfMessagesNotVisible',
            'MessageRetentionPeriod',
          ],
        }),
      ),
  );
  return {
    visible: Number(Attributes.ApproximateNumberOfMessages ?? 0),
    inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
    retentionSeconds: Number(Attributes.MessageRetentionPeriod ?? 0),
  };
}

/** The last moves out of the dead letters, newest first. */
async function listMoves({ target, aws }: RedriveOptions): Promise<readonly ListMessageMoveTasksResultEntry[]> {
  const { Results = [] } = await askAws(
    `list the moves of ${target.deadLetters.name}`,
    'sqs:ListMessageMoveTasks on that queue',
    () =>
      aws.sqs.send(new ListMessageMoveTasksCommand({ SourceArn: target.deadLetters.arn, MaxResults: MOST_RESULTS })),
  );
  return Results;
}

function isAtWork({ Status }: ListMessageMoveTasksResultEntry): boolean {
  return Status === 'RUNNING' || Status === 'CANCELLING';
}

/** Starts a move; gives the one that somebody else started just before, if any, since SQS has one at a time. */
async function start(options: RedriveOptions): Promise<ListMessageMoveTasksResultEntry | undefined> {
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
async function follow(
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

function progressOf({
  ApproximateNumberOfMessagesMoved: moved = 0,
  ApproximateNumberOfMessagesToMove: toMove,
}: ListMessageMoveTasksResultEntry): string {
  return `about ${moved.toLocaleString('en')}${toMove === undefined ? '' : ` of ${toMove.toLocaleString('en')}`} moved`;
}

async function judge(
  options: RedriveOptions,
  move: ListMessageMoveTasksResultEntry,
  known: object,
  followed: boolean,
): Promise<Verdict> {
  const { target, maxRate } = options;
  const { Status: status, FailureReason: reason } = move;
  const isGood = status === 'COMPLETED';
  const left = await countWaiting(options);
  const document = {
    ...known,
    move: {
      status,
      followed,
      moved: move.ApproximateNumberOfMessagesMoved ?? 0,
      toMove: move.ApproximateNumberOfMessagesToMove ?? null,
      startedAt: move.StartedTimestamp === undefined ? null : formatMoment(Math.floor(move.StartedTimestamp / 1000)),
      failureReason: reason ?? null,
    },
    after: { visible: left.visible, inFlight: left.inFlight },
  };
  const outcome = isGood
    ? `The dead letters are back in ${target.queue.name}: ${progressOf(move)}.`
    : status === 'CANCELLED'
      ? `Somebody cancelled the move: ${progressOf(move)}.`
      : `The move failed: ${reason ?? 'SQS gives no reason'}; ${progressOf(move)}.`;
  return {
    exitCode: isGood ? EXIT.good : EXIT.failed,
    document,
    text: [
      outcome,
      ...(followed
        ? [`It was at work already, and this command followed it${maxRate === undefined ? '' : ', at its own rate'}.`]
        : []),
      `Left in ${target.deadLetters.name}: about ${counted(left.visible, 'message')}, ${left.inFlight} in flight.`,
      ...(isGood
        ? ['Messages that Cortex fails to read again come back here: docs/runbooks/cloudtrail-dead-letters.md.']
        : ['What was moved stays moved; the same command moves the rest.']),
    ].join('\n'),
  };
}

/** One dead letter that was looked at. */
interface Letter {
  /** `s3://…` of what it announces; empty for a message of another kind. */
  readonly objects: readonly string[];
  /** Seconds since the epoch, when it was first sent to the queue. */
  readonly sentAt: number;
  /** Receives in all, by Cortex and by looks as this one. */
  readonly received: number;
}

async function look(
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
