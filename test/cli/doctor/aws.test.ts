import { checkAws } from '../../../cli/doctor/aws';
import { wantedOf } from '../../../cli/doctor/aws-rights';
import { hasManagement } from '../../../cli/doctor/aws-trails';
import type { Check } from '../../../cli/doctor/check';
import { type CloudtrailSettings, cloudtrail } from '../../../environments/cloudtrail';
import { loadEnvironment } from '../../../environments/load';
import { cloudtrailPermissions } from '../../../stacks/aws-permissions';
import { type AwsAccount, type SimulatedTrail, startAwsAccount } from '../../simulators/aws-account';
import { expectTold, rowsOf } from './rows';

const ACCOUNT = '111122223333';
const REGION = 'eu-central-1';
const SECRET = 'a-secret-access-key-of-forty-characters!';

const settings = (more: object = {}): CloudtrailSettings =>
  cloudtrail.parse({
    ...{ account: ACCOUNT, region: REGION, trail: 'create' },
    cortex: { externalId: '7c1f4a52-6f0e-4a44-8f0c-b7a5d2f7b9e1' },
    ...more,
  });
const EXISTING = { trail: 'existing', existing: { bucket: 'acme-trail', notification: 'own' } };

let aws: AwsAccount;
const before = { ...process.env };
beforeEach(async () => {
  aws = await startAwsAccount({ account: ACCOUNT, accessKeys: ['AKIAGOOD'], off: ['af-south-1'] });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.url,
    AWS_ACCESS_KEY_ID: 'AKIAGOOD',
    AWS_SECRET_ACCESS_KEY: SECRET,
  });
  delete process.env.AWS_SESSION_TOKEN;
  delete process.env.AWS_PROFILE;
});
afterEach(async () => {
  process.env = { ...before };
  await aws.close();
});

async function look(given = settings()): Promise<readonly Check[]> {
  const { checks } = await checkAws({ environment: 'prod', settings: given, timeoutMs: 10_000 });
  expectTold(checks, SECRET);
  return checks;
}

const trail = (Name: string, more: Partial<SimulatedTrail> = {}): SimulatedTrail => ({
  ...{ Name, HomeRegion: REGION, S3BucketName: `${Name}-bucket` },
  ...more,
});

