import { compileSourceText } from '../filters/source';
import { compilePath, documentOf } from '../filters/xml';
import { Failure, type Run } from '../run';
import { get, type Path, set, take, toPath } from '../state';
import type { For } from '../syntax/tree';
import { isMap, type StateMap, type Value } from '../values';
import { failLog } from './failures';
import { type CompileContext, compileBlock, type Step } from './program';
import { compileReference } from './template';

/** What a loop goes through: keys (or indices) and values, in turn. */
interface Entries {
  readonly length: number;
  key(at: number): Value;
  value(at: number): Value;
  /** Where the value stands in the state, for the trace. */
  segments(at: number): readonly string[];
}

export function compileLoop(loop: For, context: CompileContext): Step {
  const { report, engine } = context;
  const variables = loop.variables.map((name) => (name === '_' ? undefined : toPath(name)));
  const [first, second] = variables;
  const keyed = loop.variables.length > 1;
  const keyPath = keyed ? first : undefined;
  const valuePath = keyed ? second : first;
  const body = compileBlock(loop.body, context);
  const entriesOf = compileSource(loop, context);
  const { index } = loop;
  const runLoop = (run: Run): boolean => {
    run.step();
    if (run.trace !== undefined) run.trace.ran(index);
    const entries = entriesOf(run);
    if (entries instanceof Failure) return failLog(run, loop, 'for', entries, report.source.name);
    const { length } = entries;
    for (let at = 0; at < length; at += 1) {
      run.step();
      if (run.trace !== undefined) run.trace.took(index, 0);
      if (keyPath !== undefined) set(run.root, keyPath, entries.key(at));
      if (valuePath !== undefined) {
        set(run.root, valuePath, entries.value(at));
        if (run.trace !== undefined) run.trace.bound(valuePath, entries.segments(at));
      }
      if (!body.run(run)) return false;
    }
    if (!engine.loopVariablesRemain && length > 0)
      for (const path of variables) if (path !== undefined) take(run.root, path);
    return true;
  };
  return { run: runLoop };
}

type EntriesOf = (run: Run) => Entries | Failure;

const NOTHING: Entries = { length: 0, key: () => null, value: () => null, segments: () => [] };

function compileSource(loop: For, context: CompileContext): EntriesOf {
  const { source } = loop;
  if (source.kind === 'xml') return compileXmlSource(source.token, source.xpath, loop, context);
  const reference = compileReference(source.path);
  const fails = context.engine.loopOverUnset === 'error';
  return (run) => {
    const path = reference.resolve(run);
    const value = path && get(run.root, path);
    if (path === undefined || value === undefined)
      return fails ? new Failure('not-in-state', `"${source.path}" not found in state data`) : NOTHING;
    return loop.map ? entriesOfMap(value, path) : itemsOf(value, path);
  };
}

/** `xml(message, /A/B)`: as many turns as the path finds elements, counted from 1. */
function compileXmlSource(
  token: string,
  xpath: string,
  { position }: For,
  { report, engine }: CompileContext,
): EntriesOf {
  const read = compileSourceText(token);
  const find = compilePath(xpath, report, position);
  return (run) => {
    const text = read(run);
    if (text instanceof Failure) return engine.loopOverUnset === 'error' ? text : NOTHING;
    const document = documentOf(run, text);
    const path = find(run);
    if (path instanceof Failure) return path;
    return {
      ...NOTHING,
      length: document === undefined ? 0 : path.count(document),
      key: (at) => at + 1,
      value: (at) => at + 1,
    };
  };
}

function itemsOf(value: Value, path: Path): Entries {
  if (Array.isArray(value)) return listEntries(value, path, (at) => at);
  // What split_columns made of a list that was initialised by index: keys 0, 1, …
  if (isMap(value)) {
    const keys = Object.keys(value);
    if (keys.length > 0 && keys.every((key) => /^\d{1,9}$/.test(key)))
      return mapEntries(
        value,
        keys.sort((a, b) => Number(a) - Number(b)),
        path,
        Number,
      );
  }
  return NOTHING;
}

function entriesOfMap(value: Value, path: Path): Entries {
  if (Array.isArray(value)) return listEntries(value, path, String);
  return isMap(value) ? mapEntries(value, Object.keys(value).sort(), path, String) : NOTHING;
}

function listEntries(list: Value[], { segments }: Path, key: (at: number) => Value): Entries {
  return { length: list.length, key, value: (at) => list[at] ?? '', segments: (at) => [...segments, String(at)] };
}

function mapEntries(map: StateMap, keys: readonly string[], { segments }: Path, key: (name: string) => Value): Entries {
  return {
    length: keys.length,
    key: (at) => key(keys[at] ?? ''),
    value: (at) => map[keys[at] ?? ''] ?? '',
    segments: (at) => [...segments, keys[at] ?? ''],
  };
}
