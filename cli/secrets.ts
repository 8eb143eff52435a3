import type { SynthesizedStack } from './synthesized';

/** A shorter value would stand in too many words that are no secrets; no service issues one. */
const SHORTEST = 8;

/** Variables that hold credentials of the three clouds and of GitHub's workflows. */
const CREDENTIALS =
  /^(AWS|CLOUDFLARE|GOOGLE|GCLOUD|GITHUB|GH|ACTIONS|TF_TOKEN)_?.*(TOKEN|SECRET|KEY|PASSWORD|CREDENTIALS)/;
/** Of the names that look like them, what is no secret: ids and paths of files. */
const HARMLESS = /^AWS_ACCESS_KEY_ID$|_FILE$|^GOOGLE_APPLICATION_CREDENTIALS$/;

/** Secrets that this process was given: credentials, and the values of the stacks' sensitive variables. */
export function secretsOf(stacks: readonly SynthesizedStack[], env: NodeJS.ProcessEnv = process.env): string[] {
  const declared = stacks.flatMap((stack) => Object.entries(stack.variable as Record<string, Declaration>));
  const names = declared.filter(([, { sensitive, ephemeral }]) => sensitive || ephemeral).map(([name]) => name);
  const variables = [...new Set(names)].map((name) => env[`TF_VAR_${name}`] ?? '');
  const credentials = Object.entries(env)
    .filter(([name]) => CREDENTIALS.test(name) && !HARMLESS.test(name))
    .map(([, value]) => value ?? '');
  const all = [...variables.flatMap(textsIn), ...credentials].filter((text) => text.length >= SHORTEST);
  return [...new Set(all)];
}

interface Declaration {
  readonly sensitive?: boolean;
  readonly ephemeral?: boolean;
}

/** A text with every secret in it replaced, in whatever way it is written. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const forms = secrets.flatMap(formsOf).sort((one, other) => other.length - one.length);
  return forms.reduce((cleaned, form) => cleaned.replaceAll(form, '(secret)'), text);
}

/** As it is, within a URL, within JSON, and in base64. */
export function formsOf(secret: string): string[] {
  const encoded = encodeURIComponent(secret);
  return [
    ...new Set([
      secret,
      encoded,
      encoded.replaceAll('%20', '+'),
      JSON.stringify(secret).slice(1, -1),
      Buffer.from(secret).toString('base64'),
    ]),
  ];
}

/** A variable's value, or each text in it if it is JSON. */
function textsIn(value: string): string[] {
  const leaves = (part: unknown): string[] => {
    if (typeof part === 'string') return [part];
    return typeof part === 'object' && part !== null ? Object.values(part).flatMap(leaves) : [];
  };
  try {
    return [value, ...leaves(JSON.parse(value))];
  } catch {
    return [value];
  }
}
