import type { SynthesizedStack } from '../synthesized';

/** Values that any variable of a kind takes. */
const EMPTY = { number: '0', bool: 'false', list: '[]', set: '[]' } as const;

interface Declaration {
  readonly type?: string;
  readonly default?: unknown;
}

/**
 * Values for the variables that a stack needs and this process was not given, to look at what is deployed and to destroy
 * it: neither uses them, and Terraform asks for them all the same. Never for a plan that is applied to make anything.
 */
export function placeholders({ variable, document }: SynthesizedStack, env = process.env): NodeJS.ProcessEnv {
  const missing = Object.entries(variable as Record<string, Declaration>).filter(
    ([name, declared]) => !('default' in declared) && env[`TF_VAR_${name}`] === undefined,
  );
  return Object.fromEntries(
    missing.map(([name, { type = 'string' }]) => [`TF_VAR_${name}`, valueFor(name, type, JSON.stringify(document))]),
  );
}

function valueFor(name: string, type: string, text: string): string {
  const [kind = ''] = type.split('(');
  if (kind in EMPTY) return EMPTY[kind as keyof typeof EMPTY];
  if (kind !== 'map') return 'unused';
  // The keys that expressions of the stack ask for: var.name["key"], in JSON.
  const keys = [...text.matchAll(new RegExp(`var\\.${name}\\[\\\\"([^"\\\\]+)\\\\"\\]`, 'g'))].map(
    ([, key = '']) => key,
  );
  const value = type.includes('object') ? { url: 'https://unused.invalid', secret: 'unused' } : 'unused';
  return JSON.stringify(Object.fromEntries(keys.map((key) => [key, value])));
}
