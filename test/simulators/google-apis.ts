import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError } from './google-error';
import { matchesFilter } from './logging-filter';
import { listen } from './loopback';

/** What the two services check before they do anything. */
export type GooglePermission = 'cloudscheduler.jobs.get' | 'cloudscheduler.jobs.run' | 'logging.logEntries.list';

export interface GoogleApisOptions {
  /** Access tokens that are accepted. */
  tokens: readonly string[];
  /** Cloud Scheduler jobs: `projects/<project>/locations/<region>/jobs/<name>`. */
  jobs: readonly string[];
  /** The servers' clock, in milliseconds since 1970. Default: the real time. */
  now?: () => number;
  /** Called when a job is run. */
  onRun?: (job: string) => void;
}

/** A log entry; it can be read from `receivedAt` on. */
export interface LogEntry {
  /** RFC 3339, UTC. */
  timestamp: string;
  severity: string;
  resource: { type: string; labels: Record<string, string> };
  jsonPayload: Record<string, unknown>;
}

/** An answer out of order, a connection that breaks off, or one that never answers. */
export type GoogleFault =
  | { status: number; body?: string; headers?: Record<string, string> }
  | 'reset'
  | 'hang'
  /** A page without entries while the search goes on; of entries.list only. */
  | 'empty-page';

export interface GoogleApis {
  /** Base URL of both services, without a slash at its end. */
  url: string;
  /** State of each job, as Cloud Scheduler names it. */
  jobs: Map<string, 'ENABLED' | 'PAUSED' | 'DISABLED'>;
  /** What a job tells beside that, such as `status` of its last attempt. */
  jobFields: Map<string, Record<string, unknown>>;
  entries: (LogEntry & { receivedAt?: number })[];
  /** What the caller may not do. */
  denied: Set<GooglePermission>;
  /** Used up by the next request whose `METHOD path` matches. */
  faults: { on: RegExp; fault: GoogleFault }[];
  /** Every request so far. */
  requests: { line: string; headers: Readonly<Record<string, string | string[] | undefined>>; body: string }[];
  close(): Promise<void>;
}

/**
 * Cloud Scheduler's jobs.run and jobs.get and Cloud Logging's entries.list, as Google documents them
 * (cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs,
 * cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list), with errors in the form of google.aip.dev/193.
 */
export async function startGoogleApis(options: GoogleApisOptions): Promise<GoogleApis> {
  const { now = Date.now } = options;

  function apply(line: string, token: string | undefined, body: string): object {
    if (token === undefined || !options.tokens.includes(token))
      throw new ApiError(
        401,
        'UNAUTHENTICATED',
        'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid ' +
          'authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
      );
    const [, job] = /^POST \/v1\/(projects\/[^/]+\/locations\/[^/]+\/jobs\/[^/:]+):run$/.exec(line) ?? [];
    if (job !== undefined) return runJob(job, body);
    const [, shown] = /^GET \/v1\/(projects\/[^/]+\/locations\/[^/]+\/jobs\/[^/:]+)$/.exec(line) ?? [];
    if (shown !== undefined) return getJob(shown);
    if (line === 'POST /v2/entries:list') return listEntries(parseObject(body));
    throw new ApiError(404, 'NOT_FOUND', 'Requested entity was not found.');
  }

  function runJob(job: string, body: string): object {
    demand('cloudscheduler.jobs.run', job);
    if (Object.keys(body === '' ? {} : parseObject(body)).length > 0)
      throw new ApiError(400, 'INVALID_ARGUMENT', 'Invalid JSON payload received. The request body must be empty.');
    const answer = describeJob(job);
    options.onRun?.(job);
    return { ...answer, lastAttemptTime: isoTime(now()) };
  }

  function getJob(job: string): object {
    demand('cloudscheduler.jobs.get', job);
    return describeJob(job);
  }

  function describeJob(job: string): object {
    const state = apis.jobs.get(job);
    if (state === undefined) throw new ApiError(404, 'NOT_FOUND', 'Job not found.');
    return { name: job, state, schedule: '*/15 * * * *', timeZone: 'Etc/UTC', ...apis.jobFields.get(job) };
  }

  function listEntries(query: Record<string, unknown>): object {
    const { resourceNames, filter = '', orderBy = 'timestamp asc', pageSize = 50, pageToken = '0' } = query;
    const [project] = Array.isArray(resourceNames) ? resourceNames : [];
    if (typeof project !== 'string' || !/^projects\/[^/]+$/.test(project))
      throw new ApiError(400, 'INVALID_ARGUMENT', 'The resource_names field must name a parent resource.');
    demand('logging.logEntries.list', project);
    if (orderBy !== 'timestamp asc' && orderBy !== 'timestamp desc')
      throw new ApiError(400, 'INVALID_ARGUMENT', `Invalid order_by: ${orderBy}`);
    const found = apis.entries
      .filter(({ receivedAt = 0 }) => receivedAt <= now())
      .map(({ receivedAt: _, ...entry }) => entry)
      .filter((entry) => entry.resource.labels.project_id === project.slice('projects/'.length))
      .filter((entry) => matches(entry, String(filter)))
      .sort((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp));
    if (orderBy === 'timestamp desc') found.reverse();
    const from = Number(pageToken);
    const to = from + Number(pageSize);
    // Fields without content are left out, as everywhere in Google's JSON.
    return {
      ...(found.length > from && { entries: found.slice(from, to) }),
      ...(found.length > to && { nextPageToken: String(to) }),
    };
  }

  function demand(permission: GooglePermission, resource: string): void {
    if (!apis.denied.has(permission)) return;
    throw new ApiError(
      403,
      'PERMISSION_DENIED',
      `The principal lacks IAM permission "${permission}" for the resource "${resource}" (or the resource may not exist).`,
    );
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    const line = `${method} ${url}`;
    const body = await readBody(request);
    apis.requests.push({ line, headers, body });
    response.setHeader('Date', new Date(now()).toUTCString());
    const index = apis.faults.findIndex(({ on }) => on.test(line));
    const [{ fault } = {}] = index === -1 ? [] : apis.faults.splice(index, 1);
    if (fault === 'hang') return;
    if (fault === 'reset') request.socket.resetAndDestroy();
    else if (fault === 'empty-page') send(response, 200, JSON.stringify({ nextPageToken: '0' }));
    else if (fault !== undefined) {
      for (const [name, value] of Object.entries(fault.headers ?? {})) response.setHeader(name, value);
      send(response, fault.status, fault.body ?? JSON.stringify(new ApiError(fault.status, 'UNKNOWN', 'told to fail')));
    } else {
      try {
        const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
        send(response, 200, JSON.stringify(apply(line, token, body)));
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        send(response, error.status, JSON.stringify(error));
      }
    }
  }

  const loopback = await listen(handle);
  const apis: GoogleApis = {
    ...loopback,
    jobs: new Map(options.jobs.map((job) => [job, 'ENABLED'])),
    jobFields: new Map(),
    entries: [],
    denied: new Set(),
    faults: [],
    requests: [],
  };
  return apis;
}

function matches(entry: LogEntry, filter: string): boolean {
  try {
    return matchesFilter(entry, filter);
  } catch (error) {
    throw new ApiError(400, 'INVALID_ARGUMENT', `Unparseable filter: ${(error as Error).message}`);
  }
}

function parseObject(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Told below, like JSON of another form.
  }
  throw new ApiError(400, 'INVALID_ARGUMENT', 'Invalid JSON payload received.');
}

function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=UTF-8' }).end(body);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
