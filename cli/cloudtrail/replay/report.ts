import { formatMoment } from '../../moment';
import type { Window } from '../../window';
import type { StoredObject } from './listing';

/** Log files that are found or sent. */
export interface Tally {
  files: number;
  bytes: number;
  first: string | undefined;
  last: string | undefined;
}

export function tallyOf(): Tally {
  return { files: 0, bytes: 0, first: undefined, last: undefined };
}

export function addTo(tally: Tally, { key, size }: StoredObject): void {
  tally.files += 1;
  tally.bytes += size;
  tally.first ??= key;
  tally.last = key;
}

/** What a replay found or did, for people: a heading and a row for each thing that it knows. */
export function renderReplay(heading: string, rows: readonly (readonly [string, string | undefined])[]): string {
  return [
    heading,
    ...rows.filter(([, value]) => value !== undefined).map(([title, value]) => `  ${title.padEnd(10)}${value}`),
  ].join('\n');
}

export function windowText({ from, to }: Window): string {
  return `from ${formatMoment(from)}, up to but without ${formatMoment(to)}`;
}

/** `1 log file`, `1,234 log files`. */
export function counted(number: number, thing: string): string {
  return `${number.toLocaleString('en')} ${thing}${number === 1 ? '' : 's'}`;
}

/** A stretch of time in the unit that people would take. */
export function about(seconds: number): string {
  if (seconds < 120) return counted(Math.ceil(seconds), 'second');
  return seconds < 7_200 ? counted(Math.ceil(seconds / 60), 'minute') : counted(Math.ceil(seconds / 3_600), 'hour');
}
