import { checkEnvironment } from '../../environments/check';
import { OPTION_NAMES, optionText } from '../stacks/qualys-options';

const KEY = 'projects/acme-keys/locations/europe-west3/keyRings/logs/cryptoKeys/qualys';
const INSTANCE = '3d0c6a52-9b1e-4f7a-8c2d-5e6f7a8b9c0d';
const ACCOUNT = 'chronicle-1@chronicle-gcp-prod.iam.gserviceaccount.com';

/** The settings of a SecOps instance, with some more. */
const secops = (more = '') =>
  `secops: { location: europe, instance: ${INSTANCE}, feedServiceAccount: ${ACCOUNT}${more && `, ${more}`} }`;

/** What a minimal section with some more settings becomes. */
function checked(settings: string) {
  const text = `environment: test
protected: false
backend: { local: {} }
qualys:
  project: acme-secops
  region: europe-west3
  apiUrl: qualysapi.qualys.eu
  ${settings}
`;
  return checkEnvironment('test.yaml', text, 'test');
}

/** Its problems, as path and what was expected. */
const problemsOf = (settings: string) => checked(settings).problems.map(({ path, expected }) => [path, expected]);

test.each(OPTION_NAMES)('%s is taken', (name) => {
  expect(checkEnvironment('test.yaml', optionText(name), 'test').problems).toEqual([]);
});

test('defaults are filled in', () => {
  expect(checked('').environment?.qualys).toEqual({
    project: 'acme-secops',
    region: 'europe-west3',
    apiUrl: 'https://qualysapi.qualys.eu',
    timeZone: 'Etc/UTC',
    reserveCalls: '10%',
    retention: '90d',
    alerts: { schedule: '*/15 * * * *', initialLookback: '7d', settling: '2m' },
    buckets: {},
    serviceAccounts: {},
    names: {},
    storage: { storageClass: 'STANDARD', autoclass: false, softDelete: '7d' },
    egress: 'dynamic',
    alarms: { lag: '2h', sweep: '2d', missedRuns: 4, secopsSilence: '6h' },
  });
  expect(checked(secops()).environment?.qualys?.secops).toEqual({
    location: 'europe',
    instance: INSTANCE,
    feedServiceAccount: ACCOUNT,
    feed: 'gcs-v2',
    labels: {},
    sourceDeletion: 'never',
    maxLookback: '180d',
    parsers: {},
  });
});

test('assets and findings are collected where they are named, if only as an empty map', () => {
  const sweeping = {
    schedule: '*/30 * * * *',
    changedWithin: '90d',
    sweepEvery: '4h',
    fullSweepEvery: '7d',
    settling: '10m',
  };
  const versions = { detectionVersion: '5.0', knowledgeBaseVersion: '4.0', cveDetectionVersion: '3.0' };
  expect(checked('assets: {}').environment?.qualys).toMatchObject({ assets: sweeping });
  expect(checked('findings: {}').environment?.qualys).toMatchObject({ findings: { ...sweeping, ...versions } });
  expect(checked('findings: {}').environment?.qualys).not.toHaveProperty('assets');
});

test('sweeps that follow one another more slowly than their alarm bears are refused, versions without quotes too', () => {
  expect(problemsOf('assets: { sweepEvery: 3d }')).toEqual([
    ['qualys.assets.sweepEvery', 'less than 2d: alarms.sweep would never be still'],
  ]);
  expect(problemsOf('findings: { sweepEvery: 3d }\n  alarms: { sweep: 4d }')).toEqual([]);
  expect(problemsOf('findings: { detectionVersion: 5.0 }')).toEqual([
    ['qualys.findings.detectionVersion', 'a version in quotes, such as "5.0"'],
  ]);
});

