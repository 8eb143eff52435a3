import { join } from 'node:path';
import { loadEnvironments } from '../../../environments/load';
import { projectRoot } from '../../../environments/root';
import type { Environment } from '../../../environments/schema';
import { OPTION_NAMES, optionEnvironment } from '../../stacks/qualys-options';
import { type StackJson, synthesize } from '../../synthesize';

/** A stack that builds in Google Cloud, with what it was made from. */
export interface Subject {
  readonly environment: Environment;
  readonly stack: StackJson;
}

/** How to make each stack of Google Cloud: those of the environments, then those of the options. */
const SUBJECTS = new Map<string, () => Environment>([
  ...loadEnvironments(join(projectRoot, 'environments'))
    .filter(({ qualys }) => qualys !== undefined)
    .map((one) => [one.environment, () => one] as const),
  ...OPTION_NAMES.map((name) => [name, () => optionEnvironment(name)] as const),
]);

export const SUBJECT_NAMES: readonly string[] = [...SUBJECTS.keys()];

const made = new Map<string, Subject>();

/** The stack of an environment, or of an option of test/stacks/qualys-options.ts. Not to be changed: clone it. */
export function subject(name: string): Subject {
  const known = made.get(name);
  if (known) return known;
  const environment = SUBJECTS.get(name)?.();
  if (environment === undefined) throw new Error(`no stack of ${name}`);
  const { qualys, notifications } = environment;
  const others = { bootstrap: undefined, cloudtrail: undefined, cloudflare: undefined };
  const only = { ...environment, qualys, notifications, ...others };
  const [stack] = Object.values(synthesize(only));
  if (stack?.provider.google === undefined) throw new Error(`${name} builds nothing in Google Cloud`);
  const one = { environment, stack };
  made.set(name, one);
  return one;
}
