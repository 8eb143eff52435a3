import type { ResourceChangeJson } from '../../../cli/plan/plan-json';
import { readPlan } from '../../../cli/plan/read-plan';
import type { PlanReport, StackReport } from '../../../cli/plan/report';
import { planOf, resource } from './plans';

/** Secrets of the run, each in one of the plans below. */
export const SECRETS = ['taegis-key-5f2c', '{"default":"taegis-key-9a1b"}', 'external-id-77'];

const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:prod-cloudtrail';
const BUCKET = 'arn:aws:s3:::prod-cloudtrail-logs';

/** Nothing to do in any stack. */
export function noChange(): PlanReport {
  const stacks = ['prod-cloudtrail-cortex', 'prod-logpush-taegis', 'prod-qualys-secops'];
  return { environment: 'prod', stacks: stacks.map((stack) => readPlan(stack, planOf([]), SECRETS)) };
}

/** Something of everything: a policy, a destroy, more access, a key made anew, a secret, drift, a failure, an unchanged stack. */
export function small(): PlanReport {
  const failed: StackReport = {
    stack: 'prod-qualys-secops',
    kind: 'failed',
    error:
      'Error: googleapi: Error 403: Permission "storage.buckets.get" denied on resource "projects/_/buckets/acme-logs"\n\n  with google_storage_bucket.logs,\n  on cdk.tf.json line 214, in resource.google_storage_bucket.logs:\n 214:       }\n',
    changes: [],
    drift: [],
    outputs: [],
    warnings: [],
  };
  const unchanged: StackReport = { ...failed, stack: 'prod-logpush-taegis-0', kind: 'unchanged', error: undefined };
  return { environment: 'prod', stacks: [cloudtrail(), logpush(), unchanged, failed] };
}

