import { compileReference } from '../compile/template';
import { Failure } from '../run';
import { set, toPath } from '../state';
import { splitColumns } from '../text/csv';
import { put, type StateMap } from '../values';
import type { Filter } from './filter';
import { compileSourceText } from './source';

/** `csv { source separator … target }`: tokens `column1`, `column2`, …, or those below the target. */
export const csv: Filter = {
  options: ['source', 'separator', 'unescape_separator', 'lazy_quotes', 'target', 'columns'],
  compile(options) {
    const read = compileSourceText(options.text('source') ?? 'message');
    const separator = options.text('separator');
    const how = {
      ...(separator !== undefined && { separator }),
      lazyQuotes: options.flag('lazy_quotes'),
      unescapeSeparator: options.flag('unescape_separator'),
    };
    const names = options.texts('columns');
    const targetName = options.text('target');
    const target = targetName === undefined || targetName === '' ? undefined : compileReference(targetName);
    return (run) => {
      const text = read(run);
      if (typeof text !== 'string') return new Failure(text.code, `csv failure: ${text.text}`, text.value);
      const columns = splitColumns(text, how);
      if (columns === undefined) return new Failure('invalid-csv', 'csv failure: failed to parse the line', text);
      run.chargeEntries(columns.length);
      const made: StateMap = {};
      columns.forEach((column, at) => {
        put(made, names[at] ?? `column${at + 1}`, column);
      });
      const path = target?.resolve(run);
      if (path === undefined) for (const key in made) set(run.root, toPath(key), made[key] ?? '');
      else set(run.root, path, made);
      if (run.trace !== undefined) run.trace.merged(path?.segments ?? [], made);
      return undefined;
    };
  },
};
