import { only, type StackJson, synthesize } from '../synthesize';
import { OPTION_NAMES, optionEnvironment } from './cloudtrail-options';

const stacks = new Map<string, StackJson>(
  OPTION_NAMES.map((name) => [name, synthesize(optionEnvironment(name))['test-cloudtrail-cortex'] ?? {}]),
);
const stack = (name: string): StackJson => stacks.get(name) ?? {};
const policy = (text: string): StackJson[] => JSON.parse(text).Statement;
const trail = (name: string) => only(stack(name), 'aws_cloudtrail');
const mainQueue = (name: string): StackJson =>
  Object.values<StackJson>(stack(name).resource.aws_sqs_queue).find((queue) => queue.redrive_policy) ?? {};

test.each(OPTION_NAMES)('%s is what it was', (name) => {
  const { provider, resource, variable, import: imports } = stack(name);
  expect({ provider, resource, variable, import: imports }).toMatchSnapshot();
});

test('each name can be set', () => {
  expect(trail('names').name).toBe('t-1');
  expect(only(stack('names'), 'aws_s3_bucket').bucket).toBe('acme-logs');
  expect(only(stack('names'), 'aws_kms_alias').name).toBe('alias/k/1');
  expect(only(stack('names'), 'aws_iam_role').name).toBe('r-1');
  expect(Object.values<StackJson>(stack('names').resource.aws_sqs_queue).map(({ name }) => name)).toEqual([
    'q-1-dead-letters',
    'q-1',
  ]);
});

describe('organization trail', () => {
  test('the accounts write into their own folder', () => {
    const writes = policy(only(stack('organization'), 'aws_s3_bucket_policy').policy).filter(
      ({ Action }) => Action === 's3:PutObject',
    );
    const folder = (name: string) => `arn:aws:s3:::test-cloudtrail-111122223333-eu-west-1/AWSLogs/${name}/*`;
    expect(writes.map(({ Resource }) => Resource)).toEqual([folder('111122223333'), folder('o-abc1234567')]);
    expect(trail('organization').is_organization_trail).toBe(true);
  });

  test('of a delegated administrator, the trail belongs to the management account', () => {
    const name = 'organization, delegated';
    const text = JSON.stringify([only(stack(name), 'aws_s3_bucket_policy').policy, stack(name).resource.aws_kms_key]);
    expect(text).toContain('arn:aws:cloudtrail:eu-west-1:444455556666:trail/test-cloudtrail-cortex');
    expect(text).toContain('arn:aws:cloudtrail:*:444455556666:trail/*');
    expect(text).toContain('AWSLogs/444455556666/*');
    expect(text).not.toContain('cloudtrail:eu-west-1:111122223333');
  });
});

describe('what the trail logs', () => {
  test('every region, validated, unless it is said otherwise', () => {
    const flags = (name: string) => [trail(name).is_multi_region_trail, trail(name).enable_log_file_validation];
    expect(flags('defaults')).toEqual([true, true]);
    expect(flags('single region')).toEqual([false, true]);
    expect(flags('no log file validation')).toEqual([true, false]);
  });

  test('insights, and events that are left out', () => {
    expect(trail('insights').insight_selector).toEqual([
      { insight_type: 'ApiCallRateInsight' },
      { insight_type: 'ApiErrorRateInsight' },
    ]);
    expect(trail('excluded events').event_selector).toEqual([
      {
        read_write_type: 'All',
        include_management_events: true,
        exclude_management_event_sources: ['kms.amazonaws.com', 'rdsdata.amazonaws.com'],
      },
    ]);
  });

  test('data events beside the management events, and never the reading of the log files', () => {
    const { advanced_event_selector: selectors, event_selector: simple } = trail('data events');
    expect(simple).toBeUndefined();
    expect(selectors).toEqual([
      { name: 'Management events', field_selector: [{ field: 'eventCategory', equals: ['Management'] }] },
      {
        name: 'objects',
        field_selector: [
          { field: 'eventCategory', equals: ['Data'] },
          { field: 'resources.type', equals: ['AWS::S3::Object'] },
          { field: 'readOnly', equals: ['false'] },
          {
            field: 'resources.ARN',
            not_starts_with: ['arn:aws:s3:::scratch/', 'arn:aws:s3:::test-cloudtrail-111122223333-eu-west-1/'],
          },
        ],
      },
      {
        name: 'functions',
        field_selector: [
          { field: 'eventCategory', equals: ['Data'] },
          { field: 'resources.type', equals: ['AWS::Lambda::Function'] },
          { field: 'resources.ARN', starts_with: ['arn:aws:lambda:eu-west-1'] },
          { field: 'eventName', equals: ['Invoke'] },
        ],
      },
    ]);
    expect(trail('combination 1: organization, everything logged and kept').advanced_event_selector[0]).toEqual({
      name: 'Management events',
      field_selector: [
        { field: 'eventCategory', equals: ['Management'] },
        { field: 'eventSource', not_equals: ['kms.amazonaws.com'] },
      ],
    });
  });
});

