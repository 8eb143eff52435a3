import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CreateTrailCommand,
  type CreateTrailCommandInput,
  DeleteTrailCommand,
  DescribeTrailsCommand,
} from '@aws-sdk/client-cloudtrail';
import { CreateAccessKeyCommand, CreateRoleCommand, CreateUserCommand } from '@aws-sdk/client-iam';
import { CreateAliasCommand, CreateKeyCommand, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  type NotificationConfiguration,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
} from '@aws-sdk/client-s3';
import { CreateTopicCommand, SetTopicAttributesCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { App } from 'cdktf';
import { Aws, connectAws } from '../../cli/aws';
import { adopt } from '../../cli/cloudtrail/adopt/adopt';
import { withExistingTrail } from '../../cli/cloudtrail/adopt/placeholder';
import type { CloudtrailTarget } from '../../cli/cloudtrail/target';
import { type AwsEmulator, startAws } from '../../cli/local/emulators';
import { ensurePythonVenv } from '../../cli/local/python';
import { checkEnvironment } from '../../environments/check';
import type { CloudtrailSettings } from '../../environments/cloudtrail';
import { addEnvironment } from '../../main';
import { quietProgress } from '../cli/cloudtrail/replay/world';
import { parseEnvironment } from '../synthesize';
import { readReadiness, testIf } from './readiness';

const ACCOUNT = '111122223333';
const STRANGER = '444455556666';
const REGION = 'eu-central-1';
const EXTERNAL_ID = '7c1f4a52-6f0e-4a44-8f0c-b7a5d2f7b9e1';

const { terraform = 'terraform', missing, env: terraformEnv, problems } = readReadiness();
// In CI this must run: what is missing there fails.
const problem = process.env.CI === 'true' ? undefined : (missing ?? problems.aws);

let emulator: AwsEmulator;
let aws: Aws;
const folder = mkdtempSync(join(tmpdir(), 'tributary-adopt-'));

beforeAll(async () => {
  await ensurePythonVenv();
  emulator = await startAws({ account: ACCOUNT, region: REGION });
  for (const [name, value] of Object.entries(emulator.env))
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  aws = await connectAws(ACCOUNT, REGION);
}, 120_000);

afterEach(async () => {
  const { trailList = [] } = await aws.cloudtrail.send(new DescribeTrailsCommand({}));
  for (const { TrailARN, HomeRegion = REGION } of trailList)
    await new Aws({ region: HomeRegion }).cloudtrail.send(new DeleteTrailCommand({ Name: TrailARN }));
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await emulator?.stop();
});

const arn = (service: string, name: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${name}`;
const queueNames = (name: string) => ({
  name,
  arn: arn('sqs', name),
  url: `https://sqs.example.com/${ACCOUNT}/${name}`,
});

/** An environment of its own for each test, so that none finds what another has made. */
let environments = 0;
function makeEnvironment(section: string) {
  environments += 1;
  const environment = `env-${environments}`;
  const name = `${environment}-cloudtrail-cortex`;
  const bucket = `${environment}-cloudtrail-${ACCOUNT}-${REGION}`;
  const file = join(folder, `${environment}.yaml`);
  const text = `# first line
environment: ${environment}
protected: false
backend: { local: {} }

cloudtrail:
  account: "${ACCOUNT}"   # quoted
  region: ${REGION}
  ${section}
  cortex: { externalId: ${EXTERNAL_ID} }   # of the tenant
# last line
`;
  writeFileSync(file, text);
  const { environment: checked, problems } = checkEnvironment(file, withExistingTrail(text), environment);
  if (checked?.cloudtrail === undefined) throw new Error(JSON.stringify(problems));
  const settings: CloudtrailSettings = checked.cloudtrail;
  const target: CloudtrailTarget = {
    environment,
    stack: name,
    account: ACCOUNT,
    region: REGION,
    partition: 'aws',
    trail: settings.trail === 'create' ? { name, arn: arn('cloudtrail', `trail/${name}`) } : undefined,
    bucket: { name: bucket, arn: `arn:aws:s3:::${bucket}` },
    keyPrefix: '',
    queue: queueNames(name),
    deadLetters: queueNames(`${name}-dead-letters`),
    role: { name: `${name}-reader`, arn: `arn:aws:iam::${ACCOUNT}:role/${name}-reader` },
    cortexAccount: '006742885340',
    externalIds: [EXTERNAL_ID],
    kmsKey: settings.trail === 'create' ? `alias/${name}` : undefined,
    announcedBy: { kind: 'bucket', prefix: '', suffix: '' },
    alarmTopic: { name: `${name}-alarms`, arn: arn('sns', `${name}-alarms`) },
    alarms: [],
  };
  const run = (options: { dryRun?: boolean; as?: Aws } = {}) =>
    adopt({
      target,
      settings,
      aws: options.as ?? aws,
      file,
      dryRun: options.dryRun ?? false,
      progress: quietProgress(),
    });
  return { target, text, run, written: () => readFileSync(file, 'utf8') };
}

