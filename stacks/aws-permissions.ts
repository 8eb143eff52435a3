import { AwsAccount } from '../constructs/aws/account';
import type { PolicyStatement } from '../constructs/aws/policy';
import type { CloudtrailSettings } from '../environments/cloudtrail';
import type { Environment } from '../environments/schema';
import { cloudtrailNames } from './cloudtrail-names';

/**
 * What the roles of the workflows may do to the pipeline of AWS: what the Terraform provider asks of AWS to make, plan and
 * destroy it, as recorded with 5.100, and what changes of it and providers up to 6.x ask for beside that. Resources as
 * narrow as AWS takes them (Service Authorization Reference).
 */
export interface AwsPermission {
  /** Letters and digits: the Sid. */
  readonly name: string;
  readonly why: string;
  readonly actions: readonly string[];
  /** ARNs. `*`: AWS takes no narrower one. */
  readonly on: readonly string[];
  /** Condition keys and what they must equal. */
  readonly when?: Readonly<Record<string, string>>;
}

export interface AwsPermissions {
  /** To look: nothing that a log file, a message or a secret could be read with. */
  readonly read: readonly AwsPermission[];
  /** To make, change and, unless the environment is protected, destroy. */
  readonly write: readonly AwsPermission[];
}

/** Tag by which the keys of an environment are known: a key has no name of its own. */
const ENVIRONMENT_TAG = 'tributary-environment';

/**
 * Statements of a policy. Permissions of the same actions share one, since the size of policies is limited: its name is
 * that of the first.
 */
export function statementsOf(permissions: readonly AwsPermission[]): PolicyStatement[] {
  const byActions = new Map<string, AwsPermission>();
  for (const permission of permissions.filter(({ on }) => on.length > 0)) {
    const { actions, when } = permission;
    const key = JSON.stringify([actions, when]);
    const before = byActions.get(key);
    byActions.set(key, before ? { ...before, on: [...before.on, ...permission.on] } : permission);
  }
  return [...byActions.values()].map(({ name, actions, on, when }) => ({
    Sid: name,
    Effect: 'Allow',
    Action: oneOrMore(actions),
    Resource: oneOrMore(on),
    ...(when && { Condition: { StringEquals: when } }),
  }));
}

function oneOrMore(values: readonly string[]): string | readonly string[] {
  const [only = '', ...others] = values;
  return others.length === 0 ? only : values;
}

/** What is asked for every bucket, of whatever settings. */
export const BUCKET_READS = [
  's3:GetAccelerateConfiguration',
  's3:GetBucketAcl',
  's3:GetBucketCORS',
  's3:GetBucketLocation',
  's3:GetBucketLogging',
  's3:GetBucketNotification',
  's3:GetBucketObjectLockConfiguration',
  's3:GetBucketOwnershipControls',
  's3:GetBucketPolicy',
  's3:GetBucketPublicAccessBlock',
  's3:GetBucketRequestPayment',
  's3:GetBucketTagging',
  's3:GetBucketVersioning',
  's3:GetBucketWebsite',
  's3:GetEncryptionConfiguration',
  's3:GetLifecycleConfiguration',
  's3:GetReplicationConfiguration',
  's3:ListBucket',
  's3:ListTagsForResource',
] as const;

const BUCKET_WRITES = [
  's3:CreateBucket',
  's3:DeleteBucketPolicy',
  's3:PutBucketLogging',
  's3:PutBucketNotification',
  's3:PutBucketObjectLockConfiguration',
  's3:PutBucketOwnershipControls',
  's3:PutBucketPolicy',
  's3:PutBucketPublicAccessBlock',
  's3:PutBucketTagging',
  's3:PutBucketVersioning',
  's3:PutEncryptionConfiguration',
  's3:PutLifecycleConfiguration',
  's3:TagResource',
  's3:UntagResource',
];

export const ROLE_READS = [
  'iam:GetRole',
  'iam:GetRolePolicy',
  'iam:ListAttachedRolePolicies',
  'iam:ListRolePolicies',
] as const;

