import { ALARM_CREDENTIALS } from './alarm-credentials';
import { query, remove, set } from './edit';
import { testRule } from './rule-tests';

const found = /^google_cloudfunctions2_function\.alerts.*credentials$/;

testRule(ALARM_CREDENTIALS, [
  { what: 'no alarm', edit: remove('google_monitoring_alert_policy', '_credentials_'), found },
  {
    what: 'the alarm is off',
    edit: set('google_monitoring_alert_policy', '_credentials_', { enabled: false }),
    found,
  },
  {
    what: 'a warning only',
    edit: set('google_monitoring_alert_policy', '_credentials_', { severity: 'WARNING' }),
    found,
  },
  {
    what: 'not of inactive accounts',
    edit: query('credentials', (text) => text.replace('|account_inactive', '')),
    found,
  },
  { what: 'once is not enough', edit: query('credentials', (text) => text.replace('> 0', '> 1')), found },
  {
    what: 'it forgets before the next tick',
    of: 'weekdays only',
    edit: query('credentials', (text) => text.replace(/\[\d+s\]/, '[172800s]')),
    found,
  },
]);
