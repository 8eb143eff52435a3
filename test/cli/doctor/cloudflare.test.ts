import { createCloudflareApi } from '../../../cli/cloudflare-api';
import type { Check } from '../../../cli/doctor/check';
import { checkCloudflare } from '../../../cli/doctor/cloudflare';
import type { StackJob } from '../../../cli/logpush/status-jobs';
import { fieldsOf, type LogpushDataset } from '../../../constructs/cloudflare/logpush-catalogue';
import catalogue from '../../../constructs/cloudflare/logpush-fields.json';
import { cloudflare as schema } from '../../../environments/cloudflare';
import {
  type CloudflareOptions,
  type CloudflareSimulator,
  type Fault,
  startCloudflareSimulator,
} from '../../simulators/cloudflare';
import { startTaegisSimulator } from '../../simulators/taegis';
import { expectTold, rowsOf } from './rows';

const TOKEN = 'a-token-of-cloudflare';
const ACCOUNT = '0123456789abcdef0123456789abcdef';
const ZONE = '023e105f4ecef8ad9ca31a8372d0c353';
const NOW = Date.parse('2026-03-01T12:00:00Z');
const DATASETS = ['audit_logs', 'gateway_dns', 'http_requests', 'firewall_events'] as const satisfies LogpushDataset[];

const settings = (more: object = {}) =>
  schema.parse({
    account: { id: ACCOUNT, datasets: ['audit_logs', 'gateway_dns'] },
    zones: [{ id: ZONE, name: 'example.com', datasets: ['http_requests', 'firewall_events'] }],
    taegis: { default: { url: 'https://ingest.example.com/' } },
    ...more,
  });
const job = (dataset: string): StackJob => ({
  stack: 'prod-logpush-taegis',
  owner: ['audit_logs', 'gateway_dns'].includes(dataset)
    ? { kind: 'account', id: ACCOUNT, name: 'account' }
    : { kind: 'zone', id: ZONE, name: 'example.com' },
  dataset,
  name: `secureworks-http-${dataset.replaceAll('_', '-')}`,
});

let started: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of started.reverse()) await one.close();
  started = [];
});

interface Given {
  readonly options?: Partial<CloudflareOptions>;
  readonly faults?: readonly Fault[];
  readonly env?: NodeJS.ProcessEnv;
  readonly settings?: ReturnType<typeof settings>;
  readonly isAlertMade?: boolean;
  /** Jobs that are there in the zone: dataset and name. */
  readonly there?: readonly (readonly [string, string])[];
}

let cloudflare: CloudflareSimulator;

async function look(given: Given = {}): Promise<readonly Check[]> {
  const taegis = await startTaegisSimulator({ keys: ['k'] });
  cloudflare = await startCloudflareSimulator({
    ...{
      now: () => NOW,
      token: TOKEN,
      account: ACCOUNT,
      zones: [ZONE],
      names: { [ZONE]: 'example.com' },
      connectTo: taegis.url,
    },
    fields: Object.fromEntries(
      DATASETS.map((name) => [name, Object.fromEntries(fieldsOf(name).map((field) => [field, '']))]),
    ),
    ...given.options,
  });
  started.push(taegis, cloudflare);
  const env = { CLOUDFLARE_API_TOKEN: TOKEN, CLOUDFLARE_BASE_URL: cloudflare.url, ...given.env };
  const api = createCloudflareApi({ env, repetitions: 0, timeoutMs: 10_000 });
  for (const [dataset, name] of given.there ?? []) {
    const body = { dataset, name, destination_conf: 'https://x/?header_Authorization=Bearer%20k' };
    await api.request({ method: 'POST', path: `/zones/${ZONE}/logpush/jobs`, body, purpose: 'x', needs: 'x' });
  }
  const before = cloudflare.requests.length;
  cloudflare.faults.push(...(given.faults ?? []));
  const { checks } = await checkCloudflare({
    ...{
      settings: given.settings ?? settings(),
      isAlertMade: given.isAlertMade ?? true,
      jobs: DATASETS.map(job),
      catalogue,
      api,
      env,
    },
    ...{ timeoutMs: 10_000, now: NOW },
  });
  expectTold(checks, TOKEN);
  expect(cloudflare.requests.slice(before).filter(({ method }) => method !== 'GET')).toEqual([]);
  return checks;
}

