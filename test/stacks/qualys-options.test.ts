import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../environments/root';
import { longestGapSeconds } from '../../stacks/schedule-gap';
import { only, type StackJson, synthesize } from '../synthesize';
import { BASE, OPTION_NAMES, optionEnvironment } from './qualys-options';

const made = new Map<string, StackJson>();

function stack(name: string): StackJson {
  const known = made.get(name) ?? synthesize(optionEnvironment(name))['test-qualys-secops'] ?? {};
  made.set(name, known);
  return known;
}

const all = (name: string, type: string) => Object.values<StackJson>(stack(name).resource[type] ?? {});
const bucket = (name: string, kind: string): StackJson =>
  all(name, 'google_storage_bucket').find((one) => one.name.endsWith(`-${kind}`)) ?? {};
const alarm = (name: string, kind: string): StackJson =>
  all(name, 'google_monitoring_alert_policy').find((one) => one.display_name.endsWith(`-${kind}`)) ?? {};
const query = (name: string, kind: string): string =>
  alarm(name, kind).conditions[0].condition_prometheus_query_language.query;
const feed = (name: string): StackJson => only(stack(name), 'google_chronicle_feed');
const apis = (name: string) => all(name, 'google_project_service').map(({ service }) => service.split('.')[0]);

/** Every block of a stack by its address, such as `resource.google_storage_bucket.logs_bucket_5A22438C`. */
function blocks(name: string): Map<string, unknown> {
  const { provider, data, resource, variable, output, import: imports } = withoutContents(stack(name));
  const of = (part: string, all: StackJson = {}) =>
    Object.entries<StackJson>(all).map(([id, block]): [string, unknown] => [`${part}.${id}`, block]);
  return new Map([
    ...Object.entries<StackJson>(resource).flatMap(([type, all]) => of(`resource.${type}`, all)),
    ...Object.entries<StackJson>(data ?? {}).flatMap(([type, all]) => of(`data.${type}`, all)),
    ...[...of('variable', variable), ...of('output', output), ...of('provider', provider), ...of('import', imports)],
  ]);
}