function cloudtrail(): StackReport {
  const key = (multiRegion: boolean) => ({
    description: 'CloudTrail logs',
    multi_region: multiRegion,
    enable_key_rotation: true,
  });
  const bucketPolicy = (more: object[]) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'AclCheck',
          Effect: 'Allow',
          Principal: { Service: 'cloudtrail.amazonaws.com' },
          Action: 's3:GetBucketAcl',
          Resource: BUCKET,
        },
        {
          Sid: 'Write',
          Effect: 'Allow',
          Principal: { Service: 'cloudtrail.amazonaws.com' },
          Action: 's3:PutObject',
          Resource: `${BUCKET}/*`,
          Condition: { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } },
        },
        ...more,
      ],
    });
  const reader = (actions: string[], resources: string[]) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: resources }] });
  return readPlan(
    'prod-cloudtrail-cortex',
    planOf(
      [
        resource(
          {
            before: { bucket: 'prod-cloudtrail-logs', policy: bucketPolicy([]) },
            after: {
              bucket: 'prod-cloudtrail-logs',
              policy: bucketPolicy([
                {
                  Sid: 'Tls',
                  Effect: 'Deny',
                  Principal: '*',
                  Action: 's3:*',
                  Resource: [BUCKET, `${BUCKET}/*`],
                  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
                },
              ]),
            },
          },
          { type: 'aws_s3_bucket_policy', name: 'logs' },
        ),
        resource(
          { actions: ['delete'], before: { name: 'prod-cloudtrail-old' }, after: null },
          { name: 'old', action_reason: 'delete_because_no_resource_config' },
        ),
        resource(
          {
            before: {
              name: 'prod-cloudtrail',
              visibility_timeout_seconds: 30,
              kms_master_key_id: 'arn:aws:kms:eu-west-1:111122223333:key/0f',
            },
            after: { name: 'prod-cloudtrail', visibility_timeout_seconds: 600 },
            after_unknown: { kms_master_key_id: true },
          },
          { name: 'queue' },
        ),
        resource(
          {
            before: { name: 'read', policy: reader(['sqs:ReceiveMessage', 'sqs:DeleteMessage'], [QUEUE]) },
            after: { name: 'read', policy: reader(['sqs:*'], [QUEUE, 'arn:aws:sqs:*:111122223333:*']) },
          },
          { type: 'aws_iam_role_policy', name: 'cortex-read' },
        ),
        resource(
          {
            before: {
              name: 'cortex',
              assume_role_policy: JSON.stringify({
                Statement: {
                  Principal: { AWS: '1' },
                  Condition: { StringEquals: { 'sts:ExternalId': 'external-id-77' } },
                },
              }),
            },
            after: {
              name: 'cortex',
              assume_role_policy: JSON.stringify({
                Statement: {
                  Principal: { AWS: '2' },
                  Condition: { StringEquals: { 'sts:ExternalId': 'external-id-77' } },
                },
              }),
            },
          },
          { type: 'aws_iam_role', name: 'cortex' },
        ),
        resource(
          {
            actions: ['delete', 'create'],
            before: { ...key(false), arn: 'arn:aws:kms:eu-west-1:111122223333:key/0f' },
            after: key(true),
            after_unknown: { arn: true },
            replace_paths: [['multi_region']],
          },
          { type: 'aws_kms_key', name: 'logs', action_reason: 'replace_because_cannot_update' },
        ),
        resource(
          {
            actions: ['create'],
            before: null,
            after: { protocol: 'email', endpoint: 'soc@example.com' },
            after_unknown: { topic_arn: true, id: true },
          },
          { type: 'aws_sns_topic_subscription', name: 'mail' },
        ),
        resource(
          { actions: ['no-op'], before: { name: 'prod-alarms' }, after: { name: 'prod-alarms' } },
          { type: 'aws_sns_topic', name: 'alarms', previous_address: 'aws_sns_topic.warnings' },
        ),
      ],
      {
        'aws_sqs_queue.queue': { kms_master_key_id: { references: ['aws_kms_key.logs.arn'] } },
        'aws_sns_topic_subscription.mail': { topic_arn: { references: ['aws_sns_topic.alarms.arn'] } },
      },
      {
        resource_drift: [
          resource(
            {
              before: { message_retention_seconds: 345_600, tags: null },
              after: { message_retention_seconds: 3_600, tags: {} },
            },
            { name: 'queue' },
          ),
        ],
        output_changes: {
          queue_url: {
            actions: ['update'],
            before: 'https://sqs.eu-west-1.amazonaws.com/111122223333/prod-cloudtrail',
            after: 'https://sqs.eu-west-1.amazonaws.com/111122223333/prod-cloudtrail-2',
          },
          external_id: {
            actions: ['update'],
            before: 'x',
            after: 'external-id-77',
            before_sensitive: true,
            after_sensitive: true,
          },
        },
      },
    ),
    SECRETS,
  );
}

function logpush(): StackReport {
  const destination = (key: string) =>
    `https://taegis.example.com/in?header_Authorization=Bearer%20${key}&tags=dataset:gateway_dns`;
  const job = (fields: string[], key: string) => ({
    dataset: 'gateway_dns',
    destination_conf: destination(key),
    enabled: true,
    last_complete: '2026-11-26T21:00:00Z',
    output_options: { field_names: fields, timestamp_format: 'rfc3339' },
  });
  const fields = [
    'AccountID',
    'ApplicationID',
    'ColoCode',
    'Datetime',
    'DeviceID',
    'DstIP',
    'Email',
    'Location',
    'QueryName',
  ];
  return readPlan(
    'prod-logpush-taegis',
    planOf([
      resource(
        {
          before: job(fields, 'taegis-key-5f2c'),
          after: {
            ...job([...fields.slice(0, 4), 'DeviceName', ...fields.slice(4)], 'taegis-key-9a1b'),
            last_complete: null,
          },
          before_sensitive: { destination_conf: true },
          after_sensitive: { destination_conf: true },
          after_unknown: { last_complete: true, last_error: true },
        },
        { type: 'cloudflare_logpush_job', name: 'account-gateway_dns' },
      ),
      resource(
        {
          actions: ['update'],
          before: { name: 'a' },
          after: { name: 'secureworks-http-audit-logs' },
          importing: { id: 'accounts/0123/146' },
        },
        { type: 'cloudflare_logpush_job', name: 'account-audit_logs' },
      ),
    ]),
    SECRETS,
  );
}

