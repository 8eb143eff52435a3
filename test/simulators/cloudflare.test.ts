import { type CloudflareSimulator, startCloudflareSimulator } from './cloudflare';
import { startTaegisSimulator, type TaegisSimulator } from './taegis';

const ZONE = 'f'.repeat(32);
const START = Date.parse('2026-03-01T00:00:00Z');
const JOB = {
  dataset: 'http_requests',
  enabled: true,
  destination_conf: 'https://ingest.example.com/in?header_Authorization=Bearer%20key',
};

let now: number;
let taegis: TaegisSimulator;
let cloudflare: CloudflareSimulator;
beforeEach(async () => {
  now = START;
  taegis = await startTaegisSimulator({ keys: ['key'] });
  cloudflare = await startCloudflareSimulator({
    now: () => now,
    token: 'token',
    account: 'a',
    user: { email: 'ops@example.com', key: 'global-key' },
    zones: [ZONE],
    lacking: [{ owner: ZONE, dataset: 'spectrum_events', fields: 'refused' }],
    connectTo: taegis.url,
  });
});
afterEach(async () => {
  await cloudflare.close();
  await taegis.close();
});

async function call(
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = { Authorization: 'Bearer token' },
) {
  const response = await fetch(`${cloudflare.url}${path}`, {
    method,
    headers,
    body: JSON.stringify(body),
  });
  return { status: response.status, ...JSON.parse(await response.text()) };
}
const JOBS = `/zones/${ZONE}/logpush/jobs`;
const ask = (query: string, variables: object = {}) => call('POST', '/graphql', { query, variables });
const groups = (range: string, limit = 10) =>
  `{ viewer { zones(filter: { zoneTag_in: ["${ZONE}"] }) { logpushHealthAdaptiveGroups(filter: { ${range} }, limit: ${limit}) { count dimensions { status final } } } } }`;
const DAY = 'datetime_geq: "2026-03-01T00:00:00Z", datetime_lt: "2026-03-02T00:00:00Z"';

test('a job is validated when it is made and at each change, and at most four belong to a zone', async () => {
  const { result } = await call('POST', JOBS, JOB);
  await call('PUT', `${JOBS}/${result.id}`, { enabled: false });
  expect(taegis.received.validations).toBe(2);
  expect(await call('PUT', `${JOBS}/${result.id}`, { destination_conf: 'https://h.example.com/in' })).toMatchObject({
    status: 400,
    errors: [{ message: expect.stringContaining('error validating destination') }],
  });
  for (let index = 0; index < 3; index += 1) await call('POST', JOBS, JOB);
  expect((await call('POST', JOBS, JOB)).errors[0].message).toContain('exceeded max jobs allowed');
});

test('a destination is validated by a test upload, without a job', async () => {
  const validate = async (destination_conf: string) =>
    (await call('POST', `/zones/${ZONE}/logpush/validate/destination`, { destination_conf })).result;
  expect(await validate(JOB.destination_conf)).toEqual({ valid: true, message: '' });
  expect(await validate(JOB.destination_conf.replace('Bearer%20key', 'Bearer%20other'))).toEqual({
    valid: false,
    message: 'error validating destination: error writing object: error uploading (status 401)',
  });
  expect(taegis.received).toMatchObject({ validations: 1, uploads: 0, answers: { 200: 1, 401: 1 } });
  expect((await call('GET', JOBS)).result).toEqual([]);
});

test('filter, sampling and largest batch of a job count, and the health tells the bytes that arrived', async () => {
  const { result } = await call('POST', JOBS, {
    ...JOB,
    max_upload_bytes: 1000,
    max_upload_records: 30,
    filter: '{"where":{"key":"ClientRequestMethod","operator":"eq","value":"GET"}}',
    output_options: { field_names: ['RayID', 'ClientRequestMethod'], sample_rate: 0.5 },
  });
  taegis.failNext(503);
  await cloudflare.push(result.id, 300);
  const { zones } = (
    await ask(
      `{ viewer { zones(filter: { zoneTag_in: ["${ZONE}"] }) { logpushHealthAdaptiveGroups(filter: { ${DAY} }, limit: 10) {
        count dimensions { final } sum { records bytes bytesCompressed } } } } }`,
    )
  ).data.viewer;
  // A line has 57 bytes: 17 of them are less than 1,000.
  const { untagged } = taegis.received.datasets;
  expect(untagged).toMatchObject({ lines: 50, uploads: 3, bytes: 50 * 57 });
  const [retried, delivered] = zones[0].logpushHealthAdaptiveGroups;
  expect(retried).toMatchObject({ count: 1, dimensions: { final: 0 }, sum: { records: 17, bytes: 17 * 57 } });
  expect(delivered).toMatchObject({ count: 3, dimensions: { final: 1 }, sum: { records: 50, bytes: untagged?.bytes } });
  expect(delivered.sum.bytesCompressed).toBeGreaterThan(0);
  expect(delivered.sum.bytesCompressed).toBeLessThan(delivered.sum.bytes);
});

