import { MonitoringAlertPolicy } from '@cdktf/provider-google/lib/monitoring-alert-policy';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';

export interface PromqlAlarmProps {
  readonly name: string;
  readonly severity: 'CRITICAL' | 'ERROR' | 'WARNING';
  /** A result is an incident for each of its series, until it is gone. */
  readonly query: string;
  /** What it means and what to do, in Markdown; at most 8,192 characters. */
  readonly text: string;
  /** Names of notification channels. */
  readonly channels: readonly string[];
  /** Seconds after which an incident without data is closed; at least 1800. */
  readonly autoCloseSeconds: number;
  readonly dependsOn: ITerraformDependable[];
}

/**
 * An alarm on metrics of our own. Its condition is PromQL without a check of the metric: Cloud Monitoring knows a new one
 * only minutes after its first value, and would refuse the policy until then.
 */
export class PromqlAlarm extends Construct {
  constructor(scope: Construct, id: string, props: PromqlAlarmProps) {
    super(scope, id);
    new MonitoringAlertPolicy(this, 'policy', {
      displayName: props.name,
      severity: props.severity,
      combiner: 'OR',
      conditions: [
        {
          displayName: props.name,
          conditionPrometheusQueryLanguage: {
            query: props.query,
            duration: '0s',
            evaluationInterval: '60s',
            disableMetricValidation: true,
          },
        },
      ],
      alertStrategy: { autoClose: `${props.autoCloseSeconds}s` },
      documentation: { mimeType: 'text/markdown', subject: props.name, content: props.text },
      notificationChannels: [...props.channels],
      dependsOn: props.dependsOn,
    });
  }
}
