import type { BootstrapSettings } from '../environments/bootstrap';
import type { Environment } from '../environments/schema';

/** Issuer of the tokens of GitHub's workflows (docs.github.com/en/actions/reference/security/oidc). */
export const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';

/** Whom the identities trust: subjects of GitHub's OIDC tokens, each whole. A pattern could be met by another repository. */
export interface GithubTrust {
  /** Pull requests, the branch (schedules, too), and jobs in the environment `<name>-plan` of GitHub. */
  readonly plan: readonly string[];
  /** Jobs in the environment of GitHub. Who may run them, and from which branch, is said there. */
  readonly deploy: string;
  /** Ref that a deploy must come from beside that: an environment that GitHub makes on the fly protects nothing. */
  readonly deployRef: string;
}

export function githubTrust({ environment }: Environment, settings: BootstrapSettings): GithubTrust {
  const { repository, branch, githubEnvironment = environment } = settings;
  const ref = `refs/heads/${branch}`;
  return {
    plan: ['pull_request', `ref:${ref}`, `environment:${githubEnvironment}-plan`].map(
      (part) => `repo:${repository}:${part}`,
    ),
    deploy: `repo:${repository}:environment:${githubEnvironment}`,
    deployRef: ref,
  };
}
