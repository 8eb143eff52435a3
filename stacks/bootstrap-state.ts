import type { BootstrapSettings } from '../environments/bootstrap';
import type { Environment } from '../environments/schema';
import { BOOTSTRAP_NAME } from './pipelines';

/** Days for which an overwritten state can be had back. */
export const STATE_VERSION_DAYS = 90;

/**
 * The environment as its bootstrap stacks see it. Until they have made the bucket, their state is local. What they make is
 * kept even where nothing else is protected: with the bucket, the state of every other stack would go.
 */
export function bootstrapEnvironment(environment: Environment, { state }: BootstrapSettings): Environment {
  return { ...environment, protected: true, ...(state === 'local' && { backend: { local: {} } }) };
}

/** Names of the stacks of an environment, as far as they keep a state; `*` stands for what a setting can add. */
export function stateStacks({ environment, qualys, cloudtrail, cloudflare, bootstrap }: Environment) {
  const named = (names: readonly (string | false | undefined)[]) =>
    names.flatMap((name) => (name ? [`${environment}-${name}`] : []));
  return {
    pipelines: named([
      qualys && 'qualys-secops',
      cloudtrail && 'cloudtrail-cortex',
      // One stack, or one for each part of the zones.
      cloudflare && 'logpush-taegis',
      cloudflare && 'logpush-taegis-*',
    ]),
    bootstrap: named([bootstrap?.aws && `${BOOTSTRAP_NAME}-aws`, bootstrap?.google && `${BOOTSTRAP_NAME}-google`]),
  };
}
