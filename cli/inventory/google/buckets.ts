import { ENVIRONMENT, type FeedName } from '../../../functions/qualys/contract';
import type { StoreFacts } from '../facts';
import { type Arguments, block, blocks, type Resource, refersTo } from '../references';
import { counted, duration, listed } from '../words';
import type { GoogleView } from './view';

/** Cloud Storage's own, unless the organization sets another (cloud.google.com/storage/docs/soft-delete). */
const DEFAULT_SOFT_DELETE_SECONDS = 604_800;

const STATES: Readonly<Record<string, string>> = {
  alerts: 'how far the function has come, and what it is asked to collect again',
  assets: 'how far the function has come, and the last asset of each host',
  findings: 'how far the function has come, and what the KnowledgeBase says of each QID',
} satisfies Record<FeedName, string>;

/** What a function keeps in a bucket that a variable of it names, by the feed that it collects. */
const CONTENTS: Readonly<Record<string, (feed: unknown) => string>> = {
  [ENVIRONMENT.logsBucket]: (feed) => `${feed} of Qualys`,
  [ENVIRONMENT.stateBucket]: (feed) => STATES[String(feed)] ?? 'how far the function has come',
};

/** The buckets that a stack makes. */
export function bucketStores(view: GoogleView): StoreFacts[] {
  return view.references.of('google_storage_bucket').map((bucket) => {
    const { arguments: args } = bucket;
    const name = view.references.argument(bucket, 'name');
    const key = block(args.encryption).default_kms_key_name;
    return {
      id: view.bucketId(name),
      stack: view.stack.name,
      address: bucket.address,
      kind: 'Cloud Storage bucket',
      name,
      holds: contentOf(view, bucket),
      place: `Google Cloud project ${view.project}, ${args.location}`,
      ...(typeof key === 'string' ? { encryption: `Cloud KMS key ${key}`, key } : { encryption: "Google's own key" }),
      retention: retentionOf(args),
      settings: [
        publicAccess(args),
        block(args.versioning).enabled === true ? 'versions are kept' : 'no versions are kept',
        ...minimumRetention(args),
      ],
    };
  });
}

function contentOf(view: GoogleView, bucket: Resource): string {
  const { references } = view;
  const collected = references.of('google_cloudfunctions2_function').flatMap((collector) => {
    const variables = block(block(collector.arguments.service_config).environment_variables);
    const func = `function ${references.argument(collector, 'name')}`;
    return Object.entries(CONTENTS)
      .filter(([name]) => refersTo(variables[name], bucket))
      .map(([, contentOf]) => `${contentOf(variables[ENVIRONMENT.feed])} (${func})`);
  });
  const objects = references.referring('google_storage_bucket_object', 'bucket', bucket);
  return listed([...collected, ...(objects.length > 0 ? ['code of functions'] : [])]) || 'objects';
}

function retentionOf(args: Arguments): string {
  const deleting = blocks(args.lifecycle_rule).flatMap((rule) => {
    const { age } = block(rule.condition);
    if (block(rule.action).type !== 'Delete' || typeof age !== 'number') return [];
    return [`${counted(age, 'day')}${belowOf(rule)}`];
  });
  const superseded = blocks(args.lifecycle_rule).flatMap((rule) => {
    const { days_since_noncurrent_time: days } = block(rule.condition);
    return block(rule.action).type === 'Delete' && typeof days === 'number'
      ? [`what is overwritten${belowOf(rule)} ${counted(days, 'day')}`]
      : [];
  });
  const { retention_duration_seconds: set } = block(args.soft_delete_policy);
  const soft = Number(set ?? DEFAULT_SOFT_DELETE_SECONDS);
  const whose = set === undefined ? " (Cloud Storage's default)" : '';
  return [
    deleting.join('; ') || 'for ever',
    ...superseded,
    soft > 0 ? `what is deleted can be restored for ${duration(soft)}${whose}` : 'what is deleted is gone at once',
  ].join('; ');
}

/** To which objects a rule is limited. */
function belowOf(rule: Arguments): string {
  const below = blocks(block(rule.condition).matches_prefix).map(String);
  return below.length > 0 ? ` below ${listed(below)}` : '';
}

function publicAccess({ public_access_prevention: prevention, uniform_bucket_level_access: uniform }: Arguments) {
  if (prevention !== 'enforced') return 'public access is not prevented here';
  return uniform === true ? 'public access is prevented' : 'public access is prevented; objects may have access lists';
}

function minimumRetention(args: Arguments): string[] {
  const { retention_period: period, is_locked: locked } = block(args.retention_policy);
  if (period === undefined) return [];
  return [
    `nobody can delete or replace an object for ${duration(Number(period))} (${locked === true ? 'locked' : 'not locked: who administers the bucket can end it'})`,
  ];
}
