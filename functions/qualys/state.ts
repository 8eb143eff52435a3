import { CollectorError, type Pending, type State } from './contract';
import type { Range } from './pages';

/** The first state of a feed or a backfill. */
export function begun(since: string, until?: string): State {
  return { since, ...(until && { until }), cursor: '0', cursorDate: null, pending: null, drainedAt: null };
}

/** The state once its pending batch is in the logs bucket. */
export function landed({ pending, ...state }: State): State {
  if (!pending) return { ...state, pending };
  const { through, throughDate, records } = pending;
  const sweep = state.sweep && { ...state.sweep, hosts: state.sweep.hosts + records };
  return { ...state, cursor: through, cursorDate: throughDate, ...(sweep && { sweep }), pending: null };
}

/** The state that commits what has landed and announces the next batch. */
export function announced(state: State, pending: Pending): State {
  return { ...landed(state), pending };
}

/** What lies behind the cursor. */
export function rangeOf({ sweep, since, until, cursor: after }: State): Range {
  return sweep ? { since: sweep.from, after } : { since, until, after };
}

/** The state without what once held it up. */
export function unhindered({ blocked: _blocked, resumeAt: _resumeAt, ...state }: State): State {
  return state;
}

const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;
const isDate = (value: unknown): value is string => typeof value === 'string' && DATE.test(value);
const isId = (value: unknown): value is string => typeof value === 'string' && /^\d+$/.test(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';
const optional =
  (is: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === undefined || is(value);
const nullable =
  (is: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === null || is(value);
const shaped =
  (shape: Record<string, (value: unknown) => boolean>) =>
  (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(shape).every(([key, is]) => is((value as Record<string, unknown>)[key]));

const isState = shaped({
  since: isDate,
  until: optional(isDate),
  cursor: isId,
  // Of Qualys' own spelling.
  cursorDate: nullable(isText),
  pending: nullable(
    shaped({
      object: isText,
      through: isId,
      throughDate: isText,
      records: Number.isSafeInteger,
      announcedAt: isDate,
    }),
  ),
  drainedAt: nullable(isDate),
  sweep: optional(
    shaped({
      id: isText,
      from: isDate,
      until: isDate,
      isFull: isFlag,
      begunAt: isDate,
      hosts: Number.isSafeInteger,
      expected: nullable(Number.isSafeInteger),
    }),
  ),
  sweptAt: optional(isDate),
  fullySweptAt: optional(isDate),
  blocked: optional(shaped({ code: isText, at: isDate, credentials: isText })),
  resumeAt: optional(isDate),
});

/** @throws CollectorError `state_invalid` that names the object but quotes nothing of it */
export function parseState(object: string, content: string): State {
  return parsed(object, content, isState) as State;
}

const isBackfillRequest = shaped({ since: isDate, until: isDate });

/** @throws CollectorError `state_invalid` that names the object */
export function parseBackfillRequest(object: string, content: string): { since: string; until: string } {
  return parsed(object, content, isBackfillRequest) as { since: string; until: string };
}

function parsed(object: string, content: string, isRight: (value: unknown) => boolean): unknown {
  try {
    const value: unknown = JSON.parse(content);
    if (isRight(value)) return value;
  } catch {
    // Told below, like JSON of another form.
  }
  throw new CollectorError('state_invalid', `The content of ${object} in the state bucket is not of its form.`);
}
