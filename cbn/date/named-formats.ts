import { type Timestamp, timestamp } from './timestamp';

/** Reads a number that counts from a moment on. */
export type Count = (text: string) => Timestamp | undefined;

const NUMBER = /^([+-]?)(\d{1,20})(?:\.(\d*))?$/;
const SECOND_IN_NANOS = 1_000_000_000n;
/** Seconds from 1601-01-01, from which Windows and LDAP directories count, to 1970-01-01. */
const FROM_1601 = 11_644_473_600;
/** TAI64 labels 1970-01-01T00:00:10 TAI so. */
const TAI64_EPOCH = 2n ** 62n + 10n;

/** Formats that are named in capitals and count; every other one is a pattern. */
export const COUNTS: Readonly<Record<string, Count>> = {
  UNIX: counting(SECOND_IN_NANOS),
  UNIX_MS: counting(1_000_000n),
  UNIX_US: counting(1000n),
  UNIX_NS: counting(1n),
  LDAP: (text) => {
    const moment = counting(100n)(text);
    return moment && timestamp(moment.seconds - FROM_1601, moment.nanos);
  },
  TAI64N: (text) => {
    const [, seconds, nanos] = /^@?([0-9a-f]{16})([0-9a-f]{8})$/i.exec(text) ?? [];
    if (seconds === undefined) return undefined;
    const part = Number.parseInt(nanos ?? '0', 16);
    return part > 999_999_999 ? undefined : timestamp(Number(BigInt(`0x${seconds}`) - TAI64_EPOCH), part);
  },
};

/** Patterns of names; the one that fits counts. */
export const PATTERNS: Readonly<Record<string, readonly string[]>> = {
  // Published golden events have the time of receipt where a log has a blank between day and time.
  ISO8601: iso8601("['T'][t]", '[ ][Z]'),
  TIMESTAMP_ISO8601: iso8601("['T'][t][ ]", '[ ][Z]'),
  // The time zone is a must, and nothing but a T between day and time.
  RFC3339: ["yyyy-MM-dd'T'HH:mm:ssZ"],
  RFC3339NANO: ["yyyy-MM-dd'T'HH:mm:ssZ"],
  SYSLOGTIMESTAMP: ['MMM d HH:mm:ss'],
};

function iso8601(between: string, zone: string): readonly string[] {
  return [
    `yyyy-MM-dd${between}HH:mm:ss${zone}`,
    `yyyy-MM-dd${between}HH:mm${zone}`,
    'yyyy-MM-dd',
    `yyyyMMdd'T'HHmmss${zone}`,
    `yyyyMMdd'T'HHmm${zone}`,
    'yyyyMMdd',
  ];
}

/** Whole numbers and those with a fraction, of units that have so many nanoseconds. */
function counting(unit: bigint): Count {
  return (text) => {
    const [, sign, whole, fraction = ''] = NUMBER.exec(text.trim()) ?? [];
    if (whole === undefined) return undefined;
    let nanos = BigInt(whole) * unit + (BigInt(fraction.padEnd(9, '0').slice(0, 9)) * unit) / SECOND_IN_NANOS;
    if (sign === '-') nanos = -nanos;
    let rest = nanos % SECOND_IN_NANOS;
    if (rest < 0n) rest += SECOND_IN_NANOS;
    return timestamp(Number((nanos - rest) / SECOND_IN_NANOS), Number(rest));
  };
}
