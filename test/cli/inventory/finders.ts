import type { Access, Inventory, Key, Store } from '../../../cli/inventory/model';

/** The one store of a name. */
export function store({ stores }: Inventory, name: string): Store {
  const found = stores.filter((one) => one.name === name);
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} stores ${name}`);
  return found[0];
}

/** The key of a name. */
export function key({ keys }: Inventory, name: string): Key {
  const found = keys.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no key ${name}`);
  return found;
}

export const ids = (accesses: readonly Access[]) => accesses.map(({ identity }) => identity);
