import type { StackJson } from '../synthesize';
import { ACCOUNT_KEYS } from './google/account-keys';
import { BASIC_ROLES } from './google/basic-roles';
import { PUBLIC_ACCESS_PREVENTION } from './google/public-access-prevention';
import { PUBLIC_MEMBERS } from './google/public-members';
import { UNIFORM_ACCESS } from './google/uniform-access';
import type { Rule } from './rule';
import { resources } from './stack';

const CONTENT =
  /^(storage\.objects\.(get|list)|secretmanager\.versions\.access|logging\.(logEntries|privateLogEntries|views)\.)/;

/** What the account that watches may read of it. */
const WATCHED = ['logging.logEntries.list', 'storage.objects.list'];

const customRoles = (stack: StackJson) => resources(stack, 'google_project_iam_custom_role');

/** Roles that Google defines, given on a project or a bucket. */
const grants = (stack: StackJson) =>
  ['google_project_iam_member', 'google_storage_bucket_iam_member']
    .flatMap((type) => resources(stack, type))
    .filter(([, { role }]) => role.startsWith('roles/'));

/** Roles that need a condition, and what it must say. */
const CONDITIONS: Readonly<Record<string, RegExp | undefined>> = {
  'roles/storage.objectViewer': /^resource\.name\.startsWith\("projects\/_\/buckets\/[^"]+\/objects\/[^"]*"\)/,
  'roles/storage.objectUser': /^resource\.name\.startsWith\("projects\/_\/buckets\/[^"]+\/objects\/[^"]*"\)/,
  'roles/resourcemanager.projectIamAdmin':
    /^api\.getAttribute\("iam\.googleapis\.com\/modifiedGrantsByRole", \[\]\)\.hasOnly\(\["roles\/[^*]+"\]\)$/,
  // Names of objects, and the settings of the bucket.
  'roles/storage.legacyBucketReader': undefined,
  'roles/compute.networkAdmin': undefined,
};

/** What an account may do beside reading: permissions of its custom roles, and roles that are not of those that read. */
function writesOf(stack: StackJson, kind: 'plan' | 'watch', reading: RegExp): string[] {
  return [
    ...customRoles(stack)
      .filter(([, { role_id: id }]) => id.endsWith(`_${kind}`))
      .flatMap(([address, { permissions }]) =>
        permissions
          .filter((one: string) => !/\.(get|list|getIamPolicy)$/.test(one))
          .map((one: string) => `${address}: ${one}`),
      ),
    ...grants(stack)
      .filter(([, { member, role }]) => member.includes(`.${kind}_`) && !reading.test(role))
      .map(([address, { role }]) => `${address}: ${role}`),
  ];
}

