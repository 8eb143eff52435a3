/** A condition of a job's filter, as JSON: all of some, any of some, or one on a field. */
type Condition =
  | { readonly and: readonly Condition[] }
  | { readonly or: readonly Condition[] }
  | { readonly key: string; readonly operator: string; readonly value: unknown };

type LogRecord = Readonly<Record<string, unknown>>;

/** What the operators without `!` say (developers.cloudflare.com/logs/logpush/logpush-job/filters). */
const OPERATORS: Readonly<Record<string, (actual: unknown, value: unknown) => boolean>> = {
  eq: isSame,
  lt: (actual, value) => Number(actual) < Number(value),
  leq: (actual, value) => Number(actual) <= Number(value),
  gt: (actual, value) => Number(actual) > Number(value),
  geq: (actual, value) => Number(actual) >= Number(value),
  startsWith: (actual, value) => String(actual).startsWith(String(value)),
  endsWith: (actual, value) => String(actual).endsWith(String(value)),
  contains: (actual, value) =>
    Array.isArray(actual) ? actual.some((one) => isSame(one, value)) : String(actual).includes(String(value)),
  in: (actual, value) => (value as unknown[]).some((one) => isSame(actual, one)),
};

export interface LogFilter {
  /** Fields that it looks at. */
  readonly fields: readonly string[];
  readonly passes: (record: LogRecord) => boolean;
}

/** The test of a job's `filter`, which is JSON text; every record passes an empty one. */
export function parseFilter(filter: string): LogFilter {
  if (filter === '') return { fields: [], passes: () => true };
  const { where } = JSON.parse(filter) as { where: Condition };
  return { fields: fieldsOf(where), passes: (record) => holds(where, record) };
}

function fieldsOf(condition: Condition): string[] {
  if ('and' in condition) return condition.and.flatMap(fieldsOf);
  if ('or' in condition) return condition.or.flatMap(fieldsOf);
  return [condition.key];
}

function holds(condition: Condition, record: LogRecord): boolean {
  if ('and' in condition) return condition.and.every((one) => holds(one, record));
  if ('or' in condition) return condition.or.some((one) => holds(one, record));
  const { key, operator, value } = condition;
  const isNegated = operator.startsWith('!');
  const test = OPERATORS[isNegated ? operator.slice(1) : operator];
  if (test === undefined) throw new Error(`unknown operator ${operator} in the filter`);
  return test(record[key], value) !== isNegated;
}

/** Cloudflare's examples write numbers as texts: `"value":"30"`. */
function isSame(actual: unknown, value: unknown): boolean {
  return String(actual) === String(value);
}
