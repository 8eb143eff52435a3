import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { createBucket, listObjects, readObject } from '../../cli/local/cloud-storage';
import { type CloudStorageEmulator, startCloudStorage } from '../../cli/local/emulators';
import { ensurePythonVenv } from '../../cli/local/python';
import { createQualysClient } from '../../functions/qualys/client';
import { stateObject } from '../../functions/qualys/contract';
import { feeds } from '../../functions/qualys/feeds';
import { type Outcome, runFeed } from '../../functions/qualys/run';
import { begun } from '../../functions/qualys/state';
import { createCloudStore, type Store } from '../../functions/qualys/store';
import { startQualysSimulator } from '../simulators/qualys';
import { testIf } from './readiness';

// The emulator comes for this platform only; in CI the test must run.
const problem =
  process.env.CI === 'true' || (process.platform === 'linux' && process.arch === 'x64')
    ? undefined
    : 'fake-gcs-server comes for Linux on x86-64 only';

const STATE = stateObject('alerts');
const OBJECT = 'alerts/dt=2026-01-01/1-2.ndjson.gz';
const state = begun('2026-01-01T00:00:00Z');

let emulator: CloudStorageEmulator;

beforeAll(async () => {
  if (problem !== undefined) return;
  await ensurePythonVenv();
  emulator = await startCloudStorage();
  process.env.STORAGE_EMULATOR_HOST = emulator.endpoint;
}, 120_000);

afterAll(async () => {
  delete process.env.STORAGE_EMULATOR_HOST;
  await emulator?.stop();
});

let bucket = 0;
/** Two stores on the same fresh buckets: those of two runs. */
async function twoStores(): Promise<[Store, Store, string]> {
  bucket += 1;
  const buckets = { logsBucket: `logs-${bucket}`, stateBucket: `state-${bucket}` };
  for (const name of Object.values(buckets)) await createBucket(emulator.endpoint, name);
  return [createCloudStore(buckets), createCloudStore(buckets), buckets.logsBucket];
}

testIf(
  problem,
  'a second writer of the state is refused, a first state as well as a later one',
  async () => {
    const [one, other] = await twoStores();
    const first = await one.createState(STATE, state);
    await expect(other.createState(STATE, state)).rejects.toMatchObject({ code: 'state_conflict' });

    const seen = await other.readState(STATE);
    expect(seen).toEqual(first);
    const second = await one.updateState(STATE, { ...state, cursor: '5' }, first.generation);
    await expect(other.updateState(STATE, { ...state, cursor: '7' }, first.generation)).rejects.toMatchObject({
      code: 'state_conflict',
    });
    expect(await other.readState(STATE)).toEqual(second);
  },
  30_000,
);

testIf(
  problem,
  'an object is created once and keeps its content and type',
  async () => {
    const [one, other, logs] = await twoStores();
    expect(await other.hasObject(OBJECT)).toBe(false);
    expect(await other.hasObjects('alerts/')).toBe(false);
    expect(await one.createObject(OBJECT, Buffer.from('first'))).toBe(true);
    expect(await other.createObject(OBJECT, Buffer.from('second'))).toBe(false);
    expect(await other.hasObject(OBJECT)).toBe(true);
    expect(await other.hasObjects('alerts/')).toBe(true);
    expect(String(await readObject(emulator.endpoint, logs, OBJECT))).toBe('first');
    expect(await listObjects(emulator.endpoint, logs)).toMatchObject([
      { name: OBJECT, contentType: 'application/gzip' },
    ]);
  },
  30_000,
);

testIf(
  problem,
  'two runs at once store each alert once; the one that comes too late ends with state_conflict',
  async () => {
    const account = { username: 'u', password: 'p' };
    const qualys = await startQualysSimulator({ alerts: 3500, newest: new Date('2026-03-01T00:00:00Z'), ...account });
    try {
      const [one, other, logs] = await twoStores();
      await one.createState(STATE, begun('2026-02-01T00:00:00Z'));
      const run = (store: Store, batchRecords: number): Promise<Outcome> =>
        runFeed(
          feeds.alerts,
          {
            initialLookbackSeconds: 3600,
            settlingSeconds: 120,
            reserveCallsPercent: 10,
            timeBudgetSeconds: 60,
            batchRecords,
          },
          {
            client: createQualysClient({ apiUrl: qualys.url, ...account }),
            store,
            credentials: { fingerprint: () => '', matches: () => false },
            now: Date.now,
            sleep: (milliseconds) => sleep(milliseconds),
            random: Math.random,
            signal: new AbortController().signal,
            log: () => {},
          },
        );
      const outcomes = await Promise.all([run(one, 1000), run(other, 2000)]);
      const codes = outcomes.map(({ error }) => error?.code);
      expect(codes.sort()).toEqual(['state_conflict', undefined]);

      expect((await run(one, 1000)).error).toBeUndefined();
      const ids: number[] = [];
      for (const { name } of await listObjects(emulator.endpoint, logs)) {
        const lines = gunzipSync(await readObject(emulator.endpoint, logs, name))
          .toString('utf8')
          .trimEnd()
          .split('\n');
        ids.push(...lines.map((line) => (JSON.parse(line) as { Alert: { id: number } }).Alert.id));
      }
      expect(ids.sort((a, b) => a - b)).toEqual(qualys.ids());
    } finally {
      await qualys.close();
    }
  },
  60_000,
);
