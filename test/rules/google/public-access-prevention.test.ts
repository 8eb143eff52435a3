import { set } from './edit';
import { PUBLIC_ACCESS_PREVENTION } from './public-access-prevention';
import { testRule } from './rule-tests';

testRule(PUBLIC_ACCESS_PREVENTION, [
  {
    what: 'left to the organization',
    edit: set('google_storage_bucket', 'logs', { public_access_prevention: 'inherited' }),
    found: /^google_storage_bucket\.logs/,
  },
  {
    what: 'not said',
    edit: set('google_storage_bucket', 'code', { public_access_prevention: undefined }),
    found: /^google_storage_bucket\.code/,
  },
]);
