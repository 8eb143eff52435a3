import type { Event, NotificationConfiguration, NotificationConfigurationFilter } from '@aws-sdk/client-s3';

/** How the pipeline's queue can learn of the log files of an existing trail. */
export type Announcement = { readonly notification: 'own' } | { readonly topic: string };

/** Log files end so (AWS CloudTrail user guide, "Finding your CloudTrail log files"). */
const LOG_FILE_SUFFIX = '.json.gz';

/**
 * Chooses: the bucket's own notification where nobody else has one, or a topic that learns of every log file.
 * @param keys what the keys of all log files start with, with its slash
 * @param queueArn the pipeline's own queue
 * @returns undefined when what is there cannot be shared
 */
export function chooseAnnouncement(
  configuration: NotificationConfiguration,
  keys: string,
  queueArn: string,
): Announcement | undefined {
  if (othersOf(configuration, queueArn).length === 0) return { notification: 'own' };
  const topic = configuration.TopicConfigurations?.find(
    ({ Events, Filter }) => announcesCreation(Events) && covers(Filter, keys),
  );
  return topic?.TopicArn === undefined ? undefined : { topic: topic.TopicArn };
}

/** Every receiver of a bucket's notification but the pipeline's own queue, for people: kind, ARN, events and filter. */
export function othersOf(configuration: NotificationConfiguration, queueArn: string): string[] {
  const {
    TopicConfigurations: topics = [],
    QueueConfigurations: queues = [],
    LambdaFunctionConfigurations: functions = [],
    EventBridgeConfiguration: eventBridge,
  } = configuration;
  return [
    ...topics.map(({ TopicArn, Events, Filter }) => describe('SNS topic', TopicArn, Events, Filter)),
    ...queues
      .filter(({ QueueArn }) => QueueArn !== queueArn)
      .map(({ QueueArn, Events, Filter }) => describe('SQS queue', QueueArn, Events, Filter)),
    ...functions.map(({ LambdaFunctionArn, Events, Filter }) =>
      describe('Lambda function', LambdaFunctionArn, Events, Filter),
    ),
    ...(eventBridge === undefined ? [] : ['EventBridge: every event']),
  ];
}

function describe(
  kind: string,
  arn = '',
  events: readonly Event[] = [],
  filter?: NotificationConfigurationFilter,
): string {
  const rules = Object.entries(rulesOf(filter)).map(([name, value]) => `, ${name} ${value}`);
  return `${kind} ${arn}: ${events.join(' ')}${rules.join('')}`;
}

/** CloudTrail puts objects, in parts when they are large. */
function announcesCreation(events: readonly Event[] = []): boolean {
  return (
    events.includes('s3:ObjectCreated:*') ||
    (events.includes('s3:ObjectCreated:Put') && events.includes('s3:ObjectCreated:CompleteMultipartUpload'))
  );
}

function covers(filter: NotificationConfigurationFilter | undefined, keys: string): boolean {
  const { prefix = '', suffix = '' } = rulesOf(filter);
  return keys.startsWith(prefix) && LOG_FILE_SUFFIX.endsWith(suffix);
}

/** S3 writes the names of rules with a capital, and takes both. */
function rulesOf(filter?: NotificationConfigurationFilter): Record<string, string> {
  const rules = filter?.Key?.FilterRules ?? [];
  return Object.fromEntries(rules.map(({ Name = '', Value = '' }) => [Name.toLowerCase(), Value]));
}