/** A few bytes more than a comment holds: some of its diffs do not fit. */
export function edge(): PlanReport {
  const policy = (number: number, action: string) =>
    JSON.stringify({
      Statement: Array.from({ length: 4 }, (_, index) => ({
        Sid: `Statement${index}`,
        Effect: 'Allow',
        Action: [action, 's3:GetBucketLocation'],
        Resource: `arn:aws:s3:::prod-logs-${number}-${index}/*`,
      })),
    });
  const stack = (name: string, from: number) =>
    readPlan(
      name,
      planOf([
        ...Array.from({ length: 25 }, (_, index) =>
          resource(
            {
              before: { policy: policy(from + index, 's3:GetObject'), name: `read-${index}` },
              after: { policy: policy(from + index, 's3:*'), name: `read-${index}-more` },
            },
            { type: 'aws_iam_role_policy', name: `read-${from + index}` },
          ),
        ),
        resource(
          { actions: ['delete'], before: { bucket: 'x' }, after: null },
          { type: 'aws_s3_bucket', name: 'last' },
        ),
      ]),
      SECRETS,
    );
  return { environment: 'prod', stacks: [stack('prod-a', 0), stack('prod-b', 25), stack('prod-c', 50)] };
}

/** Jobs of 1,250 zones, as plans of 5 MB: their fields change, some are made and some are gone. */
export function huge(): {
  readonly environment: string;
  readonly plans: Readonly<Record<string, readonly ResourceChangeJson[]>>;
} {
  const fields = Array.from({ length: 90 }, (_, index) => `FieldOfTheDataset${index}`);
  const job = (zone: number, names: readonly string[]) => ({
    zone_id: zone.toString(16).padStart(32, '0'),
    dataset: 'http_requests',
    name: 'secureworks-http-http-requests',
    destination_conf: `https://taegis.example.com/in?header_Authorization=Bearer%20taegis-key-5f2c&zone=${zone}`,
    enabled: true,
    output_options: { field_names: names, timestamp_format: 'rfc3339' },
  });
  const change = (zone: number): ResourceChangeJson => {
    const [before, after] = [
      job(zone, fields),
      job(zone, [...fields.slice(0, 40), ...fields.slice(41), 'FieldOfTheDatasetNew']),
    ];
    const marks = { before_sensitive: { destination_conf: true }, after_sensitive: { destination_conf: true } };
    const names = { type: 'cloudflare_logpush_job', name: `zone-${before.zone_id}-http_requests` };
    if (zone % 100 === 7) return resource({ actions: ['delete'], before, after: null, ...marks }, names);
    if (zone % 10 === 3) return resource({ actions: ['create'], before: null, after, ...marks }, names);
    return resource(
      { before, after: { ...after, destination_conf: `${after.destination_conf}&v=2` }, ...marks },
      names,
    );
  };
  const plans: Record<string, ResourceChangeJson[]> = {};
  for (let zone = 0; zone < 1_250; zone += 1) {
    const stack = `prod-logpush-taegis-${(zone % 16).toString(16)}`;
    plans[stack] = [...(plans[stack] ?? []), change(zone)];
  }
  return { environment: 'prod', plans };
}

export function hugeReport(): PlanReport {
  const { environment, plans } = huge();
  return {
    environment,
    stacks: Object.entries(plans).map(([stack, changes]) => readPlan(stack, planOf(changes), SECRETS)),
  };
}
