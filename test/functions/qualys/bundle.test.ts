import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { LOG_CODES, type LogCode, type State, stateObject } from '../../../functions/qualys/contract';
import { begun } from '../../../functions/qualys/state';
import { type CloudStorage, type StorageFault, startCloudStorage } from '../../simulators/cloud-storage';
import { type QualysSimulator, startQualysSimulator } from '../../simulators/qualys';
import { type Fault, faults } from '../../simulators/qualys-faults';
import { type Deployed, deploy, password, type Run, username } from './deployed';

/** The bundle as deployed, over real HTTP, with a time budget of 5 s. Two pages: 1,000 alerts and 500. */
const ALERTS = 1500;

interface World {
  qualys: QualysSimulator;
  storage: CloudStorage;
  function: Deployed;
}

interface Case {
  /** What the first requests to Qualys meet. */
  qualys?: Fault[];
  storage?: StorageFault[];
  code: LogCode;
  /** Code of the one wait of a run that then collects. Default: it does not wait. */
  retries?: LogCode;
  /** Alerts that the first run stores. Default all for `collected`, none for others. */
  stored?: number;
  /** Of the state after the first run. */
  state?: object;
  /** Requests that a second run, without faults, sends to Qualys; by default as many as it needs for the rest. */
  secondRequests?: number;
}

const FIRST_PAGE: Fault = {};
const KEPT = { cursor: '0', pending: null };
const blocked = {
  ...KEPT,
  blocked: { code: 'credentials_rejected', credentials: expect.stringMatching(/^[0-9a-f:]+$/) },
};
const limited = { ...KEPT, resumeAt: expect.stringMatching(/Z$/) };

const cases: Record<string, Case> = {
  'no fault': { code: 'collected' },
  'gzip, in chunks': { qualys: [faults.gzip(), faults.chunked()], code: 'collected' },
  'no lastId': { qualys: [faults.lastIdMissing()], code: 'collected' },
  'a slow answer': { qualys: [faults.slow(1500)], code: 'collected' },

  'status 503, once': { qualys: [faults.serviceUnavailable()], code: 'collected', retries: 'qualys_unavailable' },
  'internal error, once': { qualys: [faults.internalError()], code: 'collected', retries: 'qualys_unavailable' },
  'internal error 999, once': {
    qualys: [faults.internalErrorCode()],
    code: 'collected',
    retries: 'qualys_unavailable',
  },
  'a reset, once': { qualys: ['reset'], code: 'collected', retries: 'qualys_unavailable' },
  'a body that breaks off': { qualys: [faults.truncatedBody()], code: 'collected', retries: 'qualys_unavailable' },
  'a reset within the body': { qualys: [faults.resetMidBody()], code: 'collected', retries: 'qualys_unavailable' },
  'malformed JSON, once': { qualys: [faults.malformedJson()], code: 'collected', retries: 'malformed_answer' },
  'malformed XML, once': { qualys: [faults.malformedXml()], code: 'collected', retries: 'malformed_answer' },
  'status 504, once': { qualys: [{ status: 504 }], code: 'collected', retries: 'timed_out' },
  'a rate limit that passes': { qualys: [faults.rateLimit(1)], code: 'collected', retries: 'rate_limited' },
  'a rate limit told with status 400': {
    qualys: [faults.rateLimit(1, { status: 400, header: 'never' })],
    code: 'collected',
    retries: 'rate_limited',
  },
  'status 429 with Retry-After': { qualys: [faults.tooManyRequests(1)], code: 'collected', retries: 'rate_limited' },

  'status 503 for good': {
    qualys: Array(9).fill(faults.serviceUnavailable()),
    code: 'qualys_unavailable',
    state: KEPT,
  },
  'status 503 for good, behind a page': {
    qualys: [FIRST_PAGE, ...Array(9).fill(faults.serviceUnavailable())],
    code: 'qualys_unavailable',
    stored: 1000,
    state: { pending: null, drainedAt: null },
  },
  'HTML instead of an answer, for good': {
    qualys: Array(9).fill(faults.html()),
    code: 'malformed_answer',
    state: KEPT,
  },
  'a long rate limit': { qualys: [faults.rateLimit(1800)], code: 'rate_limited', state: limited, secondRequests: 0 },
  'a long rate limit, behind a page': {
    qualys: [FIRST_PAGE, faults.rateLimit(1800)],
    code: 'rate_limited',
    stored: 1000,
    state: { pending: null, resumeAt: expect.any(String) },
    secondRequests: 0,
  },
  'status 429': { qualys: [faults.tooManyRequests()], code: 'rate_limited', state: limited, secondRequests: 0 },
  'limit exceeded': { qualys: [faults.limitExceeded()], code: 'rate_limited', state: limited, secondRequests: 0 },
  'blocked, 1920': { qualys: [faults.blocked()], code: 'rate_limited', state: limited, secondRequests: 0 },
  'too many at once': {
    qualys: Array(9).fill(faults.concurrencyLimit()),
    code: 'concurrency_limited',
    state: limited,
    secondRequests: 0,
  },

  'wrong credentials': {
    qualys: [faults.invalidCredentials()],
    code: 'credentials_rejected',
    state: blocked,
    secondRequests: 0,
  },
  'status 401': { qualys: [faults.loginRequired()], code: 'credentials_rejected', state: blocked, secondRequests: 0 },
  'bad login, 2000': { qualys: [faults.badLogin()], code: 'credentials_rejected', state: blocked, secondRequests: 0 },
  'wrong credentials behind a page': {
    qualys: [FIRST_PAGE, faults.invalidCredentials()],
    code: 'credentials_rejected',
    stored: 1000,
    state: { pending: null, blocked: expect.any(Object) },
    secondRequests: 0,
  },
  'first login missing, 2003': { qualys: [faults.registrationIncomplete()], code: 'account_inactive', state: KEPT },
  unauthorized: { qualys: [faults.unauthorized()], code: 'permission_missing', state: KEPT },
  'insufficient permission': { qualys: [faults.insufficientPermission()], code: 'permission_missing', state: KEPT },
  'status 403': { qualys: [faults.forbidden()], code: 'permission_missing', state: KEPT },
  'status 404': { qualys: [faults.wrongPath()], code: 'wrong_api_url', state: KEPT },
  'status 414': { qualys: [faults.requestUriTooLong()], code: 'request_refused', state: KEPT },
  'an empty page that promises more': { qualys: [faults.emptyPageWithMore()], code: 'empty_page', state: KEPT },
  'an empty page behind a page': {
    qualys: [FIRST_PAGE, faults.emptyPageWithMore()],
    code: 'empty_page',
    stored: 1000,
    state: { pending: null, drainedAt: null },
  },
  'ids that descend': { qualys: [faults.idsDescending()], code: 'ids_disordered', state: KEPT },

  'no right to the buckets': { storage: Array(9).fill(403), code: 'storage_denied', state: KEPT },
  'Cloud Storage down, once': { storage: [503], code: 'collected' },
  'too many writes of the state': { storage: [{ on: /^POST .*state/, fault: 429 }], code: 'collected' },
  'the answer to the object lost': {
    storage: [{ on: /^POST .*logs/, fault: 'applied-then-reset' }],
    code: 'collected',
    stored: 0,
  },
  'the answer to the state lost': {
    storage: [{ on: /^POST .*state/, fault: 'applied-then-reset' }],
    code: 'state_conflict',
    state: { cursor: '0', pending: { records: ALERTS } },
  },
};

