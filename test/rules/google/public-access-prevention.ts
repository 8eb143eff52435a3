import type { Rule } from '../rule';
import { resources } from '../stack';

export const PUBLIC_ACCESS_PREVENTION: Rule = {
  id: 'public-access-prevention',
  title: 'Each bucket refuses public grants',
  controls: [],
  check: (stack) =>
    resources(stack, 'google_storage_bucket').flatMap(([address, { public_access_prevention: prevention }]) =>
      prevention === 'enforced' ? [] : [`${address}: public access is not prevented`],
    ),
};
