import type { QualysSettings } from '../../environments/qualys';
import type { Environment } from '../../environments/schema';
import { type GoogleApi, GoogleApiError } from '../google-api';
import type { Check } from './check';

export interface GoogleOptions {
  readonly environment: Environment;
  readonly settings: QualysSettings;
  readonly api: GoogleApi;
  /** Milliseconds that one look may take. */
  readonly timeoutMs: number;
}

/** What a check says when Google answers that an API is not on; undefined of any other error. */
export function apiOff(error: unknown): Pick<Check, 'code' | 'finding' | 'todo' | 'command'> | undefined {
  if (!(error instanceof GoogleApiError) || error.status !== 403) return undefined;
  const off =
    /: ([^:\n]+ API) has not been used in project (\S+) before or it is disabled.*?\/apis\/api\/([\w.-]+)\//s.exec(
      error.message,
    );
  if (off === null) return undefined;
  const [, name, payer, service] = off;
  return {
    code: 'google-api-off',
    finding: `the ${name} is off in the project ${payer}, which pays for your requests`,
    todo: 'Turn it on. If that is not the project of the pipeline: gcloud auth application-default set-quota-project.',
    command: `gcloud services enable ${service} --project=${payer}`,
  };
}
