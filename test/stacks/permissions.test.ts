import { ENVIRONMENT, STORE_PERMISSIONS } from '../../functions/qualys/contract';
import { only, type StackJson, synthesize } from '../synthesize';
import { optionEnvironment } from './qualys-options';

/**
 * What the roles permit on objects and on the versions of secrets ("IAM roles for Cloud Storage",
 * docs.cloud.google.com/storage/docs/access-control/iam-roles, and "Secret Manager roles and permissions",
 * docs.cloud.google.com/iam/docs/roles-permissions/secretmanager). Roles on a bucket give nothing else that is looked at.
 */
const ROLES: Readonly<Record<string, readonly string[]>> = {
  'roles/storage.objectCreator': ['storage.objects.create'],
  'roles/storage.objectViewer': ['storage.objects.get', 'storage.objects.list'],
  'roles/storage.objectUser': [
    ...['create', 'delete', 'get', 'list', 'move', 'restore', 'update'].map((verb) => `storage.objects.${verb}`),
  ],
  'roles/secretmanager.secretAccessor': ['secretmanager.versions.access'],
};

interface Grant {
  readonly role: string;
  /** Bucket or secret, as the function names it. */
  readonly on: string;
}

const stack = synthesize(optionEnvironment('secops'))['test-qualys-secops'] ?? {};
const { service_config: service } = only(stack, 'google_cloudfunctions2_function');
const [, account] = /^\$\{(google_service_account\.[\w-]+)\.email\}$/.exec(service.service_account_email) ?? [];

/** `bucket permission`, or `secret permission`, of each thing that the collector does. */
const needed = [
  ...Object.values(STORE_PERMISSIONS).flatMap((by) =>
    Object.entries<readonly string[]>(by).flatMap(([bucket, permissions]) =>
      permissions.map((permission) => `${bucket} ${permission}`),
    ),
  ),
  ...service.secret_volumes.map(({ secret }: StackJson) => `${secret} secretmanager.versions.access`),
];

/** Everything that the stack gives to the account of the function, wherever. */
function grantsOfRuntime(): Grant[] {
  const names: Record<string, string> = {
    [service.environment_variables[ENVIRONMENT.logsBucket]]: 'logs',
    [service.environment_variables[ENVIRONMENT.stateBucket]]: 'state',
  };
  return Object.entries<Record<string, StackJson>>(stack.resource)
    .filter(([type]) => type.includes('_iam_'))
    .flatMap(([, all]) => Object.values(all))
    .filter((grant) => JSON.stringify([grant.member, grant.members]).includes(`\${${account}.`))
    .map(({ role, bucket, secret_id: secret }) => ({
      role,
      // A grant names a secret by its id, a volume by its name within the project.
      on: names[bucket] ?? secret?.replace(/\.id\}$/, '.secret_id}') ?? 'somewhere else',
    }));
}

const granted = grantsOfRuntime();
const missing = (grants: readonly Grant[]) => {
  const given = new Set(
    grants.flatMap(({ role, on }) => ROLES[role]?.map((permission) => `${on} ${permission}`) ?? []),
  );
  return needed.filter((permission) => !given.has(permission));
};

test('the collector needs something of both buckets and both secrets', () => {
  expect(account).toBeDefined();
  expect(new Set(needed.map((one) => one.split(' ')[0])).size).toBe(4);
});

test('what the account of the function is given covers what the collector does', () => {
  expect(missing(granted)).toEqual([]);
});

test.each(granted)('without $role on $on it would lack something', (grant) => {
  expect(missing(granted.filter((one) => one !== grant))).not.toEqual([]);
});

test('on the logs it can neither delete nor replace, and on the state nobody else writes', () => {
  const permissions = (on: string) => granted.filter((one) => one.on === on).flatMap(({ role }) => ROLES[role] ?? []);
  expect(permissions('logs').filter((permission) => /\.(delete|update|move)$/.test(permission))).toEqual([]);
  const state = service.environment_variables[ENVIRONMENT.stateBucket];
  const onState = Object.values<StackJson>(stack.resource.google_storage_bucket_iam_member).filter(
    ({ bucket }) => bucket === state,
  );
  expect(onState.map(({ member }) => member)).toEqual([`\${${account}.member}`]);
});
