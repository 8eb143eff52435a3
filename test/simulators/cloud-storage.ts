import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface StoredObject {
  content: Buffer;
  generation: number;
  /** As the upload gave it. */
  metadata: Record<string, unknown>;
  /** Bytes of the content, when the content is not kept. Default: its length. */
  size?: number;
}

export interface CloudStorageOptions {
  /** Default 0: a free one. It listens on 127.0.0.1 only. */
  port?: number;
  /**
   * Whether a second write to one object name within a second is refused, as Cloud Storage does ("Quotas & limits",
   * cloud.google.com/storage/quotas#objects). Default false.
   */
  updateLimit?: boolean;
  /** If false, gzipped objects lose their content and keep its size only: for benchmarks. Default true. */
  keepContent?: boolean;
  /** What the next requests meet. */
  faults?: readonly StorageFault[];
  /** The server's clock, in milliseconds since 1970. Default: the real time. */
  now?: () => number;
}

/** Used up by the next request, or by the next whose `METHOD path?query` matches. */
export type StorageFault = Mishap | { on: RegExp; fault: Mishap };

/**
 * A number: an error of this status, nothing is applied. `pass`: none. `reset`: the connection breaks off before anything
 * is applied. `applied-then-reset`: the request is applied, and its answer lost. `landsAfterMs`: the connection breaks
 * off, and the request is applied that much later. `delayMs`: both come that much later.
 */
export type Mishap = number | 'pass' | 'reset' | 'applied-then-reset' | { landsAfterMs: number } | { delayMs: number };

export interface CloudStorage {
  url: string;
  /** By `bucket/name`. */
  objects: Map<string, StoredObject>;
  /** `METHOD path?query` of every request. */
  requests: string[];
  /** The faults that are still to come; push to add some. */
  faults: StorageFault[];
  /** Answers every request with this status instead, until it is undefined again. */
  failWith?: number;
  close(): Promise<void>;
}

/**
 * The requests of the Cloud Storage JSON API that read, write, list and delete whole objects, with the preconditions on
 * generations (cloud.google.com/storage/docs/json_api/v1/objects). Uploads are `multipart` or `media`, not resumable.
 */
