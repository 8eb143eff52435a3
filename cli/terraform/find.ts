import { execFile } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { UserError } from '../../environments/user-error';
import { chooseProviderSource, type Folders, providerInstallationConfig } from './providers';

export interface Terraform {
  /** The command to run: found on the PATH. */
  readonly command: string;
  readonly version: string;
}

/** Write-only arguments came with Terraform 1.11 (developer.hashicorp.com/terraform/language/v1.11.x/upgrade-guides). */
const OLDEST_TERRAFORM = [1, 11] as const;

/**
 * Terraform on the PATH.
 *
 * @throws UserError when it is missing, does not run or is older than 1.11.
 */
export async function findTerraform(env: NodeJS.ProcessEnv = process.env): Promise<Terraform> {
  const output = await new Promise<string>((done, fail) => {
    execFile(
      'terraform',
      ['version', '-json'],
      { env: { ...env, CHECKPOINT_DISABLE: '1' } },
      (error, stdout, stderr) => {
        if (error === null) done(stdout);
        else if (error.code === 'ENOENT') fail(new UserError(`Terraform was not found on the PATH. ${INSTALL}`));
        else fail(new UserError(`"terraform version" failed: ${stderr.trim() || error.message}`));
      },
    );
  });
  const version = parseTerraformVersion(output);
  if (!isSupported(version))
    throw new UserError(
      `Terraform ${version} is too old: ${OLDEST_TERRAFORM.join('.')} or newer is needed. ${INSTALL}`,
    );
  return { command: 'terraform', version };
}

const INSTALL =
  `Install Terraform ${OLDEST_TERRAFORM.join('.')} or newer (developer.hashicorp.com/terraform/install; ` +
  '"brew install hashicorp/tap/terraform" on macOS) and run this again.';

/**
 * The version in the output of `terraform version -json`. Warnings about the CLI configuration belong on standard error,
 * but wrappers (tfenv, asdf) write their own on standard output: what stands before the JSON object is skipped.
 *
 * @throws UserError when there is none.
 */
export function parseTerraformVersion(output: string): string {
  const start = output.indexOf('{');
  try {
    const { terraform_version: version } = JSON.parse(output.slice(start)) as { terraform_version?: unknown };
    if (start >= 0 && typeof version === 'string') return version;
  } catch {
    // Told below, with the output.
  }
  throw new UserError(`"terraform version -json" gave no version: ${JSON.stringify(output.slice(0, 200))}. ${INSTALL}`);
}

function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST_TERRAFORM[0] || (major === OLDEST_TERRAFORM[0] && minor >= OLDEST_TERRAFORM[1]);
}

/**
 * How often the Go runtime of Terraform and its providers collects garbage, where the user has not said. A schema like that
 * of aws is all allocation: collecting an eighth as often takes a third off the processor time of a short run, for a sixth
 * more memory; from 1 GiB a process on it collects as it needs to. Source: pkg.go.dev/runtime, "Environment Variables".
 */
const GARBAGE_COLLECTION = { GOGC: '800', GOMEMLIMIT: '1GiB' };

/**
 * Variables for runs of Terraform that go without the network where this machine holds the providers; to be laid over
 * the environment: `{ ...process.env, ...(await terraformEnvironment(folder)) }`. A variable that is undefined in it must
 * not be inherited. See `chooseProviderSource` for how providers are found.
 *
 * @param workFolder is made when it is missing, and may get the CLI configuration `providers.tfrc`.
 */
export async function terraformEnvironment(
  workFolder: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<NodeJS.ProcessEnv> {
  const source = chooseProviderSource({ env, home: homedir(), platform: process.platform, arch: process.arch }, disk);
  const variables: NodeJS.ProcessEnv = {
    CHECKPOINT_DISABLE: '1',
    TF_IN_AUTOMATION: '1',
    GOGC: env.GOGC ?? GARBAGE_COLLECTION.GOGC,
    GOMEMLIMIT: env.GOMEMLIMIT ?? GARBAGE_COLLECTION.GOMEMLIMIT,
  };
  if (source.kind === 'configured') return variables;
  if (source.kind === 'default') return { ...variables, TF_CLI_CONFIG_FILE: undefined };
  const configFile = join(resolve(workFolder), 'providers.tfrc');
  await mkdir(workFolder, { recursive: true });
  await writeFile(configFile, providerInstallationConfig(source.mirrors));
  return { ...variables, TF_CLI_CONFIG_FILE: configFile };
}

/** What cannot be read is as good as absent: it is a place where providers might have been. */
const disk: Folders = {
  isFile: (path) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false,
  children: (folder) => {
    try {
      return readdirSync(folder).sort();
    } catch {
      return [];
    }
  },
};
