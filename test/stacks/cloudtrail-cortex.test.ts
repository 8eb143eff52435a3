import { only, parseEnvironment, type StackJson, synthesize } from '../synthesize';

function build(region: string, extra = ''): StackJson {
  const environment = parseEnvironment(
    'test',
    `environment: test
protected: false
backend: { local: {} }
cloudtrail:
  account: "111122223333"
  region: ${region}
  trail: create
  retention: 45d
  cortex: { externalId: 0d9e7a5c-58e3-4f0a-9d0b-3f6a1c2b7e48${extra} }
`,
  );
  return synthesize(environment)['test-cloudtrail-cortex'] ?? {};
}

const stack = build('eu-west-1');
const TRAIL = 'arn:aws:cloudtrail:eu-west-1:111122223333:trail/test-cloudtrail-cortex';
const BUCKET = 'arn:aws:s3:::test-cloudtrail-111122223333-eu-west-1';
const policy = (text: string) => JSON.parse(text).Statement;

test('a deploy into another account is refused', () => {
  expect(stack.provider.aws[0].allowed_account_ids).toEqual(['111122223333']);
});

test('the role trusts the account of Cortex, with the external id only', () => {
  expect(policy(only(stack, 'aws_iam_role').assume_role_policy)).toEqual([
    expect.objectContaining({
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { AWS: 'arn:aws:iam::006742885340:root' },
      Condition: { StringEquals: { 'sts:ExternalId': '0d9e7a5c-58e3-4f0a-9d0b-3f6a1c2b7e48' } },
    }),
  ]);
});

test('the role may read, receive and decrypt, and no more', () => {
  const statements = policy(only(stack, 'aws_iam_role_policy').policy);
  expect(statements.flatMap((statement: StackJson) => statement.Action)).toEqual([
    's3:GetObject',
    'sqs:ReceiveMessage',
    'sqs:DeleteMessage',
    'sqs:ChangeMessageVisibility',
    'kms:Decrypt',
  ]);
  expect(statements[0].Resource).toBe(`${BUCKET}/*`);
  expect(JSON.stringify(statements)).not.toContain('"*"');
  expect(only(stack, 'aws_iam_role_policy_attachment').policy_arn).toBe('arn:aws:iam::aws:policy/SecurityAudit');
});

test('only this trail writes to the bucket, over TLS, into its own account', () => {
  const [acl, write, deny] = policy(only(stack, 'aws_s3_bucket_policy').policy);
  expect(acl.Condition.StringEquals['aws:SourceArn']).toBe(TRAIL);
  expect(write.Resource).toBe(`${BUCKET}/AWSLogs/111122223333/*`);
  expect(write.Condition.StringEquals['aws:SourceArn']).toBe(TRAIL);
  expect(deny).toMatchObject({
    Effect: 'Deny',
    Principal: '*',
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  });
});

test('only this bucket of this account sends to the queue', () => {
  const queue: StackJson = Object.values<StackJson>(stack.resource.aws_sqs_queue).find((q) => q.redrive_policy) ?? {};
  expect(policy(queue.policy)[0]).toMatchObject({
    Principal: { Service: 's3.amazonaws.com' },
    Condition: {
      ArnEquals: { 'aws:SourceArn': BUCKET },
      StringEquals: { 'aws:SourceAccount': '111122223333' },
    },
  });
});

test('each queue is encrypted, and dead letters come from the one queue', () => {
  const queues: StackJson[] = Object.values(stack.resource.aws_sqs_queue);
  expect(queues.map((queue) => queue.sqs_managed_sse_enabled)).toEqual([true, true]);
  const deadLetters = queues.find((queue) => queue.redrive_allow_policy);
  expect(JSON.parse(deadLetters?.redrive_allow_policy)).toEqual({
    redrivePermission: 'byQueue',
    sourceQueueArns: ['arn:aws:sqs:eu-west-1:111122223333:test-cloudtrail-cortex'],
  });
});

test('new objects are announced, and nothing else', () => {
  expect(only(stack, 'aws_s3_bucket_notification').queue).toEqual([
    { events: ['s3:ObjectCreated:*'], queue_arn: expect.stringContaining('aws_sqs_queue.objects_queue') },
  ]);
});

test('the key encrypts for this trail alone, and rotates', () => {
  const key =
    Object.values<StackJson>(stack.resource.aws_kms_key).find(({ description }) => /log files/.test(description)) ?? {};
  const [root, encrypt, decrypt] = policy(key.policy);
  expect(key.enable_key_rotation).toBe(true);
  expect(root.Principal).toEqual({ AWS: 'arn:aws:iam::111122223333:root' });
  expect([encrypt, decrypt].map((s) => s.Condition.StringEquals['aws:SourceArn'])).toEqual([TRAIL, TRAIL]);
});

test('the bucket is private and its logs expire', () => {
  expect(only(stack, 'aws_s3_bucket_public_access_block')).toMatchObject({
    block_public_acls: true,
    block_public_policy: true,
    ignore_public_acls: true,
    restrict_public_buckets: true,
  });
  expect(only(stack, 'aws_s3_bucket_lifecycle_configuration').rule[0].expiration).toEqual([{ days: 45 }]);
});

test('the trail comes after the policies that it needs', () => {
  const trail = only(stack, 'aws_cloudtrail');
  expect(trail.depends_on).toEqual(expect.arrayContaining([expect.stringContaining('aws_s3_bucket_policy.')]));
  expect(trail).toMatchObject({ is_multi_region_trail: true, enable_log_file_validation: true });
});

test('the external id is a sensitive output', () => {
  expect(stack.output.external_id.sensitive).toBe(true);
  expect(Object.keys(stack.output).sort()).toEqual([
    'bucket_name',
    'dead_letter_queue_url',
    'external_id',
    'queue_arn',
    'queue_url',
    'role_arn',
  ]);
});

test('another partition has ARNs of its own', () => {
  const gov = build('us-gov-west-1', ', accountId: "999988887777"');
  expect(policy(only(gov, 'aws_iam_role').assume_role_policy)[0].Principal.AWS).toBe(
    'arn:aws-us-gov:iam::999988887777:root',
  );
  expect(JSON.stringify(gov.resource)).not.toContain('arn:aws:');
});
