import { add, set } from './edit';
import { testRule } from './rule-tests';
import { UNIFORM_ACCESS } from './uniform-access';

testRule(UNIFORM_ACCESS, [
  {
    what: 'a bucket takes ACLs',
    edit: set('google_storage_bucket', 'state', { uniform_bucket_level_access: false }),
    found: /^google_storage_bucket\.state/,
  },
  {
    what: 'an ACL for one member',
    edit: add('google_storage_default_object_access_control', { entity: 'user-a@example.com', role: 'READER' }),
    found: /^google_storage_default_object_access_control\.added/,
  },
]);
