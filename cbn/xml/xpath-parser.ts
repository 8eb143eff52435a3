import { CbnError } from '../errors';
import type { Axis, Expression, Path, Step } from './xpath-tree';

const TOKEN =
  /\s*(?:(\/\/|::|!=|<=|>=|\.\.|[/@[\]()=<>,.|*])|"([^"]*)"|'([^']*)'|(\d+(?:\.\d+)?)|([A-Za-z_\u0080-\uffff][\w.\-\u0080-\uffff]*(?::[A-Za-z_\u0080-\uffff][\w.\-\u0080-\uffff]*)?))/y;

interface Token {
  readonly sign?: string;
  readonly text?: string;
  readonly number?: number;
  readonly name?: string;
}

const LEVELS: readonly (readonly string[])[] = [['or'], ['and'], ['=', '!='], ['<', '<=', '>', '>=']];
const AXES: Readonly<Record<string, Axis>> = {
  child: 'child',
  self: 'self',
  parent: 'parent',
  attribute: 'attribute',
};
/** Conditions within conditions are refused deeper than this. */
const DEEPEST = 64;

/**
 * Parses an XPath: paths with names, `*`, `@`, `//`, `.`, `..`, `text()` and conditions in brackets, which may compare, call
 * functions, and be joined by `and` and `or`.
 * @throws CbnError `xpath` telling what stands where nothing of this can stand
 */
export function parseXpath(source: string): Expression {
  const parser = new Parser(source);
  const expression = parser.expression(0);
  parser.end();
  return expression;
}

class Parser {
  private readonly tokens: Token[] = [];
  private at = 0;
  private depth = 0;

  constructor(private readonly source: string) {
    TOKEN.lastIndex = 0;
    let end = 0;
    for (let match = TOKEN.exec(source); match !== null; match = TOKEN.exec(source)) {
      const [, sign, double, single, number, name] = match;
      end = TOKEN.lastIndex;
      const text = double ?? single;
      if (sign !== undefined) this.tokens.push({ sign });
      else if (text !== undefined) this.tokens.push({ text });
      else if (number !== undefined) this.tokens.push({ number: Number(number) });
      else if (name !== undefined) this.tokens.push({ name });
    }
    if (source.slice(end).trim() !== '')
      throw this.error(`"${source.slice(end).trim().slice(0, 20)}" is not understood`);
  }

  expression(level: number): Expression {
    const signs = LEVELS[level];
    if (signs === undefined) return this.operand();
    if (++this.depth > DEEPEST * LEVELS.length) throw this.error('it is nested too deeply');
    let left = this.expression(level + 1);
    for (;;) {
      const { sign, name } = this.token();
      const found = signs.find((one) => one === (sign ?? name));
      if (found === undefined) break;
      this.at++;
      left = { kind: 'operation', sign: found, left, right: this.expression(level + 1) };
    }
    this.depth--;
    return left;
  }

  end(): void {
    if (this.at < this.tokens.length) throw this.error(`${this.describe()} is out of place`);
  }

  private operand(): Expression {
    const { text, number, sign, name } = this.token();
    if (text !== undefined || number !== undefined) {
      this.at++;
      return text === undefined ? { kind: 'number', value: number ?? 0 } : { kind: 'text', value: text };
    }
    if (sign === '(') {
      this.at++;
      const inner = this.expression(0);
      this.expect(')');
      return inner;
    }
    if (name !== undefined && this.tokens[this.at + 1]?.sign === '(' && name !== 'text' && name !== 'node')
      return this.call(name);
    return this.path();
  }

  private call(name: string): Expression {
    this.at += 2;
    const parameters: Expression[] = [];
    while (this.token().sign !== ')') {
      parameters.push(this.expression(0));
      if (this.token().sign !== ',') break;
      this.at++;
    }
    this.expect(')');
    return { kind: 'call', name, parameters };
  }

  private path(): Path {
    const steps: Step[] = [];
    const first = this.token().sign;
    const absolute = first === '/' || first === '//';
    if (absolute) this.at++;
    let descend = first === '//';
    for (;;) {
      if (absolute && steps.length === 0 && !descend && !this.stepFollows()) break;
      steps.push(this.step(descend));
      const { sign } = this.token();
      if (sign !== '/' && sign !== '//') break;
      descend = sign === '//';
      this.at++;
    }
    return { kind: 'path', absolute, steps };
  }

  private stepFollows(): boolean {
    const { name, sign } = this.token();
    return name !== undefined || (sign !== undefined && ['@', '*', '.', '..'].includes(sign));
  }

  private step(descend: boolean): Step {
    const { sign, name } = this.token();
    if (sign === '.' || sign === '..') {
      this.at++;
      return { axis: sign === '.' ? 'self' : 'parent', deep: descend, test: 'node()', predicates: this.predicates() };
    }
    let axis: Axis = 'child';
    if (sign === '@') {
      axis = 'attribute';
      this.at++;
    } else if (name !== undefined && this.tokens[this.at + 1]?.sign === '::') {
      const named = AXES[name];
      if (named === undefined) throw this.error(`the axis "${name}" is not supported`);
      axis = named;
      this.at += 2;
    }
    const test = this.test();
    return { axis, deep: descend, test, predicates: this.predicates() };
  }

  private test(): string {
    const { sign, name } = this.token();
    if (sign === '*') {
      this.at++;
      return '*';
    }
    if (name === undefined) throw this.error(`${this.describe()} stands where a name should`);
    this.at++;
    if (this.token().sign !== '(') return name;
    this.at++;
    this.expect(')');
    return `${name}()`;
  }

  private predicates(): Expression[] {
    const predicates: Expression[] = [];
    while (this.token().sign === '[') {
      this.at++;
      predicates.push(this.expression(0));
      this.expect(']');
    }
    return predicates;
  }

  private token(): Token {
    return this.tokens[this.at] ?? {};
  }

  private expect(sign: string): void {
    if (this.token().sign !== sign) throw this.error(`${this.describe()} stands where ${sign} should`);
    this.at++;
  }

  private describe(): string {
    const { sign, text, number, name } = this.token();
    const written = sign ?? name ?? number ?? text;
    return written === undefined ? 'the end' : `"${written}"`;
  }

  private error(complaint: string): CbnError {
    return new CbnError('xpath', `xpath ${this.source}: ${complaint}`, { value: this.source });
  }
}
