import type { IncomingMessage, ServerResponse } from 'node:http';
import { CRC32C } from '@google-cloud/storage';
import { ApiError } from './google-error';
import { listen } from './loopback';

export type SecretPermission =
  `secretmanager.versions.${'access' | 'add' | 'destroy' | 'disable' | 'enable' | 'get' | 'list'}`;

export interface SecretManagerOptions {
  /** Access tokens that are accepted. */
  tokens: readonly string[];
  /** Secrets, without a version at first: `projects/<project>/secrets/<name>`. */
  secrets: readonly string[];
  /** The server's clock, in milliseconds since 1970. Default: the real time. */
  now?: () => number;
  /** How long `latest` stays what it was after a version was added, in milliseconds. Default 0. */
  latestLagMs?: number;
  /** Versions on one page at most. Default: as many as there are. */
  pageSize?: number;
}

export interface StoredVersion {
  state: 'ENABLED' | 'DISABLED' | 'DESTROYED';
  data: Buffer;
  /** In milliseconds since 1970. */
  createdAt: number;
}

/** An answer out of order, a connection that breaks off, or one that breaks off after the request was applied. */
export type SecretFault = number | 'reset' | 'applied-then-reset';

export interface SecretManager {
  /** Base URL, without a slash at its end. */
  url: string;
  /** Versions of each secret: number 1 is the first. */
  secrets: Map<string, StoredVersion[]>;
  /** What the caller may not do: everywhere, or on one secret (`<permission> <secret>`). */
  denied: Set<SecretPermission | `${SecretPermission} ${string}`>;
  /** Used up by the next request whose `METHOD path` matches. */
  faults: { on: RegExp; fault: SecretFault }[];
  /** `METHOD path` of every request so far. */
  requests: string[];
  /** A version is added by somebody else, or was there before. */
  add(secret: string, content: string | Buffer): void;
  close(): Promise<void>;
}

/** Names in answers hold the project's number, whatever the request holds. */
const PROJECT_NUMBER = '123456789012';
const MAX_BYTES = 65_536;

/**
 * Versions of secrets in Secret Manager, as Google documents them
 * (cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets, …/data-integrity, …/consistency), with errors
 * in the form of google.aip.dev/193. `latest` is the version that was created last, in whatever state it is.
 */
