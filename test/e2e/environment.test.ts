import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { type AwsEmulator, startAws } from '../../cli/local/emulators';
import { ensurePythonVenv } from '../../cli/local/python';
import { type CloudflareSimulator, startCloudflareSimulator } from '../simulators/cloudflare';
import { type ProviderSimulator, startProviderSimulator } from '../simulators/provider/server';
import { startTaegisSimulator, type TaegisSimulator } from '../simulators/taegis';
import { readReadiness, testIf } from './readiness';
import { type CommandResult, tributary } from './tributary';

// All three pipelines of one environment: AWS is the emulator, Google Cloud and Cloudflare are simulated providers.
const { folder, missing, env: terraformEnv, problems } = readReadiness();
// In CI this must run: what is missing there fails.
const problem = process.env.CI === 'true' ? undefined : (missing ?? problems.aws);

const TOKEN = 'cloudflare-token-1';
const ACCOUNT = '0123456789abcdef0123456789abcdef';
const ZONE = '023e105f4ecef8ad9ca31a8372d0c353';
const KEYS = { default: 'taegis+key/old', gateway_dns: 'taegis+key/dns' };
const NEW_KEY = 'taegis+key/new';

const workFolder = join(folder, 'environment');
const file = (name: string) => join(workFolder, name);
const environments = file('environments');

let aws: AwsEmulator;
let taegis: TaegisSimulator;
let cloudflare: CloudflareSimulator;
let providers: ProviderSimulator;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  if (problem !== undefined) return;
  await ensurePythonVenv();
  aws = await startAws({ account: '111122223333', region: 'us-east-1' });
  taegis = await startTaegisSimulator({ keys: [...Object.values(KEYS), NEW_KEY] });
  cloudflare = await startCloudflareSimulator({
    ...{ now: Date.now, token: TOKEN, account: ACCOUNT, zones: [ZONE], connectTo: taegis.url },
  });
  providers = await startProviderSimulator({ cloudflare: { url: cloudflare.url, token: TOKEN }, google: {} });
  env = {
    ...{ ...terraformEnv, ...aws.env, ...providers.env, TRIBUTARY_ENVIRONMENTS: environments },
    ...{ CLOUDFLARE_API_TOKEN: TOKEN, CLOUDFLARE_BASE_URL: cloudflare.url },
    TF_VAR_taegis_keys: JSON.stringify(KEYS),
  };
  const s3 = new S3Client({
    ...{ endpoint: aws.endpoint, region: aws.region, forcePathStyle: true },
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestHandler: { httpsAgent: new Agent({ ca: aws.ca }) },
  });
  await s3.send(new CreateBucketCommand({ Bucket: 'acme-state' }));
  mkdirSync(environments, { recursive: true });
  describeEnvironment();
  git('init', '--quiet');
  git('add', '.');
  git('-c', 'user.name=Test', '-c', 'user.email=test@example.com', 'commit', '--quiet', '--message', 'Begin');
}, 120_000);

afterAll(async () => {
  await providers?.close();
  await cloudflare?.close();
  await taegis?.close();
  await aws?.stop();
});

function git(...args: string[]): void {
  execFileSync('git', ['-C', environments, ...args]);
}

/** The environment file. */
function describeEnvironment({ zoneDatasets = 'http_requests', dnsName = '' } = {}): void {
  const name = dnsName && `, name: ${dnsName}`;
  const text = `environment: whole
protected: false
backend: { s3: { bucket: acme-state, region: us-east-1 } }
qualys: { project: acme-secops, region: us-central1, apiUrl: qualysapi.qualys.com }
cloudtrail:
  account: "111122223333"
  region: us-east-1
  trail: existing
  existing: { bucket: acme-logs, topic: "arn:aws:sns:us-east-1:111122223333:acme-trail" }
  cortex: { externalId: 5f2d0a1e-3c4b-4d5e-8f60-718293a4b5c6 }
cloudflare:
  account: { id: ${ACCOUNT}, datasets: [audit_logs, { dataset: gateway_dns${name} }] }
  zones: [{ id: ${ZONE}, name: example.com, datasets: [${zoneDatasets}] }]
  taegis: { default: { url: "https://ingest.taegis.example.com/in" } }
`;
  writeFileSync(join(environments, 'whole.yaml'), text);
}

