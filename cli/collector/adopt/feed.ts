import type { SecopsSettings } from '../../../environments/secops';
import { UserError } from '../../../environments/user-error';
import { LOG_TYPES } from '../../../functions/qualys/contract';
import { type Finding, importable } from '../../adopt/finding';
import type { GoogleApi } from '../../google-api';
import { bucketUriOf, type Feed, listFeeds, nameOfInstance, titleOf, withoutSlash } from '../secops-feeds';
import type { AdoptTarget } from './target';

/**
 * The feed of the SecOps instance that reads the logs bucket.
 * @throws UserError when it is of another kind than the stack's, or there are several
 */
export async function findFeed(api: GoogleApi, target: AdoptTarget, secops: SecopsSettings): Promise<Finding> {
  const secopsInstance = { ...secops, project: secops.project ?? target.project };
  const feeds = await listFeeds(api, secopsInstance);
  const ours = [target.alertsUri, `gs://${target.logsBucket}`].map(withoutSlash);
  const [feed, ...others] = feeds.filter((each) => ours.includes(withoutSlash(bucketUriOf(each))));
  if (feed === undefined) return importable('feed', target.alertsUri, 'feed', undefined);
  if (others.length > 0) throw severalFeeds(target, [feed, ...others]);
  if (feed.details?.feedSourceType !== 'GOOGLE_CLOUD_STORAGE_V2') throw anotherKind(target, feed, secops);
  return importable(
    'feed',
    target.alertsUri,
    'feed',
    `${nameOfInstance(secopsInstance)}/feeds/${feed.name.split('/').at(-1)}`,
    changesOf(feed, target),
  );
}

function changesOf(feed: Feed, { alertsUri }: AdoptTarget): string[] {
  const uri = bucketUriOf(feed);
  const logType = feed.details?.logType?.split('/').at(-1);
  return [
    ...(withoutSlash(uri) === withoutSlash(alertsUri)
      ? []
      : [`The feed ${titleOf(feed)} reads ${uri}; a deploy makes it read ${alertsUri} only.`]),
    ...(logType === LOG_TYPES.alerts
      ? []
      : [`The feed ${titleOf(feed)} has the log type ${logType}; a deploy makes it ${LOG_TYPES.alerts}.`]),
  ];
}

/** Terraform cannot change the kind, and two feeds on one bucket read each object twice. */
function anotherKind({ alertsUri }: AdoptTarget, feed: Feed, { maxLookback }: SecopsSettings): UserError {
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
      `3. Deploy. The new feed reads what lies in ${alertsUri} once more, as far back as qualys.secops.maxLookback ` +
      `(${maxLookback}): set it to 1d before, or move the objects to another bucket.`,
  );
}

function severalFeeds({ logsBucket }: AdoptTarget, feeds: readonly Feed[]): UserError {
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
