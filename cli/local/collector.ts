import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { projectRoot } from '../../environments/root';
import { ENVIRONMENT } from '../../functions/qualys/contract';
import { onlyResource, resolveReferences, type SynthesizedStack } from '../synthesized';
import { freePort, plainEnvironment, startServer } from './process';

export interface CollectorOptions {
  /** The stack that would deploy the function. */
  readonly stack: SynthesizedStack;
  /** Folder for the unpacked bundle and the files of the secrets. */
  readonly workFolder: string;
  /** Instead of the environment's API server: a simulator on this machine. */
  readonly qualysUrl: string;
  /** Instead of Cloud Storage: an emulator on this machine. */
  readonly cloudStorageUrl: string;
  readonly username: string;
  readonly password: string;
}

/** The collector as it is deployed, on this machine. */
export interface Collector {
  readonly logsBucket: string;
  readonly stateBucket: string;
  /** One run, as Cloud Scheduler would start it. */
  run(): Promise<CollectorRun>;
  stop(): Promise<void>;
}

/** The function's answer. */
export interface CollectorRun {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly alerts: number;
  readonly objects: number;
  readonly bytes: number;
}

interface FunctionResource {
  readonly build_config: { readonly entry_point: string };
  readonly service_config: { readonly environment_variables: Record<string, string> };
}

/**
 * Unpacks the bundle that a synthesized stack would deploy and starts it with the Functions Framework, as Cloud
 * Functions does, with the stack's own environment; only the addresses and the files of the secrets are this machine's.
 */
export async function startCollector(options: CollectorOptions): Promise<Collector> {
  const { stack, workFolder } = options;
  const { source } = onlyResource<{ source: string }>(stack, 'google_storage_bucket_object');
  const { build_config, service_config } = onlyResource<FunctionResource>(stack, 'google_cloudfunctions2_function');
  const folder = unpack(join(stack.folder, source), join(workFolder, 'function'));
  const variables = Object.fromEntries(
    Object.entries(service_config.environment_variables).map(([name, value]) => [
      name,
      resolveReferences(stack, value),
    ]),
  );
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = await startServer({
    name: 'The Qualys collector',
    command: process.execPath,
    args: [
      join(projectRoot, 'node_modules', '@google-cloud', 'functions-framework', 'build', 'src', 'main.js'),
      ...[`--source=${folder}`, `--target=${build_config.entry_point}`, '--signature-type=http', `--port=${port}`],
    ],
    env: {
      ...plainEnvironment(),
      ...variables,
      [ENVIRONMENT.apiUrl]: options.qualysUrl,
      [ENVIRONMENT.usernameFile]: writeSecret(workFolder, 'username', options.username),
      [ENVIRONMENT.passwordFile]: writeSecret(workFolder, 'password', options.password),
      STORAGE_EMULATOR_HOST: options.cloudStorageUrl,
    },
    // The framework answers this path itself; any other would start a run.
    readyUrl: `${url}/robots.txt`,
  });
  return {
    logsBucket: variables[ENVIRONMENT.logsBucket] ?? '',
    stateBucket: variables[ENVIRONMENT.stateBucket] ?? '',
    run: () => run(url),
    stop: () => server.stop(),
  };
}

function unpack(archive: string, folder: string): string {
  for (const [name, content] of Object.entries(unzipSync(readFileSync(archive)))) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return folder;
}

function writeSecret(workFolder: string, name: string, value: string): string {
  const file = join(workFolder, 'secrets', name);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, value, { mode: 0o600 });
  return file;
}

async function run(url: string): Promise<CollectorRun> {
  const response = await fetch(url, { method: 'POST' });
  return { status: response.status, ...((await response.json()) as Omit<CollectorRun, 'status'>) };
}
