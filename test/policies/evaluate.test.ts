import fc from 'fast-check';
import type { Context } from './condition';
import { resolve } from './document';
import { type Caller, type Decision, evaluate, type Request } from './evaluate';
import { arnFits, fits } from './pattern';

const ACCOUNT = '111122223333';
const OTHER = '444455556666';
const ROLE = { arn: `arn:aws:iam::${ACCOUNT}:role/reader` };
const STRANGER = { arn: `arn:aws:iam::${OTHER}:role/reader` };
const ROOT_USER = { arn: `arn:aws:iam::${ACCOUNT}:root` };
const S3 = { service: 's3.amazonaws.com' };
const BUCKET = 'arn:aws:s3:::logs';
const OBJECT = `${BUCKET}/AWSLogs/1.json.gz`;
const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/0`;
const READER = `arn:aws:iam::${ACCOUNT}:role/reader`;

type Elements = Readonly<Record<string, unknown>>;

const GET = { Effect: 'Allow', Action: 's3:GetObject', Resource: `${BUCKET}/*` };
const DENY_GET = { ...GET, Effect: 'Deny' };
const DECRYPT = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' };
const ASSUME = { Effect: 'Allow', Action: 'sts:AssumeRole' };
const PROVIDER = `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`;
const AS_OF_ACCOUNT = { Principal: { AWS: ROOT_USER.arn } };
const AS_OF_ROLE = { Principal: { AWS: ROLE.arn } };
const ANYBODY = { Principal: '*' };

const policy = (...statements: Elements[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });

/** A request to read an object of the bucket, unless told otherwise. */
function ask(
  principal: Caller,
  { own = [], its = [], ...rest }: { own?: Elements[]; its?: Elements[] } & Partial<Request> = {},
): Decision {
  return evaluate({
    ...(own.length > 0 && { identity: [policy(...own)] }),
    ...(its.length > 0 && { resource: policy(...its) }),
    request: { principal, action: 's3:GetObject', resource: OBJECT, resourceAccount: ACCOUNT, ...rest },
  });
}

const decrypt = { action: 'kms:Decrypt', resource: KEY };
const assume = { action: 'sts:AssumeRole', resource: READER };

