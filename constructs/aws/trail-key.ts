import { KmsAlias } from '@cdktf/provider-aws/lib/kms-alias';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import { Construct } from 'constructs';
import type { AwsAccount } from './account';
import { policyDocument } from './policy';

export interface TrailKeyProps {
  readonly account: AwsAccount;
  /** Alias of the key, without `alias/`. */
  readonly alias: string;
  /** ARN of the one trail that may encrypt with the key. */
  readonly trailArn: string;
}

/** The KMS key that encrypts a trail's log files. Losing it loses every log. */
export class TrailKey extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: TrailKeyProps) {
    super(scope, id);
    const key = new KmsKey(this, 'key', {
      description: `Encrypts the log files of ${props.trailArn}`,
      enableKeyRotation: true,
      policy: keyPolicy(props),
    });
    new KmsAlias(this, 'alias', { name: `alias/${props.alias}`, targetKeyId: key.keyId });
    this.arn = key.arn;
  }
}

/**
 * Who may use the key: the account through IAM, and CloudTrail for this trail alone. Decrypt is needed where the bucket
 * has an S3 Bucket Key (AWS CloudTrail user guide, "Configure AWS KMS key policies for CloudTrail").
 */
function keyPolicy({ account, trailArn }: TrailKeyProps): string {
  const cloudtrail = { Service: 'cloudtrail.amazonaws.com' };
  return policyDocument(
    {
      Sid: 'EnableRootAccountIAM',
      Effect: 'Allow',
      Principal: { AWS: account.rootArn() },
      Action: 'kms:*',
      Resource: '*',
    },
    {
      Sid: 'AllowCloudTrailEncrypt',
      Effect: 'Allow',
      Principal: cloudtrail,
      Action: 'kms:GenerateDataKey*',
      Resource: '*',
      Condition: {
        StringEquals: { 'aws:SourceArn': trailArn },
        StringLike: {
          'kms:EncryptionContext:aws:cloudtrail:arn': `arn:${account.partition}:cloudtrail:*:${account.id}:trail/*`,
        },
      },
    },
    {
      Sid: 'AllowCloudTrailDescribeAndDecrypt',
      Effect: 'Allow',
      Principal: cloudtrail,
      Action: ['kms:DescribeKey', 'kms:Decrypt'],
      Resource: '*',
      Condition: { StringEquals: { 'aws:SourceArn': trailArn } },
    },
  );
}
