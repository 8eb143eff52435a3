import { add, remove, resource, set } from './edit';
import { INVOKER } from './invoker';
import { testRule } from './rule-tests';

const INVOKER_ACCOUNT = '${google_service_account.invoker-account.member}';

testRule(INVOKER, [
  {
    what: 'somebody else calls it',
    edit: add('google_cloud_run_v2_service_iam_member', { role: 'roles/run.invoker', member: 'user:a@example.com' }),
    found: /^google_cloud_run_v2_service_iam_member\.added: somebody else/,
  },
  {
    what: 'by a role on the project',
    edit: add('google_project_iam_member', { role: 'roles/run.developer', member: 'group:dev@example.com' }),
    found: /^google_project_iam_member\.added: somebody else/,
  },
  {
    what: 'the account calls every function of the project',
    edit: add('google_project_iam_member', { role: 'roles/run.invoker', member: INVOKER_ACCOUNT }),
    found: /^google_cloudfunctions2_function\.alerts.*something else/,
  },
  {
    what: 'the account reads the logs',
    edit: add('google_storage_bucket_iam_member', { role: 'roles/storage.objectViewer', member: INVOKER_ACCOUNT }),
    found: /something else/,
  },
  {
    what: 'the grant is on another service',
    edit: set('google_cloud_run_v2_service_iam_member', '', { name: 'another' }),
    found: /something else/,
  },
  {
    what: 'no grant',
    edit: remove('google_cloud_run_v2_service_iam_member'),
    found: /something else/,
  },
  {
    what: 'the schedule has no account',
    edit: (stack) => {
      resource(stack, 'google_cloud_run_v2_service_iam_member').member = 'serviceAccount:x@example.com';
      resource(stack, 'google_cloud_run_v2_service_iam_member').role = 'roles/logging.viewer';
      resource(stack, 'google_cloud_scheduler_job').http_target.oidc_token = undefined;
    },
    found: /something else/,
  },
]);
