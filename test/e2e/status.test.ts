import { CreateTrailCommand, StartLoggingCommand, StopLoggingCommand } from '@aws-sdk/client-cloudtrail';
import { PutMetricAlarmCommand, PutMetricDataCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand, PurgeQueueCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { type Aws, connectAws } from '../../cli/aws';
import type { CloudtrailTarget } from '../../cli/cloudtrail/target';
import { type AwsEmulator, startAws } from '../../cli/local/emulators';
import { ensurePythonVenv } from '../../cli/local/python';
import { readCloudtrailStatus } from '../../cli/status/cloudtrail/status';
import type { PipelineStatus } from '../../cli/status/model';
import { windowUntilNow } from '../../cli/status/window';
import { TARGET } from '../cli/cloudtrail/verify/target';

const { account, region, bucket, queue, deadLetters, role, trail } = TARGET;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** In the middle of a five minutes, so that none of what is put at a moment falls into another. */
const NOW = Math.floor(Date.now() / 300_000) * 300_000 + 150_000;
const clock = { now: () => NOW, sleep: async () => undefined };

let emulator: AwsEmulator;
let aws: Aws;
let target: CloudtrailTarget;
beforeAll(async () => {
  await ensurePythonVenv();
  emulator = await startAws({ account, region });
  for (const [name, value] of Object.entries(emulator.env))
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  aws = await connectAws(account, region);
  const at = (names: typeof queue) => ({ ...names, url: `${emulator.endpoint}/${account}/${names.name}` });
  target = { ...TARGET, queue: at(queue), deadLetters: at(deadLetters) };
}, 120_000);

afterAll(async () => {
  await emulator?.stop();
});

function status(): Promise<PipelineStatus> {
  const window = windowUntilNow(2, clock);
  return readCloudtrailStatus({ target, aws, oldestMessageSeconds: 3_600, window, clock });
}

/** What is not well, as `state: name`. */
function faults({ facts }: PipelineStatus): string[] {
  return facts.flatMap(({ state, name }) => (state === 'ok' ? [] : [`${state}: ${name}`]));
}

async function put(Namespace: string, MetricName: string, dimensions: object, values: [ago: number, value: number][]) {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const MetricData = values.map(([ago, Value]) => ({ MetricName, Dimensions, Timestamp: new Date(NOW - ago), Value }));
  await aws.cloudwatch.send(new PutMetricDataCommand({ Namespace, MetricData }));
}

const alarm = (kind: string) => `${TARGET.stack}-${kind}`;

test('what is not deployed is a problem of each part', async () => {
  expect(faults(await status())).toEqual([
    'problem: trail',
    'problem: queue',
    'problem: dead letters',
    'problem: alarms',
    'problem: role',
  ]);
}, 30_000);

describe('deployed', () => {
  beforeAll(async () => {
    await aws.s3.send(
      new CreateBucketCommand({
        Bucket: bucket.name,
        CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' },
      }),
    );
    for (const { name } of [deadLetters, queue]) await aws.sqs.send(new CreateQueueCommand({ QueueName: name }));
    await aws.iam.send(
      new CreateRoleCommand({
        RoleName: role.name,
        AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [] }),
      }),
    );
    await aws.cloudtrail.send(new CreateTrailCommand({ Name: trail?.name, S3BucketName: bucket.name }));
    await aws.cloudtrail.send(new StartLoggingCommand({ Name: trail?.arn }));
    for (const AlarmName of TARGET.alarms)
      await aws.cloudwatch.send(
        new PutMetricAlarmCommand({
          AlarmName,
          AlarmDescription: `The meaning of ${AlarmName}. Runbook: https://runbooks.example.com/${AlarmName}`,
          Namespace: 'Test',
          MetricName: 'None',
          Statistic: 'Maximum',
          Period: 300,
          EvaluationPeriods: 1,
          ComparisonOperator: 'GreaterThanThreshold',
          Threshold: 0,
        }),
      );
    const ofQueue = { QueueName: queue.name };
    await put('AWS/SQS', 'NumberOfMessagesSent', ofQueue, [
      [3 * DAY, 1000],
      [DAY, 60],
      [HOUR, 40],
    ]);
    await put('AWS/SQS', 'NumberOfMessagesDeleted', ofQueue, [
      [3 * DAY, 1000],
      [DAY, 60],
      [HOUR, 30],
      [HOUR / 2, 0],
    ]);
    await put('AWS/SQS', 'NumberOfMessagesDeleted', { QueueName: 'another' }, [[HOUR, 5]]);
    await put('AWS/S3', 'BucketSizeBytes', { BucketName: bucket.name, StorageType: 'StandardStorage' }, [
      [2 * DAY, 1],
      [DAY, 5_000_000],
    ]);
    await put('AWS/S3', 'NumberOfObjects', { BucketName: bucket.name, StorageType: 'AllStorageTypes' }, [[DAY, 1000]]);
  }, 60_000);

  test('everything is well: what Cortex has read, by day, and about how many bytes', async () => {
    const found = await status();
    expect(faults(found)).toEqual([]);
    expect(found).toMatchObject({
      pipeline: 'cloudtrail-cortex',
      lagSeconds: 0,
      count: 90,
      // 90 files of 5,000 bytes.
      bytes: 450_000,
      bytesKind: 'compressed, estimated',
      deadLetters: 0,
    });
    const last = Date.parse(found.lastSuccess ?? '');
    expect(NOW - last).toBeGreaterThanOrEqual(HOUR);
    expect(NOW - last).toBeLessThan(HOUR + 300_000);
    expect(found.days?.reduce((sum, { count }) => sum + count, 0)).toBe(90);
    expect(found.facts.map(({ name, finding }) => `${name}: ${finding}`)).toEqual([
      'trail logging: on',
      'trail delivery: nothing yet: the first file comes within 15 min of the first event',
      'log files: 100 announced, 90 read by Cortex',
      'queue: empty: Cortex has read everything',
      'dead letters: none',
      'alarms: none of the 3 stands',
      'role: IAM knows of no use: Cortex has never assumed it, or not until four hours ago',
    ]);
  }, 30_000);

  test('a message that waits for too long is a problem, a young one is not', async () => {
    await aws.sqs.send(new SendMessageCommand({ QueueUrl: target.queue.url, MessageBody: 'x' }));
    const ofQueue = { QueueName: queue.name };
    await put('AWS/SQS', 'ApproximateAgeOfOldestMessage', ofQueue, [[10 * 60_000, 3_000]]);
    const young = await status();
    expect(faults(young)).toEqual([]);
    expect(young.lagSeconds).toBe(3_000);
    await put('AWS/SQS', 'ApproximateAgeOfOldestMessage', ofQueue, [[5 * 60_000, 7_200]]);
    const old = await status();
    expect(faults(old)).toEqual(['problem: queue']);
    expect(old.facts.find(({ name }) => name === 'queue')?.finding).toBe(
      '1 waiting, 0 being read; the oldest waits for 2 h: Cortex has stopped reading, or cannot keep up',
    );
    await aws.sqs.send(new PurgeQueueCommand({ QueueUrl: target.queue.url }));
  }, 30_000);

  test('a dead letter is a problem, with the command that brings it back', async () => {
    await aws.sqs.send(new SendMessageCommand({ QueueUrl: target.deadLetters.url, MessageBody: 'x' }));
    const found = await status();
    await aws.sqs.send(new PurgeQueueCommand({ QueueUrl: target.deadLetters.url }));
    expect(faults(found)).toEqual(['problem: dead letters']);
    expect(found.deadLetters).toBe(1);
    expect(found.facts.find(({ name }) => name === 'dead letters')).toMatchObject({
      command: './tributary redrive prod cloudtrail-cortex',
    });
  }, 30_000);

  test('an alarm that stands is told with its meaning and its runbook', async () => {
    const set = (StateValue: 'ALARM' | 'OK') =>
      aws.cloudwatch.send(new SetAlarmStateCommand({ AlarmName: alarm('silence'), StateValue, StateReason: 'test' }));
    await set('ALARM');
    const found = await status();
    await set('OK');
    expect(faults(found)).toEqual([`problem: alarm ${alarm('silence')}`]);
    expect(found.facts.find(({ state }) => state === 'problem')).toMatchObject({
      finding: expect.stringMatching(
        /^it stands since \d{4}-\d\d-\d\d \d\d:\d\d UTC: The meaning of prod-cloudtrail-cortex-silence$/,
      ),
      todo: 'Runbook: https://runbooks.example.com/prod-cloudtrail-cortex-silence',
    });
  }, 30_000);

  test('a trail that somebody stopped', async () => {
    await aws.cloudtrail.send(new StopLoggingCommand({ Name: trail?.arn }));
    const found = await status();
    await aws.cloudtrail.send(new StartLoggingCommand({ Name: trail?.arn }));
    expect(faults(found)).toEqual(['problem: trail logging']);
  }, 30_000);
});
