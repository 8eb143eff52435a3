import { isAddress, isMac } from './address';
import { type Convert, type Run, tell, tellEmpty, tellType } from './convert';
import { quote } from './problem';

/** How a scalar type is converted, and its zero in JSON, which protobuf leaves out. */
export interface Scalar {
  readonly convert: Convert;
  readonly zero: unknown;
}

/** The scalar types of protobuf that UDM uses. */
export const SCALARS = {
  string: { convert: text, zero: '' },
  bool: { convert: boolean, zero: false },
  int32: { convert: integer(-(2 ** 31), 2 ** 31, false), zero: 0 },
  uint32: { convert: integer(0, 2 ** 32, false), zero: 0 },
  int64: { convert: integer(-(2 ** 63), 2 ** 63, true), zero: '0' },
  uint64: { convert: integer(0, 2 ** 64, true), zero: '0' },
  float: { convert: real(nearestFloat), zero: 0 },
  double: { convert: real((value) => value), zero: 0 },
  bytes: { convert: bytes, zero: '' },
} as const satisfies Readonly<Record<string, Scalar>>;

/** The scalar type of a name; undefined for another type. */
export function scalarOf(type: string): Scalar | undefined {
  return Object.hasOwn(SCALARS, type) ? SCALARS[type as keyof typeof SCALARS] : undefined;
}

/** Text that must be an IPv4 or IPv6 address; another is told, and given out. */
export const address: Convert = checked(isAddress, 'an IPv4 or IPv6 address', 'badIp', 'udm-bad-ip', 'ipaddress');

/** Text that must be a MAC address; another is told, and given out. */
export const mac: Convert = checked(isMac, 'a MAC address', 'badMac', 'udm-bad-mac', 'macaddress');

function text(value: unknown, run: Run): unknown {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'boolean')
    return tellType(run, 'text', value);
  tell(
    run,
    run.options.typedInTextField,
    'udm-wrong-type',
    `expected text, found ${typeof value === 'boolean' ? 'a boolean' : 'a number'}: ${value}`,
    'convert it to "string" first',
  );
  return String(value);
}

function checked(
  is: (text: string) => boolean,
  expected: string,
  option: 'badIp' | 'badMac',
  code: string,
  type: string,
): Convert {
  return (value, run) => {
    if (typeof value !== 'string') return tellType(run, expected, value);
    if (value === '') return tellEmpty(run, expected);
    if (!is(value))
      tell(
        run,
        run.options[option],
        code,
        `expected ${expected}, found ${quote(value)}`,
        `convert it to "${type}" with on_error, and merge it only when the flag is false`,
      );
    return value;
  };
}

function boolean(value: unknown, run: Run): unknown {
  if (typeof value === 'boolean') return value;
  if (value === '') return tellEmpty(run, 'a boolean');
  if (value !== 'true' && value !== 'false') return tellType(run, 'a boolean', value);
  tellText(run, 'a boolean', value, 'boolean');
  return value === 'true';
}

/** Whole numbers from `least` to below `limit`; 64-bit ones (`wide`) are text in JSON. */
function integer(least: number, limit: number, wide: boolean): Convert {
  const expected = `a whole number from ${BigInt(least)} to ${BigInt(limit) - 1n}`;
  const type = least < 0 ? 'integer' : 'uinteger';
  function express(value: number | bigint, run: Run): unknown {
    if (!(value >= least && value < limit)) {
      tell(run, 'error', 'udm-out-of-range', `expected ${expected}, found ${value}`);
      return undefined;
    }
    if (!wide) return Number(value);
    return Number.isSafeInteger(value) ? String(value) : BigInt(value).toString();
  }
  return (value, run) => {
    if (typeof value === 'number')
      return Number.isInteger(value) ? express(value, run) : tellType(run, expected, value);
    if (typeof value === 'bigint') return express(value, run);
    if (value === '') return tellEmpty(run, expected);
    if (typeof value !== 'string' || !/^[+-]?\d{1,20}$/.test(value))
      return tellType(run, expected, value, `convert it to "${type}" with on_error`);
    tellText(run, 'a number', value, type);
    return express(BigInt(value.replace('+', '')), run);
  };
}

function real(round: (value: number) => number): Convert {
  return (value, run) => {
    if (typeof value === 'number') return jsonNumber(round(value));
    if (typeof value === 'bigint') return round(Number(value));
    if (value === '') return tellEmpty(run, 'a number');
    if (typeof value !== 'string' || !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value))
      return tellType(run, 'a number', value, 'convert it to "float" with on_error');
    tellText(run, 'a number', value, 'float');
    return jsonNumber(round(Number(value)));
  };
}

/** protobuf's JSON writes what is no number as text: `NaN`, `Infinity`, `-Infinity`. */
function jsonNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** The shortest decimal that stands for the same number of 32 bits, which is what protobuf's JSON shows. */
function nearestFloat(value: number): number {
  const single = Math.fround(value);
  for (let digits = 6; digits < 9 && single !== value; digits++) {
    const short = Number(single.toPrecision(digits));
    if (Math.fround(short) === single) return short;
  }
  return single;
}

/** Bytes are base64 in JSON; text stands for its UTF-8. */
function bytes(value: unknown, run: Run): unknown {
  if (value instanceof Uint8Array || typeof value === 'string') return Buffer.from(value).toString('base64');
  return tellType(run, 'bytes', value, 'convert it to "bytes"');
}

function tellText(run: Run, expected: string, value: string, type: string): void {
  tell(
    run,
    run.options.textInTypedField,
    'udm-wrong-type',
    `expected ${expected}, found the text ${quote(value)}`,
    `convert it to "${type}" with on_error, and rename it`,
  );
}
