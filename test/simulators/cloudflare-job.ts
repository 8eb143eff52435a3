import type { LogpushJob } from './logpush';
import type { TimestampFormat } from './logpush-records';

/** A job, as the REST API takes and shows it. */
export interface Job {
  readonly id: number;
  readonly owner: string;
  name: string;
  dataset: string;
  enabled: boolean;
  destination_conf: string;
  filter?: string;
  max_upload_bytes?: number;
  max_upload_records?: number;
  output_options?: {
    readonly field_names?: readonly string[];
    readonly sample_rate?: number;
    readonly timestamp_format?: TimestampFormat;
  };
  last_complete: string | null;
  last_error: string | null;
  error_message: string | null;
  /** Of the first failure since the last success. */
  failingSince?: number;
}

/** Both errors are gone with the next success (logs/logpush/logpush-health). */
export function remember(job: Job, status: number, time: Date): void {
  const moment = time.toISOString().replace(/\.\d+Z$/, 'Z');
  if (status < 300) {
    Object.assign(job, { last_complete: moment, last_error: null, error_message: null, failingSince: undefined });
    return;
  }
  job.last_error = moment;
  job.error_message = `error uploading to ${job.destination_conf}: unexpected status ${status}`;
  job.failingSince ??= time.getTime();
}

/** What the job pushes where. */
export function toPush({ dataset, destination_conf, output_options = {}, ...job }: Job): LogpushJob {
  return {
    dataset,
    destinationConf: destination_conf,
    maxUploadRecords: job.max_upload_records,
    maxUploadBytes: job.max_upload_bytes,
    filter: job.filter,
    sampleRate: output_options.sample_rate,
    fieldNames: output_options.field_names ?? ['Datetime'],
    timestampFormat: output_options.timestamp_format,
  };
}
