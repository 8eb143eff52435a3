import { ALARM_LAG } from './alarm-lag';
import { query, remove, set } from './edit';
import { testRule } from './rule-tests';

const found = /^google_cloudfunctions2_function\.alerts.*lag$/;

testRule(ALARM_LAG, [
  { what: 'no alarm', edit: remove('google_monitoring_alert_policy', '_lag_'), found },
  { what: 'the alarm is off', edit: set('google_monitoring_alert_policy', '_lag_', { enabled: false }), found },
  { what: 'another threshold', edit: query('lag', (text) => text.replace('> 7200', '> 72000')), found },
  { what: 'of another metric', edit: query('lag', (text) => text.replaceAll('alerts_lag', 'alerts_runs')), found },
  {
    what: 'between two ticks it sees no run',
    of: 'daily',
    edit: query('lag', (text) => text.replaceAll(/\[\d+s\]/g, '[3600s]')),
    found,
  },
]);
