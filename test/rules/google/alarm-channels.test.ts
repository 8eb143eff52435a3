import { ALARM_CHANNELS } from './alarm-channels';
import { resource, set } from './edit';
import { testRule } from './rule-tests';

const of = 'notifications';

testRule(ALARM_CHANNELS, [
  {
    what: 'an alarm goes nowhere',
    of,
    edit: set('google_monitoring_alert_policy', '_lag_', { notification_channels: [] }),
    found: /^google_monitoring_alert_policy\.alerts-watch_lag/,
  },
  {
    what: 'an alarm leaves one out',
    of,
    edit: (stack) => void resource(stack, 'google_monitoring_alert_policy', '_silence_').notification_channels.pop(),
    found: /^google_monitoring_alert_policy\.alerts-watch_silence/,
  },
  {
    what: 'an address has no channel',
    of,
    edit: (stack) => {
      resource(stack, 'google_monitoring_notification_channel', 'soc').labels.email_address = 'other@example.com';
    },
    found: /^soc@example\.com is told nothing$/,
  },
  {
    what: 'there is no channel of PagerDuty',
    of,
    edit: set('google_monitoring_notification_channel', 'pagerduty', { type: 'slack' }),
    found: /^0 channels of PagerDuty$/,
  },
]);
