import { type GoogleApi, GoogleApiError, type GoogleRequest, requestJson } from './google-api';

/**
 * Small text objects in Cloud Storage, by its JSON API (cloud.google.com/storage/docs/json_api/v1/objects). Every
 * function throws GoogleApiError, with the role that is needed, when Google Cloud refuses.
 */
export interface StoredText {
  readonly content: string;
  /** Of the object: an int64 as a decimal string. */
  readonly generation: string;
}

/** How often an object is read that changes between the request for its generation and that for its content. */
const READS = 5;

/** Names of a bucket's objects that begin with the prefix, in the order of their names. */
export async function listObjects(api: GoogleApi, bucket: string, prefix: string): Promise<string[]> {
  const items = await listItems<{ name: string }>(api, bucket, { prefix, fields: 'items(name),nextPageToken' });
  return items.map(({ name }) => name).sort();
}

/** What is told of an object without its content. */
export interface ObjectDetails {
  readonly name: string;
  /** In bytes: an uint64 as a decimal string. */
  readonly size: string;
  /** RFC 3339, UTC. */
  readonly timeCreated: string;
}

/**
 * A bucket's objects that begin with the prefix, and whose names do not come before another one.
 * @param startOffset that name
 */
export function listDetails(
  api: GoogleApi,
  bucket: string,
  prefix: string,
  startOffset: string,
): Promise<ObjectDetails[]> {
  const fields = 'items(name,size,timeCreated),nextPageToken';
  return listItems<ObjectDetails>(api, bucket, { prefix, startOffset, fields });
}

async function listItems<T>(
  api: GoogleApi,
  bucket: string,
  query: { readonly prefix: string; readonly fields: string; readonly startOffset?: string },
): Promise<T[]> {
  const items: T[] = [];
  let pageToken: string | undefined;
  do {
    const { content: page } = await requestJson<{ items?: T[]; nextPageToken?: string }>(api, {
      service: 'storage',
      method: 'GET',
      path: objectsPath(bucket),
      query: { ...query, ...(pageToken !== undefined && { pageToken }) },
      repeatable: true,
      purpose: `list the objects gs://${bucket}/${query.prefix}`,
      needs: `roles/storage.objectViewer on the bucket ${bucket}`,
      hint: missingBucket(bucket),
    });
    items.push(...(page.items ?? []));
    pageToken = page.nextPageToken;
  } while (pageToken);
  return items;
}

/** An object with its generation; undefined if there is none, or no such bucket. */
export async function readObject(api: GoogleApi, bucket: string, name: string): Promise<StoredText | undefined> {
  const get = (query: Record<string, string>): GoogleRequest => ({
    service: 'storage',
    method: 'GET',
    path: `${objectsPath(bucket)}/${encodeURIComponent(name)}`,
    query,
    repeatable: true,
    purpose: `read gs://${bucket}/${name}`,
    needs: `roles/storage.objectViewer on the bucket ${bucket}`,
  });
  for (let read = 1; read <= READS; read += 1) {
    const metadata = await orUndefined(404, requestJson<{ generation: string }>(api, get({ fields: 'generation' })));
    if (metadata === undefined) return undefined;
    const { generation } = metadata.content;
    // The very generation whose number was read; without it the object was changed in between.
    const media = await orUndefined(404, api.request(get({ alt: 'media', generation })));
    if (media !== undefined) return { content: media.body, generation };
  }
  throw new GoogleApiError(
    404,
    `Could not read gs://${bucket}/${name}: it changes all the time. Try again in a minute.`,
  );
}

/**
 * Writes a JSON object if its present generation is the expected one, `0` meaning that there is none ("Request
 * preconditions", cloud.google.com/storage/docs/request-preconditions).
 * @returns whether the object holds this now; false if the generation is another
 */
export async function writeObject(
  api: GoogleApi,
  bucket: string,
  name: string,
  json: string,
  ifGenerationMatch: string,
): Promise<boolean> {
  const written = await orUndefined(
    412,
    api.request({
      service: 'storage',
      method: 'POST',
      path: `/upload${objectsPath(bucket)}`,
      query: { uploadType: 'media', name, ifGenerationMatch },
      body: json,
      repeatable: true,
      purpose: `write gs://${bucket}/${name}`,
      // Replacing an object takes the right to delete it.
      needs: `roles/storage.object${ifGenerationMatch === '0' ? 'Creator' : 'User'} on the bucket ${bucket}`,
      hint: missingBucket(bucket),
    }),
  );
  // A request without an answer may have written it: then its repetition finds another generation.
  return written !== undefined || (await readObject(api, bucket, name))?.content === json;
}

function objectsPath(bucket: string): string {
  return `/storage/v1/b/${encodeURIComponent(bucket)}/o`;
}

function missingBucket(bucket: string): string {
  return `Is the bucket ${bucket} deployed?`;
}

async function orUndefined<Result>(status: number, request: Promise<Result>): Promise<Result | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof GoogleApiError && error.status === status) return undefined;
    throw error;
  }
}
