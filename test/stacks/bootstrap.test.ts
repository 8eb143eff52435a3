import type { StackJson } from '../synthesize';
import { synthesize } from '../synthesize';
import { bootstrapEnvironment, REPOSITORY } from './bootstrap-options';

const stacks = (option: string) => synthesize(bootstrapEnvironment(option));
const all = (stack: StackJson | undefined, type: string): StackJson[] => Object.values(stack?.resource[type] ?? {});

describe('which stacks there are', () => {
  test.each([
    ['AWS alone', ['test-bootstrap-aws', 'test-cloudtrail-cortex']],
    ['Google Cloud alone', ['test-bootstrap-google', 'test-qualys-secops']],
    [
      'both clouds, other branch and environment',
      ['aws', 'google']
        .map((cloud) => `test-bootstrap-${cloud}`)
        .concat(['cloudtrail-cortex', 'logpush-taegis', 'qualys-secops'].map((pipeline) => `test-${pipeline}`)),
    ],
  ])('%s', (option, expected) => {
    expect(Object.keys(stacks(option))).toEqual(expected);
  });
});

describe('its own state', () => {
  const backend = (option: string) => stacks(option)['test-bootstrap-aws']?.terraform.backend;

  test('is local until the bucket is there, while the pipelines already name the bucket', () => {
    expect(backend('AWS, before the move')).toEqual({ local: { path: '../../../.state/test-bootstrap-aws.tfstate' } });
    expect(stacks('AWS, before the move')['test-cloudtrail-cortex']?.terraform.backend.s3.bucket).toBe('acme-state');
  });

  test('is then in the bucket that it makes', () => {
    const { 'test-bootstrap-aws': stack } = stacks('AWS alone');
    expect(stack?.terraform.backend.s3).toMatchObject({
      bucket: 'acme-state',
      key: 'tributary/test-bootstrap-aws.tfstate',
    });
    expect(all(stack, 'aws_s3_bucket').map(({ bucket }) => bucket)).toEqual(['acme-state']);
  });

  test('with the state in Cloud Storage, AWS has no bucket, and no word of states', () => {
    const { 'test-bootstrap-aws': aws, 'test-bootstrap-google': google } = stacks(
      'both clouds, other branch and environment',
    );
    expect(aws?.terraform.backend.gcs.prefix).toBe('team/tributary/test-bootstrap-aws');
    expect(all(aws, 'aws_s3_bucket')).toEqual([]);
    expect(JSON.stringify(aws?.resource)).not.toContain('tfstate');
    expect(all(google, 'google_storage_bucket').map(({ name, location }) => [name, location])).toEqual([
      ['acme-state', 'EU'],
    ]);
  });
});

test('what is there is taken: no bucket, no provider, and whom to trust is the same', () => {
  const { 'test-bootstrap-aws': aws } = stacks('AWS, what is there is taken');
  expect(all(aws, 'aws_s3_bucket')).toEqual([]);
  expect(all(aws, 'aws_iam_openid_connect_provider')).toEqual([]);
  for (const { assume_role_policy: trust } of all(aws, 'aws_iam_role'))
    expect(JSON.parse(trust).Statement[0].Principal).toEqual({
      Federated: 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com',
    });
  const { 'test-bootstrap-google': google } = stacks('Google Cloud, what is there is taken');
  expect(all(google, 'google_storage_bucket')).toEqual([]);
  expect(all(google, 'google_iam_workload_identity_pool')).toEqual([]);
  expect(all(google, 'google_service_account_iam_member').map(({ member }) => member)).toContain(
    `principal://iam.googleapis.com/projects/1234567890/locations/global/workloadIdentityPools/ci-pool/subject/${`repo:${REPOSITORY}:pull_request`}`,
  );
});

test('the OIDC provider has the audience of the action, and no thumbprint', () => {
  const [provider] = all(stacks('AWS alone')['test-bootstrap-aws'], 'aws_iam_openid_connect_provider');
  expect(provider).toMatchObject({
    url: 'https://token.actions.githubusercontent.com',
    client_id_list: ['sts.amazonaws.com'],
  });
  expect(provider?.thumbprint_list).toBeUndefined();
});

test('another branch and another environment of GitHub', () => {
  const { 'test-bootstrap-google': google } = stacks('both clouds, other branch and environment');
  const subject = (rest: string) => `"repo:${REPOSITORY}:${rest}"`;
  expect(all(google, 'google_iam_workload_identity_pool_provider')[0]?.attribute_condition).toBe(
    `assertion.sub in [${['pull_request', 'ref:refs/heads/release/v1', 'environment:Production-plan', 'environment:Production-watch'].map(subject).join()}]` +
      ` || (assertion.sub == ${subject('environment:Production')} && assertion.ref == "refs/heads/release/v1")`,
  );
});

