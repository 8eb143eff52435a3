import type { ResourceChange } from './report';
import { bySeverity, remarkOf } from './show';

/** Resources of one type to which the same is done: a reader looks at it once. At least one. */
export type Group = readonly [ResourceChange, ...ResourceChange[]];

/** From so many on, equal changes are told together. */
const FEWEST = 3;

/** What a reader must see first comes first. What is new has no two alike, and stays single. */
export function grouped(changes: readonly ResourceChange[]): Group[] {
  const groups = new Map<string, [ResourceChange, ...ResourceChange[]]>();
  for (const change of bySeverity(changes)) {
    const key = keyOf(change);
    const group = groups.get(key);
    if (group) group.push(change);
    else groups.set(key, [change]);
  }
  return [...groups.values()].flatMap((group) =>
    group.length >= FEWEST ? [group] : group.map((change): Group => [change]),
  );
}

function keyOf(change: ResourceChange): string {
  const { address, type, action, createBeforeDestroy, attributes } = change;
  const isSingle = action === 'create' || change.movedFrom !== undefined || change.importId !== undefined;
  return JSON.stringify([isSingle ? address : type, action, createBeforeDestroy, remarkOf(change), attributes]);
}
