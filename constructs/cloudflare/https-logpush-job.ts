import { LogpushJob } from '@cdktf/provider-cloudflare/lib/logpush-job';
import { Construct } from 'constructs';
import { fieldsOf, type LogpushDataset } from './logpush-catalogue';

/** Where a job pushes: an HTTPS receiver that takes a bearer key. */
export interface BearerDestination {
  /** https URL, with or without query. */
  readonly url: string;
  /** Terraform expression of the key, without `${}`, from a sensitive variable. */
  readonly keyExpression: string;
}

export interface HttpsLogpushJobProps {
  readonly dataset: LogpushDataset;
  /** Where the job lives. */
  readonly owner: { readonly accountId: string } | { readonly zoneId: string };
  readonly destination: BearerDestination;
  /** Largest batch in bytes, uncompressed: 0 or 5,000,000 to 1,000,000,000. */
  readonly maxUploadBytes: number;
  /** Largest batch in records: 0 or 1,000 to 1,000,000. */
  readonly maxUploadRecords: number;
  /** Longest interval of a batch in seconds: 0 or 30 to 300. */
  readonly maxUploadIntervalSeconds: number;
}

/** A Logpush job that pushes every field of a dataset as NDJSON over HTTPS. */
export class HttpsLogpushJob extends Construct {
  constructor(scope: Construct, id: string, props: HttpsLogpushJobProps) {
    super(scope, id);
    new LogpushJob(this, 'job', {
      ...props.owner,
      name: `secureworks-http-${props.dataset.replaceAll('_', '-')}`,
      dataset: props.dataset,
      enabled: true,
      destinationConf: destinationConf(props.destination, props.dataset),
      maxUploadBytes: props.maxUploadBytes,
      maxUploadRecords: props.maxUploadRecords,
      maxUploadIntervalSeconds: props.maxUploadIntervalSeconds,
      // Whole, since an update replaces it: what is left out falls back to Cloudflare's defaults.
      outputOptions: { outputType: 'ndjson', timestampFormat: 'rfc3339', fieldNames: [...fieldsOf(props.dataset)] },
    });
  }
}

/**
 * `header_*` parameters become request headers, the others are forwarded (Cloudflare docs, "Enable HTTP destination").
 * Terraform's urlencode writes a space as +, which Cloudflare would take for a plus sign.
 */
function destinationConf({ url, keyExpression }: BearerDestination, dataset: LogpushDataset): string {
  const separator = url.includes('?') ? '&' : '?';
  const key = `\${replace(urlencode(${keyExpression}), "+", "%20")}`;
  return `${url}${separator}header_Authorization=Bearer%20${key}&tags=dataset:${dataset}`;
}
