import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { Aws } from '../../aws';
import type { CloudtrailTarget } from '../../cloudtrail/target';
import { readAlarms } from '../../cloudtrail/verify/alarms';
import { deployFix } from '../../cloudtrail/verify/check';
import { type Fact, ok, problem } from '../model';

/** Which alarms of the pipeline stand. */
export async function lookAtAlarms(target: CloudtrailTarget, aws: Aws): Promise<readonly Fact[]> {
  return judgeAlarms(target, await readAlarms(target, aws));
}

/** @param found as far as they are there */
export function judgeAlarms(target: CloudtrailTarget, found: readonly MetricAlarm[]): readonly Fact[] {
  const absent = target.alarms.filter((name) => !found.some(({ AlarmName }) => AlarmName === name));
  const standing = found.filter(({ StateValue }) => StateValue === 'ALARM');
  const facts = [
    ...(absent.length === 0
      ? []
      : [
          problem(
            'alarms',
            `${absent.join(', ')} ${absent.length === 1 ? 'is' : 'are'} not there`,
            'Deploy.',
            deployFix(target).command,
          ),
        ]),
    ...standing.map((alarm) => judgeStanding(alarm)),
  ];
  return facts.length > 0 ? facts : [ok('alarms', `none of the ${found.length} stands`)];
}

function judgeStanding({
  AlarmName: name = '',
  AlarmDescription: description = '',
  StateUpdatedTimestamp: since,
}: MetricAlarm): Fact {
  const when = since === undefined ? '' : ` since ${since.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  // Its own words: `… Runbook: <address>`.
  const [meaning = '', runbook] = description.split(' Runbook: ');
  return problem(
    `alarm ${name}`,
    `it stands${when}${meaning && `: ${meaning.replace(/\.$/, '')}`}`,
    runbook === undefined ? 'docs/runbooks has one for each alarm.' : `Runbook: ${runbook}`,
  );
}
