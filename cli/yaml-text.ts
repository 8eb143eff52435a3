import { isCollection, isMap, isScalar, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';

/** A YAML text, read once: what stands where. */
export class YamlText {
  readonly contents: Node | null;
  readonly hasErrors: boolean;
  private readonly lines = new LineCounter();

  constructor(readonly text: string) {
    const { contents, errors } = parseDocument(text, { lineCounter: this.lines });
    this.contents = contents;
    this.hasErrors = errors.length > 0;
  }

  /** What stands at a path; undefined when nothing does. */
  valueAt(path: readonly string[]): unknown {
    const value: unknown = this.pairAt(path)?.value;
    return (isCollection(value) ? value.toJSON() : isScalar(value) ? value.value : value) ?? undefined;
  }

  /** The line of the key at a path, counted from 1; undefined when it is not there. */
  lineAt(path: readonly string[]): number | undefined {
    const key = this.pairAt(path)?.key;
    return isScalar(key) && key.range ? this.lines.linePos(key.range[0]).line : undefined;
  }

  /** The key at a path with its value; undefined when it is not there. */
  pairAt(path: readonly string[]): Pair | undefined {
    const parent = this.mapAt(path.slice(0, -1));
    return parent && pairOf(parent, path.at(-1));
  }

  /** The map at a path; undefined when something else or nothing stands there. */
  mapAt(path: readonly string[]): YAMLMap | undefined {
    const found = path.reduce<unknown>((map, key) => (isMap(map) ? pairOf(map, key)?.value : undefined), this.contents);
    return isMap(found) ? found : undefined;
  }
}

/** A map of thousands of zones is asked for each of them. */
const indexes = new WeakMap<YAMLMap, ReadonlyMap<unknown, Pair>>();

/** The key of a map with its value. The map must not change afterwards. */
export function pairOf(map: YAMLMap, key: string | undefined): Pair | undefined {
  let index = indexes.get(map);
  if (index === undefined) {
    index = new Map(map.items.flatMap((pair) => (isScalar(pair.key) ? [[pair.key.value, pair] as const] : [])));
    indexes.set(map, index);
  }
  return index.get(key);
}