/** Permissions on cloudtrail-cortex. */
export function cloudtrailPermissions(environment: Environment, settings: CloudtrailSettings): AwsPermissions {
  const { environment: name, protected: isProtected } = environment;
  const account = new AwsAccount(settings.account, settings.region);
  const targets = targetsOf(name, settings, account);
  return {
    read: [...readTrail(targets, settings), ...readRest(targets)],
    write: [
      ...writeTrail(targets, settings, isProtected),
      ...writeKeys(targets, name, isProtected),
      ...writeRest(targets, account, isProtected),
    ],
  };
}

type Targets = ReturnType<typeof targetsOf>;

/** ARNs of what the stack makes. */
function targetsOf(environment: string, settings: CloudtrailSettings, account: AwsAccount) {
  const { organization, accessLogs, existing } = settings;
  const names = cloudtrailNames(environment, settings);
  const trailOwner = new AwsAccount(organization?.managementAccount ?? account.id, account.region);
  const isOwn = existing === undefined;
  return {
    buckets: isOwn
      ? [names.bucket, ...(accessLogs === 'create' ? [names.accessLogs] : [])].map((one) => account.bucketArn(one))
      : [],
    /** Bucket of somebody else's trail that gets our notification. */
    notifiedBuckets: existing?.notification === 'own' ? [account.bucketArn(existing.bucket)] : [],
    trails: isOwn ? [trailOwner.arn('cloudtrail', `trail/${names.trail}`)] : [],
    keys: [account.arn('kms', 'key/*')],
    whenKey: { [`aws:ResourceTag/${ENVIRONMENT_TAG}`]: environment },
    aliases: isOwn && settings.kmsKey === undefined ? [account.arn('kms', `alias/${names.key}`)] : [],
    queues: [names.queue, `${names.queue}-dead-letters`].map((one) => account.arn('sqs', one)),
    topics: [account.arn('sns', names.topic)],
    foreignTopics: existing?.topic === undefined ? [] : [existing.topic],
    alarms: [account.arn('cloudwatch', `alarm:${names.alarms}-*`)],
    // Dashboards have no region.
    dashboards: [`arn:${account.partition}:cloudwatch::${account.id}:dashboard/${names.dashboard}`],
    rules: [account.arn('events', `rule/${names.keyRule}`)],
    roles: [account.roleArn(names.role)],
  };
}

function readTrail({ buckets, notifiedBuckets, trails }: Targets, { existing }: CloudtrailSettings): AwsPermission[] {
  if (existing)
    return [
      {
        name: 'ReadNotification',
        why: 'Whether the bucket still announces to the queue.',
        actions: ['s3:GetBucketNotification'],
        on: notifiedBuckets,
      },
    ];
  return [
    { name: 'ReadBuckets', why: 'Settings of the buckets; no object.', actions: BUCKET_READS, on: buckets },
    {
      name: 'ReadTrail',
      why: 'Settings of the trail, and whether it logs.',
      actions: [
        'cloudtrail:GetEventSelectors',
        'cloudtrail:GetInsightSelectors',
        'cloudtrail:GetTrail',
        'cloudtrail:GetTrailStatus',
        'cloudtrail:ListTags',
      ],
      on: trails,
    },
    {
      name: 'FindTrail',
      why: 'The provider finds a trail in the list of all.',
      actions: ['cloudtrail:DescribeTrails'],
      on: ['*'],
    },
  ];
}

