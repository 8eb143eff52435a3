import type { SynthesizedStack } from '../synthesized';
import { AWS_INVENTORIED, AWS_PLAIN } from './aws/facts';
import { CLOUDFLARE_INVENTORIED } from './cloudflare';
import { dataOf } from './document';
import { GOOGLE_INVENTORIED, GOOGLE_PLAIN } from './google/facts';

/** Types that are read for the inventory. */
export const INVENTORIED: ReadonlySet<string> = new Set([
  ...AWS_INVENTORIED,
  ...GOOGLE_INVENTORIED,
  ...CLOUDFLARE_INVENTORIED,
]);

/** Types that hold nothing and grant nothing: a type that is in neither list makes an inventory incomplete. */
export const PLAIN: ReadonlySet<string> = new Set([...AWS_PLAIN, ...GOOGLE_PLAIN, 'terraform_data']);

/** Resources and data sources of types that are in neither list, a sentence each. */
export function strangers(stack: SynthesizedStack): string[] {
  const addresses = [
    ...Object.entries(stack.resource).map(([type, all]) => [type, all] as const),
    ...Object.entries(dataOf(stack)).map(([type, all]) => [`data.${type}`, all] as const),
  ].flatMap(([type, all]) =>
    INVENTORIED.has(type) || PLAIN.has(type) ? [] : Object.keys(all).map((id) => `${type}.${id}`),
  );
  return addresses.map((address) => `${stack.name}: ${address} is of a type that is not known here.`);
}
