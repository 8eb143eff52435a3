import { type Convert, tell, tellEmpty, tellType } from './convert';
import { quote } from './problem';
import type { Scalar } from './scalars';
import type { EnumEntry } from './schema';
import { nearest } from './suggest';

/** Values that a fix names when none is near. */
const MOST_NAMED = 12;

/** How an enum is converted: to its value's name, from the name or the number. */
export function compileEnum(name: string, { names, numbers }: EnumEntry): Scalar {
  const known = new Set(names);
  const byLowerCase = new Map(names.map((each) => [each.toLowerCase(), each]));
  const byNumber = new Map(Object.entries(numbers).map(([each, number]) => [number, each]));

  const convert: Convert = (value, run) => {
    if (typeof value === 'string') {
      if (known.has(value)) return value;
      if (value === '') return tellEmpty(run, `a value of ${name}`);
      const ofOtherCase = byLowerCase.get(value.toLowerCase());
      if (ofOtherCase !== undefined) {
        const { enumOfOtherCase } = run.options;
        tell(run, enumOfOtherCase, 'udm-bad-enum', `${name} has no ${quote(value)}`, `write ${ofOtherCase}`);
        return ofOtherCase;
      }
    }
    const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
    if (typeof number !== 'number' && typeof number !== 'bigint') {
      if (typeof value !== 'string') return tellType(run, `a value of ${name}`, value);
      tell(run, 'error', 'udm-bad-enum', `${name} has no ${quote(value)}`, fixFor(value));
      return undefined;
    }
    const found = byNumber.get(Number(number));
    if (found === undefined) tell(run, 'error', 'udm-bad-enum', `${name} has no value of the number ${number}`);
    else tell(run, run.options.enumNumber, 'udm-enum-number', `${name} by its number ${number}`, `write ${found}`);
    return found;
  };

  function fixFor(value: string): string {
    const near = nearest(value, names);
    if (near !== undefined) return `did you mean ${near}?`;
    if (names.length <= MOST_NAMED) return `write one of ${names.join(', ')}`;
    return `write one of the ${names.length} values, such as ${names.slice(1, 4).join(', ')}`;
  }

  return { convert, zero: byNumber.get(0) ?? names[0] };
}
