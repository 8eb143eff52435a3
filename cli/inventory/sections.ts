import type { Access, Identity, Inventory, Key, Party, Permission, Secret, Store } from './model';
import { counted, listed } from './words';

/** A field of an entry: what it is about, and a phrase for each thing that it says. */
export type Field = readonly [label: string, phrases: readonly string[]];

/** One entry, the same for every rendering. */
export interface Entry {
  readonly name: string;
  /** Beside the name. */
  readonly kind: string;
  readonly fields: readonly Field[];
}

/** `3 stacks: 14 stores, 2 keys, …` */
export function summary({ environment, stacks, stores, keys, identities, secrets, parties }: Inventory): string {
  const counts = [
    counted(stores.length, 'store'),
    counted(keys.length, 'key'),
    `${identities.length} ${identities.length === 1 ? 'identity' : 'identities'}`,
    counted(secrets.length, 'secret'),
    `${parties.length} outside`,
  ];
  return `${environment}, ${counted(stacks.length, 'stack')}: ${listed(counts)}.`;
}

/** What an inventory does not say, for its reader. */
export const LIMITS =
  'As the environment file is synthesized now: what is deployed may differ. It says what the stacks grant, not what administrators of the accounts and projects can do, nor what others have granted.';

export function storeEntry(store: Store): Entry {
  const { kind, name, holds, place, encryption, retention, settings, elsewhere } = store;
  return {
    name,
    kind,
    fields: [
      ['holds', [holds]],
      ['place', [place]],
      ['encrypted', [encryption]],
      ['kept', [retention]],
      ...optional('set', settings),
      ...people('read by', store.readers, elsewhere),
      ...people('written by', store.writers, elsewhere),
      ...people('deleted by', store.deleters, elsewhere),
      ...optional('set up by', store.administrators.map(person)),
      ...optional('others', elsewhere === undefined ? [] : [elsewhere]),
    ],
  };
}

export function keyEntry({ name, place, settings, encrypts, elsewhere, ...key }: Key): Entry {
  return {
    name: `KMS key ${name}`,
    kind: place,
    fields: [
      ['encrypts', encrypts.length === 0 ? ['nothing that these stacks make'] : encrypts],
      ...optional('set', settings),
      ...people('decrypt', key.decrypting, elsewhere),
      ...people('encrypt', key.encrypting, elsewhere),
      ...people('administer', key.administering, elsewhere),
      ...optional('others', elsewhere === undefined ? [] : [elsewhere]),
    ],
  };
}

export function identityEntry({ name, kind, address, description, actsFor, assumedBy, permissions }: Identity): Entry {
  return {
    name,
    kind: kind === 'AWS account' ? 'its own IAM policies say who of it' : address ? `${kind}, made by the stack` : kind,
    fields: [
      ...optional('for', description ? [description] : []),
      ...optional('used', actsFor),
      ...optional('assumed by', assumedBy.map(person)),
      ['may', permissions.length === 0 ? ['nothing by these stacks'] : permissions.map(permission)],
    ],
  };
}

export function secretEntry({ name, lives, readers, others, given, rotated, inState }: Secret): Entry {
  return {
    name,
    kind: inState ? 'in the state, in clear' : 'not in the state',
    fields: [
      ['lives in', lives],
      ['read by', [...readers.map(person), ...others]],
      ['given', [given]],
      ['changed', [rotated]],
    ],
  };
}

export function partyEntry({ name, gets, stacks }: Party): Entry {
  return {
    name,
    kind: listed(stacks),
    fields: [['gets', gets]],
  };
}

function permission({ may, on, conditions }: Permission): string {
  // Summaries have commas and ands of their own.
  const what = may.some((one) => one.includes(', ')) ? may.join('; ') : listed(may);
  return [`${what}: ${listed(on)}`, ...conditions].join(', ');
}

/** Nobody is somebody's answer only where nobody else is asked. */
function people(label: string, accesses: readonly Access[], elsewhere: string | undefined): Field[] {
  if (accesses.length > 0) return [[label, accesses.map(person)]];
  return elsewhere === undefined ? [[label, ['nobody by these stacks']]] : [];
}

function person({ name, how }: Access): string {
  return `${name}: ${how.join('; ')}`;
}

function optional(label: string, phrases: readonly string[]): Field[] {
  return phrases.length === 0 ? [] : [[label, phrases]];
}
