import { GetRoleCommand } from '@aws-sdk/client-iam';
import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import { GetBucketPolicyCommand, GetObjectLockConfigurationCommand } from '@aws-sdk/client-s3';
import { GetTopicAttributesCommand } from '@aws-sdk/client-sns';
import { GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import type { CloudtrailSettings } from '../../../environments/cloudtrail';
import { UserError } from '../../../environments/user-error';
import { type Finding, importable } from '../../adopt/finding';
import { type Aws, findInAws } from '../../aws';
import type { CloudtrailTarget, QueueNames } from '../target';
import { bucketExists, readNotification } from './bucket';
import { othersOf } from './notification';
import { listTrails, placeOf } from './trails';

/** What every form of the pipeline makes: queues, role and topic. Each may exist. */
export function findReaders(aws: Aws, { queue, deadLetters, role, alarmTopic }: CloudtrailTarget): Promise<Finding>[] {
  return [
    findQueue(aws, 'queue', 'queue', queue),
    findQueue(aws, 'dead letters', 'deadLetters', deadLetters),
    findRole(aws, role),
    findTopic(aws, alarmTopic),
  ];
}

/** What a pipeline with a trail of its own makes besides: trail, bucket and key. Each may exist. */
export function findSources(aws: Aws, target: CloudtrailTarget, settings: CloudtrailSettings): Promise<Finding>[] {
  const { trail, kmsKey } = target;
  return [
    ...(trail === undefined ? [] : [findTrail(aws, target, trail)]),
    findBucket(aws, target, settings.objectLock !== undefined),
    ...(kmsKey?.startsWith('alias/') ? [findKey(aws, kmsKey)] : []),
  ];
}

async function findTrail(
  aws: Aws,
  { bucket }: CloudtrailTarget,
  { name, arn }: { name: string; arn: string },
): Promise<Finding> {
  const found = (await listTrails(aws)).find((trail) => trail.Name === name);
  if (found === undefined) return importable('trail', name, 'trail', undefined);
  if (found.TrailARN !== arn)
    throw new UserError(
      `A trail ${name} exists, but as ${found.TrailARN}; the stack would make ${arn}, and no two trails that log in a ` +
        'region can have one name. Choose another name (cloudtrail.names.trail), or the account and region of that trail.',
    );
  const place = placeOf(found);
  return importable('trail', name, 'trail', found.TrailARN, [
    ...(place !== bucket.name
      ? [
          `The trail ${name} writes to s3://${place}; a deploy makes it ` +
            `write to s3://${bucket.name}. To leave it as it is: trail: existing.`,
        ]
      : []),
  ]);
}

async function findBucket(aws: Aws, target: CloudtrailTarget, wantsLock: boolean): Promise<Finding> {
  const { name } = target.bucket;
  if (!(await bucketExists(aws, name, target))) return importable('bucket', name, 'bucket', undefined);
  if (wantsLock) await requireObjectLock(aws, target);
  const receivers = othersOf(await readNotification(aws, name, target), target.queue.arn);
  const statements = await strangeStatements(aws, target);
  const advice = 'To keep it: trail: existing.';
  return importable('bucket', name, 'bucket', name, [
    ...(receivers.length === 0
      ? []
      : [
          `A deploy replaces the notification of the bucket ${name}, which goes to\n  ${receivers.join('\n  ')}\n${advice}`,
        ]),
    ...(statements.length === 0
      ? []
      : [
          `A deploy replaces the policy of the bucket ${name}, with its statements ${statements.join(', ')}. ${advice}`,
        ]),
  ]);
}

/** Terraform would replace a bucket to give it object lock, with all that it holds. */
async function requireObjectLock(aws: Aws, { account, bucket: { name, arn } }: CloudtrailTarget): Promise<void> {
  const found = await findInAws(
    ['ObjectLockConfigurationNotFoundError'],
    `read the object lock of the bucket ${name}`,
    `s3:GetBucketObjectLockConfiguration on ${arn}`,
    () => aws.s3.send(new GetObjectLockConfigurationCommand({ Bucket: name, ExpectedBucketOwner: account })),
  );
  if (found === undefined)
    throw new UserError(
      `The bucket ${name} has no object lock, and a deploy would make it anew, empty, to give it one.\n` +
        'Turn it on for the bucket first (S3 console > Properties > Object Lock), or take cloudtrail.objectLock out.',
    );
}

/** Statements of the stack's own policy. The console of CloudTrail adds an id to the first two. */
const OWN_STATEMENTS =
  /^(AWSCloudTrailAclCheck20150319|AWSCloudTrailWrite20150319|AWSCloudTrailOrganizationWrite20150319|DenyInsecureTransport)(-|$)/;

interface Sid {
  readonly Sid?: string;
}

/** Names of the statements of a bucket's policy that the stack's does not have. */
async function strangeStatements(aws: Aws, { account, bucket: { name, arn } }: CloudtrailTarget): Promise<string[]> {
  const found = await findInAws(
    ['NoSuchBucketPolicy'],
    `read the policy of the bucket ${name}`,
    `s3:GetBucketPolicy on ${arn}`,
    () => aws.s3.send(new GetBucketPolicyCommand({ Bucket: name, ExpectedBucketOwner: account })),
  );
  const { Statement = [] }: { Statement?: Sid | Sid[] } = JSON.parse(found?.Policy ?? '{}');
  return [Statement]
    .flat()
    .map(({ Sid }, index) => Sid || `number ${index + 1}`)
    .filter((sid) => !OWN_STATEMENTS.test(sid));
}

/** The key that has the stack's alias; alias and key are taken in together. */
async function findKey(aws: Aws, alias: string): Promise<Finding> {
  const found = await findInAws(
    ['NotFoundException'],
    `look for the key of ${alias}`,
    `kms:DescribeKey on the key of ${alias}`,
    () => aws.kms.send(new DescribeKeyCommand({ KeyId: alias })),
  );
  const { KeyId, KeyState, KeySpec = 'SYMMETRIC_DEFAULT' } = found?.KeyMetadata ?? {};
  const another = 'or choose another alias (cloudtrail.names.key)';
  if (KeyState === 'PendingDeletion' || KeyState === 'PendingReplicaDeletion')
    throw new UserError(
      `The key ${KeyId} of ${alias} is about to be deleted. Keep it: aws kms cancel-key-deletion --key-id ${KeyId}, ${another}.`,
    );
  if (KeySpec !== 'SYMMETRIC_DEFAULT')
    throw new UserError(
      `The key ${KeyId} of ${alias} is ${KeySpec}; CloudTrail needs a symmetric one. Move the alias to another key, ${another}.`,
    );
  const finding = importable('key', alias, 'key', KeyId);
  return {
    ...finding,
    settings: [...finding.settings, { path: ['import', 'alias'], value: KeyId === undefined ? undefined : alias }],
  };
}

async function findQueue(aws: Aws, thing: string, key: string, { name, arn }: QueueNames): Promise<Finding> {
  const found = await findInAws(
    ['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'],
    `look for the queue ${name}`,
    `sqs:GetQueueUrl on ${arn}`,
    () => aws.sqs.send(new GetQueueUrlCommand({ QueueName: name })),
  );
  return importable(thing, name, key, found?.QueueUrl);
}

async function findRole(aws: Aws, { name, arn }: CloudtrailTarget['role']): Promise<Finding> {
  const found = await findInAws(
    ['NoSuchEntityException', 'NoSuchEntity'],
    `look for the role ${name}`,
    `iam:GetRole on ${arn}`,
    () => aws.iam.send(new GetRoleCommand({ RoleName: name })),
  );
  const { Path = '/' } = found?.Role ?? {};
  return importable('role', name, 'role', found?.Role?.RoleName, [
    ...(Path === '/'
      ? []
      : [
          `The role ${name} has the path ${Path}; a deploy makes it anew, without one, and its ARN becomes ${arn}: Cortex ` +
            'must be told. To keep both roles: another name (cloudtrail.names.role).',
        ]),
  ]);
}

async function findTopic(aws: Aws, { name, arn }: CloudtrailTarget['alarmTopic']): Promise<Finding> {
  const found = await findInAws(
    ['NotFoundException', 'NotFound'],
    `look for the topic ${name}`,
    `sns:GetTopicAttributes on ${arn}`,
    () => aws.sns.send(new GetTopicAttributesCommand({ TopicArn: arn })),
  );
  return importable('topic', name, 'topic', found && arn);
}
