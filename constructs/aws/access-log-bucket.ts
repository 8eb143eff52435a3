import type { Construct } from 'constructs';
import type { AwsAccount } from './account';
import { PrivateBucket } from './private-bucket';

export interface AccessLogBucketProps {
  readonly account: AwsAccount;
  readonly name: string;
  /** Name of the bucket whose accesses are logged, and start of the keys of its logs. */
  readonly ofBucket: string;
  /** Days after which access logs expire. */
  readonly retentionDays: number;
}

/** The bucket that S3 writes the access log of another bucket to. It takes no KMS key: S3 then would not deliver. */
export class AccessLogBucket extends PrivateBucket {
  constructor(scope: Construct, id: string, props: AccessLogBucketProps) {
    const { account, name, ofBucket } = props;
    super(scope, id, {
      ...props,
      writers: [
        {
          // Amazon S3 user guide, "Enabling Amazon S3 server access logging".
          Sid: 'S3ServerAccessLogsPolicy',
          Effect: 'Allow',
          Principal: { Service: 'logging.s3.amazonaws.com' },
          Action: 's3:PutObject',
          Resource: `${account.bucketArn(name)}/${ofBucket}/*`,
          Condition: {
            ArnLike: { 'aws:SourceArn': account.bucketArn(ofBucket) },
            StringEquals: { 'aws:SourceAccount': account.id },
          },
        },
      ],
    });
  }
}
