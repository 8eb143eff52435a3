import { actionsInWords, type Purpose } from '../actions-in-words';
import type { Reach, Use } from '../facts';
import { overlap } from '../patterns';

/**
 * Actions that get at what a bucket, a queue, a topic or a key holds or guards, or at how it is set up (AWS service
 * authorization reference). A bucket is deleted empty only, a queue with its messages.
 */
const USES: Readonly<Record<Use, readonly string[]>> = {
  read: [
    ...['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectTorrent', 's3:GetObjectVersionTorrent'],
    ...['sqs:ReceiveMessage', 'sns:Subscribe', 'kms:Decrypt', 'kms:ReEncryptFrom'],
  ],
  write: [
    ...['s3:PutObject', 's3:ReplicateObject', 's3:RestoreObject', 'sqs:SendMessage', 'sns:Publish'],
    ...['kms:Encrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptTo'],
  ],
  delete: [...['s3:DeleteObject', 's3:DeleteObjectVersion', 'sqs:DeleteMessage', 'sqs:PurgeQueue', 'sqs:DeleteQueue']],
  administer: [
    ...['s3:PutBucketPolicy', 's3:DeleteBucketPolicy', 's3:PutBucketAcl', 's3:PutObjectAcl', 's3:DeleteBucket'],
    ...['s3:PutBucketLogging', 's3:PutBucketNotification', 's3:PutBucketObjectLockConfiguration'],
    ...['s3:PutBucketOwnershipControls', 's3:PutBucketPublicAccessBlock', 's3:PutBucketVersioning'],
    ...['s3:PutEncryptionConfiguration', 's3:PutLifecycleConfiguration', 's3:PutReplicationConfiguration'],
    ...['s3:BypassGovernanceRetention', 's3:PutObjectLegalHold', 's3:PutObjectRetention'],
    ...['sqs:SetQueueAttributes', 'sqs:AddPermission', 'sqs:RemovePermission'],
    ...['sns:SetTopicAttributes', 'sns:AddPermission', 'sns:RemovePermission', 'sns:DeleteTopic'],
    ...['kms:PutKeyPolicy', 'kms:CreateGrant', 'kms:DisableKey', 'kms:ScheduleKeyDeletion'],
    ...['kms:DisableKeyRotation', 'kms:EnableKeyRotation', 'kms:UpdateKeyDescription'],
  ],
  assume: ['sts:AssumeRole', 'sts:AssumeRoleWithWebIdentity', 'sts:AssumeRoleWithSAML'],
};

/** The service that an action's resources belong to, where it is another: roles are assumed at STS. */
const OWNERS: Readonly<Record<string, string>> = { sts: 'iam' };

/**
 * What some actions, wildcards among them, let somebody do, and with which resources: `*` is everything of the services
 * that the actions are of.
 * @param partition of the account, such as `aws`
 */
export function reachOf(actions: readonly string[], resources: readonly string[], partition: string): Reach {
  const reach: Partial<Record<Use, string[]>> = {};
  for (const use of Object.keys(USES) as Use[]) {
    const allowed = USES[use].filter((known) =>
      actions.some((action) => overlap(action.toLowerCase(), known.toLowerCase())),
    );
    const patterns = [...new Set(allowed.map((action) => ownedBy(action, partition)))].flatMap((owned) =>
      resources.flatMap((resource) => (resource === '*' ? [owned] : overlap(resource, owned) ? [resource] : [])),
    );
    if (patterns.length > 0) reach[use] = [...new Set(patterns)];
  }
  return reach;
}

/** The pattern of all ARNs that an action can be about. */
function ownedBy(action: string, partition: string): string {
  const [service = ''] = action.split(':');
  return `arn:${partition}:${OWNERS[service] ?? service}:*`;
}

/** What an action is for. What is on no list looks where its name says so, and changes settings otherwise. */
function purposesOf(action: string): Purpose[] {
  const known = (Object.keys(USES) as Use[]).filter((use): use is Exclude<Use, 'assume'> => use !== 'assume');
  const uses = known.filter((use) => USES[use].some((one) => one.toLowerCase() === action.toLowerCase()));
  if (uses.length > 0) return uses;
  return [/:(Get|List|Describe|Lookup)/i.test(action) ? 'look' : 'administer'];
}

/** Actions in words, counted where they are many. */
export function describeActions(actions: readonly string[]): string[] {
  return actionsInWords(actions, purposesOf, describeAction);
}

/** `kms:*` as `kms:* (every action of kms)`; an action without wildcard as it is. */
export function describeAction(action: string): string {
  if (action === '*') return '* (every action of AWS)';
  const [, service, start] = /^([\w-]+):([\w-]*)\*$/.exec(action) ?? [];
  if (service === undefined) return /[*?]/.test(action) ? `${action} (every action that fits)` : action;
  return start === '' ? `${action} (every action of ${service})` : `${action} (every action that begins so)`;
}
