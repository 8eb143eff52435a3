import type { StoreFacts } from '../facts';
import type { Access, Party } from '../model';
import { keyOf } from './keys';
import type { AwsView } from './view';

/** The topics that a stack makes, and those that it subscribes to. */
export function topicStores(view: AwsView): StoreFacts[] {
  const { references } = view;
  const own = references.of('aws_sns_topic').map((topic): StoreFacts => {
    const id = view.idOf(topic);
    const key = topic.arguments.kms_master_key_id;
    return {
      id,
      stack: view.stack.name,
      address: topic.address,
      kind: 'SNS topic',
      name: references.argument(topic, 'name'),
      holds: alarmed(view, id) ? 'alarms' : 'messages',
      place: view.place,
      ...(key === undefined ? { encryption: 'none of its own' } : keyOf(view, key)),
      retention: 'until it is delivered',
      settings: [],
      readBy: subscribers(view, id),
    };
  });
  const known = new Set(own.map(({ id }) => id));
  const foreign = topicsSubscribed(view)
    .filter((id) => !known.has(id))
    .map((id): StoreFacts => {
      const [, , , region, account, name = id] = id.split(':');
      return {
        id,
        stack: view.stack.name,
        kind: 'SNS topic',
        name,
        holds: 'announcements of objects',
        place: `AWS account ${account}, ${region}`,
        encryption: 'not known here',
        retention: 'until it is delivered',
        settings: [],
        readBy: subscribers(view, id),
        elsewhere: 'No stack makes it: its policy says who may use it.',
      };
    });
  return [...own, ...foreign];
}

/** Who is told by the topics of a stack, outside of AWS. */
export function topicParties(view: AwsView): Party[] {
  return topicStores(view).flatMap(({ id, name }) =>
    subscriptions(view, id)
      .filter(({ protocol }) => protocol !== 'sqs')
      .map((subscription) => ({
        name: subscription.name,
        stacks: [view.stack.name],
        gets: [`the messages of the topic ${name}`],
      })),
  );
}

function topicsSubscribed({ references }: AwsView): string[] {
  const topics = references.of('aws_sns_topic_subscription').map((one) => references.argument(one, 'topic_arn'));
  return [...new Set(topics)];
}

function alarmed({ references }: AwsView, topic: string): boolean {
  return references
    .of('aws_cloudwatch_metric_alarm')
    .some(({ arguments: { alarm_actions: actions } }) =>
      ((actions ?? []) as unknown[]).some((one) => references.resolve(one) === topic),
    );
}

function subscribers(view: AwsView, topic: string): Access[] {
  return subscriptions(view, topic).map(({ name, protocol }) => ({
    identity: name,
    name,
    how: [`subscribed by ${protocol}`],
  }));
}

function subscriptions(view: AwsView, topic: string): { readonly name: string; readonly protocol: string }[] {
  const { references } = view;
  return references
    .of('aws_sns_topic_subscription')
    .filter((one) => references.argument(one, 'topic_arn') === topic)
    .map((one) => {
      const endpoint = references.argument(one, 'endpoint');
      return {
        // The path of a webhook is a secret as often as not.
        name: /^https?:/.test(endpoint) ? new URL(endpoint).host : view.name(endpoint),
        protocol: references.argument(one, 'protocol'),
      };
    });
}
