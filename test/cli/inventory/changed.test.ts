import type { Inventory } from '../../../cli/inventory/model';
import type { StackJson } from '../../synthesize';
import { ids, store } from './finders';
import { changed, subject } from './subjects';

describe('a stack that was changed', () => {
  const first = (all: Record<string, StackJson>): StackJson => Object.values(all)[0] ?? {};
  const aws = (change: (resource: StackJson) => void) =>
    changed('cloudtrail: defaults', 'test-cloudtrail-cortex', ({ resource }) => change(resource));
  const google = (change: (resource: StackJson) => void) =>
    changed('qualys: defaults', 'test-qualys-secops', ({ resource }) => change(resource));
  const awsLogs = (inventory: Inventory) => store(inventory, 'test-cloudtrail-111122223333-eu-west-1');
  const googleLogs = (inventory: Inventory) => store(inventory, 'acme-secops-test-qualys-logs');
  const allow = (statement: object) => (resource: StackJson) => {
    const policy = first(resource.aws_s3_bucket_policy);
    const document = JSON.parse(policy.policy);
    policy.policy = JSON.stringify({ ...document, Statement: [...document.Statement, statement] });
  };

  test('an open bucket is told', () => {
    const blocks = (change: (block: StackJson) => void) =>
      awsLogs(aws((resource) => change(first(resource.aws_s3_bucket_public_access_block)))).settings[0];
    expect(blocks((block) => Object.assign(block, { block_public_policy: false }))).toBe(
      'public access is blocked in part, without block_public_policy',
    );
    const without = aws((resource) => {
      delete resource.aws_s3_bucket_public_access_block;
    });
    expect(awsLogs(without).settings[0]).toBe('public access is not blocked here');
    const open = google((resource) => {
      for (const bucket of Object.values<StackJson>(resource.google_storage_bucket))
        bucket.public_access_prevention = 'inherited';
    });
    expect(googleLogs(open).settings[0]).toBe('public access is not prevented here');
  });

  test('what is missing is told as it then is', () => {
    const bare = awsLogs(
      aws((resource) => {
        delete resource.aws_s3_bucket_lifecycle_configuration;
        delete resource.aws_s3_bucket_versioning;
        delete resource.aws_s3_bucket_server_side_encryption_configuration;
        delete resource.aws_s3_bucket_policy;
      }),
    );
    expect(bare).toMatchObject({
      retention: 'for ever',
      encryption: "S3's own key (SSE-S3)",
      settings: ['public access is blocked', 'no versions are kept'],
      writers: [],
    });
  });

  test('a reader who cannot decrypt is told', () => {
    const inventory = aws((resource) => {
      const policy = first(resource.aws_iam_role_policy);
      const document = JSON.parse(policy.policy);
      const statements = document.Statement.filter(({ Action }: { Action: string }) => Action !== 'kms:Decrypt');
      policy.policy = JSON.stringify({ ...document, Statement: statements });
    });
    expect(awsLogs(inventory).readers[0]?.how).toContain('has no grant to decrypt with the key');
    expect(awsLogs(subject('cloudtrail: defaults').inventory).readers[0]?.how.join()).not.toContain('decrypt');
  });

  const BUCKET = 'arn:aws:s3:::test-cloudtrail-111122223333-eu-west-1';

  test.each([
    ['everybody', { Principal: '*', Action: 's3:GetObject', Resource: `${BUCKET}/*` }, '*'],
    [
      'an account by its number',
      { Principal: { AWS: '444455556666' }, Action: 's3:Get*', Resource: `${BUCKET}/*` },
      'arn:aws:iam::444455556666:root',
    ],
    [
      'by a wildcard for buckets',
      { Principal: { AWS: 'arn:aws:iam::444455556666:role/r' }, Action: 's3:*', Resource: 'arn:aws:s3:::test-*' },
      'arn:aws:iam::444455556666:role/r',
    ],
    [
      'in capitals',
      { Principal: { Service: 'x.amazonaws.com' }, Action: 'S3:GETOBJECT', Resource: `${BUCKET}/AWSLogs/*` },
      'service:x.amazonaws.com',
    ],
  ])('another reader is told: %s', (_, statement, identity) => {
    const inventory = aws(allow({ Sid: 'More', Effect: 'Allow', ...statement }));
    expect(ids(awsLogs(inventory).readers)).toContain(identity);
  });

  test.each([
    ['a Deny', { Effect: 'Deny', Principal: { AWS: '444455556666' }, Action: 's3:GetObject', Resource: `${BUCKET}/*` }],
    [
      'another bucket',
      { Effect: 'Allow', Principal: { AWS: '444455556666' }, Action: 's3:GetObject', Resource: 'arn:aws:s3:::other/*' },
    ],
    [
      'another action',
      { Effect: 'Allow', Principal: { AWS: '444455556666' }, Action: 's3:GetBucketAcl', Resource: BUCKET },
    ],
  ])('it makes nobody a reader: %s', (_, statement) => {
    expect(ids(awsLogs(aws(allow(statement))).readers)).toEqual([
      'arn:aws:iam::111122223333:role/test-cloudtrail-cortex-reader',
    ]);
  });

  test('another Deny is told as what it is', () => {
    const statement = {
      Effect: 'Deny',
      Principal: { AWS: '444455556666' },
      Action: 's3:GetObject',
      Resource: `${BUCKET}/*`,
    };
    expect(awsLogs(aws(allow(statement))).settings.at(-1)).toBe(
      'refused to the root of the account 444455556666: s3:GetObject',
    );
  });

  test('everything is everything of the services that the actions are of', () => {
    const { stores } = changed('prod', 'prod-cloudtrail-cortex', ({ resource }) => {
      const statement = { Effect: 'Allow', Action: ['s3:GetObject', 'sqs:SendMessage'], Resource: '*' };
      first(resource.aws_iam_role_policy).policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    });
    const role = 'arn:aws:iam::111122223333:role/prod-cloudtrail-cortex-reader';
    const kindsOf = (kind: 'readers' | 'writers') => [
      ...new Set(stores.filter((one) => ids(one[kind]).includes(role)).map((one) => one.kind)),
    ];
    expect(kindsOf('readers')).toEqual(['S3 bucket']);
    expect(kindsOf('writers')).toEqual(['SQS queue']);
  });

  test('a role on the whole project reaches each bucket and each secret of it', () => {
    const granted = (role: string) =>
      google((resource) => {
        resource.google_project_iam_member.more = { project: 'acme-secops', role, member: 'group:soc@example.com' };
      });
    const reading = granted('roles/storage.objectViewer');
    for (const kind of ['logs', 'state', 'code'])
      expect(ids(store(reading, `acme-secops-test-qualys-${kind}`).readers)).toContain('group:soc@example.com');
    expect(reading.secrets.flatMap(({ readers }) => ids(readers))).not.toContain('group:soc@example.com');
    const secrets = granted('roles/secretmanager.secretAccessor');
    for (const { readers } of secrets.secrets) expect(ids(readers)).toContain('group:soc@example.com');
  });

  test('a secret that is written as an ordinary argument is in the state', () => {
    const inventory = google((resource) => {
      const version = first(resource.google_secret_manager_secret_version);
      version.secret_data = version.secret_data_wo;
      delete version.secret_data_wo;
    });
    expect(inventory.secrets.map(({ inState }) => inState).sort()).toEqual([false, true]);
  });
});
