import { ALARM_FAILURE } from './alarm-failure';
import { query, remove, resource, set } from './edit';
import { testRule } from './rule-tests';

testRule(ALARM_FAILURE, [
  {
    what: 'no alarm',
    edit: remove('google_monitoring_alert_policy', '_failure_'),
    found: /nobody is told of configuration_invalid, permission_missing, /,
  },
  {
    what: 'the alarm is off',
    edit: set('google_monitoring_alert_policy', '_failure_', { enabled: false }),
    found: /nobody is told of configuration_invalid, /,
  },
  {
    what: 'a code is left out',
    edit: query('failure', (text) => text.replace('|record_too_large', '')),
    found: /: nobody is told of record_too_large$/,
  },
  {
    what: 'one failure is not enough',
    edit: query('failure', (text) => text.replace('> 0', '> 1')),
    found: /nobody is told of configuration_invalid, /,
  },
  {
    what: 'it must go on for days',
    edit: query('failure', (text) => text.replace('> 2', '> 20')),
    found: /nobody is told of qualys_unavailable, timed_out, /,
  },
  {
    what: 'it forgets before the next tick',
    of: 'daily',
    edit: query('failure', (text) => text.replaceAll(/\[\d+s\]/g, '[3600s]')),
    found: /nobody is told of configuration_invalid, /,
  },
  {
    what: 'the metric is of another function',
    edit: (stack) => {
      resource(stack, 'google_logging_metric', '_runs_').filter = 'resource.labels.service_name="another"';
    },
    found: /nobody is told of configuration_invalid, credentials_missing, /,
  },
]);
