import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Check } from '../../../cli/doctor/check';
import { exitCodeOf, reportOf } from '../../../cli/doctor/doctor';
import { renderPage } from '../../../cli/doctor/page';
import { checkQualys, qualysLogin } from '../../../cli/doctor/qualys';
import { askQualys } from '../../../cli/doctor/qualys-answer';
import { QUALYS_FEEDS, type QualysFeed } from '../../../cli/doctor/qualys-probes';
import { type QualysSettings, qualys as qualysSchema } from '../../../environments/qualys';
import { projectRoot } from '../../../environments/root';
import { type QualysEndpoints, startQualysEndpoints } from '../../simulators/qualys-endpoints';
import { type Fault, faults } from '../../simulators/qualys-faults';

const LOGIN = { username: 'api-user-1', password: 'p&ss "word" ümlaut' };
const NOW = Date.parse('2026-03-01T12:00:00Z');

/** Longer than any answer takes on a busy machine, and not so long. */
const [PATIENT_MS, IMPATIENT_MS] = [10_000, 200];

const VERSION = /portal/;
const ALERTS = /cm\/alert/;
const ASSETS = /hostasset/;
const DETECTIONS = /vm\/detection/;
const CVE_DETECTIONS = /cve_detection/;
const KNOWLEDGEBASE = /knowledge_base/;

let qualys: QualysEndpoints;
beforeEach(async () => {
  qualys = await startQualysEndpoints(LOGIN);
});
afterEach(() => qualys.close());

const settings = (more: object = {}): QualysSettings => ({
  ...qualysSchema.parse({ project: 'acme-secops', region: 'europe-west3', apiUrl: 'qualysapi.qualys.eu', ...more }),
  // The schema takes https only.
  apiUrl: qualys.url,
});

interface Given {
  readonly feeds?: readonly QualysFeed[];
  readonly login?: typeof LOGIN;
  readonly more?: object;
  readonly timeoutMs?: number;
}

async function look({
  feeds = QUALYS_FEEDS,
  more,
  timeoutMs = PATIENT_MS,
  ...rest
}: Given = {}): Promise<readonly Check[]> {
  const login = 'login' in rest ? rest.login : LOGIN;
  const { checks } = await checkQualys({ settings: settings(more), login, feeds, timeoutMs, now: NOW });
  return checks;
}

const notGood = (checks: readonly Check[]) =>
  checks
    .filter(({ state }) => state !== 'ok' && state !== 'skipped')
    .map(({ name, code, state }) => [name, code, state]);
const skippedNames = (checks: readonly Check[]) =>
  checks.filter(({ state }) => state === 'skipped').map(({ name }) => name);

test('a user who may do everything is good everywhere', async () => {
  qualys.headers = { 'X-RateLimit-Limit': '300', 'X-RateLimit-Remaining': '297', 'X-RateLimit-Window-Sec': '3600' };
  const checks = await look();
  expect(checks.map(({ name, state }) => `${name}: ${state}`)).toEqual([
    'login: ok',
    'alerts: ok',
    'host assets: ok',
    'detections: ok',
    'KnowledgeBase: ok',
  ]);
  expect(checks[0]?.finding).toBe('Qualys answers this user; 297 of 300 calls in 3600 s are left');
  expect(qualys.requests.map(({ line }) => line)).toEqual([
    'GET /qps/rest/portal/version',
    'POST /qps/rest/1.0/search/cm/alert/',
    'POST /qps/rest/2.0/search/am/hostasset',
    'POST /api/5.0/fo/asset/host/vm/detection/',
    'POST /api/4.0/fo/knowledge_base/vuln/',
  ]);
  expect(qualys.requests[2]?.body).toContain('field="updated" operator="GREATER">2025-12-01T12:00:00Z<');
});

test('it asks the versions and looks as far back as the environment says', async () => {
  const checks = await look({
    more: {
      assets: { changedWithin: '30d' },
      findings: { detectionVersion: '4.0', knowledgeBaseVersion: '3.0' },
    },
  });
  expect(notGood(checks)).toEqual([]);
  expect(qualys.requests.slice(3).map(({ line }) => line)).toEqual([
    'POST /api/4.0/fo/asset/host/vm/detection/',
    'POST /api/3.0/fo/knowledge_base/vuln/',
  ]);
  expect(qualys.requests[2]?.body).toContain('field="updated" operator="GREATER">2026-01-30T12:00:00Z<');
});

