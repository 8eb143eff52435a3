import type { Rule } from '../rule';
import { resources } from '../stack';

/** What makes a credential that works from anywhere until somebody removes it. */
const KEYS = ['google_service_account_key', 'google_storage_hmac_key', 'google_apikeys_key'];

export const ACCOUNT_KEYS: Rule = {
  id: 'account-keys',
  title: 'No account has a key',
  controls: [],
  check: (stack) => KEYS.flatMap((type) => resources(stack, type).map(([address]) => `${address}: a key`)),
};
