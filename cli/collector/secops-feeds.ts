import type { GoogleApi } from '../google-api';
import type { SecopsInstance } from '../parser/secops';
import { listAll } from './adopt/api';

interface BucketSettings {
  readonly bucketUri?: string;
}

/** A feed (docs.cloud.google.com/chronicle/docs/reference/rest/v1/projects.locations.instances.feeds). */
export interface Feed {
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
  /** `ACTIVE` (new), `RUNNING`, `SUCCEEDED`, `FAILED`, or `INACTIVE` (disabled). */
  readonly state?: string;
  /** Of the last failure, while the state is `FAILED`. */
  readonly failureMsg?: string;
  readonly failureDetails?: {
    readonly errorCode?: string;
    readonly errorCause?: string;
    readonly errorAction?: string;
  };
  /** Of the last transfer that succeeded; RFC 3339, UTC. */
  readonly lastFeedInitiationTime?: string;
}

/**
 * All feeds of a SecOps instance.
 * @throws GoogleApiError when SecOps refuses
 */
export function listFeeds(api: GoogleApi, secops: SecopsInstance): Promise<Feed[]> {
  return listAll<Feed>(
    api,
    {
      service: 'chronicle',
      location: secops.location,
      path: `/v1/${nameOfInstance(secops)}/feeds`,
      query: { pageSize: '1000' },
      purpose: `list the feeds of the SecOps instance ${secops.instance}`,
      needs: `the permission chronicle.feeds.list in the project ${secops.project}, which roles/chronicle.admin holds`,
      hint: 'Check qualys.secops: location, instance and project.',
    },
    'feeds',
  );
}

export function nameOfInstance({ project, location, instance }: SecopsInstance): string {
  return `projects/${project}/locations/${location}/instances/${instance}`;
}

/** What a feed reads; empty if it is no bucket. */
export function bucketUriOf({ details = {} }: Feed): string {
  const settings = details.gcsV2Settings ?? details.gcsSettings ?? details.googleCloudStorageEventDrivenSettings;
  return settings?.bucketUri ?? '';
}

export function titleOf({ name, displayName }: Feed): string {
  return displayName ?? name.split('/').at(-1) ?? '';
}

/** A URI may be given with a slash at its end, or without. */
export function withoutSlash(uri: string): string {
  return uri.replace(/\/+$/, '');
}
