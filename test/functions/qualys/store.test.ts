import { createHash } from 'node:crypto';
import { backfillRequestObject, CACHE_PREFIX, STORE_PERMISSIONS, type State } from '../../../functions/qualys/contract';
import { begun } from '../../../functions/qualys/state';
import { createCloudStore, type Store } from '../../../functions/qualys/store';
import { type CloudStorage, startCloudStorage } from '../../simulators/cloud-storage';

const LIVE = 'alerts.json';
const OBJECT = 'alerts/dt=2026-01-01/1-2.ndjson.gz';
const REQUEST = { since: '2025-12-31T23:59:59Z', until: '2026-01-08T00:00:00Z' };
const state: State = begun('2026-01-01T00:00:00Z');

let server: CloudStorage;
let store: Store;

beforeEach(async () => {
  server = await startCloudStorage(['logs', 'state']);
  process.env.STORAGE_EMULATOR_HOST = server.url;
  store = createCloudStore({ logsBucket: 'logs', stateBucket: 'state' });
});
afterEach(async () => {
  delete process.env.STORAGE_EMULATOR_HOST;
  await server.close();
});

const put = (key: string, content: unknown) =>
  server.objects.set(key, { content: Buffer.from(JSON.stringify(content)), generation: 7, metadata: {} });

describe('a state', () => {
  it('is not there before one is created, and is read as it was written, with its generation', async () => {
    expect(await store.readState(LIVE)).toBeUndefined();
    const created = await store.createState(LIVE, state);
    expect(await store.readState(LIVE)).toEqual({ state, generation: created.generation });
    const updated = await store.updateState(LIVE, { ...state, cursor: '90071992547409931234' }, created.generation);
    expect(await store.readState(LIVE)).toEqual(updated);
    expect(updated.generation).not.toBe(created.generation);
  });

  it('is refused where there is one, and over another generation', async () => {
    const { generation } = await store.createState(LIVE, state);
    await expect(store.createState(LIVE, state)).rejects.toMatchObject({ code: 'state_conflict' });
    await store.updateState(LIVE, { ...state, cursor: '1' }, generation);
    await expect(store.updateState(LIVE, { ...state, cursor: '2' }, generation)).rejects.toMatchObject({
      code: 'state_conflict',
    });
    expect((await store.readState(LIVE))?.state.cursor).toBe('1');
  });

  it('of another form is refused', async () => {
    put(`state/${LIVE}`, { since: 'soon' });
    await expect(store.readState(LIVE)).rejects.toMatchObject({ code: 'state_invalid' });
  });

  it('that changes between metadata and content is a conflict, not a lost state', async () => {
    await store.createState(LIVE, state);
    const { objects } = server;
    const read = objects.get.bind(objects);
    objects.get = (key) => {
      const object = read(key);
      if (object) objects.set(key, { ...object, generation: object.generation + 1 });
      return object;
    };
    await expect(store.readState(LIVE)).rejects.toMatchObject({ code: 'state_conflict' });
  });

  it('whose write is refused for its rate is written again', async () => {
    server.faults.push({ on: /^POST/, fault: 429 });
    expect((await store.createState(LIVE, state)).state).toEqual(state);
  });

  it('that was written although its answer was lost is not taken for written by this run', async () => {
    const { generation } = await store.createState(LIVE, state);
    server.faults.push({ on: /^POST/, fault: 'applied-then-reset' });
    // The library asks again, and then finds another generation: its own.
    await expect(store.updateState(LIVE, { ...state, cursor: '1' }, generation)).rejects.toMatchObject({
      code: 'state_conflict',
    });
    expect((await store.readState(LIVE))?.state.cursor).toBe('1');
  });
});

describe('an object', () => {
  it('is created once, in one multipart request under a precondition, without a Content-Encoding', async () => {
    const content = Buffer.from([0x1f, 0x8b, 0, 255]);
    expect(await store.createObject(OBJECT, content)).toBe(true);
    expect(await store.createObject(OBJECT, Buffer.from('other'))).toBe(false);

    const object = server.objects.get(`logs/${OBJECT}`);
    expect(object?.content).toEqual(content);
    expect(object?.metadata).toEqual({
      contentType: 'application/gzip',
      md5Hash: createHash('md5').update(content).digest('base64'),
      // Of the storage, not of the request.
      timeCreated: expect.any(String),
    });
    expect(server.requests).toHaveLength(2);
    const query = new URL(server.requests[0]?.split(' ')[1] ?? '', server.url).searchParams;
    expect(Object.fromEntries(query)).toEqual({ uploadType: 'multipart', name: OBJECT, ifGenerationMatch: '0' });
  });

  it('is known by its name, or by what its name begins with', async () => {
    await store.createObject('other/1.gz', Buffer.from('x'));
    expect(await store.hasObject(OBJECT)).toBe(false);
    expect(await store.hasObjects('alerts/')).toBe(false);
    await store.createObject(OBJECT, Buffer.from('x'));
    expect(await store.hasObject(OBJECT)).toBe(true);
    expect(await store.hasObjects('alerts/')).toBe(true);
  });
});

