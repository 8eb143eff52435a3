import type { StackJson } from '../../synthesize';
import { resource, set } from './edit';
import { testRule } from './rule-tests';
import { SECRETS } from './secrets';

const variables = (stack: StackJson) =>
  resource(stack, 'google_cloudfunctions2_function').service_config.environment_variables;

testRule(SECRETS, [
  {
    what: 'the password is kept in the state',
    edit: set('google_secret_manager_secret_version', 'password', { secret_data: 'hunter2' }),
    found: /^google_secret_manager_secret_version\.password.*secret_data is kept/,
  },
  {
    what: 'the password stands in the stack',
    edit: set('google_secret_manager_secret_version', 'password', { secret_data_wo: 'hunter2' }),
    found: /no ephemeral variable$/,
  },
  {
    what: 'the default of a variable is a password',
    edit: (stack) => {
      stack.variable.qualys_password.default = 'hunter2';
    },
    found: /^var\.qualys_password/,
  },
  {
    what: 'a variable is shown',
    edit: (stack) => {
      stack.variable.qualys_username.sensitive = undefined;
    },
    found: /^var\.qualys_username/,
  },
  {
    what: 'the key of PagerDuty is kept in the state',
    of: 'notifications',
    edit: set('google_monitoring_notification_channel', 'pagerduty', {
      sensitive_labels: [{ service_key: '0123456789abcdef' }],
    }),
    found: /service_key is kept/,
  },
  {
    what: 'a secret is a variable of the function',
    edit: (stack) => {
      resource(stack, 'google_cloudfunctions2_function').service_config.secret_environment_variables = [
        { key: 'QUALYS', secret: 'x', version: 'latest' },
      ];
    },
    found: /QUALYS is a secret/,
  },
  {
    what: 'a password stands in a variable of the function',
    edit: (stack) => {
      variables(stack).QUALYS_PASSWORD = 'hunter2';
    },
    found: /QUALYS_PASSWORD looks like a secret/,
  },
  {
    what: 'a variable of Terraform goes into a variable of the function',
    edit: (stack) => {
      variables(stack).QUALYS = '${var.qualys_password}';
    },
    found: /QUALYS holds a secret/,
  },
  {
    what: 'the password file is not mounted',
    edit: (stack) => {
      variables(stack).QUALYS_PASSWORD_FILE = '/tmp/password';
    },
    found: /QUALYS_PASSWORD_FILE is no mounted secret/,
  },
  {
    what: 'a private key stands somewhere',
    edit: (stack) => {
      stack.output.schedule.value = '-----BEGIN RSA PRIVATE KEY-----';
    },
    found: /^a credential stands in the stack$/,
  },
]);
