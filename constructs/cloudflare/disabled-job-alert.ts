import { NotificationPolicy } from '@cdktf/provider-cloudflare/lib/notification-policy';
import { NotificationPolicyWebhooks } from '@cdktf/provider-cloudflare/lib/notification-policy-webhooks';
import { Construct } from 'constructs';

export interface DisabledJobAlertProps {
  readonly accountId: string;
  readonly name: string;
  /** What to do, for whoever is told; up to 500 characters. */
  readonly description: string;
  readonly emails: readonly string[];
  /** Webhooks by name, with Terraform expressions of URL and secret. */
  readonly webhooks: readonly { readonly name: string; readonly url: string; readonly secret: string }[];
  /** Ids of PagerDuty services that the account is connected with. */
  readonly pagerduty: readonly string[];
}

/**
 * Tells when Cloudflare has disabled a Logpush job: after 24 hours without a successful push, for every job of the
 * account. The mail names the job's destination; whether with its key is not documented: choose who gets it.
 */
export class DisabledJobAlert extends Construct {
  constructor(scope: Construct, id: string, props: DisabledJobAlertProps) {
    super(scope, id);
    const { accountId, emails, pagerduty } = props;
    const webhooks = props.webhooks.map(
      ({ name, url, secret }) =>
        new NotificationPolicyWebhooks(this, `webhook-${name}`, { accountId, name, url, secret }),
    );
    const ids = (list: readonly string[]) => (list.length > 0 ? list.map((one) => ({ id: one })) : undefined);
    new NotificationPolicy(this, 'policy', {
      accountId,
      name: props.name,
      description: props.description,
      enabled: true,
      alertType: 'failing_logpush_job_disabled_alert',
      mechanisms: {
        email: ids(emails),
        webhooks: ids(webhooks.map(({ id: webhook }) => webhook)),
        pagerduty: ids(pagerduty),
      },
    });
  }
}