function readRest(targets: Targets): AwsPermission[] {
  return [
    {
      name: 'ReadKeys',
      why: 'Settings of the keys; no use of them.',
      actions: ['kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:GetKeyRotationStatus', 'kms:ListResourceTags'],
      on: targets.keys,
      when: targets.whenKey,
    },
    {
      name: 'FindAlias',
      why: 'The provider finds an alias in the list of all.',
      actions: ['kms:ListAliases'],
      on: ['*'],
    },
    {
      name: 'ReadQueues',
      why: 'Settings of the queues; no message.',
      actions: ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:ListQueueTags'],
      on: targets.queues,
    },
    {
      name: 'ReadTopic',
      why: 'The topic of the alarms, and who subscribes to it.',
      actions: ['sns:GetTopicAttributes', 'sns:ListSubscriptionsByTopic', 'sns:ListTagsForResource'],
      on: targets.topics,
    },
    {
      name: 'ReadSubscriptions',
      why: 'Subscriptions are no resources of their own to IAM.',
      actions: ['sns:GetSubscriptionAttributes'],
      on: ['*'],
    },
    {
      name: 'ReadAlarms',
      why: 'AWS decides on the list of alarms as a whole.',
      actions: ['cloudwatch:DescribeAlarms'],
      on: ['*'],
    },
    {
      name: 'ReadMetrics',
      why: 'How much went through, for status: numbers. AWS takes no narrower resource.',
      actions: ['cloudwatch:GetMetricData'],
      on: ['*'],
    },
    {
      name: 'ReadAlarmTags',
      why: 'Tags of the alarms.',
      actions: ['cloudwatch:ListTagsForResource'],
      on: targets.alarms,
    },
    { name: 'ReadDashboard', why: 'The dashboard.', actions: ['cloudwatch:GetDashboard'], on: targets.dashboards },
    {
      name: 'ReadRule',
      why: 'The rule that watches the key.',
      actions: ['events:DescribeRule', 'events:ListTagsForResource', 'events:ListTargetsByRule'],
      on: targets.rules,
    },
    {
      name: 'ReadRole',
      why: 'The role of Cortex, its trust and its policies.',
      actions: ROLE_READS,
      on: targets.roles,
    },
  ];
}

function writeTrail(
  { buckets, notifiedBuckets, trails }: Targets,
  settings: CloudtrailSettings,
  isProtected: boolean,
): AwsPermission[] {
  const { existing, organization, objectLock } = settings;
  if (existing)
    return [
      {
        name: 'WriteNotification',
        why: 'The bucket announces new log files to the queue.',
        actions: ['s3:PutBucketNotification'],
        on: notifiedBuckets,
      },
    ];
  const destroy: AwsPermission[] = [
    {
      name: 'DestroyBuckets',
      why: 'Not in a protected environment.',
      actions: ['s3:DeleteBucket', 's3:ListBucketVersions'],
      on: buckets,
    },
    {
      name: 'EmptyBuckets',
      why: 'Not in a protected environment: a bucket is emptied, unread, before it goes.',
      actions: [
        's3:DeleteObject',
        's3:DeleteObjectVersion',
        ...(objectLock?.mode === 'governance' ? ['s3:BypassGovernanceRetention', 's3:PutObjectLegalHold'] : []),
      ],
      on: buckets.map((bucket) => `${bucket}/*`),
    },
  ];
  return [
    { name: 'WriteBuckets', why: 'Makes the buckets and sets them up.', actions: BUCKET_WRITES, on: buckets },
    ...(isProtected ? [] : destroy),
    {
      name: 'WriteTrail',
      why: 'Makes the trail, sets it up and takes it away.',
      actions: [
        ...['AddTags', 'CreateTrail', 'DeleteTrail', 'PutEventSelectors', 'PutInsightSelectors', 'RemoveTags'],
        ...['StartLogging', 'StopLogging', 'UpdateTrail'],
      ].map((action) => `cloudtrail:${action}`),
      on: trails,
    },
    ...(organization ? organizationTrail(settings) : []),
  ];
}

/** CloudTrail user guide, "Prepare for creating a trail for your organization"; trusted access is turned on by hand. */
function organizationTrail({ account, region }: CloudtrailSettings): AwsPermission[] {
  const { partition } = new AwsAccount(account, region);
  const role = 'role/aws-service-role/cloudtrail.amazonaws.com/AWSServiceRoleForCloudTrail';
  return [
    {
      name: 'LookAtOrganization',
      why: 'CloudTrail asks as the caller whether the organization lets it in.',
      actions: ['organizations:DescribeOrganization', 'organizations:ListAWSServiceAccessForOrganization'],
      on: ['*'],
    },
    {
      name: 'WriteServiceRole',
      why: 'The first trail of an organization makes the role that CloudTrail itself uses.',
      actions: ['iam:CreateServiceLinkedRole', 'iam:GetRole'],
      on: [`arn:${partition}:iam::${account}:${role}`],
    },
  ];
}

