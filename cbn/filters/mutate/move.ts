import { compileReference, compileSource } from '../../compile/template';
import { Failure, type Run } from '../../run';
import { get, getExact, mergeInto, type Path, set, take } from '../../state';
import { isMap, mustCopyInto, snapshot, type Value } from '../../values';
import type { Execute } from '../filter';
import type { OptionReader } from '../options';

/** `rename { "src" => "dst" }`: moves a value of any type; nothing when the source is not set. */
export function compileRename(options: OptionReader): Execute[] {
  const merges = options.engine.renameOntoMap === 'merge';
  return options.textEntries('rename').map(({ key, value }) => {
    const source = compileSource(key);
    const destination = compileReference(value);
    return (run) => {
      const from = source.resolve(run);
      const to = destination.resolve(run);
      if (from === undefined || to === undefined) return undefined;
      const moved = take(run.root, from);
      if (moved === undefined) return undefined;
      if (run.trace !== undefined) {
        run.trace.read(from);
        run.trace.moved(from, to);
      }
      const existing = merges && isMap(moved) ? getExact(run.root, to) : undefined;
      if (isMap(existing) && isMap(moved)) mergeInto(existing, moved, false, run);
      else set(run.root, to, moved);
      return undefined;
    };
  });
}

/**
 * `merge { "dst" => "src" }`: appends the source to a list, of a list its elements. Published golden events show that a
 * map stands in the list and under its own name at once: what a parser writes below the name afterwards changes the list,
 * until the name gets another value. That is why their loops begin with `replace => { "label" => "" }`. Of events nothing
 * shows it: they are put out as they are.
 */
export function compileMerge(options: OptionReader): Execute[] {
  const { mergeListSource, mergeOntoScalar, mergedMaps } = options.engine;
  const spreads = mergeListSource === 'elements';
  const entries = options.textEntries('merge');
  // Nothing can change what the last statement of a parser puts out: it need not be looked at.
  const last = options.last && entries.length === 1 && options.plugin.options.length === 1;
  return entries.map(({ key, value }) => {
    const destination = compileReference(key);
    const source = compileSource(value);
    const how = last ? 'asIs' : key === '@output' ? 'copied' : mergedMaps;
    return (run) => {
      const from = source.resolve(run);
      const to = destination.resolve(run);
      const found = from && get(run.root, from);
      if (from === undefined || to === undefined || found === undefined) return undefined;
      const list = listAt(run, to, mergeOntoScalar);
      if (list instanceof Failure) return list;
      if (run.trace !== undefined) run.trace.read(from);
      if (Array.isArray(found) && spreads) {
        const { length } = found;
        for (let at = 0; at < length; at += 1) append(run, list, found[at] ?? null, how, from, to, at);
      } else append(run, list, found, how, from, to);
      return undefined;
    };
  });
}

function append(
  run: Run,
  list: Value[],
  value: Value,
  how: 'asIs' | 'shared' | 'copied',
  from: Path,
  to: Path,
  element?: number,
): void {
  if (value === null) return;
  if (run.trace !== undefined) run.trace.appended(from, to, list.length, element);
  run.chargeEntries(1);
  const copies = how === 'copied' || (how === 'shared' && mustCopyInto(list, value, run));
  list.push(copies ? snapshot(value, run) : value);
}

/** The list at a path, made when there is none. */
function listAt(run: Run, path: Path, onto: 'keep' | 'replace' | 'error'): Value[] | Failure {
  const existing = getExact(run.root, path);
  if (Array.isArray(existing)) return existing;
  if (existing !== undefined && existing !== '' && onto === 'error')
    return new Failure('merge-failure', `merge failure: destination field "${path.name}" is not a list`, existing);
  const list: Value[] = existing === undefined || existing === '' || onto === 'replace' ? [] : [existing];
  set(run.root, path, list);
  return list;
}

/** `copy { "dst" => "src" }`: a deep copy; the source must be there and not empty. */
export function compileCopy(options: OptionReader): Execute[] {
  return options.textEntries('copy').map(({ key, value }) => {
    const destination = compileReference(key);
    const source = compileSource(value);
    return (run) => {
      const from = source.resolve(run);
      const to = destination.resolve(run);
      const found = from && get(run.root, from);
      if (from === undefined || to === undefined || found === undefined)
        return new Failure('field-not-set', `copy failure: copy source field "${source.written}" must be set`);
      if (isEmpty(found))
        return new Failure(
          'copy-of-empty',
          `copy failure: copy source field "${from.name}" must not be empty (try using replace to provide the value before calling copy)`,
          found,
        );
      set(run.root, to, snapshot(found, run));
      if (run.trace !== undefined) {
        run.trace.read(from);
        run.trace.copied(from, to);
      }
      return undefined;
    };
  });
}

function isEmpty(value: Value): boolean {
  if (value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isMap(value) && Object.keys(value).length === 0;
}

/** `remove_field [ "tok", "a.%{x}" ]`, and Logstash's `remove`: nothing when it is not set. */
export function compileRemove(options: OptionReader, name: string): Execute[] {
  return options.texts(name).map((text) => {
    const reference = compileReference(text);
    return (run) => {
      const path = reference.resolve(run);
      if (path === undefined) return undefined;
      take(run.root, path);
      if (run.trace !== undefined) run.trace.removed(path);
      return undefined;
    };
  });
}
