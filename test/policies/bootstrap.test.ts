import { BOOTSTRAP_OPTIONS, bootstrapEnvironment, REPOSITORY } from '../stacks/bootstrap-options';
import { parseEnvironment, type StackJson, synthesize } from '../synthesize';
import type { Context } from './condition';
import { resolve } from './document';
import { type Decision, evaluate } from './evaluate';

const ACCOUNT = '111122223333';
const HOST = 'token.actions.githubusercontent.com';

/** Both roles of an option, with the pipeline that they are for. */
class Workflows {
  readonly partition: string;
  readonly region: string;
  private readonly bootstrap: StackJson;
  readonly pipeline: StackJson;

  constructor(option: string) {
    const stacks = synthesize({ ...bootstrapEnvironment(option), qualys: undefined, cloudflare: undefined });
    this.bootstrap = stacks['test-bootstrap-aws'] ?? {};
    this.pipeline = stacks['test-cloudtrail-cortex'] ?? {};
    [{ region: this.region }] = this.bootstrap.provider.aws;
    this.partition = this.region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
  }

  /** Whether a token of GitHub may be exchanged for a role. */
  assume(role: 'plan' | 'deploy', claims: { sub: string; ref?: string; aud?: string }, host = HOST): Decision {
    const { aud = 'sts.amazonaws.com', sub, ref = 'refs/heads/main' } = claims;
    return evaluate({
      resource: this.text(this.role(role).assume_role_policy),
      request: {
        principal: { federated: this.provider(host) },
        action: 'sts:AssumeRoleWithWebIdentity',
        resource: `arn:${this.partition}:iam::${ACCOUNT}:role/test-ci-${role}`,
        resourceAccount: ACCOUNT,
        context: { [`${host}:aud`]: aud, [`${host}:sub`]: sub, [`${host}:ref`]: ref },
      },
    });
  }

  /** Whether a role may do something in its account, where no resource has a word in it. */
  may(role: 'plan' | 'deploy', action: string, resource: string, context: Context = {}): boolean {
    const shared: StackJson[] = Object.values(this.bootstrap.resource.aws_iam_policy);
    const inline: StackJson[] = role === 'plan' ? [] : Object.values(this.bootstrap.resource.aws_iam_role_policy);
    const arn = `arn:${this.partition}:iam::${ACCOUNT}:role/test-ci-${role}`;
    // A key's own policy leaves the decision to the account's IAM policies (constructs/aws/policy.ts).
    const delegation = { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'kms:*', Resource: '*' };
    const isKey = /^arn:[\w-]+:kms:/.test(resource);
    return (
      evaluate({
        identity: [...shared, ...inline].map(({ policy }) => policy),
        ...(isKey && { resource: JSON.stringify({ Version: '2012-10-17', Statement: [delegation] }) }),
        request: { principal: { arn }, action, resource, resourceAccount: ACCOUNT, context },
      }) === 'allowed'
    );
  }

  arn(service: string, resource: string): string {
    return `arn:${this.partition}:${service}:${this.region}:${ACCOUNT}:${resource}`;
  }

  /** Resources of the pipeline. */
  of(type: string): StackJson[] {
    return Object.values(this.pipeline.resource?.[type] ?? {});
  }

  private role(kind: 'plan' | 'deploy'): StackJson {
    const roles: StackJson[] = Object.values(this.bootstrap.resource.aws_iam_role);
    return roles.find(({ name }) => name === `test-ci-${kind}`) ?? {};
  }

  private text(policy: string): string {
    const [id] = Object.keys(this.bootstrap.resource.aws_iam_openid_connect_provider ?? {});
    return resolve(policy, { [`aws_iam_openid_connect_provider.${id}.arn`]: this.provider(HOST) });
  }

  private provider(host: string): string {
    return `arn:${this.partition}:iam::${ACCOUNT}:oidc-provider/${host}`;
  }
}

