import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LogpushJob } from '../../test/simulators/logpush';
import type { TimestampFormat } from '../../test/simulators/logpush-records';
import { resourcesOf, type SynthesizedStack } from '../synthesized';

/** The arguments of a job that say whose it is, and what it pushes where. */
export interface JobResource {
  readonly account_id?: string;
  readonly zone_id?: string;
  readonly dataset: string;
  readonly destination_conf: string;
  readonly filter?: string;
  readonly max_upload_bytes: number;
  readonly max_upload_records: number;
  readonly output_options: {
    readonly field_names: readonly string[];
    readonly sample_rate?: number;
    readonly timestamp_format: TimestampFormat;
  };
}

export interface DestinationOptions {
  readonly stack: SynthesizedStack;
  /** Folder for the configuration without resources that Terraform evaluates in. */
  readonly workFolder: string;
  readonly terraform: string;
  readonly env: NodeJS.ProcessEnv;
  /** Integration keys of Taegis, as `TF_VAR_taegis_keys` holds them. */
  readonly keys: Readonly<Record<string, string>>;
}

/** The Logpush jobs of a synthesized stack. */
export function logpushJobs(options: DestinationOptions): LogpushJob[] {
  return evaluatedJobs(options).map(({ dataset, destination_conf, filter, output_options, ...job }) => ({
    dataset,
    fieldNames: output_options.field_names,
    timestampFormat: output_options.timestamp_format,
    sampleRate: output_options.sample_rate,
    filter,
    maxUploadBytes: job.max_upload_bytes,
    maxUploadRecords: job.max_upload_records,
    destinationConf: destination_conf,
  }));
}

/**
 * The same as the stack has them, with their destinations evaluated. These hold expressions over the keys: Terraform itself
 * evaluates them, in a console that keeps no state, so that no key is written to disk.
 */
export function evaluatedJobs({ stack, workFolder, terraform, env, keys }: DestinationOptions): JobResource[] {
  const jobs = resourcesOf<JobResource>(stack, 'cloudflare_logpush_job');
  const folder = join(workFolder, 'destinations');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'main.tf.json'), JSON.stringify({ variable: stack.variable }));
  const templates = jobs.map((job) => `"${job.destination_conf}"`).join(', ');
  const output = execFileSync(terraform, ['console'], {
    cwd: folder,
    env: { ...process.env, ...env, TF_VAR_taegis_keys: JSON.stringify(keys) },
    input: `nonsensitive(jsonencode([${templates}]))\n`,
    encoding: 'utf8',
  });
  // The console prints a quoted string, and that string is JSON.
  const destinations: string[] = JSON.parse(JSON.parse(output));
  return jobs.map((job, index) => ({ ...job, destination_conf: destinations[index] ?? '' }));
}
