import { requireSection } from '../../pipeline-section';
import { synthesizeStack } from '../../synth';
import { resourcesOf, type SynthesizedStack } from '../../synthesized';
import { COLLECTOR_PIPELINE, type CollectorTarget, readCollector } from '../target';
import type { SecretName } from './secrets';

/** The two secrets that all collectors of an environment read. */
export interface QualysSecrets {
  readonly username: SecretName;
  readonly password: SecretName;
}

/** What a rotation works on. */
export interface RotationTarget {
  /** The collector that shows whether the credentials work. */
  readonly collector: CollectorTarget;
  readonly secrets: QualysSecrets;
  /** Base URL of the environment's Qualys API server. */
  readonly apiUrl: string;
}

/**
 * Finds the secrets in the stack that deploys them: what the environment file says, synthesized now.
 * @throws UserError when there is no such environment, it has problems, or no section of the pipeline
 */
export async function findRotation(environment: string): Promise<RotationTarget> {
  const { apiUrl } = requireSection(environment, COLLECTOR_PIPELINE);
  return synthesizeStack(environment, `${environment}-${COLLECTOR_PIPELINE}`, (stack) => ({
    collector: readCollector(stack, environment, 'alerts'),
    secrets: readSecrets(stack),
    apiUrl,
  }));
}

/** Reads the names of the secrets out of a synthesized stack. */
export function readSecrets(stack: SynthesizedStack): QualysSecrets {
  const project = stack.provider.google?.[0]?.project;
  if (typeof project !== 'string') throw new Error(`${stack.name}: the provider google has no project`);
  const ids = resourcesOf<{ secret_id: string }>(stack, 'google_secret_manager_secret').map(
    ({ secret_id }) => secret_id,
  );
  const find = (kind: keyof QualysSecrets): SecretName => {
    const [name, ...others] = ids.filter((id) => id.endsWith(`-${kind}`));
    if (name === undefined || others.length > 0) throw new Error(`${stack.name} has not one secret …-${kind}`);
    return { project, name };
  };
  return { username: find('username'), password: find('password') };
}
