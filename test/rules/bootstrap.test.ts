import { join } from 'node:path';
import { loadEnvironments } from '../../environments/load';
import { projectRoot } from '../../environments/root';
import type { Environment } from '../../environments/schema';
import { addBootstrapStacks } from '../../stacks/bootstrap';
import { BOOTSTRAP_OPTIONS, bootstrapEnvironment } from '../stacks/bootstrap-options';
import { type StackJson, synthesizeStacks } from '../synthesize';
import { AWS_RULES } from './aws-rules';
import { BOOTSTRAP_AWS_RULES } from './bootstrap-rules-aws';
import { BOOTSTRAP_GOOGLE_RULES } from './bootstrap-rules-google';
import { add, resource, set } from './google/edit';
import { GOOGLE_RULES } from './google/rules';
import type { Rule } from './rule';

interface Subject {
  readonly name: string;
  readonly environment: Environment;
  readonly stack: StackJson;
}

const environments: readonly (readonly [string, Environment])[] = [
  ...loadEnvironments(join(projectRoot, 'environments'))
    .filter(({ bootstrap }) => bootstrap !== undefined)
    .map((one) => [one.environment, one] as const),
  ...BOOTSTRAP_OPTIONS.map((name) => [name, bootstrapEnvironment(name)] as const),
];

const subjects: readonly Subject[] = environments.flatMap(([name, environment]) =>
  Object.values(
    synthesizeStacks((app) => environment.bootstrap && addBootstrapStacks(app, environment, environment.bootstrap)),
  ).map((stack) => ({ name, environment, stack })),
);

interface Broken {
  readonly what: string;
  readonly edit: (stack: StackJson) => void;
  readonly found: RegExp;
}

const HOST = 'token.actions.githubusercontent.com';
const OTHER = 'repo:acme/tributary:environment:test';

/** Changes a policy of a resource, as the object that it is. */
function policy(type: string, name: string, attribute: string, change: (document: StackJson) => void): Broken['edit'] {
  return (stack) => {
    const one = resource(stack, type, name);
    const document = JSON.parse(one[attribute]);
    change(document);
    one[attribute] = JSON.stringify(document);
  };
}

const trust = (name: string, change: (statement: StackJson) => void) =>
  policy('aws_iam_role', name, 'assume_role_policy', ({ Statement: [statement] }) => change(statement));
const may = (type: string, Action: string, Resource: string) =>
  policy(type, '', 'policy', ({ Statement }) => Statement.push({ Sid: 'Added', Effect: 'Allow', Action, Resource }));

const DEPLOY_ROLE = 'arn:aws:iam::111122223333:role/test-ci-deploy';

