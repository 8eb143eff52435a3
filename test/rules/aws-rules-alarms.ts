import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../environments/root';
import type { StackJson } from '../synthesize';
import type { Rule } from './rule';
import { addressIn, deadLetterQueue, mainQueues, policies, refersTo, resources } from './stack';

/** Whether there is an alarm on a metric of a queue, as it should be, that tells the topic of the stack. */
function isTold(stack: StackJson, queue: string | undefined, wanted: StackJson): boolean {
  return resources(stack, 'aws_cloudwatch_metric_alarm').some(
    ([, alarm]) =>
      alarm.namespace === 'AWS/SQS' &&
      addressIn(alarm.dimensions.QueueName) === queue &&
      Object.entries(wanted).every(([name, value]) => alarm[name] === value) &&
      alarm.actions_enabled !== false &&
      (alarm.alarm_actions ?? []).some((action: unknown) => refersTo(stack, 'aws_sns_topic', action)),
  );
}

/** An alarm on each queue that somebody reads, or on its dead letters. */
function alarmOn(which: 'queue' | 'dead letters', wanted: StackJson): Rule['check'] {
  return (stack) =>
    mainQueues(stack).flatMap(([address, queue]) => {
      const watched = which === 'queue' ? address : deadLetterQueue(queue);
      return isTold(stack, watched, wanted)
        ? []
        : [`${watched}: no alarm on ${wanted.metric_name} that tells the topic`];
    });
}

/** KMS keys without which log files can be neither written nor read. */
function keysOfLogs(stack: StackJson): string[] {
  const decrypted = policies(stack, 'identity').flatMap(({ statements }) =>
    statements.flatMap(({ Action, Resource = [] }) =>
      Action?.includes('kms:Decrypt') ? Resource.map((key) => key.replace(/^<(.*)>$/, '${$1}')) : [],
    ),
  );
  return [...new Set([...decrypted, ...resources(stack, 'aws_cloudtrail').map(([, trail]) => trail.kms_key_id)])];
}

function isWatched(stack: StackJson, key: string): boolean {
  return resources(stack, 'aws_cloudwatch_event_rule').some(([address, rule]) => {
    const { source = [], detail = {} } = JSON.parse(rule.event_pattern);
    return (
      source.includes('aws.kms') &&
      ['DisableKey', 'ScheduleKeyDeletion'].every((call) => detail.eventName?.includes(call)) &&
      detail.resources?.ARN?.includes(key) &&
      rule.state !== 'DISABLED' &&
      resources(stack, 'aws_cloudwatch_event_target').some(
        ([, target]) => addressIn(target.rule) === address && refersTo(stack, 'aws_sns_topic', target.arn),
      )
    );
  });
}

export const ALARM_RULES: readonly Rule[] = [
  {
    id: 'alarm-oldest-message',
    title: 'Somebody is told when log files wait for too long',
    controls: [],
    check: alarmOn('queue', {
      metric_name: 'ApproximateAgeOfOldestMessage',
      statistic: 'Maximum',
      comparison_operator: 'GreaterThanThreshold',
    }),
  },
  {
    id: 'alarm-dead-letters',
    title: 'Somebody is told of dead letters',
    controls: [],
    check: alarmOn('dead letters', {
      metric_name: 'ApproximateNumberOfMessagesVisible',
      statistic: 'Maximum',
      comparison_operator: 'GreaterThanThreshold',
      threshold: 0,
    }),
  },
  {
    id: 'alarm-silence',
    title: 'Somebody is told when no log files come',
    controls: [],
    check: alarmOn('queue', {
      metric_name: 'NumberOfMessagesSent',
      statistic: 'Sum',
      comparison_operator: 'LessThanThreshold',
      threshold: 1,
      treat_missing_data: 'breaching',
    }),
  },
  {
    id: 'alarm-key',
    title: 'Somebody is told when the key of the log files is disabled or scheduled for deletion',
    controls: ['CIS 4.7'],
    check: (stack) => keysOfLogs(stack).flatMap((key) => (isWatched(stack, key) ? [] : [`${key}: nobody watches it`])),
  },
  {
    id: 'alarm-runbooks',
    title: 'The text of each alarm links a runbook that exists',
    controls: [],
    check(stack, { notifications }) {
      const base = notifications?.runbooks ?? 'docs/runbooks';
      const texts: [string, string][] = [
        ...resources(stack, 'aws_cloudwatch_metric_alarm').map(([at, alarm]): [string, string] => [
          at,
          alarm.alarm_description,
        ]),
        ...resources(stack, 'aws_cloudwatch_event_rule').map(([at, rule]): [string, string] => [at, rule.description]),
        ...resources(stack, 'aws_cloudwatch_event_target').map(([at, target]): [string, string] => [
          at,
          target.input_transformer?.input_template,
        ]),
      ];
      return texts.flatMap(([address, text]) => {
        const [, folder, file = ''] = /Runbook: (\S+)\/([\w-]+\.md)\b/.exec(text) ?? [];
        return folder === base && existsSync(join(projectRoot, 'docs', 'runbooks', file))
          ? []
          : [`${address}: no runbook of ${base}`];
      });
    },
  },
];
