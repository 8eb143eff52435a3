import { ENVIRONMENT } from '../../functions/qualys/contract';
import { only, parseEnvironment, type StackJson, synthesize } from '../synthesize';

const environment = parseEnvironment(
  'test',
  `environment: test
protected: false
backend: { local: {} }
qualys:
  project: acme-secops
  region: europe-west3
  apiUrl: qualysapi.qualys.eu
  timeZone: Asia/Tokyo
  retention: 30d
  alerts: { schedule: "5 * * * *", initialLookback: 2d }
  buckets: { state: my-own-state }
  serviceAccounts: { build: my-own-build }
`,
);
const stack = synthesize(environment)['test-qualys-secops'] ?? {};
const all = (type: string): Record<string, StackJson> => stack.resource[type] ?? {};

test('buckets are private, only logs expire, only state keeps versions', () => {
  const buckets = Object.values(all('google_storage_bucket'));
  for (const bucket of buckets)
    expect(bucket).toMatchObject({ uniform_bucket_level_access: true, public_access_prevention: 'enforced' });
  const of = (name: string) => buckets.find((bucket) => bucket.name === name) ?? {};
  const ages = (bucket: StackJson) =>
    bucket.lifecycle_rule.filter((r: StackJson) => r.action.type === 'Delete').map((r: StackJson) => r.condition.age);
  expect(ages(of('acme-secops-test-qualys-logs'))).toEqual([30]);
  expect(ages(of('my-own-state'))).toEqual([]);
  expect(of('my-own-state').versioning).toEqual({ enabled: true });
  expect(of('acme-secops-test-qualys-logs').versioning).toEqual({ enabled: false });
});

