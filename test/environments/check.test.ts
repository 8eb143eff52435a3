import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkEnvironment } from '../../environments/check';
import { projectRoot } from '../../environments/root';

// What stands between the section bootstrap and the others is looked at in bootstrap.test.ts.
const [prod = ''] = readFileSync(join(projectRoot, 'environments', 'prod.yaml'), 'utf8').split('\nbootstrap:');

/** The problems of prod.yaml after one change. */
function problemsOf(from: string | RegExp, to: string) {
  const changed = prod.replace(from, to);
  if (changed === prod) throw new Error(`nothing to replace: ${from}`);
  return checkEnvironment('prod.yaml', changed, 'prod').problems;
}

/** Number of the line in which something first stands. */
const lineOf = (text: string, part: string) => text.slice(0, text.indexOf(part)).split('\n').length;

describe('a good file', () => {
  test('has no problem, and defaults are filled in', () => {
    const { environment, problems } = checkEnvironment('prod.yaml', prod, 'prod');
    expect(problems).toEqual([]);
    expect(environment?.cloudflare?.upload).toEqual({ maxBytes: 5_000_000, maxRecords: 1_000, maxIntervalSeconds: 0 });
  });

  test('a bare Qualys host is read as https', () => {
    const { environment } = checkEnvironment(
      'prod.yaml',
      prod.replace('https://qualysapi.qg1.apps.qualys.co.uk', 'qualysapi.qualys.eu/'),
      'prod',
    );
    expect(environment?.qualys?.apiUrl).toBe('https://qualysapi.qualys.eu');
  });

  test('sections may be left out', () => {
    const text = `environment: x1\nprotected: false\nbackend: { local: {} }\n${prod.slice(prod.indexOf('cloudflare:'))}`;
    const { environment } = checkEnvironment('x1.yaml', text, 'x1');
    expect(environment?.qualys).toBeUndefined();
    expect(environment?.cloudflare?.zones).toHaveLength(2);
  });
});

describe('problems', () => {
  test('all of them come in one report, each with line, column, path, value and what is allowed', () => {
    const broken = prod
      .replace('region: asia-northeast1', 'region: asia-nottheast1')
      .replace('account: "111122223333"', 'account: 111122223333')
      .replace('protected: true\n', '')
      .replace('http_requests]', 'http_request]')
      .replace('"*/15 * * * *"', '"*/15 * * *"');
    const { problems } = checkEnvironment('prod.yaml', broken, 'prod');
    expect(problems.map(({ line, column, path, got, expected }) => [line, column, path, got, expected])).toEqual([
      [1, 1, 'protected', 'nothing', expect.stringContaining('true (stateful')],
      [
        lineOf(broken, 'asia-nottheast1'),
        11,
        'qualys.region',
        '"asia-nottheast1"',
        'a Google Cloud region; did you mean asia-northeast1?',
      ],
      [
        lineOf(broken, '"*/15 * * *"'),
        15,
        'qualys.alerts.schedule',
        '"*/15 * * *"',
        expect.stringContaining('five fields'),
      ],
      [
        lineOf(broken, '111122223333'),
        12,
        'cloudtrail.account',
        '111122223333',
        expect.stringContaining('12 digits in quotes'),
      ],
      [
        lineOf(broken, 'http_request]'),
        45,
        'cloudflare.zones[0].datasets[2]',
        '"http_request"',
        'a dataset of a zone; did you mean http_requests?',
      ],
    ]);
  });

  test('an unknown key gets a suggestion, and its value is not shown', () => {
    expect(problemsOf('  timeZone: Etc/UTC', '  timeZon: hunter2')).toEqual([
      {
        file: 'prod.yaml',
        line: 19,
        column: 3,
        path: 'qualys.timeZon',
        got: 'an unknown key',
        expected: 'did you mean timeZone?',
      },
    ]);
    expect(problemsOf('protected: true', 'protected: true\npassword: hunter2')).toEqual([
      expect.objectContaining({
        path: 'password',
        expected: expect.stringMatching(/^one of environment, protected, /),
      }),
    ]);
  });

  test('credentials in a URL are not shown', () => {
    const [problem] = problemsOf('https://qualysapi.', 'https://me:hunter2@qualysapi.');
    expect(problem?.got).toBe('"https://…@qualysapi.qg1.apps.qualys.co.uk"');
  });

  test('a missing external id comes with a fresh UUIDv4, another each time', () => {
    const uuid = () =>
      /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.exec(
        problemsOf(/ {4}externalId: .*\n/, '')[0]?.expected ?? '',
      )?.[0];
    expect(uuid()).toBeDefined();
    expect(uuid()).not.toBe(uuid());
  });

  test('the name inside must be the name of the file', () => {
    expect(problemsOf('environment: prod', 'environment: production')).toEqual([
      expect.objectContaining({ line: 3, path: 'environment', expected: expect.stringMatching(/^prod:/) }),
    ]);
  });

  test('what Terraform would evaluate is refused anywhere', () => {
    expect(problemsOf('http/prod\n', 'http/${var.x}\n')).toEqual([
      expect.objectContaining({ line: lineOf(prod, 'http/prod'), path: 'cloudflare.taegis.default.url' }),
    ]);
  });

  test('text that is no YAML is told with its place', () => {
    expect(problemsOf('"*/15 * * * *"', '*/15 * * * *')).toEqual([
      expect.objectContaining({ line: 23, expected: expect.stringContaining('must stand in quotes') }),
    ]);
    expect(checkEnvironment('a1.yaml', 'just text', 'a1').problems).toHaveLength(1);
    expect(checkEnvironment('a1.yaml', 'a: &x 1\nb: *y', 'a1').problems).toEqual([
      expect.objectContaining({ got: expect.stringContaining('no YAML') }),
    ]);
  });
});

