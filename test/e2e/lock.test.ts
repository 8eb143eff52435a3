import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../environments/root';
import { readReadiness, testIf } from './readiness';
import { tributary } from './tributary';

const { folder, terraform = 'terraform', missing, env: terraformEnv, problems } = readReadiness();
// In CI this must run: what is missing there fails.
const problem = process.env.CI === 'true' ? undefined : (missing ?? problems.aws);

// What the set-up has installed has the layout of a mirror.
const mirror = join(folder, 'cdktf.out', 'stacks', 'dev-cloudtrail-cortex', '.terraform', 'providers');
const workFolder = join(folder, 'lock');
const environments = join(workFolder, 'environments');
const lockFile = join(environments, 'locks', 'aws.lock.hcl');

const env = { ...terraformEnv, TRIBUTARY_ENVIRONMENTS: environments };

beforeAll(() => {
  mkdirSync(environments, { recursive: true });
  writeFileSync(
    join(environments, 'locked.yaml'),
    `environment: locked
protected: false
backend: { local: {} }
cloudtrail:
  account: "111122223333"
  region: us-east-1
  trail: create
  cortex: { externalId: 5f2d0a1e-3c4b-4d5e-8f60-718293a4b5c6 }
`,
  );
});

/** As Terraform names this machine. */
function platform(): string {
  const provider = join(mirror, 'registry.terraform.io', 'hashicorp', 'aws');
  const [version = ''] = readdirSync(provider);
  const [name = ''] = readdirSync(join(provider, version));
  return name;
}

const lock = (name: string) => tributary(env, ['lock', '--mirror', mirror, '--platform', name]);

describe('./tributary lock', () => {
  testIf(
    problem,
    'that fails changes no file',
    async () => {
      mkdirSync(join(environments, 'locks'));
      writeFileSync(lockFile, '# of before\n');
      const { code, stderr } = await lock('plan9_mips');
      expect(code).toBe(1);
      expect(stderr).toMatch(/^The provider aws \S.* could not be locked; no file was changed\.\n/m);
      expect(readFileSync(lockFile, 'utf8')).toBe('# of before\n');
    },
    120_000,
  );

  testIf(
    problem,
    'writes a file for the provider, which lands beside each synthesized stack, and an init is content with',
    async () => {
      expect(await lock(platform())).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('aws.lock.hcl\nwritten'),
      });
      const text = readFileSync(lockFile, 'utf8');
      expect(text).toMatch(/^provider "registry\.terraform\.io\/hashicorp\/aws" \{\n {2}version +=[\s\S]*"h1:/m);
      expect(readdirSync(join(environments, 'locks'))).toEqual(['aws.lock.hcl']);
      const output = join(workFolder, 'cdktf.out');
      const run = promisify(execFile);
      const variables = { ...process.env, ...env };
      const app = join(projectRoot, 'dist', 'main.js');
      await run(process.execPath, [app], { env: { ...variables, CDKTF_OUTDIR: output } });
      const stack = join(output, 'stacks', 'locked-cloudtrail-cortex');
      expect(readFileSync(join(stack, '.terraform.lock.hcl'), 'utf8')).toBe(text);
      await run(terraform, ['init', '-backend=false', '-lockfile=readonly'], { cwd: stack, env: variables });
    },
    240_000,
  );

  testIf(
    problem,
    'is what counts: a provider with another checksum is not run, and the way out is told',
    async () => {
      const text = readFileSync(lockFile, 'utf8');
      writeFileSync(lockFile, text.replace(/"(h1|zh):[^"]*"/g, '"h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="'));
      const { code, stdout } = await tributary(env, ['plan', 'locked', '--no-lock']);
      expect(code).toBe(1);
      expect(stdout).toMatch(/checksums/);
      expect(stdout).toContain(`Providers are locked by ${lockFile}; ./tributary lock renews it`);
      expect(existsSync(join(projectRoot, '.state', 'locked-cloudtrail-cortex.tfstate'))).toBe(false);
    },
    240_000,
  );
});