export async function startCloudStorage(
  buckets: readonly string[],
  options: CloudStorageOptions = {},
): Promise<CloudStorage> {
  const state = new Objects(buckets, options);
  const late = new Set<NodeJS.Timeout>();

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers, socket } = request;
    const body = await readBody(request);
    const line = `${method} ${path}`;
    storage.requests.push(line);
    const apply = (): Answer => {
      try {
        return state.apply({
          method,
          url: new URL(path, 'http://127.0.0.1'),
          contentType: headers['content-type'],
          body,
        });
      } catch (error) {
        if (error instanceof StorageError) return errorAnswer(error);
        throw error;
      }
    };

    const mishap = storage.failWith ?? nextMishap(storage.faults, line);
    if (mishap === 'reset') socket.resetAndDestroy();
    else if (mishap === 'applied-then-reset') {
      apply();
      socket.resetAndDestroy();
    } else if (typeof mishap === 'object' && 'landsAfterMs' in mishap) {
      socket.resetAndDestroy();
      const timer = setTimeout(() => {
        late.delete(timer);
        apply();
      }, mishap.landsAfterMs);
      late.add(timer);
    } else {
      if (typeof mishap === 'object') await sleep(mishap.delayMs, undefined, { ref: false });
      send(response, typeof mishap === 'number' ? errorAnswer(new StorageError(mishap, 'told to fail')) : apply());
    }
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });

  const storage: CloudStorage = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects: state.objects,
    requests: [],
    faults: [...(options.faults ?? [])],
    close: () =>
      new Promise((resolve) => {
        for (const timer of late) clearTimeout(timer);
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return storage;
}

interface Answer {
  status: number;
  /** An object is sent as JSON. */
  body?: object | Buffer;
  headers?: Record<string, string>;
}

/** Reasons of refusals (cloud.google.com/storage/docs/json_api/v1/status-codes). */
const REASONS: Readonly<Record<number, string>> = {
  400: 'invalid',
  401: 'authError',
  403: 'forbidden',
  404: 'notFound',
  412: 'conditionNotMet',
  429: 'rateLimitExceeded',
  500: 'internalError',
  503: 'backendError',
};

class StorageError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

function errorAnswer({ status, message }: StorageError): Answer {
  const domain = status === 429 ? 'usageLimits' : 'global';
  const reason = REASONS[status] ?? 'backendError';
  return { status, body: { error: { code: status, message, errors: [{ message, domain, reason }] } } };
}

interface ApiRequest {
  method: string;
  url: URL;
  contentType?: string;
  body: Buffer;
}

/** The least time between two writes to one object name. */
const WRITE_INTERVAL_MS = 1000;
const LIST_PAGE = 1000;

/** The buckets and what is in them. */
class Objects {
  readonly objects = new Map<string, StoredObject>();
  private readonly writtenAt = new Map<string, number>();
  private readonly now: () => number;
  private generation = 1_700_000_000_000_000;

  constructor(
    private readonly buckets: readonly string[],
    private readonly options: CloudStorageOptions,
  ) {
    this.now = options.now ?? Date.now;
  }

  /** @throws StorageError */
  apply(request: ApiRequest): Answer {
    const { method, url } = request;
    const [, upload, bucket = '', encodedName] =
      /^(\/upload)?(?:\/download)?(?:\/storage\/v1)?\/b\/([^/]+)\/o(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
    if (!this.buckets.includes(bucket)) throw new StorageError(404, 'The specified bucket does not exist.');
    if (upload) {
      if (method !== 'POST') throw new StorageError(400, `This simulator knows no upload by ${method}.`);
      return this.upload(bucket, request);
    }
    if (encodedName === undefined) return this.list(bucket, url.searchParams);

    const name = decodeURIComponent(encodedName);
    const key = `${bucket}/${name}`;
    const object = this.objects.get(key);
    const wanted = url.searchParams.get('generation');
    if (!object || (wanted !== null && Number(wanted) !== object.generation)) {
      throw new StorageError(404, `No such object: ${key}`);
    }
    if (method === 'DELETE') this.beginWrite(key);
    checkGeneration(url.searchParams, object);
    if (method === 'DELETE') {
      this.objects.delete(key);
      this.writtenAt.set(key, this.now());
      return { status: 204 };
    }
    if (method !== 'GET') throw new StorageError(400, `This simulator knows no ${method}.`);
    if (url.searchParams.get('alt') !== 'media') return { status: 200, body: resource(bucket, name, object) };
    return {
      status: 200,
      body: object.content,
      headers: {
        'Content-Type': String(object.metadata.contentType ?? 'application/octet-stream'),
        'X-Goog-Generation': String(object.generation),
      },
    };
  }

  private upload(bucket: string, { url, contentType = '', body }: ApiRequest): Answer {
    const type = url.searchParams.get('uploadType');
    const { metadata, content } =
      type === 'multipart' ? readMultipart(contentType, body) : { metadata: { contentType }, content: body };
    if (type !== 'multipart' && type !== 'media')
      throw new StorageError(400, `This simulator knows no upload ${type}.`);
    const name = url.searchParams.get('name') ?? String(metadata.name ?? '');
    if (name === '') throw new StorageError(400, 'Required: name');
    const md5 = createHash('md5').update(content).digest('base64');
    if (metadata.md5Hash !== undefined && metadata.md5Hash !== md5) {
      throw new StorageError(
        400,
        `Provided MD5 hash "${metadata.md5Hash}" doesn't match calculated MD5 hash "${md5}".`,
      );
    }
    const key = `${bucket}/${name}`;
    this.beginWrite(key);
    checkGeneration(url.searchParams, this.objects.get(key));
    this.generation += 1;
    const kept = this.options.keepContent !== false || metadata.contentType !== 'application/gzip';
    const object: StoredObject = {
      content: kept ? content : Buffer.alloc(0),
      generation: this.generation,
      metadata: { ...metadata, timeCreated: new Date(this.now()).toISOString() },
      ...(!kept && { size: content.length }),
    };
    this.objects.set(key, object);
    this.writtenAt.set(key, this.now());
    return { status: 200, body: resource(bucket, name, object) };
  }

  /** In the order of the names as UTF-8. */
  private list(bucket: string, query: URLSearchParams): Answer {
    const prefix = `${bucket}/${query.get('prefix') ?? ''}`;
    const after = Buffer.from(query.get('pageToken') ?? '', 'base64');
    const start = Buffer.from(query.get('startOffset') ?? '');
    const names = [...this.objects.keys()]
      .filter((key) => key.startsWith(prefix))
      .map((key) => Buffer.from(key.slice(bucket.length + 1)))
      .filter((name) => name.compare(after) > 0 && name.compare(start) >= 0)
      .sort((a, b) => a.compare(b));
    const limit = Math.min(Number(query.get('maxResults') ?? LIST_PAGE), LIST_PAGE);
    const page = names.slice(0, limit);
    const items = page.flatMap((bytes) => {
      const name = bytes.toString();
      const object = this.objects.get(`${bucket}/${name}`);
      return object ? [resource(bucket, name, object)] : [];
    });
    const nextPageToken = names.length > limit ? page.at(-1)?.toString('base64') : undefined;
    return {
      status: 200,
      body: { kind: 'storage#objects', ...(items.length > 0 && { items }), ...(nextPageToken && { nextPageToken }) },
    };
  }

  /** Throttling comes first: a refused write may be one that the precondition would have refused too. */
  private beginWrite(key: string): void {
    const since = this.now() - (this.writtenAt.get(key) ?? Number.NEGATIVE_INFINITY);
    if (!this.options.updateLimit || since >= WRITE_INTERVAL_MS) return;
    throw new StorageError(
      429,
      `The object ${key} exceeded the rate limit for object mutation operations (create, update, and delete). ` +
        'Please reduce your request rate. See https://cloud.google.com/storage/docs/gcs429.',
    );
  }
}

/** 0 means that there must be no object ("Request preconditions", cloud.google.com/storage/docs/request-preconditions). */
function checkGeneration(query: URLSearchParams, object: StoredObject | undefined): void {
  const expected = query.get('ifGenerationMatch');
  if (expected !== null && Number(expected) !== (object?.generation ?? 0)) {
    throw new StorageError(412, 'At least one of the pre-conditions you specified did not hold.');
  }
}

/** What the API tells of an object. */
function resource(bucket: string, name: string, { metadata, generation, content, size }: StoredObject): object {
  return {
    ...metadata,
    kind: 'storage#object',
    id: `${bucket}/${name}/${generation}`,
    name,
    bucket,
    generation: String(generation),
    metageneration: '1',
    size: String(size ?? content.length),
  };
}

/** The two parts of a `multipart/related` upload: metadata as JSON, and the content. */
function readMultipart(contentType: string, body: Buffer): { metadata: Record<string, unknown>; content: Buffer } {
  const boundary = /boundary="?([^";]+)/.exec(contentType)?.[1];
  if (!contentType.startsWith('multipart/related') || !boundary) {
    throw new StorageError(400, `The upload is not multipart/related: ${contentType}`);
  }
  const delimiter = `--${boundary}`;
  const second = body.indexOf(`\r\n${delimiter}`, delimiter.length);
  const end = body.lastIndexOf(`\r\n${delimiter}--`);
  if (second === -1 || end <= second) throw new StorageError(400, 'The upload has not two parts.');
  const contentOf = (from: number, to: number) => body.subarray(body.indexOf('\r\n\r\n', from) + 4, to);
  return {
    metadata: JSON.parse(contentOf(0, second).toString('utf8')),
    // A copy: the body would else stay in memory as a whole.
    content: Buffer.from(contentOf(second + 2, end)),
  };
}

function nextMishap(faults: StorageFault[], line: string): Mishap {
  const index = faults.findIndex((fault) => !(typeof fault === 'object' && 'on' in fault) || fault.on.test(line));
  const [fault = 'pass'] = index === -1 ? [] : faults.splice(index, 1);
  return typeof fault === 'object' && 'on' in fault ? fault.fault : fault;
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  const content = Buffer.isBuffer(body) ? body : Buffer.from(body ? JSON.stringify(body) : '');
  response
    .writeHead(status, {
      ...(status !== 204 && { 'Content-Type': 'application/json; charset=UTF-8', 'Content-Length': content.length }),
      ...headers,
    })
    .end(content);
}

function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
  });
}
