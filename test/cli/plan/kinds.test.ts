import { grantsOf, isWider } from '../../../cli/plan/grants';
import { destroysOf, effectOf, isAccess, lossOf } from '../../../cli/plan/kinds';
import { lossesOf } from '../../../cli/plan/losses';
import type { AttributeChange, OutputChange, ResourceChange, Value } from '../../../cli/plan/report';
import { verdictOf } from '../../../cli/plan/verdict-line';
import { warningsOf } from '../../../cli/plan/warnings';

const known = (value: unknown): Value => ({ kind: 'known', value });
const absent: Value = { kind: 'absent' };

function change(
  type: string,
  action: ResourceChange['action'],
  attributes: readonly AttributeChange[] = [],
): ResourceChange {
  return { address: `${type}.x`, type, action, attributes };
}

describe('what is lost', () => {
  test.each(['aws_s3_bucket', 'aws_kms_key', 'google_chronicle_feed', 'aws_cloudtrail', 'cloudflare_logpush_job'])(
    '%s, when it is destroyed or made anew',
    (type) => {
      expect(lossOf(change(type, 'delete'))).toBeTruthy();
      expect(lossOf(change(type, 'replace'))).toBe(lossOf(change(type, 'delete')));
      expect(lossOf(change(type, 'update'))).toBeUndefined();
      expect(lossOf(change(type, 'forget'))).toBeUndefined();
    },
  );

  test('nothing with what the next deploy brings back', () => {
    expect(lossOf(change('aws_cloudwatch_dashboard', 'delete'))).toBeUndefined();
  });
});

test('destroys are what is destroyed or made anew, but for types that may be', () => {
  const stacks = [
    {
      stack: 'prod-x',
      kind: 'planned' as const,
      changes: (['create', 'delete', 'replace', 'forget', 'none', 'update'] as const).map((action) =>
        change(action === 'delete' ? 'aws_sns_topic' : 'aws_sqs_queue', action),
      ),
      drift: [change('aws_s3_bucket', 'delete')],
      outputs: [],
      warnings: [],
    },
  ];
  const told = (allowed?: string[]) =>
    destroysOf({ environment: 'prod', stacks }, allowed).map(({ stack, change }) => `${stack} ${change.action}`);
  expect(told()).toEqual(['prod-x delete', 'prod-x replace']);
  expect(told(['aws_sns_topic'])).toEqual(['prod-x replace']);
  expect(told(['aws_sns_topic', 'aws_sqs_queue'])).toEqual([]);
});

describe.each(['google_chronicle_parser', 'google_chronicle_parser_extension'])(
  '%s, which Terraform abandons',
  (type) => {
    const report = (action: ResourceChange['action']) => ({
      environment: 'prod',
      stacks: [
        {
          ...{ stack: 'prod-x', kind: 'planned' as const, changes: [change(type, action)] },
          ...{ drift: [], outputs: [], warnings: [] },
        },
      ],
    });

    test('is not destroyed when it is made anew', () => {
      expect(destroysOf(report('replace'))).toEqual([]);
      expect(lossesOf(report('replace'))).toEqual([]);
      expect(verdictOf(report('replace'))).toEqual({ severity: 'change', text: '1 to replace' });
    });

    test('is forgotten when Terraform destroys it; only what is gone is drift', () => {
      expect(effectOf(type, 'delete')).toBe('forget');
      expect(effectOf(type, 'replace')).toBe('replace');
      expect(effectOf('google_chronicle_feed', 'delete')).toBe('delete');
      expect(verdictOf(report('forget')).severity).toBe('change');
    });
  },
);

test.each([
  ['aws_iam_role', true],
  ['aws_iam_role_policy_attachment', true],
  ['aws_s3_bucket_policy', true],
  ['aws_s3_bucket_public_access_block', true],
  ['google_project_iam_member', true],
  ['google_iam_workload_identity_pool', true],
  ['google_service_account', true],
  ['aws_s3_bucket', false],
  ['google_monitoring_alert_policy', false],
  ['cloudflare_notification_policy', false],
])('%s is about access: %s', (type, expected) => {
  expect(isAccess(change(type, 'update'))).toBe(expected);
});

test.each([
  ['policy', true],
  ['assume_role_policy', true],
  ['policy_version', false],
  ['tags.policy', false],
])('%s of any resource is about access: %s', (path, expected) => {
  expect(isAccess(change('aws_kms_key', 'update', [{ path, before: known('a'), after: known('b') }]))).toBe(expected);
});

