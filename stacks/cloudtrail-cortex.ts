import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { TerraformOutput } from 'cdktf';
import type { Construct } from 'constructs';
import { AwsAccount } from '../constructs/aws/account';
import { LogBucket } from '../constructs/aws/log-bucket';
import { ObjectQueue } from '../constructs/aws/object-queue';
import { ReaderRole } from '../constructs/aws/reader-role';
import { Trail } from '../constructs/aws/trail';
import { TrailKey } from '../constructs/aws/trail-key';
import type { CloudtrailSettings } from '../environments/cloudtrail';
import { days } from '../environments/duration';
import type { Environment } from '../environments/schema';
import type { CloudtrailCortexOutputs } from './outputs';
import { PipelineStack } from './pipeline-stack';

/** AWS CloudTrail → S3 → SQS ← Cortex XDR, which assumes a role. */
export class CloudtrailCortexStack extends PipelineStack {
  constructor(scope: Construct, environment: Environment, settings: CloudtrailSettings) {
    super(scope, environment, 'cloudtrail-cortex', 'aws');
    const account = new AwsAccount(settings.account, settings.region);
    const name = this.node.id;
    const bucketName = `${environment.environment}-cloudtrail-${account.id}-${account.region}`;
    const trailArn = account.arn('cloudtrail', `trail/${name}`);
    new AwsProvider(this, 'aws', {
      region: account.region,
      allowedAccountIds: [account.id],
      defaultTags: [{ tags: this.labels }],
    });

    const key = new TrailKey(this, 'key', { account, alias: name, trailArn });
    const logs = new LogBucket(this, 'logs', {
      account,
      name: bucketName,
      kmsKeyArn: key.arn,
      trailArn,
      retentionDays: days(settings.retention),
    });
    const queue = new ObjectQueue(this, 'objects', { account, name, bucketName, bucket: logs.name });
    new Trail(this, 'trail', { name, bucket: logs.name, kmsKeyArn: key.arn, dependsOn: logs.writable });
    const reader = new ReaderRole(this, 'reader', {
      account,
      name: `${name}-reader`,
      readerAccountId: settings.cortex.accountId,
      externalId: settings.cortex.externalId,
      bucketName,
      queueArn: queue.arn,
      kmsKeyArn: key.arn,
    });

    this.output('queue_url', queue.url);
    this.output('queue_arn', queue.arn);
    this.output('dead_letter_queue_url', queue.deadLetterUrl);
    this.output('role_arn', reader.arn);
    this.output('external_id', settings.cortex.externalId, { sensitive: true });
    this.output('bucket_name', logs.name);
  }

  private output(name: keyof CloudtrailCortexOutputs, value: string, { sensitive = false } = {}): void {
    new TerraformOutput(this, name, sensitive ? { value, sensitive } : { value });
  }
}
