import type { EngineOptions } from '../options';
import { Failure, type Run } from '../run';
import { get, pathOf, toPath } from '../state';
import type { Report } from '../syntax/report';
import type { Comparison, Expression, Operand } from '../syntax/tree';
import { equal, isNumber, type Value } from '../values';
import {
  type Condition,
  type Holds,
  isTrue,
  Junction,
  negated,
  TextComparison,
  TokenTest,
  whenever,
} from './condition';
import { compilePattern, patternOf } from './patterns';
import { compileReference } from './template';

/** Undefined with `run.failure` set when a token is not set and that is an error; undefined alone when it is none. */
type Evaluate = (run: Run) => Value | undefined;

export function compileCondition(expression: Expression, report: Report, engine: EngineOptions): Condition {
  switch (expression.kind) {
    case 'not':
      return negated(compileCondition(expression.operand, report, engine));
    case 'and':
    case 'or': {
      const left = compileCondition(expression.left, report, engine);
      const right = compileCondition(expression.right, report, engine);
      return new Junction(expression.kind, left, right, engine.shortCircuit);
    }
    case 'test': {
      const { operand } = expression;
      const value = compileOperand(operand, engine);
      return operand.kind === 'field' && !operand.segments.some((segment) => segment.includes('%{'))
        ? new TokenTest(operand.segments, value)
        : whenever((run) => isTrue(value(run)));
    }
    case 'compare':
      return compileComparison(expression, report, engine);
  }
}

function compileOperand(operand: Operand, engine: EngineOptions): Evaluate {
  switch (operand.kind) {
    case 'field':
      return compileField(operand.segments, engine);
    case 'literal':
      return () => operand.value;
    case 'regex':
      return () => operand.source;
    case 'list': {
      const items = operand.items.map((item) => compileOperand(item, engine));
      return (run) => items.flatMap((item) => item(run) ?? []);
    }
  }
}

function compileField(segments: readonly string[], engine: EngineOptions): Evaluate {
  const name = segments.join('.');
  const fails = engine.unsetInCondition === 'error';
  const missing = (run: Run): undefined => {
    if (fails)
      run.failure = new Failure(
        'not-in-state',
        `failed to evaluate expression: generic::invalid_argument: "${name}" not found in state data`,
      );
    return undefined;
  };
  if (name.includes('%{')) {
    const reference = compileReference(name);
    return (run) => {
      const path = reference.resolve(run);
      return (path && get(run.root, path)) ?? missing(run);
    };
  }
  // A segment with a dot is a log's own key first, a nested token second.
  const path = pathOf(name, segments);
  const nested = segments.some((segment) => segment.includes('.')) ? toPath(name) : undefined;
  return (run) => {
    if (run.trace !== undefined) run.trace.read(path);
    const value = get(run.root, path);
    if (value !== undefined) return value;
    return (nested && get(run.root, nested)) ?? missing(run);
  };
}

type Compare = Extract<Expression, { kind: 'compare' }>;

function compileComparison(
  { operator, left, right, position }: Compare,
  report: Report,
  engine: EngineOptions,
): Condition {
  const value = compileOperand(left, engine);
  if (
    (operator === '==' || operator === '!=') &&
    left.kind === 'field' &&
    right.kind === 'literal' &&
    typeof right.value === 'string'
  )
    return new TextComparison(left.segments, right.value, operator === '==', value);
  switch (operator) {
    case '==':
      return whenever(equality(value, right, engine));
    case '!=':
      return negated(whenever(equality(value, right, engine)));
    case 'in':
      return whenever(membership(value, right, engine));
    case 'not in':
      return negated(whenever(membership(value, right, engine)));
    case '=~':
      return whenever(matching(value, right, position, report, engine));
    case '!~':
      return negated(whenever(matching(value, right, position, report, engine)));
    default:
      return whenever(ordering(value, compileOperand(right, engine), operator));
  }
}

function equality(value: Evaluate, right: Operand, engine: EngineOptions): Holds {
  if (right.kind === 'literal' && typeof right.value === 'string') {
    const text = right.value;
    return (run) => value(run) === text;
  }
  const other = compileOperand(right, engine);
  return (run) => {
    const first = value(run);
    if (first === undefined) return false;
    const second = other(run);
    return second !== undefined && equal(first, second);
  };
}

function membership(value: Evaluate, right: Operand, engine: EngineOptions): Holds {
  if (right.kind === 'list' && right.items.every((item) => item.kind === 'literal')) {
    const known = new Set<Value>(right.items.map((item) => (item.kind === 'literal' ? item.value : '')));
    return (run) => {
      const first = value(run);
      return first !== undefined && known.has(first);
    };
  }
  const other = compileOperand(right, engine);
  return (run) => {
    const first = value(run);
    if (first === undefined) return false;
    const second = other(run);
    if (Array.isArray(second)) return second.some((item) => equal(item, first));
    return typeof second === 'string' && typeof first === 'string' && second.includes(first);
  };
}

function matching(
  value: Evaluate,
  right: Operand,
  at: Compare['position'],
  report: Report,
  engine: EngineOptions,
): Holds {
  const source = right.kind === 'regex' ? right.source : right.kind === 'literal' ? String(right.value) : undefined;
  if (source !== undefined) {
    const regex = compilePattern(source, at, report);
    return (run) => {
      const text = value(run);
      if (typeof text !== 'string') return false;
      run.charge(text.length);
      return regex?.test(text) === true;
    };
  }
  const other = compileOperand(right, engine);
  return (run) => {
    const text = value(run);
    if (text === undefined) return false;
    const patterns = other(run);
    if (typeof text !== 'string') return false;
    return (Array.isArray(patterns) ? patterns : [patterns]).some((pattern) => {
      if (typeof pattern !== 'string') return false;
      run.charge(text.length);
      const regex = patternOf(pattern);
      if (!(regex instanceof Failure)) return regex.test(text);
      run.failure = regex;
      return false;
    });
  };
}

function ordering(value: Evaluate, other: Evaluate, operator: Comparison): Holds {
  return (run) => {
    const left = value(run);
    if (left === undefined) return false;
    const right = other(run);
    if (right === undefined) return false;
    const order = compare(left, right);
    if (order === undefined) return false;
    if (operator === '<') return order < 0;
    if (operator === '<=') return order <= 0;
    return operator === '>' ? order > 0 : order >= 0;
  };
}

const DECIMAL = /^[+-]?\d+(\.\d+)?$/;

/** Below 0, 0 or above; undefined when the two cannot be ordered. Texts of digits count as numbers. */
function compare(left: Value, right: Value): number | undefined {
  const first = numeric(left);
  const second = numeric(right);
  if (first !== undefined && second !== undefined) return first < second ? -1 : first > second ? 1 : 0;
  if (typeof left !== 'string' || typeof right !== 'string') return undefined;
  return left < right ? -1 : left > right ? 1 : 0;
}

function numeric(value: Value): number | bigint | undefined {
  if (isNumber(value)) return value;
  if (typeof value !== 'string' || value.length > 40 || !DECIMAL.test(value)) return undefined;
  return value.includes('.') ? Number(value) : BigInt(value.replace('+', ''));
}