interface Played {
  first: Run;
  state: State;
  storedByFirst: number;
  second: Run;
  secondRequests: number;
  expected: number[];
  stored: number[];
}

const played = new Map<string, Played>();

function storedIds({ objects }: CloudStorage): number[] {
  return [...objects].flatMap(([key, { content }]) =>
    key.startsWith('logs/')
      ? gunzipSync(content)
          .toString('utf8')
          .trimEnd()
          .split('\n')
          .map((line) => (JSON.parse(line) as { Alert: { id: number } }).Alert.id)
      : [],
  );
}

async function withWorld<Result>(
  variables: Record<string, string>,
  use: (world: World) => Promise<Result>,
  { updateLimit, ...options }: Partial<Parameters<typeof startQualysSimulator>[0]> & { updateLimit?: boolean } = {},
): Promise<Result> {
  const qualys = await startQualysSimulator({ alerts: ALERTS, username, password, ...options });
  const storage = await startCloudStorage(['logs', 'state'], { updateLimit });
  const deployed = await deploy({ QUALYS_API_URL: qualys.url, STORAGE_EMULATOR_HOST: storage.url, ...variables });
  try {
    return await use({ qualys, storage, function: deployed });
  } finally {
    await Promise.all([deployed.stop(), qualys.close(), storage.close()]);
  }
}

/** A feed that has begun: it is ready to write without waiting. */
function begin(storage: CloudStorage): void {
  const since = new Date(Date.now() - 604_800_000).toISOString().replace(/\.\d+Z/, 'Z');
  const content = Buffer.from(JSON.stringify(begun(since)));
  storage.objects.set(`state/${stateObject('alerts')}`, { content, generation: 1, metadata: {} });
}

const readState = ({ objects }: CloudStorage): State =>
  JSON.parse(String(objects.get(`state/${stateObject('alerts')}`)?.content));

async function play(world: World, { qualys: ofQualys = [], storage: ofStorage = [] }: Case): Promise<Played> {
  const { qualys, storage } = world;
  storage.objects.clear();
  begin(storage);
  qualys.faults.splice(0, Number.POSITIVE_INFINITY, ...ofQualys);
  storage.faults.splice(0, Number.POSITIVE_INFINITY, ...ofStorage);
  const first = await world.function.run();
  const state = readState(storage);
  const storedByFirst = storedIds(storage).length;

  qualys.faults.length = 0;
  storage.faults.length = 0;
  const before = qualys.requests.length;
  const second = await world.function.run();
  const secondRequests = qualys.requests.length - before;
  return { first, state, storedByFirst, second, secondRequests, stored: storedIds(storage), expected: qualys.ids() };
}