describe('grants', () => {
  const policy = (...Statement: object[]) => known(JSON.stringify({ Version: '2012-10-17', Statement }));
  const of = (before: Value, after: Value, path = 'policy') =>
    grantsOf(change('aws_iam_policy', 'update', [{ path, before, after }]));
  const read = { Effect: 'Allow', Action: 's3:GetObject', Resource: ['a', 'b'] };

  test.each<[string, Value, Value, string[], string[]]>([
    [
      'one more action',
      policy(read),
      policy({ ...read, Action: ['s3:GetObject', 's3:*'] }),
      ['allow s3:* on a', 'allow s3:* on b'],
      [],
    ],
    [
      'another resource',
      policy(read),
      policy({ ...read, Resource: ['a', '*'] }),
      ['allow s3:GetObject on *'],
      ['allow s3:GetObject on b'],
    ],
    [
      'the same in two statements',
      policy(read),
      policy({ ...read, Resource: 'b' }, { ...read, Resource: 'a' }),
      [],
      [],
    ],
    ['anybody', absent, policy({ ...read, Resource: 'a', Principal: '*' }), ['allow s3:GetObject on a to anybody'], []],
    [
      'principals of two kinds',
      absent,
      policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: ['1', '*'], Service: 'x' } }),
      ['allow sts:AssumeRole to 1', 'allow sts:AssumeRole to anybody', 'allow sts:AssumeRole to x'],
      [],
    ],
    [
      'a condition that goes',
      policy({ ...read, Resource: 'a', Condition: { Bool: { x: 'true' } } }),
      policy({ ...read, Resource: 'a' }),
      ['allow s3:GetObject on a'],
      ['allow s3:GetObject on a if {"Bool":{"x":"true"}}'],
    ],
    [
      'all but some',
      absent,
      policy({ Effect: 'Deny', NotAction: 'iam:*', NotResource: ['a', 'b'], NotPrincipal: { AWS: '1' } }),
      ['deny all but iam:* on all but a, b to all but {"AWS":"1"}'],
      [],
    ],
    ['a document that is none', known('x'), policy(read), [], []],
    ['one that is not known', { kind: 'unknown' }, policy(read), [], []],
    ['one that is secret', { kind: 'sensitive' }, { kind: 'sensitive' }, [], []],
  ])('of a policy: %s', (_, before, after, added, removed) => {
    expect(of(before, after)).toEqual({ added, removed });
  });

  test.each<[string, Value, Value, boolean]>([
    ['something is allowed', absent, policy(read), true],
    ['something is denied', absent, policy({ ...read, Effect: 'Deny' }), false],
    ['something is not allowed any more', policy(read), absent, false],
    ['something is not denied any more', policy({ ...read, Effect: 'Deny' }), absent, true],
    ['nothing differs', policy(read), policy(read), false],
  ])('when %s', (_, before, after, expected) => {
    expect(isWider(of(before, after))).toBe(expected);
  });

  test('of a policy of thousands of combinations are not taken apart', () => {
    const many = Array.from({ length: 100 }, (_, index) => `x${index}`);
    expect(of(absent, policy({ Effect: 'Allow', Action: many, Resource: many })).added).toEqual([]);
  });

  test('of a member', () => {
    const member = (action: ResourceChange['action'], before: Value, after: Value) =>
      grantsOf(
        change('google_project_iam_member', action, [
          { path: 'role', before, after },
          { path: 'member', before: action === 'create' ? absent : known('x'), after: known('user:a@example.com') },
        ]),
      );
    expect(member('create', absent, known('roles/owner'))).toEqual({
      added: ['roles/owner to user:a@example.com'],
      removed: [],
    });
    expect(member('replace', known('roles/viewer'), known('roles/owner')).removed).toEqual(['roles/viewer to x']);
  });
});

describe('warnings', () => {
  const output = (name: string, action: OutputChange['action']): OutputChange => ({
    name,
    action,
    before: absent,
    after: absent,
  });

  test.each<[string, ResourceChange[], OutputChange[], RegExp[]]>([
    ['nothing', [change('aws_sqs_queue', 'update')], [output('other', 'update'), output('queue_url', 'create')], []],
    [
      'jobs, however they come',
      (['create', 'update', 'replace', 'delete', 'none'] as const).map((action) =>
        change('cloudflare_logpush_job', action),
      ),
      [],
      [/^3 Logpush jobs are made or changed: .*must be up/],
    ],
    ['a key', [change('aws_kms_key', 'delete')], [], [/^aws_kms_key\.x: KMS schedules the key for deletion/]],
    ['a feed', [change('google_chronicle_feed', 'replace')], [], [/reads every object again/]],
    [
      'an address',
      [
        change('aws_sns_topic_subscription', 'create', [
          { path: 'endpoint', before: absent, after: known('soc@example.com') },
        ]),
      ],
      [],
      [/^1 e-mail address must confirm/],
    ],
    [
      'no address',
      [
        change('aws_sns_topic_subscription', 'create', [
          { path: 'endpoint', before: absent, after: known('https://example.com') },
        ]),
      ],
      [],
      [],
    ],
    [
      'what was typed in',
      [],
      [output('queue_url', 'update'), output('role_arn', 'delete')],
      [/^queue_url, role_arn: these were typed in/],
    ],
    [
      'parsers, however they come',
      (['create', 'update', 'replace', 'none'] as const).map((action) => change('google_chronicle_parser', action)),
      [],
      [
        /^google_chronicle_parser\.x, google_chronicle_parser\.x, google_chronicle_parser\.x: made beside .*until \.\/tributary parser activate\.$/,
      ],
    ],
    ['what is forgotten', [change('aws_s3_bucket', 'forget')], [], [/^aws_s3_bucket\.x: stays as it is/]],
    [
      'protection that goes',
      [
        change('aws_s3_bucket', 'update', [{ path: 'force_destroy', before: known(false), after: known(true) }]),
        change('aws_kms_key', 'update', [{ path: 'lifecycle.prevent_destroy', before: known(true), after: absent }]),
        change('google_secret_manager_secret', 'update', [
          { path: 'deletion_protection', before: known(true), after: known(false) },
        ]),
      ],
      [],
      [/^3 resources lose their protection/],
    ],
    [
      'protection that comes',
      [
        change('aws_s3_bucket', 'update', [{ path: 'force_destroy', before: known(true), after: known(false) }]),
        change('aws_kms_key', 'update', [{ path: 'lifecycle.prevent_destroy', before: absent, after: known(true) }]),
      ],
      [],
      [],
    ],
    ['a lock', [change('aws_s3_bucket_object_lock_configuration', 'create')], [], [/cannot be deleted before/]],
  ])('%s', (_, changes, outputs, expected) => {
    const warnings = warningsOf(changes, outputs);
    expect(warnings).toHaveLength(expected.length);
    for (const [index, pattern] of expected.entries()) expect(warnings[index]).toMatch(pattern);
  });
});
