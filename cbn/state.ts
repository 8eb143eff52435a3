import { type Names, Root } from './root';
import { isMap, type Meter, own, put, type StateMap, type Value } from './values';

/** A token's place in the state, cut once. */
export interface Path {
  /** As it is written, with dots. */
  readonly name: string;
  /** At least one. */
  readonly segments: readonly string[];
  /** Where the first of them stands in the states of the parser with these names. */
  names?: Names;
  place: number;
  /** By segment: it joined with the next ones by dots, one more each time. Made when first needed, once for all logs. */
  joined?: readonly (readonly string[])[];
}

export function toPath(name: string): Path {
  return pathOf(name, name.includes('.') || name.includes('[') ? cut(name) : [name]);
}

/** @param segments at least one */
export function pathOf(name: string, segments: readonly string[]): Path {
  return { name, segments, place: -1 };
}

/** Cuts at the dots; a bracket counts as a dot: `a[b].c` is `a.b.c`. */
function cut(name: string): string[] {
  const segments = name.includes('[') ? name.replace(/\[([^\]]*)\]/g, '.$1').split('.') : name.split('.');
  const cutOut = segments.filter((segment) => segment !== '');
  return cutOut.length === 0 ? [''] : cutOut;
}

/**
 * The value at a path, undefined when there is none. A list is read by index, too, as `split_columns` has it. A log's own
 * key with dots in it (`"a.b": 1`) is found where no nested value is.
 */
export function get(root: Root, path: Path): Value | undefined {
  const first = root.first(path);
  if (path.segments.length === 1) return first;
  return first === undefined ? getJoined(root, path, 0) : getBelow(first, path, 1);
}

/** The value below another one by a path's segments from one on. */
function getBelow(value: Value, path: Path, from: number): Value | undefined {
  const { segments } = path;
  let current = value;
  for (let at = from; at < segments.length; at += 1) {
    const next = child(current, segments[at] as string);
    if (next === undefined) return segments.length - at > 1 ? getJoined(current, path, at) : undefined;
    current = next;
  }
  return current;
}

/** The value that `set` would replace: as `get`, but no key with dots. */
export function getExact(root: Root, path: Path): Value | undefined {
  const { segments } = path;
  let current = root.first(path);
  for (let at = 1; at < segments.length && current !== undefined; at += 1)
    current = child(current, segments[at] as string);
  return current;
}

function child(container: Value, key: string): Value | undefined {
  if (typeof container !== 'object' || container === null) return undefined;
  if (Array.isArray(container)) {
    const index = toIndex(key);
    return index === undefined ? undefined : (container[index] ?? undefined);
  }
  const value = own(container as StateMap, key);
  // Only a text surely comes from a map: bytes have elements and a length.
  return typeof value === 'string' || !ArrayBuffer.isView(container) ? value : undefined;
}

function getJoined(container: Root | Value, path: Path, from: number): Value | undefined {
  if (!(container instanceof Root) && !isMap(container)) return undefined;
  const { segments } = path;
  path.joined ??= segments.map((_, begin) => joinsFrom(segments, begin));
  const keys = path.joined[from] ?? [];
  for (let at = 0; at < keys.length; at += 1) {
    const key = keys[at] as string;
    const value = container instanceof Root ? container.own(key) : own(container, key);
    if (value !== undefined) return getBelow(value, path, from + at + 2);
  }
  return undefined;
}

/** `a.b`, `a.b.c`, … of `a`, `b`, `c`. */
function joinsFrom(segments: readonly string[], begin: number): string[] {
  return segments.slice(begin + 1).map((_, count) => segments.slice(begin, begin + count + 2).join('.'));
}

/** A list index, 0 to 999,999,999. */
function toIndex(key: string): number | undefined {
  const first = key.charCodeAt(0);
  if (first < 48 || first > 57 || key.length > 9) return undefined;
  const index = Number(key);
  return Number.isInteger(index) && (first !== 48 || key.length === 1) ? index : undefined;
}

/** Puts a value at a path; what stands in its way (a text, a number) gives place to a map. */
export function set(root: Root, path: Path, value: Value): void {
  const { segments } = path;
  const last = segments.length - 1;
  if (last === 0) root.putFirst(path, value);
  else place(containerOf(root, path), segments[last] as string, value);
}

/** Puts several texts into what holds the last segment of a path. */
export function setAll(root: Root, path: Path, keys: readonly string[], values: readonly string[]): void {
  const container = containerOf(root, path);
  for (let at = 0; at < keys.length; at += 1) place(container, keys[at] as string, values[at] as string);
}

