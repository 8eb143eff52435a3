import type { Context } from './condition';
import { Deployed } from './deployed';
import { type Caller, type Decision, evaluate } from './evaluate';

const ACCOUNT = '111122223333';
const OTHER = '444455556666';
const EXTERNAL_ID = '0d9e7a5c-58e3-4f0a-9d0b-3f6a1c2b7e48';
const ORGANIZATION = 'o-abc1234567';
const FOLDERS = [ACCOUNT, OTHER, ORGANIZATION];
const NAME = 'test-cloudtrail-cortex';
const ADMINISTRATOR = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});
const ALLOWED = 'allowed';
const NOT_ALLOWED = 'implicitly denied';
const DENIED = 'explicitly denied';
const PLAIN_HTTP = { 'aws:SecureTransport': 'false' };

type Case = readonly [what: string, caller: Caller, action: string, resource: string, context: Context, is: Decision];

/** The pipeline in one account, with everybody who asks something of it. */
class World extends Deployed {
  readonly bucketName = `test-cloudtrail-${this.account}-${this.region}`;
  readonly bucket = `arn:${this.partition}:s3:::${this.bucketName}`;
  readonly logFile = `${this.bucket}/AWSLogs/${this.account}/CloudTrail/${this.region}/2026/01/02/a.json.gz`;
  readonly queue = this.arn('sqs', NAME);
  readonly deadLetters = this.arn('sqs', `${NAME}-dead-letters`);
  readonly trail = this.arn('cloudtrail', `trail/${NAME}`);
  readonly role = `arn:${this.partition}:iam::${this.account}:role/${NAME}-reader`;
  readonly key: string = this.of('aws_cloudtrail')[0]?.kms_key_id;
  readonly topic = this.arn('sns', this.of('aws_sns_topic')[0]?.name);
  readonly topicKey: string = this.of('aws_sns_topic')[0]?.kms_master_key_id;

  readonly reader = { arn: this.role };
  readonly root = { arn: `arn:${this.partition}:iam::${this.account}:root` };
  /** A role of the account that has no permissions. */
  readonly colleague = { arn: `arn:${this.partition}:iam::${this.account}:role/colleague` };
  readonly stranger = { arn: `arn:${this.partition}:iam::${OTHER}:role/administrator` };

  constructor(
    partition: string,
    region: string,
    /** Account of Cortex. */
    readonly cortexAccount: string,
    section: Readonly<Record<string, unknown>> = {},
  ) {
    super(partition, region, ACCOUNT, { cortex: { accountId: cortexAccount, externalId: EXTERNAL_ID }, ...section });
  }

  get cortex(): Caller {
    return { arn: `arn:${this.partition}:iam::${this.cortexAccount}:role/collector` };
  }

  /** Decides; whoever is not of the account may in his own do everything. Over TLS, unless told otherwise. */
  ask(caller: Caller, action: string, resource: string, context: Context = {}): Decision {
    const isForeign = typeof caller === 'object' && 'arn' in caller && !caller.arn.includes(`::${this.account}:`);
    const identity = caller === this.reader ? this.readerPolicies : isForeign ? [ADMINISTRATOR] : [];
    return this.decide(
      { principal: caller, action, resource, context: { 'aws:SecureTransport': 'true', ...context } },
      identity,
    );
  }
}

const CLOUDTRAIL = { service: 'cloudtrail.amazonaws.com' };
const S3 = { service: 's3.amazonaws.com' };
const SNS = { service: 'sns.amazonaws.com' };
const CLOUDWATCH = { service: 'cloudwatch.amazonaws.com' };
const EVENTS = { service: 'events.amazonaws.com' };
const ACCESS_LOGGING = { service: 'logging.s3.amazonaws.com' };
const SERVICES = [CLOUDTRAIL, S3, SNS, CLOUDWATCH, EVENTS, ACCESS_LOGGING, { service: 'lambda.amazonaws.com' }];

/** What can be done to buckets, queues, keys, topics and roles, as far as it matters who may. */
const ACTIONS = Object.entries({
  s3:
    'GetObject GetObjectVersion GetBucketAcl GetBucketPolicy ListBucket ListBucketVersions PutObject PutObjectAcl ' +
    'PutBucketAcl PutBucketPolicy PutBucketNotification PutLifecycleConfiguration DeleteObject DeleteObjectVersion ' +
    'DeleteBucket BypassGovernanceRetention AbortMultipartUpload',
  sqs:
    'ReceiveMessage DeleteMessage ChangeMessageVisibility SendMessage PurgeQueue DeleteQueue GetQueueAttributes ' +
    'SetQueueAttributes AddPermission StartMessageMoveTask',
  kms:
    'Decrypt Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext ReEncryptFrom CreateGrant DescribeKey ' +
    'PutKeyPolicy DisableKey ScheduleKeyDeletion',
  sns: 'Publish Subscribe SetTopicAttributes DeleteTopic AddPermission',
  sts: 'AssumeRole AssumeRoleWithWebIdentity TagSession',
}).flatMap(([service, names]) => names.split(' ').map((name) => `${service}:${name}`));

