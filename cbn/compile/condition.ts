import type { Run } from '../run';
import { get, type Path, pathOf } from '../state';
import type { Value } from '../values';

/**
 * Whether statements run. There are four kinds, for the reason that there are four of steps (program.ts): what published
 * parsers write seldom shares one of them.
 */
export interface Condition {
  /** False with `run.failure` set when it cannot be evaluated. */
  holds(run: Run): boolean;
}

export type Holds = Condition['holds'];

/** A token's value where it is no text; undefined when it is not set, with `run.failure` set if that is an error. */
type Evaluate = (run: Run) => Value | undefined;

export function whenever(holds: Holds): Condition {
  return new OtherCondition(holds);
}

class OtherCondition implements Condition {
  constructor(readonly holds: Holds) {}
}

export function negated(condition: Condition): Condition {
  if (condition instanceof TokenTest) return condition.negated();
  return whenever((run) => !condition.holds(run) && run.failure === undefined);
}

/** `and`, `or`. */
export class Junction implements Condition {
  private readonly isAnd: boolean;

  constructor(
    kind: 'and' | 'or',
    private readonly left: Condition,
    private readonly right: Condition,
    private readonly shortCircuit: boolean,
  ) {
    this.isAnd = kind === 'and';
  }

  holds(run: Run): boolean {
    const first = this.left.holds(run);
    if (run.failure !== undefined) return false;
    if (this.shortCircuit && first !== this.isAnd) return first;
    const second = this.right.holds(run);
    if (run.failure !== undefined) return false;
    return this.isAnd ? first && second : first || second;
  }
}

/** A token alone as a condition: true, and whatever is neither false nor empty. */
export function isTrue(value: Value | undefined): boolean {
  return value !== undefined && value !== false && value !== '';
}

/** `[token]`, `![token]`. */
export class TokenTest implements Condition {
  private readonly path: Path;

  constructor(
    private readonly segments: readonly string[],
    private readonly value: Evaluate,
    private readonly wanted = true,
  ) {
    this.path = pathOf(segments.join('.'), segments);
  }

  holds(run: Run): boolean {
    const found = (run.trace === undefined ? get(run.root, this.path) : undefined) ?? this.value(run);
    return isTrue(found) === this.wanted && run.failure === undefined;
  }

  negated(): TokenTest {
    return new TokenTest(this.segments, this.value, !this.wanted);
  }
}

/** `[token] != ""` and the like, most conditions of a parser: a text found is compared at once. */
export class TextComparison implements Condition {
  private readonly path: Path;

  constructor(
    segments: readonly string[],
    private readonly text: string,
    private readonly equals: boolean,
    private readonly value: Evaluate,
  ) {
    this.path = pathOf(segments.join('.'), segments);
  }

  holds(run: Run): boolean {
    const found = run.trace === undefined ? get(run.root, this.path) : undefined;
    if (typeof found === 'string') return (found === this.text) === this.equals;
    const other = found ?? this.value(run);
    return run.failure === undefined && (other === this.text) === this.equals && (other !== undefined || !this.equals);
  }
}
