import type { StackJson } from '../../synthesize';
import { ALARM_UNREAD } from './alarm-unread';
import { query, remove, resource, set } from './edit';
import { testRule } from './rule-tests';

const found = /^google_chronicle_feed\.secops-feed.*reads nothing$/;
const noFeed = (stack: StackJson) => remove('google_chronicle_feed')(stack);

testRule(ALARM_UNREAD, [
  { what: 'no alarm', edit: remove('google_monitoring_alert_policy', '_unread_'), found },
  { what: 'the alarm is off', edit: set('google_monitoring_alert_policy', '_unread_', { enabled: false }), found },
  {
    what: 'of another log type',
    edit: query('unread', (text) => text.replace('QUALYS_CONTINUOUS_MONITORING', 'QUALYS_VM')),
    found,
  },
  {
    what: 'after another time',
    of: 'thresholds',
    edit: query('unread', (text) => text.replaceAll('[3600s]', '[21600s]')),
    found,
  },
  {
    what: 'whatever was written',
    edit: query('unread', (text) => text.replace('alerts_objects_sum', 'alerts_lag_sum')),
    found,
  },
  {
    what: 'an alarm without a feed',
    edit: noFeed,
    found: /^google_monitoring_alert_policy\..*another project$/,
  },
  {
    what: 'an alarm where the instance is linked to another project',
    edit: (stack) => {
      resource(stack, 'google_chronicle_feed').project = 'another';
    },
    found: /^google_monitoring_alert_policy\..*another project$/,
  },
]);
