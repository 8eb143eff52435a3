import type { StoreFacts } from '../facts';
import { type Arguments, block, blocks, type Resource } from '../references';
import { counted, listed } from '../words';
import { keyOf } from './keys';
import type { AwsView } from './view';

const BLOCKS = ['block_public_acls', 'block_public_policy', 'ignore_public_acls', 'restrict_public_buckets'] as const;

/** The buckets that a stack makes. */
export function bucketStores(view: AwsView): StoreFacts[] {
  return view.references.of('aws_s3_bucket').map((bucket) => {
    const setting = (type: string): Arguments | undefined =>
      view.references.referring(`aws_s3_bucket_${type}`, 'bucket', bucket)[0]?.arguments;
    return {
      id: view.idOf(bucket),
      stack: view.stack.name,
      address: bucket.address,
      kind: 'S3 bucket',
      name: view.references.argument(bucket, 'bucket'),
      holds: contentOf(view, bucket),
      place: view.place,
      ...encryptionOf(view, setting('server_side_encryption_configuration')),
      retention: retentionOf(setting('lifecycle_configuration')),
      settings: [
        publicAccess(setting('public_access_block')),
        block(setting('versioning')?.versioning_configuration).status === 'Enabled'
          ? 'versions are kept'
          : 'no versions are kept',
        ...objectLock(setting('object_lock_configuration')),
        ...accessLogs(view, setting('logging')),
      ],
    };
  });
}

/** What lies in a bucket: by who is told to write there. */
function contentOf(view: AwsView, bucket: Resource): string {
  const { references } = view;
  const trails = references.referring('aws_cloudtrail', 's3_bucket_name', bucket).map((trail) => {
    const { is_multi_region_trail: everyRegion, is_organization_trail: organization } = trail.arguments;
    const where = everyRegion ? 'every region' : view.home.region;
    const whose = organization ? 'every account of the organization' : `the account ${view.home.account}`;
    return `log files of the trail ${references.argument(trail, 'name')}: ${where} of ${whose}`;
  });
  const logged = references
    .referring('aws_s3_bucket_logging', 'target_bucket', bucket)
    .map((logging) => `access logs of the bucket ${references.argument(logging, 'bucket')}`);
  return listed([...trails, ...logged]) || 'objects';
}

function encryptionOf(view: AwsView, setting: Arguments | undefined): Pick<StoreFacts, 'encryption' | 'key'> {
  const { sse_algorithm: algorithm, kms_master_key_id: key } = block(
    block(setting?.rule).apply_server_side_encryption_by_default,
  );
  if (algorithm === 'aws:kms' && key !== undefined) return keyOf(view, key);
  // Since 2023 S3 encrypts every object (S3 user guide, "Default encryption FAQ").
  return { encryption: algorithm === 'aws:kms' ? "AWS's key for S3 (aws/s3)" : "S3's own key (SSE-S3)" };
}

function retentionOf(setting: Arguments | undefined): string {
  const rules = blocks(setting?.rule).filter(({ status }) => status === 'Enabled');
  const expiring = rules.flatMap((rule) => {
    const { days } = block(rule.expiration);
    if (typeof days !== 'number') return [];
    const { prefix } = block(rule.filter);
    const { noncurrent_days: noncurrent } = block(rule.noncurrent_version_expiration);
    const versions =
      typeof noncurrent === 'number'
        ? `, and ${counted(noncurrent, 'day')} more as an old version; what is overwritten or deleted ${counted(noncurrent, 'day')}`
        : '';
    return [`${counted(days, 'day')}${prefix ? ` below ${prefix}` : ''}${versions}`];
  });
  const superseded = rules.flatMap(({ expiration, noncurrent_version_expiration: old }) => {
    const { noncurrent_days: days } = block(old);
    return typeof block(expiration).days !== 'number' && typeof days === 'number'
      ? [`what is overwritten or deleted ${counted(days, 'day')}`]
      : [];
  });
  return [...(expiring.length === 0 ? ['for ever'] : expiring), ...superseded].join('; ');
}

function publicAccess(setting: Arguments | undefined): string {
  const open = BLOCKS.filter((name) => setting?.[name] !== true);
  if (open.length === 0) return 'public access is blocked';
  return open.length === BLOCKS.length
    ? 'public access is not blocked here'
    : `public access is blocked in part, without ${listed(open)}`;
}

function objectLock(setting: Arguments | undefined): string[] {
  const { mode, days } = block(block(setting?.rule).default_retention);
  if (typeof mode !== 'string' || typeof days !== 'number') return [];
  const who = mode === 'COMPLIANCE' ? 'nobody' : 'nobody without s3:BypassGovernanceRetention';
  return [`object lock: ${who} can delete a version for ${counted(days, 'day')} (${mode.toLowerCase()})`];
}

function accessLogs(view: AwsView, setting: Arguments | undefined): string[] {
  return setting === undefined ? [] : [`each access is logged in ${view.references.resolve(setting.target_bucket)}`];
}
