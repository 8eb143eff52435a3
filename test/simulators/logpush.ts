import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { parseFilter } from './logpush-filter';
import { makeRecord, type TimestampFormat } from './logpush-records';

/** A Logpush job as Cloudflare knows it: arguments of `cloudflare_logpush_job`, with the destination resolved. */
export interface LogpushJob {
  readonly dataset: string;
  /** `output_options.field_names` */
  readonly fieldNames: readonly string[];
  /** `destination_conf`: `https://host/path?header_<Name>=<value>&<other>=<value>`. */
  readonly destinationConf: string;
  /** `output_options.timestamp_format`. Default: unixnano, the API's. */
  readonly timestampFormat?: TimestampFormat;
  /** `max_upload_records`; 0 or undefined: Cloudflare's own 100,000. */
  readonly maxUploadRecords?: number;
  /** `max_upload_bytes`, uncompressed; 0 or undefined: as many as there are. */
  readonly maxUploadBytes?: number;
  /** `filter`: JSON text. Default: all records. */
  readonly filter?: string;
  /** `output_options.sample_rate`, after the filter. Default: all records. */
  readonly sampleRate?: number;
}

export interface PushOptions {
  /** Records that arise; filter and sampling of the job push less of them. Default: 100. */
  readonly records?: number;
  /**
   * Base URL of loopback that gets the uploads in the destination's place, as with `curl --connect-to`: path, query and
   * Host header stay the destination's.
   */
  readonly connectTo?: string;
  /** Time of the last record. Default: now. */
  readonly until?: Date;
  /** Uploads of one batch before it is dropped for good. Cloudflare's own number is not documented. Default: 3. */
  readonly attempts?: number;
  /** Wait between two of them, in milliseconds. Default: 50. */
  readonly retryDelayMs?: number;
}

/** An upload as Cloudflare's GraphQL dataset of Logpush health tells it. */
export interface Upload {
  readonly status: number;
  readonly records: number;
  /** False: it was tried again. */
  readonly final: boolean;
}

export interface Pushed {
  readonly uploads: readonly Upload[];
  /** Records in accepted batches. */
  readonly delivered: number;
  /** Records in batches that were dropped: Logpush has no backfill. */
  readonly dropped: number;
}

const DEFAULT_MAX_RECORDS = 100_000;
const NO_ANSWER = 1101;

/**
 * Sends the test upload: before a job is made or changed, and when it is asked for.
 * @throws Error when it is not accepted
 */
export async function validateDestination(destinationConf: string, connectTo?: string): Promise<void> {
  const status = await post(parseDestination(destinationConf), gzipSync('{"content":"tests"}'), connectTo).catch(
    () => NO_ANSWER,
  );
  if (!isAccepted(status))
    throw new Error(`error validating destination: error writing object: error uploading (status ${status})`);
}

/**
 * Pushes made-up records for one job as Cloudflare does: a validation upload, then gzipped NDJSON batches.
 * Source: developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations/http.
 *
 * @throws Error when the validation upload is not accepted: Cloudflare then refuses to create or change the job.
 */
export async function pushLogpushJob(job: LogpushJob, options: PushOptions = {}): Promise<Pushed> {
  const { records = 100, connectTo } = options;
  await validateDestination(job.destinationConf, connectTo);
  const uploads: Upload[] = [];
  let delivered = 0;
  let dropped = 0;
  for await (const { status, records: size, final } of pushBatches(job, { ...options, records })) {
    uploads.push({ status, records: size, final });
    if (isAccepted(status)) delivered += size;
    else if (final) dropped += size;
  }
  return { uploads, delivered, dropped };
}

/** An upload with its size. */
export interface SizedUpload extends Upload {
  /** Uncompressed. */
  readonly bytes: number;
  readonly bytesCompressed: number;
}

/**
 * The batches of a job that exists already, attempt by attempt. No answer at all is status 1101: which of Cloudflare's own
 * statuses (1101 to 1108, 1201) means what is not documented.
 */
