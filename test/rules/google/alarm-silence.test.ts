import { ALARM_SILENCE } from './alarm-silence';
import { query, remove, set } from './edit';
import { testRule } from './rule-tests';

const found = /^google_cloudfunctions2_function\.alerts.*silence$/;

testRule(ALARM_SILENCE, [
  { what: 'no alarm', edit: remove('google_monitoring_alert_policy', '_silence_'), found },
  { what: 'the alarm is off', edit: set('google_monitoring_alert_policy', '_silence_', { enabled: false }), found },
  {
    what: 'good runs only',
    edit: query('silence', (text) => text.replace('{', '{code="collected",')),
    found,
  },
  {
    what: 'of another metric',
    edit: query('silence', (text) => text.replace('alerts_runs', 'alerts_lag')),
    found,
  },
  {
    what: 'over a weekend without ticks',
    of: 'weekdays only',
    edit: query('silence', (text) => text.replace(/\[\d+s\]/, '[172800s]')),
    found,
  },
  {
    what: 'much later than said',
    of: 'thresholds',
    edit: query('silence', (text) => text.replace(/\[\d+s\]/, '[604800s]')),
    found,
  },
]);
