import type { Position } from '../source';
import type { Report } from './report';

export interface Token {
  readonly kind: 'punctuation' | 'string' | 'number' | 'word' | 'regex' | 'end';
  /** What it says: a string without quotes and escapes, a regular expression without slashes. */
  readonly text: string;
  readonly position: Position;
  /** Offset behind it. */
  readonly end: number;
}

/** Longest first. */
const PUNCTUATION = [
  ...['=>', '==', '!=', '=~', '!~', '<=', '>=', '&&', '||'],
  ...['{', '}', '[', ']', '(', ')', ',', '<', '>', '!', '=', ':', ';'],
];
const SPACE = /[\s\uFEFF\u200B]*/y;
const WORD = /[\p{L}_@$%*.][\p{L}\p{N}_@$%*.-]*/uy;
const NUMBER = /[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\p{L}_])/uy;
const CONTROL_ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r' };

/** Cuts a parser's text into tokens, on demand: only the parser knows where a slash or a bracket begins what. */
export class Lexer {
  private readonly lineStarts: number[] = [0];

  constructor(private readonly report: Report) {
    const { text } = report.source;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.lineStarts.push(at + 1);
  }

  position(offset: number): Position {
    let low = 0;
    let high = this.lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { offset, line: low + 1, column: offset - (this.lineStarts[low] ?? 0) + 1 };
  }

  /** Offset of the first character from `offset` that is neither space nor comment. */
  skip(offset: number): number {
    const { text } = this.report.source;
    let at = offset;
    for (;;) {
      SPACE.lastIndex = at;
      SPACE.test(text);
      at = SPACE.lastIndex;
      if (text[at] !== '#') return at;
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end;
    }
  }

  /** @param regex whether a slash begins a regular expression here */
  next(offset: number, regex = false): Token {
    const { text } = this.report.source;
    const at = this.skip(offset);
    const position = this.position(at);
    const first = text[at];
    if (first === undefined) return { kind: 'end', text: '', position, end: at };
    if (first === '"' || first === "'") return this.string(at, first, position);
    if (regex && first === '/') return this.regex(at, position);
    const punctuation = PUNCTUATION.find((candidate) => text.startsWith(candidate, at));
    if (punctuation !== undefined)
      return { kind: 'punctuation', text: punctuation, position, end: at + punctuation.length };
    const number = match(NUMBER, text, at);
    if (number !== undefined) return { kind: 'number', text: number, position, end: at + number.length };
    const word = match(WORD, text, at);
    if (word !== undefined) return { kind: 'word', text: word, position, end: at + word.length };
    // A whole code point, so that a message shows it.
    const strange = String.fromCodePoint(text.codePointAt(at) ?? 0);
    return { kind: 'punctuation', text: strange, position, end: at + strange.length };
  }

  private string(at: number, quote: string, position: Position): Token {
    const { text } = this.report.source;
    let value = '';
    let from = at + 1;
    for (let here = from; here < text.length; here += 1) {
      const character = text[here];
      if (character === quote) return { kind: 'string', text: value + text.slice(from, here), position, end: here + 1 };
      if (character !== '\\') continue;
      const escaped = text[here + 1] ?? '';
      value += text.slice(from, here) + (CONTROL_ESCAPES[escaped] ?? escaped);
      if (/[\p{L}\p{N}]/u.test(escaped) && CONTROL_ESCAPES[escaped] === undefined)
        this.report.warn(
          'lost-backslash',
          this.position(here),
          `The backslash of \\${escaped} is lost: the text holds ${escaped} only.`,
          `Write \\\\${escaped} if the backslash is meant.`,
        );
      here += 1;
      from = here + 1;
    }
    this.report.error(
      'unclosed-string',
      position,
      `A text begins with ${quote} and never ends.`,
      `Close it with ${quote}.`,
    );
    const end = text.indexOf('\n', at);
    return {
      kind: 'string',
      text: text.slice(at + 1, end < 0 ? undefined : end),
      position,
      end: end < 0 ? text.length : end,
    };
  }

  private regex(at: number, position: Position): Token {
    const { text } = this.report.source;
    let inClass = false;
    let value = '';
    let from = at + 1;
    for (let here = from; here < text.length && text[here] !== '\n'; here += 1) {
      const character = text[here];
      if (character === '\\') {
        if (text[here + 1] === '/') {
          value += text.slice(from, here);
          from = here + 1;
        }
        here += 1;
      } else if (character === '[') inClass = true;
      else if (character === ']') inClass = false;
      else if (character === '/' && !inClass)
        return { kind: 'regex', text: value + text.slice(from, here), position, end: here + 1 };
    }
    // A slash within brackets that never close ends it after all.
    const close = text.slice(at + 1).search(/\/|\n/) + at + 1;
    if (close > at && text[close] === '/')
      return { kind: 'regex', text: text.slice(at + 1, close), position, end: close + 1 };
    this.report.error(
      'unclosed-regex',
      position,
      'A regular expression begins with / and does not end on its line.',
      'Close it with /.',
    );
    const end = text.indexOf('\n', at);
    return { kind: 'regex', text: '', position, end: end < 0 ? text.length : end };
  }
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
