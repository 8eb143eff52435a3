import { parseEnvironment, type StackJson, synthesize } from '../synthesize';

/** All three pipelines in one environment. */
function environment(name: string, isProtected: boolean, backend: string) {
  return parseEnvironment(
    name,
    `environment: ${name}
protected: ${isProtected}
backend: ${backend}
labels: { cost-center: "4711" }
qualys:
  project: acme-secops
  region: europe-west3
  apiUrl: qualysapi.qualys.eu
  secops: { location: europe, instance: 3d0c6a52-9b1e-4f7a-8c2d-5e6f7a8b9c0d, feedServiceAccount: feed@x.iam.gserviceaccount.com }
cloudtrail: { account: "111122223333", region: eu-west-1, trail: create, cortex: { externalId: abc } }
cloudflare:
  account: { id: 0123456789abcdef0123456789abcdef, datasets: [gateway_dns] }
  taegis: { default: { url: "https://taegis.example.com/x" } }
`,
  );
}

const stacks = synthesize(
  environment('kept', true, '{ gcs: { bucket: acme-state } }'),
  environment('trial', false, '{ local: {} }'),
  environment('aws', false, '{ s3: { bucket: acme-state, region: eu-west-1, prefix: a/b } }'),
);
const every = Object.entries(stacks);
const stack = (name: string): StackJson => stacks[name] ?? {};

test.each(every)('%s pins Terraform and its one provider', (_, { terraform }) => {
  expect(terraform.required_version).toBe('>= 1.11');
  const [[name, { version }]] = Object.entries<{ version: string }>(terraform.required_providers) as [
    [string, { version: string }],
  ];
  expect({ [name]: version }).toEqual(
    { google: { google: '7.45.0' }, cloudflare: { cloudflare: '5.22.0' }, aws: { aws: '>= 5.100.0, < 7.0.0' } }[name],
  );
  expect(Object.keys(terraform.required_providers)).toHaveLength(1);
});

test('each stack keeps its state in a file of its own, in the backend that the environment names', () => {
  expect(stack('kept-qualys-secops').terraform.backend).toEqual({
    gcs: { bucket: 'acme-state', prefix: 'tributary/kept-qualys-secops' },
  });
  expect(stack('trial-qualys-secops').terraform.backend).toEqual({
    local: { path: '../../../.state/trial-qualys-secops.tfstate' },
  });
  expect(stack('aws-qualys-secops').terraform.backend).toEqual({
    s3: {
      bucket: 'acme-state',
      key: 'a/b/aws-qualys-secops.tfstate',
      region: 'eu-west-1',
      encrypt: true,
      use_lockfile: true,
    },
  });
});

test('labels reach Google Cloud and AWS as they are written', () => {
  const labels = (name: string) => ({
    'cost-center': '4711',
    'tributary-environment': 'kept',
    'tributary-pipeline': name,
  });
  expect(stack('kept-qualys-secops').provider.google[0].default_labels).toEqual(labels('qualys-secops'));
  expect(stack('kept-cloudtrail-cortex').provider.aws[0].default_tags[0].tags).toEqual(labels('cloudtrail-cortex'));
});

describe('protection', () => {
  const stateful = [
    ['qualys-secops', 'google_storage_bucket', 3],
    ['qualys-secops', 'google_secret_manager_secret', 2],
    ['qualys-secops', 'google_chronicle_feed', 1],
    ['cloudtrail-cortex', 'aws_s3_bucket', 1],
    ['cloudtrail-cortex', 'aws_sqs_queue', 2],
    ['cloudtrail-cortex', 'aws_kms_key', 2],
  ] as const;

  test.each(stateful)('%s: %s is kept in a protected environment, and free in another', (pipeline, type, count) => {
    const kept: StackJson[] = Object.values(stack(`kept-${pipeline}`).resource[type]);
    expect(kept.map((resource) => resource.lifecycle.prevent_destroy)).toEqual(Array(count).fill(true));
    const free: StackJson[] = Object.values(stack(`trial-${pipeline}`).resource[type]);
    expect(free.map((resource) => resource.lifecycle)).toEqual(Array(count).fill(undefined));
  });

  test('buckets with content, secrets and keys follow', () => {
    const settings = (name: string) => [
      ...Object.values<StackJson>(stack(`${name}-qualys-secops`).resource.google_storage_bucket).map(
        (b) => b.force_destroy,
      ),
      ...Object.values<StackJson>(stack(`${name}-cloudtrail-cortex`).resource.aws_s3_bucket).map(
        (b) => b.force_destroy,
      ),
      ...Object.values<StackJson>(stack(`${name}-qualys-secops`).resource.google_secret_manager_secret).map(
        (secret) => secret.deletion_protection,
      ),
      ...Object.values<StackJson>(stack(`${name}-cloudtrail-cortex`).resource.aws_kms_key).map(
        (key) => key.deletion_window_in_days,
      ),
    ];
    expect(settings('kept')).toEqual([false, false, false, false, true, true, 30, 30]);
    expect(settings('trial')).toEqual([true, true, true, true, false, false, 7, 7]);
  });
});

test('a pipeline that the file leaves out is not built', () => {
  const text = 'environment: a1\nprotected: false\nbackend: { local: {} }\n';
  const aws =
    'cloudtrail: { account: "111122223333", region: eu-west-1, trail: create, cortex: { externalId: abc } }\n';
  expect(Object.keys(synthesize(parseEnvironment('a1', text + aws)))).toEqual(['a1-cloudtrail-cortex']);
});

test.each(every)('%s names no folder of this machine', (_, json) => {
  expect(JSON.stringify(json)).not.toContain(process.cwd());
});
