import { checkEnvironment } from '../../environments/check';
import { OPTION_NAMES, optionText } from '../stacks/cloudtrail-options';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0a1b-4c3d-8e4f-0a1b2c3d4e5f';
const EXISTING = 'trail: existing\n  existing: { bucket: acme-logs, notification: own }';

/** The problems of a minimal section with some more settings, as path and what was expected. */
function problemsOf(settings: string, trail = 'trail: create', isProtected = false) {
  const text = `environment: test
protected: ${isProtected}
backend: { local: {} }
cloudtrail:
  account: "111122223333"
  region: eu-west-1
  ${trail}
${/^ {2}cortex:/m.test(settings) ? '' : '  cortex: { externalId: an-id }\n'}${settings}
`;
  return checkEnvironment('test.yaml', text, 'test').problems.map(({ path, expected }) => [path, expected]);
}

test.each(OPTION_NAMES)('%s is taken', (name) => {
  expect(checkEnvironment('test.yaml', optionText(name), 'test').problems).toEqual([]);
});

describe('limits, both ends', () => {
  test.each([
    '  retention: 14d',
    '  retention: 3650d',
    '  retention: 7d\n  queue: { retention: 7d }',
    '  queue: { retention: 1d }',
    '  alarms: { oldestMessage: 5m, silence: 1h }',
    '  alarms: { oldestMessage: 7d, silence: 24h }',
    `  names: { trail: abc, bucket: abc, key: k, queue: ${'q'.repeat(67)}, role: ${'r'.repeat(64)} }`,
    `  names: { trail: ${'t'.repeat(128)}, bucket: ${'b'.repeat(63)}, key: ${'k'.repeat(250)} }`,
    `  names: { bucket: ${'b'.repeat(56)} }\n  accessLogs: create`,
    '  retention: 30d\n  objectLock: { mode: governance, retention: 1d }',
    '  organization: { id: o-abcdefghij }',
    `  kmsKey: "${KEY}"`,
    '  cortex: { externalId: [new-id, old-id] }',
  ])('%s is taken', (settings) => {
    expect(problemsOf(settings)).toEqual([]);
  });

  test.each([
    ['  retention: 13d', 'cloudtrail.retention', /at least 14d/],
    ['  retention: 6d\n  queue: { retention: 1d }', 'cloudtrail.retention', /from 7d to 3650d/],
    ['  retention: 3651d', 'cloudtrail.retention', /from 7d to 3650d/],
    ['  queue: { retention: 15d }', 'cloudtrail.queue.retention', /from 1d to 14d/],
    ['  queue: { retention: 23h }', 'cloudtrail.queue.retention', /from 1d to 14d/],
    ['  queue: { encryption: aes }', 'cloudtrail.queue.encryption', /sqs .* or kms/],
    ['  queue: { prefix: "a b" }', 'cloudtrail.queue.prefix', /part of an object key/],
    ['  alarms: { oldestMessage: 299s }', 'cloudtrail.alarms.oldestMessage', /from 5m to 7d/],
    ['  alarms: { silence: 25h }', 'cloudtrail.alarms.silence', /from 1h to 24h/],
    ['  alarms: { silence: 59m }', 'cloudtrail.alarms.silence', /from 1h to 24h/],
    ['  names: { trail: ab }', 'cloudtrail.names.trail', /3 to 128/],
    ['  names: { trail: 192.168.1.1 }', 'cloudtrail.names.trail', /3 to 128/],
    ['  names: { trail: a..b }', 'cloudtrail.names.trail', /no two of/],
    [`  names: { queue: ${'q'.repeat(68)} }`, 'cloudtrail.names.queue', /up to 67/],
    [`  names: { role: ${'r'.repeat(65)} }`, 'cloudtrail.names.role', /up to 64/],
    ['  names: { key: aws/s3 }', 'cloudtrail.names.key', /an alias/],
    [`  names: { bucket: ${'b'.repeat(57)} }\n  accessLogs: create`, 'cloudtrail.names.bucket', /at most 56/],
    ['  objectLock: { mode: strict, retention: 1d }', 'cloudtrail.objectLock.mode', /governance or compliance/],
    ['  objectLock: { mode: governance, retention: 31d }', 'cloudtrail.objectLock.retention', /at most 30d/],
    ['  objectLock: { mode: compliance, retention: 7d }', 'cloudtrail.objectLock.mode', /protected: true/],
    ['  organization: { id: o-short }', 'cloudtrail.organization.id', /10 to 32/],
    ['  organization: o-abcdefghij', 'cloudtrail.organization', /a map with id/],
    ['  excludeEvents: [s3]', 'cloudtrail.excludeEvents[0]', /kms or rds-data/],
    ['  insights: [api-call-rate, api-call-rate]', 'cloudtrail.insights[1]', /only once/],
    ['  dataEvents: [{ name: x, resourceType: S3 }]', 'cloudtrail.dataEvents[0].resourceType', /AWS::S3::Object/],
    ['  accessLogs: Create', 'cloudtrail.accessLogs', /an S3 bucket name/],
    ['  kmsKey: alias/x', 'cloudtrail.kmsKey', /not of an alias/],
    [`  kmsKey: "${KEY.replace('eu-west-1', 'eu-west-2')}"`, 'cloudtrail.kmsKey', /in eu-west-1/],
    [`  kmsKey: "${KEY}"\n  names: { key: mine }`, 'cloudtrail.names.key', /the key is yours/],
    [`  kmsKey: "${KEY}"\n  import: { key: abc }`, 'cloudtrail.import.key', /the key is yours/],
    ['  cortex: { externalId: [] }', 'cloudtrail.cortex.externalId', /at least one/],
    ['  cortex: { externalId: [same, same] }', 'cloudtrail.cortex.externalId[1]', /only once/],
    ['  existing: { bucket: acme-logs, notification: own }', 'cloudtrail.existing', /trail: existing/],
  ])('%s is one problem', (settings, path, expected) => {
    expect(problemsOf(settings)).toEqual([[path, expect.stringMatching(expected)]]);
  });
});

