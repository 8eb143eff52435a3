import type { Position } from '../source';
import { type Cursor, describe } from './cursor';
import type { Comparison, Expression, Operand } from './tree';
import { numberOf } from './values';

const OPERATORS: Record<string, Comparison> = {
  '==': '==',
  '!=': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  '=~': '=~',
  '!~': '!~',
  in: 'in',
};
/** Nested parentheses and negations beyond this are refused. */
const DEEPEST = 200;

/** A condition. Reports what is wrong and gives undefined, standing where it found it. */
export function parseCondition(cursor: Cursor, depth = 0): Expression | undefined {
  let left = parseAnd(cursor, depth);
  while (left !== undefined && (cursor.is('or') || cursor.is('||') || cursor.is('OR'))) {
    cursor.take();
    const right = parseAnd(cursor, depth);
    left = right && { kind: 'or', left, right };
  }
  return left;
}

function parseAnd(cursor: Cursor, depth: number): Expression | undefined {
  let left = parseNot(cursor, depth);
  while (left !== undefined && (cursor.is('and') || cursor.is('&&') || cursor.is('AND'))) {
    cursor.take();
    const right = parseNot(cursor, depth);
    left = right && { kind: 'and', left, right };
  }
  return left;
}

function parseNot(cursor: Cursor, depth: number): Expression | undefined {
  if (depth > DEEPEST) {
    cursor.report.error('too-deep', cursor.position, `The condition is nested more than ${DEEPEST} deep.`);
    return undefined;
  }
  if (cursor.is('!') || cursor.is('not') || cursor.is('NOT')) {
    cursor.take();
    const operand = parseNot(cursor, depth + 1);
    return operand && { kind: 'not', operand };
  }
  if (!cursor.is('(')) return parseComparison(cursor);
  cursor.take();
  const inner = parseCondition(cursor, depth + 1);
  if (inner === undefined) return undefined;
  if (!cursor.expect(')', 'in the condition')) return undefined;
  return inner.kind === 'test' ? parseRest(cursor, inner.operand) : inner;
}

function parseComparison(cursor: Cursor): Expression | undefined {
  const left = parseOperand(cursor, false);
  return left && parseRest(cursor, left);
}

function parseRest(cursor: Cursor, left: Operand): Expression | undefined {
  const { position } = cursor;
  const operator = takeOperator(cursor);
  if (operator === undefined) return { kind: 'test', operand: left };
  const right = parseOperand(cursor, operator === 'in' || operator === 'not in');
  return right && { kind: 'compare', operator, left, right, position };
}

function takeOperator(cursor: Cursor): Comparison | undefined {
  const { token } = cursor;
  if (token.kind === 'string') return undefined;
  if (token.text === 'not' || token.text === '!') {
    if (cursor.peek().text !== 'in') return undefined;
    cursor.take();
    cursor.seek(cursor.token.end, true);
    return 'not in';
  }
  if (token.text === '=') {
    cursor.report.warn('single-equals', token.position, '= stands in place of ==.', 'Write ==.');
    cursor.seek(token.end, true);
    return '==';
  }
  const operator = Object.hasOwn(OPERATORS, token.text) ? OPERATORS[token.text] : undefined;
  if (operator !== undefined) cursor.seek(token.end, true);
  return operator;
}

/** @param list whether a bracket rather begins a list than a token */
function parseOperand(cursor: Cursor, list: boolean): Operand | undefined {
  const { token } = cursor;
  const { position, kind, text } = token;
  switch (kind) {
    case 'string':
      cursor.take();
      return { kind: 'literal', value: text, position };
    case 'number':
      cursor.take();
      return { kind: 'literal', value: numberOf(text), position };
    case 'regex':
      cursor.take();
      return { kind: 'regex', source: text, position };
    case 'word':
      cursor.take();
      if (text === 'true' || text === 'false') return { kind: 'literal', value: text === 'true', position };
      cursor.report.warn(
        'bare-word',
        position,
        `${text} stands without brackets or quotes; it is taken for the token [${text}].`,
        `Write [${text.replaceAll('.', '][')}] for the token, "${text}" for the text.`,
      );
      return { kind: 'field', segments: text.split('.'), position };
    default:
  }
  if (text === '[') return isList(cursor, list) ? parseList(cursor, position) : parseField(cursor, position);
  if (text === '(') {
    cursor.seek(token.end, true);
    const inner = parseOperand(cursor, list);
    return inner && cursor.expect(')', 'behind the value in parentheses') ? inner : undefined;
  }
  cursor.report.error(
    'expected-operand',
    position,
    `Expected a token or a value in the condition, found ${describe(token)}.`,
  );
  return undefined;
}

