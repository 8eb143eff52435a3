/**
 * What `terraform show -json <plan>` prints, as far as it is read here
 * (developer.hashicorp.com/terraform/internals/json-format, format version 1.x). It holds sensitive values in clear: it
 * stays in memory.
 */
export interface PlanJson {
  readonly format_version: string;
  readonly terraform_version?: string;
  readonly resource_changes?: readonly ResourceChangeJson[];
  /** What changed outside of Terraform since the last apply. */
  readonly resource_drift?: readonly ResourceChangeJson[];
  readonly output_changes?: Readonly<Record<string, ChangeJson>>;
  /** Whether Terraform stopped in the middle: then the plan is incomplete. */
  readonly errored?: boolean;
  /** Values of the root module's variables, the sensitive ones in clear. */
  readonly variables?: Readonly<Record<string, { readonly value?: unknown }>>;
  /** What exists now. A plan with -refresh-only has no `resource_changes`. */
  readonly prior_state?: { readonly values?: { readonly root_module?: { readonly resources?: readonly StateJson[] } } };
  readonly configuration?: {
    readonly root_module?: {
      readonly resources?: readonly ConfigurationJson[];
      readonly variables?: Readonly<Record<string, { readonly sensitive?: boolean }>>;
    };
  };
}

export interface StateJson {
  readonly mode: 'managed' | 'data';
  readonly type: string;
  readonly values?: unknown;
  /** `true` where a value is sensitive, in the shape of `values`. */
  readonly sensitive_values?: unknown;
}

/** What the configuration says of a resource. */
export interface ConfigurationJson {
  /** Without an index: all that `count` and `for_each` make have one configuration. */
  readonly address: string;
  /**
   * By argument: `{"constant_value": …}`, `{"references": […]}`, or `{}` for an expression without references; of a block an
   * object of these, or a list of such objects.
   */
  readonly expressions?: Readonly<Record<string, unknown>>;
}

export interface ResourceChangeJson {
  readonly address: string;
  /** Where a `moved` block brought it from. */
  readonly previous_address?: string;
  readonly mode: 'managed' | 'data';
  readonly type: string;
  readonly name: string;
  readonly provider_name?: string;
  readonly change: ChangeJson;
  /** Why Terraform chose this action, such as `replace_because_cannot_update` or `delete_because_no_resource_config`. */
  readonly action_reason?: string;
}

export interface ChangeJson {
  /** `["no-op"]`, `["create"]`, `["read"]`, `["update"]`, `["delete", "create"]`, `["create", "delete"]`, `["delete"]`, `["forget"]`. */
  readonly actions: readonly string[];
  readonly before: unknown;
  readonly after: unknown;
  /** `true` where a value is known after the apply only, in the shape of `after`. */
  readonly after_unknown?: unknown;
  /** `true` where a value is sensitive, in the shape of `before` and `after`. */
  readonly before_sensitive?: unknown;
  readonly after_sensitive?: unknown;
  /** Paths that force a replacement. */
  readonly replace_paths?: readonly (readonly (string | number)[])[];
  readonly importing?: { readonly id?: string };
}