describe('backfill requests', () => {
  it('are read in the order of their ids, and removed once', async () => {
    for (const id of ['b', 'a']) put(`state/${backfillRequestObject('alerts', id)}`, REQUEST);
    put('state/requests/assets/c.json', REQUEST);
    put('state/requests/alerts/not a request.txt', REQUEST);
    expect(await store.backfillRequests('alerts')).toEqual([
      { id: 'a', ...REQUEST },
      { id: 'b', ...REQUEST },
    ]);
    await store.removeBackfillRequest('alerts', 'a');
    await store.removeBackfillRequest('alerts', 'a');
    expect((await store.backfillRequests('alerts')).map(({ id }) => id)).toEqual(['b']);
  });

  it('of another form are refused by name', async () => {
    put(`state/${backfillRequestObject('alerts', 'a')}`, { from: '2026-01-01' });
    await expect(store.backfillRequests('alerts')).rejects.toMatchObject({
      code: 'state_invalid',
      message: expect.stringContaining('requests/alerts/a.json'),
    });
  });
});

it('tells missing rights and buckets from an outage', async () => {
  server.failWith = 403;
  await expect(store.readState(LIVE)).rejects.toMatchObject({ code: 'storage_denied' });
  server.failWith = 400;
  await expect(store.hasObjects('alerts/')).rejects.toMatchObject({ code: 'storage_unavailable' });
  server.failWith = undefined;
  const elsewhere = createCloudStore({ logsBucket: 'none', stateBucket: 'none' });
  await expect(elsewhere.createState(LIVE, state)).rejects.toMatchObject({ code: 'storage_denied' });
});

describe('its calls need what the contract says', () => {
  /** "IAM permissions for JSON methods", cloud.google.com/storage/docs/access-control/iam-json. */
  function permissionsOf(request: string): string[] {
    const [, method, upload, bucket, object, query] =
      /^(\w+) (\/upload)?\/storage\/v1\/b\/([^/]+)\/o(\/[^?]+)?(\?.*)?$/.exec(request) ?? [];
    const of = (...verbs: string[]) => verbs.map((verb) => `${bucket}: storage.objects.${verb}`);
    if (upload)
      return new URLSearchParams(query).get('ifGenerationMatch') === '0' ? of('create') : of('create', 'delete');
    if (method === 'GET') return object ? of('get') : of('list');
    if (method === 'DELETE') return of('delete');
    throw new Error(`which permission does ${request} need?`);
  }

  const calls: Record<keyof Store, () => Promise<unknown>> = {
    readState: () => store.readState(LIVE),
    createState: () => store.createState('alerts.backfills/a.json', state),
    updateState: () => store.updateState(LIVE, state, '7'),
    createObject: () => store.createObject(OBJECT, Buffer.from('x')),
    hasObject: () => store.hasObject(OBJECT),
    hasObjects: () => store.hasObjects('alerts/'),
    backfillRequests: () => store.backfillRequests('alerts'),
    removeBackfillRequest: () => store.removeBackfillRequest('alerts', 'a'),
    readCache: () => store.readCache(`${CACHE_PREFIX}assets/0.txt`),
    writeCache: () => store.writeCache(`${CACHE_PREFIX}assets/0.txt`, 'more', '7'),
  };

  it.each(Object.keys(calls) as (keyof Store)[])('%s', async (method) => {
    put(`state/${LIVE}`, state);
    put(`state/${backfillRequestObject('alerts', 'a')}`, REQUEST);
    put(`state/${CACHE_PREFIX}assets/0.txt`, 'text');
    await calls[method]();
    const needed = Object.entries(STORE_PERMISSIONS[method]).flatMap(([bucket, permissions]) =>
      permissions.map((permission: string) => `${bucket}: ${permission}`),
    );
    expect([...new Set(server.requests.flatMap(permissionsOf))].sort()).toEqual(needed.sort());
  });

  it('and there are no others', () => {
    expect(Object.keys(calls).sort()).toEqual(Object.keys(STORE_PERMISSIONS).sort());
  });
});