/** The context of a service that acts for a resource of an account. */
const actingFor = (arn: string, account = ACCOUNT): Context => ({
  'aws:SourceArn': arn,
  'aws:SourceAccount': account,
});
const FULL_CONTROL = { 's3:x-amz-acl': 'bucket-owner-full-control' };
const encrypting = (trail: string): Context => ({ 'kms:EncryptionContext:aws:cloudtrail:arn': trail });
const presenting = (id: string): Context => ({ 'sts:ExternalId': id });

/** All that callers may do in some circumstances to what the pipeline has made, as `caller action resource`. */
function mayDo(world: World, callers: readonly Caller[], contexts: readonly Context[]): string[] {
  const resources = Object.keys(world.resourcePolicies).flatMap((arn) =>
    arn.includes(':s3:::') ? [arn, `${arn}/x`, ...FOLDERS.map((folder) => `${arn}/AWSLogs/${folder}/x`)] : [arn],
  );
  const found = callers.flatMap((caller) =>
    ACTIONS.flatMap((action) =>
      resources
        .filter((resource) => contexts.some((context) => world.ask(caller, action, resource, context) === ALLOWED))
        .map((resource) => `${nameOf(caller)} ${action} ${resource}`),
    ),
  );
  return found.sort();
}

function nameOf(caller: Caller): string {
  return typeof caller === 'string' ? caller : String(Object.values(caller)[0]);
}

/** One context for each resource, of an account, that a service could act for. */
function everySource(world: World, account: string): Context[] {
  const trail = world.arn('cloudtrail', `trail/${NAME}`, account);
  return [
    trail,
    world.bucket,
    world.topic.replace(`:${ACCOUNT}:`, `:${account}:`),
    world.arn('cloudwatch', 'alarm:any', account),
    world.arn('events', 'rule/any', account),
  ].map((arn) => ({ ...actingFor(arn, account), ...FULL_CONTROL, ...encrypting(trail) }));
}

/**
 * EventBridge sends no condition keys to topics and keys (SNS developer guide, "Key management"): nothing can tell its
 * accounts apart, and what they can do is to publish.
 */
const eventBridge = ({ topic, topicKey }: World): string[] => [
  `events.amazonaws.com kms:Decrypt ${topicKey}`,
  `events.amazonaws.com kms:GenerateDataKey ${topicKey}`,
  `events.amazonaws.com kms:GenerateDataKeyWithoutPlaintext ${topicKey}`,
  `events.amazonaws.com sns:Publish ${topic}`,
];