test('of a version that the server does not have, the setting is told', async () => {
  const checks = await look({ more: { findings: { detectionVersion: '9.0' } } });
  expect(notGood(checks)).toEqual([['detections', 'qualys-not-found', 'will fail']]);
  const found = checks.find(({ name }) => name === 'detections');
  expect(found?.finding).toContain('this server has no version 9.0 of this API');
  expect(found?.todo).toContain('Correct qualys.findings.detectionVersion');
});

test('of a version that is being retired, too', async () => {
  qualys.warning = 'This API version is end of service.';
  const checks = await look();
  expect(checks.find(({ name }) => name === 'KnowledgeBase')?.todo).toContain(
    'set qualys.findings.knowledgeBaseVersion (4.0) to a later one',
  );
});

type Row = [what: string, on: RegExp, fault: Fault, name: string, code: string, state: Check['state']];

/** Each fault at the first request, or at the one that it is of: exactly its row, and what is in it. */
const ROWS: Row[] = [
  // The vendor's eight.
  ['401', VERSION, faults.loginRequired(), 'login', 'qualys-credentials-refused', 'will fail'],
  [
    '409 of the KnowledgeBase',
    KNOWLEDGEBASE,
    { status: 409 },
    'KnowledgeBase',
    'qualys-knowledgebase-not-granted',
    'warning',
  ],
  ['403', ASSETS, faults.forbidden(), 'host assets', 'qualys-forbidden', 'will fail'],
  ['404', VERSION, faults.wrongPath(), 'login', 'qualys-not-found', 'will fail'],
  ['429', ALERTS, faults.tooManyRequests(60), 'alerts', 'qualys-rate-limited', 'could not tell'],
  ['503', ALERTS, faults.serviceUnavailable(), 'alerts', 'qualys-unavailable', 'could not tell'],
  ['2007', VERSION, old(409, 2007), 'login', 'qualys-address-not-allowed', 'will fail'],
  // §2.5, by code.
  ['INVALID_CREDENTIALS', VERSION, faults.invalidCredentials(), 'login', 'qualys-credentials-refused', 'will fail'],
  ['2000', VERSION, faults.badLogin(), 'login', 'qualys-credentials-refused', 'will fail'],
  ['2000 with 200', VERSION, faults.badLogin(200), 'login', 'qualys-credentials-refused', 'will fail'],
  ['2003', VERSION, faults.registrationIncomplete(), 'login', 'qualys-registration-incomplete', 'will fail'],
  ['2007 in the oldest form', VERSION, oldest(2007), 'login', 'qualys-address-not-allowed', 'will fail'],
  ['UNAUTHORIZED', ALERTS, faults.unauthorized(), 'alerts', 'qualys-api-not-allowed', 'will fail'],
  ['INSUFFICIENT_PERMISSION', ASSETS, faults.insufficientPermission(), 'host assets', 'qualys-forbidden', 'will fail'],
  [
    '403 of the KnowledgeBase',
    KNOWLEDGEBASE,
    faults.forbidden(),
    'KnowledgeBase',
    'qualys-knowledgebase-not-granted',
    'warning',
  ],
  [
    '409 of the KnowledgeBase with an unknown number',
    KNOWLEDGEBASE,
    old(409, 2012),
    'KnowledgeBase',
    'qualys-knowledgebase-not-granted',
    'warning',
  ],
  [
    '409 of the KnowledgeBase with 1965',
    KNOWLEDGEBASE,
    faults.rateLimit(60),
    'KnowledgeBase',
    'qualys-rate-limited',
    'could not tell',
  ],
  ['EVALUATION_EXPIRED', ASSETS, expired(), 'host assets', 'qualys-trial-ended', 'will fail'],
  ['1960', DETECTIONS, faults.concurrencyLimit(), 'detections', 'qualys-concurrency-limited', 'could not tell'],
  ['1965', DETECTIONS, faults.rateLimit(60), 'detections', 'qualys-rate-limited', 'could not tell'],
  [
    '1965 with 400',
    DETECTIONS,
    faults.rateLimit(60, { status: 400 }),
    'detections',
    'qualys-rate-limited',
    'could not tell',
  ],
  ['1920', DETECTIONS, faults.blocked(), 'detections', 'qualys-rate-limited', 'could not tell'],
  ['409 without a number', DETECTIONS, { status: 409 }, 'detections', 'qualys-rate-limited', 'could not tell'],
  ['LIMIT_EXCEEDED', ALERTS, faults.limitExceeded(), 'alerts', 'qualys-rate-limited', 'could not tell'],
  // What passes, and what is in the way.
  ['999', DETECTIONS, faults.internalErrorCode(), 'detections', 'qualys-unavailable', 'could not tell'],
  ['500', VERSION, faults.internalError(), 'login', 'qualys-unavailable', 'could not tell'],
  ['a page for people', VERSION, faults.html(), 'login', 'qualys-not-an-answer', 'could not tell'],
  [
    'a redirect',
    VERSION,
    { status: 302, headers: { Location: 'https://example.com/' } },
    'login',
    'qualys-not-found',
    'will fail',
  ],
  ['1901', DETECTIONS, old(400, 1901), 'detections', 'qualys-request-refused', 'could not tell'],
  ['a reset', ASSETS, 'reset', 'host assets', 'qualys-unreachable', 'could not tell'],
  ['silence', ASSETS, 'hang', 'host assets', 'qualys-unreachable', 'could not tell'],
];

