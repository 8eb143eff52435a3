import type { Position } from '../source';
import { Lexer, type Token } from './lexer';
import type { Report } from './report';

/** Reads the tokens of a file one after another, with one token in sight. */
export class Cursor {
  readonly lexer: Lexer;
  private current: Token;

  constructor(readonly report: Report) {
    this.lexer = new Lexer(report);
    this.current = this.lexer.next(0);
  }

  get token(): Token {
    return this.current;
  }

  /** The token in sight, and goes on to the next one. */
  take(): Token {
    const token = this.current;
    this.current = this.lexer.next(token.end);
    return token;
  }

  /** Reads on from an offset; `regex`: a slash there begins a regular expression. */
  seek(offset: number, regex = false): void {
    this.current = this.lexer.next(offset, regex);
  }

  is(text: string): boolean {
    return (this.current.kind === 'punctuation' || this.current.kind === 'word') && this.current.text === text;
  }

  /** Goes over the token if it is this one. */
  accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.take();
    return true;
  }

  /** Goes over the token, or reports that it is missing and stays. */
  expect(text: string, where: string): boolean {
    if (this.accept(text)) return true;
    this.report.error('expected', this.current.position, `Expected ${text} ${where}, found ${describe(this.current)}.`);
    return false;
  }

  get ended(): boolean {
    return this.current.kind === 'end';
  }

  get position(): Position {
    return this.current.position;
  }

  /** The token behind the one in sight. */
  peek(): Token {
    return this.lexer.next(this.current.end);
  }
}

export function describe(token: Token): string {
  if (token.kind === 'end') return 'the end of the file';
  if (token.kind === 'string')
    return `the text "${token.text.length > 40 ? `${token.text.slice(0, 40)}…` : token.text}"`;
  return token.text;
}
