import type { StackJson } from '../../synthesize';
import { resource } from './edit';
import { testRule } from './rule-tests';
import { RUNBOOKS } from './runbooks';

const text = (change: (content: string) => string) => (stack: StackJson) => {
  const { documentation } = resource(stack, 'google_monitoring_alert_policy', '_lag_');
  documentation.content = change(documentation.content);
};

testRule(RUNBOOKS, [
  {
    what: 'no link',
    edit: text((content) => content.replace(/Runbook: .*/, '')),
    found: /^google_monitoring_alert_policy\.alerts-watch_lag.*no runbook/,
  },
  {
    what: 'a file that is not there',
    edit: text((content) => content.replace('qualys-lag.md', 'qualys-leg.md')),
    found: /no runbook at docs\/runbooks\/qualys-leg\.md$/,
  },
  {
    what: 'another place than the environment says',
    of: 'notifications',
    edit: text((content) => content.replace('https://wiki.example.com/runbooks', 'docs/runbooks')),
    found: /no runbook at docs\/runbooks\/qualys-lag\.md$/,
  },
  {
    what: 'a text that is too long',
    edit: text((content) => `${'x'.repeat(8_192)}\n${content}`),
    found: /too long$/,
  },
]);
