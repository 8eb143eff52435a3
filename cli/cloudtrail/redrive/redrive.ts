import { GetQueueAttributesCommand, type ListMessageMoveTasksResultEntry } from '@aws-sdk/client-sqs';
import { askAws } from '../../aws';
import { EXIT } from '../../exit-codes';
import { formatMoment } from '../../moment';
import type { Verdict } from '../../verdict';
import { parseRate } from '../replay/rate';
import { counted } from '../replay/report';
import { look } from './look';
import { follow, isAtWork, listMoves, progressOf, start } from './moves';
import type { RedriveOptions, Waiting } from './options';

/** SQS API reference, "StartMessageMoveTask", MaxNumberOfMessagesPerSecond. */
const MOST_MAX_RATE = 500;
/**
 * The value of `--max-rate`: messages a second, 1 to 500.
 * @throws UserError when it is something else
 */
export function parseMaxRate(text: string): number {
  return parseRate(text, '--max-rate', MOST_MAX_RATE);
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
