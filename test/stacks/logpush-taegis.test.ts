import { fieldsOf } from '../../constructs/cloudflare/logpush-catalogue';
import { parseEnvironment, type StackJson, synthesize } from '../synthesize';

const environment = parseEnvironment(
  'test',
  `environment: test
protected: false
backend: { local: {} }
cloudflare:
  account: { id: 0123456789abcdef0123456789abcdef, datasets: [gateway_dns, audit_logs] }
  zones:
    - { id: 023e105f4ecef8ad9ca31a8372d0c353, name: example.com, datasets: [http_requests] }
  upload: { maxRecords: 2000, maxIntervalSeconds: 60 }
  taegis:
    default: { url: "https://taegis.example.com/default?tenant=1" }
    datasets: { gateway_dns: { url: "https://taegis.example.com/dns" } }
`,
);
const stack = synthesize(environment)['test-logpush-taegis'] ?? {};
const jobs: StackJson[] = Object.values(stack.resource.cloudflare_logpush_job);
const job = (dataset: string): StackJson => jobs.find((candidate) => candidate.dataset === dataset) ?? {};

test('a job for each dataset, at its own level', () => {
  expect(jobs.map(({ name, account_id, zone_id }) => [name, account_id ?? zone_id]).sort()).toEqual([
    ['secureworks-http-audit-logs', '0123456789abcdef0123456789abcdef'],
    ['secureworks-http-gateway-dns', '0123456789abcdef0123456789abcdef'],
    ['secureworks-http-http-requests', '023e105f4ecef8ad9ca31a8372d0c353'],
  ]);
  expect(job('http_requests')).not.toHaveProperty('account_id');
});

test('every field of the catalogue, in a stable order, with readable times', () => {
  expect(job('gateway_dns').output_options).toEqual({
    output_type: 'ndjson',
    timestamp_format: 'rfc3339',
    field_names: fieldsOf('gateway_dns'),
  });
  expect(fieldsOf('gateway_dns')).toHaveLength(82);
});

test('the defaults of Cloudflare that would hurt are set', () => {
  expect(job('audit_logs')).toMatchObject({
    enabled: true,
    max_upload_bytes: 5_000_000,
    max_upload_records: 2000,
    max_upload_interval_seconds: 60,
  });
});

test('the key is a bearer token out of a sensitive variable, encoded once', () => {
  expect(stack.variable.taegis_keys).toMatchObject({ sensitive: true, type: 'map(string)' });
  expect(stack.variable.taegis_keys).not.toHaveProperty('default');
  expect(job('gateway_dns').destination_conf).toBe(
    'https://taegis.example.com/dns?header_Authorization=Bearer%20' +
      '${replace(urlencode(try(var.taegis_keys["gateway_dns"], var.taegis_keys["default"])), "+", "%20")}' +
      '&tags=dataset:gateway_dns',
  );
});

test('a URL with a query of its own keeps it', () => {
  expect(job('audit_logs').destination_conf).toMatch(
    /^https:\/\/taegis\.example\.com\/default\?tenant=1&header_Authorization=Bearer%20\$\{.*\}&tags=dataset:audit_logs$/,
  );
});
