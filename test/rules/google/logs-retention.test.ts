import type { StackJson } from '../../synthesize';
import { resource, set } from './edit';
import { LOGS_RETENTION } from './logs-retention';
import { testRule } from './rule-tests';

const deletion = (stack: StackJson): StackJson =>
  resource(stack, 'google_storage_bucket', 'logs').lifecycle_rule.find(
    ({ action }: StackJson) => action.type === 'Delete',
  );

testRule(LOGS_RETENTION, [
  {
    what: 'kept for ever',
    edit: set('google_storage_bucket', 'logs', { lifecycle_rule: [] }),
    found: /^google_storage_bucket\.logs.*90 days$/,
  },
  {
    what: 'deleted too early',
    edit: (stack) => {
      deletion(stack).condition.age = 7;
    },
    found: /90 days$/,
  },
  {
    what: 'of another feed',
    edit: (stack) => {
      deletion(stack).condition.matches_prefix = ['assets/'];
    },
    found: /90 days$/,
  },
  {
    what: 'of one of two feeds only',
    of: 'assets',
    edit: (stack) => {
      deletion(stack).condition.matches_prefix = ['alerts/'];
    },
    found: /objects of assets are not deleted after 90 days$/,
  },
  {
    what: 'of what no feed is',
    edit: (stack) => {
      deletion(stack).condition.matches_prefix = ['alerts/', ''];
    },
    found: /90 days$/,
  },
  {
    what: 'versions of the state are removed with those of the cache',
    edit: set('google_storage_bucket', 'state', {
      lifecycle_rule: [{ action: { type: 'Delete' }, condition: { days_since_noncurrent_time: 1 } }],
    }),
    found: /^google_storage_bucket\.state.*gets lost/,
  },
  {
    what: 'a second rule deletes them earlier',
    edit: (stack) => {
      const { lifecycle_rule: rules } = resource(stack, 'google_storage_bucket', 'logs');
      rules.push({ action: { type: 'Delete' }, condition: { age: 1 } });
    },
    found: /90 days$/,
  },
  {
    what: 'retained for longer than they are kept',
    of: 'minimum retention',
    edit: set('google_storage_bucket', 'logs', { retention_policy: [{ retention_period: String(91 * 86_400) }] }),
    found: /nobody can delete/,
  },
  {
    what: 'the state is deleted by age',
    edit: set('google_storage_bucket', 'state', {
      lifecycle_rule: [{ action: { type: 'Delete' }, condition: { age: 30 } }],
    }),
    found: /^google_storage_bucket\.state.*gets lost/,
  },
  {
    what: 'the state has no versions',
    edit: set('google_storage_bucket', 'state', { versioning: { enabled: false } }),
    found: /^google_storage_bucket\.state.*gets lost/,
  },
  {
    what: 'another bucket',
    edit: (stack) => {
      resource(stack, 'google_cloudfunctions2_function').service_config.environment_variables.LOGS_BUCKET = 'theirs';
    },
    found: /not of this stack/,
  },
]);