describe.each<[page: string, cases: [rule: string, got: () => Decision, expected: Decision][]]>([
  [
    'Policy evaluation logic',
    [
      ['no policy', () => ask(ROLE), 'implicitly denied'],
      ['the identity policy alone allows', () => ask(ROLE, { own: [GET] }), 'allowed'],
      ['the resource policy alone allows', () => ask(ROLE, { its: [{ ...GET, ...AS_OF_ROLE }] }), 'allowed'],
      [
        'a deny of the resource wins',
        () => ask(ROLE, { own: [GET], its: [{ ...DENY_GET, ...ANYBODY }] }),
        'explicitly denied',
      ],
      [
        'a deny of the identity wins',
        () => ask(ROLE, { own: [DENY_GET], its: [{ ...GET, ...AS_OF_ROLE }] }),
        'explicitly denied',
      ],
      ['the root user needs no policy', () => ask(ROOT_USER), 'allowed'],
      ['a deny stops the root user', () => ask(ROOT_USER, { its: [{ ...DENY_GET, ...ANYBODY }] }), 'explicitly denied'],
      ['another action', () => ask(ROLE, { own: [GET], action: 's3:PutObject' }), 'implicitly denied'],
      ['another resource', () => ask(ROLE, { own: [GET], resource: 'arn:aws:s3:::other/1' }), 'implicitly denied'],
      ['a service needs the resource policy', () => ask(S3), 'implicitly denied'],
      [
        'a service with the resource policy',
        () => ask(S3, { its: [{ ...GET, Principal: { Service: S3.service } }] }),
        'allowed',
      ],
      [
        'nobody is in the account',
        () => ask('anonymous', { its: [{ ...GET, ...AS_OF_ACCOUNT }] }),
        'implicitly denied',
      ],
      ['a public resource', () => ask('anonymous', { its: [{ ...GET, ...ANYBODY }] }), 'allowed'],
    ],
  ],
  [
    'Cross-account policy evaluation logic',
    [
      ['the identity policy alone', () => ask(STRANGER, { own: [GET] }), 'implicitly denied'],
      [
        'the resource policy alone',
        () => ask(STRANGER, { its: [{ ...GET, Principal: { AWS: STRANGER.arn } }] }),
        'implicitly denied',
      ],
      [
        'both, by ARN',
        () => ask(STRANGER, { own: [GET], its: [{ ...GET, Principal: { AWS: STRANGER.arn } }] }),
        'allowed',
      ],
      [
        'both, by account',
        () => ask(STRANGER, { own: [GET], its: [{ ...GET, Principal: { AWS: OTHER } }] }),
        'allowed',
      ],
      ['both, by anybody', () => ask(STRANGER, { own: [GET], its: [{ ...GET, ...ANYBODY }] }), 'allowed'],
      [
        'an allow for a third account',
        () => ask(STRANGER, { own: [GET], its: [{ ...GET, ...AS_OF_ACCOUNT }] }),
        'implicitly denied',
      ],
      [
        'the root user of another account',
        () => ask({ arn: `arn:aws:iam::${OTHER}:root` }, { its: [{ ...GET, ...AS_OF_ROLE }] }),
        'implicitly denied',
      ],
    ],
  ],
  [
    'AWS JSON policy elements: Principal',
    [
      [
        'an account delegates, and grants nothing to its roles by itself',
        () => ask(ROLE, { its: [{ ...GET, ...AS_OF_ACCOUNT }] }),
        'implicitly denied',
      ],
      [
        'a deny of an account is one of each of its roles',
        () => ask(ROLE, { own: [GET], its: [{ ...DENY_GET, Principal: { AWS: ACCOUNT } }] }),
        'explicitly denied',
      ],
      ['one of a list', () => ask(ROLE, { its: [{ ...GET, Principal: { AWS: [OTHER, ROLE.arn] } }] }), 'allowed'],
      [
        'whoever has a token of the provider',
        () => ask({ federated: PROVIDER }, { its: [{ ...GET, Principal: { Federated: PROVIDER } }] }),
        'allowed',
      ],
      [
        'a provider of another account',
        () =>
          ask(
            { federated: PROVIDER.replace(ACCOUNT, OTHER) },
            { its: [{ ...GET, Principal: { Federated: PROVIDER } }] },
          ),
        'implicitly denied',
      ],
      ['AWS: * is anybody', () => ask('anonymous', { its: [{ ...GET, Principal: { AWS: '*' } }] }), 'allowed'],
      [
        'a service of another name',
        () => ask(S3, { its: [{ ...GET, Principal: { Service: 'sns.amazonaws.com' } }] }),
        'implicitly denied',
      ],
      [
        'an account of another partition',
        () =>
          ask(ROLE, {
            ...assume,
            own: [{ ...ASSUME, Resource: READER }],
            its: [{ ...ASSUME, Principal: { AWS: `arn:aws-us-gov:iam::${ACCOUNT}:root` } }],
          }),
        'implicitly denied',
      ],
    ],
  ],
  [
    'Key policies in AWS KMS',
    [
      ['the identity policy alone', () => ask(ROLE, { ...decrypt, own: [DECRYPT] }), 'implicitly denied'],
      [
        'the identity policy where the key delegates to the account',
        () => ask(ROLE, { ...decrypt, own: [DECRYPT], its: [{ ...DECRYPT, ...AS_OF_ACCOUNT }] }),
        'allowed',
      ],
      [
        'the delegation alone',
        () => ask(ROLE, { ...decrypt, its: [{ ...DECRYPT, ...AS_OF_ACCOUNT }] }),
        'implicitly denied',
      ],
      [
        'the key policy names the role',
        () => ask(ROLE, { ...decrypt, its: [{ ...DECRYPT, ...AS_OF_ROLE }] }),
        'allowed',
      ],
      ['the root user has no more than the key gives', () => ask(ROOT_USER, decrypt), 'implicitly denied'],
      [
        'an action without a key',
        () => ask(ROLE, { action: 'kms:ListKeys', resource: '*', own: [{ ...DECRYPT, Action: 'kms:ListKeys' }] }),
        'allowed',
      ],
    ],
  ],
  [
    'Methods to assume a role',
    [
      [
        'the identity policy alone',
        () => ask(ROLE, { ...assume, own: [{ ...ASSUME, Resource: READER }] }),
        'implicitly denied',
      ],
      [
        'the trust policy names the role',
        () => ask(ROLE, { ...assume, its: [{ ...ASSUME, ...AS_OF_ROLE }] }),
        'allowed',
      ],
      [
        'both, from another account',
        () =>
          ask(STRANGER, {
            ...assume,
            own: [{ ...ASSUME, Resource: READER }],
            its: [{ ...ASSUME, Principal: { AWS: OTHER } }],
          }),
        'allowed',
      ],
    ],
  ],
])('%s', (_, cases) => {
  test.each(cases)('%s', (_rule, got, expected) => expect(got()).toBe(expected));
});