/** The hash of the bundle changes with every line of the function, and the code of a parser with its file. */
function withoutContents(one: StackJson): StackJson {
  const text = JSON.stringify(one).replaceAll(/[0-9a-f]{32}(?=\.zip|\/function\.zip)/g, '<hash>');
  return JSON.parse(text.replaceAll(/"(cbn|cbn_snippet)":"[^"]*"/g, '"$1":"<code>"'));
}

test(`${BASE} is what it was`, () => {
  expect(Object.fromEntries(blocks(BASE))).toMatchSnapshot();
});

test.each(OPTION_NAMES.filter((name) => name !== BASE))('%s differs from it as it did', (name) => {
  const [base, own] = [blocks(BASE), blocks(name)];
  const gone = [...base.keys()].filter((address) => !own.has(address));
  const changed = [...own].filter(([address, block]) => JSON.stringify(block) !== JSON.stringify(base.get(address)));
  expect({ gone, ...Object.fromEntries(changed) }).toMatchSnapshot();
});

test.each(OPTION_NAMES.filter((name) => name.startsWith('combination')))(
  '%s: equal input gives equal output',
  (name) => {
    expect(JSON.stringify(synthesize(optionEnvironment(name))['test-qualys-secops'])).toBe(JSON.stringify(stack(name)));
  },
);

describe('buckets', () => {
  const kinds = ['logs', 'state', 'code'];

  test('all are where the settings say, or in the region', () => {
    expect(kinds.map((kind) => bucket('location', kind).location)).toEqual(['EU', 'EU', 'EU']);
    expect(kinds.map((kind) => bucket('defaults', kind).location)).toEqual(Array(3).fill('europe-west3'));
  });

  test('storage class, autoclass, soft delete and retention are those of the logs alone', () => {
    const of = (name: string, what: string) => kinds.map((kind) => bucket(name, kind)[what]);
    expect(of('storage class', 'storage_class')).toEqual(['NEARLINE', 'STANDARD', 'STANDARD']);
    expect(of('autoclass', 'autoclass')).toEqual([{ enabled: true }, undefined, undefined]);
    expect(of('no soft delete', 'soft_delete_policy')).toEqual([
      { retention_duration_seconds: 0 },
      undefined,
      undefined,
    ]);
    expect(bucket('defaults', 'logs').soft_delete_policy).toEqual({ retention_duration_seconds: 604_800 });
    expect(of('minimum retention', 'retention_policy')).toEqual([
      [{ retention_period: '2592000' }],
      undefined,
      undefined,
    ]);
  });

  test('with an own key each is encrypted, after Cloud Storage may use it', () => {
    const key = 'projects/acme-keys/locations/europe-west3/keyRings/logs/cryptoKeys/qualys';
    expect(kinds.map((kind) => bucket('own key', kind).encryption)).toEqual(
      Array(3).fill({ default_kms_key_name: key }),
    );
    expect(only(stack('own key'), 'google_kms_crypto_key_iam_member')).toMatchObject({
      crypto_key_id: key,
      role: 'roles/cloudkms.cryptoKeyEncrypterDecrypter',
      member: '${data.google_storage_project_service_account.storage-account.member}',
    });
    for (const kind of kinds)
      expect(bucket('own key', kind).depends_on).toContain('google_kms_crypto_key_iam_member.storage-encrypts');
    expect(bucket('defaults', 'logs').encryption).toBeUndefined();
  });
});

describe('APIs', () => {
  const usual = [
    ...['artifactregistry', 'cloudbuild', 'cloudfunctions', 'cloudscheduler', 'iam'],
    ...['logging', 'monitoring', 'run', 'secretmanager', 'storage'],
  ];

  test.each([
    ['defaults', []],
    ['static egress', ['compute']],
    ['own key', ['cloudkms']],
    ['secops', ['chronicle']],
    ['secops, another project', []],
    ['combination 1: everything kept, own key, one address', ['compute', 'cloudkms', 'chronicle']],
  ])('%s turns on what it uses, and %j more', (name, more) => {
    expect(apis(name).sort()).toEqual([...usual, ...more].sort());
  });
});

describe('static egress', () => {
  test('all traffic of the function goes through a network of its own, with one address', () => {
    const name = 'static egress';
    const { service_config: service, depends_on: after } = only(stack(name), 'google_cloudfunctions2_function');
    expect(service.direct_vpc_network_interface).toEqual([
      {
        network: expect.stringMatching(/^\$\{google_compute_network\.egress_network_\w+\.name\}$/),
        subnetwork: expect.stringMatching(/^\$\{google_compute_subnetwork\.egress_subnetwork_\w+\.name\}$/),
      },
    ]);
    expect(service.direct_vpc_egress).toBe('VPC_EGRESS_ALL_TRAFFIC');
    expect(after).toContainEqual(expect.stringMatching(/^google_compute_router_nat\./));
    const nat = only(stack(name), 'google_compute_router_nat');
    expect(nat).toMatchObject({
      nat_ip_allocate_option: 'MANUAL_ONLY',
      nat_ips: [expect.stringMatching(/^\$\{google_compute_address\.egress_address_\w+\.self_link\}$/)],
      source_subnetwork_ip_ranges_to_nat: 'LIST_OF_SUBNETWORKS',
    });
    expect(only(stack(name), 'google_compute_subnetwork')).toMatchObject({
      ip_cidr_range: '10.64.0.0/26',
      private_ip_google_access: true,
    });
    expect(stack(name).output.egress_address.value).toMatch(/^\$\{google_compute_address\..*\.address\}$/);
  });

  test('otherwise there is no network', () => {
    expect(Object.keys(stack('defaults').resource).filter((type) => type.startsWith('google_compute_'))).toEqual([]);
    expect(stack('defaults').output.egress_address).toBeUndefined();
  });
});

describe('the SecOps feed', () => {
  const INSTANCE = 'locations/europe/instances/3d0c6a52-9b1e-4f7a-8c2d-5e6f7a8b9c0d';

  test('reads the alerts, and deletes nothing', () => {
    expect(feed('secops')).toMatchObject({
      project: 'acme-secops',
      location: 'europe',
      instance: '3d0c6a52-9b1e-4f7a-8c2d-5e6f7a8b9c0d',
      details: [
        {
          feed_source_type: 'GOOGLE_CLOUD_STORAGE_V2',
          log_type: `projects/acme-secops/${INSTANCE}/logTypes/QUALYS_CONTINUOUS_MONITORING`,
          gcs_v2_settings: [
            {
              bucket_uri: stack('secops').output.alerts_uri.value,
              source_deletion_option: 'NEVER',
              max_lookback_days: 180,
            },
          ],
        },
      ],
    });
    expect(stack('secops').output.alerts_uri.value).toMatch(/^gs:\/\/\$\{google_storage_bucket\.logs_.*\}\/alerts\/$/);
    expect(feed('secops')).not.toHaveProperty('enabled');
    expect(stack('defaults').resource.google_chronicle_feed).toBeUndefined();
    expect(stack('defaults').output.feed).toBeUndefined();
  });

  test('is made after its account has its roles, and these have settled', () => {
    const { depends_on: after } = feed('secops');
    const [wait] = after.filter((address: string) => address.startsWith('terraform_data.'));
    const { depends_on: grants, provisioner } = stack('secops').resource.terraform_data[wait.split('.')[1]];
    expect(provisioner[0]['local-exec'].command).toContain('60000');
    const granted = grants.map((address: string) => {
      const [type = '', id = ''] = address.split('.');
      const { role, member, bucket: on } = stack('secops').resource[type][id];
      return [role, member, on];
    });
    const member = 'serviceAccount:feeds@chronicle-gcp-prod.iam.gserviceaccount.com';
    const logs = expect.stringMatching(/^\$\{google_storage_bucket\.logs_/);
    expect(granted).toEqual([
      ['roles/storage.objectViewer', member, logs],
      ['roles/storage.legacyBucketReader', member, logs],
    ]);
  });

  test('that deletes what it has read has the role for it', () => {
    const roles = all('secops, deleting', 'google_storage_bucket_iam_member')
      .filter(({ member }) => member.startsWith('serviceAccount:'))
      .map(({ role }) => role);
    expect(roles.sort()).toEqual(['roles/storage.legacyBucketWriter', 'roles/storage.objectViewer']);
    expect(feed('secops, deleting').details[0].gcs_v2_settings[0].source_deletion_option).toBe('ON_SUCCESS');
  });

  test('says namespace, labels and how far it looks back', () => {
    expect(feed('secops, described').details[0]).toMatchObject({
      asset_namespace: 'corp.emea',
      labels: { stage: 'prod', Team_1: 'Sec Ops' },
      gcs_v2_settings: [{ max_lookback_days: 30 }],
    });
    expect(feed('secops').details[0].labels).toBeUndefined();
  });

  test('belongs to the project that the instance is linked to', () => {
    const { project, details } = feed('secops, another project');
    expect(project).toBe('acme-chronicle');
    expect(details[0].log_type).toBe(`projects/acme-chronicle/${INSTANCE}/logTypes/QUALYS_CONTINUOUS_MONITORING`);
  });
});

test('each name can be set', () => {
  const name = 'names';
  expect(all(name, 'google_storage_bucket').map((one) => one.name)).toEqual(['acme-code', 'acme-logs', 'acme-state']);
  expect(all(name, 'google_service_account').map(({ account_id }) => account_id)).toEqual([
    'acme-alerts',
    'acme-build',
    'acme-invoker',
  ]);
  expect(only(stack(name), 'google_cloudfunctions2_function').name).toBe('acme-function');
  expect(only(stack(name), 'google_cloud_scheduler_job').name).toBe('acme-schedule');
  expect(all(name, 'google_secret_manager_secret').map(({ secret_id }) => secret_id)).toEqual([
    'acme_password',
    'acme_username',
  ]);
  expect(all(name, 'google_logging_metric').map((one) => one.filter)).toEqual(
    Array(4).fill(expect.stringContaining('resource.labels.service_name="acme-function"')),
  );
});

test('what is there is imported, each under its own id', () => {
  const imports: StackJson[] = stack('imports').import;
  expect(imports.map(({ to, id }) => [to.split('.')[0], id.split('/').at(-1)]).sort()).toEqual(
    [
      ['google_storage_bucket', 'old-logs'],
      ['google_storage_bucket', 'old-state'],
      ['google_storage_bucket', 'old-code'],
      ['google_service_account', 'old-alerts@acme-secops.iam.gserviceaccount.com'],
      ['google_service_account', 'old-build@acme-secops.iam.gserviceaccount.com'],
      ['google_service_account', 'old-invoker@acme-secops.iam.gserviceaccount.com'],
      ['google_secret_manager_secret', 'old-username'],
      ['google_secret_manager_secret', 'old-password'],
      ['google_cloudfunctions2_function', 'old-alerts'],
      ['google_cloud_scheduler_job', 'old-alerts'],
      ['google_chronicle_feed', '0a1b'],
    ].sort(),
  );
  // Each where it belongs: the id in the address is that of what it becomes.
  for (const { to, id } of imports) {
    const [, kind] = /old-(\w+)/.exec(id) ?? [];
    if (kind && !/function|job/.test(to)) expect(to).toContain(`.${kind}`);
  }
  expect(stack('defaults').import).toBeUndefined();
});

test('assets and findings have names and imports of their own', () => {
  const name = 'assets and findings, taken in';
  expect(all(name, 'google_cloudfunctions2_function').map((one) => one.name)).toEqual([
    'test-qualys-alerts',
    'old-assets',
    'old-findings',
  ]);
  expect(all(name, 'google_cloud_scheduler_job').map((one) => one.name)).toEqual([
    'test-qualys-alerts',
    'old-hosts',
    'old-vulns',
  ]);
  const imports: StackJson[] = stack(name).import;
  expect(imports).toHaveLength(8);
  for (const feed of ['assets', 'findings']) {
    const ours = imports.filter(({ id }) => id.includes(feed));
    expect(ours.map(({ to }) => to.split('.')[0]).sort()).toEqual([
      'google_chronicle_feed',
      'google_cloud_scheduler_job',
      'google_cloudfunctions2_function',
      'google_service_account',
    ]);
    for (const { to } of ours) expect(to.split('.')[1]).toContain(feed);
  }
  const watched = all(name, 'google_logging_metric').map(({ filter }) => /service_name="([\w-]+)"/.exec(filter)?.[1]);
  expect(new Set(watched)).toEqual(new Set(['test-qualys-alerts', 'old-assets', 'old-findings']));
});

describe('who is told', () => {
  const name = 'notifications';

  test('e-mail addresses and PagerDuty, of every alarm', () => {
    const channels = all(name, 'google_monitoring_notification_channel');
    expect(channels.map(({ type, labels }) => [type, labels?.email_address])).toEqual([
      ['email', 'secops@example.com'],
      ['email', 'soc@example.com'],
      ['pagerduty', undefined],
    ]);
    for (const { notification_channels: told } of all(name, 'google_monitoring_alert_policy'))
      expect(told).toEqual(Array(3).fill(expect.stringMatching(/^\$\{google_monitoring_notification_channel\./)));
  });

  test('the key of PagerDuty is an ephemeral variable, write-only, written anew with its version', () => {
    expect(stack(name).variable.pagerduty_key).toMatchObject({
      ephemeral: true,
      sensitive: true,
      default: 'replace-me',
    });
    const [{ sensitive_labels: labels } = {}] = all(name, 'google_monitoring_notification_channel').filter(
      ({ type }) => type === 'pagerduty',
    );
    expect(labels).toEqual([{ service_key_wo: '${var.pagerduty_key}', service_key_wo_version: '3' }]);
    expect(JSON.stringify(stack(name)).match(/var\.pagerduty_key/g)).toHaveLength(1);
    expect(stack('defaults').variable).not.toHaveProperty('pagerduty_key');
  });

  test.each(['failure', 'credentials', 'silence', 'lag', 'unread'])('%s links its runbook', (kind) => {
    expect(alarm('secops', kind).documentation.content).toMatch(
      new RegExp(`\\nRunbook: docs/runbooks/qualys-${kind}\\.md$`),
    );
    expect(existsSync(join(projectRoot, 'docs', 'runbooks', `qualys-${kind}.md`))).toBe(true);
  });

  test('where people read them is said once', () => {
    expect(alarm(name, 'lag').documentation.content).toContain('https://wiki.example.com/runbooks/qualys-lag.md');
  });

  test('what SecOps does not read is seen only in the project that it reports into', () => {
    expect(alarm('secops', 'unread')).toMatchObject({ severity: 'ERROR' });
    expect(alarm('secops, another project', 'unread')).toEqual({});
    expect(alarm('defaults', 'unread')).toEqual({});
  });
});

describe('thresholds', () => {
  test('lag and silence of SecOps', () => {
    expect(query('defaults', 'lag')).toMatch(/ > 7200$/);
    expect(query('thresholds', 'lag')).toMatch(/ > 1800$/);
    expect(query('thresholds', 'unread').match(/\[\d+s\]/g)).toEqual(['[3600s]', '[3600s]']);
    expect(query('secops', 'unread').match(/\[\d+s\]/g)).toEqual(['[21600s]', '[21600s]']);
  });

  // Missed runs times the longest gap, and 20 minutes for the run itself.
  test.each([
    ['defaults', 4 * 900],
    ['thresholds', 2 * 6 * 3_600],
    ['daily', 4 * 86_400],
    ['weekdays only', 4 * 3 * 86_400],
    ['every minute', 4 * 60],
  ])('%s: nothing for %d s is silence', (name, seconds) => {
    expect(query(name, 'silence')).toBe(
      `absent_over_time(logging_googleapis_com:user_test_qualys_alerts_runs{monitored_resource="cloud_run_revision"}[${seconds + 1_200}s])`,
    );
  });
});

describe('the longest gap of a schedule', () => {
  const HOUR = 3_600;

  test.each([
    ['* * * * *', 'Etc/UTC', 1 / 60],
    ['*/15 * * * *', 'Asia/Tokyo', 1 / 4],
    ['7 */5 * * *', 'Etc/UTC', 5],
    ['30 6 * * *', 'Etc/UTC', 24],
    ['0 6 * * 1-5', 'Etc/UTC', 72],
    ['0 9-17 * * 1-5', 'Asia/Tokyo', 64],
    ['0 6 * * 1', 'Etc/UTC', 7 * 24],
  ])('%s in %s: %d hours', (schedule, timeZone, hours) => {
    expect(longestGapSeconds(schedule, timeZone)).toBe(hours * HOUR);
  });

  // The hour that comes twice in autumn makes one gap longer, where there is no run within it.
  test.each([
    ['30 6 * * *', 'Europe/Berlin', 25],
    ['30 6 * * *', 'Australia/Sydney', 25],
    ['0 6 * * 1-5', 'America/New_York', 73],
    ['0 */12 * * *', 'Europe/Berlin', 13],
    ['*/15 * * * *', 'Europe/Berlin', 1 / 4],
    ['0 6 * * *', 'Etc/GMT+5', 24],
  ])('%s in %s, over the change of the clock: %d hours', (schedule, timeZone, hours) => {
    expect(longestGapSeconds(schedule, timeZone)).toBe(hours * HOUR);
  });

  test.each([
    ['0 0 1 * *', 31 * 24],
    ['0 0 1 */3 *', 92 * 24],
    ['* * 1-25 * *', 6 * 24],
  ])('%s: %d hours, beyond a month or after many runs', (schedule, hours) => {
    expect(longestGapSeconds(schedule, 'Etc/UTC')).toBeGreaterThanOrEqual(hours * HOUR);
  });
});