async function makeBucket(name: string, region = REGION, as = aws): Promise<void> {
  const client = region === REGION ? as : new Aws({ region });
  await client.s3.send(
    new CreateBucketCommand({
      Bucket: name,
      CreateBucketConfiguration: { LocationConstraint: region as 'eu-central-1' },
    }),
  );
}

async function makeQueue(name: string): Promise<string> {
  const { QueueUrl = '' } = await aws.sqs.send(new CreateQueueCommand({ QueueName: name }));
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: '*' },
    ],
  });
  await aws.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  return QueueUrl;
}

async function makeTopic(name: string): Promise<string> {
  const { TopicArn = '' } = await aws.sns.send(new CreateTopicCommand({ Name: name }));
  const AttributeValue = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sns:Publish', Resource: TopicArn },
    ],
  });
  await aws.sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue }));
  return TopicArn;
}

async function makeKey(alias?: string): Promise<{ id: string; arn: string }> {
  const { KeyMetadata } = await aws.kms.send(new CreateKeyCommand({}));
  const id = KeyMetadata?.KeyId ?? '';
  if (alias) await aws.kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: id }));
  return { id, arn: KeyMetadata?.Arn ?? '' };
}

async function makeTrail(name: string, bucket: string, more: Partial<CreateTrailCommandInput> = {}): Promise<void> {
  await aws.cloudtrail.send(new CreateTrailCommand({ Name: name, S3BucketName: bucket, ...more }));
}

function notify(bucket: string, configuration: NotificationConfiguration) {
  return aws.s3.send(
    new PutBucketNotificationConfigurationCommand({ Bucket: bucket, NotificationConfiguration: configuration }),
  );
}

/** What Terraform says it would do with a file as it is now. */
async function plan({ environment, stack }: CloudtrailTarget, text: string): Promise<string> {
  const app = new App({ outdir: join(folder, environment) });
  addEnvironment(app, parseEnvironment(environment, text));
  app.synth();
  const options = { cwd: join(folder, environment, 'stacks', stack), env: { ...process.env, ...terraformEnv } };
  await promisify(execFile)(terraform, ['init', '-input=false', '-no-color'], options);
  const { stdout } = await promisify(execFile)(terraform, ['plan', '-input=false', '-no-color'], options);
  return stdout;
}

const CREATED = ['s3:ObjectCreated:*' as const];

