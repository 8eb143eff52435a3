import { PassThrough } from 'node:stream';
import {
  CreateTrailCommand,
  StartLoggingCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail';
import {
  DescribeAlarmsCommand,
  DisableAlarmActionsCommand,
  EnableAlarmActionsCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
} from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import {
  CreateTopicCommand,
  ListSubscriptionsByTopicCommand,
  SetSubscriptionAttributesCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { Aws, connectAws } from '../../cli/aws';
import type { Clock } from '../../cli/clock';
import type { CloudtrailTarget } from '../../cli/cloudtrail/target';
import { verifyAlarms } from '../../cli/cloudtrail/verify/alarms';
import type { Check } from '../../cli/cloudtrail/verify/check';
import { verifyCloudtrail } from '../../cli/cloudtrail/verify/verify';
import { type AwsEmulator, startAws } from '../../cli/local/emulators';
import { ensurePythonVenv } from '../../cli/local/python';
import { Progress } from '../../cli/progress';
import type { Verdict } from '../../cli/verdict';
import { EXTERNAL_ID, TARGET } from '../cli/cloudtrail/verify/target';

const { bucket, queue, deadLetters, role, alarmTopic, account, region } = TARGET;
const trail = TARGET.trail ?? { name: '', arn: '' };
const WATCHER = { name: 'watcher', arn: `arn:aws:sqs:${region}:${account}:watcher` };
const progress = new Progress(new PassThrough() as unknown as NodeJS.WriteStream);
let skipped = 0;
/** Waits are skipped. */
const clock: Clock = {
  now: () => Date.now() + skipped,
  sleep: async (milliseconds) => {
    skipped += milliseconds;
  },
};

let emulator: AwsEmulator;
let aws: Aws;
let keyArn = '';
let urls: Record<string, string> = {};

beforeAll(async () => {
  await ensurePythonVenv();
  emulator = await startAws({ account, region });
  for (const [name, value] of Object.entries(emulator.env))
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  aws = await connectAws(account, region);
}, 120_000);

afterAll(async () => {
  await emulator?.stop();
});

/** The target with the URLs of the emulator. */
function target(changes: Partial<CloudtrailTarget> = {}): CloudtrailTarget {
  const at = (names: typeof queue) => ({
    ...names,
    url: urls[names.name] ?? `${emulator.endpoint}/${account}/${names.name}`,
  });
  return { ...TARGET, queue: at(queue), deadLetters: at(deadLetters), ...changes };
}

async function verify(changes: Partial<CloudtrailTarget> = {}): Promise<Verdict> {
  const verdict = await verifyCloudtrail({ target: target(changes), aws, progress, clock });
  expect(JSON.stringify(verdict)).not.toContain(EXTERNAL_ID);
  return verdict;
}

function alarms(send = false): Promise<Verdict> {
  return verifyAlarms({ target: target(), aws, progress, clock, send });
}

/** What is not ok, as `state: thing: name`. */
function faults({ document }: Verdict): string[] {
  const { checks } = document as { checks: (Check & { about: string })[] };
  return checks.flatMap(({ about, name, state }) =>
    state === 'ok' ? [] : [`${state}: ${about.split(' ')[0]}: ${name}`],
  );
}

const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const tlsOnly = (Action: string, ...Resource: string[]) => ({
  Effect: 'Deny',
  Principal: '*',
  Action,
  Resource,
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
});
const cloudtrail = (Action: string | string[], Resource: string, condition: object = {}) => ({
  Effect: 'Allow',
  Principal: { Service: 'cloudtrail.amazonaws.com' },
  Action,
  Resource,
  Condition: { StringEquals: { 'aws:SourceArn': trail.arn, ...condition } },
});
const BUCKET_POLICY = policy(
  cloudtrail('s3:GetBucketAcl', bucket.arn),
  cloudtrail('s3:PutObject', `${bucket.arn}/AWSLogs/${account}/*`, { 's3:x-amz-acl': 'bucket-owner-full-control' }),
  tlsOnly('s3:*', bucket.arn, `${bucket.arn}/*`),
);
const QUEUE_POLICY = policy(
  {
    Effect: 'Allow',
    Principal: { Service: 's3.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: queue.arn,
    Condition: { ArnEquals: { 'aws:SourceArn': bucket.arn }, StringEquals: { 'aws:SourceAccount': account } },
  },
  tlsOnly('sqs:*', queue.arn),
);
const trust = (externalId: string, principal = 'arn:aws:iam::006742885340:root') =>
  policy({
    Effect: 'Allow',
    Principal: { AWS: principal },
    Action: 'sts:AssumeRole',
    Condition: { StringEquals: { 'sts:ExternalId': externalId } },
  });
const rolePolicy = (...sqs: string[]) =>
  policy(
    { Effect: 'Allow', Action: 's3:GetObject', Resource: `${bucket.arn}/*` },
    { Effect: 'Allow', Action: sqs, Resource: queue.arn },
    { Effect: 'Allow', Action: 'kms:Decrypt', Resource: keyArn },
  );
const READ_QUEUE = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'];
const PRIVATE = { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true };

async function notify(Events: ('s3:ObjectCreated:*' | 's3:ObjectRemoved:*')[]): Promise<void> {
  const QueueConfigurations = Events.length === 0 ? [] : [{ QueueArn: queue.arn, Events }];
  const NotificationConfiguration = { QueueConfigurations };
  await aws.s3.send(new PutBucketNotificationConfigurationCommand({ Bucket: bucket.name, NotificationConfiguration }));
}

async function setQueue(name: string, Attributes: Record<string, string>): Promise<void> {
  await aws.sqs.send(new SetQueueAttributesCommand({ QueueUrl: urls[name], Attributes }));
}

/** The pipeline as the stack deploys it. */
async function makePipeline(): Promise<void> {
  const createKey = async (statements: object[]) => {
    const root = {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: 'kms:*',
      Resource: '*',
    };
    const { KeyMetadata } = await aws.kms.send(new CreateKeyCommand({ Policy: policy(root, ...statements) }));
    await aws.kms.send(new EnableKeyRotationCommand({ KeyId: KeyMetadata?.KeyId }));
    return KeyMetadata?.Arn ?? '';
  };
  keyArn = await createKey([
    {
      ...cloudtrail('kms:GenerateDataKey*', '*'),
      Condition: {
        StringEquals: { 'aws:SourceArn': trail.arn },
        StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': `arn:aws:cloudtrail:*:${account}:trail/*` },
      },
    },
    cloudtrail(['kms:DescribeKey', 'kms:Decrypt'], '*'),
  ]);
  await aws.kms.send(new CreateAliasCommand({ AliasName: TARGET.kmsKey, TargetKeyId: keyArn }));

  for (const name of [deadLetters.name, queue.name, WATCHER.name]) {
    const { QueueUrl } = await aws.sqs.send(new CreateQueueCommand({ QueueName: name }));
    urls = { ...urls, [name]: QueueUrl ?? '' };
  }
  const watch = { Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: WATCHER.arn };
  await setQueue(WATCHER.name, { Policy: policy({ Effect: 'Allow', ...watch }) });
  await setQueue(deadLetters.name, { Policy: policy(tlsOnly('sqs:*', deadLetters.arn)) });
  await setQueue(queue.name, {
    VisibilityTimeout: '300',
    MessageRetentionPeriod: '1209600',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 5 }),
    Policy: QUEUE_POLICY,
  });

  const Bucket = bucket.name;
  const rule = { ObjectOwnership: 'BucketOwnerEnforced' as const };
  await aws.s3.send(
    new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }),
  );
  await aws.s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: PRIVATE }));
  await aws.s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules: [rule] } }));
  await aws.s3.send(new PutBucketPolicyCommand({ Bucket, Policy: BUCKET_POLICY }));
  await notify(['s3:ObjectCreated:*']);

  await aws.iam.send(new CreateRoleCommand({ RoleName: role.name, AssumeRolePolicyDocument: trust(EXTERNAL_ID) }));
  const PolicyDocument = rolePolicy(...READ_QUEUE);
  await aws.iam.send(new PutRolePolicyCommand({ RoleName: role.name, PolicyName: 'read', PolicyDocument }));

  const create = {
    Name: trail.name,
    S3BucketName: Bucket,
    KmsKeyId: keyArn,
    IsMultiRegionTrail: true,
    EnableLogFileValidation: true,
  };
  await aws.cloudtrail.send(new CreateTrailCommand(create));
  await aws.cloudtrail.send(new StartLoggingCommand({ Name: trail.arn }));

  const ofAlarms = {
    Effect: 'Allow',
    Principal: { Service: 'cloudwatch.amazonaws.com' },
    Condition: { StringEquals: { 'aws:SourceAccount': account } },
  };
  const topicKey = await createKey([{ ...ofAlarms, Action: ['kms:GenerateDataKey*', 'kms:Decrypt'], Resource: '*' }]);
  const Policy = policy({ ...ofAlarms, Action: 'sns:Publish', Resource: alarmTopic.arn });
  const Attributes = { KmsMasterKeyId: topicKey, Policy };
  await aws.sns.send(new CreateTopicCommand({ Name: alarmTopic.name, Attributes }));
  await subscribe('email', 'secops@example.com');
  await subscribe('sqs', WATCHER.arn);
  for (const AlarmName of TARGET.alarms)
    await aws.cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName,
        AlarmActions: [alarmTopic.arn],
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Statistic: 'Maximum',
        Period: 300,
        EvaluationPeriods: 1,
        ComparisonOperator: 'GreaterThanThreshold',
        Threshold: 0,
      }),
    );
}

