import { CLOUDTRAIL_DEFAULTS, CORTEX_COMMERCIAL_ACCOUNT } from './cloudtrail-defaults';
import { type Duration, seconds } from './duration';
import { at, textAt } from './values';

interface Issue {
  readonly path: string[];
  readonly message: string;
}

/** What is wrong between the values of a section, which may be of any shape. */
export function checkAcross(section: unknown): Issue[] {
  return CHECKS.flatMap((check) => check(section));
}

/** Settings of a new trail and its bucket, which the owner of an existing one has made. */
const OF_A_NEW_TRAIL = [
  'retention',
  'organization',
  'multiRegion',
  'logFileValidation',
  'excludeEvents',
  'insights',
  'dataEvents',
  'objectLock',
  'accessLogs',
] as const;

const CHECKS: readonly ((section: unknown) => Issue[])[] = [
  function cortexInItsPartition(section) {
    const region = textAt(section, 'region');
    if (region === undefined || !/^(us-gov|cn)-/.test(region)) return [];
    if ((textAt(section, 'cortex', 'accountId') ?? CORTEX_COMMERCIAL_ACCOUNT) !== CORTEX_COMMERCIAL_ACCOUNT) return [];
    return [
      {
        path: ['cortex', 'accountId'],
        message: `the account of Cortex in the partition of ${region}: a role there cannot trust one in the commercial partition`,
      },
    ];
  },
  function existingOrNot(section) {
    const trail = textAt(section, 'trail');
    const isSaid = at(section, 'existing') !== undefined;
    if (trail === 'existing' && !isSaid)
      return [
        {
          path: ['existing'],
          message:
            'bucket and either topic or notification: own; ./tributary adopt <env> cloudtrail-cortex fills them in',
        },
      ];
    if (trail === 'create' && isSaid) return [{ path: ['existing'], message: 'nothing, or trail: existing' }];
    return [];
  },
  function settingsOfNewTrail(section) {
    if (textAt(section, 'trail') !== 'existing') return [];
    const foreign = (path: string[]): Issue => ({
      path,
      message: 'nothing: with trail: existing this is set where the trail and its bucket are made',
    });
    return [
      ...OF_A_NEW_TRAIL.filter((key) => at(section, key) !== undefined).map((key) => foreign([key])),
      ...['bucket', 'key']
        .filter((key) => at(section, 'names', key) !== undefined)
        .map((key) => foreign(['names', key])),
      ...['trail', 'bucket', 'key', 'alias']
        .filter((key) => at(section, 'import', key) !== undefined)
        .map((key) => foreign(['import', key])),
      ...(textAt(section, 'queue', 'encryption') === 'kms' && at(section, 'kmsKey') === undefined
        ? [{ path: ['queue', 'encryption'], message: 'sqs, or kms together with kmsKey' }]
        : []),
    ];
  },
  function logsOutliveMessages(section) {
    const logs = textAt(section, 'retention') ?? CLOUDTRAIL_DEFAULTS.retention;
    const messages = textAt(section, 'queue', 'retention') ?? CLOUDTRAIL_DEFAULTS.queueRetention;
    if (![logs, messages].every(isDuration) || seconds(logs as Duration) >= seconds(messages as Duration)) return [];
    return [
      {
        path: ['retention'],
        message: `at least ${messages}: as long as the queue announces log files, they must be there`,
      },
    ];
  },
  function lockEndsBeforeRetention(section) {
    const logs = textAt(section, 'retention') ?? CLOUDTRAIL_DEFAULTS.retention;
    const lock = textAt(section, 'objectLock', 'retention');
    if (lock === undefined || ![logs, lock].every(isDuration)) return [];
    if (seconds(lock as Duration) <= seconds(logs as Duration)) return [];
    return [{ path: ['objectLock', 'retention'], message: `at most ${logs}: the log files' own retention` }];
  },
  function keyInItsRegion(section) {
    return inRegion(section, ['kmsKey'], 'the key must be in the region of the bucket');
  },
  function topicInItsRegion(section) {
    return inRegion(section, ['existing', 'topic'], 'Cortex supports bucket, topic and queue in one region only');
  },
  function accessBucketFits(section) {
    const bucket = textAt(section, 'names', 'bucket');
    if (textAt(section, 'accessLogs') !== 'create' || bucket === undefined || bucket.length <= 56) return [];
    return [{ path: ['names', 'bucket'], message: 'at most 56 characters, for <bucket>-access to be a bucket name' }];
  },
  function ownKeyHasNoAlias(section) {
    if (at(section, 'kmsKey') === undefined) return [];
    const nothing = 'nothing: the key is yours (kmsKey)';
    return [
      ...(at(section, 'names', 'key') === undefined ? [] : [{ path: ['names', 'key'], message: nothing }]),
      ...['key', 'alias']
        .filter((key) => at(section, 'import', key) !== undefined)
        .map((key) => ({ path: ['import', key], message: nothing })),
    ];
  },
];

function isDuration(value: string): boolean {
  return /^\d{1,6}[smhd]$/.test(value);
}

/** An ARN must be of the section's region. */
function inRegion(section: unknown, path: string[], why: string): Issue[] {
  const arn = textAt(section, ...path);
  const region = textAt(section, 'region');
  if (arn === undefined || region === undefined) return [];
  const [, , , arnRegion = region] = arn.split(':');
  if (arnRegion === region) return [];
  return [{ path, message: `an ARN in ${region}: ${why}` }];
}
