/** One statement of a policy, references resolved. */
export interface Statement {
  /** Its Sid, or its number: `#2`. */
  readonly label: string;
  readonly effect: 'Allow' | 'Deny';
  /** Identity ids; none: whoever the policy is attached to. */
  readonly principals: readonly string[];
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: readonly Condition[];
}

export interface Condition {
  /** Such as `StringEquals`. */
  readonly operator: string;
  /** Such as `aws:SourceArn`. */
  readonly key: string;
  readonly values: readonly string[];
}

type Texts = string | readonly string[];

interface StatementJson {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, Texts>>;
  readonly Action?: Texts;
  readonly Resource?: Texts;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Texts>>>>;
}

const KNOWN = new Set(['Sid', 'Effect', 'Principal', 'Action', 'Resource', 'Condition']);

/**
 * Reads a policy (IAM user guide, "IAM JSON policy element reference").
 * @throws Error for what is not understood: no JSON, and NotAction, NotResource or NotPrincipal, which no stack uses
 */
export function readPolicy(text: string, resolve: (text: string) => string): Statement[] {
  const { Statement: statements }: { Statement: StatementJson | readonly StatementJson[] } = JSON.parse(text);
  return [statements].flat().map((statement, index) => {
    const stranger = Object.keys(statement).find((element) => !KNOWN.has(element));
    if (stranger !== undefined) throw new Error(`${stranger} is not understood`);
    const texts = (value: Texts | undefined) => [value ?? []].flat().map((one) => resolve(String(one)));
    return {
      label: statement.Sid ?? `#${index + 1}`,
      effect: statement.Effect,
      principals: principals(statement.Principal).map(resolve),
      actions: texts(statement.Action),
      resources: texts(statement.Resource),
      conditions: Object.entries(statement.Condition ?? {})
        .flatMap(([operator, keys]) =>
          Object.entries(keys).map(([key, values]) => ({ operator, key, values: texts(values) })),
        )
        .sort((one, other) => rank(one) - rank(other) || (one.key < other.key ? -1 : 1)),
    };
  });
}

/** For whom comes first. */
function rank({ key }: Condition): number {
  return key.toLowerCase() === 'aws:sourcearn' ? 0 : 1;
}

function principals(principal: StatementJson['Principal']): string[] {
  if (principal === undefined) return [];
  if (principal === '*') return ['*'];
  return Object.entries(principal).flatMap(([kind, names]) =>
    [names].flat().map((name) => {
      if (kind === 'Service') return `service:${name}`;
      // The number alone stands for the account (IAM user guide, "AWS JSON policy elements: Principal").
      return /^\d{12}$/.test(name) ? `arn:aws:iam::${name}:root` : name;
    }),
  );
}
