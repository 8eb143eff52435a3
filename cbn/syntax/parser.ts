import type { SourceFile } from '../source';
import { parseCondition } from './conditions';
import { Cursor, describe } from './cursor';
import { parseLoopSource } from './loop-source';
import { Report } from './report';
import type { Branch, For, If, ParserTree, Plugin, Statement } from './tree';
import { parseEntries, parseValue } from './values';

/** Blocks nested beyond this are refused; published parsers stay below 15. */
const DEEPEST = 200;
/** Characters of a parser's file; the largest published ones have about 500 kB. */
const LONGEST = 8 * 1024 * 1024;

/**
 * Reads a parser's file into its tree. What is wrong goes to the report, all of it: after a problem reading goes on
 * behind the statement that has it.
 */
export function parse(source: SourceFile): { tree: ParserTree; report: Report } {
  const report = new Report(source);
  if (source.text.length > LONGEST) {
    report.error('too-large', { offset: 0, line: 1, column: 1 }, `The file has more than ${LONGEST} characters.`);
    return { tree: { body: [], size: 0 }, report };
  }
  const reader = new StatementReader(new Cursor(report));
  const body = reader.file();
  return { tree: { body, size: reader.size }, report };
}

class StatementReader {
  /** Statements so far: the index of the next one. */
  size = 0;

  constructor(private readonly cursor: Cursor) {}

  /** `filter { … }`, more than one of which is taken for one. */
  file(): Statement[] {
    const { cursor } = this;
    const { report } = cursor;
    const body: Statement[] = [];
    if (cursor.ended) {
      report.error('empty-file', cursor.position, 'The file holds no filter block.', 'Write filter { … }.');
      return body;
    }
    for (let blocks = 0; !cursor.ended; blocks += 1) {
      if (cursor.is('filter')) {
        if (blocks > 0)
          report.warn(
            'second-filter',
            cursor.position,
            'A further filter block; it runs after those before it.',
            'Put everything into one.',
          );
        cursor.take();
        cursor.expect('{', 'after filter');
        body.push(...this.block(0));
        if (!cursor.accept('}'))
          report.error('unclosed-block', cursor.position, 'The filter block is not closed.', 'Add } at its end.');
        continue;
      }
      if (cursor.is('}')) {
        report.warn('stray-brace', cursor.position, 'A closing brace without a block.', 'Remove it.');
        cursor.take();
        continue;
      }
      if (blocks === 0)
        report.error(
          'expected-filter',
          cursor.position,
          `Expected filter {, found ${describe(cursor.token)}.`,
          'Write filter { … } around the statements.',
        );
      else
        report.error(
          'behind-filter',
          cursor.position,
          `${describe(cursor.token)} stands behind the filter block.`,
          'Put it into the block.',
        );
      const before = cursor.token.end;
      body.push(...this.block(0));
      if (cursor.token.end === before) cursor.take();
    }
    return body;
  }

  /** Statements up to a closing brace, which is left, or the end of the file. */
  private block(depth: number): Statement[] {
    const { cursor } = this;
    const body: Statement[] = [];
    if (depth > DEEPEST) {
      cursor.report.error('too-deep', cursor.position, `Blocks are nested more than ${DEEPEST} deep.`);
      this.skipBlock();
      return body;
    }
    while (!cursor.is('}') && !cursor.ended) {
      if (cursor.accept(',') || cursor.accept(';')) continue;
      if (cursor.is('filter') && cursor.peek().text === '{') {
        cursor.report.warn(
          'nested-filter',
          cursor.position,
          'A filter block within a block; its statements count as if they stood alone.',
          'Remove filter { and its }.',
        );
        cursor.take();
        cursor.take();
        body.push(...this.block(depth + 1));
        cursor.expect('}', 'at the end of the block');
        continue;
      }
      const statement = this.statement(depth);
      if (statement !== undefined) body.push(statement);
    }
    return body;
  }

  private statement(depth: number): Statement | undefined {
    const { cursor } = this;
    const { token } = cursor;
    if (token.kind === 'word') {
      if (token.text === 'if') return this.conditional(depth);
      if (token.text === 'for') return this.loop(depth);
      if (token.text === 'else' || token.text === 'elsif' || token.text === 'elseif') return this.strayElse(depth);
      if (token.text === '@include') return this.include();
      return this.plugin();
    }
    cursor.report.error('expected-statement', token.position, `Expected a statement, found ${describe(token)}.`);
    cursor.take();
    if (token.text === '{') {
      this.skipBlock();
      cursor.accept('}');
    }
    return undefined;
  }

  private plugin(): Plugin | undefined {
    const { cursor } = this;
    const { text: name, position } = cursor.take();
    if (!cursor.expect('{', `after ${name}`)) {
      this.recover();
      return undefined;
    }
    const index = this.size++;
    const options = parseEntries(cursor, 0, `${name} of line ${position.line}`);
    cursor.expect('}', `at the end of ${name} of line ${position.line}`);
    return { kind: 'plugin', name, options, index, position };
  }

