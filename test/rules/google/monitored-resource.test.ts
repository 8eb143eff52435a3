import { query } from './edit';
import { MONITORED_RESOURCE } from './monitored-resource';
import { testRule } from './rule-tests';

testRule(MONITORED_RESOURCE, [
  {
    what: 'the runs of any resource',
    edit: query('silence', (text) => text.replace('monitored_resource="cloud_run_revision"', 'code="collected"')),
    found: /^google_monitoring_alert_policy\.alerts-watch_silence.*_alerts_runs without/,
  },
  {
    what: 'no selector at all',
    edit: query('silence', (text) => text.replace(/\{.*\}/, '')),
    found: /_alerts_runs without/,
  },
]);
