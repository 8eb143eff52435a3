import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as contract from '../../../functions/qualys/contract';
import { collect } from '../../../functions/qualys/main';
import { type CloudStorage, startCloudStorage } from '../../simulators/cloud-storage';
import { type QualysSimulator, startQualysSimulator } from '../../simulators/qualys';

const username = 'api-user_7';
const password = 'pass:wörd';

let folder: string;
let simulator: QualysSimulator;
let storage: CloudStorage;
let output: string;
const environment = process.env;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'collector-'));
  writeFileSync(join(folder, 'username'), `${username}\n`);
  writeFileSync(join(folder, 'password'), `${password}\r\n`);
  simulator = await startQualysSimulator({ alerts: 1200, username, password });
  storage = await startCloudStorage(['logs', 'state']);
  process.env = {
    FEED: 'alerts',
    QUALYS_API_URL: simulator.url,
    LOGS_BUCKET: 'logs',
    STATE_BUCKET: 'state',
    QUALYS_USERNAME_FILE: join(folder, 'username'),
    QUALYS_PASSWORD_FILE: join(folder, 'password'),
    INITIAL_LOOKBACK_SECONDS: '604800',
    SETTLING_SECONDS: '0',
    RESERVE_CALLS_PERCENT: '10',
    TIME_BUDGET_SECONDS: '60',
    STORAGE_EMULATOR_HOST: storage.url,
  };
  output = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    output += text;
    return true;
  });
});

afterEach(async () => {
  jest.restoreAllMocks();
  process.env = environment;
  rmSync(folder, { recursive: true });
  await Promise.all([simulator.close(), storage.close()]);
});

/** Calls the function as the Functions Framework does. No secret may be in what it answers and logs. */
async function call(headers: Record<string, string> = {}) {
  output = '';
  const answer: { status?: number; body?: object } = {};
  const response = {
    status(code: number) {
      answer.status = code;
      return response;
    },
    json(body: object) {
      answer.body = body;
    },
  };
  await collect({ headers }, response);
  for (const secret of [username, password, Buffer.from(`${username}:${password}`, 'utf8').toString('base64')]) {
    expect(output + JSON.stringify(answer)).not.toContain(secret);
  }
  const lines: Record<string, unknown>[] = output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const ends = lines.filter(({ event }) => event === contract.LOG_EVENTS.run);
  expect(ends).toHaveLength(1);
  return { ...answer, lines, end: ends[0] };
}

it('is named as the deployment expects', () => {
  expect(collect.name).toBe(contract.ENTRY_POINT);
});

it('collects, says so in one line of the documented fields, and answers the same', async () => {
  const { status, body, end } = await call();
  const summary = {
    feed: 'alerts',
    alerts: 1200,
    objects: 1,
    pages: 2,
    waits: 0,
    waitSeconds: 0,
    cursor: String(simulator.ids().at(-1)),
    lagSeconds: 0,
    drained: true,
  };
  expect(status).toBe(200);
  expect(body).toMatchObject({ code: 'collected', message: 'Collected 1200 records in 1 object.', ...summary });
  expect(end).toMatchObject({ severity: 'INFO', code: 'collected', ...summary });
  const documented = new Set<string>(['severity', 'message', ...Object.values(contract.SUMMARY_FIELDS)]);
  expect(Object.keys(end ?? {}).filter((field) => !documented.has(field))).toEqual([]);
  expect(storage.objects.has(`state/${contract.stateObject('alerts')}`)).toBe(true);
  expect((await call()).body).toMatchObject({ code: 'collected', alerts: 0, objects: 0 });
});

it('names every problem of its configuration at once, and quotes no URL', async () => {
  process.env = {
    ...process.env,
    FEED: 'hosts',
    QUALYS_API_URL: `https://${username}:${encodeURIComponent(password)}@qualys.example`,
    LOGS_BUCKET: '',
    INITIAL_LOOKBACK_SECONDS: '7d',
    SETTLING_SECONDS: '-1',
    RESERVE_CALLS_PERCENT: '91',
    TIME_BUDGET_SECONDS: '0',
  };
  const { status, body } = await call();
  expect(status).toBe(200);
  expect(body).toEqual({
    code: 'configuration_invalid',
    message:
      'The function\'s environment is wrong: FEED is "hosts", not one of: alerts, assets, findings; QUALYS_API_URL must not hold credentials; ' +
      'LOGS_BUCKET is not set; INITIAL_LOOKBACK_SECONDS is "7d", not a whole number from 1 to 999999999; ' +
      'SETTLING_SECONDS is "-1", not a whole number from 0 to 86400; ' +
      'RESERVE_CALLS_PERCENT is "91", not a whole number from 0 to 90; ' +
      'TIME_BUDGET_SECONDS is "0", not a whole number from 1 to 86400.',
  });
});