describe('limits, both ends', () => {
  const bucket = (name: string) => ['bucket: acme-terraform-state', `bucket: ${name}`] as const;
  const label = (value: string) => ['owner: secops', `owner: ${value}`] as const;
  const project = (value: string) => ['project: acme-secops-prod', `project: ${value}`] as const;
  const schedule = (value: string) => ['"*/15 * * * *"', `"${value}"`] as const;
  const retention = (value: string) => ['retention: 90d', `retention: ${value}`] as const;
  const account = (value: string) => ['"111122223333"', value] as const;
  const external = (value: string) => [/externalId: .*/, `externalId: "${value}"`] as const;
  const upload = (value: string) => ['  taegis:', `  upload: { ${value} }\n  taegis:`] as const;
  const serviceAccount = (id: string) => ['  timeZone: Etc/UTC', `  serviceAccounts: { build: ${id} }`] as const;
  const url = (value: string) => ['url: https://ingest.taegis.example.com/http/prod\n', `url: ${value}\n`] as const;

  test.each([
    bucket('abc'),
    bucket('a'.repeat(63)),
    label('""'),
    label('a'.repeat(63)),
    project('abcdef'),
    project(`a${'b'.repeat(29)}`),
    schedule('0 2 * * MON-FRI'),
    schedule('59 23 31 12 0'),
    retention('7d'),
    retention('3650d'),
    retention('168h'),
    account('"000000000001"'),
    external('ab'),
    external('a'.repeat(1224)),
    upload('maxBytes: 0, maxRecords: 0, maxIntervalSeconds: 0'),
    upload('maxBytes: 5000000, maxRecords: 1000, maxIntervalSeconds: 30'),
    upload('maxBytes: 1000000000, maxRecords: 1000000, maxIntervalSeconds: 300'),
    serviceAccount('abcdef'),
    serviceAccount(`a${'b'.repeat(29)}`),
    url('https://ingest.example.com/x?tenant=1'),
  ])('%s → %s is taken', (from, to) => {
    expect(problemsOf(from, to)).toEqual([]);
  });

  test.each([
    bucket('ab'),
    bucket('a'.repeat(64)),
    bucket('goog-logs'),
    bucket('my-google-logs'),
    bucket('my-g00gle-logs'),
    bucket('-abc'),
    bucket('abc.example.com'),
    label('a'.repeat(64)),
    label('4711'),
    label('Upper'),
    project('abcde'),
    project(`a${'b'.repeat(30)}`),
    project('1abcdef'),
    schedule('* * * *'),
    schedule('0 * * * * *'),
    schedule('60 * * * *'),
    schedule('@daily'),
    retention('6d'),
    retention('3651d'),
    retention('90'),
    retention('90 d'),
    account('"11112222333"'),
    account('"1111222233334"'),
    external('a'),
    external('a'.repeat(1225)),
    external('a b'),
    upload('maxBytes: 4999999'),
    upload('maxBytes: 1000000001'),
    upload('maxRecords: 999'),
    upload('maxRecords: 1000001'),
    upload('maxIntervalSeconds: 29'),
    upload('maxIntervalSeconds: 301'),
    upload('maxRecords: 1000.5'),
    serviceAccount('abcde'),
    serviceAccount(`a${'b'.repeat(30)}`),
    serviceAccount('abcdef-'),
    url('http://ingest.example.com/x'),
    url('https://ingest.example.com/x?header_Authorization=Bearer'),
    ['https://qualysapi.qg1.apps.qualys.co.uk', 'http://qualysapi.qualys.eu'] as const,
    ['https://qualysapi.qg1.apps.qualys.co.uk', 'https://qualysapi.qualys.eu/qps'] as const,
    ['timeZone: Etc/UTC', 'timeZone: Mars/Olympus'] as const,
    ['timeZone: Etc/UTC', 'timeZone: "+09:00"'] as const,
    ['region: ap-northeast-1', 'region: ap-northeast-9'] as const,
    ['trail: create', 'trail: maybe'] as const,
    ['id: 0123456789abcdef0123456789abcdef', 'id: 0123456789ABCDEF0123456789abcdef'] as const,
    ['id: 5b1e7d3c9f20486ab7d4e6f8091a2b3c', 'id: 023e105f4ecef8ad9ca31a8372d0c353'] as const,
    ['[firewall_events, http_requests]', '[]'] as const,
    ['[firewall_events, http_requests]', '[http_requests, http_requests]'] as const,
    ['[firewall_events, http_requests]', '[gateway_dns]'] as const,
    ['[firewall_events, http_requests]', '[account_abuse_protection_events]'] as const,
    [
      '[dns_logs, firewall_events, http_requests]',
      '[dns_logs, firewall_events, http_requests, nel_reports, zaraz_events]',
    ] as const,
  ])('%s → %s is one problem', (from, to) => {
    expect(problemsOf(from, to)).toHaveLength(1);
  });

  test('four datasets a zone are taken', () => {
    expect(
      problemsOf(
        '[dns_logs, firewall_events, http_requests]',
        '[dns_logs, firewall_events, http_requests, nel_reports]',
      ),
    ).toEqual([]);
  });
});

describe('rules across values', () => {
  test('a backend is one of three', () => {
    expect(problemsOf('  gcs:', '  local: {}\n  gcs:')).toEqual([expect.objectContaining({ path: 'backend' })]);
  });

  test('each dataset needs a Taegis URL', () => {
    expect(problemsOf(/ {4}default:\n.*\n/, '')).toEqual([
      expect.objectContaining({
        path: 'cloudflare.taegis',
        expected: expect.stringContaining('access_requests, audit_logs, gateway_http'),
      }),
    ]);
  });

  test('outside the commercial partition Cortex has no default account', () => {
    expect(problemsOf('region: ap-northeast-1', 'region: us-gov-west-1')).toEqual([
      expect.objectContaining({ path: 'cloudtrail.cortex.accountId' }),
    ]);
  });

  test('an environment has a pipeline', () => {
    const { problems } = checkEnvironment('a1.yaml', 'environment: a1\nprotected: true\nbackend: {local: {}}', 'a1');
    expect(problems).toEqual([expect.objectContaining({ expected: expect.stringContaining('at least one pipeline') })]);
  });
});
