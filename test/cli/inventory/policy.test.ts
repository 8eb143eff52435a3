import { describeAction, describeActions, reachOf } from '../../../cli/inventory/aws/actions';
import { nameOfArn } from '../../../cli/inventory/aws/arn';
import { describeCondition } from '../../../cli/inventory/aws/conditions';
import { readPolicy } from '../../../cli/inventory/aws/policy';

const HOME = { partition: 'aws', region: 'eu-west-1', account: '111122223333' };
const name = (arn: string) => nameOfArn(arn, HOME, new Map([['arn:aws:kms:eu-west-1:111122223333:key/k', 'alias/k']]));
const same = (text: string) => text;

test.each([
  ['arn:aws:s3:::logs', 'the bucket logs'],
  ['arn:aws:s3:::logs/AWSLogs/*', 's3://logs/AWSLogs/*'],
  ['arn:aws:sqs:eu-west-1:111122223333:q', 'the queue q'],
  ['arn:aws:sqs:us-east-1:444455556666:q', 'the queue q in us-east-1 of the account 444455556666'],
  ['arn:aws:kms:eu-west-1:111122223333:key/k', 'the key alias/k'],
  ['arn:aws:iam::444455556666:root', 'the root of the account 444455556666'],
  ['arn:aws:iam::111122223333:role/r', 'the role r'],
  ['arn:aws:cloudtrail:*:111122223333:trail/*', 'any trail in any region'],
  ['arn:aws-us-gov:cloudwatch:eu-west-1:111122223333:alarm:*', 'any CloudWatch alarm'],
  ['alias/aws/sns', 'alias/aws/sns'],
])('%s is called %s', (arn, expected) => {
  expect(name(arn)).toBe(expected);
});

test.each([
  ['StringEquals', 'aws:SourceArn', ['arn:aws:s3:::b'], 'for the bucket b'],
  ['ArnLike', 'AWS:SourceArn', ['arn:aws:s3:::b', 'arn:aws:s3:::c'], 'for the bucket b or the bucket c'],
  ['StringNotEquals', 'aws:SourceAccount', ['1'], 'if aws:SourceAccount is not 1'],
  ['StringEqualsIfExists', 'aws:SourceAccount', ['1'], 'if aws:SourceAccount is (if sent at all) 1'],
  [
    'ForAnyValue:StringLike',
    'aws:PrincipalOrgPaths',
    ['o-1/*'],
    'if aws:PrincipalOrgPaths (ForAnyValue) is like o-1/*',
  ],
  ['Bool', 'aws:SecureTransport', ['false'], 'over plain http'],
  ['Bool', 'aws:SecureTransport', ['true'], 'over TLS'],
  ['DateLessThan', 'aws:CurrentTime', ['2027-01-01'], 'if aws:CurrentTime DateLessThan 2027-01-01'],
])('%s %s %s: %s', (operator, key, values, expected) => {
  expect(describeCondition({ operator, key, values }, name)).toBe(expected);
});

test.each(['StringEquals', 'StringLike', 'StringNotEquals', 'ForAnyValue:StringEquals', 'Unknown'])(
  'an external id is not told, whatever the operator: %s',
  (operator) => {
    for (const key of ['sts:ExternalId', 'STS:externalid'])
      expect(describeCondition({ operator, key, values: ['secret-1', 'secret-2'] }, name)).not.toContain('secret');
  },
);

test.each([
  ['kms:*', 'kms:* (every action of kms)'],
  ['kms:GenerateDataKey*', 'kms:GenerateDataKey* (every action that begins so)'],
  ['*', '* (every action of AWS)'],
  ['s3:*Object', 's3:*Object (every action that fits)'],
  ['s3:GetObject', 's3:GetObject'],
])('%s is told as %s', (action, expected) => {
  expect(describeAction(action)).toBe(expected);
});

test.each([
  [['s3:Get*'], ['arn:aws:s3:::b/*'], { read: ['arn:aws:s3:::b/*'] }],
  [['S3:PUTOBJECT'], ['arn:aws:s3:::b/*'], { write: ['arn:aws:s3:::b/*'] }],
  [['s3:DeleteBucket', 's3:PutBucketPolicy'], ['arn:aws:s3:::b'], { administer: ['arn:aws:s3:::b'] }],
  [['sqs:DeleteQueue'], ['arn:aws:sqs:x:1:q'], { delete: ['arn:aws:sqs:x:1:q'] }],
  [['s3:GetBucketAcl', 'sqs:GetQueueAttributes'], ['*'], {}],
  [['kms:GenerateDataKey*'], ['arn:aws:kms:x:1:key/k'], { write: ['arn:aws:kms:x:1:key/k'] }],
  [['sts:AssumeRole*'], ['arn:aws:iam::1:role/r'], { assume: ['arn:aws:iam::1:role/r'] }],
  [['s3:GetObject', 'sqs:SendMessage'], ['*'], { read: ['arn:aws:s3:*'], write: ['arn:aws:sqs:*'] }],
  [['s3:GetObject'], ['arn:aws:sqs:x:1:q'], {}],
])('%j on %j reaches %j', (actions, resources, reach) => {
  expect(reachOf(actions, resources, 'aws')).toEqual(reach);
});

test('many actions are counted by service and purpose, and what none of them reads is said', () => {
  const actions = [
    's3:PutBucketPolicy',
    's3:DeleteBucket',
    's3:GetBucketAcl',
    'iam:GetRole',
    'iam:PassRole',
    's3:PutX',
  ];
  expect(describeActions(actions)).toEqual([
    'iam: 1 action that looks at settings and 1 action that changes settings',
    's3: 1 action that looks at settings and 3 actions that change settings, none that reads objects',
  ]);
  expect(describeActions([...actions, 's3:GetObject', 'kms:*'])).toEqual([
    expect.stringMatching(/^iam: /),
    'kms:* (every action of kms)',
    's3: 1 action that looks at settings, 1 action that reads what it holds and 3 actions that change settings',
  ]);
  expect(describeActions(actions.slice(0, 5))).toEqual(actions.slice(0, 5));
});

test('everything on everything is everything', () => {
  expect(Object.keys(reachOf(['*'], ['*'], 'aws'))).toEqual(['read', 'write', 'delete', 'administer', 'assume']);
});

test('principals of each kind, one statement or several', () => {
  const policy = (Principal: unknown) =>
    JSON.stringify({ Statement: { Effect: 'Allow', Principal, Action: 'sts:AssumeRole' } });
  const principals = (principal: unknown) => readPolicy(policy(principal), same)[0]?.principals;
  expect(principals('*')).toEqual(['*']);
  expect(principals({ AWS: '*' })).toEqual(['*']);
  expect(principals({ AWS: ['111122223333', 'arn:aws:iam::1:role/r'], Service: 'x.amazonaws.com' })).toEqual([
    'arn:aws:iam::111122223333:root',
    'arn:aws:iam::1:role/r',
    'service:x.amazonaws.com',
  ]);
  expect(principals({ Federated: 'arn:aws:iam::1:oidc-provider/token.example.com' })).toEqual([
    'arn:aws:iam::1:oidc-provider/token.example.com',
  ]);
});

test.each(['NotAction', 'NotResource', 'NotPrincipal'])('%s is not passed over', (element) => {
  const text = JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*', [element]: 'x' }] });
  expect(() => readPolicy(text, same)).toThrow(`${element} is not understood`);
});
