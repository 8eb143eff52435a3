import type { Field } from './cloudflare-graphql';

/** An upload that Cloudflare remembers. */
export interface HealthEvent {
  readonly jobId: number;
  /** The account or the zone that the job belongs to. */
  readonly owner: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly status: number;
  readonly final: boolean;
  readonly records: number;
  readonly bytes: number;
  readonly bytesCompressed: number;
}

/** Limits of a node (developers.cloudflare.com/analytics/graphql-api/limits); durations in seconds. */
export interface NodeSettings {
  readonly enabled: boolean;
  readonly maxDuration: number;
  readonly maxNumberOfFields: number;
  readonly maxPageSize: number;
  readonly notOlderThan: number;
}

type Dimensions = Readonly<Record<string, string | number>>;

/**
 * Answers `logpushHealthAdaptiveGroups` from what happened.
 * @throws Error in the manner of Cloudflare's refusals when a limit is not kept
 */
export function answerGroups(
  { args, fields }: Field,
  events: readonly HealthEvent[],
  settings: NodeSettings,
  now: number,
): Record<string, unknown>[] {
  if (!settings.enabled) throw new Error('the plan does not have access to the path');
  const limit = Number(args.limit);
  if (!(limit >= 1 && limit <= settings.maxPageSize))
    throw new Error(`limit must be positive number and not greater than ${settings.maxPageSize}`);
  const asked = fields.flatMap((group) => group.fields);
  if (asked.length > settings.maxNumberOfFields) throw new Error('too many fields requested');
  const filter = (args.filter ?? {}) as Record<string, string | number | string[]>;
  const from = Date.parse(String(filter.datetime_geq));
  const to = Date.parse(String(filter.datetime_lt));
  if (Number.isNaN(from) || Number.isNaN(to)) throw new Error('a time range is required');
  if (to - from > settings.maxDuration * 1000)
    throw new Error(`query time range is too large: cannot be wider than ${settings.maxDuration}s`);
  if (from < now - settings.notOlderThan * 1000)
    throw new Error(`cannot request data older than ${settings.notOlderThan}s`);

  const names = fields.find(({ name }) => name === 'dimensions')?.fields.map(({ name }) => name) ?? [];
  const groups = new Map<string, HealthEvent[]>();
  for (const event of events) {
    const all = dimensionsOf(event);
    if (!Object.entries(filter).every(([key, value]) => matches(all, key, value))) continue;
    const key = JSON.stringify(names.map((name) => all[name]));
    groups.set(key, [...(groups.get(key) ?? []), event]);
  }
  return [...groups.values()]
    .sort(([one], [other]) => (one?.jobId ?? 0) - (other?.jobId ?? 0))
    .slice(0, limit)
    .map((group) => Object.fromEntries(fields.map((field) => [field.key, metric(field, group)])));
}

function dimensionsOf({ jobId, time, status, final }: HealthEvent): Dimensions {
  const datetime = new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
  return {
    jobId,
    status,
    final: final ? 1 : 0,
    success: status < 300 ? 1 : 0,
    date: datetime.slice(0, 10),
    datetime,
    datetimeHour: `${datetime.slice(0, 13)}:00:00Z`,
    destinationType: 'HTTPS',
    error: status < 300 ? '' : `status ${status}`,
  };
}

function matches(all: Dimensions, key: string, value: unknown): boolean {
  const [, name = '', operator = 'eq'] = /^([A-Za-z]+)(?:_(\w+))?$/.exec(key) ?? [];
  const actual = all[name];
  if (actual === undefined) throw new Error(`unknown field "${key}" in the filter`);
  const wanted = value as string | number;
  switch (operator) {
    case 'eq':
      return actual === wanted;
    case 'neq':
      return actual !== wanted;
    case 'geq':
      return actual >= wanted;
    case 'gt':
      return actual > wanted;
    case 'leq':
      return actual <= wanted;
    case 'lt':
      return actual < wanted;
    case 'in':
      return (value as unknown[]).includes(actual);
    default:
      throw new Error(`unknown operator in "${key}"`);
  }
}

function metric({ name, fields }: Field, group: readonly HealthEvent[]): unknown {
  if (name === 'count') return group.length;
  const [first] = group;
  const values = fields.map((field): [string, unknown] => {
    switch (`${name}.${field.name}`) {
      case 'sum.uploads':
        return [field.key, group.length];
      case 'sum.records':
      case 'sum.bytes':
      case 'sum.bytesCompressed':
        return [field.key, group.reduce((sum, event) => sum + Number(event[field.name as 'bytes']), 0)];
      case 'max.timestamp':
        return [field.key, new Date(Math.max(...group.map(({ time }) => time))).toISOString()];
      default: {
        const value = name === 'dimensions' && first ? dimensionsOf(first)[field.name] : undefined;
        if (value === undefined) throw new Error(`unknown field "${name}.${field.name}"`);
        return [field.key, value];
      }
    }
  });
  return Object.fromEntries(values);
}
