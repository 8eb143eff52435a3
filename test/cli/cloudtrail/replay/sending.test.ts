import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SendMessageBatchCommand, SendMessageBatchResult } from '@aws-sdk/client-sqs';
import fc from 'fast-check';
import type { Aws } from '../../../../cli/aws';
import { Checkpoint } from '../../../../cli/cloudtrail/replay/checkpoint';
import { objectCreatedEvent } from '../../../../cli/cloudtrail/replay/events';
import type { StoredObject } from '../../../../cli/cloudtrail/replay/listing';
import { announce } from '../../../../cli/cloudtrail/replay/sending';
import { createdObjects } from '../../../../cli/local/cortex';
import { jumpingClock, TARGET } from './world';

const WINDOW = { from: Date.UTC(2026, 0, 1) / 1000, to: Date.UTC(2026, 0, 2) / 1000 };
const CHECKPOINT = 'replay-prod-20260101T000000Z-20260102T000000Z.json';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-replay-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = (restart = false) => Checkpoint.open(folder, TARGET, WINDOW, restart);
const makeFiles = (count: number): StoredObject[] =>
  Array.from({ length: count }, (_, index) => ({
    key: `AWSLogs/${String(index).padStart(4, '0')}.json.gz`,
    size: 100,
    etag: 'e',
    lastModified: 0,
  }));

/** A queue that answers each batch as it is told; by default it takes all. */
function fakeQueue(answer: (keys: readonly string[], batch: number) => SendMessageBatchResult = () => ({}) as never) {
  const taken: string[] = [];
  const batches: string[][] = [];
  const send = async ({ input: { Entries = [] } }: SendMessageBatchCommand) => {
    const keys = Entries.map(({ MessageBody = '' }) => createdObjects(MessageBody)[0]?.key ?? '');
    batches.push(keys);
    const result = answer(keys, batches.length);
    const refused = new Set(result.Failed?.map(({ Id }) => Id));
    taken.push(...keys.filter((_, index) => !refused.has(Entries[index]?.Id)));
    return result;
  };
  return { aws: { sqs: { send } } as unknown as Aws, taken, batches };
}

const failed = (indexes: readonly number[], SenderFault = false): SendMessageBatchResult => ({
  Successful: [],
  Failed: indexes.map((index) => ({ Id: String(index), Code: 'InternalError', Message: 'later', SenderFault })),
});

async function* iterate(files: readonly StoredObject[], after: string) {
  yield* files.filter(({ key }) => key > after);
}

function run(aws: Aws, files: readonly StoredObject[], options: { rate?: number; clock?: typeof clock } = {}) {
  const checkpoint = open();
  const all = { target: TARGET, aws, checkpoint, rate: 1_000, clock, onSent: () => undefined, ...options };
  return announce(iterate(files, checkpoint.after), all);
}
let clock = jumpingClock();
beforeEach(() => {
  clock = jumpingClock();
});

test('the event has the form of one of S3, and says who sent it', () => {
  const event = objectCreatedEvent(TARGET, {
    key: 'logs (1)/a b+c/ü.json.gz',
    size: 17,
    etag: 'd41d8',
    lastModified: Date.UTC(2026, 0, 1, 2, 3, 4),
  });
  expect(JSON.parse(event)).toEqual({
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: 'us-east-1',
        eventTime: '2026-01-01T02:03:04.000Z',
        eventName: 'ObjectCreated:Put',
        userIdentity: {},
        requestParameters: {},
        responseElements: {},
        s3: {
          s3SchemaVersion: '1.0',
          configurationId: 'tributary-replay',
          bucket: { name: 'trail', ownerIdentity: {}, arn: 'arn:aws:s3:::trail' },
          object: { key: 'logs+%281%29/a+b%2Bc/%C3%BC.json.gz', size: 17, eTag: 'd41d8' },
        },
      },
    ],
  });
});

test('any key comes out of the event as it went in', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (key) => {
      const event = objectCreatedEvent(TARGET, { key, size: 0, etag: '', lastModified: 0 });
      expect(createdObjects(event)).toEqual([{ bucket: 'trail', key }]);
    }),
  );
});

test('messages go in batches of ten, at most as many a second as allowed', async () => {
  const { aws, batches } = fakeQueue();
  await run(aws, makeFiles(35), { rate: 20 });
  expect(batches.map((batch) => batch.length)).toEqual([10, 10, 10, 5]);
  expect(clock.slept).toEqual([500, 500, 500]);
});