describe.each([
  ['aws', new World('aws', 'eu-west-1', '006742885340')],
  ['aws-us-gov', new World('aws-us-gov', 'us-gov-west-1', '999988887777')],
])('partition %s', (_, w) => {
  const foreignTrail = w.arn('cloudtrail', `trail/${NAME}`, OTHER);
  const otherTrail = w.arn('cloudtrail', 'trail/other');
  const write = { ...actingFor(w.trail), ...FULL_CONTROL };

  test.each<Case>([
    ['CloudTrail looks at the ACL', CLOUDTRAIL, 's3:GetBucketAcl', w.bucket, actingFor(w.trail), ALLOWED],
    ['CloudTrail writes', CLOUDTRAIL, 's3:PutObject', w.logFile, write, ALLOWED],
    [
      'another trail writes',
      CLOUDTRAIL,
      's3:PutObject',
      w.logFile,
      { ...write, ...actingFor(otherTrail) },
      NOT_ALLOWED,
    ],
    [
      "another account's trail of that name writes",
      CLOUDTRAIL,
      's3:PutObject',
      w.logFile,
      { ...write, ...actingFor(foreignTrail, OTHER) },
      NOT_ALLOWED,
    ],
    ['CloudTrail for nobody', CLOUDTRAIL, 's3:PutObject', w.logFile, FULL_CONTROL, NOT_ALLOWED],
    ['CloudTrail without the ACL', CLOUDTRAIL, 's3:PutObject', w.logFile, actingFor(w.trail), NOT_ALLOWED],
    [
      'CloudTrail with another ACL',
      CLOUDTRAIL,
      's3:PutObject',
      w.logFile,
      { ...write, 's3:x-amz-acl': 'public-read' },
      NOT_ALLOWED,
    ],
    [
      "CloudTrail into another account's folder",
      CLOUDTRAIL,
      's3:PutObject',
      `${w.bucket}/AWSLogs/${OTHER}/a`,
      write,
      NOT_ALLOWED,
    ],
    ['CloudTrail outside of AWSLogs', CLOUDTRAIL, 's3:PutObject', `${w.bucket}/a`, write, NOT_ALLOWED],
    ['CloudTrail reads', CLOUDTRAIL, 's3:GetObject', w.logFile, write, NOT_ALLOWED],
    ['CloudTrail over plain http', CLOUDTRAIL, 's3:PutObject', w.logFile, { ...write, ...PLAIN_HTTP }, DENIED],
    ['another service writes', S3, 's3:PutObject', w.logFile, write, NOT_ALLOWED],
    ['the reader over plain http', w.reader, 's3:GetObject', w.logFile, PLAIN_HTTP, DENIED],
    ['the root user over plain http', w.root, 's3:ListBucket', w.bucket, PLAIN_HTTP, DENIED],
    ['the root user', w.root, 's3:ListBucket', w.bucket, {}, ALLOWED],
    ['anybody reads', 'anonymous', 's3:GetObject', w.logFile, {}, NOT_ALLOWED],
    ['anybody over plain http', 'anonymous', 's3:GetObject', w.logFile, PLAIN_HTTP, DENIED],
    ['Cortex without the role', w.cortex, 's3:GetObject', w.logFile, {}, NOT_ALLOWED],
  ])('bucket: %s', (_case, caller, action, resource, context, decision) => {
    expect(w.ask(caller, action, resource, context)).toBe(decision);
  });

  const encrypt = { ...actingFor(w.trail), ...encrypting(w.trail) };
  test.each<Case>([
    ['CloudTrail encrypts', CLOUDTRAIL, 'kms:GenerateDataKey', w.key, encrypt, ALLOWED],
    [
      "another account's trail encrypts",
      CLOUDTRAIL,
      'kms:GenerateDataKey',
      w.key,
      { ...actingFor(foreignTrail, OTHER), ...encrypting(foreignTrail) },
      NOT_ALLOWED,
    ],
    [
      'another trail encrypts',
      CLOUDTRAIL,
      'kms:GenerateDataKey',
      w.key,
      { ...encrypt, ...actingFor(otherTrail) },
      NOT_ALLOWED,
    ],
    [
      "the files of another account's trail",
      CLOUDTRAIL,
      'kms:GenerateDataKey',
      w.key,
      { ...encrypt, ...encrypting(foreignTrail) },
      NOT_ALLOWED,
    ],
    ['the files of no trail', CLOUDTRAIL, 'kms:GenerateDataKey', w.key, actingFor(w.trail), NOT_ALLOWED],
    ['CloudTrail decrypts, for the bucket key', CLOUDTRAIL, 'kms:Decrypt', w.key, actingFor(w.trail), ALLOWED],
    ['CloudTrail describes', CLOUDTRAIL, 'kms:DescribeKey', w.key, actingFor(w.trail), ALLOWED],
    ['another trail decrypts', CLOUDTRAIL, 'kms:Decrypt', w.key, actingFor(otherTrail), NOT_ALLOWED],
    ['CloudTrail gives it to others', CLOUDTRAIL, 'kms:CreateGrant', w.key, encrypt, NOT_ALLOWED],
    ['the reader decrypts', w.reader, 'kms:Decrypt', w.key, {}, ALLOWED],
    ['the reader encrypts', w.reader, 'kms:Encrypt', w.key, {}, NOT_ALLOWED],
    ['the reader decrypts with the key of the alarms', w.reader, 'kms:Decrypt', w.topicKey, {}, NOT_ALLOWED],
    ['a role without permissions decrypts', w.colleague, 'kms:Decrypt', w.key, {}, NOT_ALLOWED],
    ['the root user keeps control', w.root, 'kms:PutKeyPolicy', w.key, {}, ALLOWED],
    ['Cortex without the role', w.cortex, 'kms:Decrypt', w.key, {}, NOT_ALLOWED],
    ['S3, as the queue has another key', S3, 'kms:GenerateDataKey', w.key, actingFor(w.bucket), NOT_ALLOWED],
  ])('key: %s', (_case, caller, action, resource, context, decision) => {
    expect(w.ask(caller, action, resource, context)).toBe(decision);
  });

  test.each<Case>([
    ['S3 sends', S3, 'sqs:SendMessage', w.queue, actingFor(w.bucket), ALLOWED],
    ['another bucket', S3, 'sqs:SendMessage', w.queue, actingFor(`${w.bucket}-2`), NOT_ALLOWED],
    ["another account's bucket of that name", S3, 'sqs:SendMessage', w.queue, actingFor(w.bucket, OTHER), NOT_ALLOWED],
    ['a bucket of no account', S3, 'sqs:SendMessage', w.queue, { 'aws:SourceArn': w.bucket }, NOT_ALLOWED],
    ['S3 for nobody', S3, 'sqs:SendMessage', w.queue, {}, NOT_ALLOWED],
    ['S3 over plain http', S3, 'sqs:SendMessage', w.queue, { ...actingFor(w.bucket), ...PLAIN_HTTP }, DENIED],
    ['S3 receives', S3, 'sqs:ReceiveMessage', w.queue, actingFor(w.bucket), NOT_ALLOWED],
    ['SNS sends', SNS, 'sqs:SendMessage', w.queue, actingFor(w.arn('sns', 'logs')), NOT_ALLOWED],
    ['another account sends', w.stranger, 'sqs:SendMessage', w.queue, actingFor(w.bucket), NOT_ALLOWED],
    ['another account receives', w.stranger, 'sqs:ReceiveMessage', w.queue, {}, NOT_ALLOWED],
    ['a role without permissions receives', w.colleague, 'sqs:ReceiveMessage', w.queue, {}, NOT_ALLOWED],
    ['the reader over plain http', w.reader, 'sqs:ReceiveMessage', w.queue, PLAIN_HTTP, DENIED],
    ['S3 sends dead letters', S3, 'sqs:SendMessage', w.deadLetters, actingFor(w.bucket), NOT_ALLOWED],
    ['the reader takes dead letters', w.reader, 'sqs:ReceiveMessage', w.deadLetters, {}, NOT_ALLOWED],
    ['another account takes dead letters', w.stranger, 'sqs:ReceiveMessage', w.deadLetters, {}, NOT_ALLOWED],
    [
      'the root user takes dead letters over plain http',
      w.root,
      'sqs:ReceiveMessage',
      w.deadLetters,
      PLAIN_HTTP,
      DENIED,
    ],
  ])('queue: %s', (_case, caller, action, resource, context, decision) => {
    expect(w.ask(caller, action, resource, context)).toBe(decision);
  });

  test('dead letters come from the one queue', () => {
    const policies = w.of('aws_sqs_queue').flatMap(({ redrive_allow_policy }) => redrive_allow_policy ?? []);
    expect(policies.map((text) => JSON.parse(text))).toEqual([
      { redrivePermission: 'byQueue', sourceQueueArns: [w.queue] },
    ]);
  });

  const id = presenting(EXTERNAL_ID);
  test.each<Case>([
    ['Cortex with the external id', w.cortex, 'sts:AssumeRole', w.role, id, ALLOWED],
    ['Cortex with another one', w.cortex, 'sts:AssumeRole', w.role, presenting(`${EXTERNAL_ID}0`), NOT_ALLOWED],
    [
      'Cortex with its upper case',
      w.cortex,
      'sts:AssumeRole',
      w.role,
      presenting(EXTERNAL_ID.toUpperCase()),
      NOT_ALLOWED,
    ],
    ['Cortex with a wildcard', w.cortex, 'sts:AssumeRole', w.role, presenting('*'), NOT_ALLOWED],
    ['Cortex without', w.cortex, 'sts:AssumeRole', w.role, {}, NOT_ALLOWED],
    ['another account with it', w.stranger, 'sts:AssumeRole', w.role, id, NOT_ALLOWED],
    ['the account itself', w.colleague, 'sts:AssumeRole', w.role, id, NOT_ALLOWED],
    ['a service', S3, 'sts:AssumeRole', w.role, id, NOT_ALLOWED],
    ['anybody', 'anonymous', 'sts:AssumeRole', w.role, id, NOT_ALLOWED],
    ['Cortex by a web identity', w.cortex, 'sts:AssumeRoleWithWebIdentity', w.role, id, NOT_ALLOWED],
  ])('trust: %s', (_case, caller, action, resource, context, decision) => {
    expect(w.ask(caller, action, resource, context)).toBe(decision);
  });

  test.each([
    ['a log file of another bucket', 's3:GetObject', `arn:${w.partition}:s3:::other/AWSLogs/a`],
    ['a bucket whose name starts the same', 's3:GetObject', `${w.bucket}-2/AWSLogs/a`],
    ['another queue', 'sqs:ReceiveMessage', w.arn('sqs', 'other')],
    ['a queue whose name starts the same', 'sqs:ReceiveMessage', `${w.queue}-2`],
    ['a queue of that name in another account', 'sqs:ReceiveMessage', w.arn('sqs', NAME, OTHER)],
  ])('role: not %s', (_case, action, resource) => {
    expect(w.ask(w.reader, action, resource)).toBe(NOT_ALLOWED);
  });

  // SecurityAudit, which AWS manages and which reads settings only, comes on top.
  test('role: of everything that there is, its own policy lets it read, receive and decrypt', () => {
    expect(mayDo(w, [w.reader], [{}, id])).toEqual(
      [
        `kms:Decrypt ${w.key}`,
        `s3:GetObject ${w.bucket}/x`,
        ...FOLDERS.map((folder) => `s3:GetObject ${w.bucket}/AWSLogs/${folder}/x`),
        `sqs:ChangeMessageVisibility ${w.queue}`,
        `sqs:DeleteMessage ${w.queue}`,
        `sqs:ReceiveMessage ${w.queue}`,
      ]
        .map((allowed) => `${w.role} ${allowed}`)
        .sort(),
    );
  });

  test('whoever is outside may do nothing, unless Cortex with the external id: assume the role', () => {
    const cortexRoot = { arn: `arn:${w.partition}:iam::${w.cortexAccount}:root` };
    const strangers = [w.stranger, { arn: `arn:${w.partition}:iam::${OTHER}:root` }, 'anonymous'] as const;
    const contexts = [{}, PLAIN_HTTP, ...everySource(w, ACCOUNT)];
    const callers = [...strangers, w.cortex, cortexRoot];
    expect(mayDo(w, callers, contexts)).toEqual([]);
    const withId = contexts.map((context) => ({ ...context, ...id }));
    expect(mayDo(w, callers, withId)).toEqual([
      `${nameOf(w.cortex)} sts:AssumeRole ${w.role}`,
      `${nameOf(cortexRoot)} sts:AssumeRole ${w.role}`,
    ]);
  });

  test('services may do for this account what the pipeline needs', () => {
    expect(mayDo(w, SERVICES, everySource(w, ACCOUNT))).toEqual(
      [
        `cloudtrail.amazonaws.com s3:GetBucketAcl ${w.bucket}`,
        `cloudtrail.amazonaws.com s3:PutObject ${w.bucket}/AWSLogs/${ACCOUNT}/x`,
        `cloudtrail.amazonaws.com kms:Decrypt ${w.key}`,
        `cloudtrail.amazonaws.com kms:DescribeKey ${w.key}`,
        `cloudtrail.amazonaws.com kms:GenerateDataKey ${w.key}`,
        `cloudtrail.amazonaws.com kms:GenerateDataKeyWithoutPlaintext ${w.key}`,
        `s3.amazonaws.com sqs:SendMessage ${w.queue}`,
        `cloudwatch.amazonaws.com kms:Decrypt ${w.topicKey}`,
        `cloudwatch.amazonaws.com kms:GenerateDataKey ${w.topicKey}`,
        `cloudwatch.amazonaws.com kms:GenerateDataKeyWithoutPlaintext ${w.topicKey}`,
        `cloudwatch.amazonaws.com sns:Publish ${w.topic}`,
        ...eventBridge(w),
      ].sort(),
    );
  });

  test('services may do nothing for another account, except EventBridge, which does not say for whom it acts', () => {
    expect(mayDo(w, SERVICES, [{}, ...everySource(w, OTHER)])).toEqual(eventBridge(w));
  });

  test('over plain http services may do nothing to the bucket, the queues and the topic', () => {
    const contexts = everySource(w, ACCOUNT).map((context) => ({ ...context, ...PLAIN_HTTP }));
    expect(mayDo(w, SERVICES, contexts).filter((allowed) => !allowed.includes(' kms:'))).toEqual([]);
  });

  const alarm = w.arn('cloudwatch', 'alarm:any');
  const foreignAlarm = w.arn('cloudwatch', 'alarm:any', OTHER);
  test.each<Case>([
    ['an alarm', CLOUDWATCH, 'sns:Publish', w.topic, actingFor(alarm), ALLOWED],
    ["another account's alarm", CLOUDWATCH, 'sns:Publish', w.topic, actingFor(foreignAlarm, OTHER), NOT_ALLOWED],
    [
      "CloudWatch for another account, with this one's alarm",
      CLOUDWATCH,
      'sns:Publish',
      w.topic,
      actingFor(alarm, OTHER),
      NOT_ALLOWED,
    ],
    [
      'CloudWatch for what is no alarm',
      CLOUDWATCH,
      'sns:Publish',
      w.topic,
      actingFor(w.arn('cloudwatch', 'insight-rule/any')),
      NOT_ALLOWED,
    ],
    ['an alarm over plain http', CLOUDWATCH, 'sns:Publish', w.topic, { ...actingFor(alarm), ...PLAIN_HTTP }, DENIED],
    ['an alarm encrypts', CLOUDWATCH, 'kms:GenerateDataKey', w.topicKey, actingFor(alarm), ALLOWED],
    [
      "another account's alarm encrypts",
      CLOUDWATCH,
      'kms:GenerateDataKey',
      w.topicKey,
      actingFor(foreignAlarm, OTHER),
      NOT_ALLOWED,
    ],
    ['an alarm uses the key of the log files', CLOUDWATCH, 'kms:Decrypt', w.key, actingFor(alarm), NOT_ALLOWED],
    ['a rule, without saying so', EVENTS, 'sns:Publish', w.topic, {}, ALLOWED],
    ['a rule encrypts, without saying so', EVENTS, 'kms:GenerateDataKey', w.topicKey, {}, ALLOWED],
    ['a rule over plain http', EVENTS, 'sns:Publish', w.topic, PLAIN_HTTP, DENIED],
    ['another account publishes', w.stranger, 'sns:Publish', w.topic, {}, NOT_ALLOWED],
    ['another account subscribes', w.stranger, 'sns:Subscribe', w.topic, {}, NOT_ALLOWED],
    ['the reader publishes', w.reader, 'sns:Publish', w.topic, {}, NOT_ALLOWED],
    ['the root user over plain http', w.root, 'sns:Publish', w.topic, PLAIN_HTTP, DENIED],
  ])('alarms: %s', (_case, caller, action, resource, context, decision) => {
    expect(w.ask(caller, action, resource, context)).toBe(decision);
  });
});

