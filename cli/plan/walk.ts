import { isDeepStrictEqual } from 'node:util';
import { isRecord } from './record';

/** Names of attributes and keys, and places in lists. */
export type Path = readonly (string | number | Named)[];

/** A block of a list in which each has a name. */
export interface Named {
  readonly index: number;
  readonly name: string;
}

/** Two values of an attribute, and what Terraform marks in them, each in the shape of the value. */
export interface Pair {
  readonly before: unknown;
  readonly after: unknown;
  readonly beforeSensitive?: unknown;
  readonly afterSensitive?: unknown;
  readonly afterUnknown?: unknown;
}

/** What differs at a path; `null` is what is not there. */
export interface Difference {
  readonly path: Path;
  readonly before: unknown;
  /** Unknown parts of a list are `(known after apply)`. */
  readonly after: unknown;
  readonly isUnknown: boolean;
  readonly isSensitive: boolean;
}

export const KNOWN_AFTER_APPLY = '(known after apply)';

/**
 * Where two values differ: at scalars, at lists of scalars as a whole, and within lists of blocks at the blocks that differ:
 * those that are only at another place do not.
 */
export function differences(pair: Pair, path: Path = []): Difference[] {
  const { before = null, after = null, beforeSensitive, afterSensitive, afterUnknown } = pair;
  if (afterUnknown === true || beforeSensitive === true || afterSensitive === true) return leaf(pair, path);
  if (areOf(isList, before, after)) return ofLists(pair, path);
  const isUnknownRecord = before === null && after === null && isRecord(afterUnknown) && holdsTrue(afterUnknown);
  if (!areOf(isRecord, before, after) && !isUnknownRecord) return leaf(pair, path);
  const keys = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  // Values that are unknown are not there.
  for (const [key, unknown] of Object.entries(afterUnknown ?? {})) if (holdsTrue(unknown)) keys.add(key);
  if (keys.size === 0) return leaf(pair, path);
  return [...keys].flatMap((key) => differences(member(pair, key, key), [...path, key]));
}

function ofLists(pair: Pair, path: Path): Difference[] {
  const before = (pair.before ?? []) as readonly unknown[];
  const after = (pair.after ?? []) as readonly unknown[];
  if (before.length + after.length === 0 || ![...before, ...after].every(isRecord)) return leaf(pair, path);
  const names = namesOf(before, after, pair);
  return align(before, after, pair.afterUnknown, names).flatMap(([from, to]) => {
    const index = to ?? from ?? 0;
    const name = names?.[to === undefined ? 0 : 1][index];
    return differences(member(pair, from, to), [...path, name === undefined ? index : { index, name }]);
  });
}

/** Arguments that tell one block of a list from another, such as a lifecycle rule of a bucket. */
const NAMES = ['id', 'name', 'sid', 'key'];

type Names = readonly [before: readonly string[], after: readonly string[]];

/** Of each block its name; `undefined` when they have none, or the same, or one that is sensitive or not known. */
function namesOf(before: readonly unknown[], after: readonly unknown[], pair: Pair): Names | undefined {
  const all = [...before, ...after];
  const key = NAMES.find((name) => all.every((block) => typeof at(block, name) === 'string' && at(block, name) !== ''));
  if (key === undefined) return undefined;
  const isMarked = (marks: unknown) =>
    marks === true || (isList(marks) && marks.some((mark) => mark === true || holdsTrue(at(mark, key))));
  if ([pair.beforeSensitive, pair.afterSensitive, pair.afterUnknown].some(isMarked)) return undefined;
  const names = (blocks: readonly unknown[]) => blocks.map((block) => String(at(block, key)));
  const [old, now] = [names(before), names(after)];
  return new Set(old).size < old.length || new Set(now).size < now.length ? undefined : [old, now];
}

type Alignment = readonly [from: number | undefined, to: number | undefined];