describe('an existing trail', () => {
  test('says where its log files are', () => {
    expect(problemsOf('', 'trail: existing')).toEqual([
      ['cloudtrail.existing', expect.stringMatching(/tributary adopt/)],
    ]);
  });

  test.each([
    ['{ bucket: acme-logs }', 'cloudtrail.existing'],
    ['{ bucket: acme-logs, notification: own, topic: "arn:aws:sns:eu-west-1:111122223333:t" }', 'cloudtrail.existing'],
    ['{ bucket: acme-logs, topic: "arn:aws:sns:eu-west-2:111122223333:t" }', 'cloudtrail.existing.topic'],
    ['{ bucket: acme-logs, topic: "arn:aws:sns:eu-west-1:111122223333:t.fifo" }', 'cloudtrail.existing.topic'],
    ['{ bucket: acme-logs, notification: theirs }', 'cloudtrail.existing.notification'],
    ['{ bucket: acme-logs, notification: own, prefix: /a }', 'cloudtrail.existing.prefix'],
  ])('%s is one problem', (existing, path) => {
    expect(problemsOf('', `trail: existing\n  existing: ${existing}`).map(([where]) => where)).toEqual([path]);
  });

  test.each([
    'retention: 30d',
    'organization: { id: o-abcdefghij }',
    'multiRegion: true',
    'logFileValidation: true',
    'excludeEvents: [kms]',
    'insights: [api-call-rate]',
    'dataEvents: []',
    'objectLock: { mode: governance, retention: 1d }',
    'accessLogs: create',
    'names: { bucket: other-logs }',
    'names: { key: k }',
    'import: { trail: x }',
    'import: { bucket: x }',
    'queue: { encryption: kms }',
  ])('%s belongs to a new one', (settings) => {
    expect(problemsOf(`  ${settings}`, EXISTING)).toHaveLength(1);
  });
});

describe('notifications', () => {
  const check = (text: string) =>
    checkEnvironment('test.yaml', optionText('defaults').replace('\ncloudtrail:', `\n${text}\ncloudtrail:`), 'test')
      .problems;

  test.each([
    'notifications: { emails: [a@b.example] }',
    'notifications: { pagerduty: true }',
    'notifications: { emails: [a@b.example], runbooks: https://wiki.example.com/runbooks }',
  ])('%s is taken', (text) => {
    expect(check(text)).toEqual([]);
  });

  test.each([
    'notifications: {}',
    'notifications: { pagerduty: false }',
    'notifications: { emails: [] }',
    'notifications: { emails: [not-an-address] }',
    'notifications: { emails: [a@b.example, a@b.example] }',
    'notifications: { pagerduty: yes-please, emails: [a@b.example] }',
    'notifications: { pagerduty: true, runbooks: http://wiki.example.com }',
    'notifications: { pagerduty: true, runbooks: https://wiki.example.com/ }',
  ])('%s is one problem', (text) => {
    expect(check(text)).toHaveLength(1);
  });
});
