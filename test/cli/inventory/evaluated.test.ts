import { Deployed } from '../../policies/deployed';
import type { Caller } from '../../policies/evaluate';
import { parseEnvironment, synthesize } from '../../synthesize';
import { ids } from './finders';
import { inventoryOf } from './subjects';

/** Whoever the evaluator of test/policies lets at something is told, and nobody else. */
describe.each([
  ['defaults', {}],
  ['a KMS key for the queue', { queue: { encryption: 'kms' } }],
  ['an organization, access logs', { organization: { id: 'o-abc1234567' }, accessLogs: 'create' }],
])('as AWS would decide: %s', (_, settings) => {
  const account = '111122223333';
  const section = { cortex: { accountId: '006742885340', externalId: 'id' }, ...settings };
  const world = new Deployed('aws', 'eu-west-1', account, section);
  const inventory = inventoryOf(
    synthesize(
      parseEnvironment(
        'test',
        JSON.stringify({
          ...{ environment: 'test', protected: false, backend: { local: {} } },
          cloudtrail: { account, region: 'eu-west-1', trail: 'create', ...section },
        }),
      ),
    ),
  );
  const reader = { arn: `arn:aws:iam::${account}:role/test-cloudtrail-cortex-reader` };
  const services = ['cloudtrail', 's3', 'sns', 'cloudwatch', 'events', 'logging.s3', 'lambda'];
  const callers: Caller[] = [
    reader,
    { arn: `arn:aws:iam::${account}:role/colleague` },
    { arn: 'arn:aws:iam::006742885340:role/collector' },
    { arn: 'arn:aws:iam::444455556666:role/administrator' },
    'anonymous',
    ...services.map((name) => ({ service: `${name}.amazonaws.com` })),
  ];
  const bucket = `test-cloudtrail-${account}-eu-west-1`;
  const contexts = [
    world.arn('cloudtrail', 'trail/test-cloudtrail-cortex'),
    `arn:aws:s3:::${bucket}`,
    world.arn('cloudwatch', 'alarm:any'),
  ].map((source) => ({
    'aws:SourceArn': source,
    'aws:SourceAccount': account,
    'aws:SecureTransport': 'true',
    's3:x-amz-acl': 'bucket-owner-full-control',
  }));
  const folders = ['x', `AWSLogs/${account}/x`, 'AWSLogs/o-abc1234567/x', `${bucket}/x`];
  const ACTIONS = {
    readers: ['s3:GetObject', 's3:GetObjectVersion', 'sqs:ReceiveMessage'],
    writers: ['s3:PutObject', 'sqs:SendMessage', 'sns:Publish'],
    deleters: ['s3:DeleteObject', 's3:DeleteObjectVersion', 'sqs:DeleteMessage', 'sqs:PurgeQueue', 'sqs:DeleteQueue'],
    administrators: ['s3:PutBucketPolicy', 's3:DeleteBucket', 'sqs:SetQueueAttributes', 'sns:SetTopicAttributes'],
  } as const;

  const idOf = (caller: Caller) =>
    caller === 'anonymous'
      ? '*'
      : 'arn' in caller
        ? caller.arn
        : `service:${'service' in caller ? caller.service : caller.federated}`;
  const isAllowed = (caller: Caller, action: string, resource: string) =>
    contexts.some(
      (context) =>
        world.decide(
          { principal: caller, action, resource, context },
          caller === reader ? world.readerPolicies : [],
        ) === 'allowed',
    );

  const stores = inventory.stores.filter(({ address }) => address?.startsWith('aws_'));
  test('there are buckets, queues and a topic', () => {
    expect(stores.length).toBe('accessLogs' in settings ? 5 : 4);
  });

  test.each(stores.map((one) => [one.name, one] as const))('%s', (_name, one) => {
    const objects = one.id.includes(':s3:::')
      ? folders.map((folder) => `${one.id}/${folder}`).concat(one.id)
      : [one.id];
    for (const kind of ['readers', 'writers', 'deleters', 'administrators'] as const) {
      const actions = ACTIONS[kind].filter((action) => one.id.includes(`:${action.split(':')[0]}:`));
      const allowed = callers.filter((caller) =>
        actions.some((action) => objects.some((object) => isAllowed(caller, action, object))),
      );
      // SQS moves dead letters itself: no policy lets it.
      const told = ids(one[kind]).filter((id) => id !== 'service:sqs.amazonaws.com');
      expect({ kind, told: told.sort() }).toEqual({ kind, told: allowed.map(idOf).sort() });
    }
  });
});
