import { isDeepStrictEqual } from 'node:util';
import { isWithin } from './path';
import type { PlanJson } from './plan-json';
import { isRecord } from './record';
import type { Path } from './walk';

/**
 * Attributes that move without anybody's doing, by type: they are no drift, and in a plan they say nothing. `*` is any type of
 * a provider, or any one step of a path.
 */
const MOVING: Readonly<Record<string, readonly Path[]>> = {
  // Times and result of the last delivery; the commands of status look at them.
  cloudflare_logpush_job: [['last_complete'], ['last_error'], ['error_message']],
  cloudflare_notification_policy: [['modified']],
  'google_*': [
    // Whatever touches a resource sets these, and so does what Google does itself.
    ['etag'],
    ['update_time'],
    ['updated'],
    ['fingerprint'],
    ['*', 'effective_time'],
    // With the labels that Google's services put there; those of the configuration are in `labels`.
    ['effective_labels'],
    ['terraform_labels'],
    ['effective_annotations'],
  ],
  // When the settings of encryption began to count.
  google_storage_bucket: [['encryption', '*', 'effective_time']],
  google_storage_bucket_object: [['contexts', 'custom', 'update_time']],
  // The last build and how it went.
  google_cloudfunctions2_function: [['state'], ['build_config', 'build'], ['service_config', 'service']],
  // Each transfer sets them.
  google_chronicle_feed: [['state'], ['failure_msg'], ['failure_details'], ['last_feed_initiation_time']],
  // Validation and activation set them, and Google's releases; ./tributary parser activate looks at them.
  google_chronicle_parser: [
    ...[['state'], ['validation_stage'], ['validation_report'], ['release_stage'], ['changelogs']],
    ...[['parser_extension'], ['dynamic_parsing_config'], ['version_info']],
  ],
  google_chronicle_parser_extension: [
    ...[['state'], ['state_last_changed_time'], ['last_live_time']],
    ...[['validation_report'], ['extension_validation_report']],
  ],
  google_monitoring_alert_policy: [['creation_record']],
  // The addressee has confirmed.
  google_monitoring_notification_channel: [['verification_status']],
  aws_sns_topic_subscription: [['pending_confirmation'], ['confirmation_was_authenticated']],
};

const MOVING_OF_TYPE = new Map<string, readonly Path[]>();

/** Whether an attribute moves by itself. */
export function isMoving(type: string, path: Path): boolean {
  let paths = MOVING_OF_TYPE.get(type);
  if (paths === undefined) {
    paths = Object.entries(MOVING)
      .filter(([kind]) => kind === type || (kind.includes('*') && type.startsWith(kind.slice(0, kind.indexOf('*')))))
      .flatMap(([, all]) => all);
    MOVING_OF_TYPE.set(type, paths);
  }
  return paths.some((moving) => isWithin(path, moving));
}

/**
 * Attributes in which the AWS provider shows what other resources set: after these were made, the first look finds them
 * "changed outside of Terraform". What is changed in those resources themselves is found there.
 */
const MIRRORS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  aws_s3_bucket: {
    policy: 'aws_s3_bucket_policy',
    versioning: 'aws_s3_bucket_versioning',
    server_side_encryption_configuration: 'aws_s3_bucket_server_side_encryption_configuration',
    lifecycle_rule: 'aws_s3_bucket_lifecycle_configuration',
    logging: 'aws_s3_bucket_logging',
    object_lock_configuration: 'aws_s3_bucket_object_lock_configuration',
  },
  aws_sqs_queue: { policy: 'aws_sqs_queue_policy', redrive_policy: 'aws_sqs_queue_redrive_policy' },
  aws_sns_topic: { policy: 'aws_sns_topic_policy' },
};

/**
 * Tells whether an attribute of a resource only mirrors other resources of the stack. Of a role's policies only those do that the
 * stack itself attaches: what somebody else attached is drift.
 */
export function mirrorsOf(plan: PlanJson): (type: string, attribute: string, resource: unknown) => boolean {
  const present = new Map<string, Resource[]>();
  for (const { type, mode, values } of plan.prior_state?.values?.root_module?.resources ?? []) {
    if (mode !== 'managed' || !isRecord(values)) continue;
    const others = present.get(type);
    if (others) others.push(values);
    else present.set(type, [values]);
  }
  return (type, attribute, resource) => {
    const mirrored = MIRRORS[type]?.[attribute];
    if (mirrored !== undefined) return present.has(mirrored);
    if (type !== 'aws_iam_role' || !isRecord(resource)) return false;
    const list = resource[attribute];
    const own = (kind: string, matches: (attached: Resource) => boolean) =>
      present.get(kind)?.some((attached) => attached.role === resource.name && matches(attached)) ?? false;
    if (!Array.isArray(list)) return false;
    if (attribute === 'managed_policy_arns')
      return list.every((arn) => own('aws_iam_role_policy_attachment', ({ policy_arn }) => policy_arn === arn));
    if (attribute !== 'inline_policy') return false;
    return list.every((inline) =>
      own('aws_iam_role_policy', ({ name, policy }) => name === inline.name && isSameJson(policy, inline.policy)),
    );
  };
}

type Resource = Readonly<Record<string, unknown>>;

function isSameJson(one: unknown, other: unknown): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(String(one)), JSON.parse(String(other)));
  } catch {
    return false;
  }
}
