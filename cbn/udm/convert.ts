import type { Enforcement, UdmOptions } from './options';
import { type PendingProblem, quote } from './problem';

/** The conversion of one event. */
export interface Run {
  readonly problems: PendingProblem[];
  readonly options: UdmOptions;
  /** Messages around the present one. */
  depth: number;
}

/** A parser's value as protobuf's JSON has it; undefined when it cannot be expressed, or is none. */
export type Convert = (value: unknown, run: Run) => unknown;

/** Problems of one event that are told; a list of a million wrong values needs no more to be understood. */
const MOST_PROBLEMS = 1000;

/** Notes a problem of the value at hand; its path is put before it on the way up. */
export function tell(run: Run, enforcement: Enforcement, code: string, message: string, fix?: string): void {
  if (enforcement === 'ignore' || run.problems.length >= MOST_PROBLEMS) return;
  run.problems.push({ path: '', message, severity: enforcement, code, ...(fix !== undefined && { fix }) });
}

/** Notes that a value has another type than its field; it is left out. */
export function tellType(run: Run, expected: string, value: unknown, fix?: string): undefined {
  tell(run, 'error', 'udm-wrong-type', `expected ${expected}, found ${quote(value)}`, fix);
  return undefined;
}

/** Notes empty text where it means nothing; it is left out. */
export function tellEmpty(run: Run, expected: string): undefined {
  tell(run, run.options.emptyText, 'udm-empty-text', `expected ${expected}, found empty text: left out`);
  return undefined;
}

/** Whether a value is an object with names, as a parser's state has them. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
