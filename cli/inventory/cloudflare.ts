import { resourcesOf, type SynthesizedStack } from '../synthesized';
import type { Facts, StoreFacts } from './facts';
import type { Party } from './model';
import { counted, listed } from './words';

/** Types that are read for the inventory. */
export const CLOUDFLARE_INVENTORIED = [
  'cloudflare_logpush_job',
  'cloudflare_notification_policy',
  'cloudflare_notification_policy_webhooks',
] as const;

interface Job {
  readonly account_id?: string;
  readonly zone_id?: string;
  readonly dataset: string;
  readonly destination_conf: string;
}

interface NotificationPolicy {
  readonly account_id: string;
  readonly mechanisms: Partial<Record<'email' | 'webhooks' | 'pagerduty', readonly { readonly id: string }[]>>;
}

/** What a stack of Cloudflare says. */
export function cloudflareFacts(stack: SynthesizedStack): Partial<Facts> {
  const jobs = resourcesOf<Job>(stack, 'cloudflare_logpush_job');
  const receivers = [...new Set(jobs.map(hostOf))];
  const jobsOf = (host: string) => jobs.filter((job) => hostOf(job) === host);
  return {
    stores: receivers.map((host) => receiverStore(stack, host, jobsOf(host))),
    parties: [
      ...receivers.map((host) => ({
        name: host,
        stacks: [stack.name],
        gets: [`${describeJobs(jobsOf(host))}, each request with an integration key`],
      })),
      ...pusher(stack, jobs),
      ...alarmed(stack),
    ],
  };
}

/** The host alone: what follows holds the key. */
function hostOf({ destination_conf: destination }: Job): string {
  const [, host = ''] = /^https:\/\/(?:[^/?#@]*@)?([^/?#@]+)/.exec(destination) ?? [];
  return host;
}

function receiverStore(stack: SynthesizedStack, host: string, jobs: readonly Job[]): StoreFacts {
  return {
    id: `https://${host}`,
    stack: stack.name,
    kind: 'Taegis XDR, HTTP Ingest',
    name: host,
    holds: describeJobs(jobs),
    place: 'outside, at Secureworks',
    encryption: 'as the vendor does it; on the way TLS',
    retention: 'as the contract with the vendor says',
    settings: [],
    writtenBy: [
      {
        identity: 'Cloudflare Logpush',
        name: 'Cloudflare Logpush',
        how: [`${counted(jobs.length, 'job')}, each with an integration key`],
      },
    ],
    elsewhere: 'Users of the Taegis tenant read it: Taegis says who they are.',
  };
}

/** `audit_logs of the account; http_requests of 2 zones` */
function describeJobs(jobs: readonly Job[]): string {
  const named = (some: readonly Job[]) => listed([...new Set(some.map(({ dataset }) => dataset))].sort());
  const ofAccount = jobs.filter(({ account_id: id }) => id !== undefined);
  const ofZones = jobs.filter(({ zone_id: id }) => id !== undefined);
  const zones = new Set(ofZones.map(({ zone_id: id }) => id)).size;
  return [
    ...(ofAccount.length > 0 ? [`${named(ofAccount)} of the account`] : []),
    ...(ofZones.length > 0 ? [`${named(ofZones)} of ${counted(zones, 'zone')}`] : []),
  ].join('; ');
}

/** Cloudflare itself, which pushes: it holds the keys. */
function pusher(stack: SynthesizedStack, jobs: readonly Job[]): Party[] {
  if (jobs.length === 0) return [];
  const accounts = [...new Set(jobs.flatMap(({ account_id: id }) => id ?? []))].map((id) => `the account ${id}`);
  const zones = new Set(jobs.flatMap(({ zone_id: id }) => id ?? [])).size;
  const owners = listed([...accounts, ...(zones > 0 ? [counted(zones, 'zone')] : [])]);
  return [
    {
      name: 'Cloudflare',
      stacks: [stack.name],
      gets: [`the destinations of ${counted(jobs.length, 'Logpush job')} of ${owners}, with their keys`],
    },
  ];
}

/** Who is told of disabled jobs. The address of a webhook is a secret. */
function alarmed(stack: SynthesizedStack): Party[] {
  const policies = resourcesOf<NotificationPolicy>(stack, 'cloudflare_notification_policy');
  const webhooks = resourcesOf<{ readonly name: string }>(stack, 'cloudflare_notification_policy_webhooks');
  const names = [
    ...policies.flatMap(({ mechanisms }) => (mechanisms.email ?? []).map(({ id }) => id)),
    ...policies.flatMap(({ mechanisms }) => (mechanisms.pagerduty ?? []).map(({ id }) => `PagerDuty ${id}`)),
    ...webhooks.map(({ name }) => `webhook ${name}`),
  ];
  return names.map((name) => ({
    name,
    stacks: [stack.name],
    gets: ["Cloudflare's alerts on disabled Logpush jobs, which name the destination, perhaps with its key"],
  }));
}
