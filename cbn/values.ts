import { CbnError } from './errors';

/**
 * A value of a parser's state. Whole numbers beyond 2^53 are bigints. A timestamp is a map of `seconds` and `nanos`, as
 * statedump shows it. A JSON null counts as absent wherever it is read.
 */
export type Value = string | number | bigint | boolean | Uint8Array | Value[] | StateMap | null;
/** Its keys come from logs: read them through `own`, write them through `put`. */
export type StateMap = { [key: string]: Value };

/** How deep values may be nested: what JSON decoders of the vendor's language allow is 10,000; no log comes near 500. */
export const DEEPEST = 500;

export function isMap(value: Value | undefined): value is StateMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/** A map's value, never one that it inherits; undefined also for null. */
export function own(map: StateMap, key: string): Value | undefined {
  const value = map[key];
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'function' || (value as unknown) === Object.prototype) return undefined;
  return value;
}

/** Puts a value into a map, also under a name that every object inherits. */
export function put(map: StateMap, key: string, value: Value): void {
  if (key === '__proto__')
    Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
  else map[key] = value;
}

/** Name of a value's type as errors and `convert` call it. */
export function typeOf(value: Value): string {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'boolean';
    case 'bigint':
      return 'integer';
    case 'number':
      return Number.isInteger(value) ? 'integer' : 'float';
    default:
      if (value === null) return 'null';
      if (Array.isArray(value)) return 'list';
      return ArrayBuffer.isView(value) ? 'bytes' : 'map';
  }
}

/** Counts what values hold, so that copying them is charged to the log's budget. */
export interface Meter {
  chargeEntries(count: number): void;
}

/**
 * A copy that shares nothing with the value; nulls are left out.
 * @throws CbnError `too-deep` beyond 500 levels
 */
export function snapshot(value: Value, meter: Meter, depth = 0): Value {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (depth > DEEPEST) throw tooDeep();
  if (Array.isArray(value)) {
    meter.chargeEntries(value.length + 1);
    const items: Value[] = [];
    for (const item of value) if (item !== null) items.push(snapshot(item, meter, depth + 1));
    return items;
  }
  const copy: StateMap = {};
  let size = 1;
  for (const key in value) {
    const item = value[key];
    if (item === null || item === undefined) continue;
    size += 1;
    put(copy, key, typeof item === 'object' ? snapshot(item, meter, depth + 1) : item);
  }
  meter.chargeEntries(size);
  return copy;
}

/**
 * Whether a value may not stand in a list as it is: it holds that list, or nulls, which lists do not have.
 * @throws CbnError `too-deep` beyond 500 levels
 */
export function mustCopyInto(list: readonly Value[], value: Value, meter: Meter, depth = 0): boolean {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false;
  if (value === list) return true;
  if (depth > DEEPEST) throw tooDeep();
  let size = 1;
  if (Array.isArray(value)) {
    for (const item of value) {
      if (item === null || (typeof item === 'object' && mustCopyInto(list, item, meter, depth + 1))) return true;
      size += 1;
    }
  } else
    for (const key in value) {
      const item = value[key];
      size += 1;
      if (typeof item === 'object' && item !== null && mustCopyInto(list, item, meter, depth + 1)) return true;
    }
  meter.chargeEntries(size);
  return false;
}

/** Whether two values are the same in type and content; whole numbers and floats compare by what they count. */
export function equal(left: Value, right: Value, depth = 0): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object')
    return isNumber(left) && isNumber(right) && !(left < right) && !(left > right);
  if (left === null || right === null) return false;
  if (depth > DEEPEST) throw tooDeep();
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
    return left.every((item, index) => equal(item, right[index] ?? null, depth + 1));
  }
  if (!isMap(left) || !isMap(right)) return false;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && equal(left[key] ?? null, right[key] ?? null, depth + 1));
}

export function isNumber(value: Value | undefined): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** A number as the vendor's engine writes it: all digits, no exponent. */
export function formatNumber(value: number | bigint): string {
  const text = String(value);
  const exponent = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (exponent === null) return text;
  const [, sign = '', first = '', rest = '', power = '0'] = exponent;
  const digits = first + rest;
  const shift = Number(power);
  if (shift < 0) return `${sign}0.${'0'.repeat(-shift - 1)}${digits}`;
  return sign + digits.padEnd(shift + 1, '0');
}

export function tooDeep(): CbnError {
  return new CbnError('too-deep', `A value is nested more than ${DEEPEST} levels deep.`);
}

/** A value on one line for people, at most `length` characters. */
export function show(value: Value | undefined, length = 80): string {
  if (value === undefined) return 'not set';
  const text = typeof value === 'string' ? JSON.stringify(value.slice(0, length + 1)) : preview(value, length, 0);
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}

function preview(value: Value, length: number, depth: number): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, length));
  if (typeof value !== 'object' || value === null) return String(value);
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  if (depth > 3) return Array.isArray(value) ? '[…]' : '{…}';
  const parts: string[] = [];
  let size = 0;
  const entries = Array.isArray(value) ? value.map((item): [string, Value] => ['', item]) : Object.entries(value);
  for (const [key, item] of entries) {
    if (size > length) break;
    const part = `${Array.isArray(value) ? '' : `${key}: `}${preview(item, length, depth + 1)}`;
    size += part.length;
    parts.push(part);
  }
  return Array.isArray(value) ? `[${parts.join(', ')}]` : `{${parts.join(', ')}}`;
}
