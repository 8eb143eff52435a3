import { compileReference, compileTemplate } from '../../compile/template';
import { Failure } from '../../run';
import { get, type Path, set, setAll, toPath } from '../../state';
import type { Execute } from '../filter';
import type { OptionReader } from '../options';

/** `replace { "dst" => "text %{tok}" }`: a text, made or put over what is there. */
export function compileReplace(options: OptionReader): Execute[] {
  const entries = options.textEntries('replace');
  const steps: Execute[] = [];
  for (let at = 0; at < entries.length; ) {
    const constants = constantsFrom(entries, at);
    const [entry] = entries.slice(at);
    if (constants.length > 1) steps.push(writeConstants(constants));
    else if (entry !== undefined) steps.push(write(entry.key, entry.value, 'replace'));
    at += Math.max(constants.length, 1);
  }
  return steps;
}

interface Constant {
  readonly path: Path;
  readonly value: string;
}

/** Entries from a place on that are plain texts below one and the same token: most declarations of a parser are. */
function constantsFrom(entries: readonly { key: string; value: string }[], from: number): Constant[] {
  const constants: Constant[] = [];
  let parent: string | undefined;
  for (const { key, value } of entries.slice(from)) {
    if (key.includes('%{') || value.includes('%{')) break;
    const path = toPath(key);
    const above = path.segments.slice(0, -1).join('.');
    parent ??= above;
    if (above !== parent || path.segments.length === 0) break;
    constants.push({ path, value });
  }
  return constants;
}

function writeConstants(constants: readonly Constant[]): Execute {
  const parent = constants[0]?.path.segments.slice(0, -1) ?? [];
  const keys = constants.map(({ path }) => path.segments.at(-1) ?? '');
  const values = constants.map(({ value }) => value);
  return (run) => {
    setAll(run.root, parent, keys, values);
    if (run.trace !== undefined) for (const { path } of constants) run.trace.wrote(path);
    return undefined;
  };
}

/** `update`, Logstash's: as replace, where the destination is set already. */
export function compileUpdate(options: OptionReader): Execute[] {
  return options.textEntries('update').map(({ key, value }) => {
    const reference = compileReference(key);
    const execute = write(key, value, 'update');
    return (run) => {
      const path = reference.resolve(run);
      return path === undefined || get(run.root, path) === undefined ? undefined : execute(run);
    };
  });
}

/** `add_field`, Logstash's: as replace. */
export function compileAddField(options: OptionReader): Execute[] {
  return options.textEntries('add_field').map(({ key, value }) => write(key, value, 'add_field'));
}

function write(destination: string, text: string, operation: string): Execute {
  const reference = compileReference(destination);
  const template = compileTemplate(text);
  return (run) => {
    const value = template(run);
    if (typeof value !== 'string')
      return new Failure(value.code, `${operation} failure: field "${destination}": ${value.text}`, value.value);
    run.chargeText(value.length);
    const path = reference.resolve(run);
    if (path === undefined)
      return new Failure(
        'field-not-set',
        `${operation} failure: field "${destination}": a token in its name is not set`,
      );
    set(run.root, path, value);
    if (run.trace !== undefined) run.trace.wrote(path);
    return undefined;
  };
}
