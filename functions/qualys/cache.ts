import { CACHE_PREFIX } from './contract';
import type { Store } from './store';

/** Others change a shard at the same time at most in passing. */
const ATTEMPTS = 3;

export interface CacheOptions {
  /** First part of its objects' names, below the prefix of all caches. */
  name: string;
  /** Keys of a shard, which is an object. */
  span: number;
  /** Of shards that are kept in memory, in characters; the last one is always. */
  maxSize: number;
}

interface Shard {
  texts: Map<number, string>;
  /** In characters, about. */
  size: number;
}

/**
 * Texts by number in the state bucket, of which only some shards are in memory: neighbouring keys are in one object, a
 * line each. Whatever is in it could be fetched again; a write that another run forestalls is made once more.
 */
export class Cache {
  private readonly prefix: string;
  /** The most recently used last. */
  private readonly shards = new Map<number, Shard>();
  private size = 0;

  constructor(
    private readonly options: CacheOptions,
    private readonly store: Pick<Store, 'readCache' | 'writeCache'>,
  ) {
    this.prefix = `${CACHE_PREFIX}${options.name}/`;
  }

  /** Those of some keys that are there. */
  async get(keys: Iterable<number>): Promise<Map<number, string>> {
    const found = new Map<number, string>();
    // In their order, so that each shard is read once at most.
    for (const key of [...new Set(keys)].sort((a, b) => a - b)) {
      const text = (await this.shard(this.shardOf(key))).texts.get(key);
      if (text !== undefined) found.set(key, text);
    }
    return found;
  }

  /**
   * Adds texts, or changes them.
   *
   * @param change what a text becomes, beside the one that is there; undefined leaves it as it is. Default: the new one
   * @throws CollectorError `storage_denied` or `storage_unavailable`
   */
  async put(
    entries: ReadonlyMap<number, string>,
    change: (text: string, present: string | undefined) => string | undefined = (text) => text,
  ): Promise<void> {
    const byShard = new Map<number, [key: number, text: string][]>();
    for (const entry of entries) {
      const shard = this.shardOf(entry[0]);
      const others = byShard.get(shard);
      if (others) others.push(entry);
      else byShard.set(shard, [entry]);
    }
    for (const [shard, added] of byShard) await this.update(shard, added, change);
  }

  private async update(
    shard: number,
    added: readonly [key: number, text: string][],
    change: (text: string, present: string | undefined) => string | undefined,
  ): Promise<void> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const stored = await this.store.readCache(this.objectOf(shard));
      const texts = parsed(stored?.content ?? '');
      let isChanged = false;
      for (const [key, text] of added) {
        const present = texts.get(key);
        const next = change(text, present);
        if (next === undefined || next === present) continue;
        texts.set(key, next);
        isChanged = true;
      }
      if (!isChanged || (await this.store.writeCache(this.objectOf(shard), formatted(texts), stored?.generation))) {
        this.keep(shard, texts);
        return;
      }
    }
    // Others have changed it: what is in memory may be behind.
    this.forget(shard);
  }

  private async shard(number: number): Promise<Shard> {
    const kept = this.shards.get(number);
    if (!kept) return this.keep(number, parsed((await this.store.readCache(this.objectOf(number)))?.content ?? ''));
    this.shards.delete(number);
    this.shards.set(number, kept);
    return kept;
  }

  private keep(number: number, texts: Map<number, string>): Shard {
    this.forget(number);
    const shard = { texts, size: sizeOf(texts) };
    this.shards.set(number, shard);
    this.size += shard.size;
    for (const oldest of this.shards.keys()) {
      if (this.size <= this.options.maxSize || oldest === number) break;
      this.forget(oldest);
    }
    return shard;
  }

  private forget(number: number): void {
    this.size -= this.shards.get(number)?.size ?? 0;
    this.shards.delete(number);
  }

  private shardOf(key: number): number {
    return Math.floor(key / this.options.span);
  }

  private objectOf(shard: number): string {
    return `${this.prefix}${shard * this.options.span}.txt`;
  }
}

/** An empty shard has a size, too: there can be many. */
function sizeOf(texts: ReadonlyMap<number, string>): number {
  let size = 100;
  for (const text of texts.values()) size += text.length + 50;
  return size;
}

/** A line that is none is left out: it is fetched again. */
function parsed(content: string): Map<number, string> {
  const texts = new Map<number, string>();
  for (const line of content.split('\n')) {
    const space = line.indexOf(' ');
    const key = Number(line.slice(0, Math.max(0, space)));
    if (space > 0 && Number.isSafeInteger(key)) texts.set(key, line.slice(space + 1));
  }
  return texts;
}

function formatted(texts: ReadonlyMap<number, string>): string {
  return [...texts]
    .sort(([a], [b]) => a - b)
    .map(([key, text]) => `${key} ${text}\n`)
    .join('');
}