function writeKeys({ keys, whenKey, aliases }: Targets, environment: string, isProtected: boolean): AwsPermission[] {
  const whenTagged = { [`aws:RequestTag/${ENVIRONMENT_TAG}`]: environment };
  return [
    {
      name: 'CreateKeys',
      why: 'Keys of the log files and of the alarms.',
      actions: ['kms:CreateKey'],
      on: ['*'],
      when: whenTagged,
    },
    {
      name: 'TagKeys',
      why: 'A key gets its tags as it is made.',
      actions: ['kms:TagResource'],
      on: keys,
      when: whenTagged,
    },
    {
      name: 'WriteKeys',
      why: 'Sets up keys of this environment.',
      actions: [
        ...['CreateAlias', 'DeleteAlias', 'DisableKeyRotation', 'EnableKeyRotation', 'PutKeyPolicy', 'UntagResource'],
        ...['UpdateAlias', 'UpdateKeyDescription', ...(isProtected ? [] : ['ScheduleKeyDeletion'])],
      ].map((action) => `kms:${action}`),
      on: keys,
      when: whenKey,
    },
    {
      name: 'WriteAlias',
      why: 'KMS asks for the alias as well as for its key.',
      actions: ['kms:CreateAlias', 'kms:DeleteAlias', 'kms:UpdateAlias'],
      on: aliases,
    },
  ];
}

function writeRest(targets: Targets, account: AwsAccount, isProtected: boolean): AwsPermission[] {
  return [
    {
      name: 'WriteQueues',
      why: 'Makes the queues and sets them up; destroys them unless the environment is protected.',
      actions: [
        'sqs:CreateQueue',
        'sqs:SetQueueAttributes',
        'sqs:TagQueue',
        'sqs:UntagQueue',
        ...(isProtected ? [] : ['sqs:DeleteQueue']),
      ],
      on: targets.queues,
    },
    {
      name: 'WriteTopic',
      why: 'Makes the topic of the alarms and subscribes to it.',
      actions: [
        'sns:CreateTopic',
        'sns:DeleteTopic',
        'sns:SetTopicAttributes',
        'sns:Subscribe',
        'sns:TagResource',
        'sns:UntagResource',
      ],
      on: targets.topics,
    },
    {
      name: 'SubscribeQueue',
      why: 'The queue subscribes to the topic of an existing bucket.',
      actions: ['sns:Subscribe'],
      on: targets.foreignTopics,
    },
    {
      name: 'WriteSubscriptions',
      why: 'Subscriptions are no resources of their own to IAM.',
      actions: ['sns:SetSubscriptionAttributes', 'sns:Unsubscribe'],
      on: ['*'],
    },
    {
      name: 'WriteAlarms',
      why: 'Makes, changes and takes away the alarms.',
      actions: [
        'cloudwatch:DeleteAlarms',
        'cloudwatch:PutMetricAlarm',
        'cloudwatch:TagResource',
        'cloudwatch:UntagResource',
      ],
      on: targets.alarms,
    },
    {
      name: 'WriteDashboard',
      why: 'Makes, changes and takes away the dashboard.',
      actions: ['cloudwatch:DeleteDashboards', 'cloudwatch:PutDashboard'],
      on: targets.dashboards,
    },
    {
      name: 'WriteRule',
      why: 'Makes, changes and takes away the rule that watches the key.',
      actions: ['DeleteRule', 'PutRule', 'PutTargets', 'RemoveTargets', 'TagResource', 'UntagResource'].map(
        (action) => `events:${action}`,
      ),
      on: targets.rules,
    },
    {
      name: 'WriteRole',
      why: 'Makes and changes the role of Cortex. No iam:PassRole: nothing is handed a role.',
      actions: [
        ...['CreateRole', 'DeleteRole', 'DeleteRolePolicy', 'ListInstanceProfilesForRole', 'PutRolePolicy', 'TagRole'],
        ...['UntagRole', 'UpdateAssumeRolePolicy', 'UpdateRole', 'UpdateRoleDescription'],
      ].map((action) => `iam:${action}`),
      on: targets.roles,
    },
    {
      name: 'AttachSecurityAudit',
      why: 'The one managed policy that the role may get.',
      actions: ['iam:AttachRolePolicy', 'iam:DetachRolePolicy'],
      on: targets.roles,
      when: { 'iam:PolicyARN': account.managedPolicyArn('SecurityAudit') },
    },
  ];
}
