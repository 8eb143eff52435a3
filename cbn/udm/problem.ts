import type { Severity } from '../errors';

/** What is wrong with an event or an entity, and where in it. */
export interface UdmProblem {
  /** Where, in the names that a parser writes: `principal.ip[0]`; empty for the whole. */
  readonly path: string;
  readonly message: string;
  readonly severity: Severity;
  /** Short stable name, such as `udm-unknown-field`. */
  readonly code: string;
  readonly fix?: string;
}

/** Problems on their way up: each message puts its field's name before the path. */
export type PendingProblem = { -readonly [key in keyof UdmProblem]: UdmProblem[key] };

/** Puts a step before the paths of the problems from a place on. */
export function prefixPaths(problems: PendingProblem[], from: number, step: string): void {
  for (const problem of problems.slice(from))
    problem.path =
      problem.path === '' || problem.path.startsWith('[') ? step + problem.path : `${step}.${problem.path}`;
}

/** A value on one line and short, as problems quote it. */
export function quote(value: unknown): string {
  const text = shown(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 64));
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (typeof value === 'object' && value !== null) return `an object of ${Object.keys(value).slice(0, 5).join(', ')}`;
  return String(value);
}
