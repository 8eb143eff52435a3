/**
 * The few calls of the Cloud Storage JSON API that a demonstration makes on the emulator, where no credentials are
 * needed. Source: cloud.google.com/storage/docs/json_api/v1 (buckets.insert, objects.list, objects.get).
 */

export interface StoredObject {
  readonly name: string;
  readonly generation: string;
  /** Bytes, as stored. */
  readonly size: number;
  readonly contentType: string | undefined;
}

/** Makes a bucket. One that exists is an error, as in Cloud Storage (409). */
export async function createBucket(endpoint: string, bucket: string): Promise<void> {
  await call(`create bucket ${bucket}`, `${endpoint}/storage/v1/b?project=local`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: bucket }),
  });
}

/** All objects of a bucket whose names begin with the prefix, in the order of their names. */
export async function listObjects(endpoint: string, bucket: string, prefix = ''): Promise<StoredObject[]> {
  const objects: StoredObject[] = [];
  let pageToken: string | undefined;
  do {
    const query = new URLSearchParams({ prefix, ...(pageToken === undefined ? {} : { pageToken }) });
    const url = `${endpoint}/storage/v1/b/${encodeURIComponent(bucket)}/o?${query}`;
    const response = await call(`list bucket ${bucket}`, url);
    const page = (await response.json()) as {
      items?: { name: string; generation: string; size: string; contentType?: string }[];
      nextPageToken?: string;
    };
    for (const { name, generation, size, contentType } of page.items ?? [])
      objects.push({ name, generation, size: Number(size), contentType });
    pageToken = page.nextPageToken;
  } while (pageToken);
  return objects.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The bytes of an object as they were stored: an object of type application/gzip stays compressed. */
export async function readObject(endpoint: string, bucket: string, name: string): Promise<Buffer> {
  const url = `${endpoint}/storage/v1/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(name)}?alt=media`;
  const response = await call(`read ${bucket}/${name}`, url);
  return Buffer.from(await response.arrayBuffer());
}

async function call(what: string, url: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  if (response.ok) return response;
  throw new Error(`Cloud Storage emulator: could not ${what}: status ${response.status}: ${await response.text()}`);
}
