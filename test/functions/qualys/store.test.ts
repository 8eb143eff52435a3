import { createHash } from 'node:crypto';
import { createCloudStore, type Store } from '../../../functions/qualys/store';
import { type CloudStorage, startCloudStorage } from './cloud-storage';

const state = { since: '2026-01-01T00:00:00Z', cursor: '0' };

describe('the store in Cloud Storage', () => {
  let server: CloudStorage;
  let store: Store;

  beforeEach(async () => {
    server = await startCloudStorage(['logs', 'state']);
    process.env.STORAGE_EMULATOR_HOST = server.url;
    store = createCloudStore({ feed: 'alerts', logsBucket: 'logs', stateBucket: 'state' });
  });
  afterEach(async () => {
    delete process.env.STORAGE_EMULATOR_HOST;
    await server.close();
  });

  it('has no state before one is created, and reads what was written with its generation', async () => {
    expect(await store.readState()).toBeUndefined();
    const created = await store.createState(state);
    expect(await store.readState()).toEqual({ state, generation: created.generation });
    const updated = await store.updateState({ ...state, cursor: '90071992547409931234' }, created.generation);
    expect(await store.readState()).toEqual(updated);
    expect(updated.generation).not.toBe(created.generation);
  });

  it('refuses a second state and a stale generation', async () => {
    const { generation } = await store.createState(state);
    await expect(store.createState(state)).rejects.toMatchObject({ code: 'state_conflict' });
    await store.updateState({ ...state, cursor: '1' }, generation);
    await expect(store.updateState({ ...state, cursor: '2' }, generation)).rejects.toMatchObject({
      code: 'state_conflict',
    });
    expect((await store.readState())?.state.cursor).toBe('1');
  });

  it('creates an object once, in one multipart request under a precondition, without a Content-Encoding', async () => {
    expect(await store.createObject('alerts/dt=2026-01-01/1-2.ndjson.gz', Buffer.from([0x1f, 0x8b, 0, 255]))).toBe(
      true,
    );
    expect(await store.createObject('alerts/dt=2026-01-01/1-2.ndjson.gz', Buffer.from('other'))).toBe(false);

    const object = server.objects.get('logs/alerts/dt=2026-01-01/1-2.ndjson.gz');
    expect(object?.content).toEqual(Buffer.from([0x1f, 0x8b, 0, 255]));
    expect(object?.metadata).toEqual({
      contentType: 'application/gzip',
      md5Hash: createHash('md5')
        .update(Buffer.from([0x1f, 0x8b, 0, 255]))
        .digest('base64'),
    });
    expect(server.requests).toHaveLength(2);
    const query = new URL(server.requests[0]?.split(' ')[1] ?? '', server.url).searchParams;
    expect(Object.fromEntries(query)).toEqual({
      uploadType: 'multipart',
      name: 'alerts/dt=2026-01-01/1-2.ndjson.gz',
      ifGenerationMatch: '0',
    });
  });

  it("sees objects of the feed's prefix only", async () => {
    await store.createObject('other/1.gz', Buffer.from('x'));
    expect(await store.hasObjects()).toBe(false);
    await store.createObject('alerts/1.gz', Buffer.from('x'));
    expect(await store.hasObjects()).toBe(true);
  });

  it.each([
    'not JSON',
    '{}',
    'null',
    '{"since":"soon","cursor":"1"}',
    '{"since":"2026-01-01T00:00:00Z","cursor":1}',
    '{"since":"2026-01-01T00:00:00Z","cursor":"-1"}',
  ])('refuses the state %s', async (content) => {
    server.objects.set('state/alerts.json', { content: Buffer.from(content), generation: 7, metadata: {} });
    await expect(store.readState()).rejects.toMatchObject({ code: 'state_invalid' });
  });

  it('takes a state that changes between metadata and content for a conflict, not for a lost state', async () => {
    await store.createState(state);
    const { objects } = server;
    const read = objects.get.bind(objects);
    objects.get = (key) => {
      const object = read(key);
      if (object) objects.set(key, { ...object, generation: object.generation + 1 });
      return object;
    };
    await expect(store.readState()).rejects.toMatchObject({ code: 'state_conflict' });
  });

  it('tells missing rights and buckets from an outage', async () => {
    server.failWith = 403;
    await expect(store.readState()).rejects.toMatchObject({ code: 'storage_denied' });
    server.failWith = 400;
    await expect(store.hasObjects()).rejects.toMatchObject({ code: 'storage_unavailable' });
    server.failWith = undefined;
    const elsewhere = createCloudStore({ feed: 'alerts', logsBucket: 'none', stateBucket: 'none' });
    await expect(elsewhere.createState(state)).rejects.toMatchObject({ code: 'storage_denied' });
  });
});
