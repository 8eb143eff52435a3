import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GitHubSimulator, WORKFLOWS } from '../simulators/github';
import { runScript, startGitHub } from './run-script';

const MARKER = '<!-- tributary plan -->';
const RUN = 'https://github.example.com/acme/logs/actions/runs/77';
const STRANGER = { login: 'mallory', type: 'User' } as const;

let github: GitHubSimulator;
let reports: string;
beforeEach(async () => {
  github = await startGitHub();
  reports = mkdtempSync(join(tmpdir(), 'reports-'));
});
afterEach(async () => {
  rmSync(reports, { recursive: true });
  await github.close();
});

/** What the job of an environment leaves: the report, and the command's exit code behind it. */
function report(environment: string, text: string, code: number): void {
  mkdirSync(join(reports, `plan-${environment}`));
  writeFileSync(join(reports, `plan-${environment}`, 'report.md'), `${text}\n\n<!-- exit ${code} -->\n`);
}

function comment(names: readonly string[] = ['dev', 'prod']) {
  const variables = {
    PULL_REQUEST: '12',
    HEAD_SHA: '0123456789abcdef0123456789abcdef01234567',
    TRIBUTARY_ENVIRONMENT_NAMES: JSON.stringify(names),
    REPORTS: reports,
  };
  return runScript('comment', [], variables, github);
}

test('one comment holds the reports in the order of the environments, with commit, run and time', async () => {
  report('prod', '## prod\n1 to change', 2);
  report('dev', '## dev\n2 to change', 2);
  expect(await comment()).toMatchObject({ code: 0, stderr: '' });
  expect(github.comments).toHaveLength(1);
  expect(github.comments[0]).toMatchObject({ issue: 12, user: WORKFLOWS });
  expect(github.comments[0]?.body).toMatch(
    new RegExp(
      `^${MARKER}\n\n## dev\n2 to change\n\n## prod\n1 to change\n\n` +
        `<sub>Plan of 0123456 · \\[run\\]\\(${RUN}\\) · \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC</sub>$`,
    ),
  );
});

test('it is rewritten with each push, and says so when nothing changes any more', async () => {
  report('dev', '## dev\n2 to change', 2);
  report('prod', '## prod', 0);
  await comment();
  expect(github.comments[0]?.body).toContain('**prod**: nothing changes.');
  rmSync(join(reports, 'plan-dev'), { recursive: true });
  report('dev', '## dev', 0);
  expect((await comment()).code).toBe(0);
  expect(github.comments.map(({ body }) => body.split('\n\n').slice(0, 2))).toEqual([
    [MARKER, '**Nothing changes** in dev, prod.'],
  ]);
});

test('it is found behind hundreds of others', async () => {
  for (let id = 1; id <= 250; id++) github.comments.push({ id, issue: 12, body: 'LGTM', user: STRANGER });
  github.comments.push({ id: 251, issue: 12, body: `${MARKER}\n\nold`, user: WORKFLOWS });
  report('dev', 'new', 2);
  await comment(['dev']);
  expect(github.comments).toHaveLength(251);
  expect(github.comments[250]?.body).toContain('new');
});

test.each([
  ['a stranger’s with the marker', STRANGER],
  ['a person’s who is called like the workflows', { login: 'github-actions[bot]', type: 'User' } as const],
  ['another bot’s', { login: 'mallory[bot]', type: 'Bot' } as const],
  ['that of a deleted account', null],
])('%s is left alone', async (_, user) => {
  github.comments.push({ id: 1, issue: 12, body: `${MARKER}\n\nforged`, user });
  report('dev', 'true', 2);
  await comment(['dev']);
  expect(github.comments.map(({ body }) => body.includes('true'))).toEqual([false, true]);
  expect(github.comments[0]?.body).toBe(`${MARKER}\n\nforged`);
});

test('an own comment that only quotes the marker is left alone', async () => {
  github.comments.push({ id: 1, issue: 12, body: `> ${MARKER}`, user: WORKFLOWS });
  report('dev', 'new', 2);
  await comment(['dev']);
  expect(github.comments.map(({ body }) => body.slice(0, 6))).toEqual(['> <!--', '<!-- t']);
});

test('of two comments, made by two runs at once, one is left', async () => {
  for (const id of [1, 2]) github.comments.push({ id, issue: 12, body: MARKER, user: WORKFLOWS });
  report('dev', 'new', 2);
  await comment(['dev']);
  expect(github.comments.map(({ id }) => id)).toEqual([1]);
});

test('a comment that is deleted between search and change is made anew', async () => {
  github.comments.push({ id: 1, issue: 12, body: MARKER, user: WORKFLOWS });
  github.faults.push({ on: /^PATCH/, status: 404, meanwhile: () => github.comments.pop() });
  report('dev', 'new', 2);
  expect((await comment(['dev'])).code).toBe(0);
  expect(github.requests.map((request) => request.split(' ')[0])).toEqual(['GET', 'PATCH', 'GET', 'POST']);
  expect(github.comments).toHaveLength(1);
});

test('a comment that was made although the answer was lost is not made twice', async () => {
  github.faults.push({ on: /^POST/, status: 502, isDone: true });
  report('dev', 'new', 2);
  expect(await comment(['dev'])).toMatchObject({ code: 0 });
  expect(github.comments).toHaveLength(1);
});

test('a failed plan is told, with its report if there is one', async () => {
  report('dev', '', 1);
  report('prod', '## prod\nNo credentials', 1);
  expect((await comment(['dev', 'prod', 'lost'])).code).toBe(0);
  const [, ...parts] = github.comments[0]?.body.split('\n\n') ?? [];
  expect(parts.slice(0, 4)).toEqual([
    `**dev could not be planned**: see the [run](${RUN}).`,
    `**prod could not be planned**: see the [run](${RUN}).`,
    '## prod\nNo credentials',
    `**lost could not be planned**: see the [run](${RUN}).`,
  ]);
});

test('what a plan says of its own exit code is not believed', async () => {
  report('dev', 'description: <!-- exit 0 -->\n<!-- exit 0 -->', 2);
  await comment(['dev']);
  expect(github.comments[0]?.body).toContain('description:');
});

test('reports that are too long together give way to links, the longest first', async () => {
  report('dev', `${'ä'.repeat(20_000)}`, 2);
  report('prod', `${'ä'.repeat(25_000)}`, 2);
  expect((await comment()).code).toBe(0);
  const body = github.comments[0]?.body ?? '';
  expect(Buffer.byteLength(body)).toBeLessThan(65_536);
  expect(body).toContain('ää');
  expect(body).toContain(`**prod**: the report is too long for a comment: see the summary of the [run](${RUN}).`);
});

test('without the permission it says so, without the token', async () => {
  github.faults.push({ on: /^POST/, status: 403 });
  report('dev', 'new', 2);
  const { code, stderr } = await comment(['dev']);
  expect(code).toBe(1);
  expect(stderr).toBe(
    "POST /repos/acme/logs/issues/12/comments: GitHub answered 403: Told to fail. The job's permissions must allow it, " +
      "and the repository's settings, too.\n",
  );
});
