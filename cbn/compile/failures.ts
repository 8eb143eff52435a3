import { CbnError } from '../errors';
import type { Failure, Run } from '../run';
import type { Statement } from '../syntax/tree';
import { show } from '../values';

/** Ends a log with the error of a statement, in the vendor's words and with the place in the file. */
export function failLog(run: Run, statement: Statement, name: string, failure: Failure, file: string): false {
  const { index, position } = statement;
  const value = show(failure.value);
  const head = failure.code === 'not-overwritable' ? 'generic::internal' : 'generic::invalid_argument';
  const held = failure.value === undefined ? '' : ` The token holds ${value}.`;
  run.error = new CbnError(
    failure.code,
    `${head}: pipeline failed: filter ${name} (${index}) failed: ${failure.text} [${file}:${position.line}:${position.column}]${held}`,
    { file, position, statement: `${name} (${index})`, value },
  );
  return false;
}
