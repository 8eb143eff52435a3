import { createHash } from 'node:crypto';
import { type File, Storage } from '@google-cloud/storage';
import { type CloudStorage, type CloudStorageOptions, startCloudStorage } from './cloud-storage';

let server: CloudStorage;
let storage: Storage;
let clock: number;

async function start(options: CloudStorageOptions = {}): Promise<void> {
  clock = 1_800_000_000_000;
  server = await startCloudStorage(['logs', 'state'], { now: () => clock, ...options });
  // The library's retries would wait seconds; what it retries is its own affair.
  storage = new Storage({ apiEndpoint: server.url, projectId: 'none', retryOptions: { autoRetry: false } });
  storage.baseUrl = `${server.url}/storage/v1`;
}

beforeEach(() => start());
afterEach(() => server.close());

const save = (file: File, content: string | Buffer, ifGenerationMatch?: number | string, metadata = {}) =>
  file.save(content, {
    resumable: false,
    validation: false,
    contentType: 'text/plain',
    metadata,
    preconditionOpts: ifGenerationMatch === undefined ? {} : { ifGenerationMatch },
  });

/** A `media` upload, as simple clients make it. */
const upload = (name: string, body: string, query = '') =>
  fetch(`${server.url}/upload/storage/v1/b/logs/o?uploadType=media&name=${encodeURIComponent(name)}${query}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/gzip' },
    body,
  });

/** The status and the reason of a refusal, as the library tells them, or the code of a broken connection. */
async function failure(operation: Promise<unknown>): Promise<unknown[]> {
  const error = (await operation.then(
    () => ({ code: 'none' }),
    (thrown: unknown) => thrown,
  )) as { code?: unknown; errors?: { reason?: string }[] };
  return [error.code, ...(error.errors ?? []).map(({ reason }) => reason).filter(Boolean)];
}

describe('an object', () => {
  it('is written, read, described and deleted by the real client', async () => {
    const file = storage.bucket('logs').file('a/ä b.gz');
    const content = Buffer.from([0x1f, 0x8b, 0x0d, 0x0a, 0x2d, 0x2d, 0, 255]);
    const md5Hash = createHash('md5').update(content).digest('base64');
    await save(file, content, undefined, { md5Hash });
    expect((await file.exists())[0]).toBe(true);
    expect((await file.download())[0]).toEqual(content);
    expect((await file.getMetadata())[0]).toMatchObject({
      kind: 'storage#object',
      bucket: 'logs',
      name: 'a/ä b.gz',
      contentType: 'text/plain',
      md5Hash,
      size: '8',
      generation: String(server.objects.get('logs/a/ä b.gz')?.generation),
    });
    await file.delete();
    expect((await file.exists())[0]).toBe(false);
    expect(await failure(file.download())).toEqual([404]);
    expect(await failure(file.delete())).toEqual([404, 'notFound']);
  });

  it('is found under its present generation only', async () => {
    const file = storage.bucket('state').file('s');
    await save(file, 'one');
    const { generation } = file.metadata;
    await save(file, 'two');
    expect(file.metadata.generation).not.toBe(generation);
    expect(await failure(storage.bucket('state').file('s', { generation }).download())).toEqual([404]);
    const present = storage.bucket('state').file('s', { generation: file.metadata.generation });
    expect(String((await present.download())[0])).toBe('two');
  });

  it('is written and deleted under preconditions', async () => {
    const file = storage.bucket('state').file('s');
    expect(await failure(save(file, 'x', 5))).toEqual([412, 'conditionNotMet']);
    await save(file, 'one', 0);
    const { generation = '' } = file.metadata;
    expect(await failure(save(file, 'two', 0))).toEqual([412, 'conditionNotMet']);
    await save(file, 'two', generation);
    expect(await failure(save(file, 'three', generation))).toEqual([412, 'conditionNotMet']);
    expect(await failure(file.delete({ ifGenerationMatch: generation }))).toEqual([412, 'conditionNotMet']);
    expect(String((await file.download())[0])).toBe('two');
    await file.delete({ ifGenerationMatch: file.metadata.generation });
    expect(server.objects.size).toBe(0);
  });

  it('is uploaded as media too', async () => {
    expect((await upload('m/1', 'one', '&ifGenerationMatch=0')).status).toBe(200);
    expect((await upload('m/1', 'two', '&ifGenerationMatch=0')).status).toBe(412);
    expect(server.objects.get('logs/m/1')).toMatchObject({
      content: Buffer.from('one'),
      metadata: { contentType: 'application/gzip' },
    });
  });

  it('is not created if its hash differs', async () => {
    const file = storage.bucket('logs').file('x');
    expect(await failure(save(file, 'x', undefined, { md5Hash: 'AAAA' }))).toEqual([400, 'invalid']);
    expect(server.objects.size).toBe(0);
  });

  it('may lose its content and keep its size', async () => {
    await server.close();
    await start({ keepContent: false });
    await upload('big', 'x'.repeat(5000));
    expect(server.objects.get('logs/big')).toMatchObject({ content: Buffer.alloc(0), size: 5000 });
    expect((await storage.bucket('logs').file('big').getMetadata())[0].size).toBe('5000');
    const state = storage.bucket('state').file('s');
    await state.save('{}', { resumable: false, validation: false, contentType: 'application/json' });
    expect(String((await state.download())[0])).toBe('{}');
  });
});

describe('a bucket', () => {
  it('lists by prefix, in order, page by page', async () => {
    for (const name of ['b/2', 'a/1', 'b/1', 'b/10', 'c']) await upload(name, name);
    const names = async (query: object) => (await storage.bucket('logs').getFiles(query))[0].map(({ name }) => name);
    expect(await names({})).toEqual(['a/1', 'b/1', 'b/10', 'b/2', 'c']);
    expect(await names({ prefix: 'b/', maxResults: 1, autoPaginate: false })).toEqual(['b/1']);
    expect(await names({ prefix: 'none' })).toEqual([]);
    const page = async (token = '') =>
      (await (await fetch(`${server.url}/storage/v1/b/logs/o?maxResults=3${token}`)).json()) as {
        items: { name: string }[];
        nextPageToken?: string;
      };
    const first = await page();
    expect(first.items.map(({ name }) => name)).toEqual(['a/1', 'b/1', 'b/10']);
    const second = await page(`&pageToken=${encodeURIComponent(first.nextPageToken ?? '')}`);
    expect(second.items.map(({ name }) => name)).toEqual(['b/2', 'c']);
    expect(second.nextPageToken).toBeUndefined();
  });

  it('that nobody has made is missing', async () => {
    const file = storage.bucket('other').file('x');
    expect(await failure(save(file, 'x'))).toEqual([404, 'notFound']);
    expect(await failure(storage.bucket('other').getFiles())).toEqual([404, 'notFound']);
    expect((await file.exists())[0]).toBe(false);
  });
});

describe('the limit of writes to one name', () => {
  it('refuses a second within a second', async () => {
    await server.close();
    await start({ updateLimit: true });
    const file = storage.bucket('state').file('s');
    await save(file, 'one');
    clock += 999;
    expect(await failure(save(file, 'two'))).toEqual([429, 'rateLimitExceeded']);
    expect(await failure(file.delete())).toEqual([429, 'rateLimitExceeded']);
    await save(storage.bucket('state').file('other'), 'x');
    clock += 1;
    await save(file, 'two');
    expect(String((await file.download())[0])).toBe('two');
    const body = await (
      await fetch(`${server.url}/upload/storage/v1/b/state/o?uploadType=media&name=s`, { method: 'POST', body: 'x' })
    ).json();
    expect(body).toMatchObject({
      error: {
        code: 429,
        message: expect.stringContaining('The object state/s exceeded the rate limit for object mutation operations'),
        errors: [{ domain: 'usageLimits', reason: 'rateLimitExceeded' }],
      },
    });
  });
});

describe('a fault', () => {
  it('is an error of any status, once or until told otherwise', async () => {
    const file = storage.bucket('logs').file('x');
    server.faults.push(503);
    expect(await failure(save(file, 'x'))).toEqual([503, 'backendError']);
    server.failWith = 403;
    expect(await failure(save(file, 'x'))).toEqual([403, 'forbidden']);
    server.failWith = undefined;
    expect(server.objects.size).toBe(0);
    await save(file, 'x');
  });

  it('breaks off before the write, or after it', async () => {
    server.faults.push('reset', 'applied-then-reset');
    await expect(upload('x', 'lost')).rejects.toThrow();
    expect(server.objects.size).toBe(0);
    await expect(upload('x', 'kept')).rejects.toThrow();
    expect(String(server.objects.get('logs/x')?.content)).toBe('kept');
  });

  it('lands a write after the connection is gone, unless its precondition fails by then', async () => {
    server.faults.push({ landsAfterMs: 50 }, { landsAfterMs: 50 });
    await expect(upload('x', 'late', '&ifGenerationMatch=0')).rejects.toThrow();
    await expect(upload('y', 'late', '&ifGenerationMatch=0')).rejects.toThrow();
    await upload('y', 'first');
    expect([...server.objects.keys()]).toEqual(['logs/y']);
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(String(server.objects.get('logs/x')?.content)).toBe('late');
    expect(String(server.objects.get('logs/y')?.content)).toBe('first');
  });

  it('delays an answer', async () => {
    server.faults.push({ delayMs: 80 });
    const begun = performance.now();
    expect((await upload('x', 'x')).status).toBe(200);
    expect(performance.now() - begun).toBeGreaterThan(70);
  });

  it('waits for the request that it is meant for', async () => {
    server.faults.push('pass', { on: /^POST .*name=b$/, fault: 500 }, 503);
    const statuses = [];
    for (const name of ['a', 'c', 'b', 'd']) statuses.push((await upload(name, name)).status);
    expect(statuses).toEqual([200, 503, 500, 200]);
  });
});
