import { randomBytes } from 'node:crypto';
import { type CloudflareApi, logpushJobs } from './logpush-jobs';
import type { ResourceRules } from './rules';
import type { ProviderStore } from './store';
import { stored } from './stored';
import type { Values } from './values';

/** Jobs over REST; notification policies and webhooks, which the simulated API does not have, in the store. */
export function cloudflareRules(store: ProviderStore, api: CloudflareApi): Record<string, ResourceRules> {
  const keptAs = (type: string, rules: Omit<ResourceRules, 'keeper'>): ResourceRules => ({
    replacedBy: ['account_id'],
    ...rules,
    keeper: stored(store, type, false),
  });
  return {
    cloudflare_logpush_job: logpushJobs(api),
    cloudflare_notification_policy: keptAs('cloudflare_notification_policy', {
      defaults: { enabled: true },
      unknownOnUpdate: ['created', 'modified'],
      computed: (_values, _run, prior) => ({ id: idOf(prior), created: prior?.created ?? now(), modified: now() }),
    }),
    cloudflare_notification_policy_webhooks: keptAs('cloudflare_notification_policy_webhooks', {
      unknownOnUpdate: ['created_at', 'last_failure', 'last_success', 'type'],
      computed: (_values, _run, prior) => ({
        id: idOf(prior),
        created_at: prior?.created_at ?? now(),
        last_failure: null,
        last_success: null,
        type: 'generic',
      }),
    }),
  };
}

function idOf(prior: Values | null): Values[string] {
  return prior?.id ?? randomBytes(16).toString('hex');
}

function now(): string {
  return new Date().toISOString();
}