const commercial = (section: Readonly<Record<string, unknown>>) =>
  new World('aws', 'eu-west-1', '006742885340', section);

describe('an organization whose management account is another one', () => {
  const management = '555566667777';
  const w = commercial({ organization: { id: ORGANIZATION, managementAccount: management } });
  const trail = w.arn('cloudtrail', `trail/${NAME}`, management);
  const write = { ...actingFor(trail, management), ...FULL_CONTROL };
  const encrypt = { ...actingFor(trail, management), ...encrypting(trail) };
  const folder = (path: string) => `${w.bucket}/AWSLogs/${path}/a`;

  test.each<Case>([
    ['it looks at the ACL', CLOUDTRAIL, 's3:GetBucketAcl', w.bucket, actingFor(trail, management), ALLOWED],
    ['it writes for itself', CLOUDTRAIL, 's3:PutObject', folder(management), write, ALLOWED],
    ['it writes for a member', CLOUDTRAIL, 's3:PutObject', folder(`${ORGANIZATION}/${OTHER}`), write, ALLOWED],
    [
      'it writes without the ACL',
      CLOUDTRAIL,
      's3:PutObject',
      folder(`${ORGANIZATION}/x`),
      actingFor(trail, management),
      NOT_ALLOWED,
    ],
    ['another organization', CLOUDTRAIL, 's3:PutObject', folder('o-abc12345678/x'), write, NOT_ALLOWED],
    ['a member outside of the organization', CLOUDTRAIL, 's3:PutObject', folder(OTHER), write, NOT_ALLOWED],
    [
      'a trail of that name in this account',
      CLOUDTRAIL,
      's3:PutObject',
      folder(`${ORGANIZATION}/x`),
      { ...write, ...actingFor(w.trail) },
      NOT_ALLOWED,
    ],
    ['it encrypts', CLOUDTRAIL, 'kms:GenerateDataKey', w.key, encrypt, ALLOWED],
    [
      'it encrypts for no trail of its own',
      CLOUDTRAIL,
      'kms:GenerateDataKey',
      w.key,
      { ...encrypt, ...encrypting(w.trail) },
      NOT_ALLOWED,
    ],
    ['it decrypts', CLOUDTRAIL, 'kms:Decrypt', w.key, actingFor(trail, management), ALLOWED],
    [
      'people of the management account decrypt',
      { arn: `arn:aws:iam::${management}:role/a` },
      'kms:Decrypt',
      w.key,
      {},
      NOT_ALLOWED,
    ],
    [
      'people of the management account read',
      { arn: `arn:aws:iam::${management}:role/a` },
      's3:GetObject',
      folder(`${ORGANIZATION}/x`),
      {},
      NOT_ALLOWED,
    ],
    [
      'the reader reads the files of a member',
      w.reader,
      's3:GetObject',
      folder(`${ORGANIZATION}/${OTHER}`),
      {},
      ALLOWED,
    ],
  ])('%s', (_, caller, action, resource, context, decision) => {
    expect(w.ask(caller, action, resource, context)).toBe(decision);
  });

  test('CloudTrail may do nothing else for it', () => {
    expect(mayDo(w, [CLOUDTRAIL], everySource(w, management))).toEqual(
      [
        `s3:GetBucketAcl ${w.bucket}`,
        `s3:PutObject ${w.bucket}/AWSLogs/${ORGANIZATION}/x`,
        `kms:Decrypt ${w.key}`,
        `kms:DescribeKey ${w.key}`,
        `kms:GenerateDataKey ${w.key}`,
        `kms:GenerateDataKeyWithoutPlaintext ${w.key}`,
      ]
        .map((allowed) => `cloudtrail.amazonaws.com ${allowed}`)
        .sort(),
    );
  });
});