describe('IAM JSON policy elements: Action, NotAction, Resource, NotResource', () => {
  test.each<[rule: string, elements: Elements, matches: boolean]>([
    ['* within an action', { Action: 's3:Get*' }, true],
    ['? is one character', { Action: 's3:GetObjec?' }, true],
    ['actions in any case', { Action: 'S3:getobject' }, true],
    ['one of a list', { Action: ['s3:PutObject', 's3:GetObject'] }, true],
    ['NotAction of another one', { Action: undefined, NotAction: 's3:Put*' }, true],
    ['NotAction of this one', { Action: undefined, NotAction: 's3:Get*' }, false],
    ['resources in their case', { Resource: `${BUCKET}/awslogs/*` }, false],
    ['? within a resource', { Resource: `${BUCKET}/AWSLogs/?.json.gz` }, true],
    ['a bucket is not its objects', { Resource: BUCKET }, false],
    ['NotResource of another one', { Resource: undefined, NotResource: 'arn:aws:s3:::other/*' }, true],
    ['NotResource of this one', { Resource: undefined, NotResource: `${BUCKET}/*` }, false],
  ])('%s', (_, elements, matches) => {
    expect(ask(ROLE, { own: [{ ...GET, ...elements }] })).toBe(matches ? 'allowed' : 'implicitly denied');
  });
});

