import { diffArrays } from 'diff';
import { isRecord } from '../plan/record';
import { type Leaf, leavesOf } from './event-paths';

/** A field that differs between two events; undefined where one does not have it. */
export interface FieldChange {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * The fields in which two values differ, by path. Lists are compared as lists: an element in the middle that is gone
 * does not make those behind it differ.
 */
export function differencesOf(before: unknown, after: unknown): FieldChange[] {
  const changes: FieldChange[] = [];
  compare(before, after, '', changes);
  return changes;
}

function compare(before: unknown, after: unknown, path: string, changes: FieldChange[]): void {
  if (Array.isArray(before) && Array.isArray(after)) compareLists(before, after, path, changes);
  else if (isRecord(before) && isRecord(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
      compare(before[key], after[key], joined(path, key), changes);
  } else if (JSON.stringify(before) !== JSON.stringify(after)) {
    for (const [leaf, value] of side(before, path)) changes.push({ path: leaf, before: value, after: undefined });
    for (const [leaf, value] of side(after, path)) {
      const same = changes.findIndex((change) => change.path === leaf && change.after === undefined);
      const found = changes[same];
      if (found === undefined) changes.push({ path: leaf, before: undefined, after: value });
      else changes[same] = { ...found, after: value };
    }
  }
}

function side(value: unknown, path: string): Leaf[] {
  return value === undefined ? [] : leavesOf(value, path);
}

/** Elements that stand on both sides are paired; what is left between them is compared one by one. */
function compareLists(
  before: readonly unknown[],
  after: readonly unknown[],
  path: string,
  changes: FieldChange[],
): void {
  const texts = (list: readonly unknown[]) => list.map((item) => JSON.stringify(item));
  let [old, now] = [0, 0];
  let gone: number[] = [];
  let come: number[] = [];
  const settle = () => {
    for (let index = 0; index < Math.max(gone.length, come.length); index += 1) {
      const [from, to] = [gone[index], come[index]];
      const at = `${path}[${to ?? from}]`;
      compare(from === undefined ? undefined : before[from], to === undefined ? undefined : after[to], at, changes);
    }
    gone = [];
    come = [];
  };
  for (const { value, removed, added } of diffArrays(texts(before), texts(after))) {
    if (removed) for (let count = 0; count < value.length; count += 1) gone.push(old++);
    else if (added) for (let count = 0; count < value.length; count += 1) come.push(now++);
    else {
      settle();
      old += value.length;
      now += value.length;
    }
  }
  settle();
}

function joined(path: string, key: string): string {
  return leavesOf({ [key]: null }, path)[0]?.[0] ?? key;
}