describe('the bucket', () => {
  test('object lock is on from the start, after versioning', () => {
    const name = 'object lock, governance';
    expect(only(stack(name), 'aws_s3_bucket').object_lock_enabled).toBe(true);
    const lock = only(stack(name), 'aws_s3_bucket_object_lock_configuration');
    expect(lock.rule).toEqual({ default_retention: { mode: 'GOVERNANCE', days: 30 } });
    expect(lock.depends_on).toEqual([expect.stringContaining('aws_s3_bucket_versioning.')]);
    expect(only(stack('defaults'), 'aws_s3_bucket').object_lock_enabled).toBeUndefined();
  });

  test('accesses are logged into another bucket, which only S3 writes to, for this bucket', () => {
    const created = stack('access logs, created');
    const policies = Object.values<StackJson>(created.resource.aws_s3_bucket_policy);
    const ours = policies
      .map(({ policy: text }) => policy(text)[0])
      .find(({ Sid } = {}) => Sid === 'S3ServerAccessLogsPolicy');
    expect(ours).toMatchObject({
      Resource: 'arn:aws:s3:::test-cloudtrail-111122223333-eu-west-1-access/test-cloudtrail-111122223333-eu-west-1/*',
      Condition: {
        ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::test-cloudtrail-111122223333-eu-west-1' },
        StringEquals: { 'aws:SourceAccount': '111122223333' },
      },
    });
    expect(only(created, 'aws_s3_bucket_logging').target_bucket).toMatch(/^\$\{aws_s3_bucket\.access-logs_/);
    expect(only(stack('access logs, given'), 'aws_s3_bucket_logging')).toMatchObject({
      target_bucket: 'acme-access-logs',
      target_prefix: 'test-cloudtrail-111122223333-eu-west-1/',
    });
  });
});

describe('keys', () => {
  test('with an own key none is made for the logs, and everything names it', () => {
    const { resource } = stack('own key');
    expect(Object.keys(resource.aws_kms_key)).toEqual([expect.stringContaining('alarm-topic')]);
    expect(trail('own key').kms_key_id).toMatch(/:key\/0a1b2c3d/);
    expect(policy(only(stack('own key'), 'aws_iam_role_policy').policy)[2]?.Resource).toMatch(/:key\/0a1b2c3d/);
  });

  test('a queue with a KMS key has no other encryption, and S3 may use the key for this bucket', () => {
    const queues = Object.values<StackJson>(stack('queue with a KMS key').resource.aws_sqs_queue);
    expect(queues.map((queue) => [queue.sqs_managed_sse_enabled, queue.kms_master_key_id])).toEqual(
      Array(2).fill([undefined, expect.stringContaining('aws_kms_key.key_')]),
    );
    const keys = Object.values<StackJson>(stack('queue with a KMS key').resource.aws_kms_key);
    const s3 = keys
      .flatMap((key) => policy(key.policy))
      .filter(({ Principal }) => Principal.Service === 's3.amazonaws.com');
    expect(s3).toEqual([
      expect.objectContaining({
        Condition: {
          StringEquals: { 'aws:SourceAccount': '111122223333' },
          ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::test-cloudtrail-111122223333-eu-west-1' },
        },
      }),
    ]);
    expect(JSON.stringify(stack('defaults').resource.aws_kms_key)).not.toContain('s3.amazonaws.com');
  });
});

describe('an existing trail', () => {
  const existing = OPTION_NAMES.filter((name) => optionEnvironment(name).cloudtrail?.trail === 'existing');

  test.each(existing)('%s: nothing of the trail, its bucket and its key is made or replaced', (name) => {
    const types = Object.keys(stack(name).resource).filter((type) => /^aws_(cloudtrail|s3_)/.test(type));
    expect(types).toEqual(name.includes('notification') ? ['aws_s3_bucket_notification'] : []);
  });

  test('the queue subscribes to the topic, raw, and only that topic may send', () => {
    const name = 'existing trail, topic';
    expect(only(stack(name), 'aws_sns_topic_subscription')).toMatchObject({
      topic_arn: 'arn:aws:sns:eu-west-1:111122223333:log-files',
      protocol: 'sqs',
      raw_message_delivery: true,
    });
    expect(policy(mainQueue(name).policy)[0]).toMatchObject({
      Principal: { Service: 'sns.amazonaws.com' },
      Condition: { ArnEquals: { 'aws:SourceArn': 'arn:aws:sns:eu-west-1:111122223333:log-files' } },
    });
  });

  test('a notification of its own is imported first, so that a plan shows what it would replace', () => {
    const name = 'existing trail, notification';
    expect(stack(name).import).toEqual([
      { to: expect.stringContaining('aws_s3_bucket_notification.'), id: 'acme-logs' },
    ]);
    expect(only(stack(name), 'aws_s3_bucket_notification').bucket).toBe('acme-logs');
  });

  test('without a key Cortex decrypts nothing, and no key is watched', () => {
    const { resource } = stack('existing trail, topic');
    expect(only(stack('existing trail, topic'), 'aws_iam_role_policy').policy).not.toContain('kms:');
    expect(resource.aws_cloudwatch_event_rule).toBeUndefined();
  });
});

test('what is there is imported', () => {
  const imports: StackJson[] = stack('imports').import;
  expect(imports.map(({ to }) => to.split('.')[0])).toEqual(
    expect.arrayContaining([
      'aws_cloudtrail',
      'aws_s3_bucket',
      'aws_kms_key',
      'aws_kms_alias',
      'aws_iam_role',
      'aws_sns_topic',
    ]),
  );
  expect(imports).toHaveLength(8);
});

test('during a change of the external id both are taken, and the new one is shown', () => {
  const name = 'external id during a change';
  expect(policy(only(stack(name), 'aws_iam_role').assume_role_policy)[0]?.Condition).toEqual({
    StringEquals: { 'sts:ExternalId': ['new-id', 'old-id'] },
  });
  expect(stack(name).output.external_id.value).toBe('new-id');
});

test('SecurityAudit is attached unless it is said otherwise', () => {
  expect(stack('defaults').resource.aws_iam_role_policy_attachment).toBeDefined();
  expect(stack('no SecurityAudit').resource.aws_iam_role_policy_attachment).toBeUndefined();
});

describe('who is told', () => {
  const alarm = (name: string, kind: string): StackJson =>
    Object.values<StackJson>(stack(name).resource.aws_cloudwatch_metric_alarm).find(({ alarm_name }) =>
      alarm_name.endsWith(kind),
    ) ?? {};

  test('alarms stand at the thresholds, and go to the topic', () => {
    expect(alarm('defaults', 'oldest-message')).toMatchObject({ threshold: 3_600, treat_missing_data: 'notBreaching' });
    expect(alarm('defaults', 'silence')).toMatchObject({ evaluation_periods: 3, treat_missing_data: 'breaching' });
    expect(alarm('thresholds', 'oldest-message').threshold).toBe(1_800);
    expect(alarm('thresholds', 'silence').evaluation_periods).toBe(2);
    for (const kind of ['oldest-message', 'dead-letters', 'silence'])
      expect(alarm('defaults', kind).alarm_actions).toEqual([expect.stringContaining('aws_sns_topic.alarm-topic')]);
  });

  test('e-mail addresses and PagerDuty subscribe; its key is a sensitive variable', () => {
    const { resource, variable } = stack('notifications');
    expect(Object.values<StackJson>(resource.aws_sns_topic_subscription).map(({ endpoint }) => endpoint)).toEqual([
      'secops@example.com',
      'soc@example.com',
      'https://events.pagerduty.com/integration/${var.pagerduty_key}/enqueue',
    ]);
    expect(variable.pagerduty_key.sensitive).toBe(true);
    expect(stack('defaults').variable).toBeUndefined();
  });

  test('the text of each alarm names its runbook', () => {
    expect(alarm('defaults', 'silence').alarm_description).toContain('docs/runbooks/cloudtrail-silence.md');
    expect(alarm('notifications', 'silence').alarm_description).toContain(
      'https://wiki.example.com/runbooks/cloudtrail-silence.md',
    );
  });

  test('the rule watches this key alone', () => {
    const { event_pattern } = only(stack('own key'), 'aws_cloudwatch_event_rule');
    expect(JSON.parse(event_pattern).detail).toMatchObject({
      eventName: ['DisableKey', 'ScheduleKeyDeletion'],
      resources: { ARN: [expect.stringMatching(/:key\/0a1b2c3d/)] },
    });
  });
});