export async function startSecretManager(options: SecretManagerOptions): Promise<SecretManager> {
  const { now = Date.now, latestLagMs = 0, pageSize = Number.MAX_SAFE_INTEGER } = options;

  function apply(line: string, token: string | undefined, body: string): object {
    if (token === undefined || !options.tokens.includes(token))
      throw new ApiError(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
    const [, method = '', secret = '', rest = '', query = ''] =
      /^(GET|POST) \/v1\/(projects\/[^/]+\/secrets\/[^/:?]+)([^?]*)\??(.*)$/.exec(line) ?? [];
    const [, alias, verb = ''] = /^\/versions\/([^:]+):?(.*)$/.exec(rest) ?? [];
    if (method === 'POST' && rest === ':addVersion') return addVersion(secret, body);
    if (method === 'GET' && rest === '/versions') return list(secret, new URLSearchParams(query));
    if (method === 'GET' && alias !== undefined && verb === '') {
      const [number, version] = find('get', secret, alias);
      return resource(secret, number, version);
    }
    if (method === 'GET' && alias !== undefined && verb === 'access') return access(secret, alias);
    if (method === 'POST' && alias !== undefined && (verb === 'disable' || verb === 'enable' || verb === 'destroy'))
      return change(verb, secret, alias);
    throw new ApiError(404, 'NOT_FOUND', 'Requested entity was not found.');
  }

  function addVersion(secret: string, body: string): object {
    const versions = versionsOf('add', secret);
    const { payload } = parseObject(body) as { payload?: { data?: string; dataCrc32c?: string | number } };
    const data = Buffer.from(payload?.data ?? '', 'base64');
    if (data.length === 0) throw new ApiError(400, 'INVALID_ARGUMENT', 'Secret Payload cannot be empty.');
    if (data.length > MAX_BYTES)
      throw new ApiError(400, 'INVALID_ARGUMENT', `The secret payload must be no larger than ${MAX_BYTES} bytes.`);
    const checksum = payload?.dataCrc32c;
    if (checksum !== undefined && String(checksum) !== String(checksumOf(data)))
      throw new ApiError(400, 'INVALID_ARGUMENT', 'The checksum in the request does not match the secret payload.');
    const version: StoredVersion = { state: 'ENABLED', data, createdAt: now() };
    versions.push(version);
    return { ...resource(secret, versions.length, version), clientSpecifiedPayloadChecksum: checksum !== undefined };
  }

  /** Newest first; the page token is the number of the first version of the page. */
  function list(secret: string, query: URLSearchParams): object {
    const versions = versionsOf('list', secret);
    const first = Number(query.get('pageToken') ?? versions.length);
    const size = Math.min(Number(query.get('pageSize') ?? 0) || pageSize, pageSize);
    const after = Math.max(first - size, 0);
    return {
      ...(first > 0 && {
        versions: versions
          .slice(after, first)
          .map((version, index) => resource(secret, after + index + 1, version))
          .reverse(),
      }),
      ...(after > 0 && { nextPageToken: String(after) }),
      totalSize: versions.length,
    };
  }

  function access(secret: string, alias: string): object {
    const [number, { state, data }] = find('access', secret, alias);
    if (state !== 'ENABLED') throw inState(secret, number, state);
    return {
      name: nameOf(secret, number),
      payload: { data: data.toString('base64'), dataCrc32c: String(checksumOf(data)) },
    };
  }

  function change(verb: 'disable' | 'enable' | 'destroy', secret: string, alias: string): object {
    const [number, version] = find(verb, secret, alias);
    if (version.state === 'DESTROYED') throw inState(secret, number, version.state);
    version.state = ({ disable: 'DISABLED', enable: 'ENABLED', destroy: 'DESTROYED' } as const)[verb];
    if (verb === 'destroy') version.data = Buffer.alloc(0);
    return resource(secret, number, version);
  }

  function versionsOf(verb: 'access' | 'add' | 'list' | 'get' | 'disable' | 'enable' | 'destroy', secret: string) {
    const permission = `secretmanager.versions.${verb}` as const;
    if (manager.denied.has(permission) || manager.denied.has(`${permission} ${secret}`))
      throw new ApiError(
        403,
        'PERMISSION_DENIED',
        `Permission '${permission}' denied for resource '${secret}' (or it may not exist).`,
      );
    const versions = manager.secrets.get(secret);
    if (versions === undefined) throw new ApiError(404, 'NOT_FOUND', `Secret [${numbered(secret)}] not found.`);
    return versions;
  }

  function find(verb: Parameters<typeof versionsOf>[0], secret: string, alias: string): [number, StoredVersion] {
    const versions = versionsOf(verb, secret);
    const settled = versions.filter(({ createdAt }) => createdAt + latestLagMs <= now()).length;
    const number = alias === 'latest' ? settled : Number(alias);
    const version = versions[number - 1];
    if (version === undefined)
      throw new ApiError(
        404,
        'NOT_FOUND',
        `Secret [${numbered(secret)}] not found or has no versions, or version [${alias}] not found.`,
      );
    return [number, version];
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const line = `${request.method} ${request.url}`;
    const body = await readBody(request);
    manager.requests.push(line);
    const index = manager.faults.findIndex(({ on }) => on.test(line));
    const [{ fault } = {}] = index === -1 ? [] : manager.faults.splice(index, 1);
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (fault === 'applied-then-reset') apply(line, token, body);
    if (fault === 'reset' || fault === 'applied-then-reset') {
      request.socket.resetAndDestroy();
      return;
    }
    try {
      if (fault !== undefined) throw new ApiError(fault, 'UNKNOWN', 'told to fail');
      send(response, 200, apply(line, token, body));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      send(response, error.status, error);
    }
  }

  const loopback = await listen(handle);
  const manager: SecretManager = {
    ...loopback,
    secrets: new Map(options.secrets.map((secret) => [secret, []])),
    denied: new Set(),
    faults: [],
    requests: [],
    add: (secret, content) => {
      const version: StoredVersion = { state: 'ENABLED', data: Buffer.from(content), createdAt: now() - latestLagMs };
      manager.secrets.get(secret)?.push(version);
    },
  };
  return manager;
}

/** google.rpc's FAILED_PRECONDITION, in the words of Secret Manager. */
function inState(secret: string, number: number, state: string): ApiError {
  return new ApiError(400, 'FAILED_PRECONDITION', `Secret Version [${nameOf(secret, number)}] is in ${state} state.`);
}

function resource(secret: string, number: number, { state, createdAt }: StoredVersion): object {
  return {
    name: nameOf(secret, number),
    createTime: new Date(createdAt).toISOString(),
    state,
    replicationStatus: { automatic: {} },
    etag: `"${createdAt.toString(16)}"`,
  };
}

function nameOf(secret: string, number: number): string {
  return `${numbered(secret)}/versions/${number}`;
}

function numbered(secret: string): string {
  return secret.replace(/^projects\/[^/]+/, `projects/${PROJECT_NUMBER}`);
}

function checksumOf(data: Buffer): number {
  const checksum = new CRC32C();
  checksum.update(data);
  // The library gives it with a sign.
  return checksum.valueOf() >>> 0;
}

function parseObject(body: string): object {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Told below, like JSON of another form.
  }
  throw new ApiError(400, 'INVALID_ARGUMENT', 'Invalid JSON payload received.');
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=UTF-8' }).end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
