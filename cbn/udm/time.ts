import { isRecord, type Run, tellEmpty, tellType } from './convert';

const SECONDS_OF_YEAR_1 = -62135596800;
const SECONDS_OF_YEAR_10000 = 253402300800;
const SECONDS_OF_10000_YEARS = 315576000000;

/** A moment as RFC 3339 in UTC with 0, 3, 6 or 9 digits after the second; from `{seconds, nanos}` or RFC 3339. */
export function timestamp(value: unknown, run: Run): unknown {
  if (value === '') return tellEmpty(run, 'a timestamp');
  const time = typeof value === 'string' ? readRfc3339(value) : readParts(value);
  if (!time || time.seconds < SECONDS_OF_YEAR_1 || time.seconds >= SECONDS_OF_YEAR_10000 || time.nanos < 0)
    return tellType(run, 'a timestamp of the years 1 to 9999', value, 'set it by date with a target');
  return formatTimestamp(time.seconds, time.nanos);
}

const SECONDS_OF_DAY = 86_400;

/** The last day that was written: logs come in the order of time. */
let day = 0;
let date = '1970-01-01';

/** Seconds since 1970 and nanoseconds in RFC 3339. What is outside of the years 1 to 9999 becomes their first or last second. */
export function formatTimestamp(seconds: number, nanos: number): string {
  const whole = Math.floor(Math.min(Math.max(seconds || 0, SECONDS_OF_YEAR_1), SECONDS_OF_YEAR_10000 - 1));
  const its = Math.floor(whole / SECONDS_OF_DAY);
  if (its !== day) {
    date = new Date(its * SECONDS_OF_DAY * 1000).toISOString().slice(0, 10);
    day = its;
  }
  const rest = whole - its * SECONDS_OF_DAY;
  const minutes = Math.floor(rest / 60);
  return `${date}T${digits(Math.floor(minutes / 60))}:${digits(minutes % 60)}:${digits(rest % 60)}${fraction(nanos)}Z`;
}

function digits(number: number): string {
  return number < 10 ? `0${number}` : String(number);
}

/** A span as seconds with 0, 3, 6 or 9 decimals and an `s`; from `{seconds, nanos}` or such text. */
export function duration(value: unknown, run: Run): unknown {
  if (value === '') return tellEmpty(run, 'a duration');
  const time = typeof value === 'string' ? readDuration(value) : readParts(value);
  if (!time || Math.abs(time.seconds) > SECONDS_OF_10000_YEARS || time.seconds * time.nanos < 0)
    return tellType(run, 'a duration: seconds, and nanos of the same sign', value, 'set <field>.seconds to an integer');
  const sign = time.seconds < 0 || time.nanos < 0 ? '-' : '';
  return `${sign}${Math.abs(time.seconds)}${fraction(Math.abs(time.nanos))}s`;
}

interface Parts {
  readonly seconds: number;
  readonly nanos: number;
}

/** What a `date` leaves, or a parser that set `<field>.seconds`. */
function readParts(value: unknown): Parts | undefined {
  if (!isRecord(value)) return undefined;
  for (const name in value) if (name !== 'seconds' && name !== 'nanos') return undefined;
  const seconds = readWhole(value.seconds ?? 0);
  const nanos = readWhole(value.nanos ?? 0);
  if (seconds === undefined || nanos === undefined || Math.abs(nanos) > 999_999_999) return undefined;
  return { seconds, nanos };
}

function readWhole(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof number === 'bigint') return Number(number);
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}

const RFC3339 = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?([Zz]|[+-]\d\d:\d\d)$/;

function readRfc3339(text: string): Parts | undefined {
  const [, days, time, decimals = '', zone = ''] = (text.length <= 64 && RFC3339.exec(text)) || [];
  const milliseconds = Date.parse(`${days}T${time}${zone.toUpperCase()}`);
  if (Number.isNaN(milliseconds)) return undefined;
  return { seconds: milliseconds / 1000, nanos: Number(decimals.padEnd(9, '0')) };
}

function readDuration(text: string): Parts | undefined {
  const [, sign = '', seconds, decimals = ''] = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/.exec(text) ?? [];
  if (seconds === undefined) return undefined;
  const factor = sign ? -1 : 1;
  return { seconds: factor * Number(seconds), nanos: factor * Number(decimals.padEnd(9, '0')) };
}

function fraction(nanos: number): string {
  if (nanos === 0) return '';
  const decimals = String(nanos).padStart(9, '0');
  return `.${nanos % 1_000_000 === 0 ? decimals.slice(0, 3) : nanos % 1000 === 0 ? decimals.slice(0, 6) : decimals}`;
}