test('what the queue refused for the moment is sent again, alone and later each time', async () => {
  const files = makeFiles(12);
  const { aws, taken, batches } = fakeQueue((_, batch) => failed([[], [2, 7], [0]][batch] ?? []));
  await run(aws, files);
  expect(batches.map((batch) => batch.length)).toEqual([10, 2, 1, 2]);
  expect(clock.slept).toEqual([1_000, 2_000]);
  expect([...taken].sort()).toEqual(files.map(({ key }) => key));
});

test('what it refuses again and again ends the run; the next one sends that and the rest', async () => {
  const files = makeFiles(25);
  const bad = files[13]?.key ?? '';
  const { aws, taken } = fakeQueue((keys) => failed(keys.includes(bad) ? [keys.indexOf(bad)] : []));
  await expect(run(aws, files)).rejects.toThrow(
    `The queue prod-cloudtrail-cortex refused 1 of 10 messages, the first for ${bad}: InternalError: later`,
  );
  expect(clock.slept.slice(1)).toEqual([1_000, 2_000, 4_000, 8_000]);
  expect(open()).toMatchObject({ files: 19, bytes: 1_900, perhapsTwice: 0 });

  const second = fakeQueue();
  await run(second.aws, files);
  expect(second.batches.map((batch) => batch.length)).toEqual([6]);
  expect([...taken, ...second.taken].sort()).toEqual(files.map(({ key }) => key));
});

test('a message that SQS calls wrong is not tried again', async () => {
  const { aws, batches } = fakeQueue(() => failed([0], true));
  await expect(run(aws, makeFiles(1))).rejects.toThrow('refused 1 of 1 messages');
  expect(batches).toHaveLength(1);
});

test('wherever a run dies, the next one goes on: nothing is lost, only what was on its way is sent twice', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 45 }),
      fc.array(fc.record({ batch: fc.integer({ min: 1, max: 4 }), isTaken: fc.boolean() }), { maxLength: 3 }),
      async (count, deaths) => {
        open(true).remove();
        const files = makeFiles(count);
        const taken: string[] = [];
        let twice = 0;
        for (const { batch: last, isTaken } of deaths) {
          const queue = fakeQueue((keys, batch) => {
            if (batch < last) return failed([]);
            if (isTaken) {
              taken.push(...keys);
              twice += keys.length;
            }
            throw new RangeError('the process dies');
          });
          await run(queue.aws, files).catch(() => undefined);
          taken.push(...queue.taken);
        }
        const queue = fakeQueue();
        await run(queue.aws, files);
        taken.push(...queue.taken);
        expect([...new Set(taken)].sort()).toEqual(files.map(({ key }) => key));
        expect(taken.length - count).toBe(twice);
        expect(open().files).toBe(count);
        expect(open().perhapsTwice).toBeGreaterThanOrEqual(twice);
      },
    ),
  );
});

describe('a checkpoint', () => {
  test('is written when the first batch goes out, not before', async () => {
    open();
    expect(readdirSync(folder)).toEqual([]);
    const { aws } = fakeQueue(() => {
      expect(readdirSync(folder)).toEqual([CHECKPOINT]);
      return failed([]);
    });
    await run(aws, makeFiles(1));
    expect(open().files).toBe(1);
  });

  test('that cannot be written keeps everything from being sent', async () => {
    mkdirSync(join(folder, `${CHECKPOINT}.new`));
    const { aws, batches } = fakeQueue();
    await expect(run(aws, makeFiles(1))).rejects.toThrow(/\.json cannot be written: EISDIR/);
    expect(batches).toEqual([]);
  });

  test('is forgotten with --restart', async () => {
    await run(fakeQueue().aws, makeFiles(10));
    expect(open(true)).toMatchObject({ after: '', files: 0 });
  });

  test('of another queue is refused', async () => {
    await run(fakeQueue().aws, makeFiles(10));
    const queue = { ...TARGET.queue, arn: 'arn:aws:sqs:us-east-1:111122223333:other' };
    expect(() => Checkpoint.open(folder, { ...TARGET, queue }, WINDOW, false)).toThrow(
      /is of a replay from arn:aws:s3:::trail to .*prod-cloudtrail-cortex; the environment now has .*:other\. --restart/,
    );
  });

  test.each(['', '{}', '{"bucket":"x"}'])('of the form %j is refused', (text) => {
    writeFileSync(join(folder, CHECKPOINT), text);
    expect(() => open()).toThrow(/replay-prod-20260101T000000Z-20260102T000000Z\.json is no checkpoint of a replay\./);
  });
});