const refusal = (on: RegExp, status: number, code: number, message: string): Fault => ({
  ...{ on, status },
  body: { success: false, errors: [{ code, message }], result: null },
});

test('an account and a zone that are ready are good, and nothing is changed', async () => {
  const checks = await look({ there: [['http_requests', 'secureworks-http-http-requests']] });
  expect(checks.map(({ name, state, finding }) => [name, state, finding])).toEqual([
    ['credentials', 'ok', 'the token is active'],
    ['account', 'ok', 'Logs: Edit; 0 jobs are there, 2 to be made; it has audit_logs, gateway_dns'],
    ['example.com', 'ok', 'Logs: Edit; 1 of 4 jobs are there, 1 to be made; it has http_requests, firewall_events'],
    ['alert', 'ok', 'notification policies can be read; that they can be made shows at the deploy'],
  ]);
});

const OTHERS = ['dns_logs', 'nel_reports', 'page_shield_events'].map((name) => [name, `somebody-${name}`] as const);

type Row = [what: string, given: Given, code: string, state: Check['state'], finding: RegExp];

const ROWS: Row[] = [
  [
    'a token that is not valid',
    { env: { CLOUDFLARE_API_TOKEN: 'another' } },
    'cloudflare-token-refused',
    'will fail',
    /9109/,
  ],
  [
    'a token that is disabled',
    { options: { verified: { status: 'disabled' } } },
    'cloudflare-token-refused',
    'will fail',
    /^the token is disabled$/,
  ],
  [
    'a failure of Cloudflare',
    { faults: [{ on: /verify/, status: 502, body: 'x' }] },
    'cloudflare-no-answer',
    'could not tell',
    /502/,
  ],
  [
    'no Logs: Edit on the zone',
    { options: { zones: [] } },
    'cloudflare-scope-missing',
    'will fail',
    /list the Logpush jobs of the zone example\.com: .*10000/,
  ],
  [
    'no Logs: Edit on the account',
    { faults: [refusal(/accounts.*jobs/, 403, 10000, 'Authentication error')] },
    'cloudflare-scope-missing',
    'will fail',
    /of the account/,
  ],
  [
    'a zone that is not there',
    { faults: [refusal(/zones.*jobs/, 404, 7003, 'Could not route')] },
    'cloudflare-not-found',
    'will fail',
    /knows no zone 023e/,
  ],
  [
    'another zone',
    { options: { names: { [ZONE]: 'example.org' } } },
    'cloudflare-other-zone',
    'will fail',
    /is example\.org, not example\.com/,
  ],
  [
    'no PII Read for the jobs',
    { faults: [refusal(/accounts.*jobs/, 403, 1004, "reading job for product 'gateway' is not allowed")] },
    'cloudflare-pii-missing',
    'will fail',
    /for product/,
  ],
  [
    'no PII Read for a dataset',
    { faults: [refusal(/gateway_dns\/fields/, 403, 1004, "reading job for product 'gateway' is not allowed")] },
    'cloudflare-pii-missing',
    'will fail',
    /for product/,
  ],
  [
    'four jobs of others',
    { there: OTHERS },
    'cloudflare-too-many-jobs',
    'will fail',
    /takes 4 jobs, and of others there are 3 \(dns_logs "somebody-dns_logs", .*no room for 2 more/,
  ],
  [
    'a dataset that the plan lacks',
    { options: { lacking: [{ owner: ZONE, dataset: 'firewall_events', fields: 'refused' }] } },
    'cloudflare-dataset-lacking',
    'will fail',
    /of the zone example\.com lack firewall_events/,
  ],
  [
    'a dataset without fields',
    { options: { lacking: [{ owner: ACCOUNT, dataset: 'audit_logs', fields: 'empty' }] } },
    'cloudflare-dataset-lacking',
    'will fail',
    /lack audit_logs/,
  ],
  [
    'a dataset that is not told',
    { faults: [{ on: /audit_logs\/fields/, status: 500, body: 'x' }] },
    'cloudflare-dataset-not-told',
    'could not tell',
    /500/,
  ],
  [
    'no notifications',
    { faults: [refusal(/alerting/, 403, 10000, 'Authentication error')] },
    'cloudflare-notifications-missing',
    'will fail',
    /notification policies/,
  ],
];

test.each(ROWS)('%s is its row and no other', async (_, given, code, state, finding) => {
  const checks = await look(given);
  expect(rowsOf(checks)).toEqual([[code, state]]);
  expect(checks.find((check) => check.code === code)?.finding).toMatch(finding);
});

test('a field that the zone lacks is told', async () => {
  const fields = Object.fromEntries(
    DATASETS.map((name) => [name, Object.fromEntries(fieldsOf(name).map((field) => [field, '']))]),
  );
  delete fields.http_requests?.BotScore;
  const checks = await look({ options: { fields } });
  expect(rowsOf(checks)).toEqual([['cloudflare-fields-lacking', 'could not tell']]);
  expect(checks.find(({ details }) => details)?.details).toEqual(['BotScore']);
});

test('jobs that the environment file takes in need no room', async () => {
  const there = [...OTHERS, ['http_requests', 'by-hand'] as const];
  const imports = { import: { zones: { [ZONE]: { http_requests: 1004 } } } };
  const zones = [{ id: ZONE, name: 'example.com', datasets: ['http_requests'] }];
  const checks = await look({ there, settings: settings({ ...imports, zones }), isAlertMade: false });
  const [full] = checks.filter(({ code }) => code === 'cloudflare-too-many-jobs');
  // That of firewall_events alone has none.
  expect(full?.finding).toMatch(/no room for 1 more$/);
});

describe('credentials', () => {
  test('a token of an account is verified as one', async () => {
    const [token] = await look({ options: { verified: { owner: 'account' } } });
    expect(token).toMatchObject({ state: 'ok', finding: 'the token is active' });
    expect(cloudflare.requests.slice(0, 2).map(({ path }) => path)).toEqual([
      '/user/tokens/verify',
      `/accounts/${ACCOUNT}/tokens/verify`,
    ]);
  });

  test.each([
    ['2026-03-05T12:00:00Z', 'warning', 'cloudflare-token-ends', 'the token is active, and ends in 4 days'],
    ['2027-03-05T12:00:00Z', 'ok', 'cloudflare-token', 'the token is active until 2027-03-05'],
  ])('a token that ends on %s', async (expires_on, state, code, finding) => {
    const [token, ...others] = await look({ options: { verified: { expires_on } } });
    expect(token).toMatchObject({ state, code, finding });
    expect(others.map((one) => one.state)).not.toContain('skipped');
  });

  test('a user with the global key', async () => {
    const user = { email: 'a@example.com', key: 'global-key-1' };
    const env = { CLOUDFLARE_API_TOKEN: '', CLOUDFLARE_EMAIL: user.email, CLOUDFLARE_API_KEY: user.key };
    const checks = await look({ options: { user }, env });
    expect(checks[0]?.finding).toBe('Cloudflare takes the user and the Global API Key');
    expect(JSON.stringify(checks)).not.toContain(user.key);
  });

  test('without any nothing is asked', async () => {
    const checks = await look({ env: { CLOUDFLARE_API_TOKEN: '' } });
    expect(rowsOf(checks)).toEqual([['cloudflare-token-missing', 'could not tell']]);
    expect(checks.filter(({ state }) => state === 'skipped').map(({ name }) => name)).toEqual([
      'account',
      'example.com',
      'alert',
    ]);
    expect(cloudflare.requests).toEqual([]);
  });
});