test.each([
  ['the folder of the organization', ORGANIZATION, ALLOWED],
  ['the folder of the account', ACCOUNT, ALLOWED],
  ['the folder of another organization', 'o-zzz1234567', NOT_ALLOWED],
])('the trail of an organization that this account manages: %s', (_, folder, decision) => {
  const w = commercial({ organization: { id: ORGANIZATION } });
  const write = { ...actingFor(w.trail), ...FULL_CONTROL };
  expect(w.ask(CLOUDTRAIL, 's3:PutObject', `${w.bucket}/AWSLogs/${folder}/a`, write)).toBe(decision);
});

describe('a queue that is encrypted with the key of the log files', () => {
  const w = commercial({ queue: { encryption: 'kms' } });

  test.each<Case>([
    ['S3 encrypts', S3, 'kms:GenerateDataKey', w.key, actingFor(w.bucket), ALLOWED],
    ['S3 decrypts', S3, 'kms:Decrypt', w.key, actingFor(w.bucket), ALLOWED],
    ['S3 for another bucket', S3, 'kms:GenerateDataKey', w.key, actingFor(`${w.bucket}-2`), NOT_ALLOWED],
    [
      "S3 for another account's bucket of that name",
      S3,
      'kms:GenerateDataKey',
      w.key,
      actingFor(w.bucket, OTHER),
      NOT_ALLOWED,
    ],
    ['S3 for nobody', S3, 'kms:GenerateDataKey', w.key, {}, NOT_ALLOWED],
    ['S3 gives it to others', S3, 'kms:CreateGrant', w.key, actingFor(w.bucket), NOT_ALLOWED],
    ['SNS encrypts', SNS, 'kms:GenerateDataKey', w.key, actingFor(w.topic), NOT_ALLOWED],
    ['the reader decrypts', w.reader, 'kms:Decrypt', w.key, {}, ALLOWED],
    ['S3 sends', S3, 'sqs:SendMessage', w.queue, actingFor(w.bucket), ALLOWED],
  ])('%s', (_, caller, action, resource, context, decision) => {
    expect(w.ask(caller, action, resource, context)).toBe(decision);
  });

  test('S3 may do nothing else', () => {
    expect(mayDo(w, [S3], everySource(w, ACCOUNT))).toEqual([
      `s3.amazonaws.com kms:Decrypt ${w.key}`,
      `s3.amazonaws.com kms:GenerateDataKey ${w.key}`,
      `s3.amazonaws.com sqs:SendMessage ${w.queue}`,
    ]);
  });

  test('it is that key, for dead letters, too', () => {
    expect(w.of('aws_sqs_queue').map(({ kms_master_key_id }) => kms_master_key_id)).toEqual([w.key, w.key]);
  });
});

