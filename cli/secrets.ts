import type { SynthesizedStack } from './synthesized';

/** A shorter value would stand in too many words that are no secrets; no service issues one. */
const SHORTEST = 8;

/** Variables that hold credentials of the three clouds and of GitHub's workflows. */
const CREDENTIALS =
  /^(?:AWS|CLOUDFLARE|GOOGLE|GCLOUD|GITHUB|GH|ACTIONS)_?.*(?:TOKEN|SECRET|KEY|PASSWORD|CREDENTIALS)|^TF_TOKEN_/;
/** Of the names that look like them, what is no secret: ids and paths of files. */
const HARMLESS = /^AWS_ACCESS_KEY_ID$|_FILE$|^GOOGLE_APPLICATION_CREDENTIALS$/;

/** Secrets that this process was given: credentials, and the values of the stacks' sensitive variables. */
export function secretsOf(stacks: readonly SynthesizedStack[], env: NodeJS.ProcessEnv = process.env): string[] {
  const declared = stacks.flatMap((stack) => Object.entries(stack.variable as Record<string, Declaration>));
  const names = declared.filter(([, { sensitive, ephemeral }]) => sensitive || ephemeral).map(([name]) => name);
  const variables = names.map((name) => env[`TF_VAR_${name}`] ?? '');
  const credentials = Object.entries(env)
    .filter(([name]) => CREDENTIALS.test(name) && !HARMLESS.test(name))
    .map(([, value]) => privateKeyIn(value ?? ''));
  return [...new Set([...variables, ...credentials])].filter((text) => text.length >= SHORTEST);
}

/** Of the key of a Google service account, which is JSON: its ids and addresses are no secrets, and stand in every plan. */
function privateKeyIn(value: string): string {
  if (!value.trimStart().startsWith('{')) return value;
  try {
    const { private_key: key } = JSON.parse(value) as { private_key?: unknown };
    return typeof key === 'string' ? key : value;
  } catch {
    return value;
  }
}

interface Declaration {
  readonly sensitive?: boolean;
  readonly ephemeral?: boolean;
}
