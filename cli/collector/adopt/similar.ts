import type { FeedName } from '../../../functions/qualys/contract';
import { type FeedPart, feedKey } from '../../../stacks/qualys-names';
import type { Look } from '../../adopt/adopt';
import type { Finding } from '../../adopt/finding';
import { type Similar, table } from '../../adopt/report';
import type { CollectorParts } from './target';

/** What was found under the stack's names, and what else may be what the stack would make. */
export interface Sighting {
  readonly findings: readonly Finding[];
  readonly similar: readonly Similar[];
}

/** So many are listed at most. */
const MOST_SIMILAR = 10;

/**
 * What Google's page has one make by hand, with the names that it proposes, and where each name goes in the environment
 * file ("Collect Qualys Continuous Monitoring logs", docs.cloud.google.com/chronicle/docs/ingestion/default-parsers/
 * qualys-continuous-monitoring, 2026-03). It keeps the credentials in the code, and the feed is found by its bucket.
 */
const BY_HAND = [
  ['bucket', 'qualys-asset-bucket', 'qualys.buckets.logs'],
  ['service account', 'qualys-user', 'qualys.serviceAccounts.alerts'],
  ['function', 'fetch-qualys-cm-alerts', 'qualys.names.function'],
  ['schedule', 'trigger-fetch-qualys-cm-alerts', 'qualys.names.schedule'],
] as const;

/** Whether a name may be of a pipeline for Qualys. */
export function looksLikeQualys(name: string): boolean {
  return name.toLowerCase().includes('qualys');
}

/**
 * What a feed's part is called in the report; alerts' without the feed, as it stands in the file: `function`, `assets
 * function`.
 */
export function partOf(feed: FeedName, part: FeedPart): string {
  return feed === 'alerts' ? part : `${feed} ${part}`;
}

/**
 * What may be a part of a feed under another name: of the feeds that have none under theirs.
 * @param findings of each collector, in their order
 */
export function candidates<Found>(
  existing: readonly Found[],
  nameOf: (found: Found) => string,
  collectors: readonly CollectorParts[],
  findings: readonly Finding[],
): { readonly found: readonly Found[]; readonly feeds: readonly FeedName[] } {
  const feeds = collectors.filter((_, index) => !findings[index]?.exists).map(({ feed }) => feed);
  if (feeds.length === 0) return { found: [], feeds };
  const ours = findings.map(({ name }) => name);
  return { found: existing.filter((one) => looksLikeQualys(nameOf(one)) && !ours.includes(nameOf(one))), feeds };
}

/** Every setting that may take the name of something like these parts: of the feeds that have none yet. */
export function settingsFor(feeds: readonly FeedName[], part: 'function' | 'schedule'): string {
  return feeds.map((feed) => `qualys.names.${feedKey(feed, part)}`).join(' or ');
}

/** Everything together, with what to do where things stand under other names. */
export function summarize(sightings: readonly Sighting[]): Look {
  const findings = sightings.flatMap((sighting) => sighting.findings);
  const all = sightings.flatMap((sighting) => sighting.similar);
  const similar = all.slice(0, MOST_SIMILAR);
  const cut = all.length > similar.length ? ` (the first ${MOST_SIMILAR} of ${all.length})` : '';
  const isNothing = findings.every(({ exists }) => !exists);
  return {
    findings,
    similar,
    notes: [
      ...(isNothing
        ? [
            "Nothing stands under the stack's names. What was made by hand is taken in under its own name, which goes " +
              `into the file; as Google's page calls it:\n${table(BY_HAND)}\n` +
              'A feed is found by its bucket, with qualys.secops.',
          ]
        : []),
      ...(similar.length > 0
        ? [
            `Not under the stack's names, but it may be the same${cut}. What is to be taken in gets its name in the ` +
              'file; then adopt again:\n' +
              table(similar.map(({ thing, name, setting }) => [thing, name, setting])),
          ]
        : []),
    ],
  };
}