test('secrets are written from ephemeral variables with a placeholder, and never read back', () => {
  expect(stack.variable.qualys_password).toMatchObject({ ephemeral: true, sensitive: true, default: 'replace-me' });
  for (const version of Object.values(all('google_secret_manager_secret_version'))) {
    expect(version).toMatchObject({
      secret_data_wo: expect.stringMatching(/^\$\{var\.qualys_/),
      secret_data_wo_version: 1,
    });
    expect(version).not.toHaveProperty('secret_data');
  }
});

test('each account has the grants that it needs, and no more', () => {
  const grants = [
    ...['google_storage_bucket_iam_member', 'google_secret_manager_secret_iam_member', 'google_project_iam_member'],
    'google_cloud_run_v2_service_iam_member',
  ].flatMap((type) =>
    Object.values(all(type)).map(({ member, role, bucket, secret_id, condition, name }) => [
      /google_service_account\.(\w+)-account/.exec(member)?.[1],
      role,
      /\.(\w+)_(?:bucket|secret|function)_/.exec(bucket ?? secret_id ?? name ?? '')?.[1] ??
        condition?.title ??
        'project',
    ]),
  );
  expect(grants.sort()).toEqual(
    [
      ['alerts', 'roles/secretmanager.secretAccessor', 'password'],
      ['alerts', 'roles/secretmanager.secretAccessor', 'username'],
      ['alerts', 'roles/storage.objectCreator', 'logs'],
      ['alerts', 'roles/storage.objectUser', 'state'],
      ['alerts', 'roles/storage.objectViewer', 'logs'],
      ['build', 'roles/artifactregistry.writer', 'project'],
      ['build', 'roles/logging.logWriter', 'project'],
      ['build', 'roles/storage.objectViewer', 'code'],
      ['build', 'roles/storage.objectViewer', 'function-sources-only'],
      ['invoker', 'roles/run.invoker', 'alerts'],
    ].sort(),
  );
});

test('the function runs alone, inside, with mounted secrets and the environment that it reads', () => {
  const { service_config: service, build_config: build } = only(stack, 'google_cloudfunctions2_function');
  expect(service).toMatchObject({
    ingress_settings: 'ALLOW_INTERNAL_ONLY',
    max_instance_count: 1,
    max_instance_request_concurrency: 1,
  });
  expect(Object.keys(service.environment_variables).sort()).toEqual(
    [...Object.values(ENVIRONMENT).filter((name) => !/SWEEP|VERSION/.test(name)), 'NODE_OPTIONS'].sort(),
  );
  expect(service.environment_variables).toMatchObject({
    QUALYS_API_URL: 'https://qualysapi.qualys.eu',
    INITIAL_LOOKBACK_SECONDS: '172800',
    SETTLING_SECONDS: '120',
    RESERVE_CALLS_PERCENT: '10',
  });
  const mounted = service.secret_volumes.map((volume: StackJson) => `${volume.mount_path}/${volume.versions[0].path}`);
  expect(mounted).toEqual([
    service.environment_variables.QUALYS_USERNAME_FILE,
    service.environment_variables.QUALYS_PASSWORD_FILE,
  ]);
  expect(build).toMatchObject({ runtime: 'nodejs22', entry_point: 'collect' });
});

test('budget < timeout ≤ attempt deadline ≤ 1800 s, with room for a last page of 120 s', () => {
  const { service_config: service } = only(stack, 'google_cloudfunctions2_function');
  const deadline = Number.parseInt(only(stack, 'google_cloud_scheduler_job').attempt_deadline, 10);
  expect(Number(service.environment_variables.TIME_BUDGET_SECONDS) + 120).toBeLessThan(service.timeout_seconds);
  expect(service.timeout_seconds).toBeLessThanOrEqual(deadline);
  expect(deadline).toBeLessThanOrEqual(1800);
});

test('the schedule calls the function as the invoker', () => {
  const job = only(stack, 'google_cloud_scheduler_job');
  expect(job).toMatchObject({ schedule: '5 * * * *', time_zone: 'Asia/Tokyo' });
  expect(job.http_target.oidc_token).toEqual({
    audience: job.http_target.uri,
    service_account_email: '${google_service_account.invoker-account.email}',
  });
});

test('the object of the bundle is named by its hash', () => {
  const object = only(stack, 'google_storage_bucket_object');
  const [, hash] = /^test-qualys-alerts\/([0-9a-f]{32})\.zip$/.exec(object.name) ?? [];
  expect(hash).toBeDefined();
  expect(object.source).toContain(`/${hash}/function.zip`);
});

test('APIs stay on when the stack goes', () => {
  const services = Object.values(all('google_project_service'));
  expect(services.map((service) => service.service)).toContain('run.googleapis.com');
  for (const service of services) expect(service.disable_on_destroy).toBe(false);
});

test('names can be set', () => {
  const ids = Object.values(all('google_service_account')).map((account) => account.account_id);
  expect(ids.sort()).toEqual(['my-own-build', 'test-qualys-alerts', 'test-qualys-invoker']);
});

describe('with assets and findings', () => {
  const text = `environment: test
protected: false
backend: { local: {} }
qualys:
  project: acme-secops
  region: europe-west3
  apiUrl: qualysapi.qualys.eu
  alerts: { schedule: "0 */6 * * *" }
  assets: { schedule: "20 */6 * * *" }
  findings: { schedule: "40 */6 * * *", knowledgeBaseVersion: "3.0" }
  secops: { location: europe, instance: 3d0c6a52-9b1e-4f7a-8c2d-5e6f7a8b9c0d, feedServiceAccount: feeds@chronicle-gcp-prod.iam.gserviceaccount.com }
`;
  const { 'test-qualys-secops': all = {} } = synthesize(parseEnvironment('test', text));
  const of = (type: string): StackJson[] => Object.values(all.resource[type] ?? {});
  const byName = (type: string, name: string) => of(type).find((one) => one.name === name) ?? {};

  test.each(['alerts', 'assets', 'findings'])(
    '%s have a function, schedule, account and prefix of their own',
    (feed) => {
      const { service_config: service } = byName('google_cloudfunctions2_function', `test-qualys-${feed}`);
      expect(service.environment_variables.FEED).toBe(feed);
      expect(service.service_account_email).toBe(`\${google_service_account.${feed}-account.email}`);
      expect(byName('google_cloud_scheduler_job', `test-qualys-${feed}`).http_target.uri).toContain(
        `.${feed}_function_`,
      );
      expect(all.output[feed === 'alerts' ? 'alerts_uri' : `${feed}_uri`].value).toMatch(new RegExp(`/${feed}/$`));
    },
  );

  test('they are read by feeds of their own log types', () => {
    const feeds = of('google_chronicle_feed').map(({ display_name: name, details: [details] }) => [
      name,
      details.log_type.split('/').at(-1),
      details.gcs_v2_settings[0].bucket_uri.split('/').at(-2),
    ]);
    expect(feeds.sort()).toEqual([
      ['test-qualys-alerts', 'QUALYS_CONTINUOUS_MONITORING', 'alerts'],
      ['test-qualys-assets', 'QUALYS_ASSET_CONTEXT', 'assets'],
      ['test-qualys-findings', 'QUALYS_VM', 'findings'],
    ]);
  });

  test('the function of findings has all variables that it reads', () => {
    const { service_config: service } = byName('google_cloudfunctions2_function', 'test-qualys-findings');
    expect(Object.keys(service.environment_variables).sort()).toEqual(
      [...Object.values(ENVIRONMENT), 'NODE_OPTIONS'].sort(),
    );
    expect(service.environment_variables).toMatchObject({
      INITIAL_LOOKBACK_SECONDS: '7776000',
      SWEEP_SECONDS: '14400',
      FULL_SWEEP_SECONDS: '604800',
      KNOWLEDGE_BASE_API_VERSION: '3.0',
    });
  });

  test('somebody is told when no sweep was complete for two days, and how far it is can be seen', () => {
    const alarm = of('google_monitoring_alert_policy').find((one) => one.display_name === 'test-qualys-findings-lag');
    const [{ condition_prometheus_query_language: condition }] = alarm?.conditions ?? [];
    expect(condition.query).toMatch(/test_qualys_findings_lag_sum.* > 172800$/);
    const metrics = of('google_logging_metric').map(({ name, value_extractor: value }) => `${name}: ${value}`);
    expect(metrics).toContain('test-qualys-findings-hosts: EXTRACT(jsonPayload.hostsDone)');
    const board = of('google_monitoring_dashboard').find((one) =>
      one.dashboard_json.includes('"test-qualys-findings"'),
    );
    expect(board?.dashboard_json).toContain('Hosts of the sweep that are done');
  });

  test('replaced versions of what is cached are removed, those of states kept', () => {
    const rules = byName('google_storage_bucket', 'acme-secops-test-qualys-state').lifecycle_rule;
    expect(rules).toContainEqual({
      action: { type: 'Delete' },
      condition: { days_since_noncurrent_time: 1, matches_prefix: ['cache/'] },
    });
  });
});
