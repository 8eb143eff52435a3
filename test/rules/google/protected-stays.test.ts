import { set } from './edit';
import { PROTECTED_STAYS } from './protected-stays';
import { testRule } from './rule-tests';

testRule(PROTECTED_STAYS, [
  {
    what: 'a bucket may be destroyed',
    of: 'protected',
    edit: set('google_storage_bucket', 'logs', { lifecycle: { prevent_destroy: false } }),
    found: /^google_storage_bucket\.logs/,
  },
  {
    what: 'a bucket goes with its content',
    of: 'protected',
    edit: set('google_storage_bucket', 'state', { force_destroy: true }),
    found: /^google_storage_bucket\.state/,
  },
  {
    what: 'a secret may be destroyed',
    of: 'protected',
    edit: set('google_secret_manager_secret', 'password', { lifecycle: undefined }),
    found: /^google_secret_manager_secret\.password/,
  },
  {
    what: 'a secret has no protection of its own',
    of: 'protected',
    edit: set('google_secret_manager_secret', 'username', { deletion_protection: false }),
    found: /^google_secret_manager_secret\.username/,
  },
]);
