import { UserError } from '../../../environments/user-error';
import type { StackJob } from '../status-jobs';

/** Integration keys by dataset, `default` for the rest: what `TF_VAR_taegis_keys` holds. */
export type TaegisKeys = Readonly<Record<string, string>>;

export const KEYS_VARIABLE = 'TF_VAR_taegis_keys';
export const DEFAULT_KEY = 'default';

/**
 * The keys of `TF_VAR_taegis_keys`; none when it is not set.
 * @throws UserError when it is no JSON map of texts. Its content is never quoted.
 */
export function readKeys(env: NodeJS.ProcessEnv): TaegisKeys {
  const text = env[KEYS_VARIABLE]?.trim();
  if (!text) return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isMap || Object.values(value as object).some((key) => typeof key !== 'string'))
    throw new UserError(`${KEYS_VARIABLE} is no JSON map of keys. Expected {"default":"…","gateway_dns":"…"}.`);
  return value as TaegisKeys;
}

/** A rotation: the keys afterwards, and the datasets whose jobs get another one. */
export interface KeyChange {
  readonly keys: TaegisKeys;
  /** Sorted. */
  readonly datasets: readonly string[];
}

/**
 * @param dataset whose key changes. Default: the key `default`, of the datasets without one of their own
 * @throws UserError when no job is concerned, or another job would be without a key
 */
export function changeKey(
  jobs: readonly StackJob[],
  old: TaegisKeys,
  dataset: string | undefined,
  key: string,
): KeyChange {
  const used = [...new Set(jobs.map((job) => job.dataset))].sort();
  if (dataset !== undefined && !used.includes(dataset))
    throw new UserError(`No job of the environment pushes ${dataset}. Expected one of ${used.join(', ')}.`);
  const keys = { ...old, [dataset ?? DEFAULT_KEY]: key };
  const datasets = used.filter((name) => (dataset === undefined ? !Object.hasOwn(old, name) : name === dataset));
  if (datasets.length === 0)
    throw new UserError(
      `Every dataset has a key of its own in ${KEYS_VARIABLE}, so that none uses the default. Name one: ${used.join(', ')}.`,
    );
  const without = used.filter((name) => !keys[name] && !keys[DEFAULT_KEY]);
  if (without.length > 0)
    throw new UserError(
      `${KEYS_VARIABLE} has no key for ${without.join(', ')}: a deploy writes the destination of every job. Export the ` +
        'keys that are deployed; the new one is read from standard input.',
    );
  return { keys, datasets };
}
