import { GetRoleCommand, type RoleLastUsed } from '@aws-sdk/client-iam';
import { type Aws, findInAws } from '../../aws';
import type { CloudtrailTarget } from '../../cloudtrail/target';
import { type Fact, ok } from '../model';
import { age } from '../numbers';
import { missing } from './fact';

/** When Cortex last used its role. That it does not read is told by the queue: IAM tells of a use up to four hours late. */
export async function lookAtRole(target: CloudtrailTarget, aws: Aws, now: string): Promise<readonly Fact[]> {
  const { role } = target;
  const answer = await findInAws(
    ['NoSuchEntity', 'NoSuchEntityException'],
    `read the role ${role.name}`,
    `iam:GetRole on ${role.arn}`,
    () => aws.iam.send(new GetRoleCommand({ RoleName: role.name })),
  );
  if (answer?.Role === undefined) return [missing('role', `the role ${role.name}`, target)];
  return [judgeLastUse(answer.Role.RoleLastUsed, now)];
}

/** IAM user guide, "Refine permissions using last accessed information": of the last 400 days. */
export function judgeLastUse(used: RoleLastUsed | undefined, now: string): Fact {
  if (used?.LastUsedDate === undefined)
    return ok('role', 'IAM knows of no use: Cortex has never assumed it, or not until four hours ago');
  return ok('role', `last used ${age(used.LastUsedDate.toISOString(), now)} ago in ${used.Region}`);
}
