import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { TerraformOutput, TerraformVariable } from 'cdktf';
import type { Construct } from 'constructs';
import { AccessLogBucket } from '../constructs/aws/access-log-bucket';
import { AwsAccount } from '../constructs/aws/account';
import { AlarmTopic } from '../constructs/aws/alarm-topic';
import { KeyWatch } from '../constructs/aws/key-watch';
import { LogBucket } from '../constructs/aws/log-bucket';
import { type AnnouncingBucket, type AnnouncingTopic, ObjectQueue } from '../constructs/aws/object-queue';
import { QueueAlarms } from '../constructs/aws/queue-alarms';
import { QueueDashboard } from '../constructs/aws/queue-dashboard';
import { ReaderRole } from '../constructs/aws/reader-role';
import { Trail } from '../constructs/aws/trail';
import { TrailKey } from '../constructs/aws/trail-key';
import type { CloudtrailSettings } from '../environments/cloudtrail';
import { CLOUDTRAIL_DEFAULTS } from '../environments/cloudtrail-defaults';
import { days, seconds } from '../environments/duration';
import type { Notifications } from '../environments/notifications';
import type { Environment } from '../environments/schema';
import { runbookAddress } from './alarm-runbooks';
import { type CloudtrailNames, cloudtrailNames } from './cloudtrail-names';
import type { CloudtrailCortexOutputs } from './outputs';
import { PipelineStack } from './pipeline-stack';

/** Where the log files are, and who tells the queue of new ones. */
interface LogFiles {
  readonly bucketName: string;
  /** Undefined where the log files of an existing trail have none. */
  readonly kmsKeyArn?: string;
  readonly announcedBy: AnnouncingBucket | AnnouncingTopic;
}

/** AWS CloudTrail → S3 → SQS ← Cortex XDR, which assumes a role. */
export class CloudtrailCortexStack extends PipelineStack {
  private readonly account: AwsAccount;
  private readonly names: CloudtrailNames;

  constructor(scope: Construct, environment: Environment, settings: CloudtrailSettings) {
    super(scope, environment, 'cloudtrail-cortex', 'aws');
    this.account = new AwsAccount(settings.account, settings.region);
    this.names = cloudtrailNames(environment.environment, settings);
    new AwsProvider(this, 'aws', {
      region: this.account.region,
      allowedAccountIds: [this.account.id],
      defaultTags: [{ tags: this.labels }],
    });

    const logFiles = settings.existing ? this.readTrail(settings, settings.existing) : this.createTrail(settings);
    const queue = this.announce(settings, logFiles);
    const reader = this.admitCortex(settings, logFiles, queue);
    this.watch(settings, environment.notifications, logFiles, queue);

    this.output('queue_url', queue.url);
    this.output('queue_arn', queue.arn);
    this.output('dead_letter_queue_url', queue.deadLetterUrl);
    this.output('role_arn', reader.arn);
    this.output('external_id', settings.cortex.externalId[0] ?? '', { sensitive: true });
    this.output(
      'bucket_name',
      logFiles.announcedBy.kind === 'bucket' ? logFiles.announcedBy.reference : logFiles.bucketName,
    );
  }

  /** A trail with its key and its bucket. */
  private createTrail(settings: CloudtrailSettings): LogFiles {
    const { account } = this;
    const { organization, accessLogs, objectLock, queue, import: existing } = settings;
    const { trail: name, bucket: bucketName } = this.names;
    const bucketArn = account.bucketArn(bucketName);
    const owner = new AwsAccount(organization?.managementAccount ?? account.id, account.region);
    const trailArn = owner.arn('cloudtrail', `trail/${name}`);
    const retentionDays = days(settings.retention ?? CLOUDTRAIL_DEFAULTS.retention);

    const kmsKeyArn =
      settings.kmsKey ??
      new TrailKey(this, 'key', {
        account,
        alias: this.names.key,
        trailArn,
        announcingBucketArn: queue.encryption === 'kms' ? bucketArn : undefined,
        importIds: existing,
      }).arn;
    const logs = new LogBucket(this, 'logs', {
      account,
      name: bucketName,
      kmsKeyArn,
      trailArn,
      organizationId: organization?.id,
      retentionDays,
      objectLock: objectLock && { mode: objectLock.mode, days: days(objectLock.retention) },
      accessLogs: this.accessLogs(accessLogs, bucketName, retentionDays),
      importId: existing?.bucket,
    });
    new Trail(this, 'trail', {
      name,
      bucket: logs.name,
      bucketArn,
      kmsKeyArn,
      isOrganizationTrail: organization !== undefined,
      isMultiRegionTrail: settings.multiRegion ?? true,
      logFileValidation: settings.logFileValidation ?? true,
      excludeEvents: settings.excludeEvents ?? [],
      insights: settings.insights ?? [],
      dataEvents: settings.dataEvents ?? [],
      dependsOn: logs.writable,
      importId: existing?.trail,
    });
    const { prefix, suffix } = queue;
    return {
      bucketName,
      kmsKeyArn,
      announcedBy: { kind: 'bucket', name: bucketName, reference: logs.name, prefix, suffix },
    };
  }