test('an account that is ready is good everywhere', async () => {
  const checks = await look();
  expect(checks.map(({ name, state }) => [name, state])).toEqual([
    ['identity', 'ok'],
    ['region', 'ok'],
    ['trails', 'ok'],
    ['rights', 'ok'],
  ]);
  expect(checks[0]?.finding).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/Deployer/somebody`);
  expect(checks[2]?.finding).toBe('the trail of the stack fits, and its copy of management events is the first: free');
  expect(Object.fromEntries(aws.simulated)).toMatchObject({
    's3:CreateBucket': `arn:aws:s3:::prod-cloudtrail-${ACCOUNT}-${REGION}`,
    'cloudtrail:CreateTrail': `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/prod-cloudtrail-cortex`,
    'kms:CreateKey': '*',
  });
});

type Fault = [what: string, change: () => void, code: string, state: Check['state'], finding: RegExp, given?: object];

const FAULTS: Fault[] = [
  [
    'another account',
    () => {
      aws.arn = 'arn:aws:iam::999999999999:user/somebody';
    },
    'aws-other-account',
    'will fail',
    /of account 999999999999 .* is in 111122223333/,
  ],
  [
    'credentials that are not known',
    () => {
      process.env.AWS_ACCESS_KEY_ID = 'AKIABAD';
    },
    'aws-credentials-refused',
    'will fail',
    /InvalidClientTokenId/,
  ],
  [
    'a region that is off',
    () => undefined,
    'aws-region-off',
    'will fail',
    /^af-south-1 does not know these credentials, and us-east-1 does/,
    { region: 'af-south-1' },
  ],
  [
    'five trails',
    () => {
      aws.trails = ['a', 'b', 'c', 'd', 'e'].map((name) => trail(name));
    },
    'aws-too-many-trails',
    'will fail',
    /^eu-central-1 has 5 trails \(a, b, c, d, e\), and takes 5/,
  ],
  [
    'trails that are not told',
    () => {
      aws.denied.add('cloudtrail:DescribeTrails');
    },
    'aws-trails-not-told',
    'could not tell',
    /DescribeTrails/,
  ],
  [
    'an existing trail that is not there',
    () => {
      aws.trails = [trail('other')];
    },
    'aws-trail-not-found',
    'will fail',
    /bucket acme-trail/,
    EXISTING,
  ],
  [
    'what the organization blocks',
    () => {
      aws.blocked.set('cloudtrail:CreateTrail', 'organization');
    },
    'aws-blocked',
    'will fail',
    /blocks cloudtrail:CreateTrail$/,
  ],
  [
    'what a boundary blocks',
    () => {
      aws.blocked.set('iam:CreateRole', 'boundary');
    },
    'aws-blocked',
    'will fail',
    /blocks iam:CreateRole$/,
  ],
  [
    'a missing right',
    () => {
      aws.lacking.add('kms:CreateKey');
    },
    'aws-rights-missing',
    'will fail',
    /^you may not kms:CreateKey$/,
  ],
  [
    'rights that are not told',
    () => {
      aws.denied.add('iam:SimulatePrincipalPolicy');
    },
    'aws-rights-not-told',
    'could not tell',
    /SimulatePrincipalPolicy/,
  ],
  [
    'root',
    () => {
      aws.arn = `arn:aws:iam::${ACCOUNT}:root`;
    },
    'aws-rights-not-told',
    'could not tell',
    /knows users and roles/,
  ],
];

test.each(FAULTS)('%s is its row and no other', async (_, change, code, state, finding, given = {}) => {
  change();
  const checks = await look(settings(given));
  expect(rowsOf(checks)).toEqual([[code, state]]);
  expect(checks.find((check) => check.code === code)?.finding).toMatch(finding);
});

test('after an identity that is not good the rest is skipped', async () => {
  aws.arn = 'arn:aws:iam::999999999999:user/somebody';
  expect((await look()).map(({ name, state }) => [name, state])).toEqual([
    ['identity', 'will fail'],
    ['region', 'skipped'],
    ['trails', 'skipped'],
    ['rights', 'skipped'],
  ]);
  expect(aws.requests).toEqual([`${REGION} sts:GetCallerIdentity`]);
});

test('what a second trail costs is told where another one logs management events', async () => {
  aws.trails = [trail('org', { IsOrganizationTrail: true }), trail('data', { management: false })];
  const check = (await look()).find(({ name }) => name === 'trails');
  expect(check).toMatchObject({
    code: 'aws-second-trail',
    state: 'warning',
    page: 'https://aws.amazon.com/cloudtrail/pricing/',
  });
  expect(check?.finding).toBe(
    'the trail of the stack fits; org (organization) logs management events, too: each copy after the first costs $2.00 per 100,000 events',
  );
});

test('the own trail is not another one', async () => {
  aws.trails = [
    ...['a', 'b', 'c', 'd'].map((name) => trail(name, { management: false })),
    trail('prod-cloudtrail-cortex'),
  ];
  expect((await look())[2]?.finding).toMatch(/^the trail of the stack is there, .* free$/);
});

test('an existing trail is found by its bucket', async () => {
  aws.trails = [trail('other'), trail('main', { S3BucketName: 'acme-trail' })];
  expect((await look(settings(EXISTING)))[2]?.finding).toBe('main writes to the bucket acme-trail');
  expect([...aws.simulated.keys()]).not.toContain('cloudtrail:CreateTrail');
  expect([...aws.simulated.keys()]).toContain('s3:PutBucketNotification');
});

test('without credentials nothing is asked', async () => {
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) delete process.env[name];
  Object.assign(process.env, {
    AWS_EC2_METADATA_DISABLED: 'true',
    HOME: '/nonexistent',
    AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/c',
    AWS_CONFIG_FILE: '/nonexistent/d',
  });
  const checks = await look();
  expect(rowsOf(checks)).toEqual([['aws-credentials-missing', 'could not tell']]);
  expect(aws.requests).toEqual([]);
});

test('every right that is looked at is one that workflows get', () => {
  const environment = loadEnvironment('prod');
  for (const given of [settings(), settings(EXISTING)]) {
    const granted = cloudtrailPermissions(environment, given).write.flatMap(({ actions }) => actions);
    for (const { action } of wantedOf({ environment: 'prod', settings: given }, 'aws'))
      expect(granted).toContain(action);
  }
});

test.each([
  [{ EventSelectors: [{}] }, true],
  [{ EventSelectors: [{ IncludeManagementEvents: false }] }, false],
  [{ AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] }] }, true],
  [{ AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Data'] }] }] }, false],
  [{}, false],
])('%j logs management events: %s', (selectors, expected) => {
  expect(hasManagement(selectors)).toBe(expected);
});
