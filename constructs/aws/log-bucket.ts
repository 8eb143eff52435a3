import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration';
import { S3BucketOwnershipControls } from '@cdktf/provider-aws/lib/s3-bucket-ownership-controls';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration';
import { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { AwsAccount } from './account';
import { denyInsecureTransport, policyDocument } from './policy';

/** Days after which an overwritten or deleted version, and an upload that never ended, is removed. */
const LEFTOVER_DAYS = 7;

export interface LogBucketProps {
  readonly account: AwsAccount;
  readonly name: string;
  readonly kmsKeyArn: string;
  /** ARN of the one trail that may write. */
  readonly trailArn: string;
  /** Days after which log files expire; Cortex asks for at least 7. */
  readonly retentionDays: number;
}

/** The bucket of a trail: private, encrypted, TLS only, writable for its trail alone. */
export class LogBucket extends Construct {
  /** Name of the bucket, as a reference. */
  readonly name: string;
  /** What must exist before a trail may write: the policy, which CloudTrail checks when the trail is made. */
  readonly writable: ITerraformDependable[];

  constructor(scope: Construct, id: string, props: LogBucketProps) {
    super(scope, id);
    const bucket = new S3Bucket(this, 'bucket', { bucket: props.name }).bucket;
    const access = this.blockPublicAccess(bucket);
    const encryption = this.encrypt(bucket, props.kmsKeyArn);
    this.expire(bucket, props.retentionDays);
    const policy = new S3BucketPolicy(this, 'policy', { bucket, policy: bucketPolicy(props), dependsOn: access });
    this.name = bucket;
    this.writable = [policy, encryption];
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
      // Objects would else belong to CloudTrail, and Cortex could not read them.
      new S3BucketOwnershipControls(this, 'ownership', { bucket, rule: { objectOwnership: 'BucketOwnerEnforced' } }),
    ];
  }

  private encrypt(bucket: string, kmsMasterKeyId: string): ITerraformDependable {
    return new S3BucketServerSideEncryptionConfigurationA(this, 'encryption', {
      bucket,
      rule: [
        { applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId }, bucketKeyEnabled: true },
      ],
    });
  }

  private expire(bucket: string, retentionDays: number): void {
    const versioning = new S3BucketVersioningA(this, 'versioning', {
      bucket,
      versioningConfiguration: { status: 'Enabled' },
    });
    new S3BucketLifecycleConfiguration(this, 'lifecycle', {
      bucket,
      rule: [
        {
          id: 'expire-logs',
          status: 'Enabled',
          filter: [{ prefix: '' }],
          expiration: [{ days: retentionDays }],
          noncurrentVersionExpiration: [{ noncurrentDays: LEFTOVER_DAYS }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: LEFTOVER_DAYS }],
        },
      ],
      dependsOn: [versioning],
    });
  }
}

/** AWS CloudTrail user guide, "Amazon S3 bucket policy for CloudTrail", and TLS only. */
function bucketPolicy({ account, name, trailArn }: LogBucketProps): string {
  const bucketArn = account.bucketArn(name);
  const cloudtrail = { Service: 'cloudtrail.amazonaws.com' };
  return policyDocument(
    {
      Sid: 'AWSCloudTrailAclCheck20150319',
      Effect: 'Allow',
      Principal: cloudtrail,
      Action: 's3:GetBucketAcl',
      Resource: bucketArn,
      Condition: { StringEquals: { 'aws:SourceArn': trailArn } },
    },
    {
      Sid: 'AWSCloudTrailWrite20150319',
      Effect: 'Allow',
      Principal: cloudtrail,
      Action: 's3:PutObject',
      Resource: `${bucketArn}/AWSLogs/${account.id}/*`,
      Condition: { StringEquals: { 'aws:SourceArn': trailArn, 's3:x-amz-acl': 'bucket-owner-full-control' } },
    },
    denyInsecureTransport('s3:*', [bucketArn, `${bucketArn}/*`]),
  );
}