/** Most of a run is waiting: several at a time. */
beforeAll(async () => {
  const waiting = Object.entries(cases);
  const worker = async (world: World) => {
    for (let next = waiting.shift(); next; next = waiting.shift()) played.set(next[0], await play(world, next[1]));
  };
  await Promise.all(Array.from({ length: 6 }, () => withWorld({}, worker)));
}, 180_000);

describe.each(Object.entries(cases))('%s', (name, expected) => {
  const got = () => played.get(name) as Played;

  it(`is told as ${expected.code}, in the log and to Cloud Scheduler`, () => {
    const { severity, retryable, action } = LOG_CODES[expected.code];
    const { status, body, end, lines } = got().first;
    expect(end).toMatchObject({ severity, code: expected.code, ...(expected.code !== 'collected' && { action }) });
    expect(body).toMatchObject({ code: expected.code, message: end.message });
    expect(status).toBe(retryable ? 500 : 200);
    const retries = lines.filter(({ event }) => event === 'retry').map(({ code }) => code);
    if (expected.code === 'collected') expect(retries).toEqual(expected.retries ? [expected.retries] : []);
    // What lasts is tried again as often as there is time.
    else expect(retries).toEqual(Array(retries.length).fill(expected.code));
    expect(end.waits).toBe(retries.length);
  });

  it('leaves the state as it must be', () => {
    const { state, storedByFirst } = got();
    expect(state).toMatchObject(expected.state ?? { pending: null, drainedAt: expect.any(String) });
    expect(got().first.end.alerts).toBe(expected.stored ?? (expected.code === 'collected' ? ALERTS : 0));
    if (expected.code !== 'collected') expect(storedByFirst).toBe(expected.stored ?? 0);
  });

  if (expected.secondRequests === 0) {
    it('asks Qualys nothing in the next run', () => {
      expect(got().secondRequests).toBe(0);
      expect(got().second.end.code).toBe(expected.code === 'concurrency_limited' ? 'rate_limited' : expected.code);
    });
  } else {
    it('loses and repeats nothing once it has passed', () => {
      expect(got().second.end).toMatchObject({ code: 'collected', drained: true, lagSeconds: 0 });
      expect(got().stored).toEqual(got().expected);
    });
  }
});

describe('it', () => {
  jest.setTimeout(30_000);

  it('never locks the account: a wrong password is sent once, and another one is tried', () =>
    withWorld(
      {},
      async ({ qualys, function: deployed }) => {
        deployed.setPassword('wrong');
        for (let run = 0; run < 5; run += 1) expect((await deployed.run()).body.code).toBe('credentials_rejected');
        expect(qualys.failedLogins).toBe(1);
        deployed.setPassword(password);
        expect((await deployed.run()).body).toMatchObject({ code: 'collected', alerts: ALERTS });
      },
      { lockAfter: 2 },
    ));

  it('ends on SIGTERM with what it has, and tells so', () =>
    withWorld({}, async ({ qualys, storage, function: deployed }) => {
      begin(storage);
      qualys.faults.push(FIRST_PAGE, 'hang');
      const running = deployed.run();
      while (qualys.requests.length < 2) await sleep(20);
      deployed.signal('SIGTERM');
      const { status, body, end } = await running;
      const cursor = String(qualys.ids()[999]);
      expect(end).toMatchObject({ severity: 'INFO', code: 'interrupted', alerts: 1000, cursor });
      expect([status, body.code]).toEqual([500, 'interrupted']);
      expect(readState(storage)).toMatchObject({ pending: null, cursor });
      while (deployed.isRunning()) await sleep(20);
    }));

  it('leaves the reserve of calls to others while it catches up, and drains over runs', () =>
    withWorld(
      { RESERVE_CALLS_PERCENT: '50' },
      async ({ qualys, storage, function: deployed }) => {
        begin(storage);
        const first = await deployed.run();
        expect(first.body).toMatchObject({ code: 'reserve_kept', alerts: 4000, drained: false });
        await sleep(1000);
        // Each run asks at least once, or it would not see that calls are there again.
        const second = await deployed.run();
        expect(second.body).toMatchObject({ code: 'reserve_kept', alerts: 1000 });
        expect(storedIds(storage)).toEqual(qualys.ids().slice(0, 5000));
        // Two writes a run, none of them refused for its rate and repeated.
        expect(storage.requests.filter((line) => /^POST .*\/state\//.test(line))).toHaveLength(4);
      },
      { updateLimit: true, alerts: 8000, rateLimit: { limit: 8, windowSeconds: 3600 } },
    ));
});
