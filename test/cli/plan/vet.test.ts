import { vetStacks } from '../../../cli/plan/vet';
import type { SynthesizedStack } from '../../../cli/synthesized';
import { loadEnvironments } from '../../../environments/load';
import { type StackJson, synthesize } from '../../synthesize';

const all = synthesize(...loadEnvironments());

const named = (name: string, document: StackJson) => ({ name, document }) as unknown as SynthesizedStack;
/** A stack that Tributary makes, with a part of it replaced. */
const changed = (change: (document: StackJson) => void, name = 'prod-qualys-secops') => {
  const document = structuredClone(all[name] ?? {});
  change(document);
  return [named(name, document)];
};

test('what Tributary synthesizes is let through', () => {
  expect(() => vetStacks(Object.entries(all).map(([name, document]) => named(name, document)))).not.toThrow();
});

test.each<[string, (document: StackJson) => void, string]>([
  [
    'another provider',
    (d) => Object.assign(d.terraform.required_providers, { http: { source: 'hashicorp/http' } }),
    'the provider hashicorp/http',
  ],
  [
    'a known name from elsewhere',
    (d) => Object.assign(d.terraform.required_providers.google, { source: 'evil/google' }),
    'the provider evil/google',
  ],
  [
    'a known name from another registry',
    (d) => Object.assign(d.terraform.required_providers.google, { source: 'evil.example.com/hashicorp/google' }),
    'the provider evil.example.com/hashicorp/google',
  ],
  [
    'a configured provider that is not required',
    (d) => Object.assign(d.provider, { external: [{}] }),
    'the provider external',
  ],
  [
    'an endpoint, which would get tokens',
    (d) => Object.assign(d.provider.google[0], { storage_custom_endpoint: 'https://evil.example.com' }),
    'provider.google.storage_custom_endpoint',
  ],
  [
    'a base URL',
    (d) => Object.assign(d.provider, { cloudflare: [{ base_url: 'https://evil.example.com' }] }),
    'provider.cloudflare.base_url',
  ],
  ['credentials', (d) => Object.assign(d.provider.google[0], { credentials: '{}' }), 'provider.google.credentials'],
  [
    'a region that is another host',
    (d) => Object.assign(d.provider.google[0], { region: 'evil.example.com/#' }),
    'the region evil.example.com/#',
  ],
  [
    'an expression as region',
    (d) => Object.assign(d.provider.google[0], { region: '${local.x}' }),
    'the region ${local.x}',
  ],
  ...['${file/* x */("/etc/passwd")}', '${core::file # x\n("/etc/passwd")}', '${templatestring(local.x, {})}'].map(
    (text): [string, (document: StackJson) => void, string] => [
      `a file that is read by ${text}`,
      (d) => Object.assign(d, { output: { x: { value: text } } }),
      'a function that reads files: ${',
    ],
  ),
  [
    'a module',
    (d) => Object.assign(d, { module: { x: { source: 'git::https://evil.example.com' } } }),
    'the section module',
  ],
  [
    'an ephemeral resource, which is opened by a plan',
    (d) => Object.assign(d, { ephemeral: {} }),
    'the section ephemeral',
  ],
  ['a check with a data source', (d) => Object.assign(d, { check: {} }), 'the section check'],
  [
    'another data source',
    (d) => Object.assign(d, { data: { google_secret_manager_secret_version: {} } }),
    'the data source google_secret_manager_secret_version',
  ],
  [
    'somebody else’s state',
    (d) => Object.assign(d, { data: { terraform_remote_state: {} } }),
    'the data source terraform_remote_state',
  ],
  ['a resource of no cloud', (d) => Object.assign(d.resource, { null_resource: {} }), 'the resource null_resource'],
  ['Terraform Cloud', (d) => Object.assign(d.terraform, { cloud: {} }), 'terraform.cloud'],
  [
    'another backend',
    (d) => Object.assign(d.terraform, { backend: { http: { address: 'https://evil.example.com' } } }),
    'the backend http',
  ],
  ['two backends', (d) => Object.assign(d.terraform.backend, { local: { path: 'x' } }), 'not exactly one backend'],
  [
    'an option of a backend',
    (d) => Object.assign(d.terraform.backend.gcs, { storage_custom_endpoint: 'https://evil.example.com' }),
    'backend.gcs.storage_custom_endpoint',
  ],
  [
    'a state anywhere',
    (d) => Object.assign(d.terraform, { backend: { local: { path: '/etc/passwd' } } }),
    'the state /etc/passwd',
  ],
  [
    'a function that reads a file',
    (d) => Object.assign(d.output, { x: { value: '${file("/proc/self/environ")}' } }),
    'a function that reads files: ${file("/proc/self/environ")}',
  ],
  [
    'the same in a template',
    (d) => Object.assign(d.output, { x: { value: 'a ${ base64encode( filebase64 ("/x")) }' } }),
    'a function that reads files',
  ],
  [
    'the same in the key of a map',
    (d) => Object.assign(d.output, { x: { value: { '${templatefile("x", {})}': 1 } } }),
    'a function that reads files',
  ],
])('%s is refused', (_, change, problem) => {
  expect(() => vetStacks(changed(change))).toThrow(`prod-qualys-secops: ${problem}`);
});

test('everything that is refused is told at once', () => {
  const stacks = changed((document) => {
    Object.assign(document, { module: {}, check: {} });
    Object.assign(document.provider, { http: [{}] });
  });
  expect(() => vetStacks(stacks)).toThrow(
    /section module\n {2}prod-qualys-secops: the section check\n {2}prod-qualys-secops: the provider http$/,
  );
});
