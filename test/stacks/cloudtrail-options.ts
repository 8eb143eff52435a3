import type { Environment } from '../../environments/schema';
import { parseEnvironment } from '../synthesize';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0a1b-4c3d-8e4f-0a1b2c3d4e5f';
const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:log-files';

interface Option {
  /** Of the section cloudtrail, as YAML. */
  readonly settings?: string;
  /** Of the section cortex in it. */
  readonly cortex?: string;
  /** Of the environment. */
  readonly environment?: string;
  readonly region?: string;
  readonly trail?: 'create' | 'existing';
  readonly isProtected?: boolean;
}

/** Every option of the pipeline alone, and three combinations. */
const OPTIONS: Record<string, Option> = {
  defaults: {},
  names: { settings: 'names: { trail: t-1, bucket: acme-logs, key: k/1, queue: q-1, role: r-1 }' },
  organization: { settings: 'organization: { id: o-abc1234567 }' },
  'organization, delegated': {
    settings: 'organization: { id: o-abc1234567, managementAccount: "444455556666" }',
  },
  'single region': { settings: 'multiRegion: false' },
  'no log file validation': { settings: 'logFileValidation: false' },
  insights: { settings: 'insights: [api-call-rate, api-error-rate]' },
  'excluded events': { settings: 'excludeEvents: [kms, rds-data]' },
  'data events': {
    settings: `dataEvents:
    - { name: objects, resourceType: "AWS::S3::Object", access: write, notStartsWith: ["arn:aws:s3:::scratch/"] }
    - { name: functions, resourceType: "AWS::Lambda::Function", startsWith: ["arn:aws:lambda:eu-west-1"], eventNames: [Invoke] }`,
  },
  'object lock, governance': { settings: 'objectLock: { mode: governance, retention: 30d }' },
  'object lock, compliance': { settings: 'objectLock: { mode: compliance, retention: 7d }', isProtected: true },
  'access logs, created': { settings: 'accessLogs: create' },
  'access logs, given': { settings: 'accessLogs: acme-access-logs' },
  'own key': { settings: `kmsKey: "${KEY}"` },
  'queue with a KMS key': { settings: 'queue: { encryption: kms }' },
  'queue with an own key': { settings: `kmsKey: "${KEY}"\n  queue: { encryption: kms }` },
  'short retention': { settings: 'retention: 7d\n  queue: { retention: 7d }' },
  'prefix and suffix': {
    settings: 'queue: { prefix: AWSLogs/111122223333/CloudTrail/, suffix: .json.gz }',
  },
  'external id during a change': { cortex: 'externalId: [new-id, old-id]' },
  'no SecurityAudit': { cortex: 'externalId: an-id, securityAudit: false' },
  thresholds: { settings: 'alarms: { oldestMessage: 30m, silence: 90m }' },
  'existing trail, topic': { trail: 'existing', settings: `existing: { bucket: acme-logs, topic: "${TOPIC}" }` },
  'existing trail, notification': {
    trail: 'existing',
    settings: 'existing: { bucket: acme-logs, prefix: trails/main, notification: own }',
  },
  'existing trail with a key': {
    trail: 'existing',
    settings: `existing: { bucket: acme-logs, topic: "${TOPIC}" }\n  kmsKey: "${KEY}"`,
  },
  imports: {
    settings: `import:
    trail: "arn:aws:cloudtrail:eu-west-1:111122223333:trail/test-cloudtrail-cortex"
    bucket: test-cloudtrail-111122223333-eu-west-1
    key: 0a1b2c3d-0a1b-4c3d-8e4f-0a1b2c3d4e5f
    alias: alias/test-cloudtrail-cortex
    queue: https://sqs.eu-west-1.amazonaws.com/111122223333/test-cloudtrail-cortex
    deadLetters: https://sqs.eu-west-1.amazonaws.com/111122223333/test-cloudtrail-cortex-dead-letters
    role: test-cloudtrail-cortex-reader
    topic: arn:aws:sns:eu-west-1:111122223333:test-cloudtrail-cortex-alarms`,
  },
  notifications: {
    environment:
      'notifications: { emails: [secops@example.com, soc@example.com], pagerduty: true, runbooks: https://wiki.example.com/runbooks }',
  },
  'combination 1: organization, everything logged and kept': {
    isProtected: true,
    environment: 'notifications: { emails: [secops@example.com] }',
    settings: `organization: { id: o-abc1234567 }
  insights: [api-error-rate]
  excludeEvents: [kms]
  dataEvents: [{ name: objects, resourceType: "AWS::S3::Object" }]
  retention: 365d
  objectLock: { mode: compliance, retention: 90d }
  accessLogs: create
  queue: { encryption: kms }`,
  },
  'combination 2: existing trail, own key, own names, during a change': {
    trail: 'existing',
    environment: 'notifications: { pagerduty: true }',
    settings: `existing: { bucket: acme-logs, topic: "${TOPIC}" }
  kmsKey: "${KEY}"
  names: { queue: q-1, role: r-1 }
  queue: { encryption: kms, retention: 4d }
  import: { role: r-1 }`,
    cortex: 'externalId: [new-id, old-id], securityAudit: false',
  },
  'combination 3: GovCloud, one region, filtered': {
    region: 'us-gov-west-1',
    settings: `multiRegion: false
  accessLogs: acme-access-logs
  kmsKey: "arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/mrk-0a1b2c3d0a1b4c3d8e4f0a1b2c3d4e5f"
  queue: { prefix: AWSLogs/111122223333/CloudTrail/, retention: 1d }
  retention: 7d`,
    cortex: 'externalId: an-id, accountId: "999988887777"',
  },
};

export const OPTION_NAMES: readonly string[] = Object.keys(OPTIONS);

/** The environment file of an option. */
export function optionText(name: string): string {
  const { settings, cortex = 'externalId: an-id', region = 'eu-west-1', ...option } = OPTIONS[name] ?? {};
  return `environment: test
protected: ${option.isProtected ?? false}
backend: { local: {} }
${option.environment ?? ''}
cloudtrail:
  account: "111122223333"
  region: ${region}
  trail: ${option.trail ?? 'create'}
  cortex: { ${cortex} }
  ${settings ?? ''}
`;
}

export function optionEnvironment(name: string): Environment {
  return parseEnvironment('test', optionText(name));
}
