import type { Rule } from '../rule';
import { grants } from './grants';

/** Roles that hold thousands of permissions (cloud.google.com/iam/docs/roles-overview, "Basic roles"). */
const BASIC = ['roles/owner', 'roles/editor', 'roles/viewer', 'roles/admin', 'roles/writer', 'roles/reader'];

export const BASIC_ROLES: Rule = {
  id: 'basic-roles',
  title: 'Nobody has a basic role',
  controls: [],
  check: (stack) =>
    grants(stack).flatMap(({ address, role }) =>
      role === undefined || BASIC.includes(role) ? [`${address}: ${role}`] : [],
    ),
};
