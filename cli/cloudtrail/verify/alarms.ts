import { DescribeAlarmsCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { GetTopicAttributesCommand, type Subscription } from '@aws-sdk/client-sns';
import { type Aws, askAws, findInAws } from '../../aws';
import type { Clock } from '../../clock';
import type { Progress } from '../../progress';
import type { Verdict } from '../../verdict';
import type { CloudtrailTarget } from '../target';
import { attempt, type Check, type CheckGroup, couldNotTell, deployFix, missingGroup, ok, problem } from './check';
import { checksVerdict } from './check-table';
import { readKeyPolicy } from './key';
import { listSubscriptions, readSubscription } from './notification';
import { statementsOf } from './policy';
import { judgeRequests, type NamedRequest } from './policy-checks';
import { sendTestAlarm } from './send';
import { notDeployed } from './verify';

export interface VerifyAlarmsOptions {
  readonly target: CloudtrailTarget;
  readonly aws: Aws;
  readonly progress: Progress;
  readonly clock: Clock;
  /** Drive one alarm, and set it back. */
  readonly send: boolean;
}

/**
 * Whether anyone is told when the pipeline stops: the topic, who subscribes to it, and the alarms. With `send` the alarm
 * on dead letters goes off once.
 */
export async function verifyAlarms(options: VerifyAlarmsOptions): Promise<Verdict> {
  const { target, aws, progress } = options;
  const [topic, people, alarms] = await progress.step('Look at topic, subscriptions and alarms', () =>
    Promise.all([checkTopic(target, aws), checkSubscriptions(target, aws), checkAlarms(target, aws)]),
  );
  const known = { environment: target.environment };
  if (topic.missing && alarms.missing) return checksVerdict(known, [notDeployed(target)]);
  const groups = [topic, people, alarms];
  if (!options.send) return checksVerdict(known, groups);
  return checksVerdict(known, [...groups, await sendTestAlarm(options, people.told)]);
}

/** Subscribers as people know them; of a web address the host alone, since PagerDuty's holds the integration key. */
export function addressOf({ Protocol: protocol, Endpoint: endpoint = '' }: Subscription): string {
  if (protocol !== 'http' && protocol !== 'https') return endpoint;
  return URL.canParse(endpoint) ? `${new URL(endpoint).origin}/…` : `${protocol}://…`;
}

async function checkTopic(target: CloudtrailTarget, aws: Aws): Promise<CheckGroup> {
  const { name, arn } = target.alarmTopic;
  const title = `Topic ${name}`;
  let missing = false;
  const checks = await attempt('attributes', async () => {
    const answer = await findInAws(
      ['NotFound', 'NotFoundException'],
      `read the topic ${name}`,
      `sns:GetTopicAttributes on ${arn}`,
      () => aws.sns.send(new GetTopicAttributesCommand({ TopicArn: arn })),
    );
    missing = answer === undefined;
    if (answer === undefined) return [];
    const { Policy, KmsMasterKeyId: key } = answer.Attributes ?? {};
    return [
      judgeRequests(
        'publishers',
        statementsOf(Policy),
        { wanted: [ofAlarms(target, 'sns:Publish', arn)] },
        "CloudWatch, for this account's alarms",
        deployFix(target),
      ),
      ...(await attempt('encryption', async () => [await judgeEncryption(key, target, aws)])),
    ];
  });
  return missing ? missingGroup(title, target) : { title, checks };
}

async function judgeEncryption(key: string | undefined, target: CloudtrailTarget, aws: Aws): Promise<Check> {
  if (!key) return problem('encryption', 'none', deployFix(target));
  // Its policy cannot be changed (CloudWatch user guide, "Using Amazon CloudWatch alarms": troubleshooting of notifications).
  if (key.endsWith('alias/aws/sns'))
    return problem('encryption', 'alias/aws/sns, which CloudWatch may not use: alarms are lost', deployFix(target));
  // A key's policy is asked for by id or ARN, not by alias; the stack sets an ARN.
  if (key.includes('alias/')) return couldNotTell('encryption', `whether CloudWatch may use ${key}: read its policy`);
  const wanted = ['kms:GenerateDataKey', 'kms:Decrypt'].map((action) => ofAlarms(target, action, key));
  return judgeRequests(
    'encryption',
    await readKeyPolicy(key, aws),
    { wanted },
    'with a key that CloudWatch may use',
    deployFix(target),
  );
}

/** CloudWatch's request in the name of an alarm. */
function ofAlarms(
  { partition, region, account, alarms }: CloudtrailTarget,
  action: string,
  resource: string,
): NamedRequest {
  return {
    who: 'CloudWatch',
    service: 'cloudwatch.amazonaws.com',
    action,
    resource,
    context: {
      'aws:SourceArn': `arn:${partition}:cloudwatch:${region}:${account}:alarm:${alarms[0]}`,
      'aws:SourceAccount': account,
      // The policy that a topic has by itself asks for it.
      'aws:SourceOwner': account,
      'aws:SecureTransport': 'true',
    },
  };
}

/** @returns also to whom a message goes now */
async function checkSubscriptions(
  target: CloudtrailTarget,
  aws: Aws,
): Promise<CheckGroup & { told: readonly string[] }> {
  const { arn } = target.alarmTopic;
  let told: readonly string[] = [];
  const checks = await attempt('subscriptions', async () => {
    const subscriptions = await listSubscriptions(arn, aws);
    if (subscriptions === undefined) return [];
    if (subscriptions.length === 0) return [nobody(target)];
    const all = await Promise.all(
      subscriptions.map(async (it) => ({ it, attributes: await readSubscription(it, arn, aws) })),
    );
    told = all.flatMap(({ it, attributes }) => (attributes === undefined ? [] : [addressOf(it)]));
    return all.map(({ it, attributes }) => judgeSubscription(it, attributes, target));
  });
  return { title: 'Who is told', checks, told };
}

function nobody(target: CloudtrailTarget): Check {
  return problem('subscriptions', 'none: nobody is told', {
    what: 'Name somebody in notifications of the environment file (emails, or pagerduty: true), and deploy.',
    command: deployFix(target).command,
  });
}

/** @param attributes undefined: it waits for its confirmation */
function judgeSubscription(
  subscription: Subscription,
  attributes: Readonly<Record<string, string>> | undefined,
  target: CloudtrailTarget,
): Check {
  if (attributes === undefined) return notConfirmed(subscription, target);
  const address = addressOf(subscription);
  const name = subscription.Protocol ?? '';
  if (!attributes.FilterPolicy) return ok(name, address);
  return problem(name, `${address} has a filter policy, which may hold alarms back`, {
    what: 'Take the filter policy away.',
    command:
      `aws sns set-subscription-attributes --region ${target.region} --subscription-arn ${subscription.SubscriptionArn} ` +
      "--attribute-name FilterPolicy --attribute-value '{}'",
  });
}

function notConfirmed(subscription: Subscription, { alarmTopic, region }: CloudtrailTarget): Check {
  const address = addressOf(subscription);
  const name = subscription.Protocol ?? '';
  const finding = `${address} has not confirmed, and is not told`;
  if (!name.startsWith('email'))
    return problem(name, finding, { what: 'Check that address (of PagerDuty: TF_VAR_pagerduty_key), and deploy.' });
  return problem(name, finding, {
    what: 'Open "AWS Notification - Subscription Confirmation" in that mailbox and confirm. To have it sent again:',
    command: `aws sns subscribe --region ${region} --topic-arn ${alarmTopic.arn} --protocol ${name} --notification-endpoint ${address}`,
  });
}

async function checkAlarms(target: CloudtrailTarget, aws: Aws): Promise<CheckGroup> {
  const title = 'Alarms';
  let missing = false;
  const checks = await attempt('alarms', async () => {
    const found = await readAlarms(target, aws);
    missing = found.length === 0;
    if (missing) return [problem('exist', `none of the ${target.alarms.length} is there`, deployFix(target))];
    return target.alarms.map((name) =>
      judgeAlarm(
        name,
        found.find(({ AlarmName }) => AlarmName === name),
        target,
      ),
    );
  });
  return { title, missing, checks };
}

/** The pipeline's alarms, as far as they are there. */
export async function readAlarms({ alarms }: CloudtrailTarget, aws: Aws): Promise<readonly MetricAlarm[]> {
  const { MetricAlarms = [] } = await askAws('read the alarms', 'cloudwatch:DescribeAlarms on *', () =>
    aws.cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [...alarms], MaxRecords: 100 })),
  );
  return MetricAlarms;
}

/** Whether an alarm is there and tells the topic; its state is information. */
export function judgeAlarm(name: string, alarm: MetricAlarm | undefined, target: CloudtrailTarget): Check {
  const { stack, alarmTopic, region } = target;
  const short = name.startsWith(`${stack}-`) ? name.slice(stack.length + 1) : name;
  if (alarm === undefined) return problem(short, `${name} is not there`, deployFix(target));
  if (alarm.ActionsEnabled === false)
    return problem(short, 'its actions are switched off: it tells nobody', {
      what: 'Switch them on again.',
      command: `aws cloudwatch enable-alarm-actions --region ${region} --alarm-names ${name}`,
    });
  if (!alarm.AlarmActions?.includes(alarmTopic.arn))
    return problem(short, `it does not tell the topic ${alarmTopic.name}`, deployFix(target));
  return ok(short, `tells the topic; now ${alarm.StateValue}${since(alarm.StateUpdatedTimestamp)}`);
}

function since(moment: Date | undefined): string {
  return moment === undefined ? '' : ` since ${moment.toISOString().slice(0, 16)}Z`;
}
