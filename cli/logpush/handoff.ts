import type { CloudflareSettings } from '../../environments/cloudflare';
import { EXIT } from '../exit-codes';
import { inColumns, renderSteps, type Step } from '../handoff-steps';
import type { Verdict } from '../verdict';
import { LOGPUSH_PIPELINE } from './status-jobs';

/**
 * Events of the last hour by the common field sensor_type, over all schemas (docs.taegis.secureworks.com, "Query
 * Editor"). That the value holds "cloudflare" for HTTP Ingest is not confirmed.
 */
const ARRIVAL_QUERY = "sensor_type CONTAINS 'cloudflare' earliest=-1h";

/** What the pipeline's steps depend on. */
export type LogpushHandoffSettings = Pick<CloudflareSettings, 'account' | 'zones' | 'taegis'>;

/**
 * The steps that are left by hand in Taegis and Cloudflare, with their values. No key is among them.
 *
 * Sources: docs.taegis.secureworks.com, "HTTP Ingest" and "Cloudflare" (one integration per dataset); Cloudflare docs,
 * "Logpush permissions". Not confirmed on a tenant: the exact labels, and the value of sensor_type.
 */
export function renderLogpushHandoff(environment: string, settings: LogpushHandoffSettings): Verdict {
  const integrations = integrationsOf(settings);
  const steps = stepsOf(environment, integrations);
  const document = {
    environment,
    pipeline: LOGPUSH_PIPELINE,
    integrations,
    query: ARRIVAL_QUERY,
    steps: steps.map(({ title }) => title),
  };
  return { exitCode: EXIT.good, document, text: renderSteps(steps) };
}

interface Integration {
  /** Key of TF_VAR_taegis_keys: a dataset, or `default`. */
  readonly key: string;
  readonly url: string;
  readonly datasets: readonly string[];
}

/** Those that some job uses. */
function integrationsOf({ account, zones, taegis }: LogpushHandoffSettings): Integration[] {
  const jobs = [...(account?.datasets ?? []), ...zones.flatMap((zone) => zone.datasets)];
  const used = [...new Set(jobs.map(({ dataset }) => dataset))].sort();
  const byDefault = used.filter((dataset) => taegis.datasets[dataset] === undefined);
  const own = used.flatMap((dataset) => {
    const url = taegis.datasets[dataset]?.url;
    return url === undefined ? [] : [{ key: dataset, url, datasets: [dataset] }];
  });
  if (taegis.default === undefined || byDefault.length === 0) return own;
  return [{ key: 'default', url: taegis.default.url, datasets: byDefault }, ...own];
}

function stepsOf(environment: string, integrations: readonly Integration[]): Step[] {
  const keys = JSON.stringify(Object.fromEntries(integrations.map(({ key }) => [key, '<key>'])));
  return [
    {
      title: 'In Taegis, make the integrations',
      parts: [
        'Integrations > Cloud APIs > HTTP Ingest. Each has a URL and a key of its own, and the vendor wants one per dataset. The environment file says:',
        ...integrations.map(({ key, url, datasets }) =>
          inColumns([
            ['Setting', key === 'default' ? 'cloudflare.taegis.default.url' : `cloudflare.taegis.datasets.${key}.url`],
            ['URL', url],
            ['Datasets', datasets.join(', ')],
          ]),
        ),
        'Put the URL that Taegis shows into the file, where it is another.',
      ],
    },
    {
      title: 'Make a token of Cloudflare',
      parts: [
        'dash.cloudflare.com > My Profile > API Tokens, for the account and each zone of the file:',
        inColumns([
          ['Logs: Edit', 'on account and zones; jobs cannot be read with less'],
          ['Zero Trust: PII Read', 'for Access, Gateway and DEX datasets'],
          ['Notifications: Edit', 'for the alert on disabled jobs'],
          ['Account Analytics: Read, Analytics: Read', 'for ./tributary status'],
        ]),
        "In its place a user's CLOUDFLARE_EMAIL and CLOUDFLARE_API_KEY are taken, too.",
      ],
    },
    {
      title: 'Deploy, with token and keys',
      parts: [
        'Typed in, so that they are in no history. The keys are one line of JSON:',
        [keys],
        [
          'read -rs CLOUDFLARE_API_TOKEN',
          'read -rs TF_VAR_taegis_keys',
          'export CLOUDFLARE_API_TOKEN TF_VAR_taegis_keys',
          `./tributary fields ${environment}`,
          `./tributary deploy ${environment} ${LOGPUSH_PIPELINE}`,
        ],
        'fields tells the datasets and fields that a plan lacks, whose jobs Cloudflare would refuse. Taegis must be up: Cloudflare sends each job that is made or changed a test upload. The keys are in the state afterwards: it must be encrypted.',
      ],
    },
    { title: 'See that Cloudflare delivers', parts: [[`./tributary status ${environment} ${LOGPUSH_PIPELINE}`]] },
    {
      title: 'Prove that logs arrive, in Taegis',
      parts: [
        'Advanced Search > Data Lake Search > Query Editor:',
        [ARRIVAL_QUERY],
        'That sensor_type names Cloudflare is not confirmed. Without a result look at the integration in Taegis for the time of its last event, and search for a value of your own, such as the name of a zone.',
      ],
    },
  ];
}
