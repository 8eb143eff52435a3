import type { BootstrapSettings } from '../environments/bootstrap';
import type { Environment } from '../environments/schema';

/** Issuer of the tokens of GitHub's workflows (docs.github.com/en/actions/reference/security/oidc). */
export const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';

/** Whom the identities trust: subjects of GitHub's OIDC tokens, each whole. A pattern could be met by another repository. */
export interface GithubTrust {
  /** Pull requests, the branch (schedules, too), and jobs in the environments `<name>-plan` and `<name>-watch` of GitHub. */
  readonly plan: Readonly<Record<'pull-request' | 'branch' | 'environment' | 'watch', string>>;
  /** Jobs in the environment of GitHub. Who may run them, and from which branch, is said there. */
  readonly deploy: string;
  /** Ref that a deploy must come from beside that: an environment that GitHub makes on the fly protects nothing. */
  readonly deployRef: string;
}

export function githubTrust({ environment }: Environment, settings: BootstrapSettings): GithubTrust {
  const { repository, branch, githubEnvironment = environment } = settings;
  const ref = `refs/heads/${branch}`;
  const subject = (rest: string) => `repo:${repository}:${rest}`;
  return {
    plan: {
      'pull-request': subject('pull_request'),
      branch: subject(`ref:${ref}`),
      environment: subject(`environment:${githubEnvironment}-plan`),
      watch: subject(`environment:${githubEnvironment}-watch`),
    },
    deploy: subject(`environment:${githubEnvironment}`),
    deployRef: ref,
  };
}