function isList(cursor: Cursor, list: boolean): boolean {
  const inner = cursor.peek();
  if (inner.kind === 'string' || inner.kind === 'number' || inner.kind === 'regex') {
    if (list) return true;
    // ["a"] and ["a"]["b"] may be a token; ["a", "b"] cannot.
    const behind = cursor.lexer.next(inner.end);
    return behind.text !== ']' || behind.kind === 'string';
  }
  return list && (inner.text === ']' || inner.text === '[' || inner.text === 'true' || inner.text === 'false');
}

function parseList(cursor: Cursor, position: Position): Operand | undefined {
  cursor.seek(cursor.token.end, true);
  const items: Operand[] = [];
  let separated = true;
  while (!cursor.is(']')) {
    if (cursor.ended || cursor.is('{') || cursor.is('}')) {
      cursor.expect(']', `at the end of the list of line ${position.line}`);
      return undefined;
    }
    if (cursor.is(',')) {
      cursor.seek(cursor.token.end, true);
      separated = true;
      continue;
    }
    if (!separated) cursor.report.missingComma(cursor.position);
    const item = cursor.token.kind === 'word' ? bareWord(cursor) : parseOperand(cursor, false);
    if (item === undefined) return undefined;
    items.push(item);
    separated = false;
  }
  cursor.take();
  return { kind: 'list', items, position };
}

/** A word within a list, where it stands for its text. */
function bareWord(cursor: Cursor): Operand {
  const { text, position } = cursor.take();
  if (text === 'true' || text === 'false') return { kind: 'literal', value: text === 'true', position };
  cursor.report.warn('bare-word', position, `${text} stands without quotes in a list.`, `Write "${text}".`);
  return { kind: 'literal', value: text, position };
}

/** `[a][b][0]`, read from the text itself: a segment may hold any character but a bracket. */
function parseField(cursor: Cursor, position: Position): Operand | undefined {
  const { text } = cursor.report.source;
  const segments: string[] = [];
  let at = position.offset;
  while (text[at] === '[') {
    const close = closing(text, at);
    if (close === undefined) {
      cursor.report.error(
        'unclosed-bracket',
        cursor.lexer.position(at),
        'A token begins with [ and has no ] on its line.',
        'Close it with ].',
      );
      return undefined;
    }
    segments.push(unquote(text.slice(at + 1, close).trim()));
    at = close + 1;
    const next = cursor.lexer.skip(at);
    // A space between the segments is tolerated, a line's end is not: the next line may begin anything.
    if (text[next] === '[' && !text.slice(at, next).includes('\n')) at = next;
  }
  cursor.seek(at);
  if (segments.every((segment) => segment !== '')) return { kind: 'field', segments, position };
  cursor.report.error(
    'empty-segment',
    position,
    'A token without a name: [].',
    'Write the name of the token in the brackets.',
  );
  return undefined;
}

/** Offset of the bracket that closes the one at `at`; brackets may nest, as in `[a][%{b[c]}]`. */
function closing(text: string, at: number): number | undefined {
  let depth = 0;
  for (let here = at; here < text.length && text[here] !== '\n'; here += 1) {
    if (text[here] === '[') depth += 1;
    else if (text[here] === ']') {
      depth -= 1;
      if (depth === 0) return here;
    }
  }
  return undefined;
}

function unquote(segment: string): string {
  return /^(".*"|'.*')$/s.test(segment) ? segment.slice(1, -1) : segment;
}
