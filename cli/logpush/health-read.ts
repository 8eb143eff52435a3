import { UserError } from '../../environments/user-error';
import { type CloudflareApi, CloudflareApiError } from '../cloudflare-api';
import { formatMoment } from '../moment';
import type { Window } from '../window';
import { nameOf, type Owner } from './status-jobs';

/** Uploads of one job on one day that ended alike. */
export interface HealthGroup {
  readonly jobId: number;
  /** `YYYY-MM-DD`, UTC: the day that the uploads ended on. */
  readonly date: string;
  /** HTTP status of the destination, or one of Cloudflare's own from 1000 on. */
  readonly status: number;
  /** False: they failed and were tried again. */
  readonly final: boolean;
  readonly uploads: number;
  readonly records: number;
  readonly bytes: number;
  readonly bytesCompressed: number;
  /** The last of them, in milliseconds since the epoch. */
  readonly last: number;
}

/** What Cloudflare tells of an owner's uploads. */
export interface OwnerHealth {
  readonly owner: Owner;
  readonly groups: readonly HealthGroup[];
  /** From when on it tells, in seconds since the epoch: later than asked for where it keeps no more. */
  readonly from: number;
  /** Why it could not be told; groups are none then. */
  readonly problem?: string;
}

/** developers.cloudflare.com/analytics/graphql-api/limits: zones of one query. */
const ZONES_PER_QUERY = 10;
/** Dimensions, sums and maximum of the query below. */
const FIELDS = 9;
/** A window with a full page is halved down to this. */
const SHORTEST_WINDOW_SECONDS = 60;
/** The oldest data that may be asked for move on while the question is on its way. */
const AGE_MARGIN_SECONDS = 60;

interface Settings {
  readonly enabled: boolean;
  readonly maxDuration: number;
  readonly maxNumberOfFields: number;
  readonly maxPageSize: number;
  readonly notOlderThan: number;
}

interface RawGroup {
  readonly dimensions: {
    readonly jobId: number;
    readonly date: string;
    readonly status: number;
    readonly final: number;
  };
  readonly sum: Omit<HealthGroup, 'jobId' | 'date' | 'status' | 'final' | 'last'>;
  readonly max: { readonly timestamp: string };
}

/** Accounts and zones answer alike. */
type Answer<Name extends string, T> = {
  readonly viewer?: Partial<
    Record<'accounts' | 'zones', readonly ({ readonly tag: string } & { readonly [key in Name]?: T })[]>
  > | null;
};

const NODE = {
  account: 'accounts(filter: { accountTag: $owner })',
  zone: 'zones(filter: { zoneTag_in: $owners })',
} as const;
const TYPE = { account: '$owner: string!', zone: '$owners: [string!]' } as const;
const TAG = { account: 'accountTag', zone: 'zoneTag' } as const;

function settingsQuery(kind: Owner['kind']): string {
  return `query LogpushHealthSettings(${TYPE[kind]}) {
  viewer { ${NODE[kind]} { tag: ${TAG[kind]} settings { logpushHealthAdaptiveGroups {
    enabled maxDuration maxNumberOfFields maxPageSize notOlderThan
  } } } }
}`;
}

function groupsQuery(kind: Owner['kind']): string {
  return `query LogpushHealth(${TYPE[kind]}, $from: Time!, $to: Time!, $limit: uint64!) {
  viewer { ${NODE[kind]} { tag: ${TAG[kind]} logpushHealthAdaptiveGroups(
    filter: { datetime_geq: $from, datetime_lt: $to }
    limit: $limit
    orderBy: [jobId_ASC]
  ) {
    dimensions { jobId date status final }
    sum { uploads records bytes bytesCompressed }
    max { timestamp }
  } } }
}`;
}

/**
 * Reads `logpushHealthAdaptiveGroups` of accounts and zones: each node's settings first, then its groups within them, ten
 * zones a query. A refusal of one zone darkens that zone only, and does not end the reading.
 * @throws UserError without usable credentials
 */
export async function readHealth(
  api: CloudflareApi,
  owners: readonly Owner[],
  window: Window,
  note: (text: string) => void = () => undefined,
): Promise<OwnerHealth[]> {
  const zones = owners.filter(({ kind }) => kind === 'zone');
  const batches = [
    ...owners.filter(({ kind }) => kind === 'account').map((owner) => [owner]),
    ...Array.from({ length: Math.ceil(zones.length / ZONES_PER_QUERY) }, (_, index) =>
      zones.slice(index * ZONES_PER_QUERY, (index + 1) * ZONES_PER_QUERY),
    ),
  ];
  const health: OwnerHealth[] = [];
  for (const batch of batches) {
    health.push(...(await readBatch(api, batch, window)));
    note(`${health.length} of ${owners.length}`);
  }
  return health;
}

async function readBatch(api: CloudflareApi, batch: readonly Owner[], window: Window): Promise<OwnerHealth[]> {
  try {
    return await readTogether(api, batch, window);
  } catch (error) {
    if (!(error instanceof CloudflareApiError)) throw error;
    const [owner, ...others] = batch;
    if (owner === undefined) return [];
    if (others.length === 0) return [unknown(owner, window, error.message)];
    // GraphQL refuses the whole query for one of its zones. What concerns all of them would only be asked ten times.
    if (error.isPassing) return batch.map((each) => unknown(each, window, error.message));
    const apart: OwnerHealth[] = [];
    for (const each of batch) apart.push(...(await readBatch(api, [each], window)));
    return apart;
  }
}

function unknown(owner: Owner, { from }: Window, problem: string): OwnerHealth {
  return { owner, groups: [], from, problem };
}

