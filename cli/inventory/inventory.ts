import type { SynthesizedStack } from '../synthesized';
import { Accesses } from './access';
import { awsFacts } from './aws/facts';
import { cloudflareFacts } from './cloudflare';
import { type Facts, mergeFacts, type StoreFacts } from './facts';
import { googleFacts } from './google/facts';
import { identitiesOf, withAssumers } from './identities';
import { strangers } from './known-types';
import type { Inventory, Key, Party, Secret, Store } from './model';
import { STATE_KIND, stateName, stateStore, statesInBuckets } from './states';
import { variableSecrets } from './variables';

/** The inventory of stacks, which are one environment's, or one pipeline's of it. */
export function takeInventory(environment: string, stacks: readonly SynthesizedStack[]): Inventory {
  const facts = mergeFacts(stacks.map(factsOf));
  const identities = identitiesOf(facts.identities, facts.grants);
  const accesses = new Accesses(facts.grants, identities);
  const stores = sorted(statesInBuckets(withoutKnown(facts.stores), facts.grants));
  return {
    environment,
    stacks: stacks.map(({ name }) => name),
    stores: stores.map((store) => storeOf(store, accesses)),
    keys: keysOf(facts, stores, accesses),
    identities: withAssumers(identities, accesses),
    secrets: facts.secrets.map(
      ({ id, ...secret }): Secret => ({ ...secret, readers: id === undefined ? [] : accesses.of(id, 'read') }),
    ),
    parties: partiesOf(facts.parties),
    unknown: facts.unknown,
  };
}

function factsOf(stack: SynthesizedStack): Facts {
  const { aws, google, cloudflare } = stack.provider;
  const facts = mergeFacts([
    ...(aws ? [awsFacts(stack)] : []),
    ...(google ? [googleFacts(stack)] : []),
    ...(cloudflare ? [cloudflareFacts(stack)] : []),
    { unknown: strangers(stack) },
  ]);
  const secrets = [...facts.secrets, ...variableSecrets(stack, stateName(stack))];
  return { ...facts, secrets, stores: [...facts.stores, stateStore(stack, secrets)] };
}

/** Each store once: what a stack makes may be what another one takes for somebody else's. */
function withoutKnown(stores: readonly StoreFacts[]): StoreFacts[] {
  const made = new Set(stores.filter(({ address }) => address !== undefined).map(({ id }) => id));
  return stores.filter(({ id, address }) => address !== undefined || !made.has(id));
}

/** In the order of the stacks, each kind together. */
function sorted(stores: readonly StoreFacts[]): StoreFacts[] {
  const groups = [...new Set(stores.map(({ stack, kind }) => `${stack} ${kind}`))];
  const rank = ({ stack, kind }: StoreFacts) => groups.indexOf(`${stack} ${kind}`);
  return [...stores].sort((one, other) => rank(one) - rank(other) || (one.name < other.name ? -1 : 1));
}

function storeOf(
  { key, readBy = [], writtenBy = [], within: _, reachedAs, ...store }: StoreFacts,
  accesses: Accesses,
): Store {
  const id = reachedAs ?? store.id;
  // Cloud Storage and SNS decrypt for their readers; KMS of AWS asks each other reader for a grant of its own.
  const ownKey = key?.startsWith('arn:') && !id.includes(':sns:') ? key : undefined;
  return {
    ...store,
    readers: [...readBy, ...accesses.of(id, 'read', ownKey)],
    writers: [...writtenBy, ...accesses.of(id, 'write')],
    deleters: accesses.of(id, 'delete'),
    administrators: store.kind === STATE_KIND ? [] : accesses.of(id, 'administer'),
  };
}

function keysOf({ keys }: Facts, stores: readonly StoreFacts[], accesses: Accesses): Key[] {
  const made = new Set(keys.filter(({ address }) => address !== undefined).map(({ id }) => id));
  return keys
    .filter(({ id, address }) => address !== undefined || !made.has(id))
    .map((key) => ({
      ...key,
      encrypts: stores.filter((store) => store.key === key.id).map(({ kind, name }) => `${kind} ${name}`),
      decrypting: accesses.of(key.id, 'read'),
      encrypting: accesses.of(key.id, 'write'),
      administering: accesses.of(key.id, 'administer'),
    }));
}

/** Each party once, with all that it gets. */
function partiesOf(parties: readonly Party[]): Party[] {
  const merged = new Map<string, Party>();
  for (const { name, stacks, gets } of parties) {
    const before = merged.get(name);
    merged.set(name, {
      name,
      stacks: [...new Set([...(before?.stacks ?? []), ...stacks])],
      gets: [...new Set([...(before?.gets ?? []), ...gets])],
    });
  }
  return [...merged.values()];
}
