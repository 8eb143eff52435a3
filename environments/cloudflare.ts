import { z } from 'zod';
import { findDataset } from '../constructs/cloudflare/logpush-catalogue';
import { logpushJobs } from './logpush-jobs';
import { ALWAYS, at, cloudflareId, receiverUrl, text, textAt, uniqueList, zeroOrBetween } from './values';

/** Jobs that Cloudflare allows in one zone (developers.cloudflare.com/logs/logpush). */
const MAX_JOBS_PER_ZONE = 4;

const zone = z.strictObject(
  {
    id: cloudflareId.describe('Zone id.'),
    name: text(/^(?=.{1,253}$)[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'the name of the zone, such as example.com').describe(
      'Name of the zone; for people, Cloudflare goes by the id.',
    ),
    datasets: logpushJobs('zone')
      .min(1, { error: 'at least one dataset' })
      .max(MAX_JOBS_PER_ZONE, { error: `at most ${MAX_JOBS_PER_ZONE} datasets: Cloudflare allows four jobs a zone` })
      .describe('Zone datasets to push, at most four: names, or maps with options.'),
  },
  { error: 'a map with id, name and datasets' },
);

const receiver = z.strictObject(
  {
    url: receiverUrl.describe('URL of the HTTP Ingest integration in Taegis.'),
  },
  { error: 'a map with url' },
);

const taegis = z
  .strictObject(
    {
      default: receiver.optional().describe('Integration of every dataset that has none of its own.'),
      datasets: z
        .record(
          z.string().refine((name) => findDataset(name) !== undefined, { error: 'the name of a dataset' }),
          receiver,
          { error: 'a map from dataset to its url' },
        )
        .default({})
        .describe('Integrations by dataset: Taegis issues a URL and a key for each.'),
    },
    { error: 'a map with default, datasets or both' },
  )
  .describe('HTTP Ingest integrations of Taegis XDR. Keys are never here: TF_VAR_taegis_keys.');

const alerts = z
  .strictObject(
    {
      webhooks: uniqueList(
        text(/^[a-z0-9-]{1,64}$/, 'a name: up to 64 of a-z, 0-9 and -'),
        (name) => textAt(name),
        'webhook',
      )
        .default([])
        .describe('Webhooks by name. URL and secret of each: TF_VAR_cloudflare_webhooks.'),
      pagerduty: uniqueList(
        text(
          /^[0-9a-f]{32}$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
          'the id of a PagerDuty service in Cloudflare',
        ),
        (id) => textAt(id),
        'service',
      )
        .default([])
        .describe('PagerDuty services that the account is connected with: Notifications > Destinations.'),
    },
    { error: 'a map with webhooks and pagerduty' },
  )
  .prefault({})
  .describe(
    'Who else, beside notifications.emails, Cloudflare tells when it has disabled a job after 24 hours of failure.',
  );

const jobIds = z.record(
  z.string().refine((name) => findDataset(name) !== undefined, { error: 'the name of a dataset' }),
  z.int({ error: 'the id of a job, a whole number' }).positive({ error: 'the id of a job' }),
  { error: 'a map from dataset to the id of its job' },
);

const imports = z
  .strictObject(
    { account: jobIds.default({}), zones: z.record(cloudflareId, jobIds, { error: 'a map of zones' }).default({}) },
    { error: 'a map with account and zones' },
  )
  .describe('Jobs that existed before and are taken in. ./tributary adopt finds and writes them.');

/** Cloudflare Logpush → Taegis XDR. */
export const cloudflare = z
  .strictObject(
    {
      account: z
        .strictObject(
          {
            id: cloudflareId.describe('Account id.'),
            datasets: logpushJobs('account')
              .default([])
              .describe('Account datasets to push: names, or maps with options.'),
          },
          { error: 'a map with id and datasets' },
        )
        .optional()
        .describe('Account-level jobs.'),
      zones: uniqueList(zone, (value) => textAt(value, 'id'), 'zone')
        .default([])
        .describe('Zone-level jobs.'),
      upload: z
        .strictObject(
          {
            maxBytes: zeroOrBetween(5_000_000, 1_000_000_000, 'bytes, uncompressed')
              .default(5_000_000)
              .describe('Largest batch in bytes, uncompressed. Default: 5000000.'),
            maxRecords: zeroOrBetween(1_000, 1_000_000, 'records')
              .default(1_000)
              .describe('Largest batch in records. Default: 1000.'),
            maxIntervalSeconds: zeroOrBetween(30, 300, 'seconds')
              .default(0)
              .describe("Longest interval of a batch in seconds. Default: 0, Cloudflare's own."),
          },
          { error: 'a map with maxBytes, maxRecords and maxIntervalSeconds' },
        )
        .prefault({})
        .describe('Batch limits of every job; 0 leaves one to Cloudflare.'),
      taegis,
      shards: z
        .union([z.literal(1), z.literal(16), z.literal(256)], { error: '1, 16 or 256' })
        .default(1)
        .describe(
          'Stacks that the zones are spread over, by the first hex digits of their ids. To change it later: ./tributary reshard <env> logpush-taegis --to <number>. Default: 1.',
        ),
      alerts,
      import: imports.optional(),
    },
    { error: 'a map: account, zones, taegis' },
  )
  .superRefine((section, context) => {
    for (const issue of [...overfullStacks(section), ...strayImports(section)])
      context.addIssue({ code: 'custom', ...issue });
    const used = usedDatasets(section);
    if (jobsOf(section).length === 0)
      context.addIssue({ code: 'custom', path: [], message: 'account, zones or both: without them there is no job' });
    const missing = used.filter((name) => at(section, 'taegis', 'datasets', name) === undefined);
    if (missing.length > 0 && at(section, 'taegis') !== undefined && at(section, 'taegis', 'default') === undefined)
      context.addIssue({
        code: 'custom',
        path: ['taegis'],
        message: `a default, or a url for each dataset in use: ${missing.join(', ')} has none`,
      });
  }, ALWAYS)
  .describe('Pipeline logpush-taegis: Cloudflare Logpush to Taegis XDR.');

export type CloudflareSettings = z.output<typeof cloudflare>;

/** Names of the datasets of all jobs, each once; also of a section that has other problems. */
function usedDatasets(section: unknown): string[] {
  return [...namesIn(jobsOf(section))];
}

/** All jobs, of whatever shape. */
function jobsOf(section: unknown): unknown[] {
  const zones = at(section, 'zones');
  const lists = [
    at(section, 'account', 'datasets'),
    ...(Array.isArray(zones) ? zones.map((zone) => at(zone, 'datasets')) : []),
  ];
  return lists.flatMap((list) => (Array.isArray(list) ? list : []));
}

/**
 * Jobs that a stack may hold: each plan reads every job once, and Cloudflare's API takes 1,200 requests in five minutes.
 */
const MAX_JOBS_PER_STACK = 400;

/** The part of a stack's name that a zone belongs to: it depends on the zone alone, so that no zone ever moves. */
export function shardOf(zoneId: string, shards: 1 | 16 | 256): string {
  return zoneId.slice(0, { 1: 0, 16: 1, 256: 2 }[shards]);
}

function overfullStacks(section: unknown): { path: string[]; message: string }[] {
  const shards = at(section, 'shards') ?? 1;
  const zones = at(section, 'zones');
  if ((shards !== 1 && shards !== 16 && shards !== 256) || !Array.isArray(zones)) return [];
  const jobs = new Map<string, number>([['', count(at(section, 'account', 'datasets'))]]);
  for (const one of zones) {
    const shard = shardOf(textAt(one, 'id') ?? '', shards);
    jobs.set(shard, (jobs.get(shard) ?? 0) + count(at(one, 'datasets')));
  }
  const most = Math.max(...jobs.values());
  if (most <= MAX_JOBS_PER_STACK) return [];
  const larger = shards === 1 ? '16 or 256' : '256';
  return [
    {
      path: ['shards'],
      message:
        shards === 256
          ? `fewer zones in this environment: a stack would hold ${most} jobs, at most ${MAX_JOBS_PER_STACK} are good`
          : `${larger}: a stack would hold ${most} jobs, at most ${MAX_JOBS_PER_STACK} are good`,
    },
  ];
}

/** Imports of jobs that the section does not describe: no stack would take them in. */
function strayImports(section: unknown): { path: string[]; message: string }[] {
  const zones = at(section, 'zones');
  const datasets = new Map([
    ['', namesIn(at(section, 'account', 'datasets'))],
    ...(Array.isArray(zones) ? zones : []).map(
      (zone) => [textAt(zone, 'id') ?? '', namesIn(at(zone, 'datasets'))] as const,
    ),
  ]);
  const stray = (owner: string, path: string[], imports: unknown) =>
    Object.keys(imports ?? {})
      .filter((dataset) => findDataset(dataset) !== undefined && !datasets.get(owner)?.has(dataset))
      .map((dataset) => ({
        path: ['import', ...path, dataset],
        message: `a dataset that ${owner === '' ? 'account.datasets' : `zone ${owner} of zones`} pushes`,
      }));
  const byZone = Object.entries((at(section, 'import', 'zones') ?? {}) as Record<string, unknown>);
  return [
    ...stray('', ['account'], at(section, 'import', 'account')),
    ...byZone.flatMap(([zone, imports]) => stray(zone, ['zones', zone], imports)),
  ];
}

/** Datasets of some jobs, of whatever shape. */
function namesIn(jobs: unknown): ReadonlySet<string> {
  const names = Array.isArray(jobs) ? jobs.map((job) => textAt(job) ?? textAt(job, 'dataset')) : [];
  return new Set(names.filter((name) => name !== undefined));
}

function count(list: unknown): number {
  return Array.isArray(list) ? list.length : 0;
}
