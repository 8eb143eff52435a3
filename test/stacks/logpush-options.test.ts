import fc from 'fast-check';
import { datasetsOf, findDataset } from '../../constructs/cloudflare/logpush-catalogue';
import { only, parseEnvironment, type StackJson, synthesize } from '../synthesize';

const ZONE = '023e105f4ecef8ad9ca31a8372d0c353';

function environment(settings: string, more = '') {
  return parseEnvironment(
    'test',
    `environment: test
protected: false
backend: { local: {} }
${more}
cloudflare:
  taegis: { default: { url: "https://taegis.example.com/x" } }
${settings}
`,
  );
}

const build = (settings: string, more?: string) => synthesize(environment(settings, more));
const plain = (stacks: Record<string, StackJson>): StackJson => stacks['test-logpush-taegis'] ?? {};
const jobsOf = (stack: StackJson): StackJson[] => Object.values(stack.resource.cloudflare_logpush_job ?? {});
const account = (jobs: string) => `  account: { id: 0123456789abcdef0123456789abcdef, datasets: [${jobs}] }`;

test('each of the 35 datasets that the provider takes becomes a job with all of its fields', () => {
  const taken = (scope: 'account' | 'zone') =>
    datasetsOf(scope).filter((name) => findDataset(name)?.providerEnumSince !== null);
  // A zone has four jobs at most.
  const zones = taken('zone').map(
    (name, index) => `{ id: "${`${index}`.padStart(32, '0')}", name: a.example, datasets: [${name}] }`,
  );
  const jobs = jobsOf(plain(build(`${account(taken('account').join())}\n  zones: [${zones.join()}]`)));
  expect(jobs).toHaveLength(35);
  for (const job of jobs) expect(job.output_options.field_names).toEqual(findDataset(job.dataset)?.fields);
});

test('options of a job reach Cloudflare', () => {
  const [job] = jobsOf(
    plain(
      build(
        account(
          '{ dataset: audit_logs, name: own-name, fields: [When, ActionType], sampleRate: 0.5, timestamps: unix, filter: { where: { key: ActionType, operator: eq, value: login } } }',
        ),
      ),
    ),
  );
  expect(job).toMatchObject({
    name: 'own-name',
    filter: '{"where":{"key":"ActionType","operator":"eq","value":"login"}}',
    output_options: { field_names: ['When', 'ActionType'], sample_rate: 0.5, timestamp_format: 'unix' },
  });
});

test('jobs that were there are imported', () => {
  const stack = plain(
    build(`${account('audit_logs, gateway_dns')}
  zones: [{ id: ${ZONE}, name: example.com, datasets: [http_requests] }]
  import: { account: { audit_logs: 7 }, zones: { ${ZONE}: { http_requests: 8 } } }`),
  );
  expect(stack.import.map(({ id }: StackJson) => id)).toEqual([
    'accounts/0123456789abcdef0123456789abcdef/7',
    `zones/${ZONE}/8`,
  ]);
});

test('jobs that were there are imported into the stack of their shard, and nowhere else', () => {
  const other = ZONE.replace('0', 'f');
  const stacks = build(`  shards: 16
${account('audit_logs')}
  zones: [${[ZONE, other].map((id) => `{ id: ${id}, name: example.com, datasets: [http_requests, dns_logs] }`).join()}]
  import: { account: { audit_logs: 7 }, zones: { ${ZONE}: { http_requests: 8 }, ${other}: { dns_logs: 9 } } }`);
  const imports = Object.entries(stacks).map(([name, stack]) => [
    name,
    stack.import?.map(({ id, to }: StackJson) => [
      id,
      stack.resource.cloudflare_logpush_job[to.split('.')[1]]?.dataset,
    ]),
  ]);
  expect(Object.fromEntries(imports)).toEqual({
    'test-logpush-taegis': [['accounts/0123456789abcdef0123456789abcdef/7', 'audit_logs']],
    'test-logpush-taegis-0': [[`zones/${ZONE}/8`, 'http_requests']],
    'test-logpush-taegis-f': [[`zones/${other}/9`, 'dns_logs']],
  });
});

