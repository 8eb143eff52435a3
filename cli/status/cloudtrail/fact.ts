import type { CloudtrailTarget } from '../../cloudtrail/target';
import { type Check, deployFix } from '../../cloudtrail/verify/check';
import { type Fact, ok, problem } from '../model';

/** What a check of `verify` found, under another name. */
export function factOf(name: string, check: Check): Fact {
  if (check.state === 'ok') return ok(name, check.finding);
  if (check.state === 'problem') return problem(name, check.finding, check.fix.what, check.fix.command);
  const { finding, needs } = check;
  return { name, state: 'could not tell', finding, ...(needs !== undefined && { todo: `It needs ${needs}.` }) };
}

/** @param what in words, such as `the queue x` */
export function missing(name: string, what: string, target: CloudtrailTarget): Fact {
  const { command } = deployFix(target);
  return problem(name, `${what} is not there in account ${target.account}, ${target.region}`, 'Deploy.', command);
}
