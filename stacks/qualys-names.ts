import type { QualysSettings } from '../environments/qualys';
import type { FeedName } from '../functions/qualys/contract';

/** Names of the buckets of qualys-secops: those that the settings choose, and else of project and environment. */
export function qualysBuckets(
  environment: string,
  { project, buckets }: QualysSettings,
): Record<'logs' | 'state' | 'code', string> {
  const named = (kind: keyof typeof buckets) => buckets[kind] ?? `${project}-${environment}-qualys-${kind}`;
  return { logs: named('logs'), state: named('state'), code: named('code') };
}

/** What each feed has one of, as its settings call it. */
export type FeedPart = 'function' | 'schedule' | 'feed';

/** `function` of alerts, which were there first; `assetsFunction` of assets. */
export type FeedKey<Part extends FeedPart> = Part | `${Exclude<FeedName, 'alerts'>}${Capitalize<Part>}`;

/** Under which key of `names` and `import` the part of a feed stands. */
export function feedKey<Part extends FeedPart>(feed: FeedName, part: Part): FeedKey<Part> {
  if (feed === 'alerts') return part;
  return `${feed}${`${part.charAt(0).toUpperCase()}${part.slice(1)}` as Capitalize<Part>}`;
}
