import { resource, set } from './edit';
import { testRule } from './rule-tests';
import { TIMEOUTS } from './timeouts';

testRule(TIMEOUTS, [
  {
    what: 'the function outlasts the schedule',
    edit: set('google_cloud_scheduler_job', '', { attempt_deadline: '539s' }),
    found: /timeout 540 s, deadline 539 s/,
  },
  {
    what: 'the last page outlasts the function',
    edit: (stack) => {
      resource(stack, 'google_cloudfunctions2_function').service_config.environment_variables.TIME_BUDGET_SECONDS =
        '421';
    },
    found: /budget 421 s, timeout 540 s/,
  },
  {
    what: 'a deadline that Cloud Scheduler does not take',
    edit: set('google_cloud_scheduler_job', '', { attempt_deadline: '1801s' }),
    found: /deadline 1801 s of a schedule/,
  },
]);
