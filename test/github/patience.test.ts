import type { GitHubSimulator } from '../simulators/github';
import { runScript, startGitHub } from './run-script';

const ISSUE = { ENVIRONMENT: 'prod', PIPELINE: 'qualys-secops', EXIT_CODE: '2', REPORT: 'missing.md' };

let github: GitHubSimulator;
beforeEach(async () => {
  github = await startGitHub();
});
afterEach(() => github.close());

function methods(): string[] {
  return github.requests.map((request) => request.split(' ')[0] ?? '');
}

test('a search is repeated after a 5xx', async () => {
  github.faults.push({ on: /^GET/, status: 502 });
  const { code, stderr } = await runScript('issue', ['drift'], ISSUE, github);
  expect(code).toBe(0);
  expect(stderr).toMatch(/GitHub answered 502: Told to fail\. Trying again in 1 s\.\n$/);
  expect(methods()).toEqual(['GET', 'GET', 'POST', 'GET']);
});

test('what makes something is not repeated after a 5xx: it may have been made', async () => {
  github.faults.push({ on: /^POST/, status: 500 });
  const { code, stderr } = await runScript('issue', ['drift'], ISSUE, github);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'POST /repos/acme/logs/issues: GitHub answered 500: Told to fail.\n',
  });
  expect(methods()).toEqual(['GET', 'POST']);
});

test.each([
  [429, { 'Retry-After': '1' }],
  [403, { 'Retry-After': '1' }],
  [403, { 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': String(Math.ceil(Date.now() / 1000)) }],
])('a limit of requests (%s %o) is waited for', async (status, headers) => {
  github.faults.push({ on: /^POST/, status, headers });
  expect((await runScript('issue', ['drift'], ISSUE, github)).code).toBe(0);
  expect(methods()).toEqual(['GET', 'POST', 'POST', 'GET']);
  expect(github.issues).toHaveLength(1);
});

test('a limit for longer than a minute ends the script', async () => {
  const reset = String(Math.ceil(Date.now() / 1000) + 1800);
  github.faults.push({
    on: /^GET/,
    status: 403,
    headers: { 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': reset },
  });
  const { code, stderr } = await runScript('issue', ['drift'], ISSUE, github);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^GET .*: GitHub answered 403: Told to fail\.\n$/);
  expect(methods()).toEqual(['GET']);
});

test('a wrong token ends it at once, and is not told', async () => {
  const { code, stderr } = await runScript(
    'issue',
    ['drift'],
    { ...ISSUE, GITHUB_TOKEN: 'ghs_wrong0123456789' },
    github,
  );
  expect(code).toBe(1);
  expect(stderr).toMatch(/GitHub answered 401: Bad credentials\.\n$/);
  expect(stderr).not.toContain('ghs_');
  expect(methods()).toEqual(['GET']);
});

test('a variable that the workflow does not set is named', async () => {
  const { code, stderr } = await runScript('issue', ['drift'], { ...ISSUE, ENVIRONMENT: '' }, github);
  expect({ code, stderr }).toEqual({ code: 1, stderr: "ENVIRONMENT is not set: the workflow's step must set it.\n" });
});
