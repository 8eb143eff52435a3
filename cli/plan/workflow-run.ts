/** The run of a workflow that a report comes from: for its footer. */
export interface WorkflowRun {
  readonly commit?: string;
  readonly runUrl?: string;
}

/**
 * Read from the variables that GitHub sets for every step (docs.github.com, "Variables reference"). `TRIBUTARY_COMMIT`
 * counts before `GITHUB_SHA`, which is a merge that nobody has seen where a pull request runs.
 */
export function runOf(env: NodeJS.ProcessEnv): WorkflowRun {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
  const commit = env.TRIBUTARY_COMMIT || env.GITHUB_SHA;
  return {
    ...(commit && { commit }),
    ...(server && repository && run && { runUrl: `${server}/${repository}/actions/runs/${run}` }),
  };
}