describe.each<[page: string, cases: [rule: string, condition: Elements, context: Context, matches: boolean][]]>([
  [
    'IAM JSON policy elements: Condition operators',
    [
      ['StringEquals', { StringEquals: { k: 'a' } }, { k: 'a' }, true],
      ['StringEquals in its case', { StringEquals: { k: 'a' } }, { k: 'A' }, false],
      ['StringEquals has no wildcards', { StringEquals: { k: '*' } }, { k: 'a' }, false],
      ['keys in any case', { StringEquals: { 'AWS:SourceArn': 'a' } }, { 'aws:sourcearn': 'a' }, true],
      ['a missing key', { StringEquals: { k: 'a' } }, {}, false],
      ['several values are an or', { StringEquals: { k: ['a', 'b'] } }, { k: 'b' }, true],
      ['several keys are an and', { StringEquals: { k: 'a', l: 'b' } }, { k: 'a', l: 'c' }, false],
      ['several operators are an and', { StringEquals: { k: 'a' }, StringLike: { k: 'b*' } }, { k: 'a' }, false],
      ['StringNotEquals', { StringNotEquals: { k: 'a' } }, { k: 'a' }, false],
      ['a negated operator and a missing key', { StringNotEquals: { k: 'a' } }, {}, true],
      ['several values of a negated operator are a nor', { StringNotEquals: { k: ['a', 'b'] } }, { k: 'b' }, false],
      ['StringEqualsIgnoreCase', { StringEqualsIgnoreCase: { k: 'a' } }, { k: 'A' }, true],
      ['StringNotEqualsIgnoreCase', { StringNotEqualsIgnoreCase: { k: 'a' } }, { k: 'A' }, false],
      ['StringLike', { StringLike: { k: 'a*c?' } }, { k: 'abbcd' }, true],
      ['StringNotLike', { StringNotLike: { k: 'a*' } }, { k: 'ab' }, false],
      ['ArnLike', { ArnLike: { k: 'arn:aws:s3:::lo*' } }, { k: BUCKET }, true],
      [
        'a * of ArnLike stays in its part',
        { ArnLike: { k: 'arn:aws:sns:*:1:t' } },
        { k: 'arn:aws:sns:a:b:1:t' },
        false,
      ],
      ['a * of StringLike does not', { StringLike: { k: 'arn:aws:sns:*:1:t' } }, { k: 'arn:aws:sns:a:b:1:t' }, true],
      ['a * of ArnEquals, too', { ArnEquals: { k: 'arn:aws:sns:*:1:t' } }, { k: 'arn:aws:sns:a:b:1:t' }, false],
      ['ArnEquals is ArnLike', { ArnEquals: { k: 'arn:aws:s3:::lo*' } }, { k: BUCKET }, true],
      ['ArnNotEquals', { ArnNotEquals: { k: BUCKET } }, { k: BUCKET }, false],
      ['ArnNotLike', { ArnNotLike: { k: 'arn:aws:s3:::lo*' } }, { k: 'arn:aws:s3:::other' }, true],
      ['what is no ARN', { ArnLike: { k: 'arn:aws:s3:::*' } }, { k: 'logs' }, false],
      ['Bool', { Bool: { k: 'false' } }, { k: 'false' }, true],
      ['Bool and a missing key', { Bool: { k: 'false' } }, {}, false],
      ['Bool written as a boolean', { Bool: { k: true } }, { k: 'true' }, true],
      ['Null true: the key is missing', { Null: { k: 'true' } }, {}, true],
      ['Null false: the key is there', { Null: { k: 'false' } }, {}, false],
      ['NumericEquals', { NumericEquals: { k: '1.20' } }, { k: '1.2' }, true],
      ['NumericNotEquals', { NumericNotEquals: { k: '1' } }, { k: '1' }, false],
      ['NumericLessThan compares the request to the policy', { NumericLessThan: { k: '1.2' } }, { k: '1.1' }, true],
      ['NumericLessThan is not equal', { NumericLessThan: { k: '1.2' } }, { k: '1.2' }, false],
      ['NumericLessThanEquals', { NumericLessThanEquals: { k: '1.2' } }, { k: '1.2' }, true],
      ['NumericGreaterThan by value, not as text', { NumericGreaterThan: { k: '9' } }, { k: '10' }, true],
      ['NumericGreaterThanEquals', { NumericGreaterThanEquals: { k: '9' } }, { k: '9' }, true],
      ['NumericGreaterThanEquals of less', { NumericGreaterThanEquals: { k: '9' } }, { k: '8' }, false],
      ['IfExists and a missing key', { StringEqualsIfExists: { k: 'a' } }, {}, true],
      ['IfExists and a key', { StringEqualsIfExists: { k: 'a' } }, { k: 'b' }, false],
    ],
  ],
  [
    'Set operators for multivalued context keys',
    [
      ['ForAnyValue', { 'ForAnyValue:StringEquals': { k: 'a' } }, { k: ['b', 'a'] }, true],
      ['ForAnyValue and a missing key', { 'ForAnyValue:StringEquals': { k: 'a' } }, {}, false],
      ['ForAnyValue, negated, and a missing key', { 'ForAnyValue:StringNotEquals': { k: 'a' } }, {}, false],
      ['ForAllValues', { 'ForAllValues:StringLike': { k: ['a*', 'b'] } }, { k: ['ab', 'b'] }, true],
      ['ForAllValues and one that does not fit', { 'ForAllValues:StringLike': { k: 'a*' } }, { k: ['ab', 'b'] }, false],
      ['ForAllValues and a missing key', { 'ForAllValues:StringEquals': { k: 'a' } }, {}, true],
    ],
  ],
])('%s', (_, cases) => {
  test.each(cases)('%s', (_rule, Condition, context, matches) => {
    expect(ask(ROLE, { own: [{ ...GET, Condition }], context })).toBe(matches ? 'allowed' : 'implicitly denied');
  });
});