async function readTogether(api: CloudflareApi, batch: readonly Owner[], window: Window): Promise<OwnerHealth[]> {
  const settings = await ask<'settings', { readonly logpushHealthAdaptiveGroups: Settings }>(
    api,
    batch,
    settingsQuery,
    {},
  );
  const health: OwnerHealth[] = [];
  const usable: { owner: Owner; limits: Settings }[] = [];
  for (const owner of batch) {
    const limits = settings.get(owner.id)?.settings?.logpushHealthAdaptiveGroups;
    const problem = problemOf(owner, limits);
    if (limits === undefined || problem !== undefined) health.push(unknown(owner, window, problem ?? ''));
    else usable.push({ owner, limits });
  }
  if (usable.length === 0) return health;

  const least = (limit: 'maxDuration' | 'maxPageSize' | 'notOlderThan') =>
    Math.min(...usable.map(({ limits }) => limits[limit]));
  const from = Math.max(window.from, window.to - least('notOlderThan') + AGE_MARGIN_SECONDS);
  const read = new Map(usable.map(({ owner }): [string, HealthGroup[]] => [owner.id, []]));
  const missing = new Set<string>();
  for (let start = from; start < window.to; start += least('maxDuration')) {
    const part = { from: start, to: Math.min(start + least('maxDuration'), window.to) };
    await readWindow(
      api,
      usable.map(({ owner }) => owner),
      part,
      least('maxPageSize'),
      (owner, groups) => {
        if (groups === undefined) missing.add(owner.id);
        else read.get(owner.id)?.push(...groups);
      },
    );
  }
  for (const { owner } of usable)
    health.push(
      missing.has(owner.id)
        ? unknown(owner, window, `Could not read the health of ${nameOf(owner)}: Cloudflare left it out of its answer.`)
        : { owner, groups: read.get(owner.id) ?? [], from },
    );
  return health;
}

function problemOf(owner: Owner, limits: Settings | undefined): string | undefined {
  const failed = `Could not read the health of ${nameOf(owner)}: `;
  if (limits === undefined)
    return `${failed}Cloudflare left it out of its answer. Check its id, and ${needsOf(owner)}.`;
  if (!limits.enabled) return `${failed}Cloudflare's plan has no GraphQL data of Logpush for it.`;
  if (limits.maxNumberOfFields < FIELDS || limits.maxDuration < 1 || limits.maxPageSize < 1)
    return `${failed}Cloudflare allows ${limits.maxNumberOfFields} fields, ${limits.maxDuration} s and ${limits.maxPageSize} rows a query; ${FIELDS} fields are needed.`;
  return undefined;
}

/** Hands over the groups of each owner, or undefined for one that the answer leaves out. */
async function readWindow(
  api: CloudflareApi,
  owners: readonly Owner[],
  { from, to }: Window,
  limit: number,
  take: (owner: Owner, groups: HealthGroup[] | undefined) => void,
): Promise<void> {
  const answer = await ask<'logpushHealthAdaptiveGroups', readonly RawGroup[]>(api, owners, groupsQuery, {
    from: formatMoment(from),
    to: formatMoment(to),
    limit,
  });
  const full = owners.filter(({ id }) => (answer.get(id)?.logpushHealthAdaptiveGroups?.length ?? 0) >= limit);
  // There is no second page: what a full one leaves out is in a shorter window.
  if (full.length > 0 && to - from < 2 * SHORTEST_WINDOW_SECONDS)
    throw new CloudflareApiError(
      200,
      [],
      `Could not read the health of ${nameOf(full[0] as Owner)}: it has more than ${limit} groups a minute, the largest page.`,
    );
  if (full.length > 0) {
    const middle = from + Math.floor((to - from) / 2);
    await readWindow(api, owners, { from, to: middle }, limit, take);
    await readWindow(api, owners, { from: middle, to }, limit, take);
    return;
  }
  for (const owner of owners) take(owner, answer.get(owner.id)?.logpushHealthAdaptiveGroups?.map(groupOf));
}

function groupOf({ dimensions, sum, max }: RawGroup): HealthGroup {
  return {
    jobId: dimensions.jobId,
    date: dimensions.date,
    status: dimensions.status,
    final: dimensions.final === 1,
    uploads: sum.uploads,
    records: sum.records,
    bytes: sum.bytes,
    bytesCompressed: sum.bytesCompressed,
    last: Date.parse(max.timestamp),
  };
}

/** Owners of one kind, at most ten, by id; one that the answer leaves out is not in it. */
async function ask<Name extends string, T>(
  api: CloudflareApi,
  owners: readonly Owner[],
  query: (kind: Owner['kind']) => string,
  variables: Readonly<Record<string, unknown>>,
) {
  const [first] = owners;
  if (first === undefined) throw new UserError('There is no account and no zone to ask Cloudflare about.');
  const ids = owners.map(({ id }) => id);
  const { viewer } = await api.graphql<Answer<Name, T>>({
    query: query(first.kind),
    variables: { ...(first.kind === 'account' ? { owner: first.id } : { owners: ids }), ...variables },
    purpose: `read the health of ${nameOf(first)}${owners.length > 1 ? ` and ${owners.length - 1} more` : ''}`,
    needs: needsOf(first),
  });
  return new Map((viewer?.[`${first.kind}s`] ?? []).map((node) => [node.tag, node]));
}

function needsOf(owner: Owner): string {
  return `the permission ${owner.kind === 'account' ? 'Account Analytics' : 'Analytics'}: Read on ${nameOf(owner)}`;
}
