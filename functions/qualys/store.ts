import { createHash } from 'node:crypto';
import { type File, Storage } from '@google-cloud/storage';
import {
  type BackfillRequest,
  backfillRequestObject,
  backfillRequestPrefix,
  CollectorError,
  type FeedName,
  type State,
} from './contract';
import { parseBackfillRequest, parseState } from './state';

export interface StoredState {
  state: State;
  /** Cloud Storage's generation of the state object, an int64 as a decimal string. */
  generation: string;
}

export interface Cached {
  content: string;
  generation: string;
}

/**
 * The states in the state bucket and the objects in the logs bucket. Every method throws CollectorError `storage_denied`
 * or `storage_unavailable` if the storage does not do its part; what each needs in IAM stands in the contract's
 * `STORE_PERMISSIONS`.
 */
export interface Store {
  /** @throws CollectorError `state_invalid` if the object is not a state, `state_conflict` if it changes meanwhile */
  readState(name: string): Promise<StoredState | undefined>;
  /** @throws CollectorError `state_conflict` if there is a state already */
  createState(name: string, state: State): Promise<StoredState>;
  /** @throws CollectorError `state_conflict` if the stored state has another generation */
  updateState(name: string, state: State, generation: string): Promise<StoredState>;
  /** Creates an object of the logs bucket and never changes one; false if it exists. The content is not kept. */
  createObject(name: string, content: Buffer): Promise<boolean>;
  /** Whether the logs bucket holds this object. */
  hasObject(name: string): Promise<boolean>;
  /** Whether the logs bucket holds any object whose name begins so. */
  hasObjects(prefix: string): Promise<boolean>;
  /** The feed's backfill requests, in the order of their ids. @throws CollectorError `state_invalid` */
  backfillRequests(feed: FeedName): Promise<({ id: string } & BackfillRequest)[]>;
  /** Removes a backfill request; one that is gone is no error. */
  removeBackfillRequest(feed: FeedName, id: string): Promise<void>;
  /** An object of the state bucket that is no state; undefined if there is none, or it changes meanwhile. */
  readCache(name: string): Promise<Cached | undefined>;
  /** Writes it if it has still that generation, or if there is none; false if not. */
  writeCache(name: string, content: string, generation: string | undefined): Promise<boolean>;
}

export interface StoreOptions {
  logsBucket: string;
  stateBucket: string;
}

/**
 * The store in Google Cloud Storage, as the service account of the function, or the emulator that
 * `STORAGE_EMULATOR_HOST` names.
 */
export function createCloudStore({ logsBucket, stateBucket }: StoreOptions): Store {
  const storage = new Storage();
  // Under STORAGE_EMULATOR_HOST the library leaves out this path, except for uploads; without it nothing changes here.
  storage.baseUrl = `${storage.apiEndpoint}/storage/v1`;
  const logs = storage.bucket(logsBucket);
  const states = storage.bucket(stateBucket);

  async function writeState(name: string, state: State, ifGenerationMatch: string | number): Promise<StoredState> {
    const content = Buffer.from(JSON.stringify(state));
    const generation = await writeIf(states.file(name), content, 'application/json', ifGenerationMatch);
    if (generation === undefined) throw stateConflict();
    return { state, generation };
  }

  return {
    async readState(name) {
      const metadata = await orUndefined(404, () => states.file(name).getMetadata());
      if (!metadata) return undefined;
      const [{ generation }] = metadata;
      // The very generation whose number was read: a commit between the two calls must not go unnoticed.
      const content = await orUndefined(404, () => states.file(name, { generation }).download());
      if (!content) throw stateConflict();
      return { state: parseState(name, content[0].toString('utf8')), generation: String(generation) };
    },
    createState: (name, state) => writeState(name, state, 0),
    updateState: (name, state, generation) => writeState(name, state, generation),
    async createObject(name, content) {
      return (await writeIf(logs.file(name), content, 'application/gzip', 0)) !== undefined;
    },
    async hasObject(name) {
      const [exists] = await translated(() => logs.file(name).exists());
      return exists;
    },
    async hasObjects(prefix) {
      const [files] = await translated(() => logs.getFiles({ prefix, maxResults: 1, autoPaginate: false }));
      return files.length > 0;
    },
    async backfillRequests(feed) {
      const prefix = backfillRequestPrefix(feed);
      const [files] = await translated(() => states.getFiles({ prefix }));
      const requests = [];
      for (const file of files) {
        const id = /^([A-Za-z0-9-]+)\.json$/.exec(file.name.slice(prefix.length))?.[1];
        // Removed since it was listed: another run has finished it.
        const content = id && (await orUndefined(404, () => file.download()));
        if (content) requests.push({ id, ...parseBackfillRequest(file.name, content[0].toString('utf8')) });
      }
      return requests.sort((a, b) => (a.id < b.id ? -1 : 1));
    },
    async readCache(name) {
      const metadata = await orUndefined(404, () => states.file(name).getMetadata());
      if (!metadata) return undefined;
      const generation = String(metadata[0].generation);
      const content = await orUndefined(404, () => states.file(name, { generation }).download());
      return content && { content: content[0].toString('utf8'), generation };
    },
    async writeCache(name, content, generation = '0') {
      return (await writeIf(states.file(name), Buffer.from(content), 'text/plain', generation)) !== undefined;
    },
    async removeBackfillRequest(feed, id) {
      await orUndefined(404, () => states.file(backfillRequestObject(feed, id)).delete());
    },
  };
}

/**
 * Writes an object if its present generation is the expected one, 0 meaning that there is none ("Request
 * preconditions", cloud.google.com/storage/docs/request-preconditions). In one request, not resumable: that is quicker
 * for small objects, and fake-gcs-server honours preconditions in this kind of upload only.
 *
 * No Content-Encoding is set: with it Cloud Storage would serve the object decompressed, under a name that ends in .gz
 * ("Transcoding of gzip-compressed files", cloud.google.com/storage/docs/transcoding).
 *
 * Cloud Storage itself compares the hash and creates nothing if it differs ("Data validation",
 * cloud.google.com/storage/docs/data-validation). The library's own check comes after the write, and deletes.
 *
 * @returns the new generation, or undefined if the precondition failed
 */
function writeIf(
  file: File,
  content: Buffer,
  contentType: string,
  ifGenerationMatch: string | number,
): Promise<string | undefined> {
  return orUndefined(412, async () => {
    await file.save(content, {
      resumable: false,
      contentType,
      preconditionOpts: { ifGenerationMatch },
      metadata: { md5Hash: createHash('md5').update(content).digest('base64') },
      validation: false,
    });
    return String(file.metadata.generation);
  });
}

function stateConflict(): CollectorError {
  return new CollectorError('state_conflict', 'Another run has changed the state.');
}

/** Runs an operation; undefined if Cloud Storage answers it with the given status. */
async function orUndefined<Result>(status: number, operation: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await operation();
  } catch (error) {
    if (statusOf(error) === status) return undefined;
    throw translate(error);
  }
}

async function translated<Result>(operation: () => Promise<Result>): Promise<Result> {
  try {
    return await operation();
  } catch (error) {
    throw translate(error);
  }
}

function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined;
}

function translate(error: unknown): CollectorError {
  const status = statusOf(error);
  const denied = status === 401 || status === 403 || status === 404;
  const message = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').trim();
  return new CollectorError(denied ? 'storage_denied' : 'storage_unavailable', `Cloud Storage: ${message}`);
}
