import { createHash } from 'node:crypto';
import { type File, Storage } from '@google-cloud/storage';
import { CollectorError, type FeedName, objectPrefix, stateObject } from './contract';

/** Where a feed stands. */
export interface State {
  /** Start of the feed, fixed by its first run: UTC, `YYYY-MM-DDTHH:MM:SSZ`. */
  since: string;
  /** Id of the last record that is in the logs bucket, a decimal string; `0` before the first. */
  cursor: string;
}

export interface StoredState {
  state: State;
  /** Cloud Storage's generation of the state object, an int64 as a decimal string. */
  generation: string;
}

/**
 * The state and the objects of one feed. Every method throws CollectorError `storage_denied` or `storage_unavailable`
 * if the storage does not do its part.
 */
export interface Store {
  /** @throws CollectorError `state_invalid` if the object is not a state, `state_conflict` if it changes meanwhile */
  readState(): Promise<StoredState | undefined>;
  /** @throws CollectorError `state_conflict` if there is a state already */
  createState(state: State): Promise<StoredState>;
  /** @throws CollectorError `state_conflict` if the stored state has another generation */
  updateState(state: State, generation: string): Promise<StoredState>;
  /** Creates an object of the logs bucket and never changes one; false if it exists. */
  createObject(name: string, content: Buffer): Promise<boolean>;
  /** Whether the logs bucket holds any object of the feed. */
  hasObjects(): Promise<boolean>;
}

export interface StoreOptions {
  feed: FeedName;
  logsBucket: string;
  stateBucket: string;
}

/**
 * The store in Google Cloud Storage, as the service account of the function, or the emulator that
 * `STORAGE_EMULATOR_HOST` names.
 */
export function createCloudStore({ feed, logsBucket, stateBucket }: StoreOptions): Store {
  const storage = new Storage();
  // Under STORAGE_EMULATOR_HOST the library leaves out this path, except for uploads; without it nothing changes here.
  storage.baseUrl = `${storage.apiEndpoint}/storage/v1`;
  const logs = storage.bucket(logsBucket);
  const stateFile = storage.bucket(stateBucket).file(stateObject(feed));

  async function writeState(state: State, ifGenerationMatch: string | number): Promise<StoredState> {
    const generation = await writeIf(
      stateFile,
      Buffer.from(JSON.stringify(state)),
      'application/json',
      ifGenerationMatch,
    );
    if (generation === undefined) throw stateConflict();
    return { state, generation };
  }

  return {
    async readState() {
      const metadata = await orUndefined(404, () => stateFile.getMetadata());
      if (!metadata) return undefined;
      const [{ generation }] = metadata;
      // The very generation whose number was read: a commit between the two calls must not go unnoticed.
      const content = await orUndefined(404, () => stateFile.bucket.file(stateFile.name, { generation }).download());
      if (!content) throw stateConflict();
      return { state: parseState(content[0].toString('utf8')), generation: String(generation) };
    },
    createState: (state) => writeState(state, 0),
    updateState: (state, generation) => writeState(state, generation),
    async createObject(name, content) {
      return (await writeIf(logs.file(name), content, 'application/gzip', 0)) !== undefined;
    },
    async hasObjects() {
      const [files] = await translated(() =>
        logs.getFiles({ prefix: objectPrefix(feed), maxResults: 1, autoPaginate: false }),
      );
      return files.length > 0;
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

function parseState(content: string): State {
  try {
    const { since, cursor }: { since?: unknown; cursor?: unknown } = JSON.parse(content);
    const dated = typeof since === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(since);
    if (dated && typeof cursor === 'string' && /^\d+$/.test(cursor)) return { since, cursor };
  } catch {
    // Told below, like JSON that is no state.
  }
  throw new CollectorError('state_invalid', 'The state object is not of the form {"since": "…", "cursor": "…"}.');
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
