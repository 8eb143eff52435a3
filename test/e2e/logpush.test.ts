import { join } from 'node:path';
import { evaluatedJobs } from '../../cli/local/logpush-jobs';
import { stackJobs } from '../../cli/logpush/status-jobs';
import type { SynthesizedStack } from '../../cli/synthesized';
import { datasetsOf, fieldsOf, findDataset } from '../../constructs/cloudflare/logpush-catalogue';
import { ACCOUNT, HOUR, NOON, startWorld, zoneId } from '../cli/logpush/status-world';
import { exitCodeOfJobs } from '../cli/status/logpush/report';
import { parseEnvironment, synthesize } from '../synthesize';
import { readReadiness, testIf } from './readiness';

const { folder, terraform = 'terraform', missing, env } = readReadiness();

const KEYS = { default: 'taegis key+default/1', gateway_dns: 'taegis-key+dns/2' };
const ZONES = [zoneId(1), zoneId(2)];
const taken = (scope: 'account' | 'zone') =>
  datasetsOf(scope).filter((name) => findDataset(name)?.providerEnumSince !== null);

/** Every dataset that the provider takes; some with each of the options. */
const environment = () => {
  const options: Partial<Record<string, string>> = {
    audit_logs:
      '{ dataset: audit_logs, fields: [When, ActorIP], filter: { where: { or: [{ key: ActorEmail, operator: startsWith, value: alice }, { key: ActorEmail, operator: contains, value: "nobody@" }] } } }',
    gateway_dns: '{ dataset: gateway_dns, except: [QueryNameReversed], sampleRate: 0.25, timestamps: rfc3339ms }',
  };
  const account = taken('account').map((name) => options[name] ?? name);
  const zones = ZONES.map(
    (id, index) =>
      `{ id: "${id}", name: z${index + 1}.example.com, datasets: [${taken('zone').slice(index * 4, index * 4 + 4)}] }`,
  );
  return parseEnvironment(
    'prod',
    `environment: prod
protected: false
backend: { local: {} }
cloudflare:
  account: { id: ${ACCOUNT}, datasets: [${account.join(', ')}] }
  zones: [${zones.join(', ')}]
  upload: { maxRecords: 0 }
  taegis:
    default: { url: "https://ingest.example.com/in?tenant=1" }
    datasets: { gateway_dns: { url: "https://ingest.example.com/dns" } }
`,
  );
};

testIf(
  missing,
  'the jobs as synthesized: made over REST, pushed, and their health told as it was',
  async () => {
    const [[name = '', json] = []] = Object.entries(synthesize(environment()));
    const stack = { name, folder: '', ...json } as SynthesizedStack;
    const jobs = evaluatedJobs({ stack, workFolder: join(folder, 'logpush'), terraform, env, keys: KEYS });
    expect(jobs).toHaveLength(35);

    const world = await startWorld({ zones: ZONES, keys: Object.values(KEYS) });
    try {
      const { received, failNext } = world.taegis;
      const ids = new Map<string, number>();
      for (const { account_id, zone_id, ...body } of jobs) {
        const path = `/${zone_id === undefined ? `accounts/${account_id}` : `zones/${zone_id}`}/logpush/jobs`;
        const request = { method: 'POST', path, body, purpose: `make ${body.dataset}`, needs: '' } as const;
        ids.set(body.dataset, (await world.api.request<{ id: number }>(request)).id);
      }
      expect(received).toMatchObject({ validations: 35, uploads: 0, answers: { 200: 35 } });

      const push = (dataset: string, records: number) => world.cloudflare.push(ids.get(dataset) ?? 0, records);
      world.setTime(NOON - 24 * HOUR);
      failNext(503, 3);
      await push('casb_findings', 10);
      world.setTime(NOON - HOUR);
      failNext(503, 3);
      await push('dns_logs', 10);
      failNext(429);
      await push('nel_reports', 10);
      failNext(500, 3);
      await push('firewall_events', 10);
      await push('firewall_events', 10);
      const [late, ...quiet] = ['http_requests', 'casb_findings', 'dns_logs', 'nel_reports', 'firewall_events'];
      const rest = jobs.map(({ dataset }) => dataset).filter((dataset) => dataset !== late && !quiet.includes(dataset));
      for (const dataset of rest) await push(dataset, 12);
      await push('http_requests', 2_500);

      const names = new Map(ZONES.map((id, index) => [id, `z${index + 1}.example.com`]));
      world.setTime(NOON + 1000);
      const report = await world.status(stackJobs([stack], names));
      const told = (dataset: string) => report.jobs.find((job) => job.dataset === dataset);

      expect(report.states).toMatchObject({ disabled: 1, failing: 1, losing: 1, ok: 32 });
      expect(exitCodeOfJobs(report)).toBe(1);
      expect(told('casb_findings')).toMatchObject({ state: 'disabled', delivered: 0, lost: 1, lostRecords: 10 });
      expect(told('dns_logs')).toMatchObject({ state: 'failing', delivered: 0, retried: 2, lost: 1 });
      expect(told('nel_reports')).toMatchObject({ state: 'ok', delivered: 1, retried: 1, lost: 0, records: 10 });
      expect(told('firewall_events')).toMatchObject({ state: 'losing', delivered: 1, lost: 1, lostRecords: 10 });

      // Filter, sampling, chosen fields, their order and the format of times.
      expect(received.datasets.audit_logs).toMatchObject({ lines: 4, sample: { When: '2026-03-08T10:59:59Z' } });
      expect(Object.keys(received.datasets.audit_logs?.sample ?? {})).toEqual(['When', 'ActorIP']);
      expect(told('audit_logs')).toMatchObject({ delivered: 1, records: 4 });
      expect(received.datasets.gateway_dns).toMatchObject({
        lines: 3,
        sample: { Datetime: expect.stringMatching(/\.\d{3}Z$/) },
      });
      expect(Object.keys(received.datasets.gateway_dns?.sample ?? {})).toEqual(
        fieldsOf('gateway_dns').filter((field) => field !== 'QueryNameReversed'),
      );
      for (const [dataset, { lines, bytes, uploads, sample }] of Object.entries(received.datasets)) {
        expect(told(dataset)).toMatchObject({ delivered: uploads, records: lines, bytes });
        if (dataset !== 'audit_logs' && dataset !== 'gateway_dns')
          expect(Object.keys(sample)).toEqual(findDataset(dataset)?.fields);
      }
      // Cut by the 5,000,000 bytes of upload.maxBytes, since records are not limited.
      const { bytes = 0, uploads } = received.datasets.http_requests ?? {};
      expect(uploads).toBe(Math.ceil(bytes / 5_000_000));
      expect(uploads).toBeGreaterThan(1);
      expect(JSON.stringify(report)).not.toMatch(/taegis.key/);
    } finally {
      await world.close();
    }
  },
  60_000,
);
