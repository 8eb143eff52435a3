import { checkEnvironment } from '../../environments/check';
import { shardOf } from '../../environments/cloudflare';
import { fieldsOfJob } from '../../environments/logpush-jobs';

const ZONE = '023e105f4ecef8ad9ca31a8372d0c353';

function check(job: string, more = '') {
  const text = `environment: test
protected: false
backend: { local: {} }
cloudflare:
  account: { id: 0123456789abcdef0123456789abcdef, datasets: [${job}] }
  taegis: { default: { url: "https://taegis.example.com/x" } }
${more}`;
  return checkEnvironment('test.yaml', text, 'test');
}

const problemsOf = (job: string, more?: string) =>
  check(job, more).problems.map(({ path, expected }) => [path, expected]);

test('a dataset stands for a job with all of its fields and readable times', () => {
  const [job] = check('audit_logs').environment?.cloudflare?.account?.datasets ?? [];
  expect(job).toEqual({ dataset: 'audit_logs', timestamps: 'rfc3339' });
  expect(job && fieldsOfJob(job)).toHaveLength(15);
});

test('fields are a list of their own, or all but some', () => {
  const fields = (job: string) =>
    check(job).environment?.cloudflare?.account?.datasets.map((settings) => fieldsOfJob(settings))[0];
  expect(fields('{ dataset: audit_logs, fields: [When, ActionType] }')).toEqual(['When', 'ActionType']);
  const all = fields('audit_logs') ?? [];
  expect(fields('{ dataset: audit_logs, except: [When] }')).toEqual(all.filter((field) => field !== 'When'));
});

describe('limits, both ends', () => {
  const filter = (where: string) => `{ dataset: audit_logs, filter: { where: ${where} } }`;

  test.each([
    '{ dataset: audit_logs, name: audit.logs-1 }',
    `{ dataset: audit_logs, name: ${'a'.repeat(512)} }`,
    '{ dataset: audit_logs, sampleRate: 1 }',
    '{ dataset: audit_logs, sampleRate: 0.001 }',
    '{ dataset: audit_logs, timestamps: unixnano }',
    filter('{ key: ActionType, operator: eq, value: login }'),
    filter(
      '{ and: [{ key: ActionType, operator: "!in", value: [a, b] }, { or: [{ key: When, operator: gt, value: 1 }] }] }',
    ),
  ])('%s is taken', (job) => {
    expect(problemsOf(job)).toEqual([]);
  });

  test.each([
    ['audit_log', 'datasets[0]', /a dataset of the account; did you mean audit_logs/],
    ['http_requests', 'datasets[0]', /belongs to a zone/],
    ['magic_bgp_logs', 'datasets[0]', /no release of the Terraform provider/],
    ['7', 'datasets[0]', /a dataset/],
    ['{ dataset: audit_log }', 'datasets[0].dataset', /did you mean audit_logs/],
    ['{ dataset: audit_logs, field: [When] }', 'datasets[0].field', /did you mean fields/],
    ['{ dataset: audit_logs, name: a_b }', 'datasets[0].name', /no underscores/],
    [`{ dataset: audit_logs, name: ${'a'.repeat(513)} }`, 'datasets[0].name', /up to 512/],
    ['{ dataset: audit_logs, fields: [] }', 'datasets[0].fields', /at least one field/],
    ['{ dataset: audit_logs, fields: [Wen] }', 'datasets[0].fields[0]', /a field of audit_logs/],
    ['{ dataset: audit_logs, fields: [When, When] }', 'datasets[0].fields[1]', /only once/],
    ['{ dataset: audit_logs, fields: [When], except: [ActionType] }', 'datasets[0].except', /one of the two/],
    ['{ dataset: audit_logs, sampleRate: 0 }', 'datasets[0].sampleRate', /above 0, up to 1/],
    ['{ dataset: audit_logs, sampleRate: 1.1 }', 'datasets[0].sampleRate', /above 0, up to 1/],
    ['{ dataset: audit_logs, timestamps: iso }', 'datasets[0].timestamps', /rfc3339/],
    ['{ dataset: audit_logs, filter: {} }', 'datasets[0].filter', /where and nothing else/],
    [filter('{ and: [] }'), 'datasets[0].filter', /where\.and a list/],
    [filter('{ key: When, operator: is, value: 1 }'), 'datasets[0].filter', /operator one of eq/],
    [filter('{ key: When, operator: in, value: 1 }'), 'datasets[0].filter', /value a list/],
    [filter('{ key: When, operator: eq, value: { a: 1 } }'), 'datasets[0].filter', /texts, numbers or booleans/],
    [filter('{ key: Wen, operator: eq, value: 1 }'), 'datasets[0].filter', /fields of audit_logs, without Wen/],
    [
      filter(
        `{ key: ActionType, operator: in, value: [${Array.from({ length: 120 }, (_, index) => `value-${index}`)}] }`,
      ),
      'datasets[0].filter',
      /at most 1000 bytes/,
    ],
    ['audit_logs, audit_logs', 'datasets[1]', /only once/],
    ['audit_logs, { dataset: audit_logs }', 'datasets[1]', /only once/],
  ])('%s is one problem', (job, path, expected) => {
    expect(problemsOf(job)).toEqual([[`cloudflare.account.${path}`, expect.stringMatching(expected)]]);
  });

  test.each([
    ['  shards: 2', 'shards'],
    ['  alerts: { webhooks: [A B] }', 'alerts.webhooks[0]'],
    ['  alerts: { pagerduty: [nobody] }', 'alerts.pagerduty[0]'],
    ['  import: { account: { audit_logs: x } }', 'import.account.audit_logs'],
    ['  import: { zones: { nozone: { http_requests: 1 } } }', 'import.zones.nozone'],
    ['  import: { account: { gateway_dns: 1 } }', 'import.account.gateway_dns'],
    [`  import: { zones: { ${ZONE}: { http_requests: 1 } } }`, `import.zones.${ZONE}.http_requests`],
  ])('%s is one problem', (more, path) => {
    expect(problemsOf('audit_logs', more).map(([where]) => where)).toEqual([`cloudflare.${path}`]);
  });
});

