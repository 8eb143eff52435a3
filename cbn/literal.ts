/** An entry of a literal: where it stands, and its text, or the index of a value that is given. */
export interface LiteralEntry {
  readonly segments: readonly string[];
  readonly value: string | number;
}

/** Makes a map, with values that are given put in, counted from a place on; default 0. */
export type Literal = (values: readonly unknown[], from?: number) => Record<string, unknown>;

type Tree = Map<string, Tree | string | number>;

/**
 * Compiles a map that is made over and over. Made by JavaScript's own literal, with the entries' names and texts
 * written as JSON: that takes a tenth of the time of putting them one after the other.
 * @returns undefined when an entry stands where another one is or below it, or when its name is not for every object
 */
export function compileLiteral(entries: readonly LiteralEntry[]): Literal | undefined {
  const tree: Tree = new Map();
  for (const { segments, value } of entries) if (!place(tree, segments, value)) return undefined;
  return new Function('values', 'from = 0', `return ${write(tree)};`) as Literal;
}

function place(tree: Tree, segments: readonly string[], value: string | number): boolean {
  const [first, ...rest] = segments;
  if (first === undefined || first === '__proto__') return false;
  const there = tree.get(first);
  if (rest.length === 0) {
    tree.set(first, value);
    return there === undefined;
  }
  if (there instanceof Map) return place(there, rest, value);
  const inner: Tree = new Map();
  tree.set(first, inner);
  return there === undefined && place(inner, rest, value);
}

function write(node: Tree | string | number): string {
  if (typeof node === 'number') return `values[from + ${node}]`;
  if (typeof node === 'string') return JSON.stringify(node);
  return `{${[...node].map(([key, inner]) => `${JSON.stringify(key)}:${write(inner)}`).join(',')}}`;
}