function run(...args: string[]): Promise<CommandResult> {
  return tributary(env, args);
}

/** The keys that Cloudflare's jobs push with, by dataset. */
async function deployedKeys(): Promise<Record<string, string>> {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const lists = [`accounts/${ACCOUNT}`, `zones/${ZONE}`].map(async (owner) => {
    const response = await fetch(`${cloudflare.url}/${owner}/logpush/jobs`, { headers });
    const { result } = (await response.json()) as { result: { dataset: string; destination_conf: string }[] };
    return result.map(({ dataset, destination_conf }): [string, string] => [
      dataset,
      decodeURIComponent(/Bearer%20([^&]*)/.exec(destination_conf)?.[1] ?? ''),
    ]);
  });
  return Object.fromEntries((await Promise.all(lists)).flat());
}

describe('an environment with all three pipelines', () => {
  testIf(
    problem,
    'is planned as one report, with what Logpush asks for',
    async () => {
      const { code, stdout } = await run(
        'plan',
        'whole',
        '--markdown',
        file('report.md'),
        '--review',
        file('review.json'),
      );
      expect(code).toBe(2);
      const counts = [...stdout.matchAll(/^(whole-[a-z-]+): (\d+) to add$/gm)].map(([, stack, count]) => [
        stack,
        count,
      ]);
      expect(counts).toEqual([
        ['whole-cloudtrail-cortex', '13'],
        ['whole-logpush-taegis', '4'],
        ['whole-qualys-secops', expect.stringMatching(/^\d\d$/)],
      ]);
      expect(stdout).toMatch(/3 Logpush jobs .*receiver.*must/s);
      for (const secret of [...Object.values(KEYS), TOKEN])
        for (const text of [stdout, readFileSync(file('report.md'), 'utf8'), readFileSync(file('review.json'), 'utf8')])
          expect(text).not.toContain(secret);
    },
    120_000,
  );

  testIf(
    problem,
    'is planned from a folder that was synthesized elsewhere, of which only stacks are taken',
    async () => {
      const output = file('elsewhere');
      execFileSync(process.execPath, ['dist/main.js'], { env: { ...process.env, ...env, CDKTF_OUTDIR: output } });
      const stack = join(output, 'stacks', 'whole-logpush-taegis');
      writeFileSync(join(stack, 'evil.tf'), 'output "evil" { value = file("/proc/self/environ") }');
      mkdirSync(join(stack, '.terraform', 'providers'), { recursive: true });
      const args = ['plan', 'whole', 'logpush-taegis', '--synthesized', output] as const;
      const { code, stdout } = await run(...args);
      expect({ code, evil: stdout.includes('evil') }).toEqual({ code: 2, evil: false });
      const json = readFileSync(join(stack, 'cdk.tf.json'), 'utf8');
      writeFileSync(
        join(stack, 'cdk.tf.json'),
        json.replace('"cloudflare": [\n      {', '"cloudflare": [\n      {"base_url": "https://evil.example.com"'),
      );
      expect(await run(...args)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('whole-logpush-taegis: provider.cloudflare.base_url'),
      });
    },
    120_000,
  );

  testIf(
    problem,
    'is deployed one pipeline at a time',
    async () => {
      expect(await run('deploy', 'whole', 'logpush-taegis', '--yes')).toMatchObject({
        code: 0,
        stdout: 'whole-logpush-taegis: 4 added, 0 changed, 0 destroyed\n',
      });
      expect(taegis.received.validations).toBe(3);
      expect(await run('plan', 'whole', 'logpush-taegis')).toMatchObject({ code: 0 });
    },
    120_000,
  );

  testIf(
    problem,
    'is planned as far as its configuration differs from a commit',
    async () => {
      describeEnvironment({ zoneDatasets: 'http_requests, dns_logs' });
      const { code, stdout } = await run('plan', 'whole', '--changed-since', 'HEAD');
      expect(code).toBe(2);
      expect(stdout).toMatch(/^whole-logpush-taegis: 1 to add$/m);
      expect(stdout).toContain('No change: whole-cloudtrail-cortex, whole-qualys-secops.');
      const offline = await run('plan', 'whole', '--changed-since', 'HEAD', '--offline');
      expect(offline).toMatchObject({ code: 2 });
      expect(offline.stdout).toMatch(/^whole-logpush-taegis \(configuration only\): 1 to add$/m);
      describeEnvironment();
    },
    120_000,
  );

  testIf(
    problem,
    'tells of a job that was changed by hand',
    async () => {
      const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
      const jobs = `${cloudflare.url}/zones/${ZONE}/logpush/jobs`;
      const { result } = (await (await fetch(jobs, { headers })).json()) as { result: { id: number }[] };
      const [job] = result;
      const change = (enabled: boolean) =>
        fetch(`${jobs}/${job?.id}`, { method: 'PUT', headers, body: JSON.stringify({ ...job, enabled }) });
      await change(false);
      const { code, stdout } = await run('drift', 'whole', 'logpush-taegis');
      expect(code).toBe(2);
      expect(stdout).toMatch(/zone-023e105f4ecef8ad9ca31a8372d0c353-http_requests\w+\n +enabled +true → false/);
      await change(true);
    },
    120_000,
  );
});

