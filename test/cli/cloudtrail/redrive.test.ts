import {
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  type ListMessageMoveTasksResultEntry,
  type Message,
  ReceiveMessageCommand,
  type StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import type { Aws } from '../../../cli/aws';
import type { RedriveOptions } from '../../../cli/cloudtrail/redrive/options';
import { parseMaxRate, redrive } from '../../../cli/cloudtrail/redrive/redrive';
import { objectCreatedEvent } from '../../../cli/cloudtrail/replay/events';
import { jumpingClock, quietProgress, TARGET } from './replay/world';

type Move = ListMessageMoveTasksResultEntry;
const OLD: Move = { Status: 'COMPLETED', StartedTimestamp: 1, ApproximateNumberOfMessagesMoved: 99 };
const STARTED = Date.UTC(2026, 2, 1, 12);
const move = (Status: string, moved: number, more: Move = {}): Move => ({
  ...{ Status, StartedTimestamp: STARTED, ApproximateNumberOfMessagesMoved: moved },
  ...{ ApproximateNumberOfMessagesToMove: 40, ...more },
});

interface World {
  /** Messages visible and in flight, at each count; the last holds on. */
  counts: [number, number][];
  /** Moves at each listing; the last holds on. */
  moves: (Move[] | Error)[];
  onStart?: () => void;
  messages?: Message[];
}

function fakeAws({ counts, moves, onStart, messages = [] }: World) {
  const starts: StartMessageMoveTaskCommand['input'][] = [];
  const receives: ReceiveMessageCommand['input'][] = [];
  let [counted, listed] = [0, 0];
  const at = <T>(list: readonly T[], index: number) => list[Math.min(index, list.length - 1)] as T;
  const sqs = {
    send: async (command: unknown) => {
      if (command instanceof GetQueueAttributesCommand) {
        const [visible, inFlight] = at(counts, counted++);
        return {
          Attributes: {
            ApproximateNumberOfMessages: String(visible),
            ApproximateNumberOfMessagesNotVisible: String(inFlight),
            MessageRetentionPeriod: '1209600',
          },
        };
      }
      if (command instanceof ListMessageMoveTasksCommand) {
        const Results = at(moves, listed++);
        if (Results instanceof Error) throw Results;
        return { Results };
      }
      if (command instanceof ReceiveMessageCommand) {
        receives.push(command.input);
        return { Messages: messages };
      }
      onStart?.();
      starts.push((command as StartMessageMoveTaskCommand).input);
      return { TaskHandle: 'handle' };
    },
  };
  return { aws: { sqs } as unknown as Aws, starts, receives };
}

function run(aws: Aws, options: Partial<RedriveOptions> = {}) {
  const clock = jumpingClock();
  return redrive({
    ...{ target: TARGET, aws, maxRate: undefined, dryRun: false, progress: quietProgress(), clock },
    ...options,
  });
}

const refusal = (name: string, message = 'no') => Object.assign(new Error(message), { name });

test.each(['1', '500'])('--max-rate %s is good', (text) => expect(parseMaxRate(text)).toBe(Number(text)));
test.each(['0', '501', 'x'])('--max-rate %s is refused', (text) => {
  expect(() => parseMaxRate(text)).toThrow(/^--max-rate .*: expected a whole number .* from 1 to 500\.$/);
});

test('dead letters are moved back to where they came from, and the end is waited for', async () => {
  const { aws, starts } = fakeAws({
    counts: [
      [38, 2],
      [1, 0],
    ],
    moves: [[OLD], [OLD], [move('RUNNING', 10), OLD], [move('COMPLETED', 40), OLD]],
  });
  const clock = jumpingClock();
  const { exitCode, document, text } = await run(aws, { clock });
  expect(exitCode).toBe(0);
  expect(starts).toEqual([{ SourceArn: TARGET.deadLetters.arn }]);
  expect(clock.slept).toEqual([2_000, 2_000]);
  expect(document).toEqual({
    environment: 'prod',
    queue: 'prod-cloudtrail-cortex',
    deadLetters: 'prod-cloudtrail-cortex-dead-letters',
    before: { visible: 38, inFlight: 2 },
    move: {
      status: 'COMPLETED',
      followed: false,
      moved: 40,
      toMove: 40,
      startedAt: '2026-03-01T12:00:00Z',
      failureReason: null,
    },
    after: { visible: 1, inFlight: 0 },
  });
  expect(text).toBe(
    [
      'The dead letters are back in prod-cloudtrail-cortex: about 40 of 40 moved.',
      'Left in prod-cloudtrail-cortex-dead-letters: about 1 message, 0 in flight.',
      'Messages that Cortex fails to read again come back here: docs/runbooks/cloudtrail-dead-letters.md.',
    ].join('\n'),
  );
});

test('the rate is handed on', async () => {
  const { aws, starts } = fakeAws({ counts: [[1, 0]], moves: [[], [move('COMPLETED', 1)]] });
  await run(aws, { maxRate: 20 });
  expect(starts).toEqual([{ SourceArn: TARGET.deadLetters.arn, MaxNumberOfMessagesPerSecond: 20 }]);
});

test('nothing there is no failure, and nothing is started', async () => {
  const { aws, starts } = fakeAws({ counts: [[0, 0]], moves: [[OLD]] });
  const { exitCode, text } = await run(aws);
  expect(exitCode).toBe(0);
  expect(text).toBe('There are no dead letters in prod-cloudtrail-cortex-dead-letters: nothing is to be moved.');
  expect(starts).toEqual([]);
});

test('a move that is at work is followed, though no message is visible', async () => {
  const { aws, starts } = fakeAws({
    counts: [[0, 0]],
    moves: [[move('RUNNING', 30)], [move('RUNNING', 35)], [move('COMPLETED', 40)]],
  });
  const { exitCode, document, text } = await run(aws, { maxRate: 5 });
  expect(exitCode).toBe(0);
  expect(document).toMatchObject({ move: { followed: true, moved: 40 } });
  expect(text).toContain('It was at work already, and this command followed it, at its own rate.');
  expect(starts).toEqual([]);
});

test('one that somebody starts at the same moment is followed, too', async () => {
  const { aws } = fakeAws({
    counts: [[5, 0]],
    moves: [[], [move('RUNNING', 0)], [move('COMPLETED', 5)]],
    onStart: () => {
      throw refusal('UnsupportedOperation', 'There is already a task running.');
    },
  });
  expect(await run(aws)).toMatchObject({ exitCode: 0, document: { move: { followed: true } } });
});

test('a start that is refused says what it needs', async () => {
  const { aws } = fakeAws({
    counts: [[5, 0]],
    moves: [[OLD]],
    onStart: () => {
      throw refusal('AccessDenied');
    },
  });
  await expect(run(aws)).rejects.toThrow(
    'Could not move the messages of prod-cloudtrail-cortex-dead-letters back: AWS refuses it (AccessDenied). ' +
      'It needs sqs:StartMessageMoveTask,',
  );
});

test.each([
  [
    move('FAILED', 3, { FailureReason: 'CouldNotDetermineMessageSource' }),
    'The move failed: CouldNotDetermineMessageSource; about 3 of 40 moved.',
  ],
  [move('CANCELLED', 3), 'Somebody cancelled the move: about 3 of 40 moved.'],
])('a move that ends badly is a failure: %j', async (end, words) => {
  const { aws } = fakeAws({ counts: [[40, 0]], moves: [[], [end]] });
  const { exitCode, text } = await run(aws);
  expect(exitCode).toBe(1);
  expect(text).toContain(`${words}\n`);
  expect(text).toContain('What was moved stays moved; the same command moves the rest.');
});

test.each([
  ['a move that never shows', [[OLD]] as World['moves'], 'SQS does not list it.'],
  ['a listing that fails', [[OLD], refusal('ServiceUnavailable')] as World['moves'], 'ServiceUnavailable'],
])('how it ended cannot be told with %s', async (_, moves, reason) => {
  const { exitCode, text } = await run(fakeAws({ counts: [[5, 0]], moves }).aws);
  expect(exitCode).toBe(2);
  expect(text).toContain(reason);
  expect(text).toContain('The same command follows it.');
});

test('a dry run shows what is there, oldest first, each once, and leaves it visible', async () => {
  const event = objectCreatedEvent(TARGET, { key: 'a b.json.gz', size: 1, etag: 'e', lastModified: 0 });
  const message = (MessageId: string, Body: string, sent: string, received: number): Message => ({
    MessageId,
    Body,
    Attributes: { SentTimestamp: String(Date.parse(sent)), ApproximateReceiveCount: String(received) },
  });
  const { aws, starts, receives } = fakeAws({
    counts: [[2, 1]],
    moves: [[OLD]],
    messages: [
      message('1', 'no event', '2026-02-28T00:00:00Z', 1),
      message('2', event, '2026-02-20T00:00:00Z', 5),
      message('2', event, '2026-02-20T00:00:00Z', 6),
    ],
  });
  const { exitCode, document, text } = await run(aws, { dryRun: true });
  expect(exitCode).toBe(0);
  expect(receives).toMatchObject([{ VisibilityTimeout: 0, MaxNumberOfMessages: 10 }]);
  expect(starts).toEqual([]);
  expect(document).toMatchObject({
    dryRun: true,
    moving: null,
    letters: [
      {
        objects: ['s3://trail/a b.json.gz'],
        sentAt: '2026-02-20T00:00:00Z',
        expiresAt: '2026-03-06T00:00:00Z',
        received: 6,
      },
      { objects: [], sentAt: '2026-02-28T00:00:00Z', received: 1 },
    ],
  });
  expect(text).toBe(
    [
      'About 3 dead letters would go back to prod-cloudtrail-cortex; nothing was moved.',
      'Of the 2 looked at, the oldest is from 2026-02-20T00:00:00Z and is lost at 2026-03-06T00:00:00Z.',
      '  2026-02-20T00:00:00Z  received 6 times  s3://trail/a b.json.gz',
      '  2026-02-28T00:00:00Z  received 1 time  no event of S3',
      'Move them: ./tributary redrive prod cloudtrail-cortex',
    ].join('\n'),
  );
});

test('a dry run without dead letters says so, and tells of a move that is at work', async () => {
  const { aws } = fakeAws({ counts: [[0, 0]], moves: [[move('RUNNING', 3)]] });
  expect((await run(aws, { dryRun: true })).text).toBe(
    'There are no dead letters in prod-cloudtrail-cortex-dead-letters.\nA move is at work: about 3 of 40 moved.',
  );
});
