import { type Cursor, describe } from './cursor';
import type { ArrayNode, Entry, HashNode, Scalar, ValueNode } from './tree';

/** Nested arrays and hashes beyond this are refused: no option of any filter needs more than three. */
const DEEPEST = 50;

/** A value of an option. Reports what is wrong and gives undefined, standing where it found it. */
export function parseValue(cursor: Cursor, depth = 0): ValueNode | undefined {
  const { token } = cursor;
  if (depth > DEEPEST) {
    cursor.report.error('too-deep', token.position, `Values are nested more than ${DEEPEST} deep.`);
    return undefined;
  }
  if (cursor.is('[')) return parseArray(cursor, depth);
  if (cursor.is('{')) return parseHash(cursor, depth);
  return parseScalar(cursor);
}

function parseScalar(cursor: Cursor): Scalar | undefined {
  const { token } = cursor;
  const { position, kind, text } = token;
  if (kind === 'string') {
    cursor.take();
    return { kind: 'scalar', value: text, quoted: true, position };
  }
  if (kind === 'number') {
    cursor.take();
    return { kind: 'scalar', value: numberOf(text), quoted: false, position };
  }
  if (kind === 'word') {
    cursor.take();
    const value = text === 'true' ? true : text === 'false' ? false : text;
    return { kind: 'scalar', value, quoted: false, position };
  }
  cursor.report.error('expected-value', position, `Expected a value, found ${describe(token)}.`);
  return undefined;
}

/** An integer that a double cannot hold exactly is a bigint. */
export function numberOf(text: string): number | bigint {
  const value = Number(text);
  return /^[+-]?\d+$/.test(text) && !Number.isSafeInteger(value) ? BigInt(text.replace('+', '')) : value;
}

function parseArray(cursor: Cursor, depth: number): ArrayNode {
  const { position } = cursor.take();
  const items: ValueNode[] = [];
  let separated = true;
  while (!cursor.is(']')) {
    if (cursor.ended || cursor.is('}') || cursor.is('=>')) {
      cursor.expect(']', `at the end of the array of line ${position.line}`);
      break;
    }
    if (cursor.accept(',')) {
      if (separated)
        cursor.report.warn('stray-comma', cursor.position, 'A comma without an element before it.', 'Remove it.');
      separated = true;
      continue;
    }
    if (!separated) cursor.report.missingComma(cursor.position);
    const item = parseValue(cursor, depth + 1);
    if (item === undefined) cursor.take();
    else items.push(item);
    separated = false;
  }
  cursor.accept(']');
  return { kind: 'array', items, position };
}

function parseHash(cursor: Cursor, depth: number): HashNode {
  const { position } = cursor.take();
  const entries = parseEntries(cursor, depth + 1, `the hash of line ${position.line}`);
  cursor.expect('}', `at the end of the hash of line ${position.line}`);
  return { kind: 'hash', entries, position };
}

/** Entries `key => value` up to a closing brace, which is left. Commas between them are optional. */
export function parseEntries(cursor: Cursor, depth: number, where: string): Entry[] {
  const entries: Entry[] = [];
  while (!cursor.is('}') && !cursor.ended) {
    if (cursor.accept(',') || cursor.accept(';')) continue;
    const entry = parseEntry(cursor, depth, where);
    if (entry === 'lost') return entries;
    if (entry !== undefined) entries.push(entry);
  }
  return entries;
}

function parseEntry(cursor: Cursor, depth: number, where: string): Entry | 'lost' | undefined {
  const key = cursor.token;
  if (key.kind === 'punctuation') {
    cursor.report.error('expected-key', key.position, `Expected a key in ${where}, found ${describe(key)}.`);
    return skipStray(cursor);
  }
  cursor.take();
  if (!acceptArrow(cursor)) {
    cursor.report.error(
      'expected-arrow',
      cursor.position,
      `Expected => after ${describe(key)} in ${where}, found ${describe(cursor.token)}.`,
      'Each entry is key => value.',
    );
    // What stands in place of the arrow is its value, unless it is the key of the next entry.
    if (cursor.token.kind !== 'punctuation' && !cursor.ended && cursor.peek().text !== '=>') cursor.take();
    return undefined;
  }
  const value = parseValue(cursor, depth);
  return value === undefined ? skipStray(cursor) : { key: key.text, value, position: key.position };
}

function acceptArrow(cursor: Cursor): boolean {
  if (cursor.accept('=>')) return true;
  const { text, position, kind } = cursor.token;
  if (kind !== 'punctuation' || !['=', ':', '=='].includes(text)) return false;
  cursor.report.warn('odd-arrow', position, `${text} stands in place of =>.`, 'Write =>.');
  cursor.take();
  if (text !== ':' && cursor.is('>')) cursor.take();
  return true;
}

/** Goes over what cannot be an entry: one token, or a whole bracketed group. */
function skipStray(cursor: Cursor): 'lost' | undefined {
  if (cursor.is('}') || cursor.ended) return 'lost';
  const opening = cursor.take().text;
  if (opening !== '{' && opening !== '[' && opening !== '(') return undefined;
  for (let depth = 1; depth > 0 && !cursor.ended; ) {
    const { kind, text } = cursor.take();
    if (kind !== 'punctuation') continue;
    if ('{[('.includes(text)) depth += 1;
    else if ('}])'.includes(text)) depth -= 1;
  }
  return undefined;
}
