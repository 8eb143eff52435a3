import { digitAt, type Fields } from './fields';

/** Zones of these names are UTC; of any other name Go's `time` knows no offset outside its own zone. */
const UNIVERSAL = new Set(['UTC', 'GMT', 'UT', 'Z']);
const NAME = /[A-Za-z]{1,5}(?:[+-]\d{1,2})?|[+-]\d\d(?:\d\d)?/y;

/** Reads `Z`, `+0000`, `-07:00` or `+02`; the place after it, or -1. */
export function readOffset(text: string, at: number, fields: Fields): number {
  const sign = text[at];
  if (sign === 'Z' || sign === 'z') {
    fields.offset = 0;
    return at + 1;
  }
  if (sign !== '+' && sign !== '-') return -1;
  const hours = twoDigits(text, at + 1);
  if (hours < 0 || hours > 24) return -1;
  let end = at + 3;
  const minutesAt = text[end] === ':' ? end + 1 : end;
  let minutes = twoDigits(text, minutesAt);
  if (minutes >= 60) return -1;
  if (minutes < 0) minutes = 0;
  else end = minutesAt + 2;
  fields.offset = (sign === '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
  return end;
}

/**
 * Reads the name of a zone, such as `MST`. It is read, but no offset is calculated from it, as published golden events
 * show. As in Go's
 * `time`, `GMT+3` has one, and any other name leaves the zone to the `timezone` of the statement.
 */
export function readZoneName(text: string, at: number, fields: Fields): number {
  NAME.lastIndex = at;
  const [name] = NAME.exec(text) ?? [];
  if (name === undefined) return -1;
  if (/^[+-]/.test(name)) return readOffset(text, at, fields);
  if (UNIVERSAL.has(name)) fields.offset = 0;
  const [, hours] = /^(?:GMT|UTC)([+-]\d{1,2})$/.exec(name) ?? [];
  if (hours !== undefined) fields.offset = Number(hours) * 3600;
  return at + name.length;
}

function twoDigits(text: string, at: number): number {
  const tens = digitAt(text, at);
  const ones = digitAt(text, at + 1);
  return tens < 0 || ones < 0 ? -1 : tens * 10 + ones;
}
