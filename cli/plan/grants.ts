import { isRecord } from './record';
import type { AttributeChange, ResourceChange, Value } from './report';

/** Who may do what more than before, and what less, a line each. */
export interface Grants {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** Combinations of action, resource and principal of a policy; one with more is not taken apart. */
const MOST_GRANTS = 5_000;

/** Reads the policies and the memberships that a change holds, as far as their values are known. */
export function grantsOf({ type, attributes, action }: ResourceChange): Grants {
  const all = attributes.filter(({ path }) => /^(\w+_)?policy$/.test(path)).map((attribute) => ofPolicy(attribute));
  if (/_iam_(member|binding)$/.test(type) && action !== 'none') all.push(ofMembership(attributes));
  return { added: all.flatMap(({ added }) => added), removed: all.flatMap(({ removed }) => removed) };
}

/** Whether somebody may do more: is granted something, or not denied it any more. */
export function isWider({ added, removed }: Grants): boolean {
  return added.some((grant) => !isDenial(grant)) || removed.some(isDenial);
}

function isDenial(grant: string): boolean {
  return grant.startsWith('deny ');
}

function ofPolicy({ before, after }: AttributeChange): Grants {
  const [old, now] = [grantsIn(before), grantsIn(after)];
  if (old === undefined || now === undefined) return { added: [], removed: [] };
  return {
    added: [...now].filter((grant) => !old.has(grant)),
    removed: [...old].filter((grant) => !now.has(grant)),
  };
}

/** Of an AWS policy document; `undefined` when it cannot be read. */
function grantsIn(value: Value): Set<string> | undefined {
  if (value.kind === 'absent') return new Set();
  const document = value.kind === 'known' ? parse(value.value) : undefined;
  if (!isRecord(document)) return undefined;
  const grants = new Set<string>();
  for (const statement of listOf(document.Statement).filter(isRecord)) {
    const { Effect, Condition } = statement;
    const condition = Condition === undefined ? '' : ` if ${JSON.stringify(Condition)}`;
    const principals = principalsOf(statement);
    for (const act of either(statement, 'Action'))
      for (const resource of either(statement, 'Resource'))
        for (const principal of principals) {
          grants.add(`${String(Effect).toLowerCase()} ${act}${resource}${principal}${condition}`);
          if (grants.size > MOST_GRANTS) return undefined;
        }
  }
  return grants;
}

function either(statement: Readonly<Record<string, unknown>>, name: 'Action' | 'Resource'): string[] {
  const before = name === 'Resource' ? ' on ' : '';
  const negated = listOf(statement[`Not${name}`]).join(', ');
  if (negated) return [`${before}all but ${negated}`];
  const names = listOf(statement[name]);
  // A trust policy has no resource.
  return names.length > 0 ? names.map((one) => `${before}${String(one)}`) : [''];
}

function principalsOf({ Principal, NotPrincipal }: Readonly<Record<string, unknown>>): string[] {
  if (NotPrincipal !== undefined) return [` to all but ${JSON.stringify(NotPrincipal)}`];
  if (Principal === undefined) return [''];
  const named = isRecord(Principal) ? Object.values(Principal).flatMap(listOf) : listOf(Principal);
  return named.map((one) => (one === '*' ? ' to anybody' : ` to ${String(one)}`));
}

/** Of `google_*_iam_member` and `_binding`. */
function ofMembership(attributes: readonly AttributeChange[]): Grants {
  const side = (key: 'before' | 'after') => {
    const of = (name: string) => {
      const value = attributes.find(({ path }) => path === name)?.[key];
      return value?.kind === 'known' ? value.value : undefined;
    };
    const role = of('role');
    const members = [...listOf(of('members')), ...listOf(of('member'))];
    if (role === undefined) return [];
    return members.length > 0 ? members.map((member) => `${String(role)} to ${String(member)}`) : [String(role)];
  };
  return { added: side('after'), removed: side('before') };
}

function parse(value: unknown): unknown {
  try {
    return typeof value === 'string' ? JSON.parse(value) : value;
  } catch {
    return undefined;
  }
}

function listOf(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}
