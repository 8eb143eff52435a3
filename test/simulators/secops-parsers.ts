import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError } from './google-error';
import { listen } from './loopback';

/** What is checked before anything is done. */
export type SecopsPermission =
  | `chronicle.parsers.${'activate' | 'deactivate' | 'list'}`
  | `chronicle.parserExtensions.${'activate' | 'list'}`
  | 'chronicle.validationReports.get'
  | 'chronicle.parsingErrors.list';

export interface SecopsParsersOptions {
  /** Access tokens that are accepted. */
  tokens: readonly string[];
  /** `projects/<id>/locations/<region>/instances/<id>`. */
  instance: string;
  /** Log types that SecOps knows. */
  logTypes: readonly string[];
  /** The server's clock, in milliseconds since 1970. Default: the real time. */
  now?: () => number;
  /** Items of a page, however many are asked for. Default 2. */
  pageSize?: number;
  /** How long an activation does not show yet, in milliseconds. Default 0. */
  lagMs?: number;
}

/** A parser, or an extension, in the form of its API without the name. */
export interface StoredParser {
  logType: string;
  kind: 'parsers' | 'parserExtensions';
  id: string;
  fields: Record<string, unknown>;
  /** From when on it has been tried, in milliseconds since 1970: then it has these fields, too. */
  tried?: { at: number; fields: Record<string, unknown> };
}

/** An answer out of order, a connection that breaks off, or one that breaks off after the request was applied. */
export type SecopsFault =
  | { status: number; reason: string; message: string }
  | 'reset'
  | 'applied-then-reset'
  | 'ignored';

export interface SecopsParsers {
  /** Base URL, without a slash at its end. */
  url: string;
  stored: StoredParser[];
  /** By full name of the report: its fields, and its parsing errors. */
  reports: Map<string, { fields: object; errors: object[] }>;
  /** What the caller may not do. */
  denied: Set<SecopsPermission>;
  /** Used up by the next request whose `METHOD path` matches; `ignored`: it is answered, and nothing is done. */
  faults: { on: RegExp; fault: SecopsFault }[];
  /** `METHOD path?query` of every request so far. */
  requests: string[];
  close(): Promise<void>;
}

/** Names in answers hold the project's number, whatever the request holds. */
const PROJECT_NUMBER = '123456789012';

/**
 * Parsers and parser extensions of a SecOps instance: `parsers.list`, `.activate`, `.deactivate`, `parserExtensions.list`,
 * `.activate`, `validationReports.get` and `parsingErrors.list`, as docs.cloud.google.com/chronicle/docs/reference/rest
 * (v1alpha) describes them; errors in the form of google.aip.dev/193. Of a log type at most one parser is active.
 */