async function subscribe(Protocol: string, Endpoint: string, TopicArn = alarmTopic.arn): Promise<string> {
  const answer = await aws.sns.send(
    new SubscribeCommand({ TopicArn, Protocol, Endpoint, ReturnSubscriptionArn: true }),
  );
  return answer.SubscriptionArn ?? '';
}

test('what is not deployed is one problem, with the command', async () => {
  for (const verdict of [await verify(), await alarms()]) {
    expect(verdict.exitCode).toBe(1);
    expect(faults(verdict)).toEqual(['problem: Stack: exists']);
    expect(verdict.text).toContain('npx cdktf deploy prod-cloudtrail-cortex');
  }
}, 30_000);

describe('deployed', () => {
  beforeAll(async () => {
    await makePipeline();
  }, 60_000);

  test('everything right is ok', async () => {
    const verdict = await verify();
    expect(faults(verdict)).toEqual([]);
    expect(verdict.exitCode).toBe(0);
  }, 30_000);

  /** What is broken, the checks that turn, and how it is mended again. */
  const BREAKS: [what: string, run: () => Promise<unknown>, turns: string[], mend: () => Promise<unknown>][] = [
    ['no notification', () => notify([]), ['problem: From: notification'], () => notify(['s3:ObjectCreated:*'])],
    [
      'removed objects are announced, too',
      () => notify(['s3:ObjectCreated:*', 's3:ObjectRemoved:*']),
      ['problem: From: notification'],
      () => notify(['s3:ObjectCreated:*']),
    ],
    [
      'no queue policy',
      () => setQueue(queue.name, { Policy: '' }),
      ['problem: Queue: senders', 'problem: Queue: TLS only'],
      () => setQueue(queue.name, { Policy: QUEUE_POLICY }),
    ],
    [
      'a short visibility timeout',
      () => setQueue(queue.name, { VisibilityTimeout: '30' }),
      ['problem: Queue: times'],
      () => setQueue(queue.name, { VisibilityTimeout: '300' }),
    ],
    [
      'no redrive policy',
      () => setQueue(queue.name, { RedrivePolicy: '' }),
      ['problem: Queue: dead letters'],
      () =>
        setQueue(queue.name, {
          RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 5 }),
        }),
    ],
    [
      'a dead letter',
      () => aws.sqs.send(new SendMessageCommand({ QueueUrl: urls[deadLetters.name], MessageBody: 'dead' })),
      ['problem: Dead: messages'],
      () => aws.sqs.send(new PurgeQueueCommand({ QueueUrl: urls[deadLetters.name] })),
    ],
    [
      'another external id',
      () => setTrust(trust('another-external-id')),
      ['problem: Role: trust'],
      () => setTrust(trust(EXTERNAL_ID)),
    ],
    [
      'everybody is trusted',
      () => setTrust(trust(EXTERNAL_ID, '*')),
      ['problem: Role: trust'],
      () => setTrust(trust(EXTERNAL_ID)),
    ],
    [
      'a permission is gone',
      () => setRolePolicy(rolePolicy('sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility')),
      ['problem: Role: use the queue'],
      () => setRolePolicy(rolePolicy(...READ_QUEUE)),
    ],
    [
      'the key is disabled',
      () => aws.kms.send(new DisableKeyCommand({ KeyId: keyArn })),
      ['problem: Key: state'],
      () => aws.kms.send(new EnableKeyCommand({ KeyId: keyArn })),
    ],
    [
      'no public access block',
      () => aws.s3.send(new DeletePublicAccessBlockCommand({ Bucket: bucket.name })),
      ['problem: Bucket: public access'],
      () =>
        aws.s3.send(new PutPublicAccessBlockCommand({ Bucket: bucket.name, PublicAccessBlockConfiguration: PRIVATE })),
    ],
    [
      'no bucket policy',
      () => aws.s3.send(new DeleteBucketPolicyCommand({ Bucket: bucket.name })),
      ['problem: Bucket: TLS only', 'problem: Bucket: CloudTrail'],
      () => aws.s3.send(new PutBucketPolicyCommand({ Bucket: bucket.name, Policy: BUCKET_POLICY })),
    ],
    [
      'the trail is stopped',
      () => aws.cloudtrail.send(new StopLoggingCommand({ Name: trail.arn })),
      ['problem: Trail: logging'],
      () => aws.cloudtrail.send(new StartLoggingCommand({ Name: trail.arn })),
    ],
    [
      'the trail logs one region',
      () => aws.cloudtrail.send(new UpdateTrailCommand({ Name: trail.arn, IsMultiRegionTrail: false })),
      ['problem: Trail: coverage'],
      () => aws.cloudtrail.send(new UpdateTrailCommand({ Name: trail.arn, IsMultiRegionTrail: true })),
    ],
  ];

  const setTrust = (PolicyDocument: string) =>
    aws.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: role.name, PolicyDocument }));
  const setRolePolicy = (PolicyDocument: string) =>
    aws.iam.send(new PutRolePolicyCommand({ RoleName: role.name, PolicyName: 'read', PolicyDocument }));

  for (const [what, run, turns, mend] of BREAKS)
    test(`${what}: exactly ${turns.join(', ')}`, async () => {
      await run();
      const verdict = await verify();
      await mend();
      expect(faults(verdict)).toEqual(turns);
      expect(verdict.exitCode).toBe(1);
    }, 30_000);

  test('a queue that a topic feeds: subscribed, confirmed, raw', async () => {
    const { TopicArn = '' } = await aws.sns.send(new CreateTopicCommand({ Name: 'trail' }));
    const fed: Partial<CloudtrailTarget> = { announcedBy: { kind: 'topic', arn: TopicArn }, trail: undefined };
    const send = { Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage' };
    const Condition = { ArnEquals: { 'aws:SourceArn': TopicArn } };
    await setQueue(queue.name, {
      Policy: policy({ ...send, Resource: queue.arn, Condition }, tlsOnly('sqs:*', queue.arn)),
    });
    const turns = ['problem: From: notification', 'problem: From: subscription'];
    expect(faults(await verify(fed))).toEqual(turns);

    const TopicConfigurations = [{ TopicArn, Events: ['s3:ObjectCreated:*' as const] }];
    await aws.s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: bucket.name,
        NotificationConfiguration: { TopicConfigurations },
      }),
    );
    const SubscriptionArn = await subscribe('sqs', queue.arn, TopicArn);
    const wrapped = await verify(fed);
    expect(faults(wrapped)).toEqual(['problem: From: subscription']);
    expect(wrapped.text).toContain('raw delivery is off');
    await aws.sns.send(
      new SetSubscriptionAttributesCommand({
        SubscriptionArn,
        AttributeName: 'RawMessageDelivery',
        AttributeValue: 'true',
      }),
    );
    expect(faults(await verify(fed))).toEqual([]);

    await setQueue(queue.name, { Policy: QUEUE_POLICY });
    await notify(['s3:ObjectCreated:*']);
  }, 30_000);

  test('who may read nothing is told what each check needs', async () => {
    await aws.iam.send(new CreateUserCommand({ UserName: 'stranger' }));
    const { AccessKey } = await aws.iam.send(new CreateAccessKeyCommand({ UserName: 'stranger' }));
    const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {};
    const stranger = new Aws({ region, credentials: { accessKeyId, secretAccessKey } });
    const verdict = await verifyCloudtrail({ target: target(), aws: stranger, progress, clock });
    expect(verdict.exitCode).toBe(2);
    expect(faults(verdict)).toEqual(
      expect.arrayContaining([
        'could not tell: Role: trust',
        'could not tell: Queue: attributes',
        'could not tell: Bucket: region',
        'could not tell: Trail: delivery',
      ]),
    );
    expect(JSON.stringify(verdict.document)).toContain(`"needs":"sqs:GetQueueAttributes on ${queue.arn}"`);
  }, 30_000);

  describe('alarms', () => {
    test('everything right is ok', async () => {
      const verdict = await alarms();
      expect(faults(verdict)).toEqual([]);
      expect(verdict.exitCode).toBe(0);
      expect(verdict.text).toContain('secops@example.com');
    }, 30_000);

    test('a subscription that waits for its confirmation; the key in its address is not shown', async () => {
      const url = 'https://127.0.0.1:9/integration/the-integration-key/enqueue';
      await subscribe('https', url);
      const verdict = await alarms();
      await unsubscribe(url);
      expect(faults(verdict)).toEqual(['problem: Who: https']);
      expect(verdict.text).toContain('https://127.0.0.1:9/… has not confirmed');
      expect(JSON.stringify(verdict)).not.toContain('the-integration-key');
    }, 30_000);

    test('an alarm whose actions are off', async () => {
      const AlarmNames = [TARGET.alarms[2] ?? ''];
      await aws.cloudwatch.send(new DisableAlarmActionsCommand({ AlarmNames }));
      const verdict = await alarms();
      await aws.cloudwatch.send(new EnableAlarmActionsCommand({ AlarmNames }));
      expect(faults(verdict)).toEqual(['problem: Alarms: silence']);
    }, 30_000);

    test('--send reaches the subscribers, and leaves the alarm in OK', async () => {
      const verdict = await alarms(true);
      expect(faults(verdict)).toEqual([]);
      expect(verdict.text).toMatch(/sent +ALARM, to secops@example\.com,/);
      const { Messages = [] } = await aws.sqs.send(new ReceiveMessageCommand({ QueueUrl: urls[WATCHER.name] }));
      const { Message = '{}' } = JSON.parse(Messages[0]?.Body ?? '{}') as { Message?: string };
      expect(JSON.parse(Message)).toMatchObject({
        AlarmName: 'prod-cloudtrail-cortex-dead-letters',
        NewStateValue: 'ALARM',
        NewStateReason: 'Test by ./tributary verify prod alarms --send',
      });
      const { MetricAlarms } = await aws.cloudwatch.send(
        new DescribeAlarmsCommand({ AlarmNames: ['prod-cloudtrail-cortex-dead-letters'] }),
      );
      expect(MetricAlarms?.[0]?.StateValue).toBe('OK');
    }, 30_000);

    test('an alarm that stands in ALARM already is left alone', async () => {
      const state = { AlarmName: 'prod-cloudtrail-cortex-dead-letters', StateReason: 'a dead letter' };
      await aws.cloudwatch.send(new SetAlarmStateCommand({ ...state, StateValue: 'ALARM' }));
      const verdict = await alarms(true);
      expect(faults(verdict)).toEqual(['could not tell: Test: sent']);
      expect(verdict.exitCode).toBe(2);
      const { MetricAlarms } = await aws.cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [state.AlarmName] }));
      expect(MetricAlarms?.[0]?.StateReason).toBe('a dead letter');
    }, 30_000);

    test('nobody subscribes', async () => {
      await unsubscribe('secops@example.com');
      await unsubscribe(WATCHER.arn);
      const verdict = await alarms();
      expect(faults(verdict)).toEqual(['problem: Who: subscriptions']);
      expect(verdict.exitCode).toBe(1);
    }, 30_000);
  });
});

async function unsubscribe(endpoint: string): Promise<void> {
  const { Subscriptions = [] } = await aws.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: alarmTopic.arn }));
  for (const { Endpoint, SubscriptionArn } of Subscriptions)
    if (Endpoint === endpoint) await aws.sns.send(new UnsubscribeCommand({ SubscriptionArn }));
}
