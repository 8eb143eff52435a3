import type { AlertContents, AlertHead } from './qualys-alerts';

/** What a request asks for. */
export interface Search {
  /** Alerts of a page, 1 to 1000. */
  limit: number;
  /** Only alerts with a greater id; -1 for all. */
  after: number;
  /** Whether an alert meets every criterion. */
  matches(alert: AlertHead, contents: AlertContents): boolean;
}

/** Limits of `limitResults`, and its default ("Truncation", docs.qualys.com/en/ca/api/get_started/truncation.htm). */
export const MAX_LIMIT = 1000;
export const DEFAULT_LIMIT = 100;

/** Operators, by what they make of a difference. */
export const COMPARISONS: Readonly<Record<string, (difference: number) => boolean>> = {
  EQUALS: (difference) => difference === 0,
  GREATER: (difference) => difference > 0,
  LESSER: (difference) => difference < 0,
};

/** Undefined if the body is not a search that Qualys would accept. */
export function parseSearch(contentType: string, body: string): Search | undefined {
  if (!/^(?:text|application)\/xml\b/.test(contentType)) return undefined;
  if (!/^\s*(?:<\?xml[^>]*\?>\s*)?<ServiceRequest>.*<\/ServiceRequest>\s*$/s.test(body)) return undefined;
  const limit = Number(/<limitResults>([^<]*)<\/limitResults>/.exec(body)?.[1] ?? DEFAULT_LIMIT);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) return undefined;

  const elements = [...body.matchAll(/<Criteria field="([^"]*)" operator="([^"]*)">([^<]*)<\/Criteria>/g)];
  if (elements.length !== body.split('<Criteria').length - 1) return undefined;
  let after = -1;
  const criteria: Search['matches'][] = [];
  for (const [, field = '', operator = '', text = ''] of elements) {
    const value = text.trim();
    const criterion = parseCriterion(field, operator, value);
    if (criterion === undefined) return undefined;
    // Only this one tells where to begin to look.
    if (field === 'id' && operator === 'GREATER') after = Math.max(after, Number(value));
    else criteria.push(criterion);
  }
  return { limit, after, matches: (alert, contents) => criteria.every((criterion) => criterion(alert, contents)) };
}

function parseCriterion(field: string, operator: string, value: string): Search['matches'] | undefined {
  const compare = COMPARISONS[operator];
  if (compare === undefined) return undefined;
  switch (field) {
    case 'id': {
      const id = Number(value);
      return /^\d+$/.test(value) ? (alert) => compare(alert.id - id) : undefined;
    }
    case 'alertDate':
    case 'eventDate': {
      const date = Date.parse(value) / 1000;
      const valid = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value) && !Number.isNaN(date);
      return valid ? (alert) => compare(alert[field] - date) : undefined;
    }
    case 'eventType':
      return operator === 'EQUALS' ? (alert, contents) => contents.eventType(alert.number) === value : undefined;
    default:
      return undefined;
  }
}