describe('a bucket of access logs', () => {
  const w = commercial({ accessLogs: 'create' });
  const log = `${w.bucket}-access/${w.bucketName}/a`;

  test.each<Case>([
    ['S3 writes', ACCESS_LOGGING, 's3:PutObject', log, actingFor(w.bucket), ALLOWED],
    ['S3 for another bucket', ACCESS_LOGGING, 's3:PutObject', log, actingFor(`${w.bucket}-2`), NOT_ALLOWED],
    [
      "S3 for another account's bucket of that name",
      ACCESS_LOGGING,
      's3:PutObject',
      log,
      actingFor(w.bucket, OTHER),
      NOT_ALLOWED,
    ],
    ['S3 over plain http', ACCESS_LOGGING, 's3:PutObject', log, { ...actingFor(w.bucket), ...PLAIN_HTTP }, DENIED],
    [
      'S3 writes elsewhere in it',
      ACCESS_LOGGING,
      's3:PutObject',
      `${w.bucket}-access/a`,
      actingFor(w.bucket),
      NOT_ALLOWED,
    ],
    ['S3 reads', ACCESS_LOGGING, 's3:GetObject', log, actingFor(w.bucket), NOT_ALLOWED],
    ['S3 logs among the log files', ACCESS_LOGGING, 's3:PutObject', w.logFile, actingFor(w.bucket), NOT_ALLOWED],
    ['CloudTrail writes', CLOUDTRAIL, 's3:PutObject', log, { ...actingFor(w.trail), ...FULL_CONTROL }, NOT_ALLOWED],
    ['the reader reads', w.reader, 's3:GetObject', log, {}, NOT_ALLOWED],
    ['anybody reads', 'anonymous', 's3:GetObject', log, {}, NOT_ALLOWED],
    ['the root user over plain http', w.root, 's3:GetObject', log, PLAIN_HTTP, DENIED],
  ])('%s', (_, caller, action, resource, context, decision) => {
    expect(w.ask(caller, action, resource, context)).toBe(decision);
  });

  test('S3 may do nothing else', () => {
    expect(mayDo(w, [ACCESS_LOGGING], everySource(w, ACCOUNT))).toEqual([]);
  });
});

