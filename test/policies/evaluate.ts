import { type Context, holds } from './condition';
import { parsePolicy, type Statement } from './document';
import { fits } from './pattern';

/**
 * Who asks: a role, user or root user by its IAM ARN (for a session the role's), a service of AWS, whoever has a token of
 * an OIDC provider (by its ARN), or anyone at all.
 */
export type Caller =
  | { readonly arn: string }
  | { readonly service: string }
  | { readonly federated: string }
  | 'anonymous';

export interface Request {
  readonly principal: Caller;
  readonly action: string;
  /** ARN of the resource; `*` for actions that have none. */
  readonly resource: string;
  /** Account that owns the resource. */
  readonly resourceAccount: string;
  readonly context?: Context;
}

export interface Policies {
  /** Policies of the caller, as JSON. */
  readonly identity?: readonly string[];
  /** Policy of the resource, as JSON: of a role the trust policy. */
  readonly resource?: string;
  readonly request: Request;
}

export type Decision = 'allowed' | 'explicitly denied' | 'implicitly denied';

const ROLE = /^arn:[\w-]+:iam::\d{12}:role\//;

/**
 * Decides as AWS documents it (IAM user guide, "Policy evaluation logic" and "Cross-account policy evaluation logic"; KMS
 * developer guide, "Key policies in AWS KMS"). Not covered: service and resource control policies, permissions boundaries,
 * session policies, KMS grants, ACLs, S3 Block Public Access. Condition keys are those of the request: none is filled in.
 */
export function evaluate({ identity = [], resource, request }: Policies): Decision {
  const kind = ROLE.test(request.resource) ? 'trust' : 'resource';
  const caller = accountOf(request.principal);
  const own = identity.flatMap((text) => parsePolicy(text, 'identity')).filter((one) => covers(one, request));
  const foreign = (resource === undefined ? [] : parsePolicy(resource, kind))
    .map((one) => ({ ...one, named: naming(one, request.principal) }))
    .filter((one) => one.named !== 'not' && covers(one, request));

  if ([...own, ...foreign].some(({ Effect }) => Effect === 'Deny')) return 'explicitly denied';
  // The root user needs no identity policy: it may do in its account whatever can be done there.
  const byIdentity = own.length > 0 || (caller?.root ?? false);
  const itself = foreign.some(({ named }) => named === 'itself');
  if (caller === undefined) return itself ? 'allowed' : 'implicitly denied';
  const allowed =
    caller.id !== request.resourceAccount
      ? byIdentity && foreign.length > 0
      : itself || (byIdentity && (foreign.length > 0 || !needsResourcePolicy(request)));
  return allowed ? 'allowed' : 'implicitly denied';
}

/** Keys and roles: without a word of the key policy or the trust policy, the policies of the caller count for nothing. */
function needsResourcePolicy({ action, resource }: Request): boolean {
  return resource !== '*' && /^(kms|sts):/i.test(action);
}

/** The account of a caller; undefined for those that have no identity policies. */
function accountOf(caller: Caller): { readonly id: string; readonly root: boolean } | undefined {
  if (caller === 'anonymous' || !('arn' in caller)) return undefined;
  const [, id, name] = /^arn:[\w-]+:iam::(\d{12}):(root|(?:role|user)\/.+)$/.exec(caller.arn) ?? [];
  if (id === undefined) throw new Error(`${caller.arn}: the ARN of a role, a user or a root user expected`);
  return { id, root: name === 'root' };
}

/**
 * Whether a statement of a resource policy names the caller itself, or its account: that delegates to the account, whose
 * policies then decide (IAM user guide, "AWS JSON policy elements: Principal", AWS account principals).
 */
function naming({ Principal }: Statement, caller: Caller): 'itself' | 'account' | 'not' {
  const { AWS = [], Service = [], Federated = [] } = Principal ?? {};
  if (AWS.includes('*')) return 'itself';
  if (caller === 'anonymous') return 'not';
  if ('service' in caller) return Service.includes(caller.service) ? 'itself' : 'not';
  if ('federated' in caller) return Federated.includes(caller.federated) ? 'itself' : 'not';
  if (AWS.includes(caller.arn)) return 'itself';
  const root = caller.arn.replace(/[^:]+$/, 'root');
  return AWS.includes(root) || AWS.includes(accountOf(caller)?.id ?? '') ? 'account' : 'not';
}

/** Whether a statement is about this action on this resource in these circumstances. */
function covers(statement: Statement, { action, resource, context = {} }: Request): boolean {
  const { Action, NotAction, Resource, NotResource, Condition } = statement;
  const acts = (list: readonly string[]) => list.some((one) => fits(one.toLowerCase(), action.toLowerCase()));
  const on = (list: readonly string[]) => list.some((one) => fits(one, resource));
  return (
    (Action ? acts(Action) : !acts(NotAction ?? [])) &&
    (Resource ? on(Resource) : !on(NotResource ?? [])) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) => holds(operator, key, values, context)),
    )
  );
}
