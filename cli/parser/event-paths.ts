import { isRecord } from '../plan/record';
/** A field of an event: `principal.ip[0]` and its value, which is no object and no list, or an empty one. */
export type Leaf = readonly [path: string, value: unknown];

/** Every field of an event, in its order. */
export function leavesOf(value: unknown, path = ''): Leaf[] {
  if (Array.isArray(value) && value.length > 0)
    return value.flatMap((item, index) => leavesOf(item, `${path}[${index}]`));
  if (isRecord(value) && Object.keys(value).length > 0)
    return Object.entries(value).flatMap(([key, item]) => leavesOf(item, path + segment(key, path === '')));
  return [[path, value]];
}

/** Keys that are no identifiers, as those of `additional`, stand in brackets. */
function segment(key: string, isFirst: boolean): string {
  if (/^[A-Za-z_]\w*$/.test(key)) return isFirst ? key : `.${key}`;
  return `[${JSON.stringify(key)}]`;
}
