import type { Identity, Key, Party, Permission, Secret, Store } from './model';

/**
 * What a grant lets somebody do with what a store, a key or a secret holds, `administer` with how it is set up. Of keys:
 * decrypt and encrypt.
 */
export type Use = 'read' | 'write' | 'delete' | 'administer' | 'assume';

/** Ids, or patterns of ids, of what can be used so. */
export type Reach = Readonly<Partial<Record<Use, readonly string[]>>>;

/** A grant, with what it takes to find the stores that it reaches. */
export interface Grant extends Permission {
  /** Id of the identity. */
  readonly who: string;
  /** Ids of what it is on, with `*` and `?` for any text and any character. */
  readonly resources: readonly string[];
  /** The same for each use: reading from everything is not reading from what only the other actions are about. */
  readonly reach: Reach;
  /** Of a grant about several services: the actions for a use of what fits a pattern, to be told there alone. */
  readonly parts?: readonly { readonly use: Use; readonly pattern: string; readonly may: readonly string[] }[];
}

type WithoutAccess = 'readers' | 'writers' | 'deleters' | 'administrators';

export interface StoreFacts extends Omit<Store, WithoutAccess> {
  /** Id of its key. */
  readonly key?: string;
  /** Id under which grants reach it. Default: its own. */
  readonly reachedAs?: string;
  /** The object of a bucket that it is. */
  readonly within?: { readonly cloud: 'aws' | 'google'; readonly bucket: string; readonly object: string };
  /** Who reads or writes by other means than a grant, such as a subscription: those are told as they stand. */
  readonly readBy?: Store['readers'];
  readonly writtenBy?: Store['writers'];
}

export type KeyFacts = Omit<Key, 'encrypts' | 'decrypting' | 'encrypting' | 'administering'>;

export type IdentityFacts = Omit<Identity, 'permissions' | 'assumedBy'>;

export interface SecretFacts extends Omit<Secret, 'readers'> {
  /** Id within its cloud; undefined where no grant can reach it. */
  readonly id?: string;
}

/** What one stack says, before it is put together with the others. */
export interface Facts {
  readonly stores: readonly StoreFacts[];
  readonly keys: readonly KeyFacts[];
  readonly identities: readonly IdentityFacts[];
  readonly grants: readonly Grant[];
  readonly secrets: readonly SecretFacts[];
  readonly parties: readonly Party[];
  readonly unknown: readonly string[];
}

/** The facts of several parts. */
export function mergeFacts(parts: readonly Partial<Facts>[]): Facts {
  return {
    stores: parts.flatMap(({ stores = [] }) => stores),
    keys: parts.flatMap(({ keys = [] }) => keys),
    identities: parts.flatMap(({ identities = [] }) => identities),
    grants: parts.flatMap(({ grants = [] }) => grants),
    secrets: parts.flatMap(({ secrets = [] }) => secrets),
    parties: parts.flatMap(({ parties = [] }) => parties),
    unknown: parts.flatMap(({ unknown = [] }) => unknown),
  };
}
