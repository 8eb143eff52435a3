import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { findStackJobs } from '../../../cli/logpush/status-jobs';
import { addStatusVerb, parseDays } from '../../../cli/status/verb';
import { UserError } from '../../../environments/user-error';
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

test.each(['0', '31', '1.5', 'week', ''])('--days %s is refused', (text) => {
  expect(() => parseDays(text)).toThrow(UserError);
});

test.each([
  ['1', 1],
  ['30', 30],
])('--days %s is taken', (text, days) => {
  expect(parseDays(text)).toBe(days);
});
