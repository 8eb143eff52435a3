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

/** `16 × aws_sqs_queue, each with the same change`, or the address of the only one. @param quote how names are shown */
export function nameOfGroup([change, ...others]: Group, quote: (name: string) => string): string {
  if (others.length === 0) return quote(change.address);
  return `${others.length + 1} × ${quote(change.type)}${change.attributes.length > 0 ? ', each with the same change' : ''}`;
}

function keyOf(change: ResourceChange): string {
  const { address, type, action, createBeforeDestroy, attributes } = change;
  const isSingle = action === 'create' || change.movedFrom !== undefined || change.importId !== undefined;
  return JSON.stringify([isSingle ? address : type, action, createBeforeDestroy, remarkOf(change), attributes]);
}
