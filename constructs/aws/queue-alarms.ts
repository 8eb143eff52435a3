import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { Construct } from 'constructs';

/** Of Amazon SQS's metrics: SQS sends them once a minute (SQS developer guide, "Available CloudWatch metrics"). */
const PERIOD_SECONDS = 300;
const HOUR_SECONDS = 3_600;

export interface QueueAlarmsProps {
  /** First part of the alarms' names. */
  readonly name: string;
  /** Names of the queue and of its dead letter queue. */
  readonly queue: string;
  readonly deadLetters: string;
  /** Who is told. */
  readonly topicArn: string;
  /** Age of the oldest message from which on the reader counts as stopped. */
  readonly oldestMessageSeconds: number;
  /** Hours without any message, up to 24, from which on the sender counts as stopped. */
  readonly silenceHours: number;
  /** Address of a runbook. */
  readonly runbook: (name: string) => string;
}

/** Alarms on a queue between a sender and a reader: the reader stopped, messages that it cannot handle, no messages. */
export class QueueAlarms extends Construct {
  /** ARNs, in the order of the class's description. */
  readonly arns: readonly string[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: QueueAlarmsProps,
  ) {
    super(scope, id);
    this.arns = [this.oldestMessage(), this.deadLetters(), this.silence()].map((alarm) => alarm.arn);
  }

  private oldestMessage(): CloudwatchMetricAlarm {
    const { oldestMessageSeconds: seconds } = this.props;
    return this.alarm(
      'oldest-message',
      `A log file has waited for more than ${Math.round(seconds / 60)} min: Cortex has stopped reading.`,
      {
        metricName: 'ApproximateAgeOfOldestMessage',
        dimensions: { QueueName: this.props.queue },
        statistic: 'Maximum',
        comparisonOperator: 'GreaterThanThreshold',
        threshold: seconds,
        period: PERIOD_SECONDS,
        evaluationPeriods: 3,
        // An empty queue sends no age.
        treatMissingData: 'notBreaching',
      },
    );
  }

  private deadLetters(): CloudwatchMetricAlarm {
    return this.alarm('dead-letters', 'Cortex could not read some log files: their messages are dead letters.', {
      metricName: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: this.props.deadLetters },
      statistic: 'Maximum',
      comparisonOperator: 'GreaterThanThreshold',
      threshold: 0,
      period: PERIOD_SECONDS,
      evaluationPeriods: 1,
      treatMissingData: 'notBreaching',
    });
  }

  private silence(): CloudwatchMetricAlarm {
    const { silenceHours: hours } = this.props;
    return this.alarm(
      'silence',
      `No log file was announced for ${hours} h: the trail or the notification has stopped.`,
      {
        metricName: 'NumberOfMessagesSent',
        dimensions: { QueueName: this.props.queue },
        statistic: 'Sum',
        comparisonOperator: 'LessThanThreshold',
        threshold: 1,
        period: HOUR_SECONDS,
        evaluationPeriods: hours,
        // SQS sends nothing for a queue that nobody used for six hours.
        treatMissingData: 'breaching',
      },
    );
  }

  private alarm(
    kind: string,
    meaning: string,
    metric: Omit<CloudwatchMetricAlarmConfig, 'alarmName' | 'alarmDescription' | 'namespace'>,
  ): CloudwatchMetricAlarm {
    const { name, topicArn, runbook } = this.props;
    return new CloudwatchMetricAlarm(this, kind, {
      alarmName: `${name}-${kind}`,
      alarmDescription: `${meaning} ${runbook(`cloudtrail-${kind}`)}`,
      namespace: 'AWS/SQS',
      ...metric,
      alarmActions: [topicArn],
      okActions: [topicArn],
    });
  }
}
