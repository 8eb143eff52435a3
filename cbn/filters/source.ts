import { compileSource, type Reference } from '../compile/template';
import { Failure, type Run } from '../run';
import { get } from '../state';
import { formatNumber, isNumber, typeOf } from '../values';

/** The text of a filter's source token, or why there is none. */
export type ReadSource = (run: Run) => string | Failure;

/** @param numbers whether a number counts as its digits, as dates in seconds come */
export function compileSourceText(written: string, numbers = false): ReadSource {
  const reference: Reference = compileSource(written);
  return (run) => {
    const path = reference.resolve(run);
    const value = path && get(run.root, path);
    if (path === undefined || value === undefined)
      return new Failure('field-not-set', `source field "${reference.written}": field not set`);
    if (run.trace !== undefined) run.trace.read(path);
    if (typeof value === 'string') {
      run.charge(value.length);
      return value;
    }
    if (numbers && isNumber(value)) return formatNumber(value);
    return new Failure(
      'not-a-string',
      `source field "${path.name}": value of type ${typeOf(value)} is not a string`,
      value,
    );
  };
}