  /** `@include ["name.include"]`: a filter of that name, whose option `names` is the list. */
  private include(): Plugin | undefined {
    const { cursor } = this;
    const { text: name, position } = cursor.take();
    const at = cursor.position;
    const names = parseValue(cursor);
    if (names === undefined) {
      this.recover();
      return undefined;
    }
    const options = [{ key: 'names', value: names, position: at }];
    return { kind: 'plugin', name, options, index: this.size++, position };
  }

  private conditional(depth: number): If | undefined {
    const { position } = this.cursor;
    const index = this.size++;
    const branches: Branch[] = [];
    const first = this.branch(depth);
    if (first !== undefined) branches.push(first);
    let otherwise: If['otherwise'];
    while (otherwise === undefined) {
      const next = this.elseToken();
      if (next === undefined) break;
      if (next === 'if') {
        const branch = this.branch(depth);
        if (branch !== undefined) branches.push(branch);
        continue;
      }
      const at = this.cursor.position;
      this.cursor.expect('{', 'after else');
      otherwise = { body: this.block(depth + 1), position: at };
      this.closeBlock('else', at.line);
    }
    return { kind: 'if', branches, ...(otherwise && { otherwise }), index, position };
  }

  /** Goes over `else`, `else if`, `elsif`; the word `if` is left for the branch. */
  private elseToken(): 'if' | 'else' | undefined {
    const { cursor } = this;
    if (cursor.is('elsif') || cursor.is('elseif') || cursor.is('elif')) {
      cursor.report.warn(
        'elsif',
        cursor.position,
        `${cursor.token.text} stands in place of else if.`,
        'Write else if.',
      );
      return 'if';
    }
    if (!cursor.is('else')) return undefined;
    cursor.take();
    return cursor.is('if') ? 'if' : 'else';
  }

  private branch(depth: number): Branch | undefined {
    const { cursor } = this;
    const { position } = cursor.take();
    const condition = parseCondition(cursor);
    if (condition === undefined) this.skipTo('{');
    else if (!cursor.is('{')) {
      cursor.report.error(
        'expected',
        cursor.position,
        `Expected { after the condition, found ${describe(cursor.token)}.`,
      );
      this.skipTo('{');
    }
    cursor.accept('{');
    const body = this.block(depth + 1);
    this.closeBlock('if', position.line);
    return condition && { condition, body, position };
  }

  private strayElse(depth: number): undefined {
    const { cursor } = this;
    cursor.report.error(
      'stray-else',
      cursor.position,
      `${cursor.token.text} without an if before it.`,
      'Put it straight behind the } of its if.',
    );
    if (this.elseToken() === 'if') this.branch(depth);
    else if (cursor.accept('{')) {
      this.block(depth + 1);
      cursor.accept('}');
    }
    return undefined;
  }

  private loop(depth: number): For | undefined {
    const { cursor } = this;
    const { position } = cursor.take();
    const index = this.size++;
    const variables: string[] = [];
    while (cursor.token.kind === 'word' && !cursor.is('in') && variables.length < 2) {
      variables.push(cursor.take().text);
      if (cursor.accept(',') || cursor.is('in')) continue;
      if (cursor.token.kind === 'word' && variables.length === 1)
        cursor.report.warn(
          'missing-comma',
          cursor.position,
          'No comma between the variables.',
          'Put a comma between them.',
        );
    }
    const headed = variables.length > 0 && cursor.accept('in');
    const source = headed ? parseLoopSource(cursor) : undefined;
    if (source === undefined) {
      cursor.report.error(
        'expected-loop',
        cursor.position,
        `Expected for NAME in TOKEN {, found ${describe(cursor.token)}.`,
        'Write for item in list {, for index, item in list {, for key, value in object map { or for index, _ in xml(message, /A/B) {.',
      );
      this.skipTo('{');
    }
    const map = cursor.accept('map');
    if (!cursor.expect('{', 'after the head of the loop')) this.skipTo('{');
    cursor.accept('{');
    const body = this.block(depth + 1);
    this.closeBlock('for', position.line);
    return source && { kind: 'for', variables, source, map, body, index, position };
  }

  private closeBlock(what: string, line: number): void {
    this.cursor.expect('}', `at the end of the ${what} of line ${line}`);
  }

  /** Goes on to a token, over anything but a closing brace. */
  private skipTo(text: string): void {
    const { cursor } = this;
    while (!cursor.is(text) && !cursor.is('}') && !cursor.ended) cursor.take();
  }

  /** Goes over the rest of a block, its closing brace left. */
  private skipBlock(): void {
    const { cursor } = this;
    for (let depth = 0; !cursor.ended; cursor.take()) {
      if (cursor.is('{')) depth += 1;
      if (!cursor.is('}')) continue;
      if (depth === 0) return;
      depth -= 1;
    }
  }

  /** After a word that begins no statement: on to what may begin one. */
  private recover(): void {
    const { cursor } = this;
    const { line } = cursor.position;
    while (!cursor.ended && !cursor.is('}') && cursor.position.line === line) {
      if (!cursor.is('{')) {
        cursor.take();
        continue;
      }
      cursor.take();
      this.skipBlock();
      cursor.accept('}');
    }
  }
}
