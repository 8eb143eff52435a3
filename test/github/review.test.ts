import type { GitHubSimulator } from '../simulators/github';
import { REPOSITORY, runScript, startGitHub } from './run-script';

const COMMIT = 'c'.repeat(40);
const HEAD = 'a'.repeat(40);
const MERGED = { number: 12, merged_at: '2026-11-26T10:00:00Z', merge_commit_sha: COMMIT, head: { sha: HEAD } };
const PLAN = {
  id: 501,
  run_number: 31,
  event: 'pull_request',
  conclusion: 'success',
  head_sha: HEAD,
  head_repository: { full_name: REPOSITORY },
  html_url: 'https://github.example.com/acme/logs/actions/runs/501',
};
const BY_HAND = 'To deploy nevertheless, run the workflow deploy by hand with "unreviewed"';

let github: GitHubSimulator;
beforeEach(async () => {
  github = await startGitHub();
  github.pulls[COMMIT] = [MERGED];
  github.runs.push(PLAN);
  github.artifacts['501'] = [
    { name: 'plan-dev', expired: false },
    { name: 'plan-prod', expired: false },
  ];
});
afterEach(() => github.close());

function review() {
  return runScript('review', [], { COMMIT, ENVIRONMENTS: '["dev","prod"]' }, github);
}

test('the plan of the merged pull request is found', async () => {
  expect(await review()).toEqual({
    code: 0,
    stdout: 'run=501\n',
    stderr: 'Reviewed in pull request 12: https://github.example.com/acme/logs/actions/runs/501\n',
  });
});

test('of several it is the last that succeeded, wherever the pages put it', async () => {
  for (let index = 0; index < 120; index++) github.runs.push({ ...PLAN, id: 600 + index, run_number: 20 - index });
  github.runs.push({ ...PLAN, id: 800, run_number: 40 }, { ...PLAN, id: 801, run_number: 41, conclusion: 'failure' });
  github.artifacts['800'] = github.artifacts['501'] ?? [];
  expect((await review()).stdout).toBe('run=800\n');
});

test.each([
  ['a commit of no pull request', []],
  ['one that is not merged', [{ ...MERGED, merged_at: null }]],
  ['one that was merged as another commit', [{ ...MERGED, merge_commit_sha: HEAD }]],
])('%s is refused', async (_, pulls) => {
  github.pulls[COMMIT] = pulls;
  const { code, stdout, stderr } = await review();
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(
    `${COMMIT} was not merged by a pull request, so that nobody has reviewed its plan. ${BY_HAND}`,
  );
});

test.each([
  ['a fork', { head_repository: { full_name: 'mallory/logs' } }],
  ['a fork that is gone', { head_repository: null }],
  ['an older commit', { head_sha: 'b'.repeat(40) }],
  ['a run that failed', { conclusion: 'failure' }],
  ['another event', { event: 'push' }],
])('the plan of %s does not count', async (_, differing) => {
  github.runs.splice(0, 1, { ...PLAN, ...differing });
  const { code, stdout, stderr } = await review();
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(`Pull request 12 has no successful plan of its last commit ${HEAD}. ${BY_HAND}`);
});

test('a review that has expired is named', async () => {
  github.artifacts['501'] = [
    { name: 'plan-dev', expired: false },
    { name: 'plan-prod', expired: true },
  ];
  const { code, stdout, stderr } = await review();
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('has no review of prod any more, or never had');
});
