import { BASIC_ROLES } from './basic-roles';
import { add, set } from './edit';
import { testRule } from './rule-tests';

testRule(BASIC_ROLES, [
  {
    what: 'the build account edits the project',
    edit: set('google_project_iam_member', 'build-writes-logs', { role: 'roles/editor' }),
    found: /^google_project_iam_member\.build-writes-logs.*: roles\/editor$/,
  },
  {
    what: 'a viewer of the project, by a binding',
    edit: add('google_project_iam_binding', { role: 'roles/viewer', members: ['group:all@example.com'] }),
    found: /^google_project_iam_binding\.added: roles\/viewer$/,
  },
]);
