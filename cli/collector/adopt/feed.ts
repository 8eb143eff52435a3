import type { SecopsSettings } from '../../../environments/secops';
import { UserError } from '../../../environments/user-error';
import { LOG_TYPES } from '../../../functions/qualys/contract';
import { feedKey } from '../../../stacks/qualys-names';
import { settleAll } from '../../adopt/adopt';
import { importable } from '../../adopt/finding';
import type { GoogleApi } from '../../google-api';
import { bucketUriOf, type Feed, listFeeds, nameOfInstance, titleOf, withoutSlash } from '../secops-feeds';
import { partOf, type Sighting } from './similar';
import type { AdoptTarget, CollectorParts } from './target';

/**
 * The feeds of the SecOps instance that read the logs bucket.
 * @throws UserError when one is of another kind than the stack's, or there are several of what we collect once
 */
export async function findFeeds(api: GoogleApi, target: AdoptTarget, secops: SecopsSettings): Promise<Sighting> {
  const secopsInstance = { ...secops, project: secops.project ?? target.project };
  const feeds = await listFeeds(api, secopsInstance);
  const findings = target.collectors.map(async (collector) => {
    const { uri } = collector;
    const [feed, ...others] = feeds.filter((each) => reads(each, collector, target));
    const found = (id?: string, warnings: readonly string[] = []) =>
      importable(partOf(collector.feed, 'feed'), uri, feedKey(collector.feed, 'feed'), id, warnings);
    if (feed === undefined) return found();
    if (others.length > 0) throw severalFeeds(collector, [feed, ...others]);
    if (feed.details?.feedSourceType !== 'GOOGLE_CLOUD_STORAGE_V2') throw anotherKind(collector, feed, secops);
    const id = `${nameOfInstance(secopsInstance)}/feeds/${feed.name.split('/').at(-1)}`;
    return found(id, changesOf(feed, collector));
  });
  return { findings: await settleAll(findings), similar: [] };
}

/** Whether a feed reads the folder of a collector: alone, or with the whole bucket, if nobody else's log type is its. */
function reads(feed: Feed, collector: CollectorParts, { collectors }: AdoptTarget): boolean {
  const uri = withoutSlash(bucketUriOf(feed));
  if (uri === withoutSlash(collector.uri)) return true;
  if (uri !== `gs://${collector.logsBucket}`) return false;
  const owner = collectors.find((each) => LOG_TYPES[each.feed] === logTypeOf(feed));
  return collector.feed === (owner?.feed ?? 'alerts');
}

function changesOf(feed: Feed, { uri: ours, feed: name }: CollectorParts): string[] {
  const uri = bucketUriOf(feed);
  return [
    ...(withoutSlash(uri) === withoutSlash(ours)
      ? []
      : [`The feed ${titleOf(feed)} reads ${uri}; a deploy makes it read ${ours} only.`]),
    ...(logTypeOf(feed) === LOG_TYPES[name]
      ? []
      : [`The feed ${titleOf(feed)} has the log type ${logTypeOf(feed)}; a deploy makes it ${LOG_TYPES[name]}.`]),
  ];
}

function logTypeOf({ details }: Feed): string | undefined {
  return details?.logType?.split('/').at(-1);
}

/** Terraform cannot change the kind, and two feeds on one bucket read each object twice. */
function anotherKind({ uri }: CollectorParts, feed: Feed, { maxLookback }: SecopsSettings): UserError {
  const isV1 = feed.details?.feedSourceType === 'GOOGLE_CLOUD_STORAGE';
  return new UserError(
    `The feed ${titleOf(feed)} reads ${bucketUriOf(feed)} as ${kindOf(feed)}; the stack's is Google Cloud Storage V2, and ` +
      'Terraform cannot make the one of the other. Do not deploy while it is there: SecOps would ingest each object twice.\n' +
      (isV1
        ? // docs.cloud.google.com/chronicle/docs/deprecations
          'V1 is shut down on 2027-03-15. Google moves its feeds to V2 in waves; when this one is moved, adopt again, and ' +
          'it is taken in. Not to wait for it:\n'
        : '') +
      '1. Let nothing write into the bucket (gcloud scheduler jobs pause), and wait until the feed has read what is there.\n' +
      '2. Delete the feed (SecOps > SIEM Settings > Feeds), and adopt again.\n' +
      `3. Deploy. The new feed reads what lies in ${uri} once more, as far back as qualys.secops.maxLookback ` +
      `(${maxLookback}): set it to 1d before, or move the objects to another bucket.`,
  );
}

function severalFeeds({ logsBucket }: CollectorParts, feeds: readonly Feed[]): UserError {
  const rows = feeds.map((feed) => `\n  ${titleOf(feed)}  ${kindOf(feed)}  ${bucketUriOf(feed)}  (${feed.name})`);
  return new UserError(
    `Which feed? ${feeds.length} read gs://${logsBucket}, so that SecOps ingests objects more than once:${rows.join('')}\n` +
      'Keep one, of the kind Google Cloud Storage V2 if there is one, delete the others (SecOps > SIEM Settings > ' +
      'Feeds), and adopt again.',
  );
}

/** As the form of SecOps calls it. */
function kindOf({ details }: Feed): string {
  const kinds: Record<string, string> = {
    GOOGLE_CLOUD_STORAGE: 'Google Cloud Storage (V1)',
    GOOGLE_CLOUD_STORAGE_V2: 'Google Cloud Storage V2',
    GOOGLE_CLOUD_STORAGE_EVENT_DRIVEN: 'Google Cloud Storage Event Driven',
  };
  const type = details?.feedSourceType ?? 'an unknown kind';
  return kinds[type] ?? type;
}
