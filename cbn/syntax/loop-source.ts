import { parseCondition } from './conditions';
import type { Cursor } from './cursor';
import type { LoopSource } from './tree';

/** What a loop goes through, behind its `in`; undefined when it is none. */
export function parseLoopSource(cursor: Cursor): LoopSource | undefined {
  const { token } = cursor;
  if (token.text === '[' && token.kind === 'punctuation') return bracketed(cursor);
  if (token.kind !== 'word' && token.kind !== 'string') return undefined;
  if (token.text === 'xml' && cursor.peek().text === '(') return xmlSource(cursor);
  cursor.take();
  return { kind: 'token', path: token.text };
}

/** `for x in [a][b]`: the form of conditions, where a dotted path is due. */
function bracketed(cursor: Cursor): LoopSource | undefined {
  const condition = parseCondition(cursor);
  if (condition?.kind !== 'test' || condition.operand.kind !== 'field') return undefined;
  const path = condition.operand.segments.join('.');
  cursor.report.warn(
    'bracketed-loop',
    condition.operand.position,
    'A loop goes through a token with dots, not brackets.',
    `Write ${path}.`,
  );
  return { kind: 'token', path };
}

/** `xml(message, /A/B[%{i}]/C)`: the path is read from the text itself up to its closing parenthesis. */
function xmlSource(cursor: Cursor): LoopSource | undefined {
  const { text } = cursor.report.source;
  cursor.take();
  const open = cursor.token;
  const comma = text.indexOf(',', open.end);
  if (comma < 0) return undefined;
  let depth = 1;
  for (let at = comma + 1; at < text.length && text[at] !== '\n'; at += 1) {
    if (text[at] === '(') depth += 1;
    else if (text[at] === ')') depth -= 1;
    if (depth > 0) continue;
    cursor.seek(at + 1);
    return { kind: 'xml', token: unquoted(text.slice(open.end, comma)), xpath: unquoted(text.slice(comma + 1, at)) };
  }
  return undefined;
}

function unquoted(text: string): string {
  const trimmed = text.trim();
  return /^(".*"|'.*')$/s.test(trimmed) ? trimmed.slice(1, -1) : trimmed;
}
