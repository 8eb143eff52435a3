import type { Colors } from 'picocolors/types';
import { cutPair, visible } from '../plan/show';
import type { FieldChange } from './difference';

/** Characters of a value. */
const LONGEST_VALUE = 120;

/** The fields that differ, for people: `- path = before`, `+ path = after`. */
export function changeLines(changes: readonly FieldChange[], colors: Colors): string[] {
  return changes.flatMap(({ path, before, after }) => {
    const [old, now] = cutPair(valueText(before), valueText(after), LONGEST_VALUE);
    return [
      ...(before === undefined ? [] : [colors.red(`- ${pathText(path)} = ${old}`)]),
      ...(after === undefined ? [] : [colors.green(`+ ${pathText(path)} = ${now}`)]),
    ];
  });
}

/** `events[0].readOnlyUdm.principal.ip[0]` is `principal.ip[0]`, of the first event. */
export function pathText(path: string): string {
  const [, number = '', kind, rest = ''] = /^events\[(\d+)\]\.(readOnlyUdm|entity)\.?(.*)$/.exec(path) ?? [];
  if (kind === undefined) return visible(path);
  const event = number === '0' ? '' : `event ${Number(number) + 1}: `;
  return visible(`${event}${rest}`);
}

export function valueText(value: unknown): string {
  return visible(JSON.stringify(value) ?? '(none)');
}
