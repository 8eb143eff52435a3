import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadEnvironments } from '../../environments/load';
import { projectRoot } from '../../environments/root';
import { type CloudflareSimulator, startCloudflareSimulator } from '../simulators/cloudflare';
import { type ProviderSimulator, startProviderSimulator } from '../simulators/provider/server';
import { startTaegisSimulator, type TaegisSimulator } from '../simulators/taegis';
import type { StackJson } from '../synthesize';
import { readReadiness, testIf } from './readiness';
import { copyStack, writeStack } from './stack-copy';

// Real Terraform deploys every Google and Cloudflare stack to simulated providers: those that cannot be installed here.
const { stacks, missing } = readReadiness();
// In CI this must run: what is missing there fails.
const problem = process.env.CI === 'true' ? undefined : missing;
const environments = loadEnvironments(join(projectRoot, 'environments'));

const TOKEN = 'cloudflare-token';
const KEY = 'taegis+key/1';
const PASSWORD = 'qualys-password-1';

interface World {
  readonly taegis: TaegisSimulator;
  readonly cloudflare: CloudflareSimulator;
  readonly providers: ProviderSimulator;
  readonly env: NodeJS.ProcessEnv;
}

const running: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of running.splice(0).reverse()) await one.close();
});

/** The clouds of an environment, empty. */
async function startWorld(environment: string, keys: readonly string[] = [KEY]): Promise<World> {
  const { account, zones = [] } = environments.find((one) => one.environment === environment)?.cloudflare ?? {};
  const taegis = await startTaegisSimulator({ keys });
  const cloudflare = await startCloudflareSimulator({
    now: Date.now,
    token: TOKEN,
    account: account?.id ?? '',
    zones: zones.map(({ id }) => id),
    connectTo: taegis.url,
  });
  const providers = await startProviderSimulator({ cloudflare: { url: cloudflare.url, token: TOKEN }, google: {} });
  running.push(taegis, cloudflare, providers);
  const variables = { TF_VAR_taegis_keys: JSON.stringify({ default: KEY }), TF_VAR_qualys_password: PASSWORD };
  return { taegis, cloudflare, providers, env: { ...providers.env, ...variables } };
}

function countResources({ resource }: StackJson): number {
  return Object.values<StackJson>(resource).flatMap((ofType) => Object.keys(ofType)).length;
}

/**
 * What a deployment must not take away, of the protected environment, as Terraform names it: it does not get to the logs
 * bucket, since the feeds that read it are refused before. Logpush jobs hold nothing: none of them is kept.
 */
const KEPT: Record<string, readonly string[]> = {
  'prod-qualys-secops': [
    'google_chronicle_feed.secops-feed-assets_feed_E2EE7A53',
    'google_chronicle_feed.secops-feed-findings_feed_EDF81FD6',
    'google_chronicle_feed.secops-feed_2EBB2506',
    'google_secret_manager_secret.password_secret_E329B110',
    'google_secret_manager_secret.username_secret_41B74C13',
    'google_storage_bucket.code_bucket_E0B119EB',
    'google_storage_bucket.state_bucket_803B4E61',
  ],
};

