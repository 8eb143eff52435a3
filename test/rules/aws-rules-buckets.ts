import type { StackJson } from '../synthesize';
import type { Rule } from './rule';
import { accessLogBuckets, addressIn, bucketSettings, isOwnKey, mainQueues, policies, resources } from './stack';

const DAY_SECONDS = 86_400;

/** Each bucket has one setting of the type, and it is good. */
function eachBucketHas(
  type: string,
  isGood: (setting: StackJson, bucket: string) => boolean,
  buckets: (bucket: string) => boolean = () => true,
): (stack: StackJson) => string[] {
  return (stack) =>
    bucketSettings(stack, type).flatMap(([bucket, [setting, ...others]]) =>
      !buckets(bucket) || (setting !== undefined && others.length === 0 && isGood(setting, bucket))
        ? []
        : [`${bucket}: ${setting === undefined ? 'no' : 'not the expected'} ${type}`],
    );
}

/** Rules of a lifecycle that concern every object. */
function wholeRules(lifecycle: StackJson): StackJson[] {
  return lifecycle.rule.filter(
    (rule: StackJson) => rule.status === 'Enabled' && rule.filter?.length === 1 && rule.filter[0].prefix === '',
  );
}

/** Days after which every object of a bucket expires. */
function expiryDays(stack: StackJson, bucket: string | undefined): number | undefined {
  const [, settings = []] =
    bucketSettings(stack, 'aws_s3_bucket_lifecycle_configuration').find(([address]) => address === bucket) ?? [];
  return settings.flatMap(wholeRules).flatMap((rule) => rule.expiration?.[0]?.days ?? [])[0];
}