describe('limits, both ends', () => {
  test.each([
    'retention: 7d',
    'retention: 3650d',
    'reserveCalls: 0%',
    'reserveCalls: 90%',
    'alerts: { initialLookback: 1h, settling: 0s }',
    'alerts: { initialLookback: 365d, settling: 1h }',
    'storage: { softDelete: 0d }',
    'storage: { softDelete: 7d }',
    'storage: { softDelete: 90d }',
    'storage: { location: EU }',
    `storage: { location: ${'a'.repeat(30)} }`,
    `storage: { kmsKey: ${KEY} }`,
    'storage: { minimumRetention: 1d }',
    'retention: 3650d\n  storage: { minimumRetention: 3650d }',
    'alarms: { lag: 30m, missedRuns: 1, secopsSilence: 1h }',
    'alarms: { lag: 7d, missedRuns: 24, secopsSilence: 24h }',
    `names: { function: ab, schedule: ${'s'.repeat(62)}, username: u, password: ${'p'.repeat(255)} }`,
    'assets: {}\n  names: { function: same, schedule: same, assetsFunction: a1, assetsSchedule: a1 }',
    'findings: {}\n  serviceAccounts: { findings: abcdef }\n  import: { findingsAccount: x, findingsFunction: x }',
    `serviceAccounts: { alerts: abcdef, build: ${'b'.repeat(30)} }`,
    `buckets: { logs: abc, state: ${'s'.repeat(63)} }`,
    `import: { logs: x, feed: ${'f'.repeat(1_024)} }`,
    secops('maxLookback: 1d'),
    secops(`namespace: ${'n'.repeat(255)}`),
    secops(`labels: { ${'a'.repeat(63)}: ${'v'.repeat(255)}, B: "a b" }`),
    secops('project: acme-chronicle, sourceDeletion: on-success'),
  ])('%s is taken', (settings) => {
    expect(problemsOf(settings)).toEqual([]);
  });

  test.each([
    ['retention: 6d', 'retention', /from 7d to 3650d/],
    ['retention: 3651d', 'retention', /from 7d to 3650d/],
    ['reserveCalls: 91%', 'reserveCalls', /from 0% to 90%/],
    ['reserveCalls: 10', 'reserveCalls', /a percentage/],
    ['alerts: { initialLookback: 59m }', 'alerts.initialLookback', /from 1h to 365d/],
    ['alerts: { settling: 3601s }', 'alerts.settling', /from 0s to 1h/],
    ['storage: { softDelete: 1d }', 'storage.softDelete', /0d \(off\), or a duration from 7d to 90d/],
    ['storage: { softDelete: 91d }', 'storage.softDelete', /from 7d to 90d/],
    ['storage: { softDelete: 0 }', 'storage.softDelete', /0d \(off\)/],
    ['storage: { location: E }', 'storage.location', /a location of Cloud Storage/],
    [`storage: { location: ${'a'.repeat(31)} }`, 'storage.location', /a location of Cloud Storage/],
    ['storage: { storageClass: standard }', 'storage.storageClass', /STANDARD, NEARLINE, COLDLINE or ARCHIVE/],
    ['storage: { autoclass: enabled }', 'storage.autoclass', /true or false/],
    ['storage: { kmsKey: logs }', 'storage.kmsKey', /a Cloud KMS key: projects/],
    [`storage: { kmsKey: ${KEY}/cryptoKeyVersions/1 }`, 'storage.kmsKey', /a Cloud KMS key/],
    ['storage: { minimumRetention: 23h }', 'storage.minimumRetention', /from 1d to 3650d/],
    ['storage: { softDeletion: 7d }', 'storage.softDeletion', /did you mean softDelete/],
    ['egress: fixed', 'egress', /dynamic or static/],
    ['alarms: { lag: 29m }', 'alarms.lag', /from 30m to 7d/],
    ['alarms: { lag: 8d }', 'alarms.lag', /from 30m to 7d/],
    ['alarms: { missedRuns: 0 }', 'alarms.missedRuns', /1 to 24/],
    ['alarms: { missedRuns: 25 }', 'alarms.missedRuns', /1 to 24/],
    ['alarms: { missedRuns: 1.5 }', 'alarms.missedRuns', /a whole number/],
    ['alarms: { secopsSilence: 59m }', 'alarms.secopsSilence', /from 1h to 24h/],
    ['alarms: { secopsSilence: 25h }', 'alarms.secopsSilence', /from 1h to 24h/],
    ['names: { function: a }', 'names.function', /2 to 62/],
    [`names: { schedule: ${'s'.repeat(63)} }`, 'names.schedule', /2 to 62/],
    ['names: { function: My_Function }', 'names.function', /a-z, 0-9 and -/],
    ['assets: {}\n  names: { assetsFunction: a }', 'names.assetsFunction', /2 to 62/],
    ['names: { findingsSchedule: nightly }', 'names.findingsSchedule', /nothing, or findings: \{\} beside it/],
    ['serviceAccounts: { assets: abcdef }', 'serviceAccounts.assets', /assets are not collected/],
    ['findings: {}\n  import: { assetsFeed: x }', 'import.assetsFeed', /assets are not collected/],
    [
      'assets: {}\n  names: { function: same, schedule: other, assetsFunction: same, assetsSchedule: same }',
      'names.assetsFunction',
      /another name than names\.function/,
    ],
    [
      'assets: {}\n  findings: {}\n  names: { assetsSchedule: same, findingsSchedule: same }',
      'names.findingsSchedule',
      /another name than names\.assetsSchedule/,
    ],
    ['names: { username: a.b }', 'names.username', /the name of a secret/],
    [`names: { password: ${'p'.repeat(256)} }`, 'names.password', /up to 255/],
    ['serviceAccounts: { alerts: abcde }', 'serviceAccounts.alerts', /6 to 30/],
    [`serviceAccounts: { invoker: ${'i'.repeat(31)} }`, 'serviceAccounts.invoker', /6 to 30/],
    ['buckets: { logs: my-google-logs }', 'buckets.logs', /without "google"/],
    ['import: { logs: "a b" }', 'import.logs', /an import id/],
    [`import: { feed: ${'f'.repeat(1_025)} }`, 'import.feed', /an import id/],
    ['import: { topic: x }', 'import.topic', /one of logs, state/],
    [secops('maxLookback: 181d'), 'secops.maxLookback', /from 1d to 180d/],
    [secops('maxLookback: 23h'), 'secops.maxLookback', /from 1d to 180d/],
    [secops('feed: gcs'), 'secops.feed', /gcs-v2 \(V1 .* 2027-03-15\)/],
    [secops('namespace: "a b"'), 'secops.namespace', /a namespace/],
    [secops(`namespace: ${'n'.repeat(256)}`), 'secops.namespace', /up to 255/],
    [secops(`labels: { ${'a'.repeat(64)}: v }`), `secops.labels.${'a'.repeat(64)}`, /a label/],
    [secops(`labels: { a: ${'v'.repeat(256)} }`), 'secops.labels.a', /up to 255/],
    [secops('sourceDeletion: always'), 'secops.sourceDeletion', /never or on-success/],
    [secops().replace('europe', 'eu'), 'secops.location', /a region of Google SecOps/],
    [secops().replace(INSTANCE, 'acme'), 'secops.instance', /a UUID/],
    [secops().replace(ACCOUNT, 'me@example.com'), 'secops.feedServiceAccount', /Get service account/],
  ])('%s is one problem', (settings, path, expected) => {
    expect(problemsOf(settings)).toEqual([[`qualys.${path}`, expect.stringMatching(expected)]]);
  });
});

