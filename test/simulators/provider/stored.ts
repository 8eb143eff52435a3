import { type Keeper, ProviderError } from './rules';
import type { ProviderStore } from './store';

/** Keeps resources of a type in the store. `isShared`: making one that exists already is no error. */
export function stored(store: ProviderStore, type: string, isShared: boolean): Keeper {
  return {
    async create(values) {
      const id = String(values.id);
      if (!isShared && store.get(type, id) !== undefined)
        throw new ProviderError(
          `Error creating ${type}: googleapi: Error 409: ${id} already exists., alreadyExists`,
          '',
        );
      store.put(type, values);
      return values;
    },
    async update(values) {
      store.put(type, values);
      return values;
    },
    read: async (state) => store.get(type, String(state.id)),
    async remove(state) {
      if (state.deletion_policy !== 'ABANDON') store.remove(type, String(state.id));
    },
    importState: async (id) => ({ id }),
  };
}
