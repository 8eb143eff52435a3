import {
  type AlarmHistoryItem,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  SetAlarmStateCommand,
  type StateValue,
} from '@aws-sdk/client-cloudwatch';
import { type Aws, AwsError, askAws } from '../../aws';
import type { Clock } from '../../clock';
import type { Note, Progress } from '../../progress';
import type { CloudtrailTarget } from '../target';
import { attempt, type Check, type CheckGroup, couldNotTell, deployFix, ok, problem } from './check';

/** How long CloudWatch has to say that it ran the alarm's action, and how often it is asked. */
const PATIENCE_SECONDS = 20;
const POLL_SECONDS = 2;

export interface SendOptions {
  readonly target: CloudtrailTarget;
  readonly aws: Aws;
  readonly progress: Progress;
  readonly clock: Clock;
}

/**
 * Sets the alarm on dead letters to ALARM, waits for CloudWatch to say that it told the topic, and sets it back to OK;
 * CloudWatch does that by itself, too, at its next evaluation (CloudWatch API reference, "SetAlarmState").
 * @param told who gets the message
 */
export async function sendTestAlarm(options: SendOptions, told: readonly string[]): Promise<CheckGroup> {
  const { target, progress } = options;
  const alarm = target.alarms.find((name) => name.includes('dead-letters'));
  if (alarm === undefined) throw new Error(`${target.stack} has no alarm on dead letters`);
  const checks = await attempt('sent', () =>
    progress.step(`Set off the alarm ${alarm}`, (note) => setOff(alarm, options, told, note)),
  );
  return { title: 'Test', checks };
}

async function setOff(
  alarm: string,
  { target, aws, clock }: SendOptions,
  told: readonly string[],
  note: Note,
): Promise<readonly Check[]> {
  const before = await readState(alarm, aws);
  if (before === undefined) return [problem('sent', `nothing: ${alarm} is not there`, deployFix(target))];
  if (before === 'ALARM')
    return [couldNotTell('sent', `nothing: ${alarm} is in ALARM already, and tells only when that begins`)];
  const began = clock.now();
  const reason = `Test by ./tributary verify ${target.environment} alarms --send`;
  await setState(alarm, 'ALARM', reason, aws);
  let action: string | undefined;
  let reset: readonly Check[] = [];
  try {
    note('wait for CloudWatch to tell the topic');
    action = await waitForAction(alarm, began, aws, clock);
  } finally {
    reset = await setBack(alarm, `${reason} is over`, target, aws);
  }
  return [judgeAction(action, told, target), ...reset];
}

function judgeAction(action: string | undefined, told: readonly string[], target: CloudtrailTarget): Check {
  if (action?.startsWith('Failed'))
    return problem('sent', `CloudWatch could not tell the topic: ${action}`, deployFix(target));
  if (told.length === 0)
    return problem('sent', 'ALARM, but no confirmed subscription is known: nobody is told', {
      what: 'Mend what stands under "Who is told", and send again.',
    });
  const evidence = action === undefined ? 'CloudWatch has not confirmed it yet' : 'CloudWatch told the topic';
  return ok('sent', `ALARM, to ${told.join(', ')} (${evidence}); ask them whether it came`);
}

/** Whatever happened before: an alarm must not stand for what is not so. */
async function setBack(alarm: string, reason: string, target: CloudtrailTarget, aws: Aws): Promise<readonly Check[]> {
  try {
    await setState(alarm, 'OK', reason, aws);
    return [ok('set back', 'OK; a second message may tell that')];
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return [
      problem('set back', `${error.message.split('\n')[0]} CloudWatch does it by itself at its next evaluation.`, {
        what: 'To do it now:',
        command:
          `aws cloudwatch set-alarm-state --region ${target.region} --alarm-name ${alarm} ` +
          `--state-value OK --state-reason "The test is over"`,
      }),
    ];
  }
}

async function readState(alarm: string, aws: Aws): Promise<string | undefined> {
  const { MetricAlarms = [] } = await askAws(`read the alarm ${alarm}`, 'cloudwatch:DescribeAlarms on *', () =>
    aws.cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [alarm] })),
  );
  return MetricAlarms[0]?.StateValue;
}

async function setState(alarm: string, StateValue: StateValue, StateReason: string, aws: Aws): Promise<void> {
  await askAws(`set the alarm ${alarm} to ${StateValue}`, `cloudwatch:SetAlarmState on ${alarm}`, () =>
    aws.cloudwatch.send(new SetAlarmStateCommand({ AlarmName: alarm, StateValue, StateReason })),
  );
}

/** What CloudWatch says of the action, in its words; undefined when it says nothing in time, or may not be asked. */
async function waitForAction(alarm: string, since: number, aws: Aws, clock: Clock): Promise<string | undefined> {
  const deadline = clock.now() + PATIENCE_SECONDS * 1000;
  for (;;) {
    const action = await readAction(alarm, since, aws);
    if (action !== undefined || clock.now() >= deadline) return action;
    await clock.sleep(POLL_SECONDS * 1000);
  }
}

async function readAction(alarm: string, since: number, aws: Aws): Promise<string | undefined> {
  const query = { AlarmName: alarm, HistoryItemType: 'Action' as const, StartDate: new Date(since) };
  try {
    const { AlarmHistoryItems = [] } = await askAws(
      `read the history of ${alarm}`,
      `cloudwatch:DescribeAlarmHistory on ${alarm}`,
      () => aws.cloudwatch.send(new DescribeAlarmHistoryCommand(query)),
    );
    return actionOf(AlarmHistoryItems);
  } catch (error) {
    // The history is evidence only: the alarm itself has gone off.
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

/** A failure, if there is one, among what CloudWatch did. */
function actionOf(items: readonly AlarmHistoryItem[]): string | undefined {
  const summaries = items.flatMap(({ HistorySummary }) => HistorySummary ?? []);
  return summaries.find((summary) => summary.startsWith('Failed')) ?? summaries[0];
}
