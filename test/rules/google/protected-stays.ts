import type { Rule } from '../rule';
import { resources } from '../stack';

export const PROTECTED_STAYS: Rule = {
  id: 'protected-stays',
  title: 'In a protected environment no deploy destroys a bucket or a secret',
  controls: [],
  option: { kind: 'opt-in', setting: 'protected: true', isOff: (environment) => !environment.protected },
  check: (stack) => [
    ...resources(stack, 'google_storage_bucket').flatMap(([address, { lifecycle, force_destroy: force }]) =>
      lifecycle?.prevent_destroy === true && force === false ? [] : [`${address}: can be destroyed`],
    ),
    ...resources(stack, 'google_secret_manager_secret').flatMap(
      ([address, { lifecycle, deletion_protection: kept }]) =>
        lifecycle?.prevent_destroy === true && kept === true ? [] : [`${address}: can be destroyed`],
    ),
  ],
};