describe('Google Cloud: every project has the permissions of what is in it', () => {
  const { 'test-bootstrap-google': stack } = stacks('Google Cloud, everything of the collector');
  const permissions = (project: string, kind: string): string[] =>
    all(stack, 'google_project_iam_custom_role').find(
      (role) => role.project === project && role.role_id === `tributary_test_${kind}`,
    )?.permissions;
  const shared = ['iam.roles.get', 'resourcemanager.projects.get', 'resourcemanager.projects.getIamPolicy'];

  test('SecOps and the key in projects of their own', () => {
    expect(permissions('acme-chronicle', 'plan')).toEqual(['chronicle.feeds.get', ...shared]);
    expect(permissions('acme-chronicle', 'deploy')).toEqual([
      ...['create', 'delete', 'get', 'update'].map((verb) => `chronicle.feeds.${verb}`),
      ...shared,
    ]);
    expect(permissions('acme-keys', 'plan')).toEqual(['cloudkms.cryptoKeys.getIamPolicy', ...shared]);
    expect(permissions('acme-keys', 'deploy')).toEqual([
      ...['cloudkms.cryptoKeys.getIamPolicy', 'cloudkms.cryptoKeys.setIamPolicy'],
      ...shared,
    ]);
  });

  test('what status asks for, for the account that watches and no other', () => {
    expect(permissions('acme-secops', 'watch')).toEqual([
      'cloudscheduler.jobs.get',
      'logging.logEntries.list',
      'storage.objects.list',
    ]);
    expect(permissions('acme-chronicle', 'watch')).toEqual([
      ...['chronicle.feeds.list', 'chronicle.parserExtensions.list', 'chronicle.parsers.list'],
    ]);
    const cursor = all(stack, 'google_project_iam_member').filter(
      ({ member, role }) => member.includes('.watch_') && role.startsWith('roles/'),
    );
    expect(cursor.map(({ role, condition }) => [role, condition.expression])).toEqual([
      [
        'roles/storage.objectViewer',
        'resource.name.startsWith("projects/_/buckets/acme-secops-test-qualys-state/objects/")',
      ],
    ]);
    expect(Object.keys(stack?.output)).toContain('GOOGLE_WATCH_SERVICE_ACCOUNT');
  });

  test('the bundle by the name of its bucket', () => {
    const conditions = all(stack, 'google_project_iam_member').map(({ condition }) => condition?.expression);
    expect(conditions).toContain('resource.name.startsWith("projects/_/buckets/acme-code/objects/")');
  });

  test('roles that the pipeline grants in the project are those that a deploy may grant', () => {
    const [granting] = all(stack, 'google_project_iam_member').filter(({ role }) => role.endsWith('projectIamAdmin'));
    const { 'test-qualys-secops': pipeline } = stacks('Google Cloud, everything of the collector');
    const roles = all(pipeline, 'google_project_iam_member').map(({ role }) => role);
    expect(JSON.parse(/hasOnly\((\[.*\])\)$/.exec(granting?.condition.expression)?.[1] ?? '').sort()).toEqual(
      roles.sort(),
    );
  });
});

test('a deploy of a protected environment cannot delete what is stateful in Google Cloud', () => {
  const deploys = (option: string): string[] =>
    all(stacks(option)['test-bootstrap-google'], 'google_project_iam_custom_role')
      .filter(({ role_id: id }) => id.endsWith('_deploy'))
      .flatMap(({ permissions }) => permissions)
      .filter((permission) => /^(storage|secretmanager)\..*\.(delete|destroy)$/.test(permission));
  expect(deploys('Google Cloud, protected')).toEqual([]);
  expect(deploys('Google Cloud alone')).toEqual([
    ...['secretmanager.secrets.delete', 'secretmanager.versions.destroy'],
    ...['storage.buckets.delete', 'storage.objects.delete'],
  ]);
});

describe('states in Cloud Storage', () => {
  const { 'test-bootstrap-google': stack } = stacks('both clouds, other branch and environment');
  const expressions = (role: string, member: string): string[] =>
    all(stack, 'google_storage_bucket_iam_member')
      .filter((grant) => grant.role === role && grant.member.includes(member))
      .map(({ condition }) => condition?.expression);
  const starts = (...ends: string[]) =>
    ends
      .map((end) => `resource.name.startsWith("projects/_/buckets/acme-state/objects/team/tributary/${end}")`)
      .join(' || ');
  const pipelines = [
    ...['test-qualys-secops/', 'test-cloudtrail-cortex/', 'test-logpush-taegis/', 'test-logpush-taegis-'],
  ];

  test('both read those of this environment; only pipelines have theirs written, the others locked', () => {
    const bootstrap = ['test-bootstrap-aws/', 'test-bootstrap-google/'];
    for (const member of ['.plan_', '.deploy_'])
      expect(expressions('roles/storage.objectViewer', member)).toEqual([starts(...pipelines, ...bootstrap)]);
    expect(expressions('roles/storage.objectUser', '.plan_')).toEqual([]);
    expect(expressions('roles/storage.objectUser', '.deploy_')).toEqual([
      starts(...pipelines, ...bootstrap.map((stack) => `${stack}default.tflock`)),
    ]);
  });
});
