import { Cloudtrail } from '@cdktf/provider-aws/lib/cloudtrail';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';

export interface TrailProps {
  readonly name: string;
  /** Bucket of the log files. */
  readonly bucket: string;
  readonly kmsKeyArn: string;
  /** What must exist first: CloudTrail checks the bucket's policy when the trail is made. */
  readonly dependsOn: ITerraformDependable[];
}

/** A trail of all management events, read and write, of every region, with signed digests. */
export class Trail extends Construct {
  constructor(scope: Construct, id: string, props: TrailProps) {
    super(scope, id);
    new Cloudtrail(this, 'trail', {
      name: props.name,
      s3BucketName: props.bucket,
      kmsKeyId: props.kmsKeyArn,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      enableLogging: true,
      eventSelector: [{ readWriteType: 'All', includeManagementEvents: true }],
      dependsOn: props.dependsOn,
    });
  }
}
