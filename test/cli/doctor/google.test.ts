import type { Check } from '../../../cli/doctor/check';
import { checkGoogle } from '../../../cli/doctor/google';
import { neededPermissions } from '../../../cli/doctor/google-permissions';
import { POLICIES } from '../../../cli/doctor/google-policies';
import { createGoogleApi } from '../../../cli/google-api';
import { checkEnvironment } from '../../../environments/check';
import type { Environment } from '../../../environments/schema';
import { qualysPermissions } from '../../../stacks/google-permissions';
import { type GooglePreflight, type PreflightProject, startGooglePreflight } from '../../simulators/google-preflight';
import { expectTold, rowsOf } from './rows';

const TOKEN = 'ya29.an-access-token';
const PROJECT = 'acme-secops';
const SIEM = 'acme-siem';
const INSTANCE = '0f3c1d52-6f0e-4a44-8f0c-b7a5d2f7b9e1';
const ACCOUNT = 'chronicle-1@chronicle-gcp-prod.iam.gserviceaccount.com';

let google: GooglePreflight;
let project: PreflightProject;
beforeEach(async () => {
  google = await startGooglePreflight({ tokens: [TOKEN] });
  project = prepared(FULL, PROJECT);
  google.projects.set(PROJECT, project);
  google.projects.set(SIEM, prepared(FULL, SIEM));
  google.instances.set(`projects/${SIEM}/locations/europe/instances/${INSTANCE}`, ACCOUNT);
});
afterEach(() => google.close());

function environmentOf(
  more = '',
  secops = `  secops: { location: europe, instance: ${INSTANCE}, project: ${SIEM}, feedServiceAccount: ${ACCOUNT} }\n`,
) {
  const text = `environment: prod\nprotected: true\nbackend: { local: {} }\nqualys:\n  project: ${PROJECT}\n  region: europe-west3\n  apiUrl: qualysapi.qualys.eu\n${more}${secops}`;
  const { environment, problems } = checkEnvironment('prod.yaml', text, 'prod');
  if (environment?.qualys === undefined) throw new Error(JSON.stringify(problems));
  return environment as Environment & { qualys: NonNullable<Environment['qualys']> };
}
const FULL = environmentOf();

function prepared(environment: typeof FULL, id: string): PreflightProject {
  return {
    number: '4711',
    lifecycleState: 'ACTIVE',
    permissions: new Set(neededPermissions(qualysPermissions(environment, environment.qualys)).get(id)),
    billingEnabled: true,
    services: ['logging', 'storage', 'serviceusage', 'chronicle', 'cloudresourcemanager'].map(
      (name) => `${name}.googleapis.com`,
    ),
    policies: {},
  };
}

async function look(environment = FULL, token = TOKEN): Promise<readonly Check[]> {
  const services = ['CHRONICLE', 'CLOUDBILLING', 'CLOUDRESOURCEMANAGER', 'SERVICEUSAGE'];
  const overrides = services.map((service) => [`CLOUDSDK_API_ENDPOINT_OVERRIDES_${service}`, google.url]);
  const env = { ...Object.fromEntries(overrides), GOOGLE_OAUTH_ACCESS_TOKEN: token };
  const api = createGoogleApi({ project: PROJECT, env, repetitions: 0, timeoutMs: 10_000 });
  const { checks } = await checkGoogle({ environment, settings: environment.qualys, api, timeoutMs: 10_000 });
  expectTold(checks, token);
  return checks;
}

test('a project that is ready is good everywhere, and nothing is changed', async () => {
  const checks = await look();
  expect(rowsOf(checks)).toEqual([]);
  expect(checks.map(({ name }) => name)).toEqual([
    ...['credentials', 'project', 'permissions', 'permissions', 'billing', 'APIs', 'APIs', 'org policies'],
    ...['SecOps instance', 'feed account'],
  ]);
  expect(checks.at(-1)?.finding).toBe(`${ACCOUNT}, as in the environment file`);
  for (const line of google.requests) expect(line).toMatch(/^GET |:testIamPermissions$|:getEffectiveOrgPolicy$/);
});

type Fault = [what: string, change: () => void, code: string, state: Check['state'], finding: RegExp];

