import type { FailingParser } from '../parser/gate';
import type { ParserChange } from '../parser/parser-changes';

/**
 * What a plan of one environment would do, for people, for `--json` and for the review: no sensitive value is in it.
 */
export interface PlanReport {
  readonly environment: string;
  /** `drift`: what was changed outside was looked for, and nothing is planned. Default: a plan. */
  readonly purpose?: 'plan' | 'drift';
  /** In the order in which they are deployed. */
  readonly stacks: readonly StackReport[];
  /** Parsers whose files changed since the commit that the plan is compared with. Default: nothing is known of them. */
  readonly parsers?: readonly ParserChange[];
  /** Parsers of the stacks whose samples give other events than expected: not to be deployed so. Default: none. */
  readonly failingParsers?: readonly FailingParser[];
}

export interface StackReport {
  /** Name of the stack: `prod-qualys-secops`. */
  readonly stack: string;
  /**
   * `planned`: by Terraform; `offline`: the synthesized difference alone; `unchanged`: left out, since its configuration is
   * that of the other tree; `failed`: Terraform could not plan it.
   */
  readonly kind: 'planned' | 'offline' | 'unchanged' | 'failed';
  /** Why, of `failed`: in Terraform's words, without secrets. Several lines. */
  readonly error?: string;
  /** What the deploy would do, sorted by address; nothing that stays as it is. */
  readonly changes: readonly ResourceChange[];
  /** What was changed outside of Terraform, sorted by address. */
  readonly drift: readonly ResourceChange[];
  /** Outputs that change. */
  readonly outputs: readonly OutputChange[];
  /** What is to be known before the deploy, a sentence each: `3 Logpush jobs change: each sends its receiver a test upload…`. */
  readonly warnings: readonly string[];
  /** Of `planned`: what {@link ResourceChange}s say, for the deploy to be compared with. */
  readonly digest?: string;
}

/** `none`: only moved or imported. */
export type Action = 'create' | 'update' | 'replace' | 'delete' | 'forget' | 'none';

export interface ResourceChange {
  readonly address: string;
  readonly type: string;
  readonly action: Action;
  /** Of `replace`: whether the new one is made before the old one is destroyed. */
  readonly createBeforeDestroy?: boolean;
  /** It was under this address before. */
  readonly movedFrom?: string;
  /** Id of what exists already and is taken in. */
  readonly importId?: string;
  /** Terraform's reason, as words: `a changed argument forces a new one`. */
  readonly reason?: string;
  /** Attributes that differ, sorted by path. Of `delete`: none. */
  readonly attributes: readonly AttributeChange[];
}

export interface AttributeChange {
  /**
   * `versioning[0].enabled`, `tags.owner`; in brackets and quotes keys that are no identifiers, and names of blocks that have
   * one: `tags["cost-center"]`, `rule["expire"].status`.
   */
  readonly path: string;
  readonly before: Value;
  readonly after: Value;
  /** It forces the replacement. */
  readonly forcesReplacement?: boolean;
  /** The provider sets it, and the configuration does not: shown where nothing else tells why a resource is updated. */
  readonly isComputed?: boolean;
}

export interface OutputChange {
  readonly name: string;
  readonly action: 'create' | 'update' | 'delete';
  readonly before: Value;
  readonly after: Value;
}

/** A value as it may be shown. */
export type Value =
  | { readonly kind: 'absent' }
  /** Known after the apply. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'sensitive' }
  | { readonly kind: 'known'; readonly value: unknown };
