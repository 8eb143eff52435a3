import { compileReference } from '../../compile/template';
import { Failure } from '../../run';
import { get, set } from '../../state';
import { isMap, isNumber, typeOf, type Value } from '../../values';
import type { Execute } from '../filter';
import type { OptionReader } from '../options';
import { formatNumber } from './numbers';

type Convert = (value: Value) => Value | undefined;

const INTEGER = /^[+-]?\d+$/;
const FLOAT = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

const TYPES: Record<string, Convert> = {
  string: (value) => {
    if (typeof value === 'string') return value;
    if (isNumber(value)) return formatNumber(value);
    return typeof value === 'boolean' ? String(value) : undefined;
  },
  integer: toInteger,
  uinteger: (value) => {
    const whole = toInteger(value);
    return whole !== undefined && whole >= 0 ? whole : undefined;
  },
  float: (value) => {
    if (isNumber(value)) return Number(value);
    return typeof value === 'string' && FLOAT.test(value) ? Number(value) : undefined;
  },
  boolean: (value) => {
    if (typeof value === 'boolean') return value;
    if (typeof value !== 'string') return undefined;
    if (['true', 'TRUE', 'True', 't', 'T', '1'].includes(value)) return true;
    return ['false', 'FALSE', 'False', 'f', 'F', '0'].includes(value) ? false : undefined;
  },
  hash: (value) => (isMap(value) ? value : undefined),
};

function toInteger(value: Value): number | bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Math.trunc(value);
  if (typeof value !== 'string' || !INTEGER.test(value) || value.length > 40) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : BigInt(value.replace('+', ''));
}

/** `convert { "tok" => "type" }`: changes a token's type in place. */
export function compileConvert(options: OptionReader): Execute[] {
  return options.textEntries('convert').flatMap(({ key, value: type, position }) => {
    const convert = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
    if (convert === undefined) {
      options.report.error(
        'unknown-type',
        position,
        `convert knows no type ${type}.`,
        `Types are ${Object.keys(TYPES).join(', ')}.`,
      );
      return [];
    }
    const reference = compileReference(key);
    const same = options.engine.convertSameTypeFails && type === 'string';
    return [
      (run) => {
        const path = reference.resolve(run);
        const value = path && get(run.root, path);
        if (path === undefined || value === undefined)
          return new Failure('field-not-set', `convert failure: field "${reference.written}": field not set`);
        if (run.trace !== undefined) run.trace.read(path);
        if (same && typeof value === 'string')
          return new Failure('same-type', `convert failure: field "${path.name}": value is already a ${type}`, value);
        const made = convert(value);
        if (made === undefined)
          return new Failure(
            'convert-failure',
            `convert failure: field "${path.name}": cannot convert ${typeOf(value)} to ${type}`,
            value,
          );
        set(run.root, path, made);
        if (run.trace !== undefined) run.trace.changed(path);
        return undefined;
      },
    ];
  });
}
