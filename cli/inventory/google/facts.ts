import { ENVIRONMENT } from '../../../functions/qualys/contract';
import type { SynthesizedStack } from '../../synthesized';
import { isIdentityProvider } from '../access';
import type { Facts, Grant, IdentityFacts, KeyFacts, StoreFacts } from '../facts';
import { githubParty } from '../github';
import type { Party } from '../model';
import { block } from '../references';
import { bucketStores } from './buckets';
import { feedStores } from './feeds';
import { GOOGLE_GRANTS, googleGrants } from './grants';
import { managedSecrets } from './secrets';
import { GoogleView } from './view';

/** Types that are read for the inventory. */
export const GOOGLE_INVENTORIED: readonly string[] = [
  ...GOOGLE_GRANTS,
  'google_chronicle_feed',
  'google_chronicle_parser',
  'google_chronicle_parser_extension',
  'google_cloud_scheduler_job',
  'google_cloudfunctions2_function',
  // Its condition on a subject is told with what the subject may become.
  'google_iam_workload_identity_pool_provider',
  'google_monitoring_notification_channel',
  'google_project_iam_custom_role',
  'google_secret_manager_secret',
  'google_secret_manager_secret_version',
  'google_service_account',
  'google_storage_bucket',
  'google_storage_bucket_object',
  'data.google_storage_project_service_account',
];

/** Types that hold nothing and grant nothing. */
export const GOOGLE_PLAIN = [
  'google_compute_address',
  'google_compute_network',
  'google_compute_router',
  'google_compute_router_nat',
  'google_compute_subnetwork',
  // Trusts nobody: its provider does.
  'google_iam_workload_identity_pool',
  // Numbers out of log lines, not the lines.
  'google_logging_metric',
  'google_monitoring_alert_policy',
  'google_monitoring_dashboard',
  'google_project_service',
] as const;

/** What a stack of Google Cloud says. */
export function googleFacts(stack: SynthesizedStack): Facts {
  const view = new GoogleView(stack);
  const stores = [...bucketStores(view), ...feedStores(view)];
  const identities = accounts(view);
  const { grants, unknown } = googleGrants(view);
  return {
    stores,
    keys: keysOf(view, stores),
    identities,
    grants,
    secrets: managedSecrets(view),
    parties: [
      ...alarmed(view),
      ...sources(view),
      ...accountsOutside(view, identities, grants),
      ...github(view, grants),
    ],
    unknown,
  };
}

function accounts(view: GoogleView): IdentityFacts[] {
  return view.references.of('google_service_account').map((account) => ({
    id: view.memberOf(account),
    kind: 'service account',
    name: view.memberOf(account).replace(/^serviceAccount:/, ''),
    address: account.address,
    stack: view.stack.name,
    description: view.references.argument(account, 'display_name'),
    actsFor: actsFor(view, account.address),
  }));
}

function actsFor({ references }: GoogleView, account: string): string[] {
  const isIt = (value: unknown) => String(value).startsWith(`\${${account}.`);
  const functions = references.of('google_cloudfunctions2_function').flatMap((one) => {
    const name = references.argument(one, 'name');
    return [
      ...(isIt(block(one.arguments.service_config).service_account_email) ? [`the function ${name} runs as it`] : []),
      ...(isIt(block(one.arguments.build_config).service_account) ? [`the function ${name} is built as it`] : []),
    ];
  });
  const schedules = references
    .of('google_cloud_scheduler_job')
    .filter((one) => isIt(block(block(one.arguments.http_target).oidc_token).service_account_email))
    .map((one) => `the schedule ${references.argument(one, 'name')} calls as it`);
  return [...functions, ...schedules];
}

/** Keys that stores are encrypted with: no stack makes one. */
function keysOf({ stack }: GoogleView, stores: readonly StoreFacts[]): KeyFacts[] {
  return [...new Set(stores.flatMap(({ key }) => key ?? []))].map((id) => {
    const [, project, , location] = id.split('/');
    return {
      id,
      stack: stack.name,
      name: id,
      place: `Google Cloud project ${project}, ${location}`,
      settings: [],
      elsewhere: 'No stack makes it: its project says who else may use and change it.',
    };
  });
}

function alarmed({ references, stack }: GoogleView): Party[] {
  return references.of('google_monitoring_notification_channel').map((channel) => ({
    name: references.argument(channel, 'display_name'),
    stacks: [stack.name],
    gets: ['alarms of Cloud Monitoring'],
  }));
}

/** Who is asked for logs, with the credentials of the mounted secrets. */
function sources({ references, stack }: GoogleView): Party[] {
  return references.of('google_cloudfunctions2_function').flatMap((collector) => {
    const { environment_variables: variables, secret_volumes: volumes } = block(collector.arguments.service_config);
    const url = block(variables)[ENVIRONMENT.apiUrl];
    if (typeof url !== 'string') return [];
    const secrets = ((volumes ?? []) as { readonly secret: string }[]).map(({ secret }) => references.resolve(secret));
    return [
      {
        name: new URL(url).host,
        stacks: [stack.name],
        gets: [
          `requests of the function ${references.argument(collector, 'name')}, with the secrets ${secrets.join(' and ')}`,
        ],
      },
    ];
  });
}

/** What GitHub's workflows may act as. */
function github({ stack }: GoogleView, grants: readonly Grant[]): Party[] {
  const taken = grants.filter(({ who }) => isIdentityProvider(who));
  return githubParty(
    stack.name,
    taken.map(({ on, conditions }) => [`may become ${on.join(', ')}`, ...conditions].join(', ')),
  );
}

/** Whom the stack lets at something that is not an account of the project, or one that Google keeps for it. */
function accountsOutside(
  { stack, project, references }: GoogleView,
  identities: readonly IdentityFacts[],
  grants: readonly Grant[],
): Party[] {
  const own = new Set(identities.map(({ id }) => id));
  const feeds = references
    .of('google_chronicle_feed')
    .map((feed) => `what the feed ${references.argument(feed, 'display_name')} of Google SecOps reads`);
  return grants
    .filter(({ who }) => !own.has(who) && !isIdentityProvider(who) && !who.includes(`<number of ${project}>`))
    .map(({ who, may, on, conditions }) => ({
      name: who.replace(/^serviceAccount:/, ''),
      stacks: [stack.name],
      gets: [...feeds, [`may ${may.join(', ')}: ${on.join(', ')}`, ...conditions].join(', ')],
    }));
}
