import { z } from 'zod';
import { isMap } from './values';

/** Operators of Logpush filters (developers.cloudflare.com/logs/logpush/logpush-job/filters). */
const OPERATORS = [
  ...['eq', '!eq', 'lt', 'leq', 'gt', 'geq'],
  ...['startsWith', 'endsWith', '!startsWith', '!endsWith', 'contains', '!contains', 'in', '!in'],
];

/** Of the JSON text; the limit of about 30 operators is not reached within it. */
const MAX_BYTES = 1_000;

/** Fields that Cloudflare does not filter by, by dataset; beside those that hold objects. */
export const NOT_FILTERED: Readonly<Record<string, readonly string[]>> = {
  firewall_events: ['Action', 'Description', 'Kind', 'MatchIndex', 'Metadata', 'OriginatorRayID', 'RuleID', 'Source'],
};

/** A condition of Logpush: all of some, any of some, or one on a field. */
export type LogpushCondition =
  | { readonly and: readonly LogpushCondition[] }
  | { readonly or: readonly LogpushCondition[] }
  | { readonly key: string; readonly operator: string; readonly value: unknown };

/** Which records a job pushes; the others are not. */
export interface LogpushFilter {
  readonly where: LogpushCondition;
}

/** Schema of a filter, as an object: what Cloudflare takes as JSON text. */
export const logpushFilter = z
  .custom<LogpushFilter>((value) => faultOf(value) === undefined, {
    abort: false,
    error: (issue) => faultOf(issue.input) ?? '',
  })
  .meta({
    type: 'object',
    properties: { where: { type: 'object' } },
    required: ['where'],
    additionalProperties: false,
  });

/** What is expected instead; undefined for a good filter. */
function faultOf(value: unknown): string | undefined {
  if (!isMap(value) || Object.keys(value).join() !== 'where') return 'a filter: a map with where and nothing else';
  const fault = faultOfCondition(value.where, 'where');
  if (fault !== undefined) return fault;
  const bytes = Buffer.byteLength(JSON.stringify(value));
  return bytes > MAX_BYTES
    ? `a filter of at most ${MAX_BYTES} bytes as JSON, which Cloudflare takes (${bytes})`
    : undefined;
}

function faultOfCondition(condition: unknown, path: string): string | undefined {
  if (!isMap(condition)) return `a filter; at ${path} a map with and, or, or key, operator and value`;
  const keys = Object.keys(condition).sort().join();
  if (keys === 'and' || keys === 'or') {
    const inner = condition[keys];
    if (!Array.isArray(inner) || inner.length === 0) return `a filter; at ${path}.${keys} a list of conditions`;
    return inner.map((one, index) => faultOfCondition(one, `${path}.${keys}[${index}]`)).find(Boolean);
  }
  if (keys !== 'key,operator,value') return `a filter; at ${path} a map with and, or, or key, operator and value`;
  const { key, operator, value } = condition;
  if (typeof key !== 'string' || key === '') return `a filter; at ${path}.key the name of a field`;
  if (!OPERATORS.includes(String(operator))) return `a filter; at ${path}.operator one of ${OPERATORS.join(', ')}`;
  const isList = operator === 'in' || operator === '!in';
  if (isList !== Array.isArray(value)) return `a filter; at ${path}.value ${isList ? 'a list' : 'a single value'}`;
  return (isList ? (value as unknown[]) : [value]).every((one) => ['string', 'number', 'boolean'].includes(typeof one))
    ? undefined
    : `a filter; at ${path}.value texts, numbers or booleans`;
}

/** Names of the fields that a filter looks at. */
export function fieldsOfFilter(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(fieldsOfFilter);
  if (!isMap(value)) return [];
  const own = typeof value.key === 'string' ? [value.key] : [];
  return [...own, ...['where', 'and', 'or'].flatMap((key) => fieldsOfFilter(value[key]))];
}
