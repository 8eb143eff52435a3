import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { findStackJobs } from '../../../cli/logpush/status-jobs';
import { addStatusVerb } from '../../../cli/status/verb';
import { startWorld, TOKEN, type World } from '../logpush/status-world';

let world: World;
let folder: string;
const before = { ...process.env };
beforeEach(async () => {
  const jobs = await findStackJobs('prod');
  const ids = (kind: string) => jobs.filter(({ owner }) => owner.kind === kind).map(({ owner }) => owner.id);
  world = await startWorld({ now: Date.now, account: ids('account')[0], zones: ids('zone') });
  // All but the last, which is then missing.
  for (const job of jobs.slice(0, -1)) await world.deploy(job);
  folder = mkdtempSync(join(tmpdir(), 'status-'));
  Object.assign(process.env, { CLOUDFLARE_API_TOKEN: TOKEN, CLOUDFLARE_BASE_URL: world.cloudflare.url });
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  // Synthesis takes seconds on a busy machine.
}, 60_000);
afterEach(async () => {
  process.env = { ...before };
  process.exitCode = undefined;
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
  await world.close();
});

test('status --check finds a missing job of the environment as synthesized, and writes the page', async () => {
  const log = jest.spyOn(console, 'log').mockReturnValue();
  const program = new Command();
  addStatusVerb(program);
  const html = join(folder, 'page.html');
  await program.parseAsync(['status', 'prod', 'logpush-taegis', '--check', '--html', html], { from: 'user' });
  expect(process.exitCode).toBe(1);
  const [head, problem, ...others] = String(log.mock.calls[0]?.[0]).split('\n');
  expect(head).toMatch(/^prod-logpush-taegis: \d+ jobs: 1 missing, \d+ silent$/);
  expect(problem).toMatch(/^missing: \w+ of the zone [\w.]+: .* Deploy prod-logpush-taegis\.$/);
  expect(others).toEqual([]);
  expect(readFileSync(html, 'utf8')).toContain('<h2>What to do</h2>');
}, 60_000);

test('status without a pipeline tells of all; those whose clouds cannot be asked say so', async () => {
  const log = jest.spyOn(console, 'log').mockReturnValue();
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, {
    ...{ AWS_EC2_METADATA_DISABLED: 'true', AWS_CONFIG_FILE: devNull, AWS_SHARED_CREDENTIALS_FILE: devNull },
    GOOGLE_OAUTH_ACCESS_TOKEN: 'two words',
  });
  const program = new Command();
  addStatusVerb(program);
  await program.parseAsync(['status', 'prod', '--json', '--days', '1'], { from: 'user' });
  expect(process.exitCode).toBe(1);
  const document = JSON.parse(String(log.mock.calls[0]?.[0]));
  const states = document.pipelines.map(({ pipeline, state }: Record<string, string>) => `${pipeline}: ${state}`);
  expect(states).toEqual(['logpush-taegis: problem', 'qualys-secops: unknown', 'cloudtrail-cortex: unknown']);
  expect(document.pipelines[1].facts).toMatchObject([
    { state: 'could not tell', finding: expect.stringContaining('GOOGLE_OAUTH_ACCESS_TOKEN holds no access token') },
  ]);
  expect(document.pipelines[2].facts).toMatchObject([
    { state: 'could not tell', finding: expect.stringContaining('no usable AWS credentials were found') },
  ]);
}, 60_000);
