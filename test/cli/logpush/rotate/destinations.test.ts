import type { CloudflareApi } from '../../../../cli/cloudflare-api';
import { destinationJobs, validateDestinations } from '../../../../cli/logpush/rotate/destinations';
import { refuseOthers } from '../../../../cli/logpush/rotate/rotate';
import type { ResourceChange, StackReport } from '../../../../cli/plan/report';
import { stackOf } from '../../../../cli/synthesized';

const KEY = 'taegis+key/new $&';
const template = (path: string) =>
  `https://ingest.example.com/${path}?header_Authorization=Bearer%20\${urlencode(try(var.taegis_keys["x"], var.taegis_keys["default"]))}`;
const job = (dataset: string, owner: object, path = 'in') => ({
  dataset,
  name: dataset,
  destination_conf: template(path),
  ...owner,
});

const jobs = destinationJobs(
  [
    stackOf('prod-logpush-taegis', '/x', {
      resource: {
        cloudflare_logpush_job: {
          a: job('audit_logs', { account_id: 'acc' }),
          b: job('http_requests', { zone_id: 'zone-1' }),
          c: job('gateway_dns', { account_id: 'acc' }, 'dns'),
        },
      },
    }),
    stackOf('prod-empty', '/x', {}),
  ],
  new Map([['zone-1', 'example.com']]),
);

interface Sent {
  readonly path: string;
  readonly body: { readonly destination_conf: string };
}

function cloudflare(answer: object) {
  const sent: Sent[] = [];
  const request = async (what: Sent) => {
    sent.push(what);
    return answer;
  };
  return { api: { request } as unknown as CloudflareApi, sent };
}

test('jobs are told by stack, address and owner', () => {
  expect(jobs.map(({ stack, address, owner }) => [stack, address, owner.name])).toEqual([
    ['prod-logpush-taegis', 'cloudflare_logpush_job.a', 'account'],
    ['prod-logpush-taegis', 'cloudflare_logpush_job.b', 'example.com'],
    ['prod-logpush-taegis', 'cloudflare_logpush_job.c', 'account'],
  ]);
});

test('each receiver is tried once, with the key as Terraform writes it', async () => {
  const { api, sent } = cloudflare({ valid: true });
  await validateDestinations(api, jobs, KEY);
  expect(sent.map(({ path, body }) => [path, body.destination_conf])).toEqual([
    [
      '/zones/zone-1/logpush/validate/destination',
      'https://ingest.example.com/in?header_Authorization=Bearer%20taegis%2Bkey%2Fnew%20%24%26',
    ],
    [
      '/accounts/acc/logpush/validate/destination',
      'https://ingest.example.com/dns?header_Authorization=Bearer%20taegis%2Bkey%2Fnew%20%24%26',
    ],
  ]);
});

test.each([{ valid: false, message: `refused ${template('in')}Bearer%20taegis%2Bkey` }, { valid: false }, {}])(
  'a receiver that does not take it is told, without the key: %j',
  async (answer) => {
    const { api, sent } = cloudflare(answer);
    const validation = validateDestinations(api, jobs, KEY);
    await expect(validation).rejects.toThrow('The receiver of http_requests does not take the new key');
    await expect(validation).rejects.not.toThrow(/taegis(\+|%2B)key/);
    expect(sent).toHaveLength(1);
  },
);

const change = (one: Partial<ResourceChange>, ...paths: string[]): ResourceChange => ({
  ...{ address: 'cloudflare_logpush_job.a', type: 'cloudflare_logpush_job', action: 'update' },
  attributes: paths.map((path) => ({ path, before: { kind: 'sensitive' }, after: { kind: 'sensitive' } })),
  ...one,
});
const report = (...changes: ResourceChange[]): StackReport => ({
  ...{ stack: 'prod-logpush-taegis', kind: 'planned', changes, drift: [], outputs: [], warnings: [] },
});
const concerned = jobs.slice(0, 2);

test.each<[string, StackReport]>([
  ['nothing', report()],
  ['another key', report(change({}, 'destination_conf'))],
  ['another key, and enabled again', report(change({}, 'destination_conf', 'enabled'))],
])('a plan of %s is what a rotation is for', (_, planned) => {
  expect(() => refuseOthers(planned, concerned)).not.toThrow();
});

test.each<[string, ResourceChange]>([
  ['another argument', change({}, 'destination_conf', 'filter')],
  ['a new job', change({ action: 'create' }, 'destination_conf')],
  ['a job made anew', change({ action: 'replace' }, 'destination_conf')],
  ['a job that goes', change({ action: 'delete' })],
  ['a job of another dataset', change({ address: 'cloudflare_logpush_job.c' }, 'destination_conf')],
  ['another resource', change({ address: 'cloudflare_notification_policy.a' }, 'enabled')],
])('a plan of %s is refused', (_, other) => {
  expect(() => refuseOthers(report(change({}, 'destination_conf'), other), concerned)).toThrow(
    `Nothing was changed: beside the new key, prod-logpush-taegis has other changes to deploy.\n  ${other.action} ${other.address}\nDeploy`,
  );
});

test('a job of the same address in another stack is another job, and ten are named', () => {
  const elsewhere = Array.from({ length: 12 }, () => change({}, 'destination_conf'));
  const refuse = () => refuseOthers({ ...report(...elsewhere), stack: 'prod-logpush-taegis-9' }, concerned);
  expect(refuse).toThrow(/(\n {2}update cloudflare_logpush_job\.a){10}\n {2}and 2 more\n/);
});
