import { z } from 'zod';
import {
  datasetsOf,
  findDataset,
  type LogpushDataset,
  type LogpushScope,
} from '../constructs/cloudflare/logpush-catalogue';
import { ALWAYS, at, cloudflareId, receiverUrl, tested, text, textAt, uniqueList, zeroOrBetween } from './values';

/** Jobs that Cloudflare allows in one zone (developers.cloudflare.com/logs/logpush). */
const MAX_JOBS_PER_ZONE = 4;

function dataset(scope: LogpushScope) {
  return tested<LogpushDataset>(
    (name) => refusal(name, scope) === undefined,
    (name) => refusal(textAt(name) ?? '', scope) ?? '',
  ).meta({ enum: datasetsOf(scope).filter(isTaken) });
}

/** Why a dataset cannot be used in a scope, as what is expected instead; undefined when it can. */
function refusal(name: string, scope: LogpushScope): string | undefined {
  const entry = findDataset(name);
  const home = scope === 'zone' ? 'a zone' : 'the account';
  if (entry === undefined) return `a dataset of ${home}`;
  if (entry.scope !== scope)
    return `a dataset of ${home} (${name} belongs to ${entry.scope === 'zone' ? 'a zone' : 'the account'})`;
  if (entry.providerEnumSince === null)
    return `another dataset of ${home} (no release of the Terraform provider up to 5.22.0 takes ${name})`;
  return undefined;
}

function isTaken(name: string): boolean {
  return findDataset(name)?.providerEnumSince !== null;
}

function datasets(scope: LogpushScope) {
  return uniqueList(dataset(scope), (name) => textAt(name), 'dataset');
}

const zone = z.strictObject(
  {
    id: cloudflareId.describe('Zone id.'),
    name: text(/^(?=.{1,253}$)[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'the name of the zone, such as example.com').describe(
      'Name of the zone; for people, Cloudflare goes by the id.',
    ),
    datasets: datasets('zone')
      .min(1, { error: 'at least one dataset' })
      .max(MAX_JOBS_PER_ZONE, { error: `at most ${MAX_JOBS_PER_ZONE} datasets: Cloudflare allows four jobs a zone` })
      .describe('Zone datasets to push, at most four.'),
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

/** Cloudflare Logpush → Taegis XDR. */
export const cloudflare = z
  .strictObject(
    {
      account: z
        .strictObject(
          {
            id: cloudflareId.describe('Account id.'),
            datasets: datasets('account')
              .min(1, { error: 'at least one dataset' })
              .describe('Account datasets to push.'),
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
    },
    { error: 'a map: account, zones, taegis' },
  )
  .superRefine((section, context) => {
    const used = usedDatasets(section);
    if (used.length === 0)
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
  const zones = at(section, 'zones');
  const lists = [
    at(section, 'account', 'datasets'),
    ...(Array.isArray(zones) ? zones.map((zone) => at(zone, 'datasets')) : []),
  ];
  return [...new Set(lists.flat().filter((name): name is string => typeof name === 'string'))];
}
