import type { Grant, Use } from './facts';
import type { Access, Identity } from './model';
import { reaches } from './patterns';

/** Finds who gets at what, by the grants of all stacks. */
export class Accesses {
  private readonly names: ReadonlyMap<string, string>;

  constructor(
    private readonly grants: readonly Grant[],
    identities: readonly Pick<Identity, 'id' | 'name'>[],
  ) {
    this.names = new Map(identities.map(({ id, name }) => [id, name]));
  }

  /**
   * Who may use something.
   * @param id id of a store, a key or a secret
   * @param key id of the KMS key of AWS that what is read must be decrypted with
   */
  of(id: string, use: Use, key?: string): Access[] {
    const found = new Map<string, string[]>();
    for (const grant of this.reaching(id, use))
      found.set(grant.who, [...(found.get(grant.who) ?? []), describe(grant, id, use)]);
    return [...found].map(([identity, how]) => ({
      identity,
      name: this.names.get(identity) ?? identity,
      how: [...how, ...delegated(identity), ...this.throughRole(identity), ...this.lacking(identity, use, key)],
    }));
  }

  private reaching(id: string, use: Use): Grant[] {
    return this.grants.filter(({ reach }) => reach[use]?.some((pattern) => reaches(pattern, id)));
  }

  /** Who takes a role: it acts for nobody else. Whom a provider speaks for is told once, with the identity. */
  private throughRole(identity: string): string[] {
    const taken = this.reaching(identity, 'assume').map(({ who, conditions }) =>
      [`assumed by ${this.names.get(who) ?? who}`, ...(isIdentityProvider(who) ? [] : conditions)].join(', '),
    );
    return [...new Set(taken)];
  }

  private lacking(identity: string, use: Use, key: string | undefined): string[] {
    if (use !== 'read' || key === undefined) return [];
    const decrypts = this.reaching(key, 'read').some(({ who }) => who === identity);
    return decrypts ? [] : ['has no grant to decrypt with the key'];
  }
}

/** To name an account is to leave it to the account. */
function delegated(identity: string): string[] {
  return /^arn:[\w-]+:iam::\d{12}:root$/.test(identity) ? ['its own IAM policies say who of it'] : [];
}

function describe({ may: all, on, resources, conditions, parts = [] }: Grant, id: string, of: Use): string {
  const own = parts.filter(({ use, pattern }) => use === of && reaches(pattern, id)).flatMap((part) => part.may);
  const may = own.length === 0 ? all : own;
  const isWhole = resources.includes(id) || resources.includes(`${id}/*`);
  return [may.join(', ') + (isWhole ? '' : ` on ${on.join(', ')}`), ...conditions].join(', ');
}

/** Whether an id is that of a provider, which speaks for many: grants say in their conditions for whom. */
export function isIdentityProvider(id: string): boolean {
  return /^arn:[\w-]+:iam::\d{12}:oidc-provider\/|^principal:\/\//.test(id);
}