export async function startSecopsParsers(options: SecopsParsersOptions): Promise<SecopsParsers> {
  const { now = Date.now, pageSize = 2, lagMs = 0 } = options;
  const publicInstance = options.instance.replace(/^projects\/[^/]+/, `projects/${PROJECT_NUMBER}`);
  /** Activations that do not show yet. */
  const pending: { at: number; apply: () => void }[] = [];

  function settle(): void {
    for (const one of pending.filter(({ at }) => at <= now())) {
      one.apply();
      pending.splice(pending.indexOf(one), 1);
    }
    for (const one of secops.stored)
      if (one.tried && one.tried.at <= now()) {
        Object.assign(one.fields, one.tried.fields);
        delete one.tried;
      }
  }

  function shown({ logType, kind, id, fields }: StoredParser): object {
    return { name: `${publicInstance}/logTypes/${logType}/${kind}/${id}`, ...fields };
  }

  function apply(method: string, url: URL): object {
    settle();
    const path = decodeURIComponent(url.pathname).replace(/^\/v1alpha\//, '');
    const report = /^(.+\/(?:validationReports|extensionValidationReports)\/[^/]+)(\/parsingErrors)?$/.exec(path);
    if (method === 'GET' && report !== null) return readReport(report[1] ?? '', report[2] !== undefined);
    const [, logType = '', kind = '', id, verb] =
      /^projects\/[^/]+\/locations\/[^/]+\/instances\/[^/]+\/logTypes\/([^/]+)\/(parsers|parserExtensions)(?:\/([^/:]+):(\w+))?$/.exec(
        path,
      ) ?? [];
    if (!isOurs(path) || !options.logTypes.includes(logType))
      throw new ApiError(404, 'NOT_FOUND', `Resource "${path}" was not found.`);
    const all = secops.stored.filter((one) => one.logType === logType && one.kind === kind);
    if (method === 'GET' && id === undefined) {
      demand(`chronicle.${kind}.list` as SecopsPermission, path);
      return page(kind, all.map(shown), url.searchParams);
    }
    const one = all.find((other) => other.id === id);
    if (method !== 'POST' || (verb !== 'activate' && (verb !== 'deactivate' || kind !== 'parsers')))
      throw new ApiError(404, 'NOT_FOUND', 'The requested URL was not found on this server.');
    demand(`chronicle.${kind}.${verb}` as SecopsPermission, path);
    if (one === undefined) throw new ApiError(404, 'NOT_FOUND', `Resource "${path}" was not found.`);
    const change = kind === 'parserExtensions' ? goLive(one, all) : switchParser(one, all, verb);
    pending.push({ at: now() + lagMs, apply: change });
    settle();
    return {};
  }

  /** With the project's id or number. */
  function isOurs(path: string): boolean {
    return [options.instance, publicInstance].some((instance) => path.startsWith(`${instance}/`));
  }

  function switchParser(one: StoredParser, all: StoredParser[], verb: string): () => void {
    const active = all.find(({ fields }) => fields.state === 'ACTIVE');
    const release = all.find(({ fields }) => fields.type === 'PREBUILT' && fields.releaseStage === 'RELEASE');
    if (verb === 'deactivate') {
      if (active !== one) throw failedPrecondition('parser is not active');
      return () => activate(release, all);
    }
    if (active === one) throw failedPrecondition('parser is already active');
    if (one.fields.type === 'PREBUILT' && active?.fields.type === 'CUSTOM')
      throw failedPrecondition('a custom parser is active: deactivate it to activate the prebuilt parser');
    const { validationStage: stage } = one.fields;
    if (stage !== undefined && stage !== 'PASSED' && stage !== 'VALIDATION_SKIPPED')
      throw failedPrecondition(`parser is in validation stage ${stage}`);
    return () => activate(one, all);
  }

  function activate(one: StoredParser | undefined, all: StoredParser[]): void {
    for (const { fields } of all) fields.state = 'INACTIVE';
    if (one === undefined) return;
    one.fields.state = 'ACTIVE';
    if (one.fields.type !== 'CUSTOM') return;
    delete one.fields.validationStage;
    one.fields.releaseStage = 'RELEASE';
  }

  function goLive(one: StoredParser, all: StoredParser[]): () => void {
    if (!['VALIDATED', 'VALIDATION_SKIPPED', 'ARCHIVED'].includes(String(one.fields.state)))
      throw failedPrecondition(`extension is in state ${one.fields.state}`);
    return () => {
      for (const { fields } of all) if (fields.state === 'LIVE') fields.state = 'ARCHIVED';
      Object.assign(one.fields, { state: 'LIVE', lastLiveTime: new Date(now()).toISOString() });
    };
  }

  function readReport(name: string, isErrors: boolean): object {
    demand(isErrors ? 'chronicle.parsingErrors.list' : 'chronicle.validationReports.get', name);
    const found = secops.reports.get(name);
    if (found === undefined) throw new ApiError(404, 'NOT_FOUND', `Resource "${name}" was not found.`);
    return isErrors ? (found.errors.length > 0 ? { parsingErrors: found.errors } : {}) : { name, ...found.fields };
  }

  /** Lists without items, and the last page's token, are left out, as everywhere in Google's JSON. */
  function page(key: string, items: readonly object[], query: URLSearchParams): object {
    const from = Number(query.get('pageToken') ?? 0);
    const to = from + Math.min(Number(query.get('pageSize') ?? pageSize), pageSize);
    return {
      ...(items.length > from && { [key]: items.slice(from, to) }),
      ...(items.length > to && { nextPageToken: String(to) }),
    };
  }

  function demand(permission: SecopsPermission, resource: string): void {
    if (!secops.denied.has(permission)) return;
    throw new ApiError(
      403,
      'PERMISSION_DENIED',
      `Permission '${permission}' denied on resource '//chronicle.googleapis.com/${resource}' (or it may not exist).`,
    );
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    secops.requests.push(`${method} ${url}`);
    const index = secops.faults.findIndex(({ on }) => on.test(`${method} ${url}`));
    const [{ fault } = {}] = index === -1 ? [] : secops.faults.splice(index, 1);
    if (fault === 'reset') return void request.socket.resetAndDestroy();
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'Content-Type': 'application/json; charset=UTF-8' }).end(JSON.stringify(body));
    try {
      if (!options.tokens.includes(/^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? ''))
        throw new ApiError(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
      if (typeof fault === 'object') throw new ApiError(fault.status, fault.reason, fault.message);
      const content = fault === 'ignored' ? {} : apply(method, new URL(url, 'http://here'));
      if (fault === 'applied-then-reset') request.socket.resetAndDestroy();
      else answer(200, content);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      answer(error.status, error.toJSON());
    }
  }

  const loopback = await listen(handle);
  const secops: SecopsParsers = {
    ...loopback,
    stored: [],
    reports: new Map(),
    denied: new Set(),
    faults: [],
    requests: [],
  };
  return secops;
}

function failedPrecondition(message: string): ApiError {
  return new ApiError(400, 'FAILED_PRECONDITION', message);
}