export async function* pushBatches(job: LogpushJob, options: PushOptions = {}): AsyncGenerator<SizedUpload> {
  const { records = 100, connectTo, until = new Date(), attempts = 3, retryDelayMs = 50 } = options;
  const destination = parseDestination(job.destinationConf);
  for (const lines of batches(job, records, until)) {
    const text = lines.join('');
    const body = gzipSync(text);
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const status = await post(destination, body, connectTo).catch(() => NO_ANSWER);
      const final = isAccepted(status) || attempt === attempts;
      yield { status, records: lines.length, final, bytes: Buffer.byteLength(text), bytesCompressed: body.length };
      if (final) break;
      await sleep(retryDelayMs);
    }
  }
}

export interface Destination {
  /** Without the `header_` parameters; the others as they were written. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Splits a `destination_conf`: parameters `header_<Name>` become request headers, the others stay in the URL. Values are
 * decoded from %xx alone: `+` is not a space (Cloudflare's documentation writes spaces as %20), so that a destination
 * that relies on it is refused by the receiver here, too.
 *
 * @throws Error when it is no URL.
 */
export function parseDestination(destinationConf: string): Destination {
  const question = destinationConf.indexOf('?');
  const base = question < 0 ? destinationConf : destinationConf.slice(0, question);
  const parameters = question < 0 ? [] : destinationConf.slice(question + 1).split('&');
  const headers: Record<string, string> = {};
  const forwarded: string[] = [];
  for (const parameter of parameters) {
    const [name = '', ...value] = parameter.split('=');
    if (name.startsWith('header_'))
      headers[decodeURIComponent(name.slice('header_'.length))] = decodeURIComponent(value.join('='));
    else if (parameter !== '') forwarded.push(parameter);
  }
  const url = forwarded.length === 0 ? base : `${base}?${forwarded.join('&')}`;
  if (!URL.canParse(url)) throw new Error(`destination_conf is no URL: ${url.slice(0, 200)}`);
  return { url: new URL(url), headers };
}

function isAccepted(status: number): boolean {
  return status < 300;
}

/** The lines of each batch. A record that is larger than a batch may be is a batch of its own. */
function* batches(job: LogpushJob, records: number, until: Date): Generator<string[]> {
  const maxRecords = job.maxUploadRecords || DEFAULT_MAX_RECORDS;
  const maxBytes = job.maxUploadBytes || Number.POSITIVE_INFINITY;
  let lines: string[] = [];
  let bytes = 0;
  for (const line of linesOf(job, records, until)) {
    const size = Buffer.byteLength(line);
    if (lines.length > 0 && (lines.length === maxRecords || bytes + size > maxBytes)) {
      yield lines;
      lines = [];
      bytes = 0;
    }
    lines.push(line);
    bytes += size;
  }
  if (lines.length > 0) yield lines;
}

/** What is left of the records after filter and sampling, each with the suffix `}\n`. They are ten milliseconds apart. */
function* linesOf(job: LogpushJob, records: number, until: Date): Generator<string> {
  const { fieldNames, timestampFormat = 'unixnano', filter = '', sampleRate = 1 } = job;
  const { fields, passes } = parseFilter(filter);
  let passed = 0;
  for (let index = 0; index < records; index++) {
    const time = new Date(until.getTime() - (records - 1 - index) * 10);
    // A filter may look at fields that are not pushed.
    if (!passes(makeRecord(fields, index, time, timestampFormat))) continue;
    passed += 1;
    // Cloudflare picks by chance; every second of two is as many, and the same each time.
    if (Math.floor(passed * sampleRate) === Math.floor((passed - 1) * sampleRate)) continue;
    yield `${JSON.stringify(makeRecord(fieldNames, index, time, timestampFormat))}\n`;
  }
}

/** The status of the answer. The Content-Type of Cloudflare's uploads is not documented: none is sent. */
function post({ url, headers }: Destination, body: Buffer, connectTo: string | undefined): Promise<number> {
  const connection = connectTo === undefined ? url : new URL(connectTo);
  const request = connection.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    request(
      {
        method: 'POST',
        hostname: connection.hostname,
        port: connection.port,
        path: `${url.pathname}${url.search}`,
        headers: { ...headers, Host: url.host, 'Content-Encoding': 'gzip', 'Content-Length': body.length },
      },
      (response) => {
        response.resume();
        response.once('end', () => resolve(response.statusCode ?? 0));
      },
    )
      .once('error', reject)
      .end(body);
  });
}
