import type { Rule } from '../rule';
import { resources } from '../stack';

export const UNIFORM_ACCESS: Rule = {
  id: 'uniform-access',
  title: 'Access to objects is given by IAM on the bucket only, never by ACLs',
  controls: [],
  check: (stack) => [
    ...resources(stack, 'google_storage_bucket').flatMap(([address, { uniform_bucket_level_access: uniform }]) =>
      uniform === true ? [] : [`${address}: takes ACLs`],
    ),
    ...Object.keys(stack.resource)
      .filter((type) => /^google_storage_\w*(acl|access_control)$/.test(type))
      .flatMap((type) => resources(stack, type).map(([address]) => `${address}: an ACL`)),
  ],
};
