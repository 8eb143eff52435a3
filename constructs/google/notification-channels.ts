import { MonitoringNotificationChannel } from '@cdktf/provider-google/lib/monitoring-notification-channel';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';

export interface NotificationChannelsProps {
  readonly emails: readonly string[];
  /** Integration key of a PagerDuty service, from an ephemeral variable, and its version: raise it to write it anew. */
  readonly pagerduty?: { readonly key: string; readonly version: number };
  readonly dependsOn: ITerraformDependable[];
}

/** Where alarms of Cloud Monitoring go. */
export class NotificationChannels extends Construct {
  /** Names of the channels, as alert policies want them. */
  readonly names: readonly string[];

  constructor(scope: Construct, id: string, props: NotificationChannelsProps) {
    super(scope, id);
    const { dependsOn } = props;
    const channels = props.emails.map(
      (email) =>
        new MonitoringNotificationChannel(this, `email-${email}`, {
          displayName: email,
          type: 'email',
          labels: { email_address: email },
          dependsOn,
        }),
    );
    if (props.pagerduty) channels.push(this.createPagerduty(props.pagerduty, dependsOn));
    this.names = channels.map(({ name }) => name);
  }

  private createPagerduty({ key, version }: { key: string; version: number }, dependsOn: ITerraformDependable[]) {
    const channel = new MonitoringNotificationChannel(this, 'pagerduty', {
      displayName: 'PagerDuty',
      type: 'pagerduty',
      dependsOn,
    });
    // Write-only, and younger than the bindings: the key is in neither plan nor state.
    channel.addOverride('sensitive_labels', [{ service_key_wo: key, service_key_wo_version: String(version) }]);
    return channel;
  }
}
