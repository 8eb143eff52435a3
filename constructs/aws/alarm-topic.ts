import { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription';
import { Construct } from 'constructs';
import { ImportBlock } from '../import-block';
import type { AwsAccount } from './account';
import { accountAdministers, denyInsecureTransport, type PolicyStatement, policyDocument } from './policy';

export interface AlarmTopicProps {
  readonly account: AwsAccount;
  readonly name: string;
  /** Each is asked by e-mail to confirm; until then it gets nothing. */
  readonly emails: readonly string[];
  /** Integration key of a PagerDuty service (an "Amazon CloudWatch" integration). */
  readonly pagerdutyKey?: string;
  /** ARN of an existing topic of that name. */
  readonly importId?: string;
}

/**
 * The SNS topic that alarms go to. It has a key of its own: what tells that another key was disabled must not depend on
 * it, and AWS's own key for SNS (alias/aws/sns) cannot be used by alarms.
 */
export class AlarmTopic extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: AlarmTopicProps) {
    super(scope, id);
    const { account, name } = props;
    const key = new KmsKey(this, 'key', {
      description: `Encrypts the alarms of ${name}`,
      enableKeyRotation: true,
      policy: keyPolicy(account),
    });
    const topic = new SnsTopic(this, 'topic', { name, kmsMasterKeyId: key.arn });
    if (props.importId) new ImportBlock(topic, props.importId);
    new SnsTopicPolicy(this, 'policy', { arn: topic.arn, policy: topicPolicy(account, name) });
    this.subscribe(topic.arn, props);
    this.arn = topic.arn;
  }

  private subscribe(topicArn: string, { emails, pagerdutyKey }: AlarmTopicProps): void {
    for (const email of emails)
      new SnsTopicSubscription(this, `email-${email}`, { topicArn, protocol: 'email', endpoint: email });
    if (pagerdutyKey === undefined) return;
    new SnsTopicSubscription(this, 'pagerduty', {
      topicArn,
      protocol: 'https',
      // PagerDuty, "Amazon CloudWatch Integration Guide".
      endpoint: `https://events.pagerduty.com/integration/${pagerdutyKey}/enqueue`,
      endpointAutoConfirms: true,
    });
  }
}

/**
 * Who may publish: CloudWatch for alarms of this account, and EventBridge. EventBridge's statements have no condition: it
 * supports none in topic policies and none in key policies (EventBridge user guide, "Amazon SNS permissions"; SNS
 * developer guide, "Key management"), and an alarm that is refused for one is lost in silence.
 */
function topicPolicy(account: AwsAccount, name: string): string {
  const topicArn = account.arn('sns', name);
  return policyDocument(
    {
      Sid: 'AllowAlarms',
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: 'sns:Publish',
      Resource: topicArn,
      Condition: ofAlarms(account),
    },
    {
      Sid: 'AllowRules',
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sns:Publish',
      Resource: topicArn,
    },
    denyInsecureTransport('sns:Publish', [topicArn]),
  );
}

function keyPolicy(account: AwsAccount): string {
  const use = { Effect: 'Allow', Action: ['kms:GenerateDataKey*', 'kms:Decrypt'], Resource: '*' } as const;
  return policyDocument(
    accountAdministers(account),
    {
      Sid: 'AllowAlarms',
      ...use,
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Condition: ofAlarms(account),
    },
    { Sid: 'AllowRules', ...use, Principal: { Service: 'events.amazonaws.com' } },
  );
}

function ofAlarms(account: AwsAccount): NonNullable<PolicyStatement['Condition']> {
  return {
    ArnLike: { 'aws:SourceArn': account.arn('cloudwatch', 'alarm:*') },
    StringEquals: { 'aws:SourceAccount': account.id },
  };
}