describe('who is told of a disabled job', () => {
  const policy = (settings: string, more?: string) =>
    only(plain(build(`${account('audit_logs')}\n${settings}`, more)), 'cloudflare_notification_policy');

  test('the addresses of the environment, webhooks and PagerDuty', () => {
    const settings = '  alerts: { webhooks: [soc], pagerduty: [0123456789abcdef0123456789abcdef] }';
    const emails = 'notifications: { emails: [soc@example.com] }';
    expect(policy(settings, emails)).toMatchObject({
      alert_type: 'failing_logpush_job_disabled_alert',
      mechanisms: {
        email: [{ id: 'soc@example.com' }],
        webhooks: [{ id: expect.stringContaining('cloudflare_notification_policy_webhooks.disabled-job_webhook-soc') }],
        pagerduty: [{ id: '0123456789abcdef0123456789abcdef' }],
      },
    });
    const stack = plain(build(`${account('audit_logs')}\n${settings}`, emails));
    expect(stack.variable.cloudflare_webhooks).toMatchObject({ sensitive: true });
    expect(only(stack, 'cloudflare_notification_policy_webhooks')).toMatchObject({
      url: '${var.cloudflare_webhooks["soc"].url}',
    });
  });

  test('nobody, where nobody is named', () => {
    expect(plain(build(account('audit_logs'))).resource.cloudflare_notification_policy).toBeUndefined();
  });
});

describe('shards', () => {
  const zone = fc.record({ id: fc.stringMatching(/^[0-9a-f]{32}$/), jobs: fc.integer({ min: 1, max: 4 }) });
  const DATASETS = ['http_requests', 'firewall_events', 'dns_logs', 'nel_reports'];
  const settings = (shards: number, zones: { id: string; jobs: number }[]) =>
    `  shards: ${shards}
${account('audit_logs')}
  zones: [${zones.map(({ id, jobs }) => `{ id: "${id}", name: a.example, datasets: [${DATASETS.slice(0, jobs)}] }`).join()}]`;
  /** The stack of each zone. */
  const places = (stacks: Record<string, StackJson>) =>
    new Map(
      Object.entries(stacks).flatMap(([name, stack]) =>
        jobsOf(stack).flatMap(({ zone_id: id }) => (id === undefined ? [] : [[id, name] as const])),
      ),
    );

  test('the jobs of the account stay in the first stack, those of zones go by the first digits', () => {
    const stacks = build(
      settings(16, [
        { id: ZONE, jobs: 2 },
        { id: ZONE.replace('0', 'f'), jobs: 1 },
      ]),
    );
    expect(Object.keys(stacks).sort()).toEqual([
      'test-logpush-taegis',
      'test-logpush-taegis-0',
      'test-logpush-taegis-f',
    ]);
    expect(jobsOf(plain(stacks)).map(({ dataset }) => dataset)).toEqual(['audit_logs']);
    expect(jobsOf(stacks['test-logpush-taegis-0'] ?? {})).toHaveLength(2);
    expect(Object.keys(build(settings(256, [{ id: ZONE, jobs: 1 }])))).toContain('test-logpush-taegis-02');
  });

  test('no zone moves when others come or go', () => {
    const some = fc.uniqueArray(zone, { minLength: 1, maxLength: 12, selector: ({ id }) => id });
    fc.assert(
      fc.property(some, fc.constantFrom(1, 16, 256), fc.nat(), (zones, shards, pick) => {
        const before = places(build(settings(shards, zones)));
        const left = zones.filter((_, index) => index % 2 === pick % 2);
        for (const [id, place] of places(build(settings(shards, left)))) expect(before.get(id)).toBe(place);
      }),
      { numRuns: 25 },
    );
  });

  test('of a thousand zones none is elsewhere than alone', () => {
    const zones = Array.from({ length: 1_000 }, (_, index) => ({
      id: (index * 2_654_435_761).toString(16).padStart(32, '0').split('').reverse().join(''),
      jobs: 1,
    }));
    const all = places(build(settings(256, zones)));
    expect(all.size).toBe(1_000);
    for (const { id } of zones) expect(all.get(id)).toBe(`test-logpush-taegis-${id.slice(0, 2)}`);
  });

  test('a plan with another number of stacks fails', () => {
    const { output, resource } = plain(build(settings(16, [])));
    expect(Object.values<StackJson>(resource.terraform_data)[0]).toMatchObject({
      input: { shards: 16 },
      lifecycle: { ignore_changes: ['input'] },
    });
    expect(output.shards.precondition[0]).toEqual({
      condition: expect.stringMatching(/\.output\.shards == 16\}$/),
      error_message: expect.stringContaining('./tributary reshard test logpush-taegis --to 16'),
    });
  });
});
