import { GetTrailStatusCommand } from '@aws-sdk/client-cloudtrail';
import { type Aws, findInAws } from '../../aws';
import type { CloudtrailTarget } from '../../cloudtrail/target';
import { judgeDelivery } from '../../cloudtrail/verify/trail';
import { type Fact, ok } from '../model';
import { factOf, missing } from './fact';

/** Whether the trail is on, and when CloudTrail last wrote a log file. */
export async function lookAtTrail(target: CloudtrailTarget, aws: Aws, now: number): Promise<readonly Fact[]> {
  const { trail } = target;
  if (trail === undefined) return [ok('trail', "somebody else's, and not looked at: cloudtrail.trail is existing")];
  const status = await findInAws(
    ['TrailNotFoundException'],
    `read the state of the trail ${trail.name}`,
    `cloudtrail:GetTrailStatus on ${trail.arn}`,
    () => aws.cloudtrail.send(new GetTrailStatusCommand({ Name: trail.arn })),
  );
  if (status === undefined) return [missing('trail', `the trail ${trail.name}`, target)];
  return judgeDelivery(status, target, now).map((check) => factOf(`trail ${check.name}`, check));
}
