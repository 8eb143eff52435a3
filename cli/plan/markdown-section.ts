import type { Part } from './budget';

/** What is given up first, and what last. */
export const LEVEL = {
  diff: 0,
  attributes: 1,
  resource: 2,
  destroyedResource: 3,
  section: 4,
  row: 5,
  destroyedRow: 6,
  last: 7,
} as const;

export interface Piece extends Part {
  /** What it is, in the plural, for the count of what was left out. */
  readonly what?: string;
  /** Whether it is a resource's line. */
  readonly resource?: boolean;
}

/** A part of the text that has a frame as long as anything is left in it. */
export interface Section {
  readonly head?: string;
  readonly pieces: readonly Piece[];
  readonly tail?: string;
  /** What to say when so many resources are left out. */
  readonly more?: (resources: number) => string;
}