describe('who may assume the roles', () => {
  const own = `repo:${REPOSITORY}`;
  const cases: readonly (readonly [what: string, claims: Parameters<Workflows['assume']>[1], as: string])[] = [
    ['a pull request', { sub: `${own}:pull_request`, ref: 'refs/pull/7/merge' }, 'plan'],
    ['the branch, or a schedule on it', { sub: `${own}:ref:refs/heads/main` }, 'plan'],
    ['a job in the environment for plans', { sub: `${own}:environment:test-plan`, ref: 'refs/pull/7/merge' }, 'plan'],
    ['a job in the environment of schedules', { sub: `${own}:environment:test-watch` }, 'plan'],
    ['a job in the environment, from the branch', { sub: `${own}:environment:test` }, 'deploy'],
    [
      'a job in the environment, from another branch',
      { sub: `${own}:environment:test`, ref: 'refs/heads/x' },
      'nobody',
    ],
    [
      'a job in the environment, of a pull request',
      { sub: `${own}:environment:test`, ref: 'refs/pull/7/merge' },
      'nobody',
    ],
    ['another environment', { sub: `${own}:environment:production` }, 'nobody'],
    ['the environment in capitals', { sub: `${own}:environment:Test` }, 'nobody'],
    ['another branch', { sub: `${own}:ref:refs/heads/main2`, ref: 'refs/heads/main2' }, 'nobody'],
    ['a tag named like the branch', { sub: `${own}:ref:refs/tags/main`, ref: 'refs/tags/main' }, 'nobody'],
    ['a fork', { sub: 'repo:mallory@1/tributary@2:pull_request' }, 'nobody'],
    ['the name without ids', { sub: 'repo:acme/tributary:pull_request' }, 'nobody'],
    ['the names with the ids of another', { sub: 'repo:acme@1/tributary@2:environment:test' }, 'nobody'],
    ['a repository whose name begins like ours', { sub: `${own}2:pull_request` }, 'nobody'],
    ['another audience', { sub: `${own}:pull_request`, aud: 'https://github.com/acme' }, 'nobody'],
  ];
  const workflows = new Workflows('AWS alone');

  test.each(cases)('%s', (_, claims, as) => {
    const able = (['plan', 'deploy'] as const).filter((role) => workflows.assume(role, claims) === 'allowed');
    expect(able).toEqual(as === 'nobody' ? [] : [as]);
  });

  test('tokens of another issuer count for nothing', () => {
    expect(workflows.assume('plan', { sub: `${own}:pull_request` }, 'gitlab.com')).toBe('implicitly denied');
  });

  test('without ids in the section, the subject is the one without', () => {
    const text = `environment: test
protected: false
backend: { s3: { bucket: acme-state, region: eu-west-1 } }
bootstrap: { repository: acme/tributary, aws: { account: "${ACCOUNT}" } }
cloudtrail: { account: "${ACCOUNT}", region: eu-west-1, trail: create, cortex: { externalId: an-id } }
`;
    const { resource } = synthesize(parseEnvironment('test', text))['test-bootstrap-aws'] ?? {};
    expect(JSON.stringify(resource.aws_iam_role)).toContain('\\"repo:acme/tributary:environment:test\\"');
  });
});

describe.each(BOOTSTRAP_OPTIONS.filter((name) => name.startsWith('AWS') && !name.endsWith('only')))('%s', (option) => {
  const workflows = new Workflows(option);
  const tag = { 'aws:ResourceTag/tributary-environment': 'test' };

  /** A change, and a look, at each thing that the pipeline makes, with its name in the synthesized stack. */
  const deeds: readonly (readonly [change: string, look: string, arn: string, context?: Context])[] = [
    ...workflows
      .of('aws_s3_bucket')
      .map(({ bucket }): [string, string, string] => [
        's3:CreateBucket',
        's3:GetBucketPolicy',
        `arn:${workflows.partition}:s3:::${bucket}`,
      ]),
    ...workflows.of('aws_s3_bucket_notification').map(({ bucket }): [string, string, string] => {
      const name = workflows.of('aws_s3_bucket').find(() => bucket.startsWith('${'))?.bucket ?? bucket;
      return ['s3:PutBucketNotification', 's3:GetBucketNotification', `arn:${workflows.partition}:s3:::${name}`];
    }),
    ...workflows
      .of('aws_sqs_queue')
      .map(({ name }): [string, string, string] => [
        'sqs:CreateQueue',
        'sqs:GetQueueAttributes',
        workflows.arn('sqs', name),
      ]),
    ...workflows
      .of('aws_sns_topic')
      .map(({ name }): [string, string, string] => [
        'sns:CreateTopic',
        'sns:GetTopicAttributes',
        workflows.arn('sns', name),
      ]),
    ...workflows
      .of('aws_cloudwatch_metric_alarm')
      .map(({ alarm_name: name }): [string, string, string] => [
        'cloudwatch:PutMetricAlarm',
        'cloudwatch:ListTagsForResource',
        workflows.arn('cloudwatch', `alarm:${name}`),
      ]),
    ...workflows
      .of('aws_cloudwatch_dashboard')
      .map(({ dashboard_name: name }): [string, string, string] => [
        'cloudwatch:PutDashboard',
        'cloudwatch:GetDashboard',
        `arn:${workflows.partition}:cloudwatch::${ACCOUNT}:dashboard/${name}`,
      ]),
    ...workflows
      .of('aws_cloudwatch_event_rule')
      .map(({ name }): [string, string, string] => [
        'events:PutRule',
        'events:DescribeRule',
        workflows.arn('events', `rule/${name}`),
      ]),
    ...workflows
      .of('aws_iam_role')
      .map(({ name }): [string, string, string] => [
        'iam:CreateRole',
        'iam:GetRole',
        `arn:${workflows.partition}:iam::${ACCOUNT}:role/${name}`,
      ]),
    ...workflows
      .of('aws_kms_alias')
      .map(({ name }): [string, string, string] => ['kms:CreateAlias', '', workflows.arn('kms', name)]),
    ...workflows
      .of('aws_kms_key')
      .map((): [string, string, string, Context] => [
        'kms:PutKeyPolicy',
        'kms:GetKeyPolicy',
        workflows.arn('kms', 'key/0a1b2c3d'),
        tag,
      ]),
  ];

  test('each thing that the pipeline makes may be changed by one role, and looked at by both', () => {
    expect(deeds.length).toBeGreaterThan(9);
    const wrong = deeds.flatMap(([change, look, arn, context]) => [
      ...(workflows.may('deploy', change, arn, context) ? [] : [`deploy cannot ${change} ${arn}`]),
      ...(workflows.may('plan', change, arn, context) ? [`plan can ${change} ${arn}`] : []),
      ...(['plan', 'deploy'] as const).flatMap((role) =>
        look === '' || workflows.may(role, look, arn, context) ? [] : [`${role} cannot ${look} ${arn}`],
      ),
    ]);
    expect(wrong).toEqual([]);
  });

  test('the same of another environment may be neither changed nor looked at', () => {
    const others = deeds.map(([change, look, arn, context]): (typeof deeds)[number] => [
      change,
      look,
      arn.replace(/[^:/]+$/, 'other'),
      context && { 'aws:ResourceTag/tributary-environment': 'other' },
    ]);
    const able = others.filter(([change, look, arn, context]) =>
      [change, ...(look === '' ? [] : [look])].some((action) => workflows.may('deploy', action, arn, context)),
    );
    expect(able).toEqual([]);
  });

  test('what is in the stores stays closed to both', () => {
    const bucket = workflows.of('aws_s3_bucket')[0]?.bucket ?? 'acme-logs';
    const deeds: [string, string, Context?][] = [
      ['s3:GetObject', `arn:${workflows.partition}:s3:::${bucket}/AWSLogs/${ACCOUNT}/CloudTrail/a.json.gz`],
      ['sqs:ReceiveMessage', workflows.arn('sqs', workflows.of('aws_sqs_queue')[0]?.name)],
      ['kms:Decrypt', workflows.arn('kms', 'key/0a1b2c3d'), tag],
      ['secretsmanager:GetSecretValue', workflows.arn('secretsmanager', 'secret:x')],
      ['sts:AssumeRole', `arn:${workflows.partition}:iam::${ACCOUNT}:role/test-cloudtrail-cortex-reader`],
    ];
    for (const role of ['plan', 'deploy'] as const)
      expect(deeds.filter(([action, resource, context]) => workflows.may(role, action, resource, context))).toEqual([]);
  });
});

