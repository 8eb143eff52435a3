/** What `terraform output -json` gives of each stack: the only thing that commands know of what was deployed. */

/** cloudtrail-cortex: what is typed into the collector in Cortex, and what commands look at. */
export interface CloudtrailCortexOutputs {
  readonly queue_url: string;
  readonly queue_arn: string;
  readonly dead_letter_queue_url: string;
  readonly role_arn: string;
  /** Sensitive. */
  readonly external_id: string;
  readonly bucket_name: string;
}

/** qualys-secops. */
export interface QualysSecopsOutputs {
  /** `gs://` URI of the collected alerts, with the trailing slash that a SecOps feed wants. */
  readonly alerts_uri: string;
  readonly function_url: string;
  readonly logs_bucket: string;
  readonly state_bucket: string;
  /** Name of the Cloud Scheduler job. */
  readonly schedule: string;
  /** Full name of the SecOps feed, if the stack makes it. */
  readonly feed?: string;
  /** The same of the other feeds, where they are collected. */
  readonly assets_uri?: string;
  readonly assets_function_url?: string;
  readonly assets_schedule?: string;
  readonly assets_feed?: string;
  readonly findings_uri?: string;
  readonly findings_function_url?: string;
  readonly findings_schedule?: string;
  readonly findings_feed?: string;
  /** The address that Qualys sees, with `egress: static`. */
  readonly egress_address?: string;
}

/** bootstrap-aws: each output is a variable that the workflows read, under the same name. */
export interface BootstrapAwsOutputs {
  readonly AWS_REGION: string;
  /** ARN of the role that plans. */
  readonly AWS_PLAN_ROLE: string;
  /** ARN of the role that deploys. */
  readonly AWS_DEPLOY_ROLE: string;
}

/** bootstrap-google: each output is a variable that the workflows read, under the same name. */
export interface BootstrapGoogleOutputs {
  /** `projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>`. */
  readonly GOOGLE_WORKLOAD_IDENTITY_PROVIDER: string;
  /** Address of the service account that plans. */
  readonly GOOGLE_PLAN_SERVICE_ACCOUNT: string;
  /** Address of the service account that deploys. */
  readonly GOOGLE_DEPLOY_SERVICE_ACCOUNT: string;
  /** Address of the service account that watches, if there is a pipeline of Google Cloud. */
  readonly GOOGLE_WATCH_SERVICE_ACCOUNT?: string;
}
