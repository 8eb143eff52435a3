/** What has been read of a date so far. Numbers are as written; -1 where nothing was. */
export interface Fields {
  year: number;
  month: number;
  day: number;
  dayOfYear: number;
  hour: number;
  minute: number;
  second: number;
  nanos: number;
  /** 0 for a.m., 1 for p.m. */
  half: number;
  /** Seconds east of UTC; undefined where the text tells none. */
  offset: number | undefined;
}

export function noFields(): Fields {
  return {
    year: -1,
    month: -1,
    day: -1,
    dayOfYear: -1,
    hour: 0,
    minute: 0,
    second: 0,
    nanos: 0,
    half: -1,
    offset: undefined,
  };
}

/** Puts what had been read into other fields; `Object.assign` takes ten times as long. */
export function copyFields(to: Fields, from: Fields): void {
  to.year = from.year;
  to.month = from.month;
  to.day = from.day;
  to.dayOfYear = from.dayOfYear;
  to.hour = from.hour;
  to.minute = from.minute;
  to.second = from.second;
  to.nanos = from.nanos;
  to.half = from.half;
  to.offset = from.offset;
}

/** Reads a part of a text from a place on; the place after it, or -1 when something else stands there. */
export type Step = (text: string, at: number, fields: Fields) => number;

export function digitAt(text: string, at: number): number {
  const digit = text.charCodeAt(at) - 0x30;
  return digit >= 0 && digit <= 9 ? digit : -1;
}

/** Reads so many digits, no fewer than the least; the place after them, or -1. */
export function digits(least: number, most: number, keep: (fields: Fields, value: number) => void): Step {
  return (text, at, fields) => {
    let value = 0;
    let end = at;
    for (; end < at + most; end++) {
      const digit = digitAt(text, end);
      if (digit < 0) break;
      value = value * 10 + digit;
    }
    if (end - at < least) return -1;
    keep(fields, value);
    return end;
  };
}

/** Reads the digits of a fraction of a second, however many there are; those after the ninth do not count. */
export function readFraction(text: string, at: number, fields: Fields, most = Number.POSITIVE_INFINITY): number {
  let nanos = 0;
  let end = at;
  for (; end - at < most; end++) {
    const digit = digitAt(text, end);
    if (digit < 0) break;
    if (end - at < 9) nanos = nanos * 10 + digit;
  }
  for (let count = end - at; count < 9; count++) nanos *= 10;
  fields.nanos = nanos;
  return end;
}
