import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deploy, outputFolder, readOutputs } from '../../cli/local/deploy';
import { type AwsEmulator, startAws, startCloudStorage } from '../../cli/local/emulators';
import { cloudtrailToCortex, logpushToTaegis, qualysToSecops } from '../../cli/local/flows';
import { ensurePythonVenv } from '../../cli/local/python';
import { readStack } from '../../cli/synthesized';
import { projectRoot } from '../../environments/root';
import type { CloudtrailCortexOutputs } from '../../stacks/outputs';
import { readReadiness, testIf } from './readiness';

const { folder, terraform = 'terraform', missing, env: terraformEnv, problems } = readReadiness();
// In CI this must run: what is missing there fails.
const problem = process.env.CI === 'true' ? undefined : (missing ?? problems.aws);

const SECRETS = {
  password: 'Qualys-pass+word/1',
  username: 'qualys-api-user-1',
  key: 'taegis-key+default/1',
  dnsKey: 'taegis-key+dns/2',
};

// The SDK would warn of Node.js 20 in the middle of the results.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const workFolder = join(folder, 'deploy');
let aws: AwsEmulator;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  if (problem !== undefined) return;
  await ensurePythonVenv();
  aws = await startAws({ account: '111122223333', region: 'us-east-1' });
  const environments = join(workFolder, 'environments');
  mkdirSync(environments, { recursive: true });
  copyFileSync(join(projectRoot, 'environments', 'local.yaml'), join(environments, 'local.yaml'));
  env = { ...terraformEnv, ...aws.env, TRIBUTARY_ENVIRONMENTS: environments };
}, 120_000);

afterAll(async () => {
  await aws?.stop();
});

/** Runs Terraform in the deployed stack; the exit code is part of the answer. */
async function terraformRun(...args: string[]): Promise<{ code: number; output: string }> {
  const { folder: cwd } = readStack(outputFolder(workFolder), 'local-cloudtrail-cortex');
  const run = promisify(execFile)(terraform, args, { cwd, env: { ...process.env, ...env } });
  return run.then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    ({ code, stdout, stderr }) => ({ code, output: stdout + stderr }),
  );
}

describe('cloudtrail-cortex, deployed as synthesized', () => {
  testIf(
    problem,
    'cdktf deploy makes every resource',
    async () => {
      const secrets = { TF_VAR_qualys_password: SECRETS.password, TF_VAR_qualys_username: SECRETS.username };
      const { resources } = await deploy({
        stack: 'local-cloudtrail-cortex',
        workFolder,
        env: { ...env, ...secrets, TF_VAR_taegis_keys: JSON.stringify({ default: SECRETS.key }) },
        onProgress: () => undefined,
      });
      expect(resources).toBe(26);
    },
    240_000,
  );

  testIf(
    problem,
    'a second plan changes nothing',
    async () => {
      const { code, output } = await terraformRun('plan', '-detailed-exitcode', '-input=false', '-no-color');
      expect(`${code} ${output}`).toMatch(/^0 [\s\S]*No changes/);
    },
    60_000,
  );

  testIf(
    problem,
    'Cortex reads every event with the role, and strangers are refused',
    async () => {
      const stack = readStack(outputFolder(workFolder), 'local-cloudtrail-cortex');
      const outputs = readOutputs<CloudtrailCortexOutputs>(stack, terraform, env);
      const flow = await cloudtrailToCortex(aws, outputs);
      expect(flow.items).toBe(75);
      expect(flow.checks).toEqual(['refused: wrong external id, no external id, another account']);
    },
    60_000,
  );

  testIf(
    problem,
    'destroy of an unprotected environment leaves nothing',
    async () => {
      const { code } = await terraformRun('destroy', '-auto-approve', '-input=false', '-no-color');
      expect(code).toBe(0);
      expect((await terraformRun('state', 'list')).output).toBe('');
    },
    120_000,
  );
});

describe('the other pipelines, from the same output', () => {
  testIf(
    problem,
    'the bundle collects every alert once into Cloud Storage',
    async () => {
      const cloudStorage = await startCloudStorage();
      try {
        const flow = await qualysToSecops({
          stack: readStack(outputFolder(workFolder), 'local-qualys-secops'),
          workFolder: join(workFolder, 'collector'),
          cloudStorage,
          alerts: 1_234,
          credentials: SECRETS,
        });
        expect(flow.items).toBe(1_234);
      } finally {
        await cloudStorage.stop();
      }
    },
    60_000,
  );

  testIf(
    problem,
    'every Logpush job reaches Taegis with its own key',
    async () => {
      const flow = await logpushToTaegis({
        stack: readStack(outputFolder(workFolder), 'local-logpush-taegis'),
        workFolder: join(workFolder, 'logpush'),
        terraform,
        env,
        records: 1_500,
        keys: { default: SECRETS.key, gateway_dns: SECRETS.dnsKey },
      });
      expect(flow.items).toBe(5 * 1_500);
    },
    60_000,
  );
});

testIf(
  problem,
  'no secret that was given to the run stands in what it leaves',
  async () => {
    const files = filesOf(workFolder).filter((file) => !file.startsWith(join(workFolder, 'collector', 'secrets')));
    expect(files.length).toBeGreaterThan(10);
    const spellings = Object.values(SECRETS).flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
    ]);
    const leaks = files.filter((file) => {
      const content = readFileSync(file);
      return spellings.some((spelling) => content.includes(spelling));
    });
    expect(leaks).toEqual([]);
  },
  30_000,
);

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  // Providers are hundreds of megabytes, and came from elsewhere.
  return readdirSync(path)
    .filter((name) => name !== '.terraform')
    .flatMap((name) => filesOf(join(path, name)));
}
