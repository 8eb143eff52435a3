import { isDeepStrictEqual } from 'node:util';
import type { AttributeChange, ResourceChange, Value } from './report';
import { isLarge, remarkOf, showDifference, symbolOf } from './show';
import { contextualDiff } from './text-diff';

/** What a stack would do now that was not reviewed, and the other way round. */
export interface PlanDifference {
  readonly onlyReviewed: readonly ResourceChange[];
  readonly onlyNow: readonly ResourceChange[];
  readonly different: readonly { readonly reviewed: ResourceChange; readonly now: ResourceChange }[];
}

/** What the provider computes is not looked at, as in a digest. */
export function differenceOf(reviewed: readonly ResourceChange[], now: readonly ResourceChange[]): PlanDifference {
  const before = new Map(reviewed.map((change) => [change.address, change]));
  const after = new Map(now.map((change) => [change.address, change]));
  return {
    onlyReviewed: reviewed.filter(({ address }) => !after.has(address)),
    onlyNow: now.filter(({ address }) => !before.has(address)),
    different: now.flatMap((change) => {
      const other = before.get(change.address);
      return other === undefined || isSame(other, change) ? [] : [{ reviewed: other, now: change }];
    }),
  };
}

/** In lines, for people; none when there is no difference. */
export function renderDifference({ onlyReviewed, onlyNow, different }: PlanDifference): string[] {
  return [
    ...onlyNow.map((change) => `not reviewed: ${describe(change)}`),
    ...onlyReviewed.map((change) => `reviewed, but not planned any more: ${describe(change)}`),
    ...different.flatMap(({ reviewed, now }) => [
      describe(reviewed) === describe(now)
        ? `otherwise than reviewed: ${describe(now)}`
        : `otherwise than reviewed: ${describe(now)}, reviewed was ${describe(reviewed)}`,
      ...attributeLines(reviewed, now).map((line) => `    ${line}`),
    ]),
  ];
}

function isSame(one: ResourceChange, other: ResourceChange): boolean {
  return isDeepStrictEqual(comparable(one), comparable(other));
}

function comparable({ reason: _, attributes, ...change }: ResourceChange) {
  return { ...change, attributes: new Map(comparableAttributes(attributes)) };
}

function comparableAttributes(attributes: readonly AttributeChange[]) {
  return attributes.filter(({ isComputed }) => !isComputed).map((attribute) => [attribute.path, attribute] as const);
}

function describe(change: ResourceChange): string {
  const remark = remarkOf(change);
  return `${symbolOf(change)} ${change.address}${remark && ` (${remark})`}`;
}

function attributeLines(reviewed: ResourceChange, now: ResourceChange): string[] {
  const before = new Map(comparableAttributes(reviewed.attributes));
  const after = new Map(comparableAttributes(now.attributes));
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((path) => {
    const [old, current] = [before.get(path), after.get(path)];
    if (isDeepStrictEqual(old, current)) return [];
    if (old && current && isLarge({ before: old.after, after: current.after }))
      return [`${path}, from what was reviewed to what is planned now:`, ...valueLines(old.after, current.after)];
    return [`${path}: ${current ? show(current) : 'stays'}; reviewed was ${old ? show(old) : 'that it stays'}`];
  });
}

function valueLines(reviewed: Value, now: Value): string[] {
  const [before, after] = [reviewed, now].map((value) => (value.kind === 'known' ? value.value : null));
  return contextualDiff(before, after).lines.map((line) => `  ${line}`);
}

function show(attribute: AttributeChange): string {
  return `${showDifference(attribute)}${attribute.forcesReplacement ? ' (forces a new one)' : ''}`;
}
