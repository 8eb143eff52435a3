/** A control of CIS AWS Foundations, or of Security Hub's AWS Foundational Security Best Practices (FSBP). */
export interface Control {
  /** Of CIS: its number in v6 and v7, and its level. */
  readonly newer?: string;
  readonly level?: 'L1' | 'L2';
  readonly requirement: string;
  /** What is to be known of how it is held. */
  readonly note?: string;
  /** What of it is held, where that is not all of it. */
  readonly inPart?: string;
  /** Why no rule holds it. */
  readonly notOurs?: string;
}

const ROOT_ONLY =
  'Only the root user can set it, with an MFA device at hand: no deploy can. `objectLock` keeps log files from being deleted.';
const NO_METRIC_FILTERS =
  "It is a metric filter on CloudWatch Logs, which Cortex's guide says to leave disabled. The events themselves reach Cortex: alarm there.";
const OWN_OBJECTS =
  'Never of the log bucket itself: each log file that Cortex reads would be an event in the next one, without end.';
const YOUR_KEY = 'With `kmsKey` the key is yours.';
const OWN_POLICIES = 'Of the policies that the stack makes.';

/**
 * The controls that concern the pipeline. CIS by its number in v3 to v5 (or, where it is newer, in v7), after the
 * compliance files of prowler-cloud/prowler; FSBP after AWS's Security Hub user guide, "Security Hub controls reference".
 */
export const CONTROLS = {
  'CIS 1.16': { newer: '2.14 (v7)', level: 'L1', requirement: 'No policy allows `*:*`', note: OWN_POLICIES },
  'CIS v7 2.21': { newer: '2.21 (v7)', level: 'L1', requirement: 'No resource policy is open to `Principal: "*"`' },
  'CIS 2.1.1': { newer: '3.1.1', level: 'L2', requirement: 'Bucket policies deny plain http' },
  'CIS 2.1.2': { newer: '3.1.2', level: 'L2', requirement: 'MFA delete', notOurs: ROOT_ONLY },
  'CIS 2.1.4': {
    newer: '3.1.4',
    level: 'L1',
    requirement: 'Buckets block public access',
    note: "The account's own setting is S3.1 of FSBP.",
  },
  'CIS 3.1': { newer: '4.1', level: 'L1', requirement: 'CloudTrail in all regions' },
  'CIS 3.2': { newer: '4.2', level: 'L2', requirement: 'Log file validation' },
  'CIS 3.4': { newer: '4.4', level: 'L1', requirement: 'Access logging on the bucket of the trail' },
  'CIS 3.5': { newer: '4.5', level: 'L2', requirement: 'CloudTrail encrypted with a customer managed key' },
  'CIS 3.6': { newer: '4.6', level: 'L2', requirement: 'Customer managed keys rotate', note: YOUR_KEY },
  'CIS 3.8': { newer: '4.8', level: 'L2', requirement: 'Object-level logging of S3 writes', note: OWN_OBJECTS },
  'CIS 3.9': { newer: '4.9', level: 'L2', requirement: 'Object-level logging of S3 reads', note: OWN_OBJECTS },
  'CIS 4.5': {
    newer: '5.5',
    level: 'L1',
    requirement: "Alarm on changes of CloudTrail's configuration",
    notOurs: NO_METRIC_FILTERS,
  },
  'CIS 4.7': {
    newer: '5.7',
    level: 'L2',
    requirement: 'Alarm on customer managed keys that are disabled or to be deleted',
    inPart:
      'Of the key of the log files, in the account of the stack; by a rule of EventBridge: scanners that look for a metric filter find none.',
  },
  'CIS 4.8': {
    newer: '5.8',
    level: 'L1',
    requirement: 'Alarm on changes of bucket policies',
    notOurs: NO_METRIC_FILTERS,
  },
  'FSBP CloudTrail.1': { requirement: 'A multi-region trail of management events, read and write' },
  'FSBP CloudTrail.2': { requirement: 'CloudTrail encrypted with a KMS key' },
  'FSBP CloudTrail.3': { requirement: 'At least one trail is enabled' },
  'FSBP CloudTrail.4': { requirement: 'Log file validation' },
  'FSBP CloudTrail.5': {
    requirement: 'CloudTrail sends to CloudWatch Logs',
    notOurs: "Cortex's guide says to leave CloudWatch Logs disabled: it reads the bucket.",
  },
  'FSBP CloudTrail.6': { requirement: 'The bucket of the trail is not public' },
  'FSBP CloudTrail.7': { requirement: 'Access logging on the bucket of the trail' },
  'FSBP IAM.1': { requirement: 'No policy allows `*:*`', note: OWN_POLICIES },
  'FSBP IAM.21': { requirement: 'No customer managed policy allows `service:*`', note: OWN_POLICIES },
  'FSBP KMS.1': { requirement: 'No customer managed policy allows to decrypt with all keys', note: OWN_POLICIES },
  'FSBP KMS.2': { requirement: 'No inline policy allows to decrypt with all keys', note: OWN_POLICIES },
  'FSBP KMS.3': {
    requirement: 'No key is pending deletion',
    note: 'As far as a deploy could bring it about. Who does it by hand is told of (CIS 4.7).',
  },
  'FSBP KMS.4': { requirement: 'Keys rotate', note: YOUR_KEY },
  'FSBP KMS.5': { requirement: 'Keys are not public', note: YOUR_KEY },
  'FSBP S3.1': {
    requirement: 'The account blocks public access',
    notOurs:
      'A setting of the account: it would concern every bucket in it. Each bucket of the pipeline has its own (S3.8).',
  },
  'FSBP S3.2': { requirement: 'Buckets block public reads' },
  'FSBP S3.3': { requirement: 'Buckets block public writes' },
  'FSBP S3.5': { requirement: 'Buckets require TLS' },
  'FSBP S3.6': { requirement: 'Bucket policies give other accounts nothing that is risky' },
  'FSBP S3.7': {
    requirement: 'Buckets replicate to another region',
    notOurs:
      'Not in the default of FSBP. Cortex reads within minutes; what is kept is for an outage, and no archive of its own.',
  },
  'FSBP S3.8': { requirement: 'Buckets block public access' },
  'FSBP S3.9': {
    requirement: 'Buckets log accesses',
    note: 'Not of the bucket of access logs: it would log its own log.',
  },
  'FSBP S3.10': { requirement: 'Versioned buckets have a lifecycle' },
  'FSBP S3.11': {
    requirement: 'Buckets notify of events',
    note: 'Not of the bucket of access logs, if there is one: nobody waits for them.',
  },
  'FSBP S3.12': { requirement: 'No ACLs' },
  'FSBP S3.13': { requirement: 'Buckets have a lifecycle' },
  'FSBP S3.14': { requirement: 'Versioning' },
  'FSBP S3.15': { requirement: 'Object lock', note: 'Not of the bucket of access logs.' },
  'FSBP S3.17': {
    requirement: 'Buckets encrypt with a KMS key',
    note: 'Not of the bucket of access logs, if there is one: S3 delivers them only to buckets with its own key.',
  },
  'FSBP S3.20': { requirement: 'MFA delete', notOurs: ROOT_ONLY },
  'FSBP SNS.1': { requirement: 'Topics are encrypted with a KMS key' },
  'FSBP SNS.4': { requirement: 'Topics are not public' },
  'FSBP SQS.1': { requirement: 'Queues are encrypted' },
  'FSBP SQS.2': { requirement: 'Queues are tagged' },
  'FSBP SQS.3': { requirement: 'Queues are not public' },
} as const satisfies Record<string, Control>;

export type ControlId = keyof typeof CONTROLS;
