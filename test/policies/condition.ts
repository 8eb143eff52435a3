import { arnFits, fits } from './pattern';

/** What AWS knows about a request: condition keys, in any case, and their values; a list for keys of several values. */
export type Context = Readonly<Record<string, string | readonly string[]>>;

/** Whether one value of the policy matches one value of the request. */
type Matcher = (wanted: string, got: string) => boolean;

const MATCHERS: Readonly<Record<string, Matcher>> = {
  StringEquals: (wanted, got) => got === wanted,
  StringEqualsIgnoreCase: (wanted, got) => got.toLowerCase() === wanted.toLowerCase(),
  StringLike: fits,
  // "ArnEquals and ArnLike condition operators behave identically."
  ArnEquals: arnFits,
  ArnLike: arnFits,
  Bool: (wanted, got) => boolean(got) === boolean(wanted),
  NumericEquals: (wanted, got) => number(got) === number(wanted),
  NumericLessThan: (wanted, got) => number(got) < number(wanted),
  NumericLessThanEquals: (wanted, got) => number(got) <= number(wanted),
  NumericGreaterThan: (wanted, got) => number(got) > number(wanted),
  NumericGreaterThanEquals: (wanted, got) => number(got) >= number(wanted),
};

const NEGATIONS: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
};

interface Operator {
  readonly matcher: Matcher;
  readonly negated: boolean;
  readonly set: 'ForAllValues' | 'ForAnyValue' | undefined;
  readonly ifExists: boolean;
}

/** Throws on an operator that is not known. */
export function assertOperator(name: string): void {
  if (name !== 'Null') parseOperator(name);
}

/**
 * Whether one line of a Condition holds: an operator, a key, and the values of which one must match. Throws on an
 * operator that is not known, on a value that it cannot compare, and on several values without a set operator
 * (IAM user guide, "IAM JSON policy elements: Condition operators", "Set operators for multivalued context keys").
 */
export function holds(name: string, key: string, wanted: readonly string[], context: Context): boolean {
  const got = valuesOf(key, context);
  if (name === 'Null') return wanted.some((value) => boolean(value) === (got.length === 0));
  const { matcher, negated, set, ifExists } = parseOperator(name);
  if (got.length === 0) return ifExists || set === 'ForAllValues' || (negated && set === undefined);
  if (set === undefined && got.length > 1) throw new Error(`${key}: several values need ForAnyValue or ForAllValues`);
  const fitting = (value: string) => wanted.some((candidate) => matcher(candidate, value)) !== negated;
  return set === 'ForAllValues' ? got.every(fitting) : got.some(fitting);
}

function parseOperator(name: string): Operator {
  const [, set, base = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(name) ?? [];
  const matcher = MATCHERS[NEGATIONS[base] ?? base];
  if (matcher === undefined) throw new Error(`${name}: this condition operator is not known here`);
  return { matcher, negated: base in NEGATIONS, set: set as Operator['set'], ifExists: ifExists !== undefined };
}

function valuesOf(key: string, context: Context): readonly string[] {
  return Object.entries(context)
    .filter(([name]) => name.toLowerCase() === key.toLowerCase())
    .flatMap(([, value]) => value);
}

function boolean(text: string): boolean {
  if (text !== 'true' && text !== 'false') throw new Error(`${text}: true or false expected`);
  return text === 'true';
}

function number(text: string): number {
  if (text.trim() === '' || Number.isNaN(Number(text))) throw new Error(`${text}: a number expected`);
  return Number(text);
}