const FAULTS: Fault[] = [
  [
    'a project that is deleted',
    () => {
      project.lifecycleState = 'DELETE_REQUESTED';
    },
    'google-project-inactive',
    'will fail',
    /DELETE_REQUESTED/,
  ],
  [
    'a missing permission',
    () => {
      project.permissions.delete('storage.buckets.create');
    },
    'google-permissions-missing',
    'will fail',
    /you lack 1 of \d+ that a deploy needs: storage\.buckets\.create$/,
  ],
  [
    'a missing permission of a role',
    () => {
      project.permissions.delete('resourcemanager.projects.setIamPolicy');
    },
    'google-permissions-missing',
    'will fail',
    /setIamPolicy/,
  ],
  [
    'a missing permission on SecOps',
    () => {
      google.projects.get(SIEM)?.permissions.delete('chronicle.feeds.create');
    },
    'google-permissions-missing',
    'will fail',
    /in the project acme-siem .*chronicle\.feeds\.create/,
  ],
  [
    'no billing',
    () => {
      project.billingEnabled = false;
    },
    'google-billing-off',
    'will fail',
    /no open billing account/,
  ],
  [
    'billing that is not told',
    () => {
      google.refusals.push({ on: /billingInfo/, off: 'cloudbilling.googleapis.com' });
    },
    'google-api-off',
    'could not tell',
    /in the project 4711/,
  ],
  [
    'an API that is off',
    () => {
      project.services = ['serviceusage.googleapis.com'];
    },
    'google-api-off',
    'will fail',
    /^cloudresourcemanager off in the project acme-secops: no deploy turns it on$/,
  ],
  [
    "SecOps' API that is off",
    () => {
      Object.assign(google.projects.get(SIEM) ?? {}, { services: [] });
    },
    'google-api-off',
    'will fail',
    /^chronicle off in the project acme-siem/,
  ],
  [
    'the API of APIs that is off',
    () => {
      google.refusals.push({ on: /acme-secops\/services/, off: 'serviceusage.googleapis.com' });
    },
    'google-api-off',
    'will fail',
    /is off/,
  ],
  [
    'APIs that are not told',
    () => {
      google.refusals.push({ on: /acme-secops\/services/, permission: 'serviceusage.services.list' });
    },
    'google-apis-not-told',
    'could not tell',
    /could not list the APIs/,
  ],
  [
    'policies that are not told',
    () => {
      google.refusals.push({ on: /OrgPolicy/, permission: 'orgpolicy.policy.get' });
    },
    'google-policies-not-told',
    'could not tell',
    /could not read the policy/,
  ],
  [
    'another feed account',
    () => {
      google.instances.set(
        `projects/${SIEM}/locations/europe/instances/${INSTANCE}`,
        'other@secops-gcp-prod.iam.gserviceaccount.com',
      );
    },
    'google-feed-account-differs',
    'will fail',
    /^feeds read with other@/,
  ],
  [
    'a feed account that is not told',
    () => {
      google.refusals.push({ on: /feedServiceAccounts/, permission: 'chronicle.feedServiceAccounts.fetch' });
    },
    'google-feed-account-not-told',
    'could not tell',
    /403/,
  ],
  [
    'a failure of Google',
    () => {
      google.refusals.push({ on: /billingInfo/, status: 503 });
    },
    'google-billing-not-told',
    'could not tell',
    /503/,
  ],
];

test.each(FAULTS)('%s is its row and no other', async (_, change, code, state, finding) => {
  change();
  const checks = await look();
  expect(rowsOf(checks)).toEqual([[code, state]]);
  expect(checks.find((check) => check.code === code)?.finding).toMatch(finding);
});

test('an instance that is not there is told of both looks at it', async () => {
  google.instances.clear();
  expect(rowsOf(await look())).toEqual([
    ['google-secops-not-found', 'will fail'],
    ['google-secops-not-found', 'will fail'],
  ]);
});

test.each<[string, () => void, string, Check['state']]>([
  ['not there, or not to be seen', () => google.projects.delete(PROJECT), 'google-project-hidden', 'could not tell'],
  [
    'asked about in vain: the API is off',
    () => google.refusals.push({ on: /projects\/acme-secops$/, off: 'cloudresourcemanager.googleapis.com' }),
    'google-api-off',
    'will fail',
  ],
])('a project that is %s: one row, and the rest is skipped', async (_, change, code, state) => {
  change();
  const checks = await look();
  expect(checks[0]).toMatchObject({ name: 'credentials', state: 'ok' });
  expect(rowsOf(checks)).toEqual([[code, state]]);
  expect(checks.slice(2).map(({ finding }) => finding)).toEqual(
    Array(6).fill('because the project has to be good first'),
  );
  expect(google.requests).toHaveLength(1);
});

test('more permissions than fit one request are asked in several, and all lacking ones are in the details', async () => {
  project.permissions.clear();
  const [missing] = (await look()).filter(({ code }) => code === 'google-permissions-missing');
  const all = neededPermissions(qualysPermissions(FULL, FULL.qualys)).get(PROJECT) ?? [];
  expect(missing?.details).toEqual(all);
  expect(missing?.finding).toContain(`${all.slice(0, 6).join(', ')} and ${all.length - 6} more (--json names all)`);
});

test('without SecOps nothing is asked of it', async () => {
  const checks = await look(environmentOf('', ''));
  expect(checks.slice(-2).map(({ state, finding }) => [state, finding])).toEqual([
    ['skipped', 'because the environment file has no qualys.secops'],
    ['skipped', 'because the environment file has no qualys.secops'],
  ]);
  expect(google.requests.filter((line) => line.includes('instances'))).toEqual([]);
});

