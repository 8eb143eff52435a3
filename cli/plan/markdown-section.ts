import type { Part } from './budget';

/** What is given up first, and what last. */
export const LEVEL = {
  newDiff: 0,
  newAttributes: 1,
  diff: 2,
  attributes: 3,
  resource: 4,
  destroyedResource: 5,
  section: 6,
  row: 7,
  destroyedRow: 8,
  last: 9,
} as const;

/** Kinds of pieces, one and several. */
export const WHAT = {
  diff: ['diff', 'diffs'],
  attributes: ['list of attributes', 'lists of attributes'],
  addresses: ['list of addresses', 'lists of addresses'],
  details: ['new resource’s details', 'new resources’ details'],
  output: ['list of outputs', 'lists of outputs'],
  resource: ['resource', 'resources'],
  access: ['change of access', 'changes of access'],
  warning: ['warning', 'warnings'],
  row: ['row of the table', 'rows of the table'],
  error: ['error', 'errors'],
  parser: ['table of a parser', 'tables of parsers'],
  loss: ['line of what is destroyed', 'lines of what is destroyed'],
} as const;

export interface Piece extends Part {
  /** What it is, for the count of what was left out. */
  readonly what?: keyof typeof WHAT;
  /** Of a line that stands for resources: how many. */
  readonly resources?: number;
}

/** A part of the text that has a frame as long as anything is left in it. */
export interface Section {
  readonly head?: string;
  readonly pieces: readonly Piece[];
  readonly tail?: string;
  /** What to say when so many resources are left out. */
  readonly more?: (resources: number) => string;
}