it('needs all of its variables', async () => {
  process.env = { FEED: 'findings' };
  const { body } = await call();
  for (const variable of Object.values(contract.ENVIRONMENT).filter((name) => name !== contract.ENVIRONMENT.feed)) {
    expect(body).toMatchObject({ message: expect.stringContaining(`${variable} is not set`) });
  }
});

it('refuses versions of another form, and sweeps that follow one another too soon', async () => {
  process.env = { ...process.env, FEED: 'findings', SWEEP_SECONDS: '60', DETECTION_API_VERSION: '../4' };
  expect((await call()).body).toMatchObject({
    message: expect.stringMatching(
      /SWEEP_SECONDS is "60", not a whole number from 3600 .*DETECTION_API_VERSION is "..\/4", not a version such as 5.0/,
    ),
  });
});

it('collects findings by the settings of the environment', async () => {
  await simulator.close();
  simulator = await startQualysSimulator({ alerts: 0, hosts: { count: 3 }, username, password });
  process.env = {
    ...process.env,
    ...{ FEED: 'findings', QUALYS_API_URL: simulator.url, INITIAL_LOOKBACK_SECONDS: '7776000' },
    ...{ SWEEP_SECONDS: '14400', FULL_SWEEP_SECONDS: '604800' },
    ...{ DETECTION_API_VERSION: '5.0', KNOWLEDGE_BASE_API_VERSION: '4.0', CVE_DETECTION_API_VERSION: '3.0' },
  };
  const { end } = await call();
  expect(end).toMatchObject({
    code: 'collected',
    feed: 'findings',
    alerts: 15,
    hostsDone: 3,
    knowledgeBase: 'granted',
  });
  const documented = new Set<string>(['severity', 'message', ...Object.values(contract.SUMMARY_FIELDS)]);
  expect(Object.keys(end ?? {}).filter((field) => !documented.has(field))).toEqual([]);
  expect([...storage.objects.keys()].filter((name) => name.startsWith('state/cache/'))).toEqual([
    'state/cache/knowledge-base/refreshed.json',
    'state/cache/knowledge-base/38000.txt',
  ]);
});

it.each([
  'http://qualysapi.example.com',
  'qualysapi.example.com',
  'ftp://127.0.0.1',
  'https://qualysapi.example.com/?a=b',
])('refuses the API URL %s', async (url) => {
  process.env.QUALYS_API_URL = url;
  expect((await call()).body).toMatchObject({
    code: 'configuration_invalid',
    message: expect.stringContaining('QUALYS_API_URL'),
  });
});

it.each([
  ['a placeholder', () => writeFileSync(join(folder, 'password'), contract.PLACEHOLDER_SECRET)],
  ['a placeholder with a newline', () => writeFileSync(join(folder, 'password'), `${contract.PLACEHOLDER_SECRET}\n`)],
  ['an empty secret', () => writeFileSync(join(folder, 'password'), '\n')],
  ['no secret', () => rmSync(join(folder, 'password'))],
])('answers %s without a call to Qualys', async (_name, arrange) => {
  arrange();
  const { status, body, end } = await call();
  expect(status).toBe(200);
  expect(body).toEqual({
    code: 'credentials_missing',
    message: `No secret is filled in at ${join(folder, 'password')}.`,
  });
  expect(end).toMatchObject({ severity: 'ERROR', action: contract.LOG_CODES.credentials_missing.action });
  expect(simulator.requests).toEqual([]);
});

it('does not log in again with rejected credentials, and reads others as soon as they are there', async () => {
  writeFileSync(join(folder, 'password'), 'old');
  for (let run = 0; run < 3; run += 1) {
    expect(await call()).toMatchObject({ status: 200, body: { code: 'credentials_rejected' } });
  }
  expect(simulator.requests).toHaveLength(1);
  writeFileSync(join(folder, 'password'), password);
  expect(await call()).toMatchObject({ status: 200, body: { code: 'collected' } });
});

it('reports a defect with its stack', async () => {
  jest.spyOn(Date.prototype, 'toISOString').mockImplementation(() => {
    throw new RangeError('a defect');
  });
  const { status, end } = await call();
  expect(status).toBe(500);
  expect(end).toMatchObject({
    code: 'unexpected_error',
    message: 'RangeError: a defect',
    stack_trace: expect.stringContaining('run-context.ts'),
  });
});

it.each([
  [undefined, '105445aa7843bc8bf206b12000100000'],
  ['acme', 'projects/acme/traces/105445aa7843bc8bf206b12000100000'],
])("joins each line to the request's trace in project %s", async (project, trace) => {
  if (project) process.env[contract.PROJECT_VARIABLE] = project;
  const { lines } = await call({ 'x-cloud-trace-context': '105445aa7843bc8bf206b12000100000/1;o=1' });
  expect(lines.length).toBeGreaterThan(1);
  for (const line of lines) expect(line['logging.googleapis.com/trace']).toBe(trace);
});
