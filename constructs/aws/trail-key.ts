import { KmsAlias } from '@cdktf/provider-aws/lib/kms-alias';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import { Construct } from 'constructs';
import { ImportBlock } from '../import-block';
import type { AwsAccount } from './account';
import { accountAdministers, type PolicyStatement, policyDocument } from './policy';

export interface TrailKeyProps {
  readonly account: AwsAccount;
  /** Alias of the key, without `alias/`. */
  readonly alias: string;
  /** ARN of the one trail that may encrypt with the key. */
  readonly trailArn: string;
  /** ARN of the bucket that announces its objects to a queue encrypted with this key, if one does. */
  readonly announcingBucketArn?: string;
  /** Id of an existing key, and `alias/<name>` of an existing alias. */
  readonly importIds?: { readonly key?: string; readonly alias?: string };
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
    const alias = new KmsAlias(this, 'alias', { name: `alias/${props.alias}`, targetKeyId: key.keyId });
    if (props.importIds?.key) new ImportBlock(key, props.importIds.key);
    if (props.importIds?.alias) new ImportBlock(alias, props.importIds.alias);
    this.arn = key.arn;
  }
}

/**
 * Who may use the key: the account through IAM, and CloudTrail for this trail alone. Decrypt is needed where the bucket
 * has an S3 Bucket Key (AWS CloudTrail user guide, "Configure AWS KMS key policies for CloudTrail").
 */
function keyPolicy({ account, trailArn, announcingBucketArn }: TrailKeyProps): string {
  const cloudtrail = { Service: 'cloudtrail.amazonaws.com' };
  // Of an organization trail it is the management account, which need not be this one.
  const [, , , , trailAccount] = trailArn.split(':');
  return policyDocument(
    accountAdministers(account),
    {
      Sid: 'AllowCloudTrailEncrypt',
      Effect: 'Allow',
      Principal: cloudtrail,
      Action: 'kms:GenerateDataKey*',
      Resource: '*',
      Condition: {
        StringEquals: { 'aws:SourceArn': trailArn },
        StringLike: {
          'kms:EncryptionContext:aws:cloudtrail:arn': `arn:${account.partition}:cloudtrail:*:${trailAccount}:trail/*`,
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
    ...(announcingBucketArn === undefined ? [] : [allowAnnouncements(account, announcingBucketArn)]),
  );
}

/** S3 user guide, "Granting permissions to publish event notification messages to a destination". */
function allowAnnouncements(account: AwsAccount, bucketArn: string): PolicyStatement {
  return {
    Sid: 'AllowS3NotificationsToEncryptedQueue',
    Effect: 'Allow',
    Principal: { Service: 's3.amazonaws.com' },
    Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
    Resource: '*',
    Condition: {
      StringEquals: { 'aws:SourceAccount': account.id },
      ArnLike: { 'aws:SourceArn': bucketArn },
    },
  };
}