const AWS_BROKEN: Readonly<Record<string, readonly Broken[]>> = {
  'workflow-trust': [
    {
      what: 'any branch',
      edit: trust('plan', ({ Condition }) => {
        Condition.StringLike = { [`${HOST}:sub`]: 'repo:acme@12345678/tributary@987654321:*' };
      }),
      found: /^aws_iam_role\.plan_role.*trusts more/,
    },
    {
      what: 'a pattern that compares for equality',
      edit: trust('deploy', ({ Condition }) => {
        Condition.StringEquals[`${HOST}:sub`] = 'repo:acme@12345678/tributary@987654321:environment:*';
      }),
      found: /^aws_iam_role\.deploy_role.*trusts more/,
    },
    {
      what: 'another repository',
      edit: trust('plan', ({ Condition }) => {
        Condition.StringEquals[`${HOST}:sub`].push(OTHER);
      }),
      found: /trusts more/,
    },
    {
      what: 'no audience',
      edit: trust('plan', ({ Condition }) => {
        Condition.StringEquals[`${HOST}:aud`] = undefined;
      }),
      found: /trusts more/,
    },
    {
      what: 'no subject',
      edit: trust('plan', ({ Condition }) => {
        Condition.StringEquals[`${HOST}:sub`] = undefined;
      }),
      found: /trusts more/,
    },
    {
      what: 'an account beside GitHub',
      edit: trust('plan', ({ Principal }) => {
        Principal.AWS = '111122223333';
      }),
      found: /trusts more/,
    },
  ],
  'deploy-from-environment': [
    {
      what: 'a deploy from any branch',
      edit: trust('deploy', ({ Condition }) => {
        Condition.StringEquals[`${HOST}:ref`] = undefined;
      }),
      found: /^aws_iam_role\.deploy/,
    },
    {
      what: 'a deploy by a pull request',
      edit: trust('deploy', ({ Condition }) => {
        Condition.StringEquals[`${HOST}:sub`] = 'repo:acme@12345678/tributary@987654321:pull_request';
      }),
      found: /^aws_iam_role\.deploy.*pull_request/,
    },
  ],
  'plan-reads-settings': [
    { what: 'log files', edit: may('aws_iam_policy', 's3:GetObject', 'arn:aws:s3:::x/*'), found: /s3:GetObject on/ },
    { what: 'messages', edit: may('aws_iam_policy', 'sqs:ReceiveMessage', 'x'), found: /ReceiveMessage/ },
    { what: 'a write', edit: may('aws_iam_policy', 's3:PutBucketPolicy', 'x'), found: /PutBucketPolicy/ },
  ],
  'plan-has-no-more': [
    {
      what: 'a policy of AWS',
      edit: add('aws_iam_role_policy_attachment', {
        role: '${aws_iam_role.plan_role_4F38B07F.name}',
        policy_arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
      }),
      found: /^aws_iam_role\.plan.*2 attached/,
    },
  ],
  'workflow-reads-no-content': [
    { what: 'log files', edit: may('aws_iam_role_policy', 's3:GetObject', 'arn:aws:s3:::x/*'), found: /GetObject on/ },
    { what: 'a key', edit: may('aws_iam_role_policy', 'kms:Decrypt', 'x'), found: /kms:Decrypt/ },
    { what: 'secrets', edit: may('aws_iam_role_policy', 'secretsmanager:GetSecretValue', 'x'), found: /secretsm/ },
  ],
  'workflow-named-resources': [
    { what: 'every action', edit: may('aws_iam_role_policy', 's3:*', 'x'), found: /s3:\* on x/ },
    { what: 'every queue', edit: may('aws_iam_role_policy', 'sqs:DeleteQueue', '*'), found: /DeleteQueue on \*/ },
    {
      what: 'every key',
      edit: may('aws_iam_role_policy', 'kms:PutKeyPolicy', 'arn:aws:kms:eu-west-1:111122223333:key/*'),
      found: /PutKeyPolicy/,
    },
  ],
  'workflow-no-escalation': [
    {
      what: 'the trust of a role',
      edit: may('aws_iam_role_policy', 'iam:UpdateAssumeRolePolicy', DEPLOY_ROLE),
      found: /UpdateAssumeRolePolicy/,
    },
    { what: 'roles handed on', edit: may('aws_iam_role_policy', 'iam:PassRole', 'x'), found: /PassRole/ },
  ],
  'workflow-keeps-states': [
    {
      what: 'the state of bootstrap is written',
      edit: may('aws_iam_role_policy', 's3:PutObject', 'arn:aws:s3:::s/tributary/test-bootstrap-aws.tfstate'),
      found: /PutObject/,
    },
    {
      what: 'a state is deleted',
      edit: may('aws_iam_role_policy', 's3:DeleteObject', 'arn:aws:s3:::s/tributary/test-qualys-secops.tfstate'),
      found: /DeleteObject/,
    },
  ],
  'state-stays': [
    { what: 'a bucket that goes', edit: set('aws_s3_bucket', '', { lifecycle: {} }), found: /can be destroyed/ },
    {
      what: 'states that expire',
      edit: (stack) => {
        resource(stack, 'aws_s3_bucket_lifecycle_configuration').rule[0].expiration = [{ days: 90 }];
      },
      found: /states expire/,
    },
  ],
  'policy-sizes': [
    { what: 'a long policy', edit: set('aws_iam_policy', '', { policy: 'x'.repeat(6_145) }), found: /6145 characters/ },
    {
      what: 'a long inline policy',
      edit: set('aws_iam_role_policy', '', { policy: 'x'.repeat(10_241) }),
      found: /10241 characters/,
    },
  ],
};

const permit =
  (kind: string, permission: string): Broken['edit'] =>
  (stack) => {
    resource(stack, 'google_project_iam_custom_role', `${kind}_role-acme-secops`).permissions.push(permission);
  };