describe('the trail of somebody else', () => {
  const topic = `arn:aws:sns:eu-west-1:${OTHER}:new-logs`;
  const bucket = 'arn:aws:s3:::their-logs';
  const key = `arn:aws:kms:eu-west-1:${OTHER}:key/0d9e7a5c-58e3-4f0a-9d0b-3f6a1c2b7e48`;
  const byTopic = commercial({ trail: 'existing', existing: { bucket: 'their-logs', topic }, kmsKey: key });
  const byBucket = commercial({ trail: 'existing', existing: { bucket: 'their-logs', notification: 'own' } });

  test.each<Case>([
    ['their topic sends', SNS, 'sqs:SendMessage', byTopic.queue, actingFor(topic, OTHER), ALLOWED],
    ['another topic of theirs', SNS, 'sqs:SendMessage', byTopic.queue, actingFor(`${topic}-2`, OTHER), NOT_ALLOWED],
    [
      'a topic of that name here',
      SNS,
      'sqs:SendMessage',
      byTopic.queue,
      actingFor(topic.replace(OTHER, ACCOUNT)),
      NOT_ALLOWED,
    ],
    ['SNS for nobody', SNS, 'sqs:SendMessage', byTopic.queue, {}, NOT_ALLOWED],
    [
      'their topic over plain http',
      SNS,
      'sqs:SendMessage',
      byTopic.queue,
      { ...actingFor(topic, OTHER), ...PLAIN_HTTP },
      DENIED,
    ],
    ['their topic receives', SNS, 'sqs:ReceiveMessage', byTopic.queue, actingFor(topic, OTHER), NOT_ALLOWED],
    ['S3 sends past the topic', S3, 'sqs:SendMessage', byTopic.queue, actingFor(bucket), NOT_ALLOWED],
    ['people of theirs send', byTopic.stranger, 'sqs:SendMessage', byTopic.queue, actingFor(topic, OTHER), NOT_ALLOWED],
  ])('through a topic: %s', (_, caller, action, resource, context, decision) => {
    expect(byTopic.ask(caller, action, resource, context)).toBe(decision);
  });

  test('their topic may do nothing else', () => {
    expect(mayDo(byTopic, [SNS], [actingFor(topic, OTHER)])).toEqual([
      `sns.amazonaws.com sqs:SendMessage ${byTopic.queue}`,
    ]);
  });

  test.each<Case>([
    ['S3 sends', S3, 'sqs:SendMessage', byBucket.queue, actingFor(bucket), ALLOWED],
    [
      "another account's bucket of that name",
      S3,
      'sqs:SendMessage',
      byBucket.queue,
      actingFor(bucket, OTHER),
      NOT_ALLOWED,
    ],
    ['SNS sends', SNS, 'sqs:SendMessage', byBucket.queue, actingFor(topic, OTHER), NOT_ALLOWED],
  ])('through its bucket: %s', (_, caller, action, resource, context, decision) => {
    expect(byBucket.ask(caller, action, resource, context)).toBe(decision);
  });

  test('its owner decides on bucket and key: the pipeline has a policy for neither', () => {
    expect(Object.keys(byTopic.resourcePolicies).sort()).toEqual(
      [byTopic.queue, byTopic.deadLetters, byTopic.topic, byTopic.topicKey, byTopic.role].sort(),
    );
  });

  /** What their policies must say for the reader to come in. */
  const admitting = (action: string, resource: string) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: byTopic.role }, Action: action, Resource: resource }],
    });

  test.each([
    ['their log files', 's3:GetObject', `${bucket}/AWSLogs/a`, admitting('s3:GetObject', `${bucket}/*`), ALLOWED],
    ['their log files, before they admit it', 's3:GetObject', `${bucket}/AWSLogs/a`, undefined, NOT_ALLOWED],
    ['their key', 'kms:Decrypt', key, admitting('kms:Decrypt', '*'), ALLOWED],
    ['another key of theirs', 'kms:Decrypt', key.replace('0d9e', '1d9e'), admitting('kms:Decrypt', '*'), NOT_ALLOWED],
    [
      'another bucket of theirs',
      's3:GetObject',
      `${bucket}-2/a`,
      admitting('s3:GetObject', `${bucket}-2/*`),
      NOT_ALLOWED,
    ],
  ])('the reader reads %s', (_, action, resource, policy, decision) => {
    const request = { principal: byTopic.reader, action, resource, resourceAccount: OTHER };
    expect(evaluate({ identity: byTopic.readerPolicies, ...(policy && { resource: policy }), request })).toBe(decision);
  });

  test('without a key there is no decrypting', () => {
    expect(mayDo(byBucket, [byBucket.reader], [{}]).filter((allowed) => allowed.includes(' kms:'))).toEqual([]);
  });
});