test('a dataset that the plan lacks has neither fields nor jobs', async () => {
  expect(await call('GET', `/zones/${ZONE}/logpush/datasets/spectrum_events/fields`)).toMatchObject({
    status: 400,
    errors: [{ code: 1004 }],
  });
  const { errors } = await call('POST', JOBS, { ...JOB, dataset: 'spectrum_events' });
  expect(errors[0]).toEqual({ code: 1004, message: 'creating a new job is not allowed: exceeded max jobs allowed' });
});

test('retries and losses are told as they happened', async () => {
  const { result } = await call('POST', JOBS, JOB);
  taegis.failNext(503, 3);
  await cloudflare.push(result.id, 1);
  await cloudflare.push(result.id, 1);
  expect((await ask(groups(DAY))).data.viewer.zones[0].logpushHealthAdaptiveGroups).toEqual([
    { count: 2, dimensions: { status: 503, final: 0 } },
    { count: 1, dimensions: { status: 503, final: 1 } },
    { count: 1, dimensions: { status: 200, final: 1 } },
  ]);
});

test('a job is disabled after 24 hours without a success, and pushes no more', async () => {
  const { result } = await call('POST', JOBS, JOB);
  taegis.failNext(503, 3);
  await cloudflare.push(result.id, 1);
  now = START + 24 * 3_600_000 - 1;
  expect((await call('GET', JOBS)).result[0].enabled).toBe(true);
  now += 1;
  expect((await call('GET', JOBS)).result[0].enabled).toBe(false);
  await cloudflare.push(result.id, 1);
  expect(taegis.received.uploads).toBe(0);
});

test('a success ends the 24 hours, and both errors; a job that is enabled again has 24 hours anew', async () => {
  const { result } = await call('POST', JOBS, JOB);
  const job = async () => (await call('GET', `${JOBS}/${result.id}`)).result;
  taegis.failNext(503, 3);
  await cloudflare.push(result.id, 1);
  expect(await job()).toMatchObject({ last_complete: null, last_error: '2026-03-01T00:00:00Z' });
  now += 23 * 3_600_000;
  await cloudflare.push(result.id, 1);
  now += 3_600_000;
  expect(await job()).toMatchObject({
    enabled: true,
    last_complete: '2026-03-01T23:00:00Z',
    last_error: null,
    error_message: null,
  });

  taegis.failNext(503, 6);
  await cloudflare.push(result.id, 1);
  now += 24 * 3_600_000;
  expect((await job()).enabled).toBe(false);
  await call('PUT', `${JOBS}/${result.id}`, { enabled: true });
  await cloudflare.push(result.id, 1);
  now += 24 * 3_600_000 - 1;
  expect((await job()).enabled).toBe(true);
  now += 1;
  expect((await job()).enabled).toBe(false);
});

test.each([
  ['a wide window', 'datetime_geq: "2026-02-27T00:00:00Z", datetime_lt: "2026-03-02T00:00:00Z"', 10, 'too large'],
  ['old data', 'datetime_geq: "2025-03-01T00:00:00Z", datetime_lt: "2025-03-02T00:00:00Z"', 10, 'older than'],
  ['a large page', DAY, 1001, 'not greater than 1000'],
  ['an unknown field', `${DAY}, colour: 1`, 10, 'unknown field'],
])('%s is refused inside 200', async (_, range, limit, message) => {
  const { result } = await call('POST', JOBS, JOB);
  await cloudflare.push(result.id, 1);
  expect(await ask(groups(range, limit))).toMatchObject({
    status: 200,
    data: null,
    errors: [{ message: expect.stringContaining(message) }],
  });
});

test('eleven zones in a query are refused', async () => {
  const { errors } = await ask('query($z: [string!]) { viewer { zones(filter: { zoneTag_in: $z }) { zoneTag } } }', {
    z: Array.from({ length: 11 }, () => ZONE),
  });
  expect(errors[0].message).toContain('more than 10 zones');
});

test('the 301st query in five minutes is refused', async () => {
  const query = '{ viewer { accounts(filter: { accountTag: "a" }) { accountTag } } }';
  for (let index = 0; index < 300; index += 1) await ask(query);
  expect((await ask(query)).status).toBe(429);
  now += 300_001;
  expect((await ask(query)).status).toBe(200);
});

test.each<[string, Record<string, string>, number]>([
  ['e-mail and key', { 'X-Auth-Email': 'ops@example.com', 'X-Auth-Key': 'global-key' }, 200],
  ['another key', { 'X-Auth-Email': 'ops@example.com', 'X-Auth-Key': 'other' }, 403],
  ['another e-mail', { 'X-Auth-Email': 'x@example.com', 'X-Auth-Key': 'global-key' }, 403],
  ['another token', { Authorization: 'Bearer other' }, 403],
  ['nothing', {}, 403],
])('%s: %j is answered %i', async (_, headers, status) => {
  expect((await call('GET', JOBS, undefined, headers)).status).toBe(status);
});
