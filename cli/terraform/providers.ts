import { posix, win32 } from 'node:path';

/** The file system, as far as providers are looked for in it. */
export interface Folders {
  isFile(path: string): boolean;
  /** Names in a folder, sorted; empty when it is missing or unreadable. */
  children(folder: string): string[];
}

export interface Machine {
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
  /** As Node names them: `process.platform`, `process.arch`. */
  readonly platform: NodeJS.Platform;
  readonly arch: string;
}

/** A folder with providers in the layout of a filesystem mirror. */
export interface ProviderMirror {
  readonly path: string;
  /** Addresses, such as registry.terraform.io/hashicorp/aws. */
  readonly providers: readonly string[];
}

export type ProviderSource =
  /** The user's CLI configuration says where providers come from: TF_CLI_CONFIG_FILE stays as it is. */
  | { readonly kind: 'configured' }
  /** Terraform's own ways do: without TF_CLI_CONFIG_FILE. */
  | { readonly kind: 'default' }
  /** A CLI configuration must name these. */
  | { readonly kind: 'mirrors'; readonly mirrors: readonly ProviderMirror[] };

const REGISTRY = 'registry.terraform.io';

/** Where administrators put software that is not the distribution's own: a mirror may be any direct child. */
const SYSTEM_PARENTS = ['/opt', '/usr/local', '/usr/local/share', '/usr/share', '/usr/lib', '/srv', '/var/lib'];

/**
 * Where Terraform is to find providers, in this order:
 * 1. the user's CLI configuration, when the file that TF_CLI_CONFIG_FILE names, or else the default one, exists;
 * 2. Terraform's implied local mirrors, when one holds providers of the public registry;
 * 3. system-wide folders with a `registry.terraform.io` child, for the providers that they hold for this platform;
 * 4. the registry.
 *
 * A TF_CLI_CONFIG_FILE that names a missing file only makes Terraform warn at each command: it is left out.
 */
export function chooseProviderSource(machine: Machine, folders: Folders): ProviderSource {
  const named = machine.env.TF_CLI_CONFIG_FILE;
  if (named && folders.isFile(named)) return { kind: 'configured' };
  if (folders.isFile(defaultConfigFile(machine))) return { kind: 'default' };
  const path = machine.platform === 'win32' ? win32 : posix;
  const isMirror = (folder: string) => folders.children(path.join(folder, REGISTRY)).length > 0;
  if (impliedMirrors(machine).some(isMirror) || machine.platform === 'win32') return { kind: 'default' };
  const mirrors = SYSTEM_PARENTS.flatMap((parent) => folders.children(parent).map((child) => path.join(parent, child)))
    .map((folder) => ({ path: folder, providers: providersIn(folder, machine, folders) }))
    .filter((mirror) => mirror.providers.length > 0);
  return mirrors.length > 0 ? { kind: 'mirrors', mirrors } : { kind: 'default' };
}

/**
 * A CLI configuration that takes these providers from the mirrors and every other one from its registry.
 * Source: developer.hashicorp.com/terraform/cli/config/config-file#provider-installation.
 */
export function providerInstallationConfig(mirrors: readonly ProviderMirror[]): string {
  const all = [...new Set(mirrors.flatMap((mirror) => mirror.providers))];
  return [
    'provider_installation {',
    ...mirrors.flatMap(({ path, providers }) => [
      '  filesystem_mirror {',
      `    path    = ${quoted(path)}`,
      `    include = [${providers.map(quoted).join(', ')}]`,
      '  }',
    ]),
    '  direct {',
    // Without this Terraform would also ask the registry for them, and fail where there is no network.
    `    exclude = [${all.map(quoted).join(', ')}]`,
    '  }',
    '}',
    '',
  ].join('\n');
}

/** Source: developer.hashicorp.com/terraform/cli/config/config-file#locations. */
function defaultConfigFile({ env, home, platform }: Machine): string {
  return platform === 'win32'
    ? win32.join(env.APPDATA ?? win32.join(home, 'AppData', 'Roaming'), 'terraform.rc')
    : posix.join(home, '.terraformrc');
}

/** Source: developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories. */
function impliedMirrors({ env, home, platform }: Machine): string[] {
  if (platform === 'win32') {
    const data = env.APPDATA ?? win32.join(home, 'AppData', 'Roaming');
    return [win32.join(data, 'terraform.d', 'plugins'), win32.join(data, 'HashiCorp', 'Terraform', 'plugins')];
  }
  const own = posix.join(home, '.terraform.d', 'plugins');
  if (platform === 'darwin') {
    const support = 'Library/Application Support/io.terraform/plugins';
    return [own, posix.join(home, support), posix.join('/', support)];
  }
  // XDG base directory specification: these defaults hold when a variable is unset or empty.
  const data = [
    env.XDG_DATA_HOME || posix.join(home, '.local', 'share'),
    ...(env.XDG_DATA_DIRS || '/usr/local/share:/usr/share').split(':').filter((folder) => folder !== ''),
  ];
  return [own, ...data.map((folder) => posix.join(folder, 'terraform', 'plugins'))];
}

/**
 * Providers of the public registry that a mirror holds for this platform, unpacked
 * (`<host>/<namespace>/<type>/<version>/<platform>`) or packed (`<host>/<namespace>/<type>/…_<platform>.zip`).
 */
function providersIn(mirror: string, machine: Machine, folders: Folders): string[] {
  const platform = terraformPlatform(machine);
  const addresses = folders
    .children(posix.join(mirror, REGISTRY))
    .flatMap((namespace) =>
      folders.children(posix.join(mirror, REGISTRY, namespace)).map((type) => posix.join(REGISTRY, namespace, type)),
    );
  return addresses.filter((address) =>
    folders
      .children(posix.join(mirror, address))
      .some(
        (entry) =>
          entry.endsWith(`_${platform}.zip`) || folders.children(posix.join(mirror, address, entry)).includes(platform),
      ),
  );
}

/** `<os>_<arch>` in the names of Go, which Terraform uses. */
function terraformPlatform({ platform, arch }: Machine): string {
  const architectures: Record<string, string> = { x64: 'amd64', ia32: '386' };
  return `${platform}_${architectures[arch] ?? arch}`;
}

/** A string of HCL, in which `${` and `%{` begin templates. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(/([$%])\{/g, '$1$1{');
}
