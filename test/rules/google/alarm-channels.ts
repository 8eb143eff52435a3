import type { Rule } from '../rule';
import { resources } from '../stack';

export const ALARM_CHANNELS: Rule = {
  id: 'alarm-channels',
  title: 'Each alarm goes to everybody whom the environment names',
  controls: [],
  option: {
    kind: 'opt-in',
    setting: 'notifications',
    isOff: ({ notifications }) => notifications === undefined,
  },
  check(stack, { notifications }) {
    const channels = resources(stack, 'google_monitoring_notification_channel').filter(
      ([, { enabled }]) => enabled !== false,
    );
    const emails = channels.flatMap(([, { type, labels }]) => (type === 'email' ? [labels.email_address] : []));
    const pagerduty = channels.filter(([, { type }]) => type === 'pagerduty').length;
    const names = channels.map(([address]) => `\${${address}.name}`).sort();
    return [
      ...(notifications?.emails ?? [])
        .filter((email) => !emails.includes(email))
        .map((email) => `${email} is told nothing`),
      ...(pagerduty === (notifications?.pagerduty ? 1 : 0) ? [] : [`${pagerduty} channels of PagerDuty`]),
      ...resources(stack, 'google_monitoring_alert_policy')
        .filter(([, { notification_channels: told = [] }]) => {
          const all = [...told].sort();
          return all.length === 0 || all.join() !== names.join();
        })
        .map(([address]) => `${address}: does not go to every channel`),
    ];
  },
};
