import { type AccessRequest, decide, type Statement, statementsOf } from '../../../../cli/cloudtrail/verify/policy';

const ALLOW: Statement = {
  Effect: 'Allow',
  Principal: { Service: ['s3.amazonaws.com', 'sns.amazonaws.com'] },
  Action: 'sqs:Send*',
  Resource: 'arn:aws:sqs:eu-central-1:111122223333:queue',
};
const REQUEST: AccessRequest = {
  service: 's3.amazonaws.com',
  action: 'sqs:SendMessage',
  resource: 'arn:aws:sqs:eu-central-1:111122223333:queue',
  context: { 'aws:SourceArn': 'arn:aws:s3:::acme-trail', 'aws:SecureTransport': 'true' },
};

test('no policy, or one with a single statement in place of a list', () => {
  expect(statementsOf(undefined)).toEqual([]);
  expect(statementsOf('')).toEqual([]);
  expect(statementsOf(JSON.stringify({ Statement: ALLOW }))).toEqual([ALLOW]);
});

test.each<[string, Partial<Statement>, string]>([
  ['as it stands', {}, 'allowed'],
  ['another service', { Principal: { Service: 'ec2.amazonaws.com' } }, 'not allowed'],
  ['everybody', { Principal: '*' }, 'allowed'],
  ['everybody, in long', { Principal: { AWS: '*' } }, 'allowed'],
  ['actions without case', { Action: 'SQS:sendmessage' }, 'allowed'],
  ['another action', { Action: 'sqs:ReceiveMessage' }, 'not allowed'],
  ['all actions but this', { Action: undefined, NotAction: 'sqs:SendMessage' }, 'not allowed'],
  ['all actions but another', { Action: undefined, NotAction: 'sqs:ReceiveMessage' }, 'allowed'],
  ['a resource that only begins so', { Resource: 'arn:aws:sqs:eu-central-1:111122223333:que' }, 'not allowed'],
  ['a dot is a dot', { Resource: 'arn.aws:sqs:eu-central-1:111122223333:queue' }, 'not allowed'],
  ['? is one character', { Resource: 'arn:aws:sqs:eu-central-?:111122223333:*' }, 'allowed'],
  ['all principals but some', { Principal: undefined, NotPrincipal: { AWS: 'x' } }, 'unknown'],
])('an Allow of %s', (_, changes, decision) => {
  expect(decide([{ ...ALLOW, ...changes }], REQUEST)).toBe(decision);
});

test.each<[string, Record<string, Record<string, string | string[]>>, string]>([
  ['equal', { StringEquals: { 'aws:SourceArn': 'arn:aws:s3:::acme-trail' } }, 'allowed'],
  ['one of several', { StringEquals: { 'aws:SourceArn': ['x', 'arn:aws:s3:::acme-trail'] } }, 'allowed'],
  ['keys without case', { ArnEquals: { 'AWS:sourcearn': 'arn:aws:s3:::acme-trail' } }, 'allowed'],
  ['not equal', { StringEquals: { 'aws:SourceArn': 'arn:aws:s3:::acme' } }, 'not allowed'],
  ['StringEquals knows no wildcards', { StringEquals: { 'aws:SourceArn': 'arn:aws:s3:::*' } }, 'not allowed'],
  ['StringLike does', { StringLike: { 'aws:SourceArn': 'arn:aws:s3:::*' } }, 'allowed'],
  ['ArnEquals does', { ArnEquals: { 'aws:SourceArn': 'arn:aws:s3:::*' } }, 'allowed'],
  ['a negation', { ArnNotLike: { 'aws:SourceArn': 'arn:aws:s3:::acme-*' } }, 'not allowed'],
  ['a negation of an absent key', { StringNotEquals: { 'aws:SourceAccount': '111122223333' } }, 'allowed'],
  ['an absent key', { StringEquals: { 'aws:SourceAccount': '111122223333' } }, 'not allowed'],
  ['an absent key, if it exists', { StringEqualsIfExists: { 'aws:SourceAccount': '1' } }, 'allowed'],
  ['that a key is absent', { Null: { 'aws:SourceAccount': 'true' } }, 'allowed'],
  ['that a key is there', { Null: { 'aws:SourceAccount': 'false' } }, 'not allowed'],
  ['both of two', { Bool: { 'aws:SecureTransport': 'true' }, StringLike: { 'aws:SourceArn': 'x' } }, 'not allowed'],
  ['an operator that is not known', { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, 'unknown'],
  ['one that is not known, and one that fails', { IpAddress: { a: 'b' }, StringLike: { c: 'd' } }, 'not allowed'],
])('an Allow on condition: %s', (_, Condition, decision) => {
  expect(decide([{ ...ALLOW, Condition }], REQUEST)).toBe(decision);
});

test('a Deny wins, and one that is not known leaves it open', () => {
  const deny: Statement = { ...ALLOW, Effect: 'Deny', Principal: '*' };
  expect(decide([ALLOW, deny], REQUEST)).toBe('denied');
  expect(decide([ALLOW, { ...deny, Condition: { Bool: { 'aws:SecureTransport': 'false' } } }], REQUEST)).toBe(
    'allowed',
  );
  expect(decide([ALLOW, { ...deny, Condition: { DateLessThan: { a: 'b' } } }], REQUEST)).toBe('unknown');
});
