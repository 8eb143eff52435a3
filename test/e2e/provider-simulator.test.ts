import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type CloudflareSimulator, startCloudflareSimulator } from '../simulators/cloudflare';
import { type ProviderSimulator, startProviderSimulator } from '../simulators/provider/server';
import { startTaegisSimulator, type TaegisSimulator } from '../simulators/taegis';
import type { StackJson } from '../synthesize';
import { readReadiness, testIf } from './readiness';
import { type StackCopy, writeStack } from './stack-copy';

// The simulated providers, as real Terraform sees them: what the tests of the stacks stand on.
const { folder, missing } = readReadiness();
// In CI this must run: what is missing there fails.
const problem = process.env.CI === 'true' ? undefined : missing;

const ACCOUNT = '0123456789abcdef0123456789abcdef';
const TOKEN = 'cloudflare-token';
const BUCKET = 'google_storage_bucket';
const POLICY = 'cloudflare_notification_policy';

let taegis: TaegisSimulator;
let cloudflare: CloudflareSimulator;
let providers: ProviderSimulator;

beforeEach(async () => {
  taegis = await startTaegisSimulator({ keys: ['one', 'two'] });
  cloudflare = await startCloudflareSimulator({ now: Date.now, token: TOKEN, account: ACCOUNT, connectTo: taegis.url });
  providers = await startProviderSimulator({ cloudflare: { url: cloudflare.url, token: TOKEN }, google: {} });
});

afterEach(async () => {
  await providers.close();
  await cloudflare.close();
  await taegis.close();
});

const job = (more: StackJson = {}): StackJson => ({
  account_id: ACCOUNT,
  dataset: 'audit_logs',
  destination_conf: 'https://taegis.example.com/in?header_Authorization=Bearer%20one',
  enabled: true,
  output_options: { field_names: ['When', 'ID'], sample_rate: 0.5 },
  ...more,
});

const bucket = (more: StackJson = {}): StackJson => ({
  name: 'logs-1',
  location: 'EU',
  labels: { owner: 'me' },
  ...more,
});

let written = 0;

/** A new stack of these resources, ready for plans. */
async function start(resource: StackJson, more: StackJson = {}) {
  const place = join(folder, 'simulator', String(++written));
  mkdirSync(place, { recursive: true });
  const write = (resources: StackJson, others: StackJson = {}): StackCopy =>
    writeStack(
      place,
      {
        terraform: {
          required_providers: {
            cloudflare: { source: 'cloudflare/cloudflare', version: '5.22.0' },
            google: { source: 'hashicorp/google', version: '7.45.0' },
          },
        },
        provider: { google: [{ project: 'p-1', default_labels: { stage: 'test' } }] },
        resource: resources,
        ...others,
      },
      providers.env,
    );
  const stack = write(resource, more);
  expect(await stack.run('init', '-input=false')).toMatchObject({ code: 0 });
  return { write, stack, apply: (copy = stack) => copy.run('apply', '-input=false', '-auto-approve') };
}

const plan = (stack: StackCopy) => stack.run('plan', '-input=false');

// biome-ignore lint/suspicious/noExplicitAny: the shape is Cloudflare's
async function api(method: string, path: string, body?: object): Promise<any> {
  const response = await fetch(`${cloudflare.url}/accounts/${ACCOUNT}/logpush/jobs${path}`, {
    method,
    headers: { Authorization: `Bearer ${TOKEN}` },
    body: body && JSON.stringify(body),
  });
  return ((await response.json()) as StackJson).result;
}

testIf(
  problem,
  'a job that somebody changed is put right, one that somebody deleted is made again',
  async () => {
    const { stack, apply } = await start({ cloudflare_logpush_job: { one: job() } });
    await apply();
    const [made] = await api('GET', '');
    expect(made).toMatchObject({
      frequency: 'high',
      output_options: { field_names: ['When', 'ID'], sample_rate: 0.5 },
    });

    await api('PUT', `/${made.id}`, { ...made, enabled: false });
    const changed = await plan(stack);
    expect(changed.output).toContain('~ enabled = false -> true');
    expect(changed.output).toContain('+ last_error = (known after apply)');
    expect(changed.output).toContain('Plan: 0 to add, 1 to change, 0 to destroy.');
    await apply();
    expect(await api('GET', `/${made.id}`)).toMatchObject({ enabled: true });

    await api('DELETE', `/${made.id}`);
    expect((await plan(stack)).output).toContain('Plan: 1 to add, 0 to change, 0 to destroy.');
  },
  60_000,
);

