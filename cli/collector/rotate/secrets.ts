import { UserError } from '../../../environments/user-error';
import type { Clock } from '../../clock';
import { type GoogleApi, type GoogleRequest, requestJson } from '../../google-api';

/**
 * Secrets and their versions in Secret Manager, by its API
 * (cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets). Every function throws GoogleApiError, with
 * the role that is needed, when Google Cloud refuses. `latest` is the version that was added last, even if it is
 * disabled: then reading it fails, and no older one takes its place.
 */
export interface SecretName {
  /** Id of the Google Cloud project. */
  readonly project: string;
  /** Within the project. */
  readonly name: string;
}

export interface SecretVersion {
  /** From 1, in the order in which they were added. */
  readonly number: number;
  readonly isEnabled: boolean;
}

/** A version, as far as it is looked at. Its name holds the project's number, not its id. */
interface VersionResource {
  readonly name: string;
  readonly state: string;
}

/**
 * How long `latest` may lag behind what was added: it converges "typically within minutes, but may take a few hours"
 * (cloud.google.com/secret-manager/docs/reference/consistency).
 */
const CONVERGENCE_SECONDS = 300;
const POLL_MS = 2_000;

/** All versions of a secret, the last one first. */
export async function listVersions(api: GoogleApi, secret: SecretName): Promise<SecretVersion[]> {
  const versions: SecretVersion[] = [];
  let pageToken: string | undefined;
  do {
    const { content: page } = await requestJson<{ versions?: VersionResource[]; nextPageToken?: string }>(api, {
      ...toSecret(secret, 'list the versions of'),
      method: 'GET',
      path: `${pathOf(secret)}/versions`,
      ...(pageToken && { query: { pageToken } }),
    });
    versions.push(
      ...(page.versions ?? []).map(({ name, state }) => ({ number: numberOf(name), isEnabled: state === 'ENABLED' })),
    );
    pageToken = page.nextPageToken;
  } while (pageToken);
  return versions.sort((a, b) => b.number - a.number);
}

/**
 * Adds a version, which is enabled and becomes `latest`.
 * @param value at most 65,536 bytes as UTF-8
 * @returns its number
 */
export async function addVersion(api: GoogleApi, secret: SecretName, value: string): Promise<number> {
  const data = Buffer.from(value);
  const { content } = await requestJson<VersionResource>(api, {
    // A repetition after an answer that was lost adds the same once more; the next rotation disables it.
    ...toSecret(secret, 'add a version to'),
    method: 'POST',
    path: `${pathOf(secret)}:addVersion`,
    body: JSON.stringify({ payload: { data: data.toString('base64'), dataCrc32c: String(crc32c(data)) } }),
  });
  return numberOf(content.name);
}

/**
 * Waits until `latest` is this version, or one that was added after it.
 * @throws UserError when it takes more than five minutes
 */
export async function awaitLatest(api: GoogleApi, secret: SecretName, number: number, clock: Clock): Promise<void> {
  const deadline = clock.now() + CONVERGENCE_SECONDS * 1000;
  for (;;) {
    const { content } = await requestJson<VersionResource>(api, {
      ...toSecret(secret, 'look at the latest version of'),
      method: 'GET',
      path: `${pathOf(secret)}/versions/latest`,
    });
    if (numberOf(content.name) >= number) return;
    if (clock.now() >= deadline)
      throw new UserError(
        `Version ${number} of the secret ${secret.name} was added ${CONVERGENCE_SECONDS} s ago, and Secret Manager ` +
          `still gives version ${numberOf(content.name)} as the latest.`,
      );
    await clock.sleep(POLL_MS);
  }
}

/** Content of the latest version. */
export async function readLatest(api: GoogleApi, secret: SecretName, hint: string): Promise<string> {
  const { content } = await requestJson<{ payload: { data: string } }>(api, {
    ...toSecret(secret, 'read'),
    method: 'GET',
    path: `${pathOf(secret)}/versions/latest:access`,
    needs: `roles/secretmanager.secretAccessor on the secret ${secret.name}. ${hint}`,
    hint,
  });
  return Buffer.from(content.payload.data, 'base64').toString('utf8');
}

/** Disables a version: nobody reads it until it is enabled again. */
export async function disableVersion(api: GoogleApi, secret: SecretName, number: number): Promise<void> {
  await api.request({
    ...toSecret(secret, `disable version ${number} of`),
    method: 'POST',
    path: `${pathOf(secret)}/versions/${number}:disable`,
    body: '{}',
  });
}

/** What all requests to a secret have in common. */
function toSecret(
  { project, name }: SecretName,
  purpose: string,
): Pick<GoogleRequest, 'service' | 'repeatable' | 'purpose' | 'needs' | 'hint'> {
  return {
    service: 'secretmanager',
    repeatable: true,
    purpose: `${purpose} the secret ${name} of the project ${project}`,
    needs: `roles/secretmanager.secretVersionManager on the secret ${name}, and the Secret Manager API`,
    hint: `Is the secret ${name} deployed?`,
  };
}

function pathOf({ project, name }: SecretName): string {
  return `/v1/projects/${project}/secrets/${name}`;
}

function numberOf(versionName: string): number {
  return Number(versionName.split('/').at(-1));
}

/** CRC-32C (RFC 3720, appendix B.4), by which Secret Manager refuses what did not arrive as it was sent. */
function crc32c(data: Buffer): number {
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc >>> 0;
}
