import { randomBytes } from 'node:crypto';
import { chmodSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { isCollection, isMap, isScalar, type Node, type Pair, parse, type YAMLMap } from 'yaml';
import { UserError } from '../environments/user-error';
import { pairOf, YamlText } from './yaml-text';

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

/**
 * Adds entries to a YAML text, with the maps that they need. All else stays byte for byte: comments, order, quotes and
 * line ends.
 * @param entries none of them may be there yet
 * @throws UserError, with what to add by hand, when the text is laid out in a way that this cannot edit
 */
export function addEntries(text: string, entries: readonly Entry[], follows: Follows = {}): string {
  const before = new YamlText(text);
  const insertions = gather(before.contents, entries).flatMap((growth) => insertionsOf(before, growth, follows));
  const added = insertAll(text, insertions);
  // Layouts of YAML are many. What was not met is refused, never written wrong.
  const { hasErrors, contents } = new YamlText(added);
  if (!hasErrors && isDeepStrictEqual(contents?.toJSON(), withValues(parse(text), entries))) return added;
  throw new UserError(
    'The environment file is laid out in a way that cannot be edited here. Add this by hand:\n' +
      entries.map(({ path, value }) => `  ${path.join('.')}: ${scalar(value)}`).join('\n'),
  );
}

/** The lines that {@link addEntries} added to a text, in the order of the file. */
export function addedLines(before: string, after: string, entries: readonly Entry[]): AddedLine[] {
  const [old, edited] = [new YamlText(before), new YamlText(after)];
  const rows = after.split(/\r?\n/);
  const found = new Map<string, AddedLine>();
  for (const { path, value } of entries)
    path.forEach((_, index) => {
      const key = path.slice(0, index + 1);
      const name = key.join('.');
      if (found.has(name)) return;
      const line = edited.lineAt(key);
      if (old.pairAt(key) !== undefined || line === undefined) return;
      if (!edited.mapAt(key.slice(0, -1))?.flow) found.set(name, { line, text: rows[line - 1] ?? '' });
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

/** Keys that are new, in the order that they were asked for, each with its value or the keys below it. */
type Tree = Map<string, Value | Tree>;

/** A map of the text that gets new keys, or a key of it that has no value yet and gets a map. */
interface Growth {
  readonly map: YAMLMap;
  readonly empty?: Pair;
  /** Keys from the root to the map. */
  readonly depth: number;
  /** The section of the text that it is in. */
  readonly section: string | undefined;
  readonly tree: Tree;
}

interface Insertion {
  readonly offset: number;
  /** Of two at the same place the deeper goes first: it still belongs to what ends there. */
  readonly depth: number;
  readonly text: string;
}

/** The entries by the map that each grows; without those where something else than a map is in the way. */
function gather(contents: Node | null, entries: readonly Entry[]): Growth[] {
  const growths = new Map<YAMLMap | Pair, Growth>();
  for (const { path, value } of entries) {
    let map: unknown = contents;
    for (let depth = 0; depth < path.length && isMap(map); depth++) {
      const pair = pairOf(map, path[depth]);
      const empty = pair !== undefined && isNothing(pair.value) && !map.flow ? pair : undefined;
      if (pair === undefined || empty !== undefined) {
        const at = empty ?? map;
        const growth = growths.get(at) ?? { map, empty, depth, section: path[0], tree: new Map() };
        growths.set(at, growth);
        grow(growth.tree, path.slice(empty === undefined ? depth : depth + 1), value);
        break;
      }
      map = pair.value;
    }
  }
  return [...growths.values()];
}

function grow(tree: Tree, [key = '', ...rest]: readonly string[], value: Value): void {
  if (rest.length === 0) {
    tree.set(key, value);
    return;
  }
  const below = tree.get(key);
  const inner: Tree = below instanceof Map ? below : new Map();
  tree.set(key, inner);
  grow(inner, rest, value);
}

function insertionsOf({ text, contents }: YamlText, growth: Growth, follows: Follows): Insertion[] {
  const { map, empty, depth, section, tree } = growth;
  if (map.flow) return [addToFlow(text, map, depth, tree)];
  const indent = indentOf(text, map);
  const step = indentStep(text, contents, section);
  if (empty !== undefined) {
    const offset = endOfBlock(text, contentEnd(text, empty), indent + 1);
    return [{ offset, depth: depth + 1, text: joinLines(text, renderBlock(tree, indent + step, step, follows)) }];
  }
  return addToBlock(text, growth, indent, step, follows);
}

function addToFlow(text: string, map: YAMLMap, depth: number, tree: Tree): Insertion {
  const last = map.items.at(-1);
  if (last === undefined) return { offset: (map.range?.[0] ?? 0) + 1, depth, text: ` ${renderFlow(tree)} ` };
  return { offset: contentEnd(text, last), depth, text: `, ${renderFlow(tree)}` };
}

function addToBlock(text: string, { map, depth, tree }: Growth, indent: number, step: number, follows: Follows) {
  const last = map.items.at(-1);
  const lines = new Map<Pair, string[]>();
  let before: Pair | undefined;
  for (const item of arrange<Pair | string>(map.items, [...tree.keys()], follows)) {
    if (typeof item !== 'string') before = item;
    else if (before !== undefined) {
      const block = renderBlock(new Map([[item, tree.get(item) ?? '']]), indent, step, follows);
      lines.set(before, [...(lines.get(before) ?? []), ...block]);
    }
  }
  return [...lines].map(([pair, added]): Insertion => {
    // A comment at the map's own indent stands over what follows, unless nothing follows.
    const offset = endOfBlock(text, contentEnd(text, pair), pair === last ? indent : indent + 1);
    return { offset, depth, text: joinLines(text, added) };
  });
}

/** What is there, with each new key after the one that it follows, or else at the end. */
function arrange<T extends Pair | string>(there: readonly T[], keys: readonly T[], follows: Follows): T[] {
  const arranged = [...there];
  for (const key of keys) {
    const followed = typeof key === 'string' ? follows[key] : undefined;
    const before = followed === undefined ? -1 : arranged.findIndex((item) => nameOf(item) === followed);
    arranged.splice(before < 0 ? arranged.length : before + 1, 0, key);
  }
  return arranged;
}

function nameOf(item: Pair | string): unknown {
  if (typeof item === 'string') return item;
  return isScalar(item.key) ? item.key.value : undefined;
}

function renderBlock(tree: Tree, indent: number, step: number, follows: Follows): string[] {
  return arrange([], [...tree.keys()], follows).flatMap((key) => {
    const value = tree.get(key) ?? '';
    const start = `${' '.repeat(indent)}${scalar(key)}:`;
    if (value instanceof Map) return [start, ...renderBlock(value, indent + step, step, follows)];
    return [`${start} ${scalar(value)}`];
  });
}

function renderFlow(tree: Tree): string {
  return [...tree]
    .map(([key, value]) => `${scalar(key)}: ${value instanceof Map ? `{ ${renderFlow(value)} }` : scalar(value)}`)
    .join(', ');
}

/** Plain where it reads back as the same text, also inside of a flow map; in double quotes elsewhere. */
function scalar(value: Value): string {
  if (typeof value === 'number') return String(value);
  return /^[A-Za-z0-9/][\w./:@+=-]*$/.test(value) && parse(value) === value ? value : JSON.stringify(value);
}

function joinLines(text: string, lines: readonly string[]): string {
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  return lines.map((line) => lineEnd + line).join('');
}

function insertAll(text: string, insertions: readonly Insertion[]): string {
  const parts: string[] = [];
  let end = 0;
  for (const insertion of [...insertions].sort((a, b) => a.offset - b.offset || b.depth - a.depth)) {
    parts.push(text.slice(end, insertion.offset), insertion.text);
    end = insertion.offset;
  }
  return [...parts, text.slice(end)].join('');
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
function indentStep(text: string, contents: Node | null, section: string | undefined): number {
  const map = isMap(contents) ? pairOf(contents, section)?.value : undefined;
  return isMap(map) && !map.flow ? indentOf(text, map) : 2;
}

/** Column of the keys of a block map, counted from 0. */
function indentOf(text: string, map: YAMLMap): number {
  const first = map.items[0]?.key as Node | undefined;
  const offset = first?.range?.[0] ?? 0;
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

function isNothing(value: unknown): boolean {
  return value === null || (isScalar(value) && value.value === null && !value.source);
}

/** The values with those of the entries. Each map on the way is copied once: an alias may show the old one elsewhere. */
function withValues(values: unknown, entries: readonly Entry[]): unknown {
  const own = new Set<unknown>();
  const copy = (map: unknown): Record<string, unknown> => {
    if (own.has(map)) return map as Record<string, unknown>;
    const copied = { ...((map ?? {}) as Record<string, unknown>) };
    own.add(copied);
    return copied;
  };
  const root = copy(values);
  for (const { path, value } of entries) {
    let map = root;
    for (const key of path.slice(0, -1)) {
      map[key] = copy(map[key]);
      map = map[key] as Record<string, unknown>;
    }
    map[path.at(-1) ?? ''] = value;
  }
  return root;
}
