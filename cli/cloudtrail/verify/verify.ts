import type { Aws } from '../../aws';
import type { Clock } from '../../clock';
import type { Progress } from '../../progress';
import type { Verdict } from '../../verdict';
import { CLOUDTRAIL_PIPELINE, type CloudtrailTarget } from '../target';
import { checkBucket } from './bucket';
import { type CheckGroup, deployFix, problem } from './check';
import { checksVerdict } from './check-table';
import { checkKey } from './key';
import { checkNotification } from './notification';
import { checkDeadLetters, checkQueue } from './queue';
import { checkRole } from './role';
import { checkTrail, type TrailSettings } from './trail';

export interface VerifyOptions {
  readonly target: CloudtrailTarget;
  readonly aws: Aws;
  readonly progress: Progress;
  readonly clock: Clock;
  /** What the environment file says of the trail. Default: all regions, with log file validation. */
  readonly trailSettings?: TrailSettings;
}

/**
 * Looks at what is deployed as the destination sees it, and at what stands behind it. It changes nothing; AWS logs the
 * reads, and two attempts to assume the role. What AWS refuses to tell ends in checks that say so.
 */
export async function verifyCloudtrail(options: VerifyOptions): Promise<Verdict> {
  const { target, aws, progress, clock } = options;
  const trailSettings = options.trailSettings ?? { multiRegion: true, logFileValidation: true };
  const groups = await progress.step('Look at what is deployed', () =>
    Promise.all([
      checkRole(target, aws),
      checkQueue(target, aws, clock),
      checkDeadLetters(target, aws),
      checkNotification(target, aws),
      checkBucket(target, aws),
      checkKey(target, aws),
      checkTrail(target, aws, clock, trailSettings),
    ]),
  );
  const known = { environment: target.environment, pipeline: CLOUDTRAIL_PIPELINE };
  const [role, queue, deadLetters] = groups;
  if ([role, queue, deadLetters].every(({ missing }) => missing)) return checksVerdict(known, [notDeployed(target)]);
  return checksVerdict(known, groups);
}

/** In place of a problem for each of its parts. */
export function notDeployed(target: CloudtrailTarget): CheckGroup {
  const finding = `it is not there in account ${target.account}, ${target.region}: not deployed yet`;
  return {
    title: `Stack ${target.stack}`,
    checks: [problem('exists', finding, { ...deployFix(target), what: 'Deploy it.' })],
  };
}
