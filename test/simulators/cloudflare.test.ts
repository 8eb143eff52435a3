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
    zones: [ZONE],
    connectTo: taegis.url,
  });
});
afterEach(async () => {
  await cloudflare.close();
  await taegis.close();
});

async function call(method: string, path: string, body?: object, token = 'token') {
  const response = await fetch(`${cloudflare.url}${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}` },
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

test('another token is refused', async () => {
  expect((await call('GET', JOBS, undefined, 'other')).status).toBe(403);
});
