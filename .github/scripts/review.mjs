/**
 * Finds the plan that was reviewed before a commit was merged, and prints it as an output of a step: `run=<id>`. Variables:
 * COMMIT (on the default branch), ENVIRONMENTS (JSON list: each must have been planned).
 */
import { list, repositoryPath, required, run } from './github.mjs';

const UNREVIEWED =
  'To deploy nevertheless, run the workflow deploy by hand with "unreviewed": it deploys whatever the plan is by then.';

await run(async () => {
  const commit = required('COMMIT');
  const { number, head } = await mergedPullRequest(commit);
  const plan = await lastPlan(number, head.sha);
  const missing = await unplanned(plan.id, JSON.parse(required('ENVIRONMENTS')));
  if (missing.length > 0)
    throw new Error(
      `The plan of pull request ${number} (${plan.html_url}) has no review of ${missing.join(', ')} any more, or never ` +
        `had: reviews are kept for 30 days. ${UNREVIEWED}`,
    );
  console.error(`Reviewed in pull request ${number}: ${plan.html_url}`);
  console.log(`run=${plan.id}`);
});

/** @param {string} commit */
async function mergedPullRequest(commit) {
  // Of a merge, a squash and a rebase alike; others only contain the commit.
  const pulls = await list(`${repositoryPath()}/commits/${commit}/pulls`);
  const merged = pulls.find((pull) => pull.merged_at && pull.merge_commit_sha === commit);
  if (merged === undefined)
    throw new Error(`${commit} was not merged by a pull request, so that nobody has reviewed its plan. ${UNREVIEWED}`);
  return merged;
}

/**
 * @param {number} number
 * @param {string} sha
 */
async function lastPlan(number, sha) {
  const path = `${repositoryPath()}/actions/workflows/plan.yml/runs?event=pull_request&status=success&head_sha=${sha}`;
  const runs = await list(path, 'workflow_runs');
  // A fork may have a workflow of this name, and a branch of this commit.
  const own = runs.filter(
    ({ event, conclusion, head_sha, head_repository }) =>
      event === 'pull_request' &&
      conclusion === 'success' &&
      head_sha === sha &&
      head_repository?.full_name === required('GITHUB_REPOSITORY'),
  );
  const [last] = own.sort((one, other) => other.run_number - one.run_number);
  if (last === undefined)
    throw new Error(`Pull request ${number} has no successful plan of its last commit ${sha}. ${UNREVIEWED}`);
  return last;
}

/**
 * Environments without a review in a run.
 *
 * @param {number} id of the run
 * @param {readonly string[]} environments
 */
async function unplanned(id, environments) {
  const artifacts = await list(`${repositoryPath()}/actions/runs/${id}/artifacts`, 'artifacts');
  const kept = new Set(artifacts.filter(({ expired }) => !expired).map(({ name }) => name));
  return environments.filter((environment) => !kept.has(`plan-${environment}`));
}
