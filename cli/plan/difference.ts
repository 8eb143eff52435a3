import { isDeepStrictEqual } from 'node:util';
import { canonical } from './digest';
import type { AttributeChange, ResourceChange, StackReport, Value } from './report';
import { isLarge, remarkOf, showPair, symbolOf } from './show';
import { contextualDiff } from './text-diff';

/** What a stack would do now that was not reviewed, and the other way round. */
export interface PlanDifference {
  readonly onlyReviewed: readonly ResourceChange[];
  readonly onlyNow: readonly ResourceChange[];
  readonly different: readonly { readonly reviewed: ResourceChange; readonly now: ResourceChange }[];
}

/** There is a difference where the digests of both differ: what the provider computes is not looked at. */
export function differenceOf(reviewed: Planned, now: Planned): PlanDifference {
  const [old, current] = [allOf(reviewed), allOf(now)];
  const before = new Map(old.map((change) => [change.address, change]));
  const after = new Map(current.map((change) => [change.address, change]));
  return {
    onlyReviewed: old.filter(({ address }) => !after.has(address)),
    onlyNow: current.filter(({ address }) => !before.has(address)),
    different: current.flatMap((change) => {
      const other = before.get(change.address);
      return other === undefined || canonical([other], []) === canonical([change], [])
        ? []
        : [{ reviewed: other, now: change }];
    }),
  };
}

type Planned = Pick<StackReport, 'changes' | 'outputs'>;

/** With outputs as if they were resources: `output.queue_url`. */
function allOf({ changes, outputs }: Planned): ResourceChange[] {
  return [
    ...changes,
    ...outputs.map(({ name, action, before, after }) => ({
      address: `output.${name}`,
      type: 'output',
      action,
      attributes: [{ path: 'value', before, after }],
    })),
  ];
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

function describe(change: ResourceChange): string {
  const remark = remarkOf(change);
  return `${symbolOf(change)} ${change.address}${remark && ` (${remark})`}`;
}

function byPath({ attributes }: ResourceChange): ReadonlyMap<string, AttributeChange> {
  return new Map(attributes.filter(({ isComputed }) => !isComputed).map((attribute) => [attribute.path, attribute]));
}

function attributeLines(reviewed: ResourceChange, now: ResourceChange): string[] {
  const before = byPath(reviewed);
  const after = byPath(now);
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
  return `${showPair(attribute).join(' → ')}${attribute.forcesReplacement ? ' (forces a new one)' : ''}`;
}
