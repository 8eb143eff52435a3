import { gzipSync } from 'node:zlib';
import { type LogpushJob, parseDestination, pushLogpushJob } from './logpush';
import { parseFilter } from './logpush-filter';
import { makeRecord } from './logpush-records';
import { startTaegisSimulator, type TaegisSimulator } from './taegis';

let taegis: TaegisSimulator;
beforeEach(async () => {
  taegis = await startTaegisSimulator({ keys: ['key+/='] });
});
afterEach(() => taegis.close());

const job: LogpushJob = {
  dataset: 'http_requests',
  fieldNames: ['ClientIP', 'EdgeStartTimestamp', 'EdgeResponseStatus', 'RayID'],
  destinationConf:
    'https://ingest.example.com/in?tags=host:a,dataset:http_requests&header_Authorization=Bearer%20key%2B%2F%3D',
  timestampFormat: 'rfc3339',
  maxUploadRecords: 1000,
};

test('a job is validated and pushes batches of its largest size', async () => {
  const pushed = await pushLogpushJob(job, { records: 2500, connectTo: taegis.url });
  expect(pushed.uploads.map((upload) => upload.records)).toEqual([1000, 1000, 500]);
  expect(pushed).toMatchObject({ delivered: 2500, dropped: 0 });
  expect(taegis.received).toMatchObject({
    validations: 1,
    uploads: 3,
    answers: { 200: 4 },
    datasets: { http_requests: { lines: 2500, uploads: 3 } },
  });
  expect(Object.keys(taegis.received.datasets.http_requests?.sample ?? {})).toEqual(job.fieldNames);
});

test('bytes limit a batch before records do, and count what is unpacked', async () => {
  const line = Buffer.byteLength(`${JSON.stringify(makeRecord(job.fieldNames, 0, new Date(0), 'rfc3339'))}\n`);
  const push = (maxUploadBytes: number) =>
    pushLogpushJob({ ...job, maxUploadBytes }, { records: 9, connectTo: taegis.url });
  const sizes = async (bytes: number) => (await push(bytes)).uploads.map(({ records }) => records);
  expect(await sizes(4 * line)).toEqual([4, 4, 1]);
  expect(await sizes(4 * line - 1)).toEqual([3, 3, 3]);
  expect(await sizes(1)).toEqual(Array.from({ length: 9 }, () => 1));
  expect(await sizes(0)).toEqual([9]);
  expect(taegis.received.datasets.http_requests).toMatchObject({ lines: 36, bytes: 36 * line });
});

test('filter first, then sampling: the same part each time, and nothing of the rest counts as dropped', async () => {
  const status = (value: number) => JSON.stringify({ where: { key: 'EdgeResponseStatus', operator: 'eq', value } });
  const some = { ...job, fieldNames: ['RayID'], filter: status(403), sampleRate: 0.5 };
  const pushed = await pushLogpushJob(some, { records: 200, connectTo: taegis.url });
  // Each twentieth record has this status.
  expect(pushed).toMatchObject({ delivered: 5, dropped: 0 });
  expect(taegis.received.datasets.http_requests?.sample).toEqual({ RayID: '15'.padStart(16, '0') });
  const none = await pushLogpushJob({ ...job, filter: status(500) }, { records: 200, connectTo: taegis.url });
  expect(none).toEqual({ uploads: [], delivered: 0, dropped: 0 });
  const two = await pushLogpushJob({ ...job, sampleRate: 0.3 }, { records: 10, connectTo: taegis.url });
  expect(two.delivered).toBe(3);
});

describe('a filter', () => {
  const record = { Path: '/login', Status: 403, Tags: ['bot', 'new'], Cached: true };
  const passes = (where: unknown) => parseFilter(JSON.stringify({ where })).passes(record);
  const on = (key: string, operator: string, value: unknown) => passes({ key, operator, value });

  test.each<[string, string, unknown, unknown]>([
    ['Path', 'eq', '/login', '/'],
    ['Status', 'eq', '403', 40],
    ['Cached', 'eq', true, false],
    ['Status', 'lt', 404, 403],
    ['Status', 'leq', '403', '402'],
    ['Status', 'gt', 99, 403],
    ['Status', 'geq', 403, 404],
    ['Path', 'startsWith', '/log', 'log'],
    ['Path', 'endsWith', 'gin', '/log'],
    ['Path', 'contains', 'ogi', 'x'],
    ['Tags', 'contains', 'new', 'ne'],
    ['Status', 'in', [200, 403], [200]],
  ])('%s %s %j holds, %j does not', (key, operator, good, bad) => {
    expect([on(key, operator, good), on(key, operator, bad)]).toEqual([true, false]);
    if (['eq', 'startsWith', 'endsWith', 'contains', 'in'].includes(operator))
      expect([on(key, `!${operator}`, good), on(key, `!${operator}`, bad)]).toEqual([false, true]);
  });

  test('and, or and their nesting; an unknown operator is no match in silence', () => {
    const yes = { key: 'Status', operator: 'eq', value: 403 };
    const no = { key: 'Status', operator: 'eq', value: 200 };
    expect([passes({ and: [yes, no] }), passes({ or: [no, yes] }), passes({ and: [yes, { or: [no, no] }] })]).toEqual([
      false,
      true,
      false,
    ]);
    expect(() => on('Status', 'is', 403)).toThrow('unknown operator is');
  });
});

