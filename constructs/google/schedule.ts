import { CloudSchedulerJob } from '@cdktf/provider-google/lib/cloud-scheduler-job';
import type { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { ImportBlock } from '../import-block';

export interface ScheduleProps {
  readonly name: string;
  readonly region: string;
  readonly description: string;
  /** unix-cron. */
  readonly schedule: string;
  readonly timeZone: string;
  /** URL that is called by POST. */
  readonly uri: string;
  /** Account that the call is made as. */
  readonly invoker: ServiceAccount;
  /** Seconds that an attempt may take: at least the target's own limit, 15 to 1800 (Cloud Scheduler, HTTP targets). */
  readonly attemptDeadlineSeconds: number;
  readonly dependsOn: ITerraformDependable[];
  /** `projects/<project>/locations/<region>/jobs/<name>` of an existing job. */
  readonly importId?: string;
}

/** Calls a URL on a schedule, with an OIDC token of the invoker. */
export class Schedule extends Construct {
  /** Name of the job. */
  readonly name: string;

  constructor(scope: Construct, id: string, props: ScheduleProps) {
    super(scope, id);
    const job = new CloudSchedulerJob(this, 'job', {
      name: props.name,
      region: props.region,
      description: props.description,
      schedule: props.schedule,
      timeZone: props.timeZone,
      attemptDeadline: `${props.attemptDeadlineSeconds}s`,
      // The next tick comes anyway; a few retries bridge what passes in minutes.
      retryConfig: { retryCount: 3, minBackoffDuration: '30s', maxBackoffDuration: '300s', maxDoublings: 3 },
      httpTarget: {
        uri: props.uri,
        httpMethod: 'POST',
        oidcToken: { serviceAccountEmail: props.invoker.email, audience: props.uri },
      },
      dependsOn: props.dependsOn,
    });
    if (props.importId) new ImportBlock(job, props.importId);
    this.name = job.name;
  }
}
