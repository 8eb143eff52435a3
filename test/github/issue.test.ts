import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GitHubIssue, type GitHubSimulator, WORKFLOWS } from '../simulators/github';
import { type Ended, runScript, startGitHub } from './run-script';

const RUN = 'https://github.example.com/acme/logs/actions/runs/77';

let github: GitHubSimulator;
let folder: string;
beforeEach(async () => {
  github = await startGitHub();
  folder = mkdtempSync(join(tmpdir(), 'issue-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await github.close();
});

/** What a run found. */
function check(
  kind: 'drift' | 'health',
  code: string,
  report?: string,
  pipeline = 'cloudtrail-cortex',
): Promise<Ended> {
  const file = join(folder, 'report');
  rmSync(file, { force: true });
  if (report !== undefined) writeFileSync(file, report);
  const variables = { ENVIRONMENT: 'prod', PIPELINE: pipeline, EXIT_CODE: code, REPORT: file };
  return runScript('issue', [kind], variables, github);
}

function told(): string[] {
  return github.issues.map(({ state, title }) => `${state}: ${title}`);
}

const DRIFTED = 'prod-cloudtrail-cortex changed outside of Terraform';
const UNTOLD = 'prod-cloudtrail-cortex could not be checked for drift';

test('drift opens an issue with the report', async () => {
  expect(await check('drift', '2', '| bucket | versioning | on → off |')).toMatchObject({
    code: 0,
    stdout: `Issue 1 opened: ${DRIFTED}\n`,
    stderr: '',
  });
  expect(github.issues).toHaveLength(1);
  expect(github.issues[0]?.labels).toEqual([{ name: 'tributary-drift' }]);
  const [marker, report, todo, seen, ...others] = github.issues[0]?.body?.split('\n\n') ?? [];
  expect(marker).toBe('<!-- tributary drift found prod-cloudtrail-cortex -->');
  expect(report).toBe('| bucket | versioning | on → off |');
  expect(todo).toMatch(/^Deploy, which takes it back, or /);
  expect(seen).toMatch(
    new RegExp(`^<sub>Last seen: \\[run\\]\\(${RUN}\\), \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC</sub>$`),
  );
  expect(others).toEqual([]);
});

test('it is rewritten by the next run, and closed with a word when all is well', async () => {
  await check('drift', '2', 'one bucket');
  await check('drift', '2', 'two buckets');
  expect(told()).toEqual([`open: ${DRIFTED}`]);
  expect(github.issues[0]?.body).toContain('two buckets');
  expect(github.issues[0]?.body).not.toContain('one bucket');
  expect((await check('drift', '0')).stdout).toBe('Issue 1 closed\n');
  expect(github.issues[0]).toMatchObject({ state: 'closed', state_reason: 'completed' });
  expect(github.comments.map(({ issue, body }) => ({ issue, body }))).toEqual([
    { issue: 1, body: `No more, says ${RUN}` },
  ]);
});

test('what comes back gets a new issue', async () => {
  await check('drift', '2', 'x');
  await check('drift', '0');
  await check('drift', '2', 'x');
  expect(told()).toEqual([`closed: ${DRIFTED}`, `open: ${DRIFTED}`]);
});

test('all well and nothing open: nothing is written', async () => {
  expect(await check('drift', '0')).toMatchObject({ code: 0, stdout: '' });
  expect(github.requests.filter((request) => !request.startsWith('GET'))).toEqual([]);
});

test('a command that failed is no drift, and does not end one', async () => {
  await check('drift', '2', 'one bucket');
  await check('drift', '1');
  expect(told()).toEqual([`open: ${DRIFTED}`, `open: ${UNTOLD}`]);
  expect(github.issues[0]?.body).toContain('one bucket');
  expect(github.issues[1]?.body).toContain(
    `The command ended with 1, and what it looks at may be well or not. Its log: ${RUN}`,
  );
  await check('drift', '2', 'one bucket');
  expect(told()).toEqual([`open: ${DRIFTED}`, `closed: ${UNTOLD}`]);
});

test('a run that did not come to the command is told as that', async () => {
  await check('drift', '');
  expect(told()).toEqual([`open: ${UNTOLD}`]);
  expect(github.issues[0]?.body).toContain('The command was not reached');
});

test('each stack has its own, and a name that begins another is not taken for it', async () => {
  await check('drift', '2', 'a', 'logpush-taegis');
  await check('drift', '2', 'b', 'logpush-taegis-2');
  await check('drift', '0', undefined, 'logpush-taegis');
  expect(told()).toEqual([
    'closed: prod-logpush-taegis changed outside of Terraform',
    'open: prod-logpush-taegis-2 changed outside of Terraform',
  ]);
});

test('it is found behind hundreds of others', async () => {
  const labels = [{ name: 'tributary-drift' }];
  for (let number = 1; number <= 205; number++)
    github.issues.push({ number, title: '', body: 'x', state: 'open', labels, user: WORKFLOWS });
  await check('drift', '2', 'one');
  await check('drift', '2', 'two');
  expect(github.issues).toHaveLength(206);
  expect(github.issues[205]?.body).toContain('two');
});

test.each<[string, Partial<GitHubIssue>]>([
  ['a stranger’s', { user: { login: 'mallory', type: 'User' } }],
  ['a pull request', { pull_request: {} }],
  ['one without text', { body: null }],
])('%s is neither rewritten nor closed', async (_, differing) => {
  const issue: GitHubIssue = {
    number: 1,
    title: 'mine',
    body: '<!-- tributary drift found prod-cloudtrail-cortex -->',
    state: 'open',
    labels: [{ name: 'tributary-drift' }],
    user: WORKFLOWS,
    ...differing,
  };
  github.issues.push(issue);
  await check('drift', '2', 'x');
  await check('drift', '0');
  expect(told()).toEqual(['open: mine', `closed: ${DRIFTED}`]);
});

test('a report that no issue can take is cut between lines', async () => {
  const line = 'é'.repeat(99);
  await check('drift', '2', Array(400).fill(line).join('\n'));
  const body = github.issues[0]?.body ?? '';
  expect(Buffer.byteLength(body)).toBeLessThan(65_536);
  const lines = body.split('\n').filter((one) => one.includes('é'));
  expect(lines).toHaveLength(301);
  expect(new Set(lines)).toEqual(new Set([line]));
  expect(body).toContain('… and more: see the run.');
});

test('health: what is printed is shown as it is, mentions nobody and cannot end its frame', async () => {
  await check('health', '1', 'failing: ```\n@everyone ````', 'logpush-taegis');
  expect(told()).toEqual(['open: prod-logpush-taegis does not deliver as it should']);
  expect(github.issues[0]?.body).toContain('\n\n`````text\nfailing: ```\n@everyone ````\n`````\n\n');
  await check('health', '0', 'prod-logpush-taegis: 3 jobs: 3 ok', 'logpush-taegis');
  expect(told()).toEqual(['closed: prod-logpush-taegis does not deliver as it should']);
});

test.each([
  ['could not tell', '2', 'could not tell: the token may not read'],
  ['failed before it could look', '1', ''],
])('health: a command that %s has found nothing', async (_, code, report) => {
  await check('health', code, report, 'logpush-taegis');
  expect(told()).toEqual(['open: prod-logpush-taegis could not be checked for health']);
  expect(github.issues[0]?.body).toContain(report);
});

test('a check that does not exist is refused', async () => {
  const { code, stderr } = await runScript('issue', ['mood'], {}, github);
  expect({ code, stderr }).toEqual({ code: 1, stderr: 'issue.mjs mood: expected drift or health.\n' });
});
