import { isDeepStrictEqual } from 'node:util';
import { CollectorError, type State } from './contract';
import type { Store, StoredState } from './store';

/** Cloud Storage takes about one write a second to one name ("Object immutability", docs.cloud.google.com/storage/docs/objects). */
const WRITE_INTERVAL_MS = 1000;

export interface LedgerEffects {
  store: Pick<Store, 'createState' | 'readState' | 'updateState'>;
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

/**
 * A state object, written by one run only: whoever else writes it makes the next write of this run fail. What this run
 * knows may be ahead of what is written.
 */
export class Ledger {
  /** Where the feed stands, as far as this run knows. */
  state: State;
  /** When the object may be written next, in milliseconds since the epoch. */
  writableAt = 0;

  private constructor(
    private readonly name: string,
    private stored: StoredState,
    private readonly effects: LedgerEffects,
  ) {
    this.state = stored.state;
  }

  /** Undefined if there is no such object. */
  static async open(name: string, effects: LedgerEffects): Promise<Ledger | undefined> {
    const stored = await effects.store.readState(name);
    return stored && new Ledger(name, stored, effects);
  }

  /** @throws CollectorError `state_conflict` if there is such an object */
  static async create(name: string, state: State, effects: LedgerEffects): Promise<Ledger> {
    const ledger = new Ledger(name, await effects.store.createState(name, state), effects);
    ledger.writableAt = effects.now() + WRITE_INTERVAL_MS;
    return ledger;
  }

  /** Takes over what another run has written. @throws CollectorError `state_conflict` if the object is gone */
  async reread(): Promise<void> {
    const stored = await this.effects.store.readState(this.name);
    if (!stored) throw new CollectorError('state_conflict', `${this.name} is gone.`);
    this.stored = stored;
    this.state = stored.state;
  }

  /** Writes a state as the present one, not before the object may be written. @throws CollectorError `state_conflict` */
  async write(state: State): Promise<void> {
    const { store, now, sleep } = this.effects;
    const early = this.writableAt - now();
    if (early > 0) await sleep(early);
    this.stored = await store.updateState(this.name, state, this.stored.generation);
    this.state = state;
    this.writableAt = now() + WRITE_INTERVAL_MS;
  }

  /** Writes a state if it says anything else than what is written. @throws CollectorError `state_conflict` */
  async writeIfNew(state: State): Promise<void> {
    if (!isDeepStrictEqual(state, this.stored.state)) await this.write(state);
    this.state = state;
  }
}
