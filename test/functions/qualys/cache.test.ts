import { Cache } from '../../../functions/qualys/cache';
import { MemoryStore } from './memory-store';

/** A store that counts what is asked of it. */
class CountingStore extends MemoryStore {
  readonly reads: string[] = [];

  override async readCache(name: string) {
    this.reads.push(name);
    return super.readCache(name);
  }
}

const cacheOf = (store: MemoryStore, maxSize = 1_000_000) => new Cache({ name: 'c', span: 10, maxSize }, store);
const entries = (...keys: readonly number[]) => new Map(keys.map((key) => [key, `{"key":${key}}`]));

it('gives back what was put into it, also to another run, and nothing else', async () => {
  const store = new MemoryStore();
  await cacheOf(store).put(entries(7, 19, 11));
  expect(await cacheOf(store).get([19, 7, 8, 30])).toEqual(entries(7, 19));
  expect([...store.cached.keys()].sort()).toEqual(['cache/c/0.txt', 'cache/c/10.txt']);
});

it('reads neighbours at once, and those that it has read no more', async () => {
  const store = new CountingStore();
  await cacheOf(store).put(entries(1, 2, 15));
  store.reads.length = 0;
  const cache = cacheOf(store);
  await cache.get([1, 2, 3, 15]);
  await cache.get([2, 16]);
  expect(store.reads).toEqual(['cache/c/0.txt', 'cache/c/10.txt']);
});

it('keeps no more in memory than it may, the last that was used at least', async () => {
  const store = new CountingStore();
  await cacheOf(store).put(entries(1, 11, 21));
  store.reads.length = 0;
  const cache = cacheOf(store, 1);
  for (const key of [1, 1, 11, 1]) expect(await cache.get([key])).toEqual(entries(key));
  expect(store.reads).toEqual(['cache/c/0.txt', 'cache/c/10.txt', 'cache/c/0.txt']);
});

it('adds to what another run has put there at the same time', async () => {
  const store = new MemoryStore();
  const write = store.writeCache.bind(store);
  let isFirst = true;
  store.writeCache = async (name, content, generation) => {
    if (isFirst) {
      isFirst = false;
      await write(name, '5 "another"\n', undefined);
    }
    return write(name, content, generation);
  };
  await cacheOf(store).put(entries(6));
  expect(await cacheOf(store).get([5, 6])).toEqual(new Map([[5, '"another"'], ...entries(6)]));
});

it('gives up where others always come first, and takes their word', async () => {
  const store = new MemoryStore();
  store.writeCache = async () => false;
  const cache = cacheOf(store);
  await cache.put(entries(6));
  expect(await cache.get([6])).toEqual(new Map());
});

it('leaves what is there to whom it is told to, and writes nothing if nothing changes', async () => {
  const store = new MemoryStore();
  await cacheOf(store).put(entries(1));
  const before = store.cached.get('cache/c/0.txt')?.generation;
  await cacheOf(store).put(new Map([[1, 'new']]), () => undefined);
  await cacheOf(store).put(entries(1));
  expect(store.cached.get('cache/c/0.txt')?.generation).toBe(before);
});

it('does without lines that are none', async () => {
  const store = new MemoryStore();
  store.cached.set('cache/c/0.txt', { content: '\n\u0000\nx y\n3 {"key":3}\n 4\n', generation: '1' });
  expect(await cacheOf(store).get([0, 3, 4])).toEqual(entries(3));
});
