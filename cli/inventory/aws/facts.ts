import type { SynthesizedStack } from '../../synthesized';
import type { Facts, Grant, StoreFacts } from '../facts';
import { GITHUB_HOST, githubParty } from '../github';
import type { Party } from '../model';
import { bucketStores } from './buckets';
import { awsGrants } from './grants';
import { awsKeys, foreignKeys } from './keys';
import { queueStores } from './queues';
import { topicParties, topicStores } from './topics';
import { AwsView } from './view';

/** Types that are read for the inventory. */
export const AWS_INVENTORIED = [
  'aws_cloudtrail',
  'aws_iam_openid_connect_provider',
  'aws_iam_policy',
  'aws_iam_role',
  'aws_iam_role_policy',
  'aws_iam_role_policy_attachment',
  'aws_kms_alias',
  'aws_kms_key',
  'aws_s3_bucket',
  'aws_s3_bucket_lifecycle_configuration',
  'aws_s3_bucket_logging',
  'aws_s3_bucket_notification',
  'aws_s3_bucket_object_lock_configuration',
  'aws_s3_bucket_policy',
  'aws_s3_bucket_public_access_block',
  'aws_s3_bucket_server_side_encryption_configuration',
  'aws_s3_bucket_versioning',
  'aws_sns_topic',
  'aws_sns_topic_policy',
  'aws_sns_topic_subscription',
  'aws_sqs_queue',
] as const;

/** Types that hold nothing and grant nothing. */
export const AWS_PLAIN = [
  'aws_cloudwatch_dashboard',
  // They tell a topic, whose policy lets them.
  'aws_cloudwatch_event_rule',
  'aws_cloudwatch_event_target',
  'aws_cloudwatch_metric_alarm',
  // Access lists are off: it takes grants away.
  'aws_s3_bucket_ownership_controls',
] as const;

/** What a stack of AWS says. */
export function awsFacts(stack: SynthesizedStack): Facts {
  const view = new AwsView(stack);
  const { grants, unknown, refusals } = awsGrants(view);
  const made = [...bucketStores(view), ...queueStores(view), ...topicStores(view)].map((store) => ({
    ...store,
    settings: [...store.settings, ...(refusals.get(store.id) ?? [])],
  }));
  const keys = awsKeys(view, refusals);
  const own = new Set(keys.map(({ id }) => id));
  const usedKeys = [...made.map(({ key }) => key), ...keysOfTrails(view), ...grants.flatMap(keysOfGrant)];
  const elsewhere = [...new Set(usedKeys)].filter((id) => id !== undefined && !own.has(id)) as string[];
  return {
    stores: [...made, ...foreignBuckets(view, made, grants)],
    keys: [...keys, ...foreignKeys(view, elsewhere)],
    identities: view.references.of('aws_iam_role').map((role) => ({
      id: view.idOf(role),
      kind: 'IAM role' as const,
      name: view.references.argument(role, 'name'),
      address: role.address,
      stack: stack.name,
      description: view.references.argument(role, 'description'),
      actsFor: [],
    })),
    grants,
    unknown,
    secrets: [],
    parties: [...topicParties(view), ...readersOutside(view, grants), ...github(view, grants)],
  };
}

/** Buckets that no stack makes, but that one is let at or logs into. */
function foreignBuckets(view: AwsView, made: readonly StoreFacts[], grants: readonly Grant[]): StoreFacts[] {
  const { references, home, stack } = view;
  const own = new Set(made.map(({ id }) => id));
  const found = new Map<string, string>();
  for (const bucket of grants.flatMap(({ resources }) => resources).flatMap(bucketOf))
    found.set(bucket, 'log files, written by a trail of somebody else');
  for (const logging of references.of('aws_s3_bucket_logging'))
    found.set(
      `arn:${home.partition}:s3:::${references.argument(logging, 'target_bucket')}`,
      `access logs of the bucket ${references.argument(logging, 'bucket')}, among others`,
    );
  return [...found]
    .filter(([id]) => !own.has(id))
    .map(([id, holds]) => ({
      id,
      stack: stack.name,
      kind: 'S3 bucket',
      name: id.replace(/^.*:::/, ''),
      holds,
      place: 'not known here',
      encryption: 'not known here',
      retention: 'not known here',
      settings: [],
      elsewhere: 'No stack makes it: its policy says who else may use it.',
    }));
}

/** The bucket of an ARN of S3, if it names one. */
function bucketOf(arn: string): string[] {
  const [, bucket] = /^(arn:[\w-]+:s3:::[^/*?]+)(\/|$)/.exec(arn) ?? [];
  return bucket === undefined ? [] : [bucket];
}

function keysOfGrant({ resources }: Grant): string[] {
  return resources.filter((resource) => /^arn:[\w-]+:kms:[\w-]+:\d+:key\/[^*?]+$/.test(resource));
}

function keysOfTrails({ references }: AwsView): string[] {
  return references.of('aws_cloudtrail').flatMap((trail) => references.argument(trail, 'kms_key_id') || []);
}

/** What GitHub's workflows may become. */
function github({ stack }: AwsView, grants: readonly Grant[]): Party[] {
  const taken = grants.filter(({ who }) => who.endsWith(`:oidc-provider/${GITHUB_HOST}`));
  return githubParty(
    stack.name,
    taken.map(({ on, conditions }) => [`may become ${on.join(', ')}`, ...conditions].join(', ')),
  );
}

/** Other accounts that may take a role of the stack. */
function readersOutside(view: AwsView, grants: readonly Grant[]): Party[] {
  return grants
    .filter(
      ({ who, reach }) =>
        reach.assume !== undefined && who.startsWith('arn:') && !who.includes(`:${view.home.account}:`),
    )
    .map(({ who, on, conditions, resources }) => {
      const role = view.references.of('aws_iam_role').find((one) => resources.includes(view.idOf(one)));
      const description = role ? view.references.argument(role, 'description') : '';
      return {
        name: `AWS account ${who.split(':')[4]}`,
        stacks: [view.stack.name],
        gets: [
          [`all that ${on.join(', ')} may do, by assuming it`, ...conditions].join(', '),
          ...(description === '' ? [] : [`the role says: ${description}`]),
        ],
      };
    });
}
