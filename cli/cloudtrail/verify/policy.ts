/** One statement of a policy, as AWS gives it back: a single value may stand for a list of one. */
export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, string | readonly string[]>>;
  readonly NotPrincipal?: unknown;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** What is asked of a resource's policy. */
export interface AccessRequest {
  /** An AWS service, such as `s3.amazonaws.com`; undefined: somebody whom only a statement about everybody fits. */
  readonly service?: string;
  readonly action: string;
  readonly resource: string;
  /** Condition keys with their values; a key that is left out is absent in the request. */
  readonly context?: Readonly<Record<string, string>>;
}

/** `unknown`: a statement that counts uses an element or operator that is not evaluated here. */
export type Decision = 'allowed' | 'denied' | 'not allowed' | 'unknown';

/**
 * The statements of a policy.
 * @param document JSON as AWS stores it; undefined or empty: there is no policy
 */
export function statementsOf(document: string | undefined): readonly Statement[] {
  if (!document) return [];
  const { Statement: statements } = JSON.parse(document) as { Statement?: Statement | readonly Statement[] };
  return [statements ?? []].flat() as readonly Statement[];
}

/** A value of a policy as a list. */
export function listOf(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : [value].flat();
}

/** What a policy says to a request: a matching Deny wins (IAM user guide, "Policy evaluation logic"). */
export function decide(statements: readonly Statement[], request: AccessRequest): Decision {
  const matching = (effect: Statement['Effect']) =>
    statements.filter(({ Effect }) => Effect === effect).map((statement) => applies(statement, request));
  const [denials, allowances] = [matching('Deny'), matching('Allow')];
  if (denials.includes(true)) return 'denied';
  if (denials.includes(undefined)) return 'unknown';
  if (allowances.includes(true)) return 'allowed';
  return allowances.includes(undefined) ? 'unknown' : 'not allowed';
}

/** Whether a statement is about a request; undefined: that cannot be told. */
function applies(statement: Statement, request: AccessRequest): boolean | undefined {
  const { Action, NotAction, Resource, NotResource, Condition = {} } = statement;
  const about = (
    only: string | readonly string[] | undefined,
    all: string | readonly string[] | undefined,
    it: string,
  ) =>
    all === undefined ? listOf(only).some((pattern) => like(pattern, it)) : !listOf(all).some((one) => like(one, it));
  if (!about(lower(Action), lower(NotAction), request.action.toLowerCase())) return false;
  if (!about(Resource, NotResource, request.resource)) return false;
  const parts = [
    isPrincipal(statement, request),
    ...Object.entries(Condition).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => holds(operator, listOf(values), contextValue(request, key))),
    ),
  ];
  if (parts.includes(false)) return false;
  return parts.includes(undefined) ? undefined : true;
}

function isPrincipal({ Principal, NotPrincipal }: Statement, { service }: AccessRequest): boolean | undefined {
  if (NotPrincipal !== undefined) return undefined;
  if (Principal === '*') return true;
  if (listOf(Principal?.AWS).includes('*')) return true;
  return service !== undefined && listOf(Principal?.Service).includes(service);
}

/** Condition keys are compared without case (IAM user guide, "Condition"). */
function contextValue({ context = {} }: AccessRequest, key: string): string | undefined {
  return Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
}

/** IAM user guide, "Condition operators". */
function holds(condition: string, expected: readonly string[], actual: string | undefined): boolean | undefined {
  const bare = condition.replace(/^ForAnyValue:/i, '').toLowerCase();
  const operator = bare.replace(/ifexists$/, '');
  if (operator === 'null') return expected.some((value) => (value.toLowerCase() === 'true') === (actual === undefined));
  const isNegated = /^(string|arn)not/.test(operator);
  const compare = COMPARISONS[operator.replace('not', '')];
  if (compare === undefined) return undefined;
  if (actual === undefined) return isNegated || bare.endsWith('ifexists');
  return isNegated !== expected.some((value) => compare(value, actual));
}

const COMPARISONS: Readonly<Record<string, (expected: string, actual: string) => boolean>> = {
  stringequals: (expected, actual) => expected === actual,
  stringequalsignorecase: (expected, actual) => expected.toLowerCase() === actual.toLowerCase(),
  stringlike: like,
  // Both of them take wildcards.
  arnequals: like,
  arnlike: like,
  bool: (expected, actual) => expected.toLowerCase() === actual.toLowerCase(),
  numericlessthan: (expected, actual) => Number(actual) < Number(expected),
};

function like(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

function lower(value: string | readonly string[] | undefined): readonly string[] | undefined {
  return value === undefined ? undefined : listOf(value).map((item) => item.toLowerCase());
}
