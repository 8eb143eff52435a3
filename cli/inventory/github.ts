import type { Party } from './model';
import { either, listed } from './words';

/** Issuer of the tokens of GitHub's workflows, without the scheme. */
export const GITHUB_HOST = 'token.actions.githubusercontent.com';

/** Whether a subject is one that GitHub gives (docs.github.com/en/actions/reference/security/oidc). */
export function isGithubSubject(subject: string): boolean {
  return /^repo:[^:*?]+:[^*?]+$/.test(subject);
}

/**
 * Subjects of GitHub's tokens in words: `workflows of acme/tributary for pull requests or on the branch main`. What is no
 * such subject, or a pattern of them, stays as it is.
 */
export function workflowsInWords(subjects: readonly string[]): string {
  const whole = subjects.filter(isGithubSubject);
  const repositories = [...new Set(whole.map((subject) => subject.split(':')[1] ?? ''))];
  const words = repositories.map((repository) => {
    const where = whole.filter((subject) => subject.startsWith(`repo:${repository}:`)).map(circumstance);
    return `workflows of ${repository} ${either(where)}`;
  });
  const others = subjects.filter((subject) => !isGithubSubject(subject)).map((subject) => `the subject ${subject}`);
  return listed([...words, ...others]);
}

/** GitHub, as somebody outside who may become something. */
export function githubParty(stack: string, gets: readonly string[]): Party[] {
  return gets.length === 0 ? [] : [{ name: 'GitHub', stacks: [stack], gets: [...gets] }];
}

function circumstance(subject: string): string {
  const [, , kind = '', ...rest] = subject.split(':');
  const name = rest.join(':');
  if (kind === 'pull_request') return 'for pull requests';
  if (kind === 'environment') return `in the environment ${name}`;
  if (kind === 'ref') return `on ${refInWords(name)}`;
  return `with the subject ${subject}`;
}

/** `the branch main`; a tag or another ref by its name. */
export function refInWords(ref: string): string {
  return ref.startsWith('refs/heads/') ? `the branch ${ref.slice('refs/heads/'.length)}` : ref;
}
