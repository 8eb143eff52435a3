import { compileReference } from '../compile/template';
import { Failure } from '../run';
import { set } from '../state';
import { decodeUrl } from '../text/url';
import type { Filter } from './filter';
import { compileSourceText } from './source';

/** `urldecode { source target }`, Logstash's, also with its name `field`: decodes `%41`, and `+` as a space. Undocumented. */
export const urldecode: Filter = {
  options: ['source', 'field', 'target', 'all_fields', 'charset'],
  compile(options) {
    const source = options.text('source') ?? options.text('field') ?? 'message';
    const read = compileSourceText(source);
    const target = compileReference(options.text('target') ?? source);
    return (run) => {
      const text = read(run);
      if (typeof text !== 'string') return new Failure(text.code, `urldecode failure: ${text.text}`, text.value);
      const decoded = decodeUrl(text);
      const path = target.resolve(run);
      if (decoded === undefined || path === undefined)
        return new Failure('invalid-url', `urldecode failure: source field "${source}": invalid URL escape`, text);
      set(run.root, path, decoded);
      if (run.trace !== undefined) run.trace.changed(path);
      return undefined;
    };
  },
};