test('an instance says where it is, which it is, and who reads', () => {
  expect(problemsOf('secops: {}').map(([path]) => path)).toEqual([
    'qualys.secops.location',
    'qualys.secops.instance',
    'qualys.secops.feedServiceAccount',
  ]);
});

describe('rules across values', () => {
  test.each([
    [
      `storage: { minimumRetention: 30d }\n  ${secops('sourceDeletion: on-success')}`,
      'secops.sourceDeletion',
      /no storage\.minimumRetention/,
    ],
    ['storage: { minimumRetention: 91d }', 'storage.minimumRetention', /at most 90d/],
    ['retention: 30d\n  storage: { minimumRetention: 31d }', 'storage.minimumRetention', /at most 30d/],
    ['retention: 48h\n  storage: { minimumRetention: 3d }', 'retention', /from 7d/],
    ['storage: { autoclass: true, storageClass: COLDLINE }', 'storage.storageClass', /STANDARD, with autoclass/],
  ])('%s is refused', (settings, path, expected) => {
    expect(problemsOf(settings)).toContainEqual([`qualys.${path}`, expect.stringMatching(expected)]);
  });

  test.each([
    `storage: { minimumRetention: 30d }\n  ${secops('sourceDeletion: never')}`,
    'storage: { minimumRetention: 90d }',
    'storage: { autoclass: true, storageClass: STANDARD }',
  ])('%s is taken', (settings) => {
    expect(problemsOf(settings)).toEqual([]);
  });
});
