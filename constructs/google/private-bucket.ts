import { StorageBucket, type StorageBucketLifecycleRule } from '@cdktf/provider-google/lib/storage-bucket';
import { StorageBucketIamMember } from '@cdktf/provider-google/lib/storage-bucket-iam-member';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';

/** Days after which an upload that never ended is removed. */
const ABANDONED_UPLOAD_DAYS = 7;

export interface PrivateBucketProps {
  readonly name: string;
  readonly location: string;
  /** Days after which objects are deleted. Default: never. */
  readonly retentionDays?: number;
  /** Keep overwritten versions. Default: false. */
  readonly versioning?: boolean;
  readonly dependsOn: ITerraformDependable[];
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
      storageClass: 'STANDARD',
      uniformBucketLevelAccess: true,
      publicAccessPrevention: 'enforced',
      versioning: { enabled: props.versioning ?? false },
      lifecycleRule: lifecycleRules(props),
      dependsOn: props.dependsOn,
    });
    this.name = bucket.name;
  }

  /** Grants a role on the bucket; the id is part of the grant's identity. */
  grant(id: string, role: string, member: string): ITerraformDependable {
    return new StorageBucketIamMember(this, id, { bucket: this.name, role, member });
  }
}

function lifecycleRules({ retentionDays }: PrivateBucketProps): StorageBucketLifecycleRule[] {
  const abandoned = {
    action: { type: 'AbortIncompleteMultipartUpload' },
    condition: { age: ABANDONED_UPLOAD_DAYS },
  };
  if (retentionDays === undefined) return [abandoned];
  return [{ action: { type: 'Delete' }, condition: { age: retentionDays } }, abandoned];
}
