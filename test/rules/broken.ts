import type { StackJson } from '../synthesize';

/** A stack that was broken on purpose. */
export interface Broken {
  readonly what: string;
  /** Of which option of test/stacks/cloudtrail-options.ts the stack is. Default: defaults. */
  readonly of?: string;
  readonly edit: (stack: StackJson) => void;
  /** The one thing that must be found. */
  readonly found: RegExp;
}

const LOGGED = 'access logs, created';
const OWN_NOTIFICATION = 'existing trail, notification';
const TOPIC = 'existing trail, topic';
const OWN_KEY = 'arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-4000-8000-000000000000';

/** The only resource of a type, or the one with a part of that name. */
function resource(stack: StackJson, type: string, name = ''): StackJson {
  const found = Object.entries<StackJson>(stack.resource[type] ?? {}).filter(([id]) => id.includes(name));
  const [[, one] = []] = found;
  if (found.length !== 1 || one === undefined) throw new Error(`${found.length} ${type} ${name}, 1 expected`);
  return one;
}

/** Sets attributes of a resource; undefined takes one away. */
function set(type: string, name: string, attributes: StackJson): Broken['edit'] {
  return (stack) => void Object.assign(resource(stack, type, name), attributes);
}

function add(type: string, attributes: StackJson): Broken['edit'] {
  return (stack) => {
    stack.resource[type] = { ...stack.resource[type], added: attributes };
  };
}

function remove(type: string, name: string): Broken['edit'] {
  return (stack) => {
    const before = Object.entries(stack.resource[type]);
    stack.resource[type] = Object.fromEntries(before.filter(([id]) => !id.includes(name)));
    if (Object.keys(stack.resource[type]).length !== before.length - 1) throw new Error(`not 1 ${type} ${name}`);
  };
}

/** Changes a statement of a policy, found by a part of its Sid. */
function statement(type: string, name: string, sid: string, changes: StackJson, attribute = 'policy'): Broken['edit'] {
  return (stack) => {
    const of = resource(stack, type, name);
    const policy = JSON.parse(of[attribute]);
    const statements = policy.Statement.filter(({ Sid }: StackJson) => Sid.includes(sid));
    if (statements.length !== 1) throw new Error(`${statements.length} statements ${sid}, 1 expected`);
    Object.assign(statements[0], changes);
    of[attribute] = JSON.stringify(policy);
  };
}

const trail = (attributes: StackJson) => set('aws_cloudtrail', '', attributes);
const trust = (changes: StackJson) => statement('aws_iam_role', '', 'ExternalId', changes, 'assume_role_policy');
const reader = (sid: string, changes: StackJson) => statement('aws_iam_role_policy', '', sid, changes);
const alarm = (name: string, attributes: StackJson) => set('aws_cloudwatch_metric_alarm', name, attributes);
const selectors = (one: StackJson) => trail({ event_selector: [one] });
const firstRule =
  (edit: (rule: StackJson) => void, type = 'lifecycle_configuration') =>
  (stack: StackJson) =>
    edit(resource(stack, `aws_s3_bucket_${type}`, 'logs').rule[0]);

