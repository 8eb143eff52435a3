import { LogpushJob } from '@cdktf/provider-cloudflare/lib/logpush-job';
import { Construct } from 'constructs';
import { ImportBlock } from '../import-block';
import type { LogpushDataset } from './logpush-catalogue';

/** Where a job pushes: an HTTPS receiver, with what Cloudflare sends along. */
export interface HttpsDestination {
  /** https URL, with or without query. */
  readonly url: string;
  /** Headers of each request: values as they stand in a URL, spaces as %20; {@link bearer} makes one. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parameters that are added to the URL of each request, such as tags; values as they stand in a URL. */
  readonly parameters?: Readonly<Record<string, string>>;
}

export interface HttpsLogpushJobProps {
  readonly name: string;
  readonly dataset: LogpushDataset;
  /** Where the job lives. */
  readonly owner: { readonly accountId: string } | { readonly zoneId: string };
  readonly destination: HttpsDestination;
  /** Fields of each record, in this order. */
  readonly fields: readonly string[];
  /** Which records are pushed. Default: all. */
  readonly filter?: { readonly where: unknown };
  /** Part of the records that is pushed, after the filter: above 0, up to 1. Default: all. */
  readonly sampleRate?: number;
  /** `rfc3339`, `rfc3339ms`, `rfc3339ns`, `unix` or `unixnano`. */
  readonly timestampFormat: string;
  /** Largest batch in bytes, uncompressed: 0 or 5,000,000 to 1,000,000,000. */
  readonly maxUploadBytes: number;
  /** Largest batch in records: 0 or 1,000 to 1,000,000. */
  readonly maxUploadRecords: number;
  /** Longest interval of a batch in seconds: 0 or 30 to 300. */
  readonly maxUploadIntervalSeconds: number;
  /** Id of an existing job of the same owner. */
  readonly importId?: number;
}

/** A Logpush job that pushes records of a dataset as NDJSON over HTTPS. */
export class HttpsLogpushJob extends Construct {
  constructor(scope: Construct, id: string, props: HttpsLogpushJobProps) {
    super(scope, id);
    const { owner, importId } = props;
    const job = new LogpushJob(this, 'job', {
      ...owner,
      name: props.name,
      dataset: props.dataset,
      enabled: true,
      destinationConf: destinationConf(props.destination),
      filter: props.filter && JSON.stringify(props.filter),
      maxUploadBytes: props.maxUploadBytes,
      maxUploadRecords: props.maxUploadRecords,
      maxUploadIntervalSeconds: props.maxUploadIntervalSeconds,
      // Whole, since an update replaces it: what is left out falls back to Cloudflare's defaults.
      outputOptions: {
        outputType: 'ndjson',
        timestampFormat: props.timestampFormat,
        fieldNames: [...props.fields],
        sampleRate: props.sampleRate,
      },
    });
    if (importId !== undefined)
      new ImportBlock(
        job,
        'zoneId' in owner ? `zones/${owner.zoneId}/${importId}` : `accounts/${owner.accountId}/${importId}`,
      );
  }
}

/**
 * The value of a header with a key out of a sensitive variable. Terraform's urlencode writes a space as +, which
 * Cloudflare would take for a plus sign.
 * @param keyExpression Terraform expression of the key, without `${}`
 */
export function bearer(keyExpression: string): string {
  return `Bearer%20\${replace(urlencode(${keyExpression}), "+", "%20")}`;
}

/** `header_*` parameters become request headers, the others are forwarded (Cloudflare docs, "Enable HTTP destination"). */
function destinationConf({ url, headers, parameters = {} }: HttpsDestination): string {
  const all = [
    ...Object.entries(headers).map(([name, value]) => `header_${name}=${value}`),
    ...Object.entries(parameters).map(([name, value]) => `${name}=${value}`),
  ];
  return `${url}${url.includes('?') ? '&' : '?'}${all.join('&')}`;
}
