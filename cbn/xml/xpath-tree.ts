/** Which nodes a step takes from each node before it. */
export type Axis = 'child' | 'self' | 'parent' | 'attribute';

export interface Step {
  readonly axis: Axis;
  /** After `//`: from each node and from everything within it. */
  readonly deep: boolean;
  /** A name, `*` for any, or `text()` and `node()`. */
  readonly test: string;
  readonly predicates: readonly Expression[];
}

export interface Path {
  readonly kind: 'path';
  readonly absolute: boolean;
  readonly steps: readonly Step[];
}

export type Expression =
  | Path
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'call'; readonly name: string; readonly parameters: readonly Expression[] }
  | { readonly kind: 'operation'; readonly sign: string; readonly left: Expression; readonly right: Expression };
