import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StoredObject {
  content: Buffer;
  generation: number;
  metadata: Record<string, unknown>;
}

export interface CloudStorage {
  url: string;
  /** By `bucket/name`. */
  objects: Map<string, StoredObject>;
  /** `METHOD path?query` of every request. */
  requests: string[];
  /** Answers every request with this status instead, until it is undefined again. */
  failWith?: number;
  close(): Promise<void>;
}

/** The few requests of the Cloud Storage JSON API that the store makes, with their preconditions. */
export async function startCloudStorage(buckets: readonly string[]): Promise<CloudStorage> {
  const objects = new Map<string, StoredObject>();
  const requests: string[] = [];
  let generation = 1_700_000_000_000_000;

  const handle = (method: string, url: URL, contentType: string, body: Buffer): [number, object | Buffer] => {
    const [, upload, bucket = '', encodedName] =
      /^(\/upload)?\/storage\/v1\/b\/([^/]+)\/o(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
    if (!buckets.includes(bucket)) return [404, { error: { code: 404, message: 'The bucket does not exist.' } }];

    if (upload && method === 'POST') {
      const key = `${bucket}/${url.searchParams.get('name')}`;
      const expected = url.searchParams.get('ifGenerationMatch');
      if (expected !== null && Number(expected) !== (objects.get(key)?.generation ?? 0)) {
        return [412, { error: { code: 412, message: 'conditionNotMet' } }];
      }
      const [metadata, content] = multipart(contentType, body);
      generation += 1;
      objects.set(key, { content, generation, metadata });
      return [200, { ...metadata, name: url.searchParams.get('name'), bucket, generation: String(generation) }];
    }

    if (encodedName === undefined) {
      const prefix = `${bucket}/${url.searchParams.get('prefix') ?? ''}`;
      const items = [...objects.keys()].filter((key) => key.startsWith(prefix));
      return [200, { kind: 'storage#objects', items: items.map((key) => ({ name: key.slice(bucket.length + 1) })) }];
    }

    const object = objects.get(`${bucket}/${decodeURIComponent(encodedName)}`);
    const wanted = url.searchParams.get('generation');
    if (!object || (wanted !== null && Number(wanted) !== object.generation)) {
      return [404, { error: { code: 404, message: 'No such object.' } }];
    }
    return [200, url.searchParams.get('alt') === 'media' ? object.content : { generation: String(object.generation) }];
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests.push(`${request.method} ${request.url}`);
      const [status, body] = storage.failWith
        ? [storage.failWith, { error: { code: storage.failWith, message: 'told to fail' } }]
        : handle(
            request.method ?? '',
            new URL(request.url ?? '', 'http://127.0.0.1'),
            request.headers['content-type'] ?? '',
            Buffer.concat(chunks),
          );
      const type = Buffer.isBuffer(body) ? 'application/octet-stream' : 'application/json';
      response.writeHead(status, { 'Content-Type': type }).end(Buffer.isBuffer(body) ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const storage: CloudStorage = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return storage;
}

/** The two parts of a `multipart/related` upload: metadata as JSON, and the content. */
function multipart(contentType: string, body: Buffer): [Record<string, unknown>, Buffer] {
  const boundary = /boundary="?([^";]+)/.exec(contentType)?.[1];
  if (!contentType.startsWith('multipart/related') || !boundary) throw new Error(`not multipart: ${contentType}`);
  const text = body.toString('latin1');
  const [, metadata = '', content = ''] = text.split(`--${boundary}`).map((part) => {
    const start = part.indexOf('\r\n\r\n');
    return part.slice(start + 4, part.lastIndexOf('\r\n'));
  });
  return [JSON.parse(Buffer.from(metadata, 'latin1').toString('utf8')), Buffer.from(content, 'latin1')];
}