  private accessLogs(setting: CloudtrailSettings['accessLogs'], ofBucket: string, retentionDays: number) {
    if (setting === undefined) return undefined;
    const prefix = `${ofBucket}/`;
    if (setting !== 'create') return { bucket: setting, prefix };
    const { accessLogs: name } = this.names;
    const logs = new AccessLogBucket(this, 'access-logs', { account: this.account, name, ofBucket, retentionDays });
    return { bucket: logs.name, prefix };
  }

  /** The bucket of a trail that is there: its policy and its notification are somebody else's. */
  private readTrail(
    { kmsKey, queue }: CloudtrailSettings,
    { bucket, topic }: NonNullable<CloudtrailSettings['existing']>,
  ): LogFiles {
    const { prefix, suffix } = queue;
    return {
      bucketName: bucket,
      kmsKeyArn: kmsKey,
      announcedBy:
        topic === undefined
          ? { kind: 'bucket', name: bucket, reference: bucket, prefix, suffix, importNotification: true }
          : { kind: 'topic', arn: topic },
    };
  }

  private announce({ queue, import: importIds }: CloudtrailSettings, logFiles: LogFiles): ObjectQueue {
    return new ObjectQueue(this, 'objects', {
      account: this.account,
      name: this.names.queue,
      announcedBy: logFiles.announcedBy,
      retentionSeconds: seconds(queue.retention),
      kmsKeyArn: queue.encryption === 'kms' ? logFiles.kmsKeyArn : undefined,
      importIds,
    });
  }

  private admitCortex({ cortex, import: existing }: CloudtrailSettings, logFiles: LogFiles, queue: ObjectQueue) {
    return new ReaderRole(this, 'reader', {
      account: this.account,
      name: this.names.role,
      readerAccountId: cortex.accountId,
      externalIds: cortex.externalId,
      bucketName: logFiles.bucketName,
      queueArn: queue.arn,
      kmsKeyArn: logFiles.kmsKeyArn,
      securityAudit: cortex.securityAudit,
      importId: existing?.role,
    });
  }

  /** Somebody is told when log files stop, or when Cortex stops to read them. */
  private watch(
    { alarms, import: existing }: CloudtrailSettings,
    notifications: Notifications | undefined,
    { kmsKeyArn }: LogFiles,
    queue: ObjectQueue,
  ): void {
    const { alarms: name, topic, keyRule, dashboard } = this.names;
    const runbook = runbookAddress(notifications);
    const { arn: topicArn } = new AlarmTopic(this, 'alarm-topic', {
      account: this.account,
      name: topic,
      emails: notifications?.emails ?? [],
      pagerdutyKey: notifications?.pagerduty ? this.pagerdutyKey() : undefined,
      importId: existing?.topic,
    });
    const watched = {
      name,
      queue: queue.name,
      deadLetters: queue.deadLetterName,
      oldestMessageSeconds: seconds(alarms.oldestMessage),
    };
    const { arns } = new QueueAlarms(this, 'alarms', {
      ...watched,
      topicArn,
      silenceHours: Math.ceil(seconds(alarms.silence) / 3_600),
      runbook,
    });
    if (kmsKeyArn !== undefined)
      new KeyWatch(this, 'key-watch', { name: keyRule, kmsKeyArn, topicArn, runbook: runbook('cloudtrail-key') });
    new QueueDashboard(this, 'dashboard', { ...watched, name: dashboard, region: this.account.region, alarms: arns });
  }

  private pagerdutyKey(): string {
    return new TerraformVariable(this, 'pagerduty_key', {
      type: 'string',
      sensitive: true,
      nullable: false,
      description: 'Integration key of the PagerDuty service (PagerDuty > service > Integrations > Amazon CloudWatch)',
    }).stringValue;
  }

  private output(name: keyof CloudtrailCortexOutputs, value: string, { sensitive = false } = {}): void {
    new TerraformOutput(this, name, sensitive ? { value, sensitive } : { value });
  }
}
