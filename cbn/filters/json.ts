import { compileReference } from '../compile/template';
import { Failure } from '../run';
import { get, mergeInto, set } from '../state';
import { isMap, type StateMap, typeOf, type Value } from '../values';
import type { Filter } from './filter';
import { parseJson } from './json-text';
import { compileSourceText } from './source';

/** What a character of JSON counts for: what is made of it takes many times its text. */
const PARSE_COST = 8;

/**
 * `json { source target array_function => "split_columns" on_error }`. Without target the object's keys become tokens;
 * maps merge with what is there, everything else replaces it. Lists can be read by index either way.
 */
export const json: Filter = {
  options: ['source', 'target', 'array_function', 'skip_on_invalid_json'],
  compile(options) {
    const read = compileSourceText(options.text('source') ?? 'message');
    const targetName = options.text('target');
    const target = targetName === undefined || targetName === '' ? undefined : compileReference(targetName);
    const arrayFunction = options.text('array_function');
    if (arrayFunction !== undefined && arrayFunction !== 'split_columns')
      options.report.warn(
        'unknown-function',
        options.position('array_function'),
        `array_function knows split_columns only; ${arrayFunction} is without effect.`,
      );
    const split = arrayFunction === 'split_columns';
    const nullsAsText = options.engine.jsonNull === 'empty';
    const merges = options.engine.jsonOntoTarget === 'merge';
    return (run) => {
      const text = read(run);
      if (typeof text !== 'string') return text;
      run.charge(PARSE_COST * text.length);
      const parsed = parseJson(text);
      if ('failure' in parsed) return new Failure('invalid-json', `failed to parse JSON: ${parsed.failure}`, text);
      const value = nullsAsText ? withoutNulls(parsed.value) : parsed.value;
      if (target === undefined) {
        if (!isMap(value))
          return new Failure('json-not-an-object', `failed to parse JSON: a ${typeOf(value)} is not an object`, text);
        // Events are the parser's to put out: a log that brings some of its own is not believed.
        if (Object.hasOwn(value, '@output')) delete value['@output'];
        if (run.trace !== undefined) run.trace.merged([], value);
        mergeInto(run.root, value, split, run);
        return undefined;
      }
      const at = target.resolve(run);
      if (at === undefined || value === null)
        return new Failure('json-not-an-object', 'failed to parse JSON: nothing to put into the target', text);
      const existing = get(run.root, at);
      if (merges && isMap(existing) && isMap(value)) mergeInto(existing, value, split, run);
      else set(run.root, at, value);
      if (run.trace !== undefined && isMap(value)) run.trace.merged(at.segments, value);
      return undefined;
    };
  },
};

function withoutNulls(value: Value): Value {
  if (value === null) return '';
  if (typeof value !== 'object' || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map(withoutNulls);
  const map: StateMap = value;
  for (const key of Object.keys(map)) map[key] = withoutNulls(map[key] ?? null);
  return map;
}
