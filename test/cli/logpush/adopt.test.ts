import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { adoptLogpush } from '../../../cli/logpush/adopt';
import type { StackJob } from '../../../cli/logpush/status-jobs';
import { Progress } from '../../../cli/progress';
import { checkEnvironment } from '../../../environments/check';
import { ACCOUNT, accountJob, KEY, startWorld, type World, zoneId, zoneJob } from './status-world';

const TEXT = `environment: prod
protected: false
backend: { local: {} }

cloudflare:
  account: { id: ${ACCOUNT}, datasets: [audit_logs, gateway_dns] } # ours
  zones:
    - { id: "${zoneId(1)}", name: z1.example.com, datasets: [http_requests] }
  taegis: { default: { url: "https://ingest.example.com/in" } }
`;
const JOBS: StackJob[] = [accountJob('audit_logs'), accountJob('gateway_dns'), zoneJob(1)];

let world: World;
let file: string;
let folder: string;
beforeEach(async () => {
  world = await startWorld({ zones: [zoneId(1)] });
  folder = mkdtempSync(join(tmpdir(), 'adopt-'));
  file = join(folder, 'prod.yaml');
  writeFileSync(file, TEXT);
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await world.close();
});

function adopt(dryRun = false) {
  const { environment, problems } = checkEnvironment('prod.yaml', readFileSync(file, 'utf8'), 'prod');
  if (environment?.cloudflare === undefined) throw new Error(JSON.stringify(problems));
  const progress = new Progress(new PassThrough() as unknown as NodeJS.WriteStream);
  const { cloudflare: settings } = environment;
  return adoptLogpush({ environment: 'prod', jobs: JOBS, settings, api: world.api, file, dryRun, progress });
}

/** A job that somebody made by hand. */
async function make(owner: StackJob['owner'], body: object): Promise<number> {
  const path = `/${owner.kind}s/${owner.id}/logpush/jobs`;
  const { id } = await world.api.request<{ id: number }>({
    method: 'POST',
    path,
    body,
    purpose: 'make a job',
    needs: '',
  });
  return id;
}

const destination = (place: string) => `https://${place}?header_Authorization=Bearer%20${KEY}`;

test('jobs are found by their name or their receiver, and written once', async () => {
  const byName = await world.deploy(accountJob('audit_logs'));
  const [, , zone] = JOBS;
  if (zone === undefined) throw new Error('no job');
  const byPlace = await make(zone.owner, {
    dataset: 'http_requests',
    name: 'by hand',
    enabled: true,
    destination_conf: destination('ingest.example.com/in'),
  });
  const { exitCode, text, document } = await adopt();
  expect(exitCode).toBe(0);
  expect(text).toContain(`is called by hand; a deploy calls it secureworks-http-http-requests`);
  expect(JSON.stringify([document, text])).not.toContain(KEY);

  const written = readFileSync(file, 'utf8');
  expect(written.startsWith(TEXT.trimEnd())).toBe(true);
  expect(checkEnvironment('prod.yaml', written, 'prod').environment?.cloudflare?.import).toEqual({
    account: { audit_logs: byName },
    zones: { [zoneId(1)]: { http_requests: byPlace } },
  });
  await adopt();
  expect(readFileSync(file, 'utf8')).toBe(written);
});

test('a dry run writes nothing', async () => {
  await world.deploy(accountJob('audit_logs'));
  expect((await adopt(true)).text).toContain('audit_logs');
  expect(readFileSync(file, 'utf8')).toBe(TEXT);
});

test('a job to another receiver is left alone, and said', async () => {
  await make(accountJob('gateway_dns').owner, {
    dataset: 'gateway_dns',
    name: 'to somewhere',
    enabled: true,
    destination_conf: destination('other.example.com/in'),
  });
  const { text } = await adopt();
  expect(text).toContain('has 1 more of gateway_dns, to other receivers: left alone');
  expect(readFileSync(file, 'utf8')).toBe(TEXT);
});

test('several that could be ours are an error that names them, without a key', async () => {
  await world.deploy(accountJob('audit_logs'));
  await world.deploy(accountJob('audit_logs'));
  const error = await adopt().catch((thrown: Error) => thrown.message);
  expect(error).toMatch(/several jobs of audit_logs that could be ours: \d+ \(secureworks-http-audit-logs\), \d+ /);
  expect(error).not.toContain(KEY);
  expect(readFileSync(file, 'utf8')).toBe(TEXT);
});

test('a zone that has four jobs of others cannot get another', async () => {
  const { owner } = zoneJob(1);
  for (const dataset of ['dns_logs', 'firewall_events', 'nel_reports', 'spectrum_events'])
    await make(owner, {
      dataset,
      name: 'theirs',
      enabled: true,
      destination_conf: destination('other.example.com/in'),
    });
  expect((await adopt()).text).toContain('has 4 jobs already, and may have 4');
});