test('credentials that Google refuses: one row, and the rest is skipped', async () => {
  const checks = await look(FULL, 'ya29.another');
  expect(rowsOf(checks)).toEqual([['google-credentials-refused', 'will fail']]);
  expect(checks.map(({ name }) => name)).toEqual([
    ...['credentials', 'project', 'permissions', 'billing', 'APIs', 'org policies', 'SecOps instance', 'feed account'],
  ]);
  expect(google.requests).toHaveLength(1);
});

const CMEK_SERVICES = ['storage', 'secretmanager'].map((name) => `is:${name}.googleapis.com`);
const KEY = '  storage: { kmsKey: projects/acme-secops/locations/europe-west3/keyRings/r/cryptoKeys/k }\n';
const STATIC = '  egress: static\n';

describe('policies of the organization', () => {
  const list = (listPolicy: object) => ({ listPolicy });
  const allowed = (...allowedValues: string[]) => list({ allowedValues });
  const denied = (...deniedValues: string[]) => list({ deniedValues });

  test.each<[string, object, Check['state'] | 'none', string?]>([
    ['iam.allowedPolicyMemberDomains', allowed('C0abc'), 'will fail'],
    ['iam.allowedPolicyMemberDomains', allowed('C0abc', 'is:C02h8e9nw'), 'none'],
    ['iam.allowedPolicyMemberDomains', list({ allValues: 'DENY' }), 'will fail'],
    ['iam.allowedPolicyMemberDomains', list({ allValues: 'ALLOW' }), 'none'],
    ['gcp.restrictNonCmekServices', denied(...CMEK_SERVICES), 'will fail'],
    ['gcp.restrictNonCmekServices', denied('storage.googleapis.com'), 'none', KEY],
    ['gcp.restrictNonCmekServices', denied('secretmanager.googleapis.com'), 'will fail', KEY],
    ['gcp.resourceLocations', allowed('in:europe-west3-locations', 'global'), 'none'],
    ['gcp.resourceLocations', allowed('in:europe-locations', 'global'), 'none'],
    ['gcp.resourceLocations', allowed('europe-west3'), 'will fail'],
    ['gcp.resourceLocations', allowed('us-east1', 'global'), 'will fail'],
    ['gcp.resourceLocations', allowed('in:eu-locations', 'global'), 'could not tell'],
    ['gcp.resourceLocations', list({ allValues: 'DENY' }), 'will fail'],
    ['run.allowedIngress', allowed('is:internal'), 'none'],
    ['run.allowedIngress', allowed('internal-and-cloud-load-balancing'), 'will fail'],
    ['cloudfunctions.allowedIngressSettings', allowed('ALLOW_ALL'), 'will fail'],
    ['run.allowedVPCEgress', allowed('all-traffic'), 'could not tell'],
    ['run.allowedVPCEgress', allowed('all-traffic'), 'none', STATIC],
    ['run.allowedVPCEgress', allowed('private-ranges-only'), 'will fail', STATIC],
    ['cloudfunctions.allowedVpcConnectorEgressSettings', allowed('PRIVATE_RANGES_ONLY'), 'will fail', STATIC],
    ['cloudfunctions.allowedVpcConnectorEgressSettings', allowed('PRIVATE_RANGES_ONLY'), 'none'],
    ['storage.publicAccessPrevention', { booleanPolicy: { enforced: true } }, 'none'],
    ['storage.uniformBucketLevelAccess', { booleanPolicy: { enforced: true } }, 'none'],
    ['iam.disableServiceAccountKeyCreation', { booleanPolicy: { enforced: true } }, 'none'],
    ['iam.automaticIamGrantsForDefaultServiceAccounts', { booleanPolicy: { enforced: true } }, 'none'],
    ['cloudfunctions.requireVPCConnector', { booleanPolicy: { enforced: true } }, 'none'],
  ])('%s %j: %s', async (constraint, policy, state, more = '') => {
    const environment = environmentOf(more);
    project.policies[constraint] = policy;
    project.permissions = prepared(environment, PROJECT).permissions;
    const checks = await look(environment);
    const code = `google-policy-${constraint.replace('.', '-').toLowerCase()}`;
    expect(rowsOf(checks)).toEqual(state === 'none' ? [] : [[code, state]]);
    const inForce = !JSON.stringify(policy).includes('"ALLOW"') ? 1 : 0;
    if (state === 'none')
      expect(checks.find((check) => check.name === 'org policies')?.finding).toBe(
        `of 12 that matter ${inForce} are in force, and none stops the deploy`,
      );
  });

  test('each of the twelve is asked about, and no other', async () => {
    await look();
    expect(Object.keys(POLICIES)).toHaveLength(12);
    expect(google.requests.filter((line) => line.endsWith(':getEffectiveOrgPolicy'))).toHaveLength(12);
  });
});