const GOOGLE_BROKEN: Readonly<Record<string, readonly Broken[]>> = {
  'provider-condition': [
    {
      what: 'no condition',
      edit: set('google_iam_workload_identity_pool_provider', '', { attribute_condition: undefined }),
      found: /takes more/,
    },
    {
      what: 'any repository of the owner',
      edit: set('google_iam_workload_identity_pool_provider', '', {
        attribute_condition: 'assertion.repository_owner == "acme"',
      }),
      found: /takes more/,
    },
    {
      what: 'another issuer',
      edit: set('google_iam_workload_identity_pool_provider', '', { oidc: { issuer_uri: 'https://example.com' } }),
      found: /takes more/,
    },
  ],
  'account-trust': [
    {
      what: 'the whole pool',
      edit: set('google_service_account_iam_member', 'plan_trust-branch', {
        member: 'principalSet://iam.googleapis.com/pool/*',
      }),
      found: /^google_service_account_iam_member\.plan_trust-branch/,
    },
    {
      what: 'a deploy by a pull request',
      edit: set('google_service_account_iam_member', 'deploy_', {
        member: 'principal://iam.googleapis.com/pool/subject/repo:acme@12345678/tributary@987654321:pull_request',
      }),
      found: /^google_service_account_iam_member\.deploy_/,
    },
    {
      what: 'a pull request that watches',
      edit: set('google_service_account_iam_member', 'watch_trust', {
        member: 'principal://iam.googleapis.com/pool/subject/repo:acme@12345678/tributary@987654321:pull_request',
      }),
      found: /^google_service_account_iam_member\.watch_/,
    },
  ],
  'watch-permissions': [
    { what: 'a write', edit: permit('watch', 'cloudscheduler.jobs.pause'), found: /jobs\.pause$/ },
    {
      what: 'a role that writes',
      edit: set('google_project_iam_member', 'reads-cursor', { role: 'roles/storage.objectUser' }),
      found: /objectUser$/,
    },
  ],
  'plan-permissions': [
    { what: 'a write', edit: permit('plan', 'storage.buckets.update'), found: /storage\.buckets\.update$/ },
    {
      what: 'a role that writes',
      edit: set('google_project_iam_member', 'plan_reads-bundle', { role: 'roles/storage.objectUser' }),
      found: /objectUser$/,
    },
  ],
  'no-content': [
    { what: 'secrets', edit: permit('deploy', 'secretmanager.versions.access'), found: /versions\.access$/ },
    { what: 'objects', edit: permit('deploy', 'storage.objects.get'), found: /objects\.get$/ },
    { what: 'log entries', edit: permit('plan', 'logging.logEntries.list'), found: /logEntries\.list$/ },
    { what: 'audit logs', edit: permit('watch', 'logging.privateLogEntries.list'), found: /privateLogEntries\.list$/ },
  ],
  'no-escalation': [
    { what: 'custom roles', edit: permit('deploy', 'iam.roles.update'), found: /roles\.update$/ },
    { what: 'any grant', edit: permit('deploy', 'resourcemanager.projects.setIamPolicy'), found: /setIamPolicy$/ },
    {
      what: 'the pool',
      edit: permit('deploy', 'iam.workloadIdentityPoolProviders.update'),
      found: /Providers\.update$/,
    },
  ],
  'roles-conditional': [
    {
      what: 'every object',
      edit: set('google_project_iam_member', 'reads-bundle', { condition: undefined }),
      found: /objectViewer$/,
    },
    {
      what: 'any grant',
      edit: set('google_project_iam_member', 'grants-to-builds', { condition: undefined }),
      found: /projectIamAdmin$/,
    },
    {
      what: 'a condition that also holds elsewhere',
      edit: (stack) => {
        resource(stack, 'google_project_iam_member', 'reads-bundle').condition.expression += ' || true';
      },
      found: /objectViewer$/,
    },
    {
      what: 'another role',
      edit: set('google_project_iam_member', 'grants-to-builds', { role: 'roles/viewer' }),
      found: /roles\/viewer$/,
    },
  ],
  'state-stays': [
    { what: 'a bucket that goes', edit: set('google_storage_bucket', '', { force_destroy: true }), found: /can go/ },
    {
      what: 'no versions',
      edit: set('google_storage_bucket', '', { versioning: { enabled: false } }),
      found: /can go/,
    },
  ],
};

const CLOUDS: readonly (readonly [
  cloud: 'aws' | 'google',
  rules: readonly Rule[],
  of: string,
  broken: Readonly<Record<string, readonly Broken[]>>,
])[] = [
  ['aws', BOOTSTRAP_AWS_RULES, 'AWS alone', AWS_BROKEN],
  ['google', BOOTSTRAP_GOOGLE_RULES, 'Google Cloud alone', GOOGLE_BROKEN],
];

describe.each(CLOUDS)('%s', (cloud, rules, of, broken) => {
  const every = subjects.filter(
    ({ stack, environment }) => stack['//'].metadata.stackName === `${environment.environment}-bootstrap-${cloud}`,
  );

  test('there are stacks of the environments and of the options', () => {
    const expected = environments.filter(([, { bootstrap }]) => bootstrap?.[cloud] !== undefined).map(([name]) => name);
    expect(every.map(({ name }) => name)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(6);
  });

  describe.each(rules)('$id: $title', ({ id, check }) => {
    test('it holds', () => {
      const found = every.flatMap(({ name, stack, environment }) =>
        check(stack, environment).map((one) => `${name}: ${one}`),
      );
      expect(found).toEqual([]);
    });

    if (broken[id])
      test.each(broken[id])('caught: $what', ({ edit, found }) => {
        const { stack: good, environment } = every.find(({ name }) => name === of) ?? missing();
        const stack = structuredClone(good);
        edit(stack);
        expect(check(stack, environment)).toEqual([expect.stringMatching(found)]);
      });
  });

  test('of each rule something broken is caught, here or where the pipelines are judged', () => {
    const pipelines = [...Object.values(AWS_RULES).flat(), ...GOOGLE_RULES];
    expect(rules.filter((rule) => !broken[rule.id]?.length && !pipelines.includes(rule))).toEqual([]);
    expect(Object.keys(broken).filter((id) => !rules.some((rule) => rule.id === id))).toEqual([]);
  });
});

function missing(): never {
  throw new Error('no stack of that name');
}