test.each([
  ['the new one', EXTERNAL_ID, ALLOWED],
  ['the old one', 'old-external-id', ALLOWED],
  ['one before', 'older-external-id', NOT_ALLOWED],
])('while the external id changes, Cortex comes in with %s', (_, id, decision) => {
  const w = commercial({ cortex: { externalId: [EXTERNAL_ID, 'old-external-id'] } });
  expect(w.ask(w.cortex, 'sts:AssumeRole', w.role, presenting(id))).toBe(decision);
  expect(w.ask(w.stranger, 'sts:AssumeRole', w.role, presenting(id))).toBe(NOT_ALLOWED);
});

test.each<[option: string, section: Readonly<Record<string, unknown>>]>([
  ['organization', { organization: { id: ORGANIZATION } }],
  ['queue.encryption', { queue: { encryption: 'kms' } }],
  ['accessLogs', { accessLogs: 'create' }],
  ['existing', { trail: 'existing', existing: { bucket: 'their-logs', notification: 'own' } }],
])('%s opens nothing to other accounts', (_, section) => {
  const w = commercial(section);
  expect(mayDo(w, [w.stranger, w.cortex, 'anonymous'], [{}, ...everySource(w, ACCOUNT)])).toEqual([]);
  expect(mayDo(w, SERVICES, [{}, ...everySource(w, OTHER)])).toEqual(eventBridge(w));
});
