import type { CloudtrailTarget } from '../target';
import type { StoredObject } from './listing';

/** Stands where S3 names the bucket's notification: how to tell a replayed event from one of S3's own. */
export const REPLAY_CONFIGURATION = 'tributary-replay';

/**
 * The message by which S3 announced an object (S3 user guide, "Event message structure", version 2.1). What a listing
 * does not tell is empty (who wrote the object, and from where) or left out (`sequencer`, `versionId`).
 */
export function objectCreatedEvent(target: CloudtrailTarget, object: StoredObject): string {
  const { bucket, region } = target;
  return JSON.stringify({
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: region,
        eventTime: new Date(object.lastModified).toISOString(),
        eventName: 'ObjectCreated:Put',
        userIdentity: {},
        requestParameters: {},
        responseElements: {},
        s3: {
          s3SchemaVersion: '1.0',
          configurationId: REPLAY_CONFIGURATION,
          bucket: { name: bucket.name, ownerIdentity: {}, arn: bucket.arn },
          object: { key: encodeKey(object.key), size: object.size, eTag: object.etag },
        },
      },
    ],
  });
}

/** As in a form: `+` for a space; slashes stay, as they do in the events of S3. */
function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replaceAll('%2F', '/')
    .replaceAll('%20', '+')
    .replaceAll(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
