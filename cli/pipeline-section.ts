import { environmentsFolder } from '../environments/folder';
import { displayPath, environmentFile, loadEnvironment, type Prepare } from '../environments/load';
import type { Environment } from '../environments/schema';
import { UserError } from '../environments/user-error';
import type { PipelineName } from '../stacks/pipelines';

/** The section of the environment file that describes each pipeline. */
const SECTIONS = {
  'qualys-secops': 'qualys',
  'cloudtrail-cortex': 'cloudtrail',
  'logpush-taegis': 'cloudflare',
} as const satisfies Record<PipelineName, keyof Environment>;

/**
 * A pipeline's section of an environment file.
 * @throws UserError when there is no such environment, it has problems, or no such section
 */
export function requireSection<P extends PipelineName>(
  environment: string,
  pipeline: P,
  prepare?: Prepare,
): NonNullable<Environment[(typeof SECTIONS)[P]]> {
  const section = loadEnvironment(environment, environmentsFolder(), prepare)[SECTIONS[pipeline]];
  if (section === undefined)
    throw new UserError(
      `${displayPath(environmentFile(environment))} has no section ${SECTIONS[pipeline]}, so that the environment ` +
        `${environment} has no pipeline ${pipeline}. Add the section (./tributary init writes one into a new file), or ` +
        'name another environment.',
    );
  return section;
}
