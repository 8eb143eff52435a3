import { randomBytes } from 'node:crypto';
import { chmodSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import {
  isCollection,
  isMap,
  isScalar,
  LineCounter,
  type Node,
  type Pair,
  parse,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import { UserError } from '../environments/user-error';

/** A text or a whole number. */
type Value = string | number;

/** A value at a path of an environment file, such as `cloudtrail.import.queue`. */
export interface Entry {
  readonly path: readonly string[];
  readonly value: Value;
}

/** Where in a map a new key goes: after which of the keys that are there; any other goes to the map's end. */
export type Follows = Readonly<Record<string, string>>;

/** A line of the file with an entry, or with a map that was made for entries. */
export interface AddedLine {
  /** Counted from 1. */
  readonly line: number;
  /** The line; where others' values stand on it, too, path and value of the entry alone. */
  readonly text: string;
}

/** What stands at a path of a YAML text; undefined when nothing does. */
export function valueAt(text: string, path: readonly string[]): unknown {
  const value: unknown = parseDocument(text).getIn(path, true);
  return (isCollection(value) ? value.toJSON() : isScalar(value) ? value.value : value) ?? undefined;
}

/** The line of the key at a path, counted from 1; undefined when it is not there. */
export function lineAt(text: string, path: readonly string[]): number | undefined {
  const lines = new LineCounter();
  const parent: unknown = parentOf(parseDocument(text, { lineCounter: lines }).contents, path);
  const key = isMap(parent) ? pairOf(parent, path.at(-1))?.key : undefined;
  return isScalar(key) && key.range ? lines.linePos(key.range[0]).line : undefined;
}

/**
 * Adds entries to a YAML text, with the maps that they need. All else stays byte for byte: comments, order, quotes and
 * line ends.
 * @param entries none of them may be there yet
 * @throws UserError, with what to add by hand, when the text is laid out in a way that this cannot edit
 */
export function addEntries(text: string, entries: readonly Entry[], follows: Follows = {}): string {
  let added = text;
  for (const entry of entries) added = addEntry(added, entry, follows) ?? added;
  const wanted = entries.reduce((values, { path, value }) => withValue(values, path, value), parse(text));
  // Layouts of YAML are many. What was not met is refused, never written wrong.
  const { errors, contents } = parseDocument(added);
  if (errors.length === 0 && isDeepStrictEqual(contents?.toJSON(), wanted)) return added;
  throw new UserError(
    'The environment file is laid out in a way that cannot be edited here. Add this by hand:\n' +
      entries.map(({ path, value }) => `  ${path.join('.')}: ${scalar(value)}`).join('\n'),
  );
}

/** The lines that {@link addEntries} added to a text, in the order of the file. */
export function addedLines(before: string, after: string, entries: readonly Entry[]): AddedLine[] {
  const document = parseDocument(before);
  const rows = after.split(/\r?\n/);
  const found = new Map<string, AddedLine>();
  for (const { path, value } of entries)
    path.forEach((_, index) => {
      const key = path.slice(0, index + 1);
      const line = lineAt(after, key);
      if (document.hasIn(key) || line === undefined) return;
      const parent: unknown = parentOf(parseDocument(after).contents, key);
      const name = key.join('.');
      if (!isMap(parent) || !parent.flow) found.set(name, { line, text: rows[line - 1] ?? '' });
      // The rest of the line is not ours to show: it may hold the external id.
      else if (key.length === path.length) found.set(name, { line, text: `${name}: ${scalar(value)}` });
    });
  return [...found.values()].sort((a, b) => a.line - b.line);
}

/**
 * Replaces a file as a whole: who reads it sees the old text or the new one. Its mode stays, and so does a link to it.
 * @throws UserError when the folder or the file cannot be written
 */
export function replaceFile(file: string, text: string): void {
  const real = realpathSync(file);
  const temporary = `${real}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    writeFileSync(temporary, text, { flag: 'wx' });
    chmodSync(temporary, statSync(real).mode);
    renameSync(temporary, real);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new UserError(`${file} could not be written: ${(error as Error).message}`);
  }
}

/** The text with the entry; undefined where something else than a map is in its way. */
function addEntry(text: string, { path, value }: Entry, follows: Follows): string | undefined {
  const { contents } = parseDocument(text);
  let map: unknown = contents;
  for (let depth = 0; depth < path.length && isMap(map); depth++) {
    const pair = pairOf(map, path[depth]);
    const rest = path.slice(depth);
    const step = indentStep(text, contents, path);
    if (pair === undefined)
      return map.flow ? addToFlow(text, map, rest, value) : addToBlock(text, map, rest, value, step, follows);
    if (isNothing(pair.value) && !map.flow) {
      const indent = indentOf(text, map);
      const block = renderBlock(rest.slice(1), value, indent + step, step);
      return insertLines(text, endOfBlock(text, contentEnd(text, pair), indent + 1), block);
    }
    map = pair.value;
  }
  return undefined;
}

function addToFlow(text: string, map: YAMLMap, path: readonly string[], value: Value): string {
  const last = map.items.at(-1);
  const entry = path.reduceRight((inner, key, index) => {
    const pair = `${scalar(key)}: ${inner}`;
    return index === 0 ? pair : `{ ${pair} }`;
  }, scalar(value));
  const offset = last === undefined ? (map.range?.[0] ?? 0) + 1 : contentEnd(text, last);
  return insert(text, offset, last === undefined ? ` ${entry} ` : `, ${entry}`);
}

function addToBlock(
  text: string,
  map: YAMLMap,
  path: readonly string[],
  value: Value,
  step: number,
  follows: Follows,
): string | undefined {
  const last = map.items.at(-1);
  const before = pairOf(map, follows[path[0] ?? '']) ?? last;
  if (before === undefined) return undefined;
  const indent = indentOf(text, map);
  // A comment at the map's own indent stands over what follows, unless nothing follows.
  const offset = endOfBlock(text, contentEnd(text, before), before === last ? indent : indent + 1);
  return insertLines(text, offset, renderBlock(path, value, indent, step));
}

function renderBlock(path: readonly string[], value: Value, indent: number, step: number): string[] {
  return path.map((key, depth) => {
    const start = `${' '.repeat(indent + depth * step)}${scalar(key)}:`;
    return depth === path.length - 1 ? `${start} ${scalar(value)}` : start;
  });
}

/** Plain where it reads back as the same text, also inside of a flow map; in double quotes elsewhere. */
function scalar(value: Value): string {
  if (typeof value === 'number') return String(value);
  return /^[A-Za-z0-9/][\w./:@+=-]*$/.test(value) && parse(value) === value ? value : JSON.stringify(value);
}

function insertLines(text: string, offset: number, lines: readonly string[]): string {
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  return insert(text, offset, lines.map((line) => lineEnd + line).join(''));
}

function insert(text: string, offset: number, inserted: string): string {
  return text.slice(0, offset) + inserted + text.slice(offset);
}

/** Offset of the last character's end of a pair, without comments. */
function contentEnd(text: string, { key, value }: Pair): number {
  let node = (isNothing(value) ? key : value) as Node;
  while (isCollection(node) && !node.flow) {
    const last = node.items.at(-1);
    if (!isMap(node)) node = last as Node;
    else return contentEnd(text, last as Pair);
  }
  // Block scalars end after their line.
  return text.slice(0, node.range?.[1] ?? text.length).trimEnd().length;
}

/** Offset of the end of the line that content ends on, or of the comments after it that are indented at least so far. */
function endOfBlock(text: string, offset: number, indent: number): number {
  let end = offset + (/^[^\r\n]*/.exec(text.slice(offset))?.[0].length ?? 0);
  const start = end;
  for (const line of text.slice(start).matchAll(/\r?\n( *)(#[^\r\n]*)?(?=\r?\n|$)/gy)) {
    const [whole, spaces = '', comment] = line;
    if (comment === undefined) continue;
    if (spaces.length < indent) break;
    end = start + line.index + whole.length;
  }
  return end;
}

/** Columns that the file indents by. */
function indentStep(text: string, contents: Node | null, path: readonly string[]): number {
  const map = isMap(contents) ? pairOf(contents, path[0])?.value : undefined;
  return isMap(map) && !map.flow ? indentOf(text, map) : 2;
}

/** Column of the keys of a block map, counted from 0. */
function indentOf(text: string, map: YAMLMap): number {
  const first = map.items[0]?.key as Node | undefined;
  const offset = first?.range?.[0] ?? 0;
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

function parentOf(contents: Node | null, path: readonly string[]): unknown {
  return path.slice(0, -1).reduce<unknown>((map, key) => (isMap(map) ? pairOf(map, key)?.value : undefined), contents);
}

function pairOf(map: YAMLMap, key: string | undefined): Pair | undefined {
  return map.items.find((item) => isScalar(item.key) && item.key.value === key);
}

function isNothing(value: unknown): boolean {
  return value === null || (isScalar(value) && value.value === null && !value.source);
}

function withValue(values: unknown, [key = '', ...rest]: readonly string[], value: Value): unknown {
  const map = (values ?? {}) as Record<string, unknown>;
  return { ...map, [key]: rest.length === 0 ? value : withValue(map[key], rest, value) };
}
