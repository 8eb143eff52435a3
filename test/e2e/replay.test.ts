import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { type Aws, connectAws } from '../../cli/aws';
import { systemClock } from '../../cli/clock';
import { touchedDays } from '../../cli/cloudtrail/replay/listing';
import { type ReplayOptions, replay } from '../../cli/cloudtrail/replay/replay';
import type { CloudtrailTarget } from '../../cli/cloudtrail/target';
import { putLogFiles } from '../../cli/local/cloudtrail';
import { createdObjects } from '../../cli/local/cortex';
import { type AwsEmulator, startAws } from '../../cli/local/emulators';
import { ensurePythonVenv } from '../../cli/local/python';
import { quietProgress, TARGET } from '../cli/cloudtrail/replay/world';

const ACCOUNT = '111122223333';
const REGION = 'us-east-1';
const DAY = 86_400;
const PREFIX = 'security logs+ü (1)';

let emulator: AwsEmulator;
let aws: Aws;
let folder: string;

beforeAll(async () => {
  await ensurePythonVenv();
  emulator = await startAws({ account: ACCOUNT, region: REGION });
  for (const [name, value] of Object.entries(emulator.env))
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  aws = await connectAws(ACCOUNT, REGION);
  folder = mkdtempSync(join(tmpdir(), 'tributary-replay-'));
}, 120_000);

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await emulator?.stop();
});

let made = 0;
/** A fresh bucket and queue; nothing but a replay sends to the queue. */
async function makeTarget(): Promise<CloudtrailTarget> {
  made += 1;
  const name = `replay-${made}`;
  await aws.s3.send(new CreateBucketCommand({ Bucket: name }));
  const { QueueUrl: url = '' } = await aws.sqs.send(new CreateQueueCommand({ QueueName: name }));
  const { Attributes } = await aws.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
  );
  return {
    ...TARGET,
    environment: name,
    bucket: { name, arn: `arn:aws:s3:::${name}` },
    keyPrefix: `${PREFIX}/`,
    queue: { name, url, arn: Attributes?.QueueArn ?? '' },
  };
}

/** Log files of today and of the days before; the emulator has all of them delivered now. */
async function putDays(target: CloudtrailTarget, days: number, files: number): Promise<string[]> {
  const keys: string[] = [];
  for (let age = 0; age < days; age++) {
    const at = new Date(Date.now() - age * DAY * 1000);
    const put = { ...emulator, bucket: target.bucket.name, prefix: PREFIX, files, eventsPerFile: 1, seed: age + 1, at };
    keys.push(...(await putLogFiles(put)).keys);
  }
  return keys.sort();
}

/** From so long ago to the second that begins next. */
function windowFrom(seconds: number) {
  const to = Math.floor(Date.now() / 1000) + 1;
  return { from: to - seconds, to };
}

/** Takes everything off the queue. */
async function drain({ queue, bucket }: CloudtrailTarget): Promise<string[]> {
  const keys: string[] = [];
  for (;;) {
    const { Messages = [] } = await aws.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queue.url, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return keys.sort();
    for (const { Body = '' } of Messages)
      for (const object of createdObjects(Body)) {
        expect(object.bucket).toBe(bucket.name);
        keys.push(object.key);
      }
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await aws.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queue.url, Entries }));
  }
}

function run(target: CloudtrailTarget, options: Partial<ReplayOptions> & Pick<ReplayOptions, 'window'>) {
  return replay({
    ...{ target, aws, rate: 1_000, dryRun: false, restart: false },
    ...{ progress: quietProgress(), clock: systemClock, folder },
    ...options,
  });
}

test('each log file of the window is announced once, with a key that leads to it', async () => {
  const target = await makeTarget();
  const keys = await putDays(target, 5, 12);
  await aws.s3.send(new PutObjectCommand({ Bucket: target.bucket.name, Key: 'other/file.json.gz', Body: 'x' }));
  const window = windowFrom(4 * DAY);

  const look = await run(target, { window, dryRun: true });
  expect(look.document).toMatchObject({ files: 60, first: keys[0], last: keys.at(-1) });
  expect(await drain(target)).toEqual([]);

  const { exitCode, document } = await run(target, { window });
  expect(exitCode).toBe(0);
  expect(document).toMatchObject({ sent: 60, perhapsTwice: 0, stopped: null });
  const announced = await drain(target);
  expect(announced).toEqual(keys);
  await aws.s3.send(new GetObjectCommand({ Bucket: target.bucket.name, Key: announced[0] }));
  expect(readdirSync(folder)).toEqual([]);
}, 60_000);

test('day folders that the window cannot touch are left alone, and a window without deliveries is empty', async () => {
  const target = await makeTarget();
  const keys = await putDays(target, 5, 2);
  const window = windowFrom(3_600);
  await run(target, { window });
  const { first, last } = touchedDays(window);
  const dayOf = (key: string) => key.split('/').slice(5, 8).join('/');
  const expected = keys.filter((key) => dayOf(key) >= first && dayOf(key) <= last);
  expect(expected.length).toBeGreaterThan(0);
  expect(expected.length).toBeLessThan(keys.length);
  expect(await drain(target)).toEqual(expected);

  const past = { from: window.from - DAY, to: window.from };
  expect(await run(target, { window: past })).toMatchObject({ exitCode: 0, document: { files: 0 } });
  expect(await drain(target)).toEqual([]);
}, 60_000);

test('more than a page of files; a run that ends half-way is taken up by the next: each file once', async () => {
  const target = await makeTarget();
  const folderOf = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
  const keys = Array.from(
    { length: 1_015 },
    (_, index) =>
      `${PREFIX}/AWSLogs/${ACCOUNT}/CloudTrail/${REGION}/${folderOf}/${String(index).padStart(5, '0')}.json.gz`,
  );
  for (let start = 0; start < keys.length; start += 50)
    await Promise.all(
      keys
        .slice(start, start + 50)
        .map((Key) => aws.s3.send(new PutObjectCommand({ Bucket: target.bucket.name, Key, Body: 'x' }))),
    );
  const window = windowFrom(3_600);

  // The pause before the sixth batch is where it ends.
  let pauses = 0;
  const clock = {
    now: () => 0,
    sleep: async () => {
      pauses += 1;
      if (pauses === 5) throw new RangeError('interrupted');
    },
  };
  await expect(run(target, { window, clock })).rejects.toThrow('interrupted');
  const before = await drain(target);
  expect(before).toEqual(keys.slice(0, 50));
  expect(readdirSync(folder)).toHaveLength(1);

  const { document } = await run(target, { window });
  expect(document).toMatchObject({ sentBefore: 50, sent: 965, files: 1_015, bytes: 1_015, perhapsTwice: 0 });
  expect([...before, ...(await drain(target))]).toEqual(keys);
  expect(readdirSync(folder)).toEqual([]);
}, 60_000);

test('a queue that is gone is told, with exit code 1', async () => {
  const target = await makeTarget();
  await putDays(target, 1, 1);
  const queue = { ...target.queue, url: `${target.queue.url}-gone` };
  const { exitCode, text } = await run({ ...target, queue }, { window: windowFrom(3_600) });
  expect(exitCode).toBe(1);
  expect(text).toMatch(/^Could not send to the queue replay-\d+: .*QueueDoesNotExist/);
  for (const file of readdirSync(folder)) rmSync(join(folder, file));
}, 60_000);