function old(status: number, code: number): Fault {
  const body = `<SIMPLE_RETURN><RESPONSE><CODE>${code}</CODE><TEXT>No.</TEXT></RESPONSE></SIMPLE_RETURN>`;
  return { status, contentType: 'text/xml', body };
}
function oldest(code: number): Fault {
  const body = `<GENERIC_RETURN><API name="x"/><RETURN status="FAILED" number="${code}">No.</RETURN></GENERIC_RETURN>`;
  return { status: 200, contentType: 'text/xml', body };
}
function expired(): Fault {
  return { refusal: { responseCode: 'EVALUATION_EXPIRED', errorMessage: 'Ended', errorResolution: 'Buy' } };
}

test.each(ROWS)('%s is its row and no other', async (_, on, fault, name, code, state) => {
  qualys.faults.push({ on, fault });
  const checks = await look(fault === 'hang' ? { timeoutMs: 2_000 } : {});
  expect(notGood(checks)).toEqual([[name, code, state]]);
  const check = checks.find((one) => one.name === name);
  expect(check?.todo).toMatch(/\.$/);
  expect(check?.page).toMatch(/^https:\/\//);
  expect(check?.command).toMatch(/^curl -sS -i -u "\$QUALYS_USERNAME:\$QUALYS_PASSWORD" .*'http:\/\/127/);
  expect(qualys.faults).toEqual([]);
});

test.each([
  ['Alert', 'alerts'],
  ['HostAsset', 'host assets'],
  ['HOST', 'detections'],
] as const)('no data: nothing visible of %s', async (type, name) => {
  qualys.empty.add(type);
  expect(notGood(await look())).toEqual([[name, 'qualys-no-data', 'could not tell']]);
});

test('the wait and the limits that Qualys tells are told', async () => {
  qualys.headers = {
    'X-RateLimit-Limit': '300',
    'X-RateLimit-Remaining': '0',
    'X-ConcurrencyLimit-Limit': '2',
    'X-Concurrency-Limit-Running': '1',
  };
  qualys.faults.push({ on: ALERTS, fault: faults.rateLimit(127, { header: 'never' }) });
  const check = (await look()).find(({ code }) => code === 'qualys-rate-limited');
  expect(check?.finding).toContain('(0 of 300 calls are left, 1 of 2 run at the same time)');
  expect(check?.todo).toMatch(/^Try again in 127 s\./);
});

test('a version that is being retired is good, and told', async () => {
  qualys.warning = 'This API version will reach End of Service on 1 June.';
  const checks = await look();
  expect(notGood(checks)).toEqual([
    ['detections', 'qualys-version-retiring', 'warning'],
    ['KnowledgeBase', 'qualys-version-retiring', 'warning'],
  ]);
});

describe('without the KnowledgeBase grant findings go on', () => {
  const without = (more: Fault[] = []) => {
    qualys.faults.push({ on: KNOWLEDGEBASE, fault: { status: 409 } });
    for (const fault of more) qualys.faults.push({ on: CVE_DETECTIONS, fault });
  };

  test('by the API that the collector then asks, and nothing fails', async () => {
    without();
    const checks = await look({ more: { findings: { cveDetectionVersion: '4.0' } } });
    expect(checks.slice(-2)).toMatchObject([
      {
        name: 'KnowledgeBase',
        state: 'warning',
        finding: expect.stringContaining('findings go on without it: by CVE'),
      },
      { name: 'CVE detections', code: 'qualys-cve-detections', state: 'ok' },
    ]);
    expect(checks.at(-2)?.todo).toContain('to grant the subscription the KnowledgeBase API');
    expect(qualys.requests.at(-1)?.line).toBe('POST /api/4.0/fo/asset/host/vm/cve_detection/');
    expect(exitCodeOf(reportOf('prod', [{ title: 'Qualys', checks }]))).toBe(0);
  });

  test('unless it is refused, too', async () => {
    without([faults.forbidden()]);
    expect(notGood(await look())).toEqual([
      ['KnowledgeBase', 'qualys-knowledgebase-not-granted', 'warning'],
      ['CVE detections', 'qualys-forbidden', 'will fail'],
    ]);
  });

  test('which is not asked with the grant, or while the KnowledgeBase is only busy', async () => {
    qualys.faults.push({ on: KNOWLEDGEBASE, fault: faults.rateLimit(60) });
    expect((await look()).map(({ name }) => name)).not.toContain('CVE detections');
  });
});

describe('one login with a refused password, and no other', () => {
  test.each(ROWS.filter(([, on]) => on === VERSION))('%s at the first request', async (_, on, fault) => {
    qualys.faults.push({ on, fault });
    expect(skippedNames(await look())).toEqual(['alerts', 'host assets', 'detections', 'KnowledgeBase']);
    expect(qualys.requests).toHaveLength(1);
  });

  test('a wrong password', async () => {
    const checks = await look({ login: { ...LOGIN, password: 'another' } });
    expect(notGood(checks)).toEqual([['login', 'qualys-credentials-refused', 'will fail']]);
    expect(qualys.failedLogins).toBe(1);
  });

  test('a refusal behind a login that was taken is of the permission, and the last as well', async () => {
    qualys.faults.push({ on: ALERTS, fault: faults.loginRequired() });
    const checks = await look();
    expect(notGood(checks)).toEqual([['alerts', 'qualys-permission-missing', 'will fail']]);
    expect(skippedNames(checks)).toEqual(['host assets', 'detections', 'KnowledgeBase']);
    expect(qualys.requests).toHaveLength(2);
  });
});

test('silence is told with its time', async () => {
  qualys.faults.push({ on: VERSION, fault: 'hang' });
  expect((await look({ timeoutMs: IMPATIENT_MS }))[0]?.finding).toBe('there was no answer within 0.2 s');
});

describe('the address of this machine', () => {
  test.each([
    ['dynamic', 'will fail', 'set qualys.egress: static'],
    ['static', 'could not tell', 'output egress_address'],
  ])('with egress: %s', async (egress, state, todo) => {
    qualys.faults.push({ on: VERSION, fault: old(409, 2007) });
    const [check] = await look({ more: { egress } });
    expect(check).toMatchObject({ state, todo: expect.stringContaining(todo) });
  });
});

describe('without credentials', () => {
  test('nobody logs in; the server is looked at', async () => {
    const checks = await look({ login: undefined });
    expect(checks.map(({ name, state }) => `${name}: ${state}`)).toEqual([
      'API server: ok',
      'login: could not tell',
      'alerts: skipped',
      'host assets: skipped',
      'detections: skipped',
      'KnowledgeBase: skipped',
    ]);
    expect(qualys.requests).toMatchObject([{ hasCredentials: false }]);
  });

  test.each<[Fault, string]>([
    [faults.wrongPath(), 'qualys-not-found'],
    [old(409, 2007), 'qualys-address-not-allowed'],
    [faults.html(), 'qualys-not-an-answer'],
    ['reset', 'qualys-unreachable'],
  ])('%j shows', async (fault, code) => {
    qualys.faults.push({ on: VERSION, fault });
    const [check] = await look({ login: undefined });
    expect(check).toMatchObject({ name: 'API server', code });
    expect(check?.command).not.toContain('-u ');
  });
});

test('feeds that the environment does not collect are skipped', async () => {
  const { checks } = await checkQualys({ settings: settings(), login: LOGIN, timeoutMs: PATIENT_MS, now: NOW });
  expect(skippedNames(checks)).toEqual(['host assets', 'detections', 'KnowledgeBase']);
  expect(checks.at(-1)?.finding).toBe('because the environment does not collect findings; --feeds looks anyway');
});

test('the server of the UI is told', async () => {
  const apiUrl = 'http://qualysguard.localhost:9';
  const { checks } = await checkQualys({
    settings: { ...settings(), apiUrl },
    login: LOGIN,
    timeoutMs: 1_000,
    now: NOW,
  });
  expect(checks[0]).toMatchObject({ code: 'qualys-ui-server', state: 'could not tell' });
});

test('credentials are those of the first deploy, and the placeholder is none', () => {
  expect(qualysLogin({ TF_VAR_qualys_username: 'u', TF_VAR_qualys_password: 'p' })).toEqual({
    username: 'u',
    password: 'p',
  });
  expect(qualysLogin({ TF_VAR_qualys_username: 'u', TF_VAR_qualys_password: 'replace-me' })).toBeUndefined();
  expect(qualysLogin({ TF_VAR_qualys_username: 'u' })).toBeUndefined();
  expect(qualysLogin({ TF_VAR_qualys_username: 'u' }, { username: 'v', password: 'typed' })).toEqual({
    username: 'v',
    password: 'typed',
  });
});

test('the page on doctor has each code of the rows', () => {
  const page = readFileSync(join(projectRoot, 'docs', 'doctor.md'), 'utf8');
  const source = readFileSync(join(projectRoot, 'cli', 'doctor', 'qualys-rows.ts'), 'utf8');
  const codes = [...source.matchAll(/\bcode: '(?:qualys-)?([a-z-]+)'|limited\('([a-z-]+)'/g)].map(
    ([, own, limit]) => own ?? limit,
  );
  expect(new Set(codes).size).toBeGreaterThan(14);
  for (const code of [...codes, ...ROWS.map(([, , , , code]) => code.replace('qualys-', ''))])
    expect(page).toContain(`\`qualys-${code}\``);
});

test('whatever Qualys sends back, the credentials are never shown', async () => {
  const spellings = (secret: string) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)];
  // What no own text holds by accident.
  const secret = fc.string({ minLength: 1, maxLength: 12 }).map((text) => `¤${text}`);
  const echo = (code: string, { username, password }: typeof LOGIN) =>
    `<SIMPLE_RETURN><RESPONSE><CODE>${code}</CODE><TEXT>${username} ${password} ${Buffer.from(`${username}:${password}`).toString('base64')}</TEXT></RESPONSE></SIMPLE_RETURN>`;
  await fc.assert(
    fc.asyncProperty(
      secret,
      secret,
      fc.constantFrom('2000', '1965', '2007', '1901', '1'),
      async (username, password, code) => {
        const login = { username, password };
        qualys.faults.push({ on: VERSION, fault: { status: 409, contentType: 'text/xml', body: echo(code, login) } });
        const { checks } = await checkQualys({ settings: settings(), login, timeoutMs: PATIENT_MS, now: NOW });
        const shown =
          JSON.stringify(checks) + renderPage('x', [{ title: 'Qualys', checks }], { color: false, columns: 400 });
        const basic = Buffer.from(`${username}:${password}`).toString('base64');
        for (const spelling of [...spellings(username), ...spellings(password), basic])
          expect(shown).not.toContain(spelling);
      },
    ),
    { numRuns: 40 },
  );
}, 60_000);

test('no answer is an error with a code, and nothing that was sent', async () => {
  await qualys.close();
  const asked = askQualys({ method: 'GET', path: '/' }, { apiUrl: qualys.url, login: LOGIN, timeoutMs: 1_000 });
  await expect(asked).rejects.toMatchObject({ reason: 'ECONNREFUSED', message: 'no answer from Qualys: ECONNREFUSED' });
  qualys = await startQualysEndpoints(LOGIN);
});
