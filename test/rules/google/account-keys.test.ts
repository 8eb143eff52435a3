import { ACCOUNT_KEYS } from './account-keys';
import { add } from './edit';
import { testRule } from './rule-tests';

testRule(ACCOUNT_KEYS, [
  {
    what: 'a key of the runtime account',
    edit: add('google_service_account_key', { service_account_id: '${google_service_account.alerts-account.name}' }),
    found: /^google_service_account_key\.added/,
  },
  {
    what: 'an HMAC key for Cloud Storage',
    edit: add('google_storage_hmac_key', { service_account_email: '${google_service_account.alerts-account.email}' }),
    found: /^google_storage_hmac_key\.added/,
  },
]);
