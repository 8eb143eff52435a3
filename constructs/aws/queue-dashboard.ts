import { CloudwatchDashboard } from '@cdktf/provider-aws/lib/cloudwatch-dashboard';
import { Construct } from 'constructs';

export interface QueueDashboardProps {
  readonly name: string;
  readonly region: string;
  /** Names of the queue and of its dead letter queue. */
  readonly queue: string;
  readonly deadLetters: string;
  /** ARNs of the alarms. */
  readonly alarms: readonly string[];
  /** Seconds at which the alarm on the oldest message stands. */
  readonly oldestMessageSeconds: number;
}

/** What goes through a queue, on one page: alarms, flow, age of the oldest message, backlog and dead letters. */
export class QueueDashboard extends Construct {
  constructor(scope: Construct, id: string, props: QueueDashboardProps) {
    super(scope, id);
    const { queue, deadLetters } = props;
    const metric = (name: string, stat: string, label: string, of = queue) => [
      'AWS/SQS',
      name,
      'QueueName',
      of,
      { stat, label },
    ];
    const graph = (x: number, y: number, title: string, metrics: unknown[][], more = {}) => ({
      ...{ type: 'metric', x, y, width: 12, height: 6 },
      properties: {
        title,
        metrics,
        region: props.region,
        view: 'timeSeries',
        period: 300,
        yAxis: { left: { min: 0 } },
        ...more,
      },
    });
    new CloudwatchDashboard(this, 'dashboard', {
      dashboardName: props.name,
      dashboardBody: JSON.stringify({
        widgets: [
          { type: 'alarm', x: 0, y: 0, width: 24, height: 2, properties: { title: 'Alarms', alarms: props.alarms } },
          graph(0, 2, 'Log files announced and read', [
            metric('NumberOfMessagesSent', 'Sum', 'announced'),
            metric('NumberOfMessagesDeleted', 'Sum', 'read by Cortex'),
          ]),
          graph(12, 2, 'Age of the oldest message (s)', [metric('ApproximateAgeOfOldestMessage', 'Maximum', 'age')], {
            annotations: { horizontal: [{ label: 'alarm', value: props.oldestMessageSeconds }] },
          }),
          graph(0, 8, 'Waiting for Cortex', [
            metric('ApproximateNumberOfMessagesVisible', 'Maximum', 'waiting'),
            metric('ApproximateNumberOfMessagesNotVisible', 'Maximum', 'being read'),
          ]),
          graph(12, 8, 'Dead letters', [
            metric('ApproximateNumberOfMessagesVisible', 'Maximum', 'dead letters', deadLetters),
          ]),
        ],
      }),
    });
  }
}
