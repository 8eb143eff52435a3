import type { SecopsSettings } from '../../../environments/secops';
import { UserError } from '../../../environments/user-error';
import { LOG_TYPES } from '../../../functions/qualys/contract';
import { type Finding, importable } from '../../adopt/finding';
import type { GoogleApi } from '../../google-api';
import { listAll } from './api';
import type { AdoptTarget } from './target';

interface BucketSettings {
  readonly bucketUri?: string;
}

/** A feed (docs.cloud.google.com/chronicle/docs/reference/rest/v1/projects.locations.instances.feeds). */
interface Feed {
  /** `projects/…/locations/…/instances/…/feeds/<id>`, of the project's id or number. */
  readonly name: string;
  readonly displayName?: string;
  readonly details?: {
    readonly feedSourceType?: string;
    readonly logType?: string;
    readonly gcsSettings?: BucketSettings;
    readonly gcsV2Settings?: BucketSettings;
    readonly googleCloudStorageEventDrivenSettings?: BucketSettings;
  };
}

/**
 * The feed of the SecOps instance that reads the logs bucket.
 * @throws UserError when it is of another kind than the stack's, or there are several
 */
export async function findFeed(api: GoogleApi, target: AdoptTarget, secops: SecopsSettings): Promise<Finding> {
  const { location, instance, project = target.project } = secops;
  const parent = `projects/${project}/locations/${location}/instances/${instance}`;
  const feeds = await listAll<Feed>(
    api,
    {
      service: 'chronicle',
      location,
      path: `/v1/${parent}/feeds`,
      query: { pageSize: '1000' },
      purpose: `list the feeds of the SecOps instance ${instance}`,
      needs: `the permission chronicle.feeds.list in the project ${project}, which roles/chronicle.admin holds`,
      hint: 'Check qualys.secops: location, instance and project.',
    },
    'feeds',
  );
  const ours = [target.alertsUri, `gs://${target.logsBucket}`].map(withoutSlash);
  const [feed, ...others] = feeds.filter((each) => ours.includes(withoutSlash(bucketUriOf(each))));
  if (feed === undefined) return importable('feed', target.alertsUri, 'feed', undefined);
  if (others.length > 0) throw severalFeeds(target, [feed, ...others]);
  if (feed.details?.feedSourceType !== 'GOOGLE_CLOUD_STORAGE_V2') throw anotherKind(target, feed, secops);
  return importable(
    'feed',
    target.alertsUri,
    'feed',
    `${parent}/feeds/${feed.name.split('/').at(-1)}`,
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

function bucketUriOf({ details = {} }: Feed): string {
  const settings = details.gcsV2Settings ?? details.gcsSettings ?? details.googleCloudStorageEventDrivenSettings;
  return settings?.bucketUri ?? '';
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

function titleOf({ name, displayName }: Feed): string {
  return displayName ?? name.split('/').at(-1) ?? '';
}

function withoutSlash(uri: string): string {
  return uri.replace(/\/+$/, '');
}
