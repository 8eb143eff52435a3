import { StorageBucket, type StorageBucketLifecycleRule } from '@cdktf/provider-google/lib/storage-bucket';
import { StorageBucketIamMember } from '@cdktf/provider-google/lib/storage-bucket-iam-member';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { ImportBlock } from '../import-block';

/** Days after which an upload that never ended is removed. */
const ABANDONED_UPLOAD_DAYS = 7;

/** How a bucket stores; each has the default of Cloud Storage. */
export interface StorageSettings {
  /** `STANDARD`, `NEARLINE`, `COLDLINE` or `ARCHIVE`. */
  readonly storageClass?: string;
  /** Let Cloud Storage choose the class of each object. */
  readonly autoclass?: boolean;
  /** Seconds for which deleted objects can be restored: 0, or 604,800 to 7,776,000. */
  readonly softDeleteSeconds?: number;
  /** Full name of a Cloud KMS key that Cloud Storage may use. */
  readonly kmsKey?: string;
  /** Seconds for which nobody can delete or replace an object; not locked. */
  readonly minimumRetentionSeconds?: number;
}

export interface PrivateBucketProps extends StorageSettings {
  readonly name: string;
  readonly location: string;
  /** Days after which objects below a prefix are deleted. Default: never. */
  readonly expiration?: { readonly days: number; readonly prefixes: readonly string[] };
  /** Keep overwritten versions. Default: false. */
  readonly versioning?: boolean;
  /** Days after which an overwritten or deleted version is removed. Default: never. */
  readonly supersededDays?: number;
  /** The same of objects below a prefix only. */
  readonly superseded?: { readonly days: number; readonly prefixes: readonly string[] };
  readonly dependsOn: ITerraformDependable[];
  /** Name of an existing bucket. */
  readonly importId?: string;
}

/** A bucket without any public access: access by IAM on the whole bucket only, public grants refused. */
export class PrivateBucket extends Construct {
  /** Name of the bucket, as a reference. */
  readonly name: string;

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    const bucket = new StorageBucket(this, 'bucket', {
      name: props.name,
      location: props.location,
      storageClass: props.storageClass ?? 'STANDARD',
      autoclass: props.autoclass ? { enabled: true } : undefined,
      softDeletePolicy:
        props.softDeleteSeconds === undefined ? undefined : { retentionDurationSeconds: props.softDeleteSeconds },
      encryption: props.kmsKey === undefined ? undefined : { defaultKmsKeyName: props.kmsKey },
      uniformBucketLevelAccess: true,
      publicAccessPrevention: 'enforced',
      versioning: { enabled: props.versioning ?? false },
      lifecycleRule: lifecycleRules(props),
      dependsOn: props.dependsOn,
    });
    // A text in google 7, a number in the bindings.
    if (props.minimumRetentionSeconds !== undefined)
      bucket.addOverride('retention_policy', [{ retention_period: String(props.minimumRetentionSeconds) }]);
    if (props.importId) new ImportBlock(bucket, props.importId);
    this.name = bucket.name;
  }

  /** Grants a role on the bucket; the id is part of the grant's identity. */
  grant(id: string, role: string, member: string): ITerraformDependable {
    return new StorageBucketIamMember(this, id, { bucket: this.name, role, member });
  }
}

function lifecycleRules({ expiration, supersededDays, superseded }: PrivateBucketProps): StorageBucketLifecycleRule[] {
  const remove = (condition: StorageBucketLifecycleRule['condition']) => ({ action: { type: 'Delete' }, condition });
  return [
    ...(expiration ? [remove({ age: expiration.days, matchesPrefix: [...expiration.prefixes] })] : []),
    ...(supersededDays === undefined ? [] : [remove({ daysSinceNoncurrentTime: supersededDays })]),
    ...(superseded === undefined
      ? []
      : [remove({ daysSinceNoncurrentTime: superseded.days, matchesPrefix: [...superseded.prefixes] })]),
    { action: { type: 'AbortIncompleteMultipartUpload' }, condition: { age: ABANDONED_UPLOAD_DAYS } },
  ];
}