/** Which blocks to compare: those that are in both lists are left out, unless nothing but their order differs. */
function align(
  before: readonly unknown[],
  after: readonly unknown[],
  afterUnknown: unknown,
  names: Names | undefined,
): Alignment[] {
  const same = match(
    before.map((block) => JSON.stringify(block)),
    after.map((block, index) => (holdsTrue(at(afterUnknown, index)) ? undefined : JSON.stringify(block))),
  );
  if (same.size === before.length && same.size === after.length)
    return [...after.keys()].map((index) => [index, index]);
  const taken = new Set(same.values());
  const removed = [...before.keys()].filter((index) => !taken.has(index));
  const added = [...after.keys()].filter((index) => !same.has(index));
  const pairs = names
    ? match(
        removed.map((index) => names[0][index]),
        added.map((index) => names[1][index]),
      )
    : match(removed, added);
  const paired = new Set(pairs.values());
  // Without a name, what is left is compared in its order.
  const [from, to] = [removed.filter((_, n) => !paired.has(n)), added.filter((_, n) => !pairs.has(n))];
  const rest: Alignment[] = names
    ? [...from.map((index): Alignment => [index, undefined]), ...to.map((index): Alignment => [undefined, index])]
    : Array.from({ length: Math.max(from.length, to.length) }, (_, n) => [from[n], to[n]]);
  return [...[...pairs].map(([now, old]): Alignment => [removed[old], added[now]]), ...rest];
}

/** Of each item that is in both lists, its place in the second and in the first. */
function match<T>(first: readonly T[], second: readonly (T | undefined)[]): Map<number, number> {
  const places = new Map<T, number[]>();
  for (const [index, item] of first.entries()) {
    const same = places.get(item);
    if (same) same.push(index);
    else places.set(item, [index]);
  }
  for (const same of places.values()) same.reverse();
  const pairs = new Map<number, number>();
  for (const [index, item] of second.entries()) {
    const place = item === undefined ? undefined : places.get(item)?.pop();
    if (place !== undefined) pairs.set(index, place);
  }
  return pairs;
}

/** One that is told as a whole is sensitive when anything in it is. */
function leaf(pair: Pair, path: Path): Difference[] {
  const { before = null, after = null, beforeSensitive, afterSensitive, afterUnknown } = pair;
  const isSensitive = holdsTrue(beforeSensitive) || holdsTrue(afterSensitive);
  if (afterUnknown === true) return [{ path, before, after: null, isUnknown: true, isSensitive }];
  const filled = fill(after, afterUnknown);
  return isDeepStrictEqual(before, filled) ? [] : [{ path, before, after: filled, isUnknown: false, isSensitive }];
}

/** The value with `(known after apply)` where it is unknown. */
export function fill(value: unknown, unknown: unknown): unknown {
  if (unknown === true) return KNOWN_AFTER_APPLY;
  if (!holdsTrue(unknown)) return value;
  if (isList(unknown))
    return Array.from({ length: Math.max(unknown.length, isList(value) ? value.length : 0) }, (_, index) =>
      fill(at(value, index), unknown[index]),
    );
  const marks = Object.entries(unknown as object);
  return { ...(value as object), ...Object.fromEntries(marks.map(([key, mark]) => [key, fill(at(value, key), mark)])) };
}

function member(pair: Pair, from: string | number | undefined, to: string | number | undefined): Pair {
  return {
    before: at(pair.before, from),
    after: at(pair.after, to),
    beforeSensitive: at(pair.beforeSensitive, from),
    afterSensitive: at(pair.afterSensitive, to),
    afterUnknown: at(pair.afterUnknown, to),
  };
}

function at(value: unknown, key: string | number | undefined): unknown {
  if (typeof value !== 'object' || value === null || key === undefined || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string | number, unknown>)[key];
}

/** Whether a tree of marks marks anything. */
export function holdsTrue(marks: unknown): boolean {
  if (typeof marks !== 'object' || marks === null) return marks === true;
  return Object.values(marks).some(holdsTrue);
}

/** Whether one is of a kind, and the other as well or not there. */
function areOf<T>(is: (value: unknown) => value is T, one: unknown, other: unknown): boolean {
  return (is(one) && (other === null || is(other))) || (one === null && is(other));
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
