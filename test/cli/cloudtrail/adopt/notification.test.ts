import type { NotificationConfiguration, TopicConfiguration } from '@aws-sdk/client-s3';
import { chooseAnnouncement, othersOf } from '../../../../cli/cloudtrail/adopt/notification';

const OWN = 'arn:aws:sqs:eu-central-1:111122223333:ours';
const OTHER = 'arn:aws:sqs:eu-central-1:111122223333:theirs';
const TOPIC = 'arn:aws:sns:eu-central-1:111122223333:logs';
const KEYS = 'trails/AWSLogs/111122223333/CloudTrail/';

function topic(events: TopicConfiguration['Events'], filter: Record<string, string> = {}): NotificationConfiguration {
  const FilterRules = Object.entries(filter).map(([Name, Value]) => ({ Name: Name as 'prefix', Value }));
  return { TopicConfigurations: [{ TopicArn: TOPIC, Events: events, Filter: { Key: { FilterRules } } }] };
}
const queue = (QueueArn: string): NotificationConfiguration => ({
  QueueConfigurations: [{ QueueArn, Events: ['s3:ObjectCreated:*'] }],
});

const created = 's3:ObjectCreated:*';
test.each<[string, NotificationConfiguration, object | undefined]>([
  ['nothing', {}, { notification: 'own' }],
  ["the pipeline's own queue", queue(OWN), { notification: 'own' }],
  ['a topic without a filter', topic([created]), { topic: TOPIC }],
  [
    'a topic that has both ways of creation',
    topic(['s3:ObjectCreated:Put', 's3:ObjectCreated:CompleteMultipartUpload']),
    { topic: TOPIC },
  ],
  ['a topic for one way of creation only', topic(['s3:ObjectCreated:Put']), undefined],
  ['a topic of removals', topic(['s3:ObjectRemoved:*']), undefined],
  ["a filter on the trail's prefix", topic([created], { prefix: 'trails/' }), { topic: TOPIC }],
  ['a filter on its log files, as S3 spells it', topic([created], { Prefix: KEYS, Suffix: '.gz' }), { topic: TOPIC }],
  ['a filter on one region', topic([created], { prefix: `${KEYS}eu-central-1/` }), undefined],
  ['a filter on another prefix', topic([created], { prefix: 'AWSLogs/' }), undefined],
  ['a filter on other files', topic([created], { suffix: '.csv' }), undefined],
  ['a topic beside EventBridge', { ...topic([created]), EventBridgeConfiguration: {} }, { topic: TOPIC }],
  ["another's queue", queue(OTHER), undefined],
  [
    "another's queue beside ours",
    { QueueConfigurations: [...(queue(OWN).QueueConfigurations ?? []), ...(queue(OTHER).QueueConfigurations ?? [])] },
    undefined,
  ],
  ['a function', { LambdaFunctionConfigurations: [{ LambdaFunctionArn: 'arn:f', Events: [created] }] }, undefined],
  ['EventBridge only', { EventBridgeConfiguration: {} }, undefined],
])('a bucket that notifies %s', (_, configuration, expected) => {
  expect(chooseAnnouncement(configuration, KEYS, OWN)).toEqual(expected);
});

test('receivers are named with events and filter, without the own queue', () => {
  expect(
    othersOf(
      {
        ...topic([created], { Prefix: 'x/' }),
        QueueConfigurations: [...(queue(OWN).QueueConfigurations ?? []), ...(queue(OTHER).QueueConfigurations ?? [])],
        LambdaFunctionConfigurations: [
          { LambdaFunctionArn: 'arn:f', Events: ['s3:ObjectCreated:Put', 's3:ObjectRemoved:*'] },
        ],
        EventBridgeConfiguration: {},
      },
      OWN,
    ),
  ).toEqual([
    `SNS topic ${TOPIC}: s3:ObjectCreated:*, prefix x/`,
    `SQS queue ${OTHER}: s3:ObjectCreated:*`,
    'Lambda function arn:f: s3:ObjectCreated:Put s3:ObjectRemoved:*',
    'EventBridge: every event',
  ]);
});
