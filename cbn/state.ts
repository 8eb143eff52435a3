import { isMap, type Meter, own, put, type StateMap, type Value } from './values';

/** A token's place in the state, cut once. */
export interface Path {
  /** As it is written, with dots. */
  readonly name: string;
  readonly segments: readonly string[];
  /** By segment: it joined with the next ones by dots, one more each time. Made when first needed, once for all logs. */
  joined?: readonly (readonly string[])[];
}

export function toPath(name: string): Path {
  return { name, segments: name.includes('.') || name.includes('[') ? cut(name) : [name] };
}

/** Cuts at the dots; a bracket counts as a dot: `a[b].c` is `a.b.c`. */
function cut(name: string): string[] {
  const segments = name.includes('[') ? name.replace(/\[([^\]]*)\]/g, '.$1').split('.') : name.split('.');
  return segments.filter((segment) => segment !== '');
}

/**
 * The value at a path, undefined when there is none. A list is read by index, too, as `split_columns` has it. A log's own
 * key with dots in it (`"a.b": 1`) is found where no nested value is.
 */
export function get(root: StateMap, path: Path): Value | undefined {
  const { segments } = path;
  if (segments.length === 1) return own(root, segments[0] as string);
  let current: Value | undefined = root;
  for (let at = 0; at < segments.length; at += 1) {
    const next = child(current as Value, segments[at] as string);
    if (next === undefined) return segments.length - at > 1 ? getJoined(current as Value, path, at) : undefined;
    current = next;
  }
  return current;
}

/** The value that `set` would replace: as `get`, but no key with dots. */
export function getExact(root: StateMap, { segments }: Path): Value | undefined {
  let current: Value | undefined = root;
  for (let at = 0; at < segments.length && current !== undefined; at += 1)
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

function getJoined(container: Value, path: Path, from: number): Value | undefined {
  if (!isMap(container)) return undefined;
  path.joined ??= path.segments.map((_, begin) => joinsFrom(path.segments, begin));
  const keys = path.joined[from] ?? [];
  for (let at = 0; at < keys.length; at += 1) {
    const value = own(container, keys[at] as string);
    if (value === undefined) continue;
    const rest = path.segments.slice(from + at + 2);
    if (rest.length === 0) return value;
    return typeof value === 'object' ? get(value as StateMap, { name: '', segments: rest }) : undefined;
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
export function set(root: StateMap, path: Path, value: Value): void {
  const { segments } = path;
  const last = segments.length - 1;
  if (last === 0) put(root, segments[0] as string, value);
  else place(containerOf(root, segments), segments[last] ?? '', value);
}

/** Puts several texts into the map at a path. */
export function setAll(
  root: StateMap,
  parent: readonly string[],
  keys: readonly string[],
  values: readonly string[],
): void {
  const container = parent.length === 0 ? root : containerOf(root, [...parent, keys[0] ?? '']);
  for (let at = 0; at < keys.length; at += 1) place(container, keys[at] as string, values[at] as string);
}

/** What holds a path's last segment, made on the way where it is not there. */
function containerOf(root: StateMap, segments: readonly string[]): StateMap | Value[] {
  const last = segments.length - 1;
  let container: StateMap | Value[] = root;
  for (let at = 0; at < last; at += 1) {
    const key = segments[at] as string;
    const next = child(container, key);
    if (isMap(next) || (Array.isArray(next) && toIndex(segments[at + 1] as string) !== undefined)) container = next;
    else {
      const map: StateMap = {};
      place(container, key, map);
      container = map;
    }
  }
  return container;
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
export function take(root: StateMap, path: Path): Value | undefined {
  const { segments } = path;
  const last = segments.length - 1;
  let container: Value = root;
  for (let at = 0; at < last; at += 1) {
    const next = child(container, segments[at] as string);
    if (next === undefined) return takeJoined(container, segments.slice(at).join('.'));
    container = next;
  }
  const key = segments[last] ?? '';
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
    if (value === null) continue;
    if (typeof value !== 'object') {
      put(target, key, value);
      continue;
    }
    const existing = own(target, key);
    if (isMap(existing) && isMap(value)) put(target, key, underlay(value, existing, byIndex, meter));
    else if (byIndex && isMap(existing) && Array.isArray(value)) mergeInto(existing, asMap(value), byIndex, meter);
    else put(target, key, value);
  }
  meter.chargeEntries(size);
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
