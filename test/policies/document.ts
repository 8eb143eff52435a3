import { z } from 'zod';
import { assertOperator } from './condition';

const texts = z
  .union([z.string().transform((text) => [text]), z.array(z.string())])
  .refine((values) => values.length > 0, 'at least one value expected');

const values = z
  .union([z.string(), z.boolean(), z.number(), z.array(z.union([z.string(), z.boolean(), z.number()]))])
  .transform((value) => [value].flat().map(String))
  .refine((list) => list.length > 0, 'at least one value expected');

const actions = texts.refine(
  (list) => list.every((action) => /^(\*|[a-z0-9-]+:[\w*?]+)$/i.test(action)),
  '* or service:action expected',
);

/** `*`, an account or one of its users or roles: AWS takes no wildcard inside of a principal. */
const AWS_PRINCIPAL = /^(\*|\d{12}|arn:[\w-]+:iam::\d{12}:(root|(role|user)\/[^*?]+))$/;

const principals = z
  .strictObject({
    AWS: texts
      .refine(
        (list) => list.every((principal) => AWS_PRINCIPAL.test(principal)),
        '*, an account, or the ARN of an account, a role or a user expected',
      )
      .default([]),
    Service: texts
      .refine((list) => list.every((service) => /^[\w.-]+$/.test(service)), 'the name of a service expected')
      .default([]),
    Federated: texts
      .refine(
        (list) =>
          list.every((provider) => /^(arn:[\w-]+:iam::\d{12}:oidc-provider\/[\w./-]+|<[\w.-]+>)$/.test(provider)),
        'the ARN of an OIDC provider expected',
      )
      .default([]),
  })
  .refine(
    ({ AWS, Service, Federated }) => AWS.length + Service.length + Federated.length > 0,
    'AWS, Service or Federated expected',
  );

const statement = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(['Allow', 'Deny']),
    Principal: z
      .union([z.literal('*').transform(() => ({ AWS: ['*'], Service: [], Federated: [] })), principals])
      .optional(),
    Action: actions.optional(),
    NotAction: actions.optional(),
    Resource: texts.optional(),
    NotResource: texts.optional(),
    Condition: z.record(z.string(), z.record(z.string(), values)).default({}),
  })
  .refine(
    ({ Action, NotAction }) => (Action === undefined) !== (NotAction === undefined),
    'Action or NotAction expected',
  )
  .refine(
    ({ Resource, NotResource }) => Resource === undefined || NotResource === undefined,
    'both Resource and NotResource',
  );

const document = z.strictObject({
  Version: z.literal('2012-10-17'),
  Id: z.string().optional(),
  Statement: z
    .union([statement.transform((one) => [one]), z.array(statement)])
    .refine((list) => list.length > 0, 'at least one statement expected')
    .refine((list) => {
      const sids = list.flatMap(({ Sid }) => Sid ?? []);
      return new Set(sids).size === sids.length;
    }, 'each Sid once expected'),
});

export type Statement = z.output<typeof statement>;

/** `identity`: attached to a role or user. `resource`: attached to a bucket, queue, topic or key. `trust`: of a role. */
export type PolicyKind = 'identity' | 'resource' | 'trust';

/** Policies that were read before: the same few are asked thousands of times. */
const read = new Map<string, readonly Statement[]>();

/**
 * Reads a policy. Throws on whatever it does not know, and on a policy variable or an unresolved Terraform reference
 * (`${…}`): nothing is passed over in silence (IAM user guide, "IAM JSON policy element reference").
 */
export function parsePolicy(text: string, kind: PolicyKind): readonly Statement[] {
  const known = read.get(kind + text);
  if (known !== undefined) return known;
  const statements = statementsOf(text);
  for (const { Principal, Resource, NotResource, Condition } of statements) {
    Object.keys(Condition).forEach(assertOperator);
    const expected = (element: string, there: boolean) =>
      new Error(`${kind} policy: ${there ? 'no' : 'a'} ${element} expected in each statement\n${text}`);
    if ((Principal === undefined) !== (kind === 'identity')) throw expected('Principal', Principal !== undefined);
    const about = Resource ?? NotResource;
    if ((about === undefined) !== (kind === 'trust')) throw expected('Resource', about !== undefined);
  }
  read.set(kind + text, statements);
  return statements;
}

function statementsOf(text: string): Statement[] {
  const variable = /\$\{[^}]*\}?/.exec(text);
  if (variable !== null)
    throw new Error(`${variable[0]}: resolve references first; policy variables are not known here`);
  const { data, error } = document.safeParse(JSON.parse(text));
  if (error) throw new Error(`not a policy that is understood here: ${z.prettifyError(error)}\n${text}`);
  return data.Statement;
}

/** A text with its Terraform references (`${aws_kms_key.name.arn}`) replaced; those without a value stay as they are. */
export function resolve(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{([\w.-]+)\}/g, (reference, name: string) => values[name] ?? reference);
}
