import { compileReference, compileTemplate } from '../compile/template';
import { Failure } from '../run';
import { get, set } from '../state';
import { translate as lookUp } from '../text/translate';
import type { Filter } from './filter';
import { compileSourceText } from './source';

/**
 * `translate { source target dictionary fallback }`, also with Logstash's names `field` and `destination`. Undocumented. A
 * value that the dictionary does not have leaves the target as it was, unless there is a fallback.
 */
export const translate: Filter = {
  options: ['source', 'field', 'target', 'destination', 'dictionary', 'fallback', 'override', 'exact'],
  compile(options) {
    const source = options.text('source') ?? options.text('field') ?? '';
    const targetName = options.text('target') ?? options.text('destination') ?? source;
    const read = compileSourceText(source, true);
    const target = compileReference(targetName);
    const dictionary = new Map(options.textEntries('dictionary').map(({ key, value }) => [key, value]));
    const fallback = options.text('fallback');
    const fallbackTemplate = fallback === undefined ? undefined : compileTemplate(fallback);
    const overrides = options.text('override')?.toLowerCase() !== 'false';
    return (run) => {
      const text = read(run);
      if (typeof text !== 'string') return new Failure(text.code, `translate failure: ${text.text}`, text.value);
      const path = target.resolve(run);
      if (path === undefined)
        return new Failure('field-not-set', 'translate failure: a token in the name of the target is not set');
      const found = lookUp(text, dictionary) ?? fallbackTemplate?.text(run);
      if (found === undefined || (!overrides && get(run.root, path) !== undefined)) return undefined;
      if (typeof found !== 'string') return new Failure(found.code, `translate failure: ${found.text}`, found.value);
      set(run.root, path, found);
      if (run.trace !== undefined) run.trace.wrote(path);
      return undefined;
    };
  },
};