test('a wrong key fails the validation, as an apply of the job would', async () => {
  const destinationConf = 'https://ingest.example.com/in?header_Authorization=Bearer+key%2B%2F%3D';
  await expect(pushLogpushJob({ ...job, destinationConf }, { connectTo: taegis.url })).rejects.toThrow(
    'error validating destination: error writing object: error uploading (status 401)',
  );
  expect(taegis.received).toMatchObject({ validations: 0, uploads: 0, answers: { 401: 1 } });
});

test('a batch is tried again, and dropped at last', async () => {
  for (const status of [429, 503, 500]) taegis.failNext(status);
  expect(await pushLogpushJob(job, { records: 2000, connectTo: taegis.url, attempts: 2, retryDelayMs: 0 })).toEqual({
    uploads: [
      { status: 429, records: 1000, final: false },
      { status: 503, records: 1000, final: true },
      { status: 500, records: 1000, final: false },
      { status: 200, records: 1000, final: true },
    ],
    delivered: 1000,
    dropped: 1000,
  });
});

test('the destination keeps its parameters, and loses its headers', () => {
  const { url, headers } = parseDestination(
    'https://h.example.com/p?a=1%2C2&header_Authorization=Bearer%20a%2Bb=c&header_X-Kind=a+b&b=x+y',
  );
  expect(url.href).toBe('https://h.example.com/p?a=1%2C2&b=x+y');
  expect(headers).toEqual({ Authorization: 'Bearer a+b=c', 'X-Kind': 'a+b' });
});

describe('the receiver', () => {
  const line = '{"RayID":"1"}\n';
  const headers = { authorization: 'Bearer key+/=', 'content-encoding': 'gzip' };

  test.each<[string, number, RequestInit]>([
    ['no key', 401, { method: 'POST', headers: { 'content-encoding': 'gzip' }, body: gzipSync(line) }],
    ['another method', 405, { method: 'PUT', headers, body: gzipSync(line) }],
    ['no Content-Encoding', 400, { method: 'POST', headers: { authorization: headers.authorization }, body: line }],
    ['a body that is not gzip', 400, { method: 'POST', headers, body: line }],
    ['a line that is no object', 400, { method: 'POST', headers, body: gzipSync(`${line}[1]\n`) }],
    ['an empty body', 400, { method: 'POST', headers, body: gzipSync('') }],
    ['lines without a tag', 200, { method: 'POST', headers, body: gzipSync(line + line) }],
  ])('%s: %d', async (_, status, init) => {
    expect((await fetch(taegis.url, init)).status).toBe(status);
    expect(taegis.received.datasets).toEqual(
      status === 200 ? { untagged: { lines: 2, uploads: 1, bytes: 28, sample: { RayID: '1' } } } : {},
    );
  });

  test('only 429 and 5xx can be injected', () => {
    expect(() => taegis.failNext(404)).toThrow(RangeError);
  });
});

test('records have plausible values in the chosen format of time', () => {
  const time = new Date('2026-11-03T04:05:06.789Z');
  const fields = ['Datetime', 'ClientIP', 'UserEmail', 'EdgeResponseBytes', 'Unheard'];
  expect(makeRecord(fields, 4, time, 'rfc3339')).toEqual({
    Datetime: '2026-11-03T04:05:06Z',
    ClientIP: '203.0.113.5',
    UserEmail: 'bob@example.com',
    EdgeResponseBytes: 4,
    Unheard: 'Unheard-value',
  });
  expect(makeRecord(['When'], 0, time, 'unix')).toEqual({ When: 1793678706 });
  expect(makeRecord(['When'], 0, time, 'rfc3339ns')).toEqual({ When: '2026-11-03T04:05:06.789000000Z' });
});
