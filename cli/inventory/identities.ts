import type { Accesses } from './access';
import type { Grant, IdentityFacts } from './facts';
import type { Identity, IdentityKind } from './model';

const EVERYBODY: Readonly<Record<string, string>> = {
  '*': 'everybody',
  allUsers: 'everybody',
  allAuthenticatedUsers: 'everybody with a Google account',
};

/** The kinds, in the order in which they are told. */
const ORDER: readonly IdentityKind[] = [
  'everybody',
  'IAM role',
  'service account',
  'identity provider',
  'AWS account',
  'AWS principal',
  'Google principal',
  'AWS service',
];

/** Everybody who is made by a stack or let do something by one. */
export function identitiesOf(known: readonly IdentityFacts[], grants: readonly Grant[]): Omit<Identity, 'assumedBy'>[] {
  const made = new Map(known.map((one) => [one.id, one]));
  const ids = [...new Set([...made.keys(), ...grants.map(({ who }) => who)])];
  return ids
    .map((id) => ({
      ...(made.get(id) ?? { id, ...describe(id), actsFor: [] }),
      permissions: grants
        .filter(({ who }) => who === id)
        .map(({ stack, source, may, actions, on, conditions }) => ({
          ...{ stack, source, may },
          ...(actions && { actions }),
          ...{ on, conditions },
        })),
    }))
    .sort(
      (one, other) =>
        ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind) ||
        (one.name < other.name ? -1 : Number(one.name > other.name)),
    );
}

/** With who may become each. */
export function withAssumers(identities: readonly Omit<Identity, 'assumedBy'>[], accesses: Accesses): Identity[] {
  return identities.map((one) => ({ ...one, assumedBy: accesses.of(one.id, 'assume') }));
}

function describe(id: string): { readonly kind: IdentityKind; readonly name: string } {
  const everybody = EVERYBODY[id];
  if (everybody !== undefined) return { kind: 'everybody', name: everybody };
  if (id.startsWith('service:')) return { kind: 'AWS service', name: id.replace('service:', '') };
  const [, account] = /^arn:[\w-]+:iam::(\d{12}):root$/.exec(id) ?? [];
  if (account !== undefined) return { kind: 'AWS account', name: `AWS account ${account}` };
  const [, host] = /:oidc-provider\/(.+)$/.exec(id) ?? [];
  if (host !== undefined) return { kind: 'identity provider', name: `OIDC provider ${host}` };
  const [, pool] = /^principal:.*\/workloadIdentityPools\/([^/]+)$/.exec(id) ?? [];
  if (pool !== undefined) return { kind: 'identity provider', name: `workload identity pool ${pool}` };
  if (id.startsWith('arn:')) return { kind: 'AWS principal', name: id };
  if (id.startsWith('serviceAccount:')) return { kind: 'service account', name: id.replace('serviceAccount:', '') };
  return { kind: 'Google principal', name: id };
}
