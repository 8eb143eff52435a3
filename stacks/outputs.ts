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
  /** The address that Qualys sees, with `egress: static`. */
  readonly egress_address?: string;
}