describe('trail: create', () => {
  /** Everything that the stack makes, under its names. */
  async function makeAll({ trail, bucket, kmsKey, queue, deadLetters, role, alarmTopic }: CloudtrailTarget) {
    await makeBucket(bucket.name);
    await makeTrail(trail?.name ?? '', bucket.name);
    const trust = { Effect: 'Allow', Principal: { AWS: '006742885340' }, Action: 'sts:AssumeRole' };
    const condition = { Condition: { StringEquals: { 'sts:ExternalId': EXTERNAL_ID } } };
    await aws.iam.send(
      new CreateRoleCommand({
        RoleName: role.name,
        AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ ...trust, ...condition }] }),
      }),
    );
    await makeTopic(alarmTopic.name);
    return {
      key: await makeKey(kmsKey),
      queueUrl: await makeQueue(queue.name),
      deadLetterUrl: await makeQueue(deadLetters.name),
    };
  }

  test('where nothing exists, nothing is written', async () => {
    const { run, text, written } = makeEnvironment('trail: create');
    const verdict = await run();
    expect(verdict).toMatchObject({ exitCode: 0, document: { lines: [], conflicts: [] } });
    expect(verdict.text).toMatch(/^ {2}queue +env-\d+-cloudtrail-cortex +not there: the stack makes it$/m);
    expect(written()).toBe(text);
  });

  test('everything that exists is written with its import id, and all else stays; a second time nothing is', async () => {
    const { target, run, text, written } = makeEnvironment('trail: create');
    const { key, queueUrl, deadLetterUrl } = await makeAll(target);
    const dry = await run({ dryRun: true });
    expect(written()).toBe(text);

    const verdict = await run();
    expect(verdict.exitCode).toBe(0);
    const { stack } = target;
    const block = `  import:
    trail: ${arn('cloudtrail', `trail/${stack}`)}
    bucket: ${target.bucket.name}
    key: ${key.id}
    alias: alias/${stack}
    queue: ${queueUrl}
    deadLetters: ${deadLetterUrl}
    role: ${stack}-reader
    topic: ${arn('sns', `${stack}-alarms`)}
`;
    expect(written()).toBe(text.replace('# last line\n', `${block}# last line\n`));
    expect(verdict.text).toContain(`  11    import:\n  12      trail: ${arn('cloudtrail', `trail/${stack}`)}\n`);
    expect(verdict.text).toContain(
      `Next: ./tributary plan ${stack.replace('-cloudtrail', ' cloudtrail')} (what exists: "will be imported")`,
    );
    expect(dry.text).toContain(`  12      trail: ${arn('cloudtrail', `trail/${stack}`)}\n`);
    expect(dry.text).toContain('Next: the same without --dry-run');
    expect(JSON.stringify([verdict, dry])).not.toContain(EXTERNAL_ID);

    const again = await run();
    expect(again).toMatchObject({ exitCode: 0, document: { lines: [] } });
    expect(again.text).toMatch(/says all of it already: nothing to write\./);
    expect(written()).toBe(text.replace('# last line\n', `${block}# last line\n`));
  });

  testIf(
    problem,
    'Terraform imports all of it',
    async () => {
      const { target, run, written } = makeEnvironment('trail: create');
      await makeAll(target);
      await run();
      expect(await plan(target, written())).toMatch(/^Plan: 8 to import, \d+ to add, \d+ to change, 0 to destroy\.$/m);
    },
    120_000,
  );

  test('what stands there and differs is told with its line, and nothing is written', async () => {
    const { target, run, text, written } = makeEnvironment('trail: create\n  import: { queue: other, role: gone }');
    const queueUrl = await makeQueue(target.queue.name);
    const verdict = await run();
    expect(verdict).toMatchObject({
      exitCode: 1,
      document: {
        lines: [],
        conflicts: [
          { path: 'cloudtrail.import.queue', line: 10, stands: 'other', found: queueUrl },
          { path: 'cloudtrail.import.role', line: 10, stands: 'gone', found: null },
        ],
      },
    });
    expect(verdict.text).toMatch(
      /:10 {2}cloudtrail\.import\.role\n {4}stands {4}gone\n {4}found {5}nothing; take the line out$/,
    );
    expect(written()).toBe(text);
  });

  test('notification, policy and target of what is taken in are told before a deploy replaces them', async () => {
    const { target, run } = makeEnvironment('trail: create');
    const { name } = target.bucket;
    const other = `other-${environments}`;
    await makeBucket(name);
    await makeQueue(other);
    await notify(name, { QueueConfigurations: [{ QueueArn: arn('sqs', other), Events: CREATED }] });
    const allow = {
      Effect: 'Allow',
      Principal: { AWS: ACCOUNT },
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::${name}/*`,
    };
    const Statement = [{ Sid: 'AWSCloudTrailWrite20150319-ab', ...allow }, { Sid: 'Auditors', ...allow }, allow];
    await aws.s3.send(
      new PutBucketPolicyCommand({ Bucket: name, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }),
    );
    await makeTrail(target.trail?.name ?? '', 'elsewhere', { S3KeyPrefix: 'deep/er' });
    const { exitCode, text } = await run({ dryRun: true });
    expect(exitCode).toBe(0);
    expect(text).toContain(`notification of the bucket ${name}, which goes to\n  SQS queue ${arn('sqs', other)}: `);
    expect(text).toContain(`policy of the bucket ${name}, with its statements Auditors, number 3. `);
    expect(text).toContain(`writes to s3://elsewhere/deep/er; a deploy makes it write to s3://${name}.`);
  });

  test('a bucket in another region or account is refused, each with the way out', async () => {
    const abroad = makeEnvironment('trail: create');
    await makeBucket(abroad.target.bucket.name, 'us-west-2');
    await expect(abroad.run()).rejects.toThrow(
      `The bucket ${abroad.target.bucket.name} is in us-west-2; the pipeline is in ${REGION}`,
    );
    const foreign = makeEnvironment('trail: create');
    const stranger = new Aws({ region: REGION, credentials: { accessKeyId: STRANGER, secretAccessKey: 'test' } });
    await makeBucket(foreign.target.bucket.name, REGION, stranger);
    await expect(foreign.run()).rejects.toThrow(
      `The bucket ${foreign.target.bucket.name} belongs to another account than ${ACCOUNT}`,
    );
  });

  test('a bucket without the object lock that the file wants is refused: Terraform would replace it', async () => {
    const lock = 'trail: create\n  objectLock: { mode: governance, retention: 7d }';
    const { target, run } = makeEnvironment(lock);
    await makeBucket(target.bucket.name);
    await expect(run()).rejects.toThrow(`The bucket ${target.bucket.name} has no object lock`);
  });

  test('a key that is about to be deleted is refused', async () => {
    const { target, run } = makeEnvironment('trail: create');
    const { id } = await makeKey(target.kmsKey);
    await aws.kms.send(new ScheduleKeyDeletionCommand({ KeyId: id }));
    await expect(run()).rejects.toThrow(`Keep it: aws kms cancel-key-deletion --key-id ${id}`);
  });

  test('a key that cannot encrypt for CloudTrail is refused', async () => {
    const { target, run } = makeEnvironment('trail: create');
    const { KeyMetadata } = await aws.kms.send(new CreateKeyCommand({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' }));
    await aws.kms.send(new CreateAliasCommand({ AliasName: target.kmsKey, TargetKeyId: KeyMetadata?.KeyId }));
    await expect(run()).rejects.toThrow(
      `The key ${KeyMetadata?.KeyId} of ${target.kmsKey} is RSA_2048; CloudTrail needs a symmetric one`,
    );
  });

  test('a trail of that name with another home region is refused', async () => {
    const { target, run } = makeEnvironment('trail: create');
    const { name = '', arn: own } = target.trail ?? {};
    await new Aws({ region: 'us-west-2' }).cloudtrail.send(
      new CreateTrailCommand({ Name: name, S3BucketName: 'logs', IsMultiRegionTrail: true }),
    );
    await expect(run()).rejects.toThrow(
      `A trail ${name} exists, but as arn:aws:cloudtrail:us-west-2:${ACCOUNT}:trail/${name}; the stack would make ${own}`,
    );
  });

  test('a role with a path is taken in, and its coming replacement told', async () => {
    const { target, run } = makeEnvironment('trail: create');
    await aws.iam.send(
      new CreateRoleCommand({
        RoleName: target.role.name,
        Path: '/cortex/',
        AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [] }),
      }),
    );
    expect((await run()).text).toContain(`The role ${target.role.name} has the path /cortex/; a deploy makes it anew`);
  });

  test('one report names every permission that is missing', async () => {
    const { target, run } = makeEnvironment('trail: create');
    await aws.iam.send(new CreateUserCommand({ UserName: 'nobody' }));
    const { AccessKey } = await aws.iam.send(new CreateAccessKeyCommand({ UserName: 'nobody' }));
    const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {};
    const message = await run({ as: new Aws({ region: REGION, credentials: { accessKeyId, secretAccessKey } }) }).then(
      () => '',
      (error: Error) => error.message,
    );
    for (const need of [
      'cloudtrail:DescribeTrails',
      `sqs:GetQueueUrl on ${target.queue.arn}`,
      `sqs:GetQueueUrl on ${target.deadLetters.arn}`,
      `iam:GetRole on ${target.role.arn}`,
      `sns:GetTopicAttributes on ${target.alarmTopic.arn}`,
      `kms:DescribeKey on the key of ${target.kmsKey}`,
    ])
      expect(message).toContain(`It needs ${need}.`);
  });
});

describe('trail: existing', () => {
  test('a bucket without a notification gets our own; prefix, key and what exists of ours are written', async () => {
    const { target, run, text, written } = makeEnvironment('trail: existing');
    await makeBucket('plain-logs');
    const key = await makeKey();
    await makeTrail('audit', 'plain-logs', { S3KeyPrefix: 'some/prefix', KmsKeyId: key.arn, IsMultiRegionTrail: true });
    const queueUrl = await makeQueue(target.queue.name);
    const verdict = await run();
    expect(verdict.exitCode).toBe(0);
    expect(verdict.text).toMatch(/^ {2}trail +audit +exists, home region eu-central-1, every region$/m);
    const after = text
      .replace(
        'trail: existing\n',
        `trail: existing\n  existing:\n    bucket: plain-logs\n    prefix: some/prefix\n    notification: own\n  kmsKey: ${key.arn}\n`,
      )
      .replace('# last line\n', `  import:\n    queue: ${queueUrl}\n# last line\n`);
    expect(written()).toBe(after);

    // What a deploy makes of it counts as ours.
    await notify('plain-logs', { QueueConfigurations: [{ QueueArn: target.queue.arn, Events: CREATED }] });
    expect(await run()).toMatchObject({ exitCode: 0, document: { lines: [] } });
    expect(written()).toBe(after);
  });

  testIf(
    problem,
    'Terraform takes in what exists of ours, and the notification',
    async () => {
      const { target, run, written } = makeEnvironment('trail: existing');
      await makeBucket('planned-logs');
      await makeTrail('audit', 'planned-logs');
      await makeQueue(target.queue.name);
      await run();
      expect(await plan(target, written())).toMatch(/^Plan: 2 to import, \d+ to add, \d+ to change, 0 to destroy\.$/m);
    },
    120_000,
  );

  test('a topic that the bucket notifies is written', async () => {
    const { run, text, written } = makeEnvironment('trail: existing\n  existing: { }  # by adopt');
    await makeBucket('shared-logs');
    const TopicArn = await makeTopic('shared-logs');
    await notify('shared-logs', { TopicConfigurations: [{ TopicArn, Events: CREATED }] });
    await makeTrail('audit', 'shared-logs');
    expect((await run()).exitCode).toBe(0);
    expect(written()).toBe(
      text.replace('existing: { }  #', `existing: { bucket: shared-logs, topic: ${TopicArn}  }  #`),
    );
  });

  test("what another account's key must allow is told", async () => {
    const { target, run, written } = makeEnvironment('trail: existing');
    const key = `arn:aws:kms:${REGION}:${STRANGER}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
    await makeBucket('encrypted-logs');
    await makeTrail('audit', 'encrypted-logs', { KmsKeyId: key });
    expect((await run()).text).toContain(`its policy must allow kms:Decrypt to ${target.role.arn}.`);
    expect(written()).toContain(`  kmsKey: ${key}\n`);
  });

  test('a file that says own where a topic is found is left as it is', async () => {
    const { run, text, written } = makeEnvironment(
      'trail: existing\n  existing:\n    bucket: shared-logs\n    prefix: old\n    notification: own',
    );
    await makeTrail('audit', 'shared-logs');
    expect(await run()).toMatchObject({
      exitCode: 1,
      document: {
        conflicts: [
          { path: 'cloudtrail.existing.prefix', line: 12, stands: 'old', found: null },
          { path: 'cloudtrail.existing.notification', line: 13, stands: 'own', found: null },
        ],
      },
    });
    expect(written()).toBe(text);
  });

  test("another's queue is refused: what is there, and the ways out", async () => {
    const { run, text, written } = makeEnvironment('trail: existing');
    await makeBucket('taken-logs');
    await makeQueue('splunk');
    await notify('taken-logs', { QueueConfigurations: [{ QueueArn: arn('sqs', 'splunk'), Events: CREATED }] });
    await makeTrail('audit', 'taken-logs');
    await expect(run()).rejects.toThrow(
      new RegExp(`taken-logs has a notification[\\s\\S]*SQS queue ${arn('sqs', 'splunk')}[\\s\\S]*notify an SNS topic`),
    );
    expect(written()).toBe(text);
  });

  test('a bucket in another region, of another account, or none is refused', async () => {
    const { run } = makeEnvironment('trail: existing\n  names: { trail: audit }');
    const stranger = new Aws({ region: REGION, credentials: { accessKeyId: STRANGER, secretAccessKey: 'test' } });
    await makeBucket('far-logs', 'us-west-2');
    await makeBucket('foreign-logs', REGION, stranger);
    for (const [bucket, problem] of [
      ['far-logs', 'The bucket far-logs is in us-west-2; the pipeline is in eu-central-1'],
      ['foreign-logs', 'The bucket foreign-logs belongs to another account than 111122223333'],
      ['no-logs', 'The bucket no-logs of the trail audit does not exist'],
    ] as const) {
      await makeTrail('audit', bucket);
      await expect(run()).rejects.toThrow(problem);
      await aws.cloudtrail.send(new DeleteTrailCommand({ Name: 'audit' }));
    }
  });

  test('of several trails the file names one; without a name they are listed', async () => {
    await makeBucket('one-logs');
    await makeTrail('one', 'one-logs');
    await new Aws({ region: 'us-west-2' }).cloudtrail.send(
      new CreateTrailCommand({ Name: 'two', S3BucketName: 'two-logs', S3KeyPrefix: 'p', IsMultiRegionTrail: true }),
    );
    await expect(makeEnvironment('trail: existing').run()).rejects.toThrow(
      /^Which trail\? There are\n {2}one {2}home region eu-central-1, s3:\/\/one-logs {2}\(arn\S+\)\n {2}two {2}home region us-west-2, every region, s3:\/\/two-logs\/p {2}\(arn\S+\)\n/,
    );
    await expect(makeEnvironment('trail: existing\n  names: { trail: three }').run()).rejects.toThrow(
      /^No trail three logs in eu-central-1; there are:\n {2}one /,
    );
    const named = makeEnvironment('trail: existing\n  names: { trail: one }');
    expect((await named.run()).exitCode).toBe(0);
    expect(named.written()).toContain('  existing:\n    bucket: one-logs\n    notification: own\n');
  });

  test('without any trail the ways out are told', async () => {
    await expect(makeEnvironment('trail: existing').run()).rejects.toThrow(/^No trail logs in eu-central-1\./);
  });

  test('a file that would have problems is not written', async () => {
    const { run, text, written } = makeEnvironment('trail: existing');
    await makeBucket('dotted.logs');
    await makeTrail('audit', 'dotted.logs');
    await expect(run()).rejects.toThrow(
      /^Nothing was written[\s\S]*cloudtrail\.existing\.bucket\n {4}got {7}"dotted\.logs"/,
    );
    expect(written()).toBe(text);
  });
});
