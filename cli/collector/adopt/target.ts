import { ENVIRONMENT, FEEDS, objectPrefix } from '../../../functions/qualys/contract';
import { requireSection } from '../../pipeline-section';
import { synthesizeStack } from '../../synth';
import { resolveReferences, resourcesOf, type SynthesizedStack } from '../../synthesized';
import { COLLECTOR_PIPELINE, type CollectorTarget, isCollected, readCollector } from '../target';

export type BucketKind = 'logs' | 'state' | 'code';
/** Accounts of no feed's own. */
export type AccountKind = 'build' | 'invoker';
export type SecretKind = 'username' | 'password';

/** What one feed has of its own: the names that the stack gives it. */
export interface CollectorParts extends CollectorTarget {
  /** E-mail address of the service account that the function runs as. */
  readonly account: string;
  /** The folder of the logs bucket that the feed of SecOps reads: `gs://<bucket>/alerts/`. */
  readonly uri: string;
}

/** Everything of the pipeline that may have been made by hand before: the names that the stack gives it. */
export interface AdoptTarget {
  readonly environment: string;
  /** Id of the Google Cloud project. */
  readonly project: string;
  /** One of each feed that is collected; alerts first. */
  readonly collectors: readonly CollectorParts[];
  /** Each with its location, as Cloud Storage writes it: `EUROPE-WEST3`, `EU`. */
  readonly buckets: Readonly<Record<BucketKind, { readonly name: string; readonly location: string }>>;
  /** E-mail addresses of the other service accounts. */
  readonly accounts: Readonly<Record<AccountKind, string>>;
  /** Names of the secrets within the project. */
  readonly secrets: Readonly<Record<SecretKind, string>>;
}

/** Arguments of the resources, as far as they are looked at. */
interface FunctionResource {
  readonly name: string;
  readonly build_config: {
    readonly service_account: string;
    readonly source: { readonly storage_source: { readonly bucket: string } };
  };
  readonly service_config: {
    readonly service_account_email: string;
    readonly environment_variables: Record<string, string>;
    readonly secret_volumes: readonly { readonly mount_path: string; readonly secret: string }[];
  };
}
interface JobResource {
  readonly name: string;
  readonly http_target: { readonly oidc_token: { readonly service_account_email: string } };
}
interface BucketResource {
  readonly name: string;
  readonly location: string;
}

/**
 * Finds what the stack of an environment makes: what the environment file says, synthesized now.
 * @throws UserError when there is no such environment, it has problems, or no section of the pipeline
 */
export async function findAdoptTarget(environment: string): Promise<AdoptTarget> {
  requireSection(environment, COLLECTOR_PIPELINE);
  return synthesizeStack(environment, `${environment}-${COLLECTOR_PIPELINE}`, (stack) =>
    readAdoptTarget(stack, environment),
  );
}

/** Reads the names of what the pipeline is made of out of its synthesized stack. */
export function readAdoptTarget(stack: SynthesizedStack, environment: string): AdoptTarget {
  const collector = readCollector(stack, environment, 'alerts');
  const { project } = collector;
  const deployed = named<FunctionResource>(stack, 'google_cloudfunctions2_function', collector.function);
  const job = named<JobResource>(stack, 'google_cloud_scheduler_job', collector.job.split('/').at(-1) ?? '');
  const { build_config: build, service_config: service } = deployed;
  const bucket = (reference: string) => {
    // Of the bundle, whose bucket is a reference in turn.
    const name = resolveReferences(stack, resolveReferences(stack, reference));
    return { name, location: named<BucketResource>(stack, 'google_storage_bucket', name).location.toUpperCase() };
  };
  const account = (reference: string) => emailOf(stack, reference, project);
  const secret = (variable: string) => {
    const file = service.environment_variables[variable] ?? '';
    const volume = service.secret_volumes.find(({ mount_path }) => file.startsWith(`${mount_path}/`));
    return resolveReferences(stack, volume?.secret ?? '');
  };
  return {
    environment,
    project,
    collectors: FEEDS.filter((feed) => isCollected(stack, feed)).map((feed) => {
      const target = readCollector(stack, environment, feed);
      const { service_config } = named<FunctionResource>(stack, 'google_cloudfunctions2_function', target.function);
      return {
        ...target,
        account: account(service_config.service_account_email),
        uri: `gs://${target.logsBucket}/${objectPrefix(feed)}`,
      };
    }),
    buckets: {
      logs: bucket(collector.logsBucket),
      state: bucket(collector.stateBucket),
      code: bucket(build.source.storage_source.bucket),
    },
    accounts: {
      build: account(build.service_account),
      invoker: account(job.http_target.oidc_token.service_account_email),
    },
    secrets: { username: secret(ENVIRONMENT.usernameFile), password: secret(ENVIRONMENT.passwordFile) },
  };
}

function named<T extends { readonly name: string }>(stack: SynthesizedStack, type: string, name: string): T {
  const found = resourcesOf<T>(stack, type).find((resource) => resource.name === name);
  if (found === undefined) throw new Error(`${stack.name} has no ${type} ${name}`);
  return found;
}

/** The e-mail address of an account that the stack makes, by a reference to any of its attributes. */
function emailOf(stack: SynthesizedStack, reference: string, project: string): string {
  const [, id = ''] = /\$\{google_service_account\.([\w-]+)\./.exec(reference) ?? [];
  const account = stack.resource.google_service_account?.[id]?.account_id;
  if (typeof account !== 'string') throw new Error(`${stack.name}: ${reference} is no account of the stack`);
  return `${account}@${project}.iam.gserviceaccount.com`;
}