/** What holds the last of a path's two or more segments, made on the way where it is not there. */
function containerOf(root: Root, path: Path): StateMap | Value[] {
  const { segments } = path;
  const last = segments.length - 1;
  const first = root.first(path);
  let container: StateMap | Value[];
  if (holds(first, segments[1] as string)) container = first;
  else {
    container = {};
    root.putFirst(path, container);
  }
  for (let at = 1; at < last; at += 1) {
    const key = segments[at] as string;
    const next = child(container, key);
    if (holds(next, segments[at + 1] as string)) container = next;
    else {
      const map: StateMap = {};
      place(container, key, map);
      container = map;
    }
  }
  return container;
}

/** Whether a value can take up a key: maps do, lists an index. */
function holds(value: Value | undefined, key: string): value is StateMap | Value[] {
  return isMap(value) || (Array.isArray(value) && toIndex(key) !== undefined);
}

function place(container: StateMap | Value[], key: string, value: Value): void {
  if (!Array.isArray(container)) {
    put(container, key, value);
    return;
  }
  const index = toIndex(key);
  // An index far behind the end would make a list of holes: it goes to the end.
  if (index !== undefined) container[Math.min(index, container.length)] = value;
}

/** Removes what is at a path and gives it. */
export function take(root: Root, path: Path): Value | undefined {
  const { segments } = path;
  const last = segments.length - 1;
  const first = root.first(path);
  if (last === 0) {
    if (first !== undefined) root.putFirst(path, undefined);
    return first;
  }
  if (first === undefined) {
    const joined = segments.join('.');
    const value = root.own(joined);
    if (value !== undefined) root.put(joined, undefined);
    return value;
  }
  let container = first;
  for (let at = 1; at < last; at += 1) {
    const next = child(container, segments[at] as string);
    if (next === undefined) return takeJoined(container, segments.slice(at).join('.'));
    container = next;
  }
  const key = segments[last] as string;
  const value = child(container, key);
  if (value === undefined) return undefined;
  if (Array.isArray(container)) container.splice(Number(key), 1);
  else delete (container as StateMap)[key];
  return value;
}

function takeJoined(container: Value, key: string): Value | undefined {
  if (!isMap(container)) return undefined;
  const value = own(container, key);
  if (value !== undefined) delete container[key];
  return value;
}

/**
 * Puts a map's entries over another's, maps within maps likewise; everything else replaces what was there. A null leaves
 * what was there.
 * @param byIndex whether a list goes over a map entry by entry, its indices the keys (`split_columns`)
 */
export function mergeInto(target: StateMap, source: StateMap, byIndex: boolean, meter: Meter): void {
  let size = 0;
  for (const key in source) {
    const value = source[key] as Value;
    size += 1;
    if (value !== null) put(target, key, over(value, target, key, byIndex, meter));
  }
  meter.chargeEntries(size);
}

/** The same with the state as what the entries are put over. */
export function mergeIntoRoot(root: Root, source: StateMap, byIndex: boolean, meter: Meter): void {
  let size = 0;
  for (const key in source) {
    const value = source[key] as Value;
    size += 1;
    if (value !== null) root.put(key, over(value, root, key, byIndex, meter));
  }
  meter.chargeEntries(size);
}

/** What a value makes of the one that stands where it is put. */
function over(value: Value, target: StateMap | Root, key: string, byIndex: boolean, meter: Meter): Value {
  if (typeof value !== 'object') return value;
  const existing = target instanceof Root ? target.own(key) : own(target, key);
  if (!isMap(existing)) return value;
  if (isMap(value)) return underlay(value, existing, byIndex, meter);
  if (!byIndex || !Array.isArray(value)) return value;
  mergeInto(existing, asMap(value), byIndex, meter);
  return existing;
}

/** The same the other way round: a new map takes up what it lacks of the old one. It writes less when there is much new. */
function underlay(fresh: StateMap, old: StateMap, byIndex: boolean, meter: Meter): StateMap {
  let size = 0;
  for (const key in old) {
    const existing = old[key] as Value;
    size += 1;
    const value = own(fresh, key);
    if (value === undefined) put(fresh, key, existing);
    else if (!isMap(existing)) continue;
    else if (isMap(value)) underlay(value, existing, byIndex, meter);
    else if (byIndex && Array.isArray(value)) {
      mergeInto(existing, asMap(value), byIndex, meter);
      put(fresh, key, existing);
    }
  }
  meter.chargeEntries(size);
  return fresh;
}

function asMap(list: readonly Value[]): StateMap {
  return { ...list } as unknown as StateMap;
}
