import { compileReference } from '../compile/template';
import { Failure } from '../run';
import { get, mergeInto, set } from '../state';
import { type PairOptions, pairSplitter } from '../text/kv';
import { isMap, put, type StateMap } from '../values';
import type { Filter } from './filter';
import type { OptionReader } from './options';
import { compileSourceText } from './source';

/** `kv { source field_split value_split … target }`: each pair becomes a token, or one below the target. */
export const kv: Filter = {
  options: [
    'source',
    'field_split',
    'value_split',
    'whitespace',
    'trim_key',
    'trim_value',
    'unescape_field_split',
    'unescape_value_split',
    'target',
  ],
  compile(options) {
    const read = compileSourceText(options.text('source') ?? 'message');
    const split = pairSplitter(pairOptions(options));
    const targetName = options.text('target');
    const target = targetName === undefined || targetName === '' ? undefined : compileReference(targetName);
    return (run) => {
      const text = read(run);
      if (typeof text !== 'string') return new Failure(text.code, `kv failure: ${text.text}`, text.value);
      const made: StateMap = {};
      const pairs = split(text);
      run.chargeEntries(pairs.length);
      for (const [key, value] of pairs) put(made, key, value);
      if (target === undefined) {
        for (const key in made) if (key !== '@output') put(run.root, key, made[key] ?? '');
        if (run.trace !== undefined) run.trace.merged([], made);
        return undefined;
      }
      const path = target.resolve(run);
      if (path === undefined)
        return new Failure('field-not-set', 'kv failure: a token in the name of the target is not set');
      const existing = get(run.root, path);
      if (isMap(existing)) mergeInto(existing, made, false, run);
      else set(run.root, path, made);
      if (run.trace !== undefined) run.trace.merged(path.segments, made);
      return undefined;
    };
  },
};

function pairOptions(options: OptionReader): PairOptions {
  const whitespace = options.text('whitespace');
  if (whitespace !== undefined && whitespace !== 'strict' && whitespace !== 'lenient')
    options.report.warn(
      'unknown-value',
      options.position('whitespace'),
      `whitespace is strict or lenient, not ${whitespace}; lenient is taken.`,
    );
  const text = (name: string): string | undefined => options.text(name);
  const fieldSplit = text('field_split');
  const valueSplit = text('value_split');
  const trimKey = text('trim_key');
  const trimValue = text('trim_value');
  return {
    ...(fieldSplit !== undefined && { fieldSplit }),
    ...(valueSplit !== undefined && { valueSplit }),
    ...(trimKey !== undefined && { trimKey }),
    ...(trimValue !== undefined && { trimValue }),
    whitespace: whitespace === 'strict' ? 'strict' : 'lenient',
    unescapeFieldSplit: options.flag('unescape_field_split'),
    unescapeValueSplit: options.flag('unescape_value_split'),
  };
}