describe('of zones', () => {
  const zone = (datasets: string) => `  zones: [{ id: ${ZONE}, name: example.com, datasets: [${datasets}] }]`;
  const four = ['http_requests', 'firewall_events', 'dns_logs', 'nel_reports'];

  test.each([
    [[...four, 'spectrum_events'].join(), 'datasets', /at most 4 datasets/],
    ['', 'datasets', /at least one dataset/],
    ['audit_logs', 'datasets[0]', /belongs to the account/],
    ['account_abuse_protection_events', 'datasets[0]', /no release of the Terraform provider up to 5\.22\.0/],
    [
      '{ dataset: firewall_events, filter: { where: { key: Action, operator: eq, value: block } } }',
      'datasets[0].filter',
      /without Action, by which Cloudflare does not filter firewall_events/,
    ],
  ])('%s is one problem', (datasets, path, expected) => {
    expect(problemsOf('audit_logs', zone(datasets))).toEqual([
      [`cloudflare.zones[0].${path}`, expect.stringMatching(expected)],
    ]);
    expect(problemsOf('audit_logs', zone(four.join()))).toEqual([]);
  });
});

test('a wrong dataset, scope, field and range are told in one report', () => {
  const jobs =
    'audit_log, http_requests, magic_bgp_logs, { dataset: gateway_dns, fields: [Wen], sampleRate: 2, name: a_b, timestamps: iso }';
  const more = `  zones: [{ id: x, name: example.com, datasets: [gateway_dns] }]
  upload: { maxBytes: 4999999, maxRecords: 1000001, maxIntervalSeconds: 29 }
  shards: 3`;
  const problems = problemsOf(jobs, more).map(([path]) => String(path).replace('cloudflare.', ''));
  expect(problems.sort()).toEqual([
    'account.datasets[0]',
    'account.datasets[1]',
    'account.datasets[2]',
    'account.datasets[3].fields[0]',
    'account.datasets[3].name',
    'account.datasets[3].sampleRate',
    'account.datasets[3].timestamps',
    'shards',
    'upload.maxBytes',
    'upload.maxIntervalSeconds',
    'upload.maxRecords',
    'zones[0].datasets[0]',
    'zones[0].id',
  ]);
});

describe('shards', () => {
  /** Zones whose ids begin with each of the first two hex digits in turn. */
  const zones = (count: number) =>
    Array.from({ length: count }, (_, index) => {
      const id = (index % 256).toString(16).padStart(2, '0') + index.toString(16).padStart(30, '0');
      return `{ id: "${id}", name: z${index}.example.com, datasets: [http_requests, firewall_events, dns_logs, nel_reports] }`;
    }).join(', ');

  test('more than 400 jobs in a stack are refused, with the number of stacks that helps', () => {
    expect(problemsOf('audit_logs', `  zones: [${zones(99)}]`)).toEqual([]);
    expect(problemsOf('audit_logs', `  zones: [${zones(100)}]`)).toEqual([
      ['cloudflare.shards', expect.stringMatching(/^16 or 256: a stack would hold 401 jobs/)],
    ]);
    expect(problemsOf('audit_logs', `  shards: 16\n  zones: [${zones(1_536)}]`)).toEqual([]);
    expect(problemsOf('audit_logs', `  shards: 16\n  zones: [${zones(1_552)}]`)).toEqual([
      ['cloudflare.shards', expect.stringMatching(/^256: a stack would hold 448 jobs/)],
    ]);
  });

  test('a zone belongs to the stack of its first digits', () => {
    expect([shardOf(ZONE, 1), shardOf(ZONE, 16), shardOf(ZONE, 256)]).toEqual(['', '0', '02']);
  });
});
