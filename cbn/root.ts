import type { Path } from './state';
import { own, put, type StateMap, type Value } from './values';

/** Names with a place of their own; a parser that makes names of what logs say would have ever more. */
const MOST_NAMES = 1000;

/**
 * The first names of a parser's tokens, each with its place in the state of every log: an array is read and written in a
 * fraction of the time of a hash table, of which every log would fill a new one.
 */
export class Names {
  private readonly places = new Map<string, number>();
  private readonly initial: (Value | undefined)[] = [];

  /** @param initial what the state of each log holds at first, besides what is the log's own */
  constructor(initial: Readonly<Record<string, string | number | boolean>> = {}) {
    for (const name in initial) this.initial[this.place(name)] = initial[name];
  }

  /** The place of a name; undefined when no token begins with it. */
  find(name: string): number | undefined {
    return this.places.get(name);
  }

  /** The same, given to the name when it has none; -1 when all are given. */
  place(name: string): number {
    const known = this.places.get(name);
    if (known !== undefined) return known;
    if (this.places.size >= MOST_NAMES) return -1;
    this.places.set(name, this.initial.length);
    return this.initial.push(undefined) - 1;
  }

  /** What the state of a log holds at first, by place. */
  values(): (Value | undefined)[] {
    return this.initial.slice();
  }

  entries(): IterableIterator<[name: string, place: number]> {
    return this.places.entries();
  }
}

/** The state of a log: what its tokens hold, by their first name. */
export class Root {
  private readonly values: (Value | undefined)[];
  /** What the log has of names that no token begins with. */
  private others: StateMap | undefined;

  constructor(private readonly names: Names) {
    this.values = names.values();
  }

  /** What a path's first name holds. */
  first(path: Path): Value | undefined {
    const place = path.names === this.names ? path.place : this.bind(path);
    return place < 0 ? this.other(path.segments[0] as string) : (this.values[place] ?? undefined);
  }

  /** Puts a value under a path's first name; undefined removes it. */
  putFirst(path: Path, value: Value | undefined): void {
    const place = path.names === this.names ? path.place : this.bind(path);
    if (place >= 0) this.values[place] = value;
    else this.putOther(path.segments[0] as string, value);
  }

  own(name: string): Value | undefined {
    const place = this.names.find(name);
    return place === undefined ? this.other(name) : (this.values[place] ?? undefined);
  }

  put(name: string, value: Value | undefined): void {
    const place = this.names.find(name);
    if (place === undefined) this.putOther(name, value);
    else this.values[place] = value;
  }

  /** All that is set, by name. */
  toMap(): StateMap {
    const map: StateMap = Object.create(null);
    for (const [name, place] of this.names.entries()) {
      const value = this.values[place];
      if (value !== undefined) put(map, name, value);
    }
    return this.others === undefined ? map : Object.assign(map, this.others);
  }

  private other(name: string): Value | undefined {
    return this.others === undefined ? undefined : own(this.others, name);
  }

  private putOther(name: string, value: Value | undefined): void {
    if (value === undefined) delete this.others?.[name];
    else {
      this.others ??= Object.create(null) as StateMap;
      put(this.others, name, value);
    }
  }

  /** Gives a path its place. A name that the log brought before the parser first came to it moves there. */
  private bind(path: Path): number {
    const name = path.segments[0] as string;
    const place = this.names.place(name);
    path.names = this.names;
    path.place = place;
    if (place === this.values.length) {
      this.values.push(this.other(name));
      delete this.others?.[name];
    }
    return place;
  }
}

/** A state that holds the entries of a map. */
export function rootOf(map: StateMap): Root {
  const root = new Root(new Names());
  for (const key in map) root.put(key, map[key]);
  return root;
}