export const BUCKET_RULES: readonly Rule[] = [
  {
    id: 'bucket-blocks-public-access',
    title: 'Each bucket blocks public access, in all four ways',
    controls: ['CIS 2.1.4', 'FSBP CloudTrail.6', 'FSBP S3.2', 'FSBP S3.3', 'FSBP S3.8'],
    check: eachBucketHas('aws_s3_bucket_public_access_block', (block) =>
      ['block_public_acls', 'block_public_policy', 'ignore_public_acls', 'restrict_public_buckets'].every(
        (flag) => block[flag] === true,
      ),
    ),
  },
  {
    id: 'bucket-no-acls',
    title: 'Each bucket enforces its owner and has no ACL',
    controls: ['FSBP S3.12'],
    check: (stack) => [
      ...eachBucketHas(
        'aws_s3_bucket_ownership_controls',
        ({ rule }) => rule.object_ownership === 'BucketOwnerEnforced',
      )(stack),
      ...resources(stack, 'aws_s3_bucket_acl').map(([acl]) => acl),
      ...resources(stack, 'aws_s3_bucket').flatMap(([bucket, { acl, grant }]) =>
        acl === undefined && grant === undefined ? [] : [`${bucket}: an ACL`],
      ),
    ],
  },
  {
    id: 'bucket-services-only',
    title: 'The policy of a bucket lets services in, and no account',
    controls: ['FSBP S3.6'],
    check: (stack) =>
      policies(stack, 'resource')
        .filter(({ address }) => address.startsWith('aws_s3_bucket_policy.'))
        .flatMap(({ address, statements }) =>
          statements
            .filter(({ Effect, Principal }) => Effect === 'Allow' && Principal?.AWS.length)
            .map(({ Principal }) => `${address}: lets ${Principal?.AWS} in`),
        ),
  },
  {
    id: 'bucket-versions',
    title: 'Each bucket keeps versions',
    controls: ['FSBP S3.14'],
    check: eachBucketHas(
      'aws_s3_bucket_versioning',
      ({ versioning_configuration: versioning }) => versioning.status === 'Enabled',
    ),
  },
  {
    id: 'bucket-lifecycle',
    title: 'In each bucket every object and version expires, and uploads that never end are removed',
    controls: ['FSBP S3.10', 'FSBP S3.13'],
    check: eachBucketHas('aws_s3_bucket_lifecycle_configuration', (lifecycle) =>
      wholeRules(lifecycle).some(
        (rule) =>
          rule.expiration?.[0]?.days >= 7 &&
          rule.noncurrent_version_expiration?.[0]?.noncurrent_days >= 1 &&
          rule.abort_incomplete_multipart_upload?.[0]?.days_after_initiation >= 1,
      ),
    ),
  },
  {
    id: 'logs-outlive-messages',
    title: 'Log files are kept as long as the queue announces them',
    controls: [],
    check: (stack) =>
      resources(stack, 'aws_cloudtrail').flatMap(([, trail]) => {
        const bucket = addressIn(trail.s3_bucket_name);
        const kept = (expiryDays(stack, bucket) ?? 0) * DAY_SECONDS;
        return mainQueues(stack).flatMap(([queue, { message_retention_seconds: seconds }]) =>
          seconds <= kept ? [] : [`${bucket}: kept for ${kept} s, ${queue} announces for ${seconds} s`],
        );
      }),
  },
  {
    id: 'bucket-encrypted',
    title: 'Log files are encrypted with a KMS key, access logs with the key of S3',
    controls: ['FSBP S3.17'],
    check(stack, environment) {
      const withAccessLogs = accessLogBuckets(stack);
      return eachBucketHas('aws_s3_bucket_server_side_encryption_configuration', ({ rule }, bucket) => {
        const [{ apply_server_side_encryption_by_default: { sse_algorithm: algorithm, kms_master_key_id: key } = {} }] =
          rule;
        // S3 delivers access logs to buckets with its own key only ("Enabling Amazon S3 server access logging").
        return withAccessLogs.includes(bucket)
          ? algorithm === 'AES256'
          : algorithm === 'aws:kms' && isOwnKey(stack, environment, key);
      })(stack);
    },
  },
  {
    id: 'bucket-access-logs',
    title: 'Each access to log files is logged, in another bucket',
    controls: ['CIS 3.4', 'FSBP CloudTrail.7', 'FSBP S3.9'],
    option: {
      kind: 'opt-in',
      setting: 'accessLogs',
      isOff: ({ cloudtrail }) => cloudtrail?.accessLogs === undefined,
    },
    check(stack) {
      const withAccessLogs = accessLogBuckets(stack);
      return eachBucketHas(
        'aws_s3_bucket_logging',
        ({ bucket, target_bucket: target }) => target !== bucket,
        (bucket) => !withAccessLogs.includes(bucket),
      )(stack);
    },
  },
  {
    id: 'bucket-object-lock',
    title: 'Log files cannot be deleted before their time',
    controls: ['FSBP S3.15'],
    option: {
      kind: 'opt-in',
      setting: 'objectLock',
      isOff: ({ cloudtrail }) => cloudtrail?.objectLock === undefined,
    },
    check(stack) {
      const withAccessLogs = accessLogBuckets(stack);
      return [
        ...eachBucketHas(
          'aws_s3_bucket_object_lock_configuration',
          ({ rule }) => rule.default_retention.days >= 1,
          (bucket) => !withAccessLogs.includes(bucket),
        )(stack),
        ...resources(stack, 'aws_s3_bucket').flatMap(([address, bucket]) =>
          withAccessLogs.includes(address) || bucket.object_lock_enabled === true
            ? []
            : [`${address}: no object_lock_enabled`],
        ),
      ];
    },
  },
  {
    id: 'notification-created-only',
    title: 'A bucket announces what is created, and nothing else, to the queue of the stack',
    controls: ['FSBP S3.11'],
    check(stack, environment) {
      const notifications = resources(stack, 'aws_s3_bucket_notification');
      const isAnnounced = environment.cloudtrail?.existing?.topic === undefined;
      return [
        ...(notifications.length === Number(isAnnounced)
          ? []
          : [`${notifications.length} notifications, ${Number(isAnnounced)} expected`]),
        ...notifications.flatMap(([address, { queue = [], topic, lambda_function: lambda, eventbridge }]) =>
          topic === undefined &&
          lambda === undefined &&
          eventbridge === undefined &&
          queue.length === 1 &&
          mainQueues(stack).some(([known]) => known === addressIn(queue[0].queue_arn)) &&
          JSON.stringify(queue[0].events) === '["s3:ObjectCreated:*"]'
            ? []
            : [`${address}: s3:ObjectCreated:* to one queue expected`],
        ),
      ];
    },
  },
  {
    id: 'existing-bucket-untouched',
    title:
      "Of an existing trail's bucket nothing is set but, with `notification: own`, the notification, imported first",
    controls: [],
    check(stack, { cloudtrail }) {
      if (cloudtrail?.existing === undefined) return [];
      const { bucket, notification } = cloudtrail.existing;
      const imported = (stack.import ?? []).filter(({ id }: StackJson) => id === bucket).map(({ to }: StackJson) => to);
      return Object.keys(stack.resource)
        .filter((type) => /^aws_(s3_|cloudtrail)/.test(type))
        .flatMap((type) => resources(stack, type))
        .filter(
          ([address]) =>
            !address.startsWith('aws_s3_bucket_notification.') || notification !== 'own' || !imported.includes(address),
        )
        .map(([address]) => `${address}: of an existing trail, or not imported`);
    },
  },
];