testIf(
  problem,
  'another dataset is another job; a change that is refused leaves the job and the state as they were',
  async () => {
    const { write, stack, apply } = await start({ cloudflare_logpush_job: { one: job() } });
    await apply();
    const other = await plan(write({ cloudflare_logpush_job: { one: job({ dataset: 'access_requests' }) } }));
    expect(other.output).toContain('~ dataset = "audit_logs" -> "access_requests" # forces replacement');
    expect(other.output).toContain('Plan: 1 to add, 0 to change, 1 to destroy.');

    const wrongKey = { destination_conf: 'https://taegis.example.com/in?header_Authorization=Bearer%20wrong' };
    const refused = await apply(write({ cloudflare_logpush_job: { one: job(wrongKey) } }));
    expect(refused.output).toMatch(
      /Error: failed to make http request .* PUT "\S+": 400 Bad Request \{"success":false/,
    );
    expect(stack.state()).toContain('Bearer%20one');
    write({ cloudflare_logpush_job: { one: job() } });
    expect((await plan(stack)).output).toContain('No changes.');
  },
  60_000,
);

testIf(
  problem,
  'a job that was made by hand is imported, and one that is not there is not',
  async () => {
    const { id } = await api('POST', '', job({ account_id: undefined, name: 'by-hand' }));
    const into = (number: number) => ({
      import: [{ to: 'cloudflare_logpush_job.one', id: `accounts/${ACCOUNT}/${number}` }],
    });
    const { write, stack } = await start({ cloudflare_logpush_job: { one: job({ name: 'by-hand' }) } }, into(id));
    expect((await plan(stack)).output).toContain('Plan: 1 to import, 0 to add, 0 to change, 0 to destroy.');
    const absent = await plan(write({ cloudflare_logpush_job: { one: job() } }, into(id + 1)));
    expect(absent.output).toMatch(/Error: failed to make http request GET "\S+": 404 Not Found/);
  },
  60_000,
);

testIf(
  problem,
  'objects of the store are read, drift, and are in the way of new ones',
  async () => {
    const policy = {
      account_id: ACCOUNT,
      name: 'n',
      alert_type: 'a',
      mechanisms: { email: [{ id: 'me@example.com' }] },
    };
    const { write, stack, apply } = await start({ [BUCKET]: { one: bucket() }, [POLICY]: { one: policy } });
    const first = await plan(stack);
    expect(first.output).toContain('+ "goog-terraform-provisioned" = "true" + "owner" = "me" + "stage" = "test"');
    expect(first.output).toContain('+ project = "p-1"');
    await apply();
    expect(providers.store.get(BUCKET, 'logs-1')).toMatchObject({ url: 'gs://logs-1', project: 'p-1' });

    providers.store.change(BUCKET, 'logs-1', { labels: { owner: 'somebody' } });
    const drifted = await plan(stack);
    expect(drifted.output).toContain('~ "owner" = "somebody" -> "me"');
    expect(drifted.output).toContain('Plan: 0 to add, 1 to change, 0 to destroy.');

    const [{ id = null } = {}] = providers.store.list(POLICY);
    providers.store.remove(POLICY, String(id));
    expect((await plan(stack)).output).toContain('Plan: 1 to add, 1 to change, 0 to destroy.');

    const moved = await plan(write({ [BUCKET]: { one: bucket({ location: 'US' }) }, [POLICY]: { one: policy } }));
    expect(moved.output).toContain('~ location = "EU" -> "US" # forces replacement');

    const again = await start({ [BUCKET]: { same: bucket() } });
    const taken = await again.apply();
    expect(taken.output).toContain(
      'Error: Error creating google_storage_bucket: googleapi: Error 409: logs-1 already exists., alreadyExists',
    );
  },
  60_000,
);

testIf(
  problem,
  'runs beside each other have each its own provider block',
  async () => {
    const projects = ['p-1', 'p-2', 'p-3'];
    const account = { data: { google_storage_project_service_account: { one: {} } } };
    const output = { output: { member: { value: '${data.google_storage_project_service_account.one.member}' } } };
    const runs = projects.map(async (project) => {
      const provider = { google: [{ project }] };
      const { apply } = await start(
        { [BUCKET]: { one: bucket({ name: project }) } },
        { provider, ...account, ...output },
      );
      return apply();
    });
    for (const { output: text } of await Promise.all(runs))
      expect(text).toContain('serviceAccount:service-123456789012@gs-project-accounts.iam.gserviceaccount.com');
    expect(projects.map((project) => providers.store.get(BUCKET, project)?.project)).toEqual(projects);
  },
  60_000,
);
