import { compileReference, compileTemplate, type Template } from '../../compile/template';
import { compileLiteral } from '../../literal';
import { Failure } from '../../run';
import { get, type Path, pathOf, set, setAll, toPath } from '../../state';
import type { StateMap } from '../../values';
import type { Execute } from '../filter';
import type { OptionReader } from '../options';

interface TextEntry {
  readonly key: string;
  readonly value: string;
}

/** `replace { "dst" => "text %{tok}" }`: a text, made or put over what is there. */
export function compileReplace(options: OptionReader): Execute[] {
  const entries = options.textEntries('replace');
  const steps: Execute[] = [];
  for (let at = 0; at < entries.length; ) {
    const group = below(entries, at);
    steps.push(...(group.length > 0 ? [writeBelow(group)] : writeEach(entries.slice(at, at + 1))));
    at += Math.max(group.length, 1);
  }
  return steps;
}

function writeEach(entries: readonly TextEntry[]): Execute[] {
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

/** Entries from a place on that stand below one and the same first name. */
function below(entries: readonly TextEntry[], from: number): TextEntry[] {
  const firstName = ({ key }: TextEntry) => (key.includes('%{') ? undefined : toPath(key).segments[0]);
  const [entry] = entries.slice(from);
  const first = entry && firstName(entry);
  if (first === undefined) return [];
  const rest = entries.slice(from);
  const end = rest.findIndex((each) => firstName(each) !== first || toPath(each.key).segments.length === 1);
  return end < 0 ? rest : rest.slice(0, end);
}

/**
 * Writes entries below one first name. Where nothing is there yet, as with the labels of an event, they are made at once,
 * unless one of them reads what another one writes.
 */
function writeBelow(entries: readonly TextEntry[]): Execute {
  const steps = writeEach(entries);
  const [{ key }] = entries as [TextEntry, ...TextEntry[]];
  const [name = ''] = toPath(key).segments;
  const templates: Template[] = [];
  const literal = compileLiteral(
    entries.map(({ key, value }) => ({
      segments: toPath(key).segments.slice(1),
      value: value.includes('%{') ? templates.push(compileTemplate(value)) - 1 : value,
    })),
  );
  const inTurn = steps.length === 1 ? (steps[0] as Execute) : runInTurn(steps);
  if (literal === undefined || entries.some(({ value }) => mayRead(value, name))) return inTurn;
  const path = pathOf(name, [name]);
  return (run) => {
    if (run.trace !== undefined || typeof run.root.first(path) === 'object') return inTurn(run);
    const texts = new Array<string>(templates.length);
    for (let at = 0; at < templates.length; at += 1) {
      const text = (templates[at] as Template).text(run);
      if (typeof text !== 'string') return inTurn(run);
      run.chargeText(text.length);
      texts[at] = text;
    }
    run.root.putFirst(path, literal(texts) as StateMap);
    return undefined;
  };
}

function runInTurn(steps: readonly Execute[]): Execute {
  return (run) => {
    for (const step of steps) {
      const failure = step(run);
      if (failure !== undefined) return failure;
    }
    return undefined;
  };
}

/** Whether a text with tokens may read what is below a first name. A token within a token's name may be any. */
function mayRead(text: string, name: string): boolean {
  return text.includes('%{') && (text.includes(name) || /%\{[^}]*%\{/.test(text));
}

interface Constant {
  readonly path: Path;
  readonly value: string;
}

/** Entries from a place on that are plain texts below one and the same token: most declarations of a parser are. */
function constantsFrom(entries: readonly TextEntry[], from: number): Constant[] {
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
  const [{ path: first }] = constants as [Constant, ...Constant[]];
  if (first.segments.length === 1)
    return (run) => {
      for (const { path, value } of constants) {
        run.root.putFirst(path, value);
        if (run.trace !== undefined) run.trace.wrote(path);
      }
      return undefined;
    };
  const keys = constants.map(({ path }) => path.segments.at(-1) ?? '');
  const values = constants.map(({ value }) => value);
  return (run) => {
    setAll(run.root, first, keys, values);
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
    const value = template.text(run);
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
