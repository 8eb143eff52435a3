import {
  type FilterRule,
  GetBucketNotificationConfigurationCommand,
  type QueueConfiguration,
} from '@aws-sdk/client-s3';
import {
  GetSubscriptionAttributesCommand,
  paginateListSubscriptionsByTopic,
  type Subscription,
} from '@aws-sdk/client-sns';
import { type Aws, askAws, findInAws } from '../../aws';
import type { CloudtrailTarget } from '../target';
import { attempt, type Check, type CheckGroup, deployFix, type Fix, ok, okUnless, problem } from './check';

/** All object create events (Cortex Cloud administrator guide, "Ingest audit logs from AWS CloudTrail"), and no others. */
const EVENTS = 's3:ObjectCreated:*';

/** How the queue learns of new log files. */
export async function checkNotification(target: CloudtrailTarget, aws: Aws): Promise<CheckGroup> {
  const { announcedBy } = target;
  const checks = await Promise.all([
    attempt('notification', async () => checkBucketNotification(target, aws)),
    ...(announcedBy.kind === 'topic'
      ? [attempt('subscription', async () => [await checkSubscription(announcedBy.arn, target, aws)])]
      : []),
  ]);
  return { title: 'From bucket to queue', checks: checks.flat() };
}

async function checkBucketNotification(target: CloudtrailTarget, aws: Aws): Promise<readonly Check[]> {
  const { bucket, announcedBy } = target;
  const answer = await findInAws(
    ['NoSuchBucket'],
    `read the notification of the bucket ${bucket.name}`,
    `s3:GetBucketNotification on ${bucket.arn}`,
    () => aws.s3.send(new GetBucketNotificationConfigurationCommand({ Bucket: bucket.name })),
  );
  if (answer === undefined) return [];
  if (announcedBy.kind === 'bucket') return [judgeNotification(answer.QueueConfigurations ?? [], target)];
  const found = answer.TopicConfigurations?.filter(({ TopicArn }) => TopicArn === announcedBy.arn) ?? [];
  if (found.some(({ Events = [] }) => (Events as readonly string[]).includes(EVENTS)))
    return [ok('notification', `${EVENTS} to the topic`)];
  return [
    problem('notification', `the bucket does not tell the topic of ${EVENTS}`, {
      what: 'The notification of an existing trail belongs to its owner; see what it is:',
      command: `aws s3api get-bucket-notification-configuration --bucket ${bucket.name}`,
    }),
  ];
}

/** Whether a bucket tells the queue of each log file, once, and of nothing else. */
export function judgeNotification(configurations: readonly QueueConfiguration[], target: CloudtrailTarget): Check {
  const { announcedBy, queue, environment } = target;
  const found = configurations.filter(({ QueueArn }) => QueueArn === queue.arn);
  const fix = deployFix(target);
  if (announcedBy.kind !== 'bucket') throw new Error(`${environment}: the bucket does not notify the queue itself`);
  if (found.length === 0) return problem('notification', 'the bucket does not tell the queue of new objects', fix);
  const surplus = found.flatMap(({ Events = [] }) => Events).filter((event) => event !== EVENTS);
  const wanted = [announcedBy.prefix, announcedBy.suffix];
  const filters = found.map(({ Filter }) => filterOf(Filter?.Key?.FilterRules ?? []));
  return okUnless(
    [
      ...(found.some(({ Events = [] }) => (Events as readonly string[]).includes(EVENTS))
        ? []
        : [`the queue is not told of ${EVENTS}`]),
      ...(surplus.length === 0
        ? []
        : [`the queue is also told of ${surplus.join(', ')}: Cortex reads a file twice, or fails on one that is gone`]),
      ...filters
        .filter((filter) => JSON.stringify(filter) !== JSON.stringify(wanted))
        .map((filter) => `it announces ${describe(filter)}, and the environment file says ${describe(wanted)}`),
    ],
    'notification',
    `${EVENTS}, ${describe(wanted)}`,
    fix,
  );
}

/** Prefix and suffix; S3 answers with their names in either case. */
function filterOf(rules: readonly FilterRule[]): readonly string[] {
  return ['prefix', 'suffix'].map((kind) => rules.find(({ Name }) => Name?.toLowerCase() === kind)?.Value ?? '');
}

function describe([prefix, suffix]: readonly (string | undefined)[]): string {
  const parts = [...(prefix ? [`start with ${prefix}`] : []), ...(suffix ? [`end with ${suffix}`] : [])];
  return parts.length === 0 ? 'all objects' : `objects that ${parts.join(' and ')}`;
}

async function checkSubscription(topicArn: string, target: CloudtrailTarget, aws: Aws): Promise<Check> {
  const subscriptions = await listSubscriptions(topicArn, aws);
  const found = subscriptions?.find(({ Protocol, Endpoint }) => Protocol === 'sqs' && Endpoint === target.queue.arn);
  const fix: Fix = deployFix(target);
  if (subscriptions === undefined) return problem('subscription', `the topic ${topicArn} is not there`, EXISTING_TOPIC);
  if (found === undefined) return problem('subscription', `the queue does not subscribe to ${topicArn}`, fix);
  const attributes = await readSubscription(found, topicArn, aws);
  if (attributes === undefined) return problem('subscription', 'it is not confirmed', fix);
  return okUnless(
    [
      ...(attributes.RawMessageDelivery === 'true' ? [] : ['raw delivery is off: Cortex knows messages of S3 alone']),
      ...(attributes.FilterPolicy ? ['it has a filter policy, which may hold messages back'] : []),
    ],
    'subscription',
    'confirmed, with raw delivery',
    fix,
  );
}

const EXISTING_TOPIC: Fix = {
  what: 'Name the topic of the bucket in cloudtrail.existing.topic of the environment file.',
};

/** Every subscription of a topic; undefined when there is no such topic. */
export function listSubscriptions(topicArn: string, aws: Aws): Promise<readonly Subscription[] | undefined> {
  return findInAws(
    ['NotFound', 'NotFoundException'],
    `list the subscriptions of ${topicArn}`,
    `sns:ListSubscriptionsByTopic on ${topicArn}`,
    async () => {
      const found: Subscription[] = [];
      for await (const page of paginateListSubscriptionsByTopic({ client: aws.sns }, { TopicArn: topicArn }))
        found.push(...(page.Subscriptions ?? []));
      return found;
    },
  );
}

/** The attributes of a subscription; undefined while it waits for its confirmation and so has no ARN, or a provisional one. */
export async function readSubscription(
  { SubscriptionArn: arn = '' }: Subscription,
  topicArn: string,
  aws: Aws,
): Promise<Readonly<Record<string, string>> | undefined> {
  // SNS API reference, "ListSubscriptionsByTopic": the word stands in place of the ARN.
  if (!arn.startsWith('arn:')) return undefined;
  const { Attributes = {} } = await askAws(
    `read a subscription of ${topicArn}`,
    `sns:GetSubscriptionAttributes on ${topicArn}`,
    () => aws.sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: arn })),
  );
  return Attributes.PendingConfirmation === 'true' ? undefined : Attributes;
}
