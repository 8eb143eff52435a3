import type { Trail } from '@aws-sdk/client-cloudtrail';
import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import { UserError } from '../../../environments/user-error';
import type { Finding, FoundSetting } from '../../adopt/finding';
import { type Aws, askAws } from '../../aws';
import type { CloudtrailTarget } from '../target';
import { bucketExists, readNotification } from './bucket';
import { type Announcement, chooseAnnouncement, othersOf } from './notification';
import { listTrails, placeOf } from './trails';

/**
 * The trail that the pipeline reads: where its log files are, how they are encrypted and how the queue can learn of them.
 * @param name of the trail; without one there may be one only
 * @throws UserError when the trail cannot be told, or the pipeline cannot read it from its account and region
 */
export async function findExistingTrail(
  aws: Aws,
  target: CloudtrailTarget,
  name: string | undefined,
): Promise<Finding[]> {
  const trail = chooseTrail(await listTrails(aws), target, name);
  return [await describeTrail(aws, target, trail), await describeBucket(aws, target, trail)];
}

function chooseTrail(trails: readonly Trail[], { region }: CloudtrailTarget, name: string | undefined): Trail {
  const candidates = name === undefined ? trails : trails.filter((trail) => trail.Name === name);
  const [trail, ...others] = candidates;
  if (trail !== undefined && others.length === 0) return trail;
  const list = trails.map(
    (each) => `\n  ${each.Name}  ${whereabouts(each)}, s3://${placeOf(each)}  (${each.TrailARN})`,
  );
  if (trails.length === 0)
    throw new UserError(
      `No trail logs in ${region}. Set cloudtrail.region to the region of the trail, or let the stack make one: trail: create.`,
    );
  throw new UserError(
    trail === undefined
      ? `No trail ${name} logs in ${region}; there are:${list.join('')}\nSet cloudtrail.names.trail to one of them.`
      : `Which trail? There are${list.join('')}\nSet cloudtrail.names.trail to the name of one of them.`,
  );
}

async function describeTrail(aws: Aws, target: CloudtrailTarget, trail: Trail): Promise<Finding> {
  const key = trail.KmsKeyId ? await keyArn(aws, trail.KmsKeyId) : undefined;
  const isForeign = key !== undefined && key.split(':')[4] !== target.account;
  return {
    thing: 'trail',
    name: trail.Name ?? '',
    exists: true,
    state: `exists, ${whereabouts(trail)}`,
    // A key that the file names for a trail without one is left alone: the bucket may encrypt with it.
    settings: key === undefined ? [] : [{ path: ['kmsKey'], value: key }],
    warnings: isForeign
      ? [`The key ${key} is another account's: its policy must allow kms:Decrypt to ${target.role.arn}.`]
      : [],
  };
}

async function describeBucket(aws: Aws, target: CloudtrailTarget, trail: Trail): Promise<Finding> {
  const { S3BucketName: name = '', S3KeyPrefix: prefix } = trail;
  if (!(await bucketExists(aws, name, target)))
    throw new UserError(`The bucket ${name} of the trail ${trail.Name} does not exist: the trail delivers nothing.`);
  const configuration = await readNotification(aws, name, target);
  const announcement = chooseAnnouncement(configuration, keysOf(trail), target.queue.arn);
  if (announcement === undefined) throw cannotShare(name, othersOf(configuration, target.queue.arn));
  return {
    thing: 'bucket',
    name,
    exists: true,
    state:
      'topic' in announcement
        ? `exists, announced by ${announcement.topic}`
        : 'exists, without a notification of others',
    settings: [
      { path: ['existing', 'bucket'], value: name },
      { path: ['existing', 'prefix'], value: prefix || undefined },
      ...settingsOf(announcement),
    ],
    warnings: topicWarnings(announcement, target),
  };
}

function settingsOf(announcement: Announcement): FoundSetting[] {
  const { topic, notification } = { topic: undefined, notification: undefined, ...announcement };
  return [
    { path: ['existing', 'topic'], value: topic },
    { path: ['existing', 'notification'], value: notification },
  ];
}

/** @throws UserError when the topic is in another region */
function topicWarnings(announcement: Announcement, { account, region, queue }: CloudtrailTarget): string[] {
  if (!('topic' in announcement)) return [];
  const { topic } = announcement;
  const [, , , topicRegion, topicAccount] = topic.split(':');
  if (topicRegion !== region)
    throw new UserError(
      `The bucket notifies ${topic}, which is not in ${region}. Cortex supports bucket, topic and queue in one region only.`,
    );
  return topicAccount === account
    ? []
    : [`The topic ${topic} is another account's: its policy must allow sns:Subscribe to ${account}, for ${queue.arn}.`];
}

function cannotShare(bucket: string, receivers: readonly string[]): UserError {
  return new UserError(
    `The bucket ${bucket} has a notification that the pipeline cannot share, and would replace by its own:\n` +
      `${receivers.map((receiver) => `  ${receiver}\n`).join('')}` +
      'Ways out:\n' +
      '- Let the bucket notify an SNS topic of s3:ObjectCreated:*, without a filter or with one that takes in all log ' +
      'files, and subscribe to the topic what reads now (a queue with raw message delivery). Then adopt again: this ' +
      'queue becomes a further subscriber.\n' +
      '- If nobody needs what is there, remove it, and adopt again.',
  );
}

/**
 * What the keys of all log files start with (AWS CloudTrail user guide, "Finding your CloudTrail log files"). Below
 * AWSLogs an organization trail has a folder for each account.
 */
function keysOf({ S3KeyPrefix, IsOrganizationTrail, TrailARN = '' }: Trail): string {
  const [, , , , account] = TrailARN.split(':');
  return `${S3KeyPrefix ? `${S3KeyPrefix}/` : ''}AWSLogs/${IsOrganizationTrail ? '' : `${account}/CloudTrail/`}`;
}

/** CloudTrail tells the ARN of the key, or of an alias of it. */
async function keyArn(aws: Aws, id: string): Promise<string> {
  if (id.includes(':key/')) return id;
  const { KeyMetadata } = await askAws(`look for the key ${id}`, `kms:DescribeKey on the key of ${id}`, () =>
    aws.kms.send(new DescribeKeyCommand({ KeyId: id })),
  );
  return KeyMetadata?.Arn ?? id;
}

function whereabouts({ HomeRegion, IsMultiRegionTrail, IsOrganizationTrail }: Trail): string {
  const of = IsOrganizationTrail ? ', of the organization' : '';
  return `home region ${HomeRegion}${IsMultiRegionTrail ? ', every region' : ''}${of}`;
}
