import { gunzipSync } from 'node:zlib';
import { type BackfillRequest, CollectorError, type State } from '../../../functions/qualys/contract';
import type { Cached, Store } from '../../../functions/qualys/store';

/** A store in memory; every write is kept in `writes`, in order. */
export class MemoryStore implements Store {
  readonly objects = new Map<string, Buffer>();
  readonly writes: string[] = [];
  readonly states = new Map<string, State>();
  readonly requests = new Map<string, BackfillRequest>();
  readonly cached = new Map<string, Cached>();
  private readonly generations = new Map<string, number>();

  constructor(live?: State) {
    if (live) this.states.set('alerts.json', live);
  }
  get live(): State | undefined {
    return this.states.get('alerts.json');
  }

  async readState(name: string) {
    const state = this.states.get(name);
    return state && { state, generation: this.generation(name) };
  }
  async createState(name: string, state: State) {
    if (this.states.has(name)) throw new CollectorError('state_conflict', 'exists');
    return this.write(name, state);
  }
  async updateState(name: string, state: State, generation: string) {
    if (generation !== this.generation(name)) throw new CollectorError('state_conflict', 'changed');
    return this.write(name, state);
  }
  async createObject(name: string, content: Buffer) {
    if (this.objects.has(name)) return false;
    // A run uses its buffers again.
    this.objects.set(name, Buffer.from(content));
    this.writes.push(`create ${name}`);
    return true;
  }
  async hasObject(name: string) {
    return this.objects.has(name);
  }
  async hasObjects(prefix: string) {
    return [...this.objects.keys()].some((name) => name.startsWith(prefix));
  }
  async backfillRequests() {
    return [...this.requests].map(([id, request]) => ({ id, ...request }));
  }
  async removeBackfillRequest(_feed: string, id: string) {
    this.requests.delete(id);
    this.writes.push(`remove ${id}`);
  }
  async readCache(name: string) {
    return this.cached.get(name);
  }
  async writeCache(name: string, content: string, generation: string | undefined) {
    if (this.cached.get(name)?.generation !== generation) return false;
    this.cached.set(name, { content, generation: String(Number(generation ?? 0) + 1) });
    return true;
  }

  /** Another writer gets in between. */
  interfere(name = 'alerts.json') {
    this.generations.set(name, (this.generations.get(name) ?? 0) + 1);
  }
  /** Ids of the alerts in objects whose names begin so. */
  ids(prefix = ''): number[] {
    return this.records<{ Alert: { id: number | string } }>(prefix).map(({ Alert }) => Number(Alert.id));
  }
  /** The lines of such objects. */
  records<Line>(prefix = ''): Line[] {
    return [...this.objects].flatMap(([name, content]) =>
      name.startsWith(prefix)
        ? gunzipSync(content)
            .toString('utf8')
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line) as Line)
        : [],
    );
  }

  private write(name: string, state: State) {
    this.states.set(name, state);
    this.interfere(name);
    const { cursor, pending } = state;
    this.writes.push(`${name}: ${cursor}${pending ? `, then ${pending.object}` : ''}`);
    return { state, generation: this.generation(name) };
  }
  private generation(name: string): string {
    return String(this.generations.get(name) ?? 0);
  }
}
