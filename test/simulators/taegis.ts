import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { listen } from './loopback';

/**
 * A receiver in the manner of a Taegis XDR HTTP Ingest integration, as far as its documentation tells: POST with a bearer
 * key. Its real limits and answers are not documented publicly; the strictness about gzip and JSON lines is this
 * simulator's own, so that a job that pushes anything but Cloudflare's documented form fails here.
 */
export interface TaegisSimulator {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly received: TaegisReceived;
  /** Answers the next uploads of log lines with this status (429 or 500 to 599). Default: one. Validation is not hit. */
  failNext(status: number, uploads?: number): void;
  close(): Promise<void>;
}

/** What has arrived so far: it grows while the simulator runs. */
export interface TaegisReceived {
  /** Cloudflare's validation uploads that were accepted. */
  validations: number;
  /** Uploads of log lines that were accepted. */
  uploads: number;
  /** Answers by status, of all requests. */
  readonly answers: Record<string, number>;
  readonly datasets: Record<string, ReceivedDataset>;
}

export interface ReceivedDataset {
  lines: number;
  uploads: number;
  /** Uncompressed. */
  bytes: number;
  /** The first record that arrived. */
  readonly sample: Readonly<Record<string, unknown>>;
}

export interface TaegisOptions {
  /** Integration keys that are accepted. */
  readonly keys: readonly string[];
  /** How a batch without a line is answered: not documented. Default: refused, with 400. */
  readonly emptyBatch?: 'accepted' | 'refused';
}

/** Datasets of uploads whose URL has no `tags=dataset:<name>`. */
export const UNTAGGED = 'untagged';

/** developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations/http */
const VALIDATION_CONTENT = 'tests';

const unzip = promisify(gunzip);

class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export async function startTaegisSimulator(options: TaegisOptions): Promise<TaegisSimulator> {
  const received: TaegisReceived = { validations: 0, uploads: 0, answers: {}, datasets: {} };
  const faults: number[] = [];

  const server = await listen(async (request, response) => {
    const body = await readBody(request);
    const [status, message] = await accept(request, body, options, faults, received).then(
      () => [200, 'accepted'] as const,
      (error: Error) => [error instanceof Refusal ? error.status : 500, error.message] as const,
    );
    received.answers[status] = (received.answers[status] ?? 0) + 1;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
  });

  return {
    url: server.url,
    received,
    failNext: (status, uploads = 1) => {
      if (status !== 429 && (status < 500 || status > 599))
        throw new RangeError(`A fault is status 429 or 500 to 599, not ${status}`);
      faults.push(...Array.from({ length: uploads }, () => status));
    },
    close: server.close,
  };
}

async function accept(
  request: IncomingMessage,
  body: Buffer,
  { keys, emptyBatch = 'refused' }: TaegisOptions,
  faults: number[],
  received: TaegisReceived,
): Promise<void> {
  if (request.method !== 'POST') throw new Refusal(405, `POST expected, got ${request.method}`);
  if (!keys.some((key) => request.headers.authorization === `Bearer ${key}`))
    throw new Refusal(401, 'the Authorization header is not "Bearer " and the key of an integration');
  if (request.headers['content-encoding'] !== 'gzip')
    throw new Refusal(400, `Content-Encoding gzip expected, got ${request.headers['content-encoding'] ?? 'none'}`);
  const text = await unzip(body).then(
    (bytes) => bytes.toString('utf8'),
    () => {
      throw new Refusal(400, 'the body is not gzip');
    },
  );
  const records = text.split('\n').filter((line) => line !== '');
  const [first, ...rest] = records.map(parseLine);
  if (first === undefined && emptyBatch === 'accepted') return;
  if (first === undefined) throw new Refusal(400, 'the body has no line');
  if (rest.length === 0 && isValidation(first)) {
    received.validations++;
    return;
  }
  const fault = faults.shift();
  if (fault !== undefined) throw new Refusal(fault, 'injected fault');
  received.uploads++;
  const name = datasetOf(request.url ?? '/');
  const dataset = received.datasets[name] ?? { lines: 0, uploads: 0, bytes: 0, sample: first };
  dataset.lines += records.length;
  dataset.uploads++;
  dataset.bytes += Buffer.byteLength(text);
  received.datasets[name] = dataset;
}

function parseLine(line: string, index: number): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    value = undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refusal(400, `line ${index + 1} is not a JSON object: ${line.slice(0, 100)}`);
  return value as Record<string, unknown>;
}

function isValidation(record: Record<string, unknown>): boolean {
  return record.content === VALIDATION_CONTENT && Object.keys(record).length === 1;
}

/** From `tags=host:…,dataset:<name>`, the form of Cloudflare's generic HTTP example. */
function datasetOf(url: string): string {
  const tags = new URL(url, 'http://taegis').searchParams.getAll('tags').flatMap((value) => value.split(','));
  return tags.find((tag) => tag.startsWith('dataset:'))?.slice('dataset:'.length) ?? UNTAGGED;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