for (const name of stacks.filter((stack) => /-(qualys-secops|logpush-taegis)$/.test(stack)))
  testIf(
    problem,
    `${name} deploys, is then as it should be, and ${KEPT[name] ? 'is not destroyed' : 'is destroyed completely'}`,
    async () => {
      const { taegis, cloudflare, providers, env } = await startWorld(name.split('-')[0] ?? '');
      const stack = copyStack(name, 'deployed', env);
      const size = countResources(stack.json);
      const jobs = Object.keys(stack.json.resource.cloudflare_logpush_job ?? {}).length;
      expect(await stack.run('init', '-input=false')).toMatchObject({ code: 0 });

      const planned = await stack.run('plan', '-input=false', '-out=tfplan');
      expect(planned.output).toContain(`Plan: ${size} to add, 0 to change, 0 to destroy.`);
      const applied = await stack.run('apply', '-input=false', 'tfplan');
      expect(applied.output).toContain(`Apply complete! Resources: ${size} added, 0 changed, 0 destroyed.`);
      expect(taegis.received.validations).toBe(jobs);
      expect(`${planned.output}${applied.output}`).not.toContain(encodeURIComponent(KEY));
      expect(stack.state()).not.toContain(PASSWORD);
      expect(stack.state().split(encodeURIComponent(KEY))).toHaveLength(jobs + 1);

      const again = await stack.run('plan', '-input=false', '-detailed-exitcode');
      expect(again.output).toContain('No changes. Your infrastructure matches the configuration.');

      const destroyed = await stack.run('destroy', '-input=false', '-auto-approve');
      const kept = [...destroyed.output.matchAll(/Resource (\S+) has lifecycle.prevent_destroy set/g)].map(
        ([, address]) => address,
      );
      expect(kept.sort()).toEqual(KEPT[name] ?? []);
      if (KEPT[name]) {
        expect(destroyed.code).toBe(1);
        expect(providers.store.list('google_storage_bucket')).toHaveLength(3);
      } else {
        expect(destroyed.output).toContain(`Destroy complete! Resources: ${size} destroyed.`);
        expect(providers.store.list('google_storage_bucket')).toEqual([]);
        expect(cloudflare.requests.filter(({ method }) => method === 'DELETE')).toHaveLength(jobs);
      }
    },
    60_000,
  );

testIf(
  problem,
  'a changed parser is made beside the one before, and no destroy removes either',
  async () => {
    const { providers, env } = await startWorld('dev');
    const stack = copyStack('dev-qualys-secops', 'parsers', env);
    const [[id, parser] = ['', {}]] = Object.entries<StackJson>(stack.json.resource.google_chronicle_parser);
    const codes = () => providers.store.list('google_chronicle_parser').map(({ cbn }) => cbn);
    await stack.run('init', '-input=false');
    await stack.run('apply', '-input=false', '-auto-approve');
    expect(codes()).toEqual([parser.cbn]);

    const cbn = Buffer.from('filter {}').toString('base64');
    stack.json.resource.google_chronicle_parser[id] = { ...parser, cbn };
    const changed = writeStack(stack.folder, stack.json, env);
    const replaced = await changed.run('apply', '-input=false', '-auto-approve');
    expect(replaced.output).toContain('Apply complete! Resources: 1 added, 0 changed, 1 destroyed.');
    expect(codes()).toEqual([parser.cbn, cbn]);

    const destroyed = await changed.run('destroy', '-input=false', '-auto-approve');
    expect(destroyed.code).toBe(0);
    expect(codes()).toEqual([parser.cbn, cbn]);
  },
  120_000,
);

/** Text of every file that Terraform leaves, but for states: those hold the key, as documented. */
function readFiles(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.includes('.tfstate'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

testIf(
  problem,
  'a receiver that refuses the test upload makes the deployment fail in the words of Cloudflare, without the key',
  async () => {
    const { cloudflare, taegis, env } = await startWorld('local', ['another-key']);
    const stack = copyStack('local-logpush-taegis', 'refused', env);
    await stack.run('init', '-input=false');
    const { code, output } = await stack.run('apply', '-input=false', '-auto-approve');
    expect(code).toBe(1);
    expect(output.match(/Error: failed to make http request/g)).toHaveLength(5);
    expect(output).toContain(
      `POST "${cloudflare.url}/zones/023e105f4ecef8ad9ca31a8372d0c353/logpush/jobs": 400 Bad Request ` +
        '{"success":false,"errors":[{"code":1002,"message":"error validating destination: error writing object: error uploading (status 401)"}]',
    );
    expect(taegis.received).toMatchObject({ validations: 0, answers: { 401: 5 } });
    const left = `${output}${readFiles(stack.folder)}`;
    expect(left).toContain('cloudflare_logpush_job');
    expect(left).not.toContain(KEY);
    expect(left).not.toContain(encodeURIComponent(KEY));
    expect(left).not.toContain(TOKEN);
    expect(stack.state()).not.toContain('"type": "cloudflare_logpush_job"');
  },
  60_000,
);
