type Operator = '=' | '!=' | '>=' | '<=' | '>' | '<';

interface Comparison {
  path: string;
  operator: Operator;
  value: string;
}

/**
 * Whether a log entry fits a filter in the Logging query language
 * (cloud.google.com/logging/docs/view/logging-query-language). It knows comparisons of a field with a quoted value, joined
 * by AND, as that word or as a line break.
 *
 * @throws Error when the filter is something else
 */
export function matchesFilter(entry: object, filter: string): boolean {
  return parseFilter(filter).every((comparison) => holds(entry, comparison));
}

function parseFilter(filter: string): Comparison[] {
  if (filter.trim() === '') return [];
  return filter.split(/\s+AND\s+|\n/).map((text) => {
    const [, path, operator, value] = /^([A-Za-z_][\w.]*)\s*(=|!=|>=|<=|>|<)\s*"([^"]*)"$/.exec(text.trim()) ?? [];
    if (path === undefined || operator === undefined || value === undefined)
      throw new Error(`syntax error at "${text.trim()}"`);
    return { path, operator: operator as Operator, value };
  });
}

function holds(entry: object, { path, operator, value }: Comparison): boolean {
  const found = path.split('.').reduce<unknown>((part, name) => {
    return typeof part === 'object' && part !== null ? (part as Record<string, unknown>)[name] : undefined;
  }, entry);
  // A comparison with a field that the entry does not have fails.
  if (found === undefined) return false;
  const order = path === 'timestamp' ? compareTimes(String(found), value) : compareTexts(String(found), value);
  switch (operator) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '>=':
      return order >= 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '<':
      return order < 0;
  }
}

function compareTimes(found: string, value: string): number {
  const [left, right] = [Date.parse(found), Date.parse(value)];
  if (Number.isNaN(right)) throw new Error(`"${value}" is no timestamp`);
  return left - right;
}

/** Texts are equal whatever the case of their letters. */
function compareTexts(found: string, value: string): number {
  const [left, right] = [found.toLowerCase(), value.toLowerCase()];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