describe('the state', () => {
  const workflows = new Workflows('AWS alone');
  const state = (stack: string, rest = '') => `arn:aws:s3:::acme-state/tributary/${stack}.tfstate${rest}`;

  test.each([
    ['plan', 's3:GetObject', state('test-cloudtrail-cortex'), true],
    ['plan', 's3:GetObject', state('test-bootstrap-aws'), true],
    ['plan', 's3:PutObject', state('test-cloudtrail-cortex'), false],
    ['plan', 's3:PutObject', state('test-cloudtrail-cortex', '.tflock'), false],
    ['plan', 's3:GetObject', state('other-cloudtrail-cortex'), false],
    ['deploy', 's3:PutObject', state('test-cloudtrail-cortex'), true],
    ['deploy', 's3:PutObject', state('test-cloudtrail-cortex', '.tflock'), true],
    ['deploy', 's3:DeleteObject', state('test-cloudtrail-cortex', '.tflock'), true],
    ['deploy', 's3:DeleteObject', state('test-cloudtrail-cortex'), false],
    ['deploy', 's3:PutObject', state('test-bootstrap-aws'), false],
    ['deploy', 's3:PutObject', state('test-bootstrap-aws', '.tflock'), true],
    ['deploy', 's3:GetObject', state('other-cloudtrail-cortex'), false],
    ['deploy', 's3:PutObject', state('test-2-cloudtrail-cortex'), false],
    ['deploy', 's3:PutBucketPolicy', 'arn:aws:s3:::acme-state', false],
  ] as const)('%s: %s on %s: %s', (role, action, resource, is) => {
    expect(workflows.may(role, action, resource)).toBe(is);
  });
});

describe('what is stateful', () => {
  test.each([
    ['s3:DeleteBucket', 'arn:aws:s3:::test-cloudtrail-111122223333-eu-west-1', {}],
    ['s3:DeleteObjectVersion', 'arn:aws:s3:::test-cloudtrail-111122223333-eu-west-1/x', {}],
    ['sqs:DeleteQueue', 'arn:aws:sqs:eu-west-1:111122223333:test-cloudtrail-cortex', {}],
    [
      'kms:ScheduleKeyDeletion',
      'arn:aws:kms:eu-west-1:111122223333:key/1',
      { 'aws:ResourceTag/tributary-environment': 'test' },
    ],
  ])('%s only in an environment that is not protected', (action, resource, context) => {
    expect(new Workflows('AWS alone').may('deploy', action, resource, context)).toBe(true);
    expect(new Workflows('AWS, protected').may('deploy', action, resource, context)).toBe(false);
  });
});