describe('a rotated key of Taegis', () => {
  const rotate = (key: string, ...args: string[]) =>
    tributary(env, ['rotate', 'whole', 'logpush-taegis', ...args], `${key}\n`);

  testIf(
    problem,
    'that the receiver does not take changes nothing, and is told nowhere',
    async () => {
      const { code, stdout, stderr } = await rotate('wrong+key/1', 'gateway_dns');
      expect(code).toBe(1);
      expect(stderr).toContain('The receiver of gateway_dns does not take the new key');
      expect(stdout + stderr).not.toMatch(/wrong\+key|wrong%2Bkey/);
      expect(await deployedKeys()).toEqual({
        audit_logs: KEYS.default,
        gateway_dns: KEYS.gateway_dns,
        http_requests: KEYS.default,
      });
    },
    120_000,
  );

  testIf(
    problem,
    'is not deployed together with anything else',
    async () => {
      describeEnvironment({ dnsName: 'dns-of-acme' });
      const { code, stderr } = await rotate(NEW_KEY, 'gateway_dns');
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /Nothing was changed: beside the new key, whole-logpush-taegis has other changes to deploy\.\n {2}update cloudflare_logpush_job\.account-gateway_dns/,
      );
      expect((await deployedKeys()).gateway_dns).toBe(KEYS.gateway_dns);
      describeEnvironment();
    },
    120_000,
  );

  testIf(
    problem,
    'is deployed to the jobs of its dataset, and then to all that use the default',
    async () => {
      const one = await rotate(NEW_KEY, 'gateway_dns');
      expect(one).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^1 job\nwhole-logpush-taegis: 0 added, 1 changed/),
      });
      expect(await deployedKeys()).toEqual({
        audit_logs: KEYS.default,
        gateway_dns: NEW_KEY,
        http_requests: KEYS.default,
      });
      env = { ...env, TF_VAR_taegis_keys: JSON.stringify({ ...KEYS, gateway_dns: NEW_KEY }) };
      const all = await rotate(NEW_KEY);
      expect(all).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^2 jobs\nwhole-logpush-taegis: 0 added, 2 changed/),
      });
      expect(await deployedKeys()).toEqual({ audit_logs: NEW_KEY, gateway_dns: NEW_KEY, http_requests: NEW_KEY });
      expect(one.stdout + one.stderr + all.stdout + all.stderr).not.toContain(NEW_KEY);
      expect(await rotate(NEW_KEY)).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('with this key already'),
      });
    },
    120_000,
  );
});
