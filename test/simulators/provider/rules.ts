import type { Values } from './values';

/** How one type of resource behaves, beyond its schema. */
export interface ResourceRules {
  /** Optional and computed arguments that are this, when the configuration says nothing. */
  readonly defaults?: Values;
  /** Arguments whose change makes the resource anew. */
  readonly replacedBy?: readonly string[];
  /** Computed attributes that may be another after every change. */
  readonly unknownOnUpdate?: readonly string[];
  /** Computed attributes that are known in the plan already. */
  planned?(config: Values, run: ProviderRun): Values;
  /** Computed attributes of a resource that was made or changed, nested ones by path: `service_config.uri`. */
  computed?(values: Values, run: ProviderRun, prior: Values | null): Values;
  /** Where the resources live. */
  readonly keeper: Keeper;
}

/** The cloud, to one type of resource. */
export interface Keeper {
  /** @throws ProviderError when the cloud refuses it. */
  create(values: Values, run: ProviderRun): Promise<Values>;
  /** @throws ProviderError when the cloud refuses it. */
  update(values: Values, prior: Values, run: ProviderRun): Promise<Values>;
  /** What is there of a resource in the state; undefined: nothing. */
  read(state: Values, run: ProviderRun): Promise<Values | undefined>;
  remove(state: Values, run: ProviderRun): Promise<void>;
  /**
   * What `read` needs to know of an id.
   *
   * @throws ProviderError when it is no id, or the cloud refuses it.
   */
  importState(id: string, run: ProviderRun): Promise<Values>;
}

/** What one run of Terraform brings along, and what the simulated cloud makes up. */
export interface ProviderRun {
  /** The provider block. */
  readonly config: Values;
  /** Another number at each call. */
  nextNumber(): number;
}

/** An error as Terraform shows it: `Error: <summary>`, then the detail. */
export class ProviderError extends Error {
  constructor(
    readonly summary: string,
    readonly detail: string,
  ) {
    super(`${summary}: ${detail}`);
  }
}
