import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target';
import { Construct } from 'constructs';

export interface KeyWatchProps {
  /** Name of the rule. */
  readonly name: string;
  readonly kmsKeyArn: string;
  /** Who is told. */
  readonly topicArn: string;
  /** Address of the runbook. */
  readonly runbook: string;
}

/**
 * Tells when somebody disables a KMS key or schedules it for deletion: from then on what it encrypts can be neither
 * written nor read. It sees keys of its own account and region, by the API calls that CloudTrail hands to EventBridge.
 */
export class KeyWatch extends Construct {
  constructor(scope: Construct, id: string, props: KeyWatchProps) {
    super(scope, id);
    const rule = new CloudwatchEventRule(this, 'rule', {
      name: props.name,
      description: `The KMS key was disabled or scheduled for deletion. ${props.runbook}`,
      eventPattern: JSON.stringify({
        source: ['aws.kms'],
        'detail-type': ['AWS API Call via CloudTrail'],
        detail: {
          eventSource: ['kms.amazonaws.com'],
          eventName: ['DisableKey', 'ScheduleKeyDeletion'],
          resources: { ARN: [props.kmsKeyArn] },
        },
      }),
    });
    new CloudwatchEventTarget(this, 'target', {
      rule: rule.name,
      arn: props.topicArn,
      inputTransformer: {
        inputPaths: { call: '$.detail.eventName', who: '$.detail.userIdentity.arn', time: '$.time' },
        inputTemplate: JSON.stringify(
          `<call> of the KMS key ${props.kmsKeyArn} by <who> at <time>: log files can soon be neither written nor read. ${props.runbook}`,
        ),
      },
    });
  }
}