export const BOOTSTRAP_GOOGLE_RULES: readonly Rule[] = [
  ...[PUBLIC_MEMBERS, PUBLIC_ACCESS_PREVENTION, UNIFORM_ACCESS, ACCOUNT_KEYS, BASIC_ROLES],
  {
    id: 'provider-condition',
    title: 'The provider takes tokens of GitHub only, and of those only whole subjects of the one repository',
    controls: [],
    check: (stack, { bootstrap }) =>
      resources(stack, 'google_iam_workload_identity_pool_provider').flatMap(([address, provider]) => {
        const { attribute_condition: condition = '', attribute_mapping: mapping, oidc } = provider;
        const [, list = '[]', subject = '', ref = ''] =
          /^assertion\.sub in (\[[^\]]+\]) \|\| \(assertion\.sub == "([^"]+)" && assertion\.ref == "([^"]+)"\)$/.exec(
            condition,
          ) ?? [];
        const subjects: string[] = [...JSON.parse(list), subject];
        const isGood =
          oidc.issuer_uri === 'https://token.actions.githubusercontent.com' &&
          mapping['google.subject'] === 'assertion.sub' &&
          ref === `refs/heads/${bootstrap?.branch}` &&
          subjects.every((one) => one.startsWith(`repo:${bootstrap?.repository}:`) && !/[*?]/.test(one));
        return isGood ? [] : [`${address}: takes more than it may`];
      }),
  },
  {
    id: 'account-trust',
    title:
      'Each account trusts whole subjects: those that deploy and watch one environment of GitHub only, and no pull request',
    controls: [],
    check: (stack, { environment, bootstrap }) =>
      resources(stack, 'google_service_account_iam_member').flatMap(
        ([address, { role, member, service_account_id: id }]) => {
          const prefix = `repo:${bootstrap?.repository}:`;
          const [, subject = ''] = /^principal:\/\/iam\.googleapis\.com\/.+?\/subject\/(repo:.+)$/.exec(member) ?? [];
          const deploys = `${prefix}environment:${bootstrap?.githubEnvironment ?? environment}`;
          const isDeployer = id.includes('.deploy_');
          const isWatcher = id.includes('.watch_');
          const isGood =
            role === 'roles/iam.workloadIdentityUser' &&
            subject.startsWith(prefix) &&
            !/[*?]/.test(subject) &&
            (subject === deploys) === isDeployer &&
            (!isWatcher || subject === `${deploys}-watch`);
          return isGood ? [] : [`${address}: ${member}`];
        },
      ),
  },
  {
    id: 'plan-permissions',
    title: 'The account that plans reads settings, and changes nothing',
    controls: [],
    check: (stack) => writesOf(stack, 'plan', /(objectViewer|legacyBucketReader)$/),
  },
  {
    id: 'watch-permissions',
    title: 'The account that watches reads log entries, names of objects and the cursor, and changes nothing',
    controls: [],
    check: (stack) => writesOf(stack, 'watch', /objectViewer$/),
  },
  {
    id: 'no-content',
    title:
      'No custom role reads objects, secrets or, but for the one that watches, log entries; an unprotected environment lists objects to empty a bucket',
    controls: [],
    check: (stack, { protected: isProtected }) =>
      customRoles(stack).flatMap(([address, { role_id: id, permissions }]) =>
        permissions
          .filter((one: string) => CONTENT.test(one))
          .filter((one: string) => !id.endsWith('_watch') || !WATCHED.includes(one))
          .filter((one: string) => one !== 'storage.objects.list' || isProtected || id.endsWith('_plan'))
          .map((one: string) => `${address}: ${one}`),
      ),
  },
  {
    id: 'no-escalation',
    title: 'No account can change custom roles, pools or who may act as an account, nor grant any role it likes',
    controls: [],
    check: (stack) =>
      customRoles(stack).flatMap(([address, { permissions }]) =>
        permissions
          .filter((one: string) =>
            /^iam\.(roles|workloadIdentityPool\w*|serviceAccountKeys)\.(?!get$)|^iam\.serviceAccounts\.(setIamPolicy|getAccessToken|sign\w+)|^resourcemanager\.\w+\.setIamPolicy/.test(
              one,
            ),
          )
          .map((one: string) => `${address}: ${one}`),
      ),
  },
  {
    id: 'roles-conditional',
    title: 'Roles that Google defines are few, and given under a condition where they reach further',
    controls: [],
    check: (stack) =>
      grants(stack).flatMap(([address, { role, condition }]) => {
        const wanted = CONDITIONS[role];
        const terms: string[] = condition?.expression.split(' || ') ?? [];
        const isGood =
          role in CONDITIONS && (wanted === undefined || (terms.length > 0 && terms.every((one) => wanted.test(one))));
        // IAM takes twelve logical operators in a condition ("IAM Conditions quotas and limits").
        return isGood && terms.length <= 13 ? [] : [`${address}: ${role}`];
      }),
  },
  {
    id: 'state-stays',
    title: 'The state bucket is kept, whatever the environment says: versioned, old ones go after 30 days or later',
    controls: [],
    check: (stack) =>
      resources(stack, 'google_storage_bucket').flatMap(
        ([address, { lifecycle, force_destroy: force, versioning, lifecycle_rule: rules }]) => {
          const removing = rules.filter(({ action }: StackJson) => action.type === 'Delete');
          const isGood =
            lifecycle?.prevent_destroy === true &&
            force === false &&
            versioning.enabled === true &&
            removing.length === 1 &&
            removing[0].condition.days_since_noncurrent_time >= 30 &&
            Object.keys(removing[0].condition).length === 1;
          return isGood ? [] : [`${address}: states can go`];
        },
      ),
  },
];
