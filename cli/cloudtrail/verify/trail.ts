import {
  GetTrailCommand,
  GetTrailStatusCommand,
  type GetTrailStatusResponse,
  type Trail,
} from '@aws-sdk/client-cloudtrail';
import { type Aws, askAws, findInAws } from '../../aws';
import type { Clock } from '../../clock';
import type { CloudtrailTarget } from '../target';
import { attempt, type Check, type CheckGroup, deployFix, missingGroup, ok, okUnless, problem } from './check';
import { describeKey } from './key';
import { duration } from './queue';

/** What the environment file says of the trail. Default: both, as the file's. */
export interface TrailSettings {
  readonly multiRegion: boolean;
  readonly logFileValidation: boolean;
}

/** Files come about every 5 minutes (AWS CloudTrail user guide, "How CloudTrail works"); much later is worth a word. */
const QUIET_SECONDS = 3_600;

/** The trail that the stack makes. An existing one is its owner's, and not looked at. */
export async function checkTrail(
  target: CloudtrailTarget,
  aws: Aws,
  clock: Clock,
  settings: TrailSettings,
): Promise<CheckGroup> {
  const { trail } = target;
  if (trail === undefined) return { title: 'Trail', checks: [] };
  const title = `Trail ${trail.name}`;
  let missing = false;
  const setUp = await attempt('settings', async () => {
    const answer = await findInAws(
      ['TrailNotFoundException'],
      `read the trail ${trail.name}`,
      `cloudtrail:GetTrail on ${trail.arn}`,
      () => aws.cloudtrail.send(new GetTrailCommand({ Name: trail.arn })),
    );
    missing = answer?.Trail === undefined;
    if (answer?.Trail === undefined) return [];
    const key = target.kmsKey === undefined ? undefined : (await describeKey(target.kmsKey, aws))?.Arn;
    return [judgeDestination(answer.Trail, key, target), judgeCoverage(answer.Trail, settings, target)];
  });
  if (missing) return missingGroup(title, target);
  const delivery = await attempt('delivery', async () => {
    const status = await askAws(
      `read the state of the trail ${trail.name}`,
      `cloudtrail:GetTrailStatus on ${trail.arn}`,
      () => aws.cloudtrail.send(new GetTrailStatusCommand({ Name: trail.arn })),
    );
    return judgeDelivery(status, target, clock.now());
  });
  return { title, checks: [...setUp, ...delivery] };
}

/** Where the log files go, and with which key. */
function judgeDestination(trail: Trail, keyArn: string | undefined, target: CloudtrailTarget): Check {
  const prefix = trail.S3KeyPrefix ? `${trail.S3KeyPrefix}/` : '';
  return okUnless(
    [
      ...(trail.S3BucketName === target.bucket.name ? [] : [`it writes to the bucket ${trail.S3BucketName}`]),
      ...(prefix === target.keyPrefix ? [] : [`its key prefix is ${prefix || 'empty'}`]),
      ...(trail.KmsKeyId === keyArn ? [] : [`it encrypts with ${trail.KmsKeyId ?? 'no key of KMS'}`]),
    ],
    'destination',
    `${target.bucket.name}${keyArn === undefined ? '' : ', encrypted with the key'}`,
    deployFix(target),
  );
}

function judgeCoverage(trail: Trail, settings: TrailSettings, target: CloudtrailTarget): Check {
  const regions = trail.IsMultiRegionTrail ? 'every region' : 'one region only';
  const validation = trail.LogFileValidationEnabled ? 'signed digests' : 'no digests (log file validation)';
  return okUnless(
    [
      ...(settings.multiRegion && !trail.IsMultiRegionTrail ? [`it logs ${regions}`] : []),
      ...(settings.logFileValidation && !trail.LogFileValidationEnabled ? [`it writes ${validation}`] : []),
    ],
    'coverage',
    `${regions}, ${validation}`,
    deployFix(target),
  );
}

/**
 * Whether the trail is on, and its files arrive (CloudTrail API reference, "GetTrailStatus").
 * @param now milliseconds since the epoch
 */
export function judgeDelivery(status: GetTrailStatusResponse, target: CloudtrailTarget, now: number): readonly Check[] {
  const { IsLogging, LatestDeliveryError: error, LatestDeliveryTime: last } = status;
  const logging = IsLogging
    ? ok('logging', 'on')
    : problem('logging', 'off: nothing is logged', {
        what: 'Find out who stopped it and why, then start it.',
        command: `aws cloudtrail start-logging --region ${target.region} --name ${target.trail?.arn}`,
      });
  if (error)
    return [
      logging,
      problem('delivery', `CloudTrail could not write: ${error}`, {
        what: 'Mend what the checks of bucket and key say; CloudTrail tries again for 30 days, and bills that.',
      }),
    ];
  const seconds = last === undefined ? undefined : (now - last.getTime()) / 1000;
  return [logging, ok('delivery', describeDelivery(seconds))];
}

function describeDelivery(seconds: number | undefined): string {
  if (seconds === undefined) return 'nothing yet: the first file comes within 15 min of the first event';
  const when = `last ${duration(Math.max(0, seconds))} ago`;
  return seconds <= QUIET_SECONDS ? when : `${when}, which is well only where nobody calls AWS`;
}
