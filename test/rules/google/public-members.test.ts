import { add, set } from './edit';
import { PUBLIC_MEMBERS } from './public-members';
import { testRule } from './rule-tests';

testRule(PUBLIC_MEMBERS, [
  {
    what: 'anybody may call the function',
    edit: set('google_cloud_run_v2_service_iam_member', '', { member: 'allUsers' }),
    found: /^google_cloud_run_v2_service_iam_member\..*: open/,
  },
  {
    what: 'anybody with a Google account reads the logs',
    edit: add('google_storage_bucket_iam_binding', { members: ['user:a@example.com', 'allAuthenticatedUsers'] }),
    found: /^google_storage_bucket_iam_binding\.added/,
  },
  {
    what: 'an ACL',
    edit: add('google_storage_bucket_acl', { role_entity: ['READER:allUsers'] }),
    found: /^google_storage_bucket_acl\.added/,
  },
]);