describe('what is not understood is refused, never passed over', () => {
  test.each<[what: string, statement: Elements, message: string]>([
    [
      'an unknown operator',
      { ...GET, Condition: { IpAddress: { k: '10.0.0.0/8' } } },
      'IpAddress: this condition operator',
    ],
    [
      'Null with IfExists',
      { ...GET, Condition: { NullIfExists: { k: 'true' } } },
      'NullIfExists: this condition operator',
    ],
    [
      'what is no ARN pattern',
      { ...GET, Condition: { ArnLike: { k: 'arn:aws:*' } } },
      'arn:aws:*: an ARN of six parts',
    ],
    ['what is no boolean', { ...GET, Condition: { Bool: { flag: 'yes' } } }, 'yes: true or false expected'],
    ['what is no number', { ...GET, Condition: { NumericEquals: { k: 'x' } } }, 'x: a number expected'],
    [
      'several values without a set operator',
      { ...GET, Condition: { StringEquals: { several: 'a' } } },
      'several: several values need',
    ],
    [
      'an unknown operator in a statement about something else',
      { ...DECRYPT, Condition: { X: { k: '' } } },
      'X: this condition operator',
    ],
    ['an unknown element', { ...GET, Actions: '*' }, 'Unrecognized key: "Actions"'],
    ['no action', { Effect: 'Allow', Resource: '*' }, 'Action or NotAction expected'],
    ['an action without a service', { ...GET, Action: 'GetObject' }, '* or service:action expected'],
    [
      'a policy variable',
      { ...GET, Resource: `${BUCKET}/\${aws:username}/*` },
      '${aws:username}: resolve references first',
    ],
    ['an empty list', { ...GET, Resource: [] }, 'at least one value expected'],
    ['a principal in an identity policy', { ...GET, ...ANYBODY }, 'identity policy: no Principal expected'],
    ['no resource in an identity policy', { Effect: 'Allow', Action: '*' }, 'identity policy: a Resource expected'],
  ])('%s', (_, statement, message) => {
    expect(() => ask(ROLE, { own: [statement], context: { k: '1', flag: 'true', several: ['a', 'b'] } })).toThrow(
      message,
    );
  });

  test.each<[what: string, statement: Elements, message: string]>([
    ['NotPrincipal', { ...DENY_GET, NotPrincipal: { AWS: ROLE.arn } }, 'Unrecognized key: "NotPrincipal"'],
    ['no principal', GET, 'resource policy: a Principal expected'],
    [
      'a wildcard inside of a principal',
      { ...GET, Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/*` } },
      'the ARN of an account',
    ],
    [
      'a session as a principal',
      { ...GET, Principal: { AWS: `arn:aws:sts::${ACCOUNT}:assumed-role/a/b` } },
      'the ARN of an account',
    ],
    ['any service', { ...GET, Principal: { Service: '*' } }, 'the name of a service expected'],
  ])('%s', (_, statement, message) => {
    expect(() => ask(ROLE, { its: [statement] })).toThrow(message);
  });

  test('the same Sid twice', () => {
    expect(() =>
      ask(ROLE, {
        own: [
          { Sid: 'a', ...GET },
          { Sid: 'a', ...DECRYPT },
        ],
      }),
    ).toThrow('each Sid once expected');
  });

  test('a resource in a trust policy', () => {
    expect(() => ask(ROLE, { ...assume, its: [{ ...DECRYPT, ...ANYBODY }] })).toThrow(
      'trust policy: no Resource expected',
    );
  });

  test('a caller who is a session', () => {
    expect(() => ask({ arn: `arn:aws:sts::${ACCOUNT}:assumed-role/a/b` })).toThrow('the ARN of a role, a user');
  });
});

test('references are resolved where a value is known', () => {
  expect(resolve('${aws_kms_key.a-1.arn} ${aws_kms_key.b.arn}', { 'aws_kms_key.a-1.arn': KEY })).toBe(
    `${KEY} \${aws_kms_key.b.arn}`,
  );
});

describe('whatever the policies', () => {
  const anyStatement = fc.record({
    Effect: fc.constantFrom('Allow', 'Deny'),
    Action: fc.constantFrom('s3:GetObject', 's3:*', '*', 'kms:Decrypt', ['kms:*', 'sts:AssumeRole']),
    Resource: fc.constantFrom('*', OBJECT, `${BUCKET}/*`, [KEY, BUCKET]),
    Condition: fc.constantFrom(
      {},
      { Bool: { tls: 'false' } },
      { StringNotEquals: { tls: 'false' } },
      { Null: { tls: 'true' } },
    ),
  });
  const anyNamingStatement = fc
    .tuple(
      anyStatement,
      fc.constantFrom(ANYBODY, AS_OF_ACCOUNT, AS_OF_ROLE, { Principal: { AWS: OTHER, Service: S3.service } }),
    )
    .map(([statement, principal]) => ({ ...statement, ...principal }));
  const anyPolicies = fc.record({
    own: fc.array(anyStatement, { maxLength: 4 }),
    its: fc.array(anyNamingStatement, { maxLength: 4 }),
  });
  const anyRequest = fc
    .tuple(
      fc.constantFrom<Caller>(ROLE, STRANGER, ROOT_USER, S3, 'anonymous'),
      fc.constantFrom({ action: 's3:GetObject', resource: OBJECT }, decrypt),
      fc.constantFrom<Context>({}, { tls: 'true' }, { tls: 'false' }),
    )
    .map(([principal, about, context]) => ({ principal, ...about, context }));
  const runs = { numRuns: 2_000 };

  test('one Deny more never allows more', () => {
    const property = fc.property(
      anyRequest,
      anyPolicies,
      anyStatement,
      anyNamingStatement,
      (request, { own, its }, one, other) => {
        const stricter = { own: [...own, { ...one, Effect: 'Deny' }], its: [...its, { ...other, Effect: 'Deny' }] };
        if (ask(request.principal, { ...request, ...stricter }) === 'allowed') {
          expect(ask(request.principal, { ...request, own, its })).toBe('allowed');
        }
      },
    );
    fc.assert(property, runs);
  });

  test('one Allow more never allows less', () => {
    const property = fc.property(
      anyRequest,
      anyPolicies,
      anyStatement,
      anyNamingStatement,
      (request, { own, its }, one, other) => {
        if (ask(request.principal, { ...request, own, its }) !== 'allowed') return;
        const laxer = { own: [...own, { ...one, Effect: 'Allow' }], its: [...its, { ...other, Effect: 'Allow' }] };
        expect(ask(request.principal, { ...request, ...laxer })).toBe('allowed');
      },
    );
    fc.assert(property, runs);
  });

  test('the order of statements does not matter', () => {
    const property = fc.property(anyRequest, anyPolicies, (request, { own, its }) => {
      const turned = { own: own.toReversed(), its: its.toReversed() };
      expect(ask(request.principal, { ...request, ...turned })).toBe(ask(request.principal, { ...request, own, its }));
    });
    fc.assert(property, runs);
  });
});

test('a pattern fits what the regular expression of the same meaning fits', () => {
  const short = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '.', ':'), maxLength: 8 });
  fc.assert(
    fc.property(short, short, (pattern, text) => {
      const source = pattern.replace(/[.]/g, '\\.').replace(/[?]/g, '.').replace(/[*]/g, '.*');
      expect(fits(pattern, text)).toBe(new RegExp(`^${source}$`).test(text));
    }),
    { numRuns: 10_000 },
  );
});

test('where an ARN pattern fits, the same text with wildcards across colons fits', () => {
  const part = fc.string({ unit: fc.constantFrom('a', '*', '?'), maxLength: 3 });
  const anyArn = fc.array(part, { minLength: 5, maxLength: 6 }).map((parts) => ['arn', ...parts].join(':'));
  fc.assert(
    fc.property(anyArn, anyArn, (pattern, arn) => {
      if (arnFits(pattern, arn)) expect(fits(pattern, arn)).toBe(true);
    }),
    { numRuns: 10_000 },
  );
});
