import { isDeepStrictEqual } from 'node:util';
import type { ProviderRun, ResourceRules } from './rules';
import { type Attribute, type Block, type CtyType, conform } from './schema';
import { UNKNOWN, Unknown, type Value, type Values } from './values';

export interface Proposal {
  /** Null: the resource is to be made. */
  readonly prior: Values | null;
  /** The configuration over what was there before, merged by Terraform. */
  readonly proposed: Values;
  readonly config: Values;
}

export interface Plan {
  readonly planned: Values;
  /** Arguments that make the resource anew. */
  readonly replacedBy: readonly string[];
}

/** Plans in the manner of Terraform's plugin framework: computed attributes become unknown only beside a change. */
export function planChange(block: Block, rules: ResourceRules, run: ProviderRun, proposal: Proposal): Plan {
  const { prior, proposed, config } = proposal;
  const wanted = conform(block, proposed, (value, { write_only }) => (write_only ? null : value));
  for (const [name, value] of Object.entries(rules.defaults ?? {})) wanted[name] = config[name] ?? value;
  Object.assign(wanted, rules.planned?.(config, run));
  if (prior !== null && isDeepStrictEqual(wanted, prior)) return { planned: wanted, replacedBy: [] };

  const planned = conform(block, wanted, (value, { computed }) => (computed && value === null ? UNKNOWN : value));
  if (prior === null) return { planned, replacedBy: [] };
  for (const name of rules.unknownOnUpdate ?? []) planned[name] = UNKNOWN;
  const replacedBy = rules.replacedBy?.filter((name) => !isDeepStrictEqual(planned[name], prior[name])) ?? [];
  return { planned, replacedBy };
}

/** The planned object with a value for each that was unknown: of `known`, by path, or an empty one. */
export function settle(block: Block, planned: Values, known: Values): Values {
  return conform(block, planned, (value, attribute, path) => {
    if (!(value instanceof Unknown)) return value;
    const answer = known[path];
    return answer === undefined ? emptyValue(attribute, path) : answer;
  });
}

function emptyValue({ type, nested_type }: Attribute, path: string): Value {
  if (nested_type !== undefined) return nested_type.nesting_mode === 'single' ? null : [];
  if (type === 'string' && /_time$/.test(path)) return new Date().toISOString();
  return EMPTY[kindOf(type)] ?? null;
}

const EMPTY: Record<string, Value> = { string: '', number: 0, bool: false, list: [], set: [], map: {} };

function kindOf(type: CtyType | undefined): string {
  return typeof type === 'string' ? type : (type?.[0] ?? '');
}
