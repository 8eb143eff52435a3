import { join } from 'node:path';
import { takeInventory } from '../../../cli/inventory/inventory';
import type { Inventory } from '../../../cli/inventory/model';
import { type SynthesizedStack, stackOf } from '../../../cli/synthesized';
import { loadEnvironment } from '../../../environments/load';
import { projectRoot } from '../../../environments/root';
import type { Environment } from '../../../environments/schema';
import * as bootstrap from '../../stacks/bootstrap-options';
import * as cloudtrail from '../../stacks/cloudtrail-options';
import * as qualys from '../../stacks/qualys-options';
import { parseEnvironment, type StackJson, synthesize } from '../../synthesize';

/** Every Logpush option that another resource or variable comes from. */
const LOGPUSH = `environment: test
protected: false
backend: { local: {} }
notifications: { emails: [secops@example.com] }
cloudflare:
  account: { id: 0123456789abcdef0123456789abcdef, datasets: [audit_logs] }
  zones:
    - { id: 023e105f4ecef8ad9ca31a8372d0c353, name: a.example, datasets: [http_requests] }
    - { id: 5b1e7d3c9f20486ab7d4e6f8091a2b3c, name: b.example, datasets: [http_requests, dns_logs] }
  alerts: { webhooks: [soc], pagerduty: [0123456789abcdef0123456789abcdef] }
  taegis:
    default: { url: "https://one.taegis.example.com/secret-path?tenant=7" }
    datasets: { dns_logs: { url: "https://two.taegis.example.com/x" } }
`;

const SUBJECTS = new Map<string, () => Environment>([
  ...['prod', 'dev', 'local'].map(
    (name) => [name, () => loadEnvironment(name, join(projectRoot, 'environments'))] as const,
  ),
  ...cloudtrail.OPTION_NAMES.map((name) => [`cloudtrail: ${name}`, () => cloudtrail.optionEnvironment(name)] as const),
  ...qualys.OPTION_NAMES.map((name) => [`qualys: ${name}`, () => qualys.optionEnvironment(name)] as const),
  ...bootstrap.BOOTSTRAP_OPTIONS.map(
    (name) => [`bootstrap: ${name}`, () => bootstrap.bootstrapEnvironment(name)] as const,
  ),
  ['logpush: all', () => parseEnvironment('test', LOGPUSH)],
  ['logpush: shards', () => parseEnvironment('test', `${LOGPUSH}  shards: 16\n`)],
]);

export const SUBJECT_NAMES: readonly string[] = [...SUBJECTS.keys()];

export interface Subject {
  readonly environment: Environment;
  /** By name. Not to be changed: clone it. */
  readonly stacks: Readonly<Record<string, StackJson>>;
  readonly inventory: Inventory;
}

const made = new Map<string, Subject>();

/** An environment, or one of an option: `cloudtrail: names`. */
export function subject(name: string): Subject {
  const known = made.get(name);
  if (known) return known;
  const environment = SUBJECTS.get(name)?.();
  if (environment === undefined) throw new Error(`no environment of ${name}`);
  const stacks = synthesize(environment);
  const one = { environment, stacks, inventory: inventoryOf(stacks) };
  made.set(name, one);
  return one;
}

export function inventoryOf(stacks: Readonly<Record<string, StackJson>>): Inventory {
  return takeInventory('test', toStacks(stacks));
}

function toStacks(stacks: Readonly<Record<string, StackJson>>): SynthesizedStack[] {
  return Object.keys(stacks)
    .sort()
    .map((name) => stackOf(name, '', stacks[name] ?? {}));
}

/** The inventory of a subject after a change of one of its stacks. */
export function changed(name: string, stack: string, change: (json: StackJson) => void): Inventory {
  const stacks = structuredClone(subject(name).stacks) as Record<string, StackJson>;
  const json = stacks[stack];
  if (json === undefined) throw new Error(`${name} has no ${stack}`);
  change(json);
  return inventoryOf(stacks);
}
