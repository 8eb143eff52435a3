import { parseTerraformVersion } from '../../../cli/terraform/find';
import {
  chooseProviderSource,
  type Folders,
  type Machine,
  providerInstallationConfig,
} from '../../../cli/terraform/providers';
import { UserError } from '../../../environments/user-error';

describe('parseTerraformVersion', () => {
  test('reads the version', () => {
    expect(parseTerraformVersion('{"terraform_version":"1.11.4","platform":"linux_amd64"}')).toBe('1.11.4');
  });

  test('skips what a version manager prints before', () => {
    expect(parseTerraformVersion('version 1.12.0 is used\n{"terraform_version":"1.12.0"}\n')).toBe('1.12.0');
  });

  test.each(['', 'Terraform v1.11.4', '{}', '{"terraform_version":1}'])('refuses %j', (output) => {
    expect(() => parseTerraformVersion(output)).toThrow(UserError);
  });
});

describe('chooseProviderSource', () => {
  const linux: Machine = { env: {}, home: '/home/ada', platform: 'linux', arch: 'x64' };
  const aws = 'registry.terraform.io/hashicorp/aws/5.100.0';

  test('an existing TF_CLI_CONFIG_FILE is left alone', () => {
    const machine = { ...linux, env: { TF_CLI_CONFIG_FILE: '/etc/tfrc' } };
    expect(chooseProviderSource(machine, disk('/etc/tfrc', `/opt/mirror/${aws}/linux_amd64/x`))).toEqual({
      kind: 'configured',
    });
  });

  test('a TF_CLI_CONFIG_FILE that is missing is not kept', () => {
    const machine = { ...linux, env: { TF_CLI_CONFIG_FILE: '/etc/tfrc' } };
    expect(chooseProviderSource(machine, disk())).toEqual({ kind: 'default' });
  });

  test('the default CLI configuration is left alone', () => {
    expect(chooseProviderSource(linux, disk('/home/ada/.terraformrc', `/opt/mirror/${aws}/linux_amd64/x`))).toEqual({
      kind: 'default',
    });
  });

  test.each<[string, Partial<Machine>, string]>([
    ['home', {}, '/home/ada/.terraform.d/plugins'],
    ['XDG_DATA_HOME by default', {}, '/home/ada/.local/share/terraform/plugins'],
    ['XDG_DATA_HOME', { env: { XDG_DATA_HOME: '/data' } }, '/data/terraform/plugins'],
    ['XDG_DATA_DIRS by default', {}, '/usr/local/share/terraform/plugins'],
    ['XDG_DATA_DIRS', { env: { XDG_DATA_DIRS: '/a:/b' } }, '/b/terraform/plugins'],
    ['macOS', { platform: 'darwin' }, '/Library/Application Support/io.terraform/plugins'],
  ])('an implied mirror suffices: %s', (_, difference, folder) => {
    const folders = disk(`${folder}/${aws}/linux_amd64/x`, `/opt/mirror/${aws}/linux_amd64/x`);
    expect(chooseProviderSource({ ...linux, ...difference }, folders)).toEqual({ kind: 'default' });
  });

  test('system-wide mirrors give what they hold for this platform, unpacked or packed', () => {
    const folders = disk(
      `/opt/mirror/${aws}/linux_amd64/terraform-provider-aws`,
      '/opt/mirror/registry.terraform.io/hashicorp/random/3.7.2/darwin_arm64/x',
      '/srv/tf/registry.terraform.io/hashicorp/google/terraform-provider-google_6.50.0_linux_amd64.zip',
      '/opt/other/readme',
    );
    expect(chooseProviderSource(linux, folders)).toEqual({
      kind: 'mirrors',
      mirrors: [
        { path: '/opt/mirror', providers: ['registry.terraform.io/hashicorp/aws'] },
        { path: '/srv/tf', providers: ['registry.terraform.io/hashicorp/google'] },
      ],
    });
  });

  test('a mirror for another platform is none', () => {
    const machine: Machine = { ...linux, arch: 'arm64' };
    expect(chooseProviderSource(machine, disk(`/opt/mirror/${aws}/linux_amd64/x`))).toEqual({ kind: 'default' });
  });
});

test('providerInstallationConfig takes the mirrored providers from the mirrors only', () => {
  expect(
    providerInstallationConfig([
      { path: '/opt/a${b}', providers: ['registry.terraform.io/hashicorp/aws'] },
      { path: '/srv/tf', providers: ['registry.terraform.io/hashicorp/aws', 'registry.terraform.io/hashicorp/google'] },
    ]),
  ).toBe(`provider_installation {
  filesystem_mirror {
    path    = "/opt/a$\${b}"
    include = ["registry.terraform.io/hashicorp/aws"]
  }
  filesystem_mirror {
    path    = "/srv/tf"
    include = ["registry.terraform.io/hashicorp/aws", "registry.terraform.io/hashicorp/google"]
  }
  direct {
    exclude = ["registry.terraform.io/hashicorp/aws", "registry.terraform.io/hashicorp/google"]
  }
}
`);
});

/** A file system that holds these files. */
function disk(...files: string[]): Folders {
  return {
    isFile: (path) => files.includes(path),
    children: (folder) => {
      const below = files.filter((file) => file.startsWith(`${folder}/`));
      return [...new Set(below.map((file) => file.slice(folder.length + 1).split('/')[0] ?? ''))].sort();
    },
  };
}
