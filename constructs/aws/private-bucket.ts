import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration';
import { S3BucketOwnershipControls } from '@cdktf/provider-aws/lib/s3-bucket-ownership-controls';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration';
import { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { ImportBlock } from '../import-block';
import type { AwsAccount } from './account';
import { denyInsecureTransport, type PolicyStatement, policyDocument } from './policy';

/** Days after which an upload that never ended is removed, and by default an overwritten or deleted version. */
const LEFTOVER_DAYS = 7;

export interface PrivateBucketProps {
  readonly account: AwsAccount;
  readonly name: string;
  /** ARN of the KMS key of the objects; without it they get S3's own key. */
  readonly kmsKeyArn?: string;
  /** Days after which objects expire. Default: never. */
  readonly retentionDays?: number;
  /** Days after which an overwritten or deleted version is removed. Default: 7. */
  readonly supersededDays?: number;
  /** Whether objects can be locked; it cannot be changed later. */
  readonly objectLockEnabled?: boolean;
  /** Who may write beside the account's own identities: a service, named by what it acts for. */
  readonly writers: readonly PolicyStatement[];
  /** Name of an existing bucket. */
  readonly importId?: string;
}

/** A bucket that is private, encrypted, TLS only and versioned. */
export class PrivateBucket extends Construct {
  /** Name of the bucket, as a reference. */
  readonly name: string;
  /** What must exist before a service may write: services check it when they are set up. */
  readonly writable: ITerraformDependable[];
  /** Versioning, on which object lock depends. */
  readonly versioning: ITerraformDependable;

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    const bucket = this.create(props);
    const access = this.blockPublicAccess(bucket);
    const encryption = this.encrypt(bucket, props.kmsKeyArn);
    this.versioning = this.keepVersions(bucket);
    this.expire(bucket, props);
    const policy = new S3BucketPolicy(this, 'policy', { bucket, policy: bucketPolicy(props), dependsOn: access });
    this.name = bucket;
    this.writable = [policy, encryption];
  }

  private create({ name, objectLockEnabled, importId }: PrivateBucketProps): string {
    // checkov:skip=CKV_AWS_144: Cortex reads within minutes; what is kept is for an outage, and no archive of its own.
    // checkov:skip=CKV2_AWS_62(access-logs): Nobody waits for access logs: they are looked at when something happened.
    // checkov:skip=CKV_AWS_145(access-logs): S3 delivers access logs only to buckets with its own key (S3 user guide,
    // "Enabling Amazon S3 server access logging").
    const bucket = new S3Bucket(this, 'bucket', { bucket: name, objectLockEnabled: objectLockEnabled || undefined });
    if (importId) new ImportBlock(bucket, importId);
    return bucket.bucket;
  }

  private blockPublicAccess(bucket: string): ITerraformDependable[] {
    return [
      new S3BucketPublicAccessBlock(this, 'public-access-block', {
        bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      }),
      // Objects would else belong to the service that wrote them, and Cortex could not read them.
      new S3BucketOwnershipControls(this, 'ownership', { bucket, rule: { objectOwnership: 'BucketOwnerEnforced' } }),
    ];
  }

  private encrypt(bucket: string, kmsMasterKeyId?: string): ITerraformDependable {
    return new S3BucketServerSideEncryptionConfigurationA(this, 'encryption', {
      bucket,
      rule: [
        kmsMasterKeyId === undefined
          ? { applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }
          : {
              applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId },
              bucketKeyEnabled: true,
            },
      ],
    });
  }

  private keepVersions(bucket: string): ITerraformDependable {
    return new S3BucketVersioningA(this, 'versioning', { bucket, versioningConfiguration: { status: 'Enabled' } });
  }

  private expire(bucket: string, { retentionDays, supersededDays = LEFTOVER_DAYS }: PrivateBucketProps): void {
    new S3BucketLifecycleConfiguration(this, 'lifecycle', {
      bucket,
      rule: [
        {
          id: retentionDays === undefined ? 'expire-versions' : 'expire-logs',
          status: 'Enabled',
          filter: [{ prefix: '' }],
          // Of an object whose last version is gone the marker of its deletion would stay.
          expiration: [retentionDays === undefined ? { expiredObjectDeleteMarker: true } : { days: retentionDays }],
          noncurrentVersionExpiration: [{ noncurrentDays: supersededDays }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: LEFTOVER_DAYS }],
        },
      ],
      dependsOn: [this.versioning],
    });
  }
}

function bucketPolicy({ account, name, writers }: PrivateBucketProps): string {
  const bucketArn = account.bucketArn(name);
  return policyDocument(...writers, denyInsecureTransport('s3:*', [bucketArn, `${bucketArn}/*`]));
}
