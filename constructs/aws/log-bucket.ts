import { S3BucketLoggingA } from '@cdktf/provider-aws/lib/s3-bucket-logging';
import { S3BucketObjectLockConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-object-lock-configuration';
import type { Construct } from 'constructs';
import type { AwsAccount } from './account';
import type { PolicyStatement } from './policy';
import { PrivateBucket } from './private-bucket';

export interface LogBucketProps {
  readonly account: AwsAccount;
  readonly name: string;
  readonly kmsKeyArn: string;
  /** ARN of the one trail that may write; its account writes into a folder of its own. */
  readonly trailArn: string;
  /** Id of the organization whose accounts the trail logs: they share a folder of that name. */
  readonly organizationId?: string;
  /** Days after which log files expire; Cortex asks for at least 7. */
  readonly retentionDays: number;
  /** How long nobody (compliance), or few (governance), may delete a log file. */
  readonly objectLock?: { readonly mode: 'governance' | 'compliance'; readonly days: number };
  /** Bucket that S3 logs each access to, and the start of the keys there. */
  readonly accessLogs?: { readonly bucket: string; readonly prefix: string };
  /** Name of an existing bucket. */
  readonly importId?: string;
}

/** The bucket of a trail: private, encrypted, TLS only, writable for its trail alone. */
export class LogBucket extends PrivateBucket {
  constructor(scope: Construct, id: string, props: LogBucketProps) {
    super(scope, id, { ...props, objectLockEnabled: props.objectLock !== undefined, writers: writers(props) });
    const { objectLock, accessLogs } = props;
    if (objectLock)
      new S3BucketObjectLockConfigurationA(this, 'object-lock', {
        bucket: this.name,
        rule: { defaultRetention: { mode: objectLock.mode.toUpperCase(), days: objectLock.days } },
        dependsOn: [this.versioning],
      });
    if (accessLogs)
      new S3BucketLoggingA(this, 'access-logging', {
        bucket: this.name,
        targetBucket: accessLogs.bucket,
        targetPrefix: accessLogs.prefix,
      });
  }
}

/** AWS CloudTrail user guide, "Amazon S3 bucket policy for CloudTrail"; "Creating a trail for an organization". */
function writers({ account, name, trailArn, organizationId }: LogBucketProps): PolicyStatement[] {
  const bucketArn = account.bucketArn(name);
  const [, , , , trailAccount] = trailArn.split(':');
  const cloudtrail = { Service: 'cloudtrail.amazonaws.com' };
  const write = (sid: string, folder: string): PolicyStatement => ({
    Sid: sid,
    Effect: 'Allow',
    Principal: cloudtrail,
    Action: 's3:PutObject',
    Resource: `${bucketArn}/AWSLogs/${folder}/*`,
    Condition: { StringEquals: { 'aws:SourceArn': trailArn, 's3:x-amz-acl': 'bucket-owner-full-control' } },
  });
  return [
    {
      Sid: 'AWSCloudTrailAclCheck20150319',
      Effect: 'Allow',
      Principal: cloudtrail,
      Action: 's3:GetBucketAcl',
      Resource: bucketArn,
      Condition: { StringEquals: { 'aws:SourceArn': trailArn } },
    },
    write('AWSCloudTrailWrite20150319', trailAccount ?? account.id),
    ...(organizationId === undefined ? [] : [write('AWSCloudTrailOrganizationWrite20150319', organizationId)]),
  ];
}