/** By rule: what it must catch. */
export const BROKEN: Readonly<Record<string, readonly Broken[]>> = {
  'trail-logs': [
    { what: 'logging is off', edit: trail({ enable_logging: false }), found: /^0 trails/ },
    { what: 'no trail', edit: remove('aws_cloudtrail', 'trail'), found: /^0 trails/ },
  ],
  'trail-every-region': [
    { what: 'one region', edit: trail({ is_multi_region_trail: false }), found: /^aws_cloudtrail\.trail/ },
    {
      what: 'no global services',
      edit: trail({ include_global_service_events: false }),
      found: /^aws_cloudtrail\.trail/,
    },
  ],
  'trail-management-events': [
    {
      what: 'reads are left out',
      edit: selectors({ read_write_type: 'WriteOnly', include_management_events: true }),
      found: /left out/,
    },
    {
      what: 'a service is left out',
      edit: selectors({
        read_write_type: 'All',
        include_management_events: true,
        exclude_management_event_sources: ['kms.amazonaws.com'],
      }),
      found: /left out/,
    },
    {
      what: 'data events only',
      of: 'data events',
      edit: (stack) => resource(stack, 'aws_cloudtrail').advanced_event_selector.shift(),
      found: /left out/,
    },
  ],
  'trail-validation': [
    { what: 'no digests', edit: trail({ enable_log_file_validation: false }), found: /no log file validation/ },
  ],
  'trail-encrypted': [
    { what: 'no key', edit: trail({ kms_key_id: undefined }), found: /no KMS key/ },
    { what: "somebody else's key", of: 'own key', edit: trail({ kms_key_id: OWN_KEY }), found: /no KMS key/ },
  ],
  'trail-after-policy': [
    { what: 'no dependency', edit: trail({ depends_on: [] }), found: /does not depend on aws_s3_bucket_policy\.logs/ },
  ],
  'trail-object-writes': [
    {
      what: 'reads only',
      of: 'data events',
      edit: (stack) => {
        const [, { field_selector: fields }] = resource(stack, 'aws_cloudtrail').advanced_event_selector;
        fields.find((one: StackJson) => one.field === 'readOnly').equals = ['true'];
      },
      found: /no object writes/,
    },
  ],
  'trail-object-reads': [
    {
      what: 'of another service only',
      of: 'combination 1: organization, everything logged and kept',
      edit: (stack) => {
        const [, { field_selector: fields }] = resource(stack, 'aws_cloudtrail').advanced_event_selector;
        fields.find((one: StackJson) => one.field === 'resources.type').equals = ['AWS::Lambda::Function'];
      },
      found: /no object reads/,
    },
  ],
  'bucket-blocks-public-access': [
    ...['block_public_acls', 'block_public_policy', 'ignore_public_acls', 'restrict_public_buckets'].map((flag) => ({
      what: `without ${flag}`,
      edit: set('aws_s3_bucket_public_access_block', '', { [flag]: false }),
      found: /not the expected aws_s3_bucket_public_access_block/,
    })),
    {
      what: 'the access logs have none',
      of: LOGGED,
      edit: remove('aws_s3_bucket_public_access_block', 'access-logs'),
      found: /^aws_s3_bucket\.access-logs.*no aws_s3_bucket_public_access_block/,
    },
  ],
  'bucket-no-acls': [
    {
      what: 'the writer owns',
      edit: set('aws_s3_bucket_ownership_controls', '', { rule: { object_ownership: 'ObjectWriter' } }),
      found: /not the expected aws_s3_bucket_ownership_controls/,
    },
    {
      what: 'an ACL',
      edit: add('aws_s3_bucket_acl', { acl: 'log-delivery-write' }),
      found: /^aws_s3_bucket_acl\.added$/,
    },
    { what: 'an ACL of the bucket', edit: set('aws_s3_bucket', '', { acl: 'private' }), found: /an ACL$/ },
  ],
  'bucket-services-only': [
    {
      what: 'another account writes',
      edit: statement('aws_s3_bucket_policy', '', 'CloudTrailWrite', { Principal: { AWS: '444455556666' } }),
      found: /lets 444455556666 in$/,
    },
  ],
  'bucket-versions': [
    {
      what: 'suspended',
      edit: set('aws_s3_bucket_versioning', '', { versioning_configuration: { status: 'Suspended' } }),
      found: /not the expected aws_s3_bucket_versioning/,
    },
  ],
  'bucket-lifecycle': [
    {
      what: 'switched off',
      edit: firstRule((rule) => {
        rule.status = 'Disabled';
      }),
      found: /not the expected aws_s3_bucket_lifecycle/,
    },
    {
      what: 'some objects only',
      edit: firstRule((rule) => {
        rule.filter = [{ prefix: 'AWSLogs/' }];
      }),
      found: /not the expected aws_s3_bucket_lifecycle/,
    },
    ...['expiration', 'noncurrent_version_expiration', 'abort_incomplete_multipart_upload'].map((part) => ({
      what: `without ${part}`,
      edit: firstRule((rule) => {
        delete rule[part];
      }),
      found: /not the expected aws_s3_bucket_lifecycle/,
    })),
  ],
  'logs-outlive-messages': [
    {
      what: 'a day too short',
      edit: firstRule((rule) => {
        rule.expiration[0].days = 13;
      }),
      found: /kept for 1123200 s/,
    },
  ],
  'bucket-encrypted': [
    {
      what: 'log files with the key of S3',
      edit: firstRule((rule) => {
        rule.apply_server_side_encryption_by_default = { sse_algorithm: 'AES256' };
      }, 'server_side_encryption_configuration'),
      found: /^aws_s3_bucket\.logs/,
    },
    {
      what: "log files with AWS's key",
      edit: firstRule((rule) => {
        rule.apply_server_side_encryption_by_default = { sse_algorithm: 'aws:kms' };
      }, 'server_side_encryption_configuration'),
      found: /^aws_s3_bucket\.logs/,
    },
    {
      what: 'access logs with a KMS key',
      of: LOGGED,
      edit: (stack) => {
        const { rule } = resource(stack, 'aws_s3_bucket_server_side_encryption_configuration', 'access-logs');
        rule[0].apply_server_side_encryption_by_default = { sse_algorithm: 'aws:kms', kms_master_key_id: OWN_KEY };
      },
      found: /^aws_s3_bucket\.access-logs/,
    },
  ],
  'bucket-access-logs': [
    {
      what: 'not logged',
      of: 'access logs, given',
      edit: remove('aws_s3_bucket_logging', 'logs'),
      found: /^aws_s3_bucket\.logs.*: no aws_s3_bucket_logging/,
    },
  ],
  'bucket-object-lock': [
    {
      what: 'no retention',
      of: 'object lock, governance',
      edit: remove('aws_s3_bucket_object_lock_configuration', 'logs'),
      found: /no aws_s3_bucket_object_lock_configuration/,
    },
    {
      what: 'not enabled',
      of: 'object lock, compliance',
      edit: set('aws_s3_bucket', '', { object_lock_enabled: undefined }),
      found: /no object_lock_enabled/,
    },
  ],
  'notification-created-only': [
    {
      what: 'removed objects, too',
      edit: (stack) => resource(stack, 'aws_s3_bucket_notification').queue[0].events.push('s3:ObjectRemoved:*'),
      found: /s3:ObjectCreated:\* to one queue/,
    },
    {
      what: 'to the dead letters',
      edit: (stack) => {
        const [deadLetters] = Object.keys(stack.resource.aws_sqs_queue).filter((id) => id.includes('dead-letters'));
        resource(stack, 'aws_s3_bucket_notification').queue[0].queue_arn = `\${aws_sqs_queue.${deadLetters}.arn}`;
      },
      found: /to one queue/,
    },
    { what: 'none', edit: remove('aws_s3_bucket_notification', ''), found: /^0 notifications, 1 expected/ },
  ],
  'existing-bucket-untouched': [
    {
      what: 'a bucket policy',
      of: OWN_NOTIFICATION,
      edit: add('aws_s3_bucket_policy', { bucket: 'acme-logs', policy: '{}' }),
      found: /^aws_s3_bucket_policy\.added/,
    },
    {
      what: 'a notification beside a topic',
      of: TOPIC,
      edit: add('aws_s3_bucket_notification', { bucket: 'acme-logs' }),
      found: /^aws_s3_bucket_notification\.added/,
    },
    {
      what: 'a notification that is not imported',
      of: OWN_NOTIFICATION,
      edit: (stack) => {
        stack.import = undefined;
      },
      found: /^aws_s3_bucket_notification\.objects/,
    },
    { what: 'a trail', of: TOPIC, edit: add('aws_cloudtrail', {}), found: /^aws_cloudtrail\.added/ },
  ],
  'queue-encrypted': [
    {
      what: 'the dead letters are not',
      edit: set('aws_sqs_queue', 'dead-letters', { sqs_managed_sse_enabled: undefined }),
      found: /^aws_sqs_queue\.objects_dead-letters/,
    },
    {
      what: "AWS's key",
      edit: set('aws_sqs_queue', 'objects_queue', {
        sqs_managed_sse_enabled: undefined,
        kms_master_key_id: 'alias/aws/sqs',
      }),
      found: /^aws_sqs_queue\.objects_queue/,
    },
  ],
  'queue-dead-letters': [
    {
      what: 'dead letters from anybody',
      edit: set('aws_sqs_queue', 'dead-letters', { redrive_allow_policy: undefined }),
      found: /does not admit it alone/,
    },
    {
      what: 'after the first failure',
      edit: (stack) => {
        const queue = resource(stack, 'aws_sqs_queue', 'objects_queue');
        queue.redrive_policy = queue.redrive_policy.replace('"maxReceiveCount":5', '"maxReceiveCount":1');
      },
      found: /1 receives, 3 or more/,
    },
    { what: 'a queue without', edit: add('aws_sqs_queue', { name: 'other' }), found: /added: no dead letter queue/ },
  ],
  'queue-retention': [
    {
      what: 'messages for an hour',
      edit: set('aws_sqs_queue', 'objects_queue', { message_retention_seconds: 3_600 }),
      found: /objects_queue.*3600 s/,
    },
    {
      what: 'dead letters for the default of 4 days',
      edit: set('aws_sqs_queue', 'dead-letters', { message_retention_seconds: undefined }),
      found: /dead-letters/,
    },
  ],
  'topic-encrypted': [
    {
      what: "AWS's key",
      edit: set('aws_sns_topic', '', { kms_master_key_id: 'alias/aws/sns' }),
      found: /alias\/aws\/sns$/,
    },
    { what: 'no key', edit: set('aws_sns_topic', '', { kms_master_key_id: undefined }), found: /undefined$/ },
  ],
  tagged: [
    {
      what: 'no tag of the environment',
      edit: (stack) => {
        delete stack.provider.aws[0].default_tags[0].tags['tributary-environment'];
      },
      found: /^no tag tributary-environment$/,
    },
  ],
  'bucket-tls-only': [
    {
      what: 'objects over http',
      edit: statement('aws_s3_bucket_policy', '', 'DenyInsecure', {
        Resource: 'arn:aws:s3:::test-cloudtrail-111122223333-eu-west-1',
      }),
      found: /takes plain http/,
    },
    {
      what: 'writing over http',
      edit: statement('aws_s3_bucket_policy', '', 'DenyInsecure', {
        Action: ['s3:Get*', 's3:List*', 's3:DeleteObject'],
      }),
      found: /takes plain http/,
    },
    {
      what: 'the access logs have no policy',
      of: LOGGED,
      edit: remove('aws_s3_bucket_policy', 'access-logs'),
      found: /^aws_s3_bucket\.access-logs/,
    },
  ],
  'queue-tls-only': [
    {
      what: 'for one account only',
      edit: statement('aws_sqs_queue', 'objects_queue', 'DenyInsecure', { Principal: { AWS: '111122223333' } }),
      found: /objects_queue.*plain http/,
    },
    {
      what: 'the dead letters have no policy',
      edit: set('aws_sqs_queue', 'dead-letters', { policy: undefined }),
      found: /dead-letters.*plain http/,
    },
  ],
  'topic-tls-only': [
    {
      what: 'https is refused instead',
      edit: statement('aws_sns_topic_policy', '', 'DenyInsecure', {
        Condition: { Bool: { 'aws:SecureTransport': 'true' } },
      }),
      found: /takes plain http/,
    },
  ],
  'nobody-by-wildcard': [
    {
      what: 'everybody sends',
      edit: statement('aws_sqs_queue', 'objects_queue', 'AllowS3Send', { Principal: '*' }),
      found: /AllowS3Send$/,
    },
    { what: 'everybody assumes the role', edit: trust({ Principal: { AWS: '*' } }), found: /ExternalId$/ },
    {
      what: 'everybody has the key',
      edit: statement('aws_kms_key', 'key_F', 'EnableRoot', { Principal: { AWS: '*' } }),
      found: /EnableRootAccountIAM$/,
    },
  ],
  'services-for-known-accounts': [
    {
      what: 'CloudTrail for anybody',
      edit: statement('aws_s3_bucket_policy', '', 'CloudTrailWrite', {
        Condition: { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } },
      }),
      found: /AWSCloudTrailWrite20150319$/,
    },
    {
      what: 'trails of any account',
      edit: statement('aws_kms_key', 'key_F', 'CloudTrailDescribe', {
        Condition: { StringLike: { 'aws:SourceArn': 'arn:aws:cloudtrail:*:*:trail/*' } },
      }),
      found: /AllowCloudTrailDescribeAndDecrypt$/,
    },
    {
      what: 'a bucket whoever owns it',
      edit: statement('aws_sqs_queue', 'objects_queue', 'AllowS3Send', {
        Condition: { ArnEquals: { 'aws:SourceArn': 'arn:aws:s3:::test-cloudtrail-111122223333-eu-west-1' } },
      }),
      found: /AllowS3Send$/,
    },
    {
      what: "another account's trail",
      edit: statement('aws_kms_key', 'key_F', 'CloudTrailDescribe', {
        Condition: { StringEquals: { 'aws:SourceArn': 'arn:aws:cloudtrail:eu-west-1:444455556666:trail/t' } },
      }),
      found: /AllowCloudTrailDescribeAndDecrypt$/,
    },
    {
      what: 'EventBridge on the key of the log files',
      edit: statement('aws_kms_key', 'key_F', 'CloudTrailDescribe', {
        Principal: { Service: 'events.amazonaws.com' },
        Action: ['kms:GenerateDataKey*', 'kms:Decrypt'],
        Condition: undefined,
      }),
      found: /AllowCloudTrailDescribeAndDecrypt$/,
    },
    {
      what: 'EventBridge does more than publish',
      edit: statement('aws_sns_topic_policy', '', 'AllowRules', { Action: ['sns:Publish', 'sns:Subscribe'] }),
      found: /AllowRules$/,
    },
  ],
  'identity-no-wildcards': [
    {
      what: 'every action on the queue',
      edit: reader('TakeAnnouncements', { Action: 'sqs:*' }),
      found: /TakeAnnouncements$/,
    },
    { what: 'objects of every bucket', edit: reader('ReadLogs', { Resource: '*' }), found: /ReadLogs$/ },
    {
      what: 'buckets by a pattern',
      edit: reader('ReadLogs', { Resource: 'arn:aws:s3:::test-*/*' }),
      found: /ReadLogs$/,
    },
    {
      what: 'all but',
      edit: reader('ReadLogs', { Action: undefined, NotAction: 's3:DeleteObject' }),
      found: /ReadLogs$/,
    },
  ],
  'identity-managed-policies': [
    {
      what: 'ReadOnlyAccess',
      edit: set('aws_iam_role_policy_attachment', '', { policy_arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }),
      found: /ReadOnlyAccess$/,
    },
  ],
  'identity-decrypts-named-keys': [
    { what: 'with every key', edit: reader('Decrypt', { Resource: '*' }), found: /Decrypt$/ },
    { what: "with somebody else's", edit: reader('Decrypt', { Resource: OWN_KEY }), found: /Decrypt$/ },
    {
      what: 'by a wildcard',
      edit: reader('ReadLogs', { Action: 'kms:*', Resource: 'arn:aws:kms:eu-west-1:111122223333:key/*' }),
      found: /ReadLogs$/,
    },
  ],
  'trust-needs-external-id': [
    { what: 'without', edit: trust({ Condition: undefined }), found: /ExternalId$/ },
    {
      what: 'any of a pattern',
      edit: trust({ Condition: { StringLike: { 'sts:ExternalId': '*' } } }),
      found: /ExternalId$/,
    },
    {
      what: 'an empty one',
      edit: trust({ Condition: { StringEquals: { 'sts:ExternalId': '' } } }),
      found: /ExternalId$/,
    },
    {
      what: 'by another way',
      edit: trust({ Action: ['sts:AssumeRole', 'sts:AssumeRoleWithSAML'] }),
      found: /ExternalId$/,
    },
    {
      what: 'another account',
      edit: trust({ Principal: { AWS: 'arn:aws:iam::444455556666:root' } }),
      found: /ExternalId$/,
    },
    {
      what: 'a service, too',
      edit: trust({ Principal: { AWS: 'arn:aws:iam::006742885340:root', Service: 'ec2.amazonaws.com' } }),
      found: /ExternalId$/,
    },
  ],
  'external-id-in-two-places': [
    {
      what: 'an output that is shown',
      edit: (stack) => {
        stack.output.external_id.sensitive = false;
      },
      found: /can be read$/,
    },
    {
      what: 'the description of the role',
      of: 'external id during a change',
      edit: set('aws_iam_role', '', { description: 'with old-id' }),
      found: /can be read$/,
    },
  ],
  'key-rotates': [
    {
      what: 'the key of the log files does not',
      edit: set('aws_kms_key', 'key_F', { enable_key_rotation: false }),
      found: /^aws_kms_key\.key_F/,
    },
    {
      what: 'the key of the alarms does not',
      edit: set('aws_kms_key', 'alarm-topic', { enable_key_rotation: undefined }),
      found: /^aws_kms_key\.alarm-topic/,
    },
  ],
  'protected-stays': [
    ...(['aws_s3_bucket', 'aws_sqs_queue', 'aws_kms_key'] as const).map((type) => ({
      what: `${type} can go`,
      of: 'object lock, compliance',
      edit: set(type, type === 'aws_sqs_queue' ? 'dead-letters' : type === 'aws_kms_key' ? 'alarm-topic' : '', {
        lifecycle: {},
      }),
      found: new RegExp(`^${type}\\.`),
    })),
    {
      what: 'a bucket can go with its content',
      of: 'object lock, compliance',
      edit: set('aws_s3_bucket', '', { force_destroy: true }),
      found: /^aws_s3_bucket\./,
    },
  ],
  'alarm-oldest-message': [
    { what: 'none', edit: remove('aws_cloudwatch_metric_alarm', 'oldest'), found: /ApproximateAgeOfOldestMessage/ },
    {
      what: 'nobody is told',
      edit: alarm('oldest', { alarm_actions: undefined }),
      found: /objects_queue.*tells the topic/,
    },
    { what: 'switched off', edit: alarm('oldest', { actions_enabled: false }), found: /objects_queue/ },
  ],
  'alarm-dead-letters': [
    {
      what: 'of the wrong queue',
      edit: (stack) => {
        const [queue] = Object.keys(stack.resource.aws_sqs_queue).filter((id) => id.includes('objects_queue'));
        alarm('dead-letters', { dimensions: { QueueName: `\${aws_sqs_queue.${queue}.name}` } })(stack);
      },
      found: /^aws_sqs_queue\.objects_dead-letters/,
    },
    { what: 'only of more than one', edit: alarm('dead-letters', { threshold: 1 }), found: /dead-letters/ },
  ],
  'alarm-silence': [
    {
      what: 'silence counts as good',
      edit: alarm('silence', { treat_missing_data: 'notBreaching' }),
      found: /MessagesSent/,
    },
    {
      what: 'somebody else is told',
      edit: alarm('silence', { alarm_actions: ['arn:aws:sns:eu-west-1:111122223333:other'] }),
      found: /MessagesSent/,
    },
  ],
  'alarm-key': [
    {
      what: 'another key is watched',
      of: 'existing trail with a key',
      edit: (stack) => {
        const rule = resource(stack, 'aws_cloudwatch_event_rule');
        rule.event_pattern = rule.event_pattern.replace(/arn:aws:kms:[^"]*/, OWN_KEY);
      },
      found: /nobody watches it/,
    },
    {
      what: 'deletion is not seen',
      edit: (stack) => {
        const rule = resource(stack, 'aws_cloudwatch_event_rule');
        rule.event_pattern = rule.event_pattern.replace(',"ScheduleKeyDeletion"', '');
      },
      found: /nobody watches it/,
    },
    { what: 'nobody is told', edit: remove('aws_cloudwatch_event_target', ''), found: /nobody watches it/ },
    {
      what: 'switched off',
      edit: set('aws_cloudwatch_event_rule', '', { state: 'DISABLED' }),
      found: /nobody watches it/,
    },
  ],
  'alarm-runbooks': [
    {
      what: 'a runbook that does not exist',
      edit: alarm('silence', { alarm_description: 'Silence. Runbook: docs/runbooks/quiet.md' }),
      found: /alarms_silence.*no runbook/,
    },
    {
      what: 'no runbook',
      edit: set('aws_cloudwatch_event_rule', '', { description: 'The KMS key was disabled.' }),
      found: /^aws_cloudwatch_event_rule/,
    },
    {
      what: 'not where the operator has them',
      of: 'notifications',
      edit: alarm('silence', { alarm_description: 'Silence. Runbook: docs/runbooks/cloudtrail-silence.md' }),
      found: /no runbook of https:\/\/wiki\.example\.com\/runbooks$/,
    },
  ],
};
