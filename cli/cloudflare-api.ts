import { UserError } from '../environments/user-error';
import { type Clock, systemClock } from './clock';

/**
 * Requests to Cloudflare's API with the credentials that Terraform's provider takes from the environment:
 * `CLOUDFLARE_API_TOKEN`, or `CLOUDFLARE_EMAIL` with `CLOUDFLARE_API_KEY`. `CLOUDFLARE_BASE_URL` replaces
 * https://api.cloudflare.com/client/v4 for both. Paced to the documented allowances of a user: 1,200 requests in five
 * minutes (developers.cloudflare.com/fundamentals/api/reference/limits), of them 300 GraphQL queries
 * (developers.cloudflare.com/analytics/graphql-api/limits).
 */
export interface CloudflareApi {
  /**
   * The `result` of one REST request, and its repetitions.
   * @throws UserError without usable credentials
   * @throws CloudflareApiError when it is refused, and when there is no answer
   */
  request<T>(request: CloudflareRequest): Promise<T>;
  /**
   * The `data` of one GraphQL query. Cloudflare answers 200 with `errors`: any of them is a refusal, also beside data.
   * @throws as `request` does
   */
  graphql<T>(query: CloudflareQuery): Promise<T>;
}

interface Purpose {
  /** What it is for, after "could not": `list the Logpush jobs of the zone example.com`. */
  readonly purpose: string;
  /** What the credentials need: `Logs: Edit on the zone example.com`. */
  readonly needs: string;
}

export interface CloudflareRequest extends Purpose {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** After the base URL, with its slash: `/zones/<id>/logpush/jobs`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Whether a second request does no harm: then it is repeated on 429, 5xx and no answer. Default: of a GET only. */
  readonly repeatable?: boolean;
}

export interface CloudflareQuery extends Purpose {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Cloudflare refused, or gave no answer. */
export class CloudflareApiError extends UserError {
  /**
   * @param status of the answer; undefined if there was none
   * @param codes Cloudflare's own, such as 1004; none from GraphQL
   */
  constructor(
    readonly status: number | undefined,
    readonly codes: readonly number[],
    message: string,
  ) {
    super(message);
  }

  /** Whether the same request may be answered in a while. */
  get isPassing(): boolean {
    return this.status === undefined || this.status === 429 || this.status >= 500;
  }
}

export interface CloudflareApiOptions {
  /** Default: this process's. */
  readonly env?: NodeJS.ProcessEnv;
  readonly clock?: Clock;
  /** Milliseconds that one request may take. Default: 30000. */
  readonly timeoutMs?: number;
  /** How often a request is repeated at most, 0 to 3. Default: 3. */
  readonly repetitions?: number;
}

const BASE_URL = 'https://api.cloudflare.com/client/v4';
const TIMEOUT_MS = 30_000;
/** Before each repetition of a request. A server's own `Retry-After` counts instead, up to the longest pause. */
const PAUSES_MS = [1_000, 2_000, 4_000];
/** Cloudflare blocks a user who exceeds an allowance for the next five minutes. */
const LONGEST_PAUSE_MS = 300_000;
const ALLOWANCE_MS = 300_000;
const REQUESTS = 1_200;
const QUERIES = 300;

const LOG_IN =
  'Export CLOUDFLARE_API_TOKEN (dash.cloudflare.com > My Profile > API Tokens), or CLOUDFLARE_EMAIL and CLOUDFLARE_API_KEY.';

/**
 * Access to Cloudflare. Nothing is sent before the first request.
 * @throws UserError when CLOUDFLARE_BASE_URL is no address that credentials may be sent to
 */
export function createCloudflareApi(options: CloudflareApiOptions = {}): CloudflareApi {
  const { env = process.env, clock = systemClock, timeoutMs = TIMEOUT_MS, repetitions = PAUSES_MS.length } = options;
  const base = baseUrl(env);
  const requests = pace(clock, REQUESTS);
  const queries = pace(clock, QUERIES);

  /** The answer's JSON, when its status is 2xx and Cloudflare calls it a success. */
  async function send(request: CloudflareRequest): Promise<Envelope> {
    const headers = { ...credentials(env), 'Content-Type': 'application/json' };
    const parameters = new URLSearchParams(request.query).toString();
    const url = `${base}${request.path}${parameters && `?${parameters}`}`;
    const isRepeatable = request.repeatable ?? request.method === 'GET';
    for (let repetition = 0; ; repetition += 1) {
      await requests();
      if (request.path === GRAPHQL) await queries();
      const { answer, error, pause } = await attempt(request, url, headers, timeoutMs);
      if (error === undefined) return answer;
      const ownPause = PAUSES_MS.slice(0, repetitions)[repetition];
      if (!isRepeatable || !error.isPassing || ownPause === undefined) throw error;
      await clock.sleep(Math.min(pause ?? ownPause, LONGEST_PAUSE_MS));
    }
  }

  return {
    async request<T>(request: CloudflareRequest) {
      return (await send(request)).result as T;
    },
    async graphql<T>({ query, variables, purpose, needs }: CloudflareQuery) {
      const request = { method: 'POST', path: GRAPHQL, body: { query, variables }, repeatable: true } as const;
      const { data } = await send({ ...request, purpose, needs });
      if (data === null || data === undefined)
        throw new CloudflareApiError(200, [], `Could not ${purpose}: Cloudflare answered without data.`);
      return data as T;
    },
  };
}

const GRAPHQL = '/graphql';

/** What REST (`success`, `errors`, `result`) and GraphQL (`errors`, `data`) answer. */
interface Envelope {
  readonly success?: boolean;
  readonly errors?: readonly { readonly code?: unknown; readonly message?: unknown }[] | null;
  readonly result?: unknown;
  readonly data?: unknown;
}

type Attempt =
  | { readonly answer: Envelope; readonly error?: undefined; readonly pause?: undefined }
  | { readonly answer?: undefined; readonly error: CloudflareApiError; readonly pause?: number };

async function attempt(
  request: CloudflareRequest,
  url: string,
  headers: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<Attempt> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method: request.method,
      headers,
      body: request.body === undefined ? undefined : JSON.stringify(request.body),
      // A redirect would take the credentials to another host.
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    text = await response.text();
  } catch (error) {
    return { error: noAnswer(request, error, timeoutMs) };
  }
  const answer = parse(text);
  const error = refusalOf(request, response.status, answer);
  if (error !== undefined) return { error, pause: retryAfter(response.headers.get('retry-after')) };
  return { answer: answer ?? {} };
}

function parse(text: string): Envelope | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined for an answer of 2xx without errors. */
function refusalOf(
  { purpose, needs, path }: CloudflareRequest,
  status: number,
  answer: Envelope | undefined,
): CloudflareApiError | undefined {
  const errors = Array.isArray(answer?.errors) ? answer.errors : [];
  const isGood = status >= 200 && status < 300;
  if (isGood && answer !== undefined && answer.success !== false && errors.length === 0) return undefined;
  if (isGood && answer === undefined)
    return new CloudflareApiError(
      status,
      [],
      `Could not ${purpose}: the answer is no JSON. Does a proxy answer in Cloudflare's place?`,
    );
  const codes = errors.map(({ code }) => code).filter((code) => typeof code === 'number');
  const words = errors.map(
    ({ code, message }) => `${withoutSecrets(message)}${typeof code === 'number' ? ` (${code})` : ''}`,
  );
  const lines = [`Could not ${purpose}: Cloudflare answered ${[status, ...new Set(words)].join(': ')}.`];
  // GraphQL refuses within 200: there, words alone tell what passes.
  const isOverRate = status === 429 || (path === GRAPHQL && /rate limit|too many/i.test(words.join()));
  if (isOverRate) lines.push("The API's allowance is used up for now: try again in five minutes.");
  else if (status === 401 || isBadCredentials(codes)) lines.push(`The credentials are not valid. ${LOG_IN}`);
  else if (status === 403 || /not auth|access to|permission|reading job for product/i.test(words.join()))
    lines.push(`This takes ${needs}.`);
  else if (status >= 500) lines.push('Try again in a minute; https://www.cloudflarestatus.com tells of disruptions.');
  return new CloudflareApiError(isOverRate ? 429 : status, codes, lines.join('\n'));
}

/** 6003 invalid request headers, 6111 invalid form of Authorization, 9103 unknown key or e-mail, 1000 invalid token. */
function isBadCredentials(codes: readonly number[]): boolean {
  return codes.some((code) => [1000, 6003, 6111, 9103].includes(code));
}

/** One line of Cloudflare's words without what the destination of a job may hold: all after a URL's host, and headers. */
export function withoutSecrets(message: unknown): string {
  return String(message ?? 'no reason given')
    .replace(/\s+/g, ' ')
    .replace(/([a-z0-9]+:\/\/[^/?\s"']*)[^\s"']*/gi, '$1…')
    .replace(/(header_[\w-]+=|Bearer(?:[ +]|%20)+)[^\s"'&]+/gi, '$1…')
    .replace(/\.$/, '')
    .slice(0, 300);
}

function noAnswer({ purpose }: CloudflareRequest, error: unknown, timeoutMs: number): CloudflareApiError {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const reason =
    error instanceof Error && error.name === 'TimeoutError'
      ? `no answer within ${timeoutMs / 1000} s`
      : withoutSecrets(cause instanceof Error ? cause.message || cause.name : cause);
  return new CloudflareApiError(
    undefined,
    [],
    `Could not ${purpose}: ${reason}.\nCheck the network. Behind a proxy: HTTPS_PROXY and NODE_USE_ENV_PROXY=1, with Node.js 22.21 or newer.`,
  );
}

/** In milliseconds; undefined without the header, and for its other form, a date. */
function retryAfter(header: string | null): number | undefined {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : undefined;
}

/** Waits until one more keeps to so many in five minutes. */
function pace(clock: Clock, allowance: number): () => Promise<void> {
  const sent: number[] = [];
  return async () => {
    for (;;) {
      const now = clock.now();
      while (sent[0] !== undefined && sent[0] <= now - ALLOWANCE_MS) sent.shift();
      const oldest = sent[0];
      if (sent.length < allowance || oldest === undefined) break;
      await clock.sleep(oldest + ALLOWANCE_MS - now);
    }
    sent.push(clock.now());
  };
}

/** As the provider takes them, which prefers the token, too. */
function credentials(env: NodeJS.ProcessEnv): Record<string, string> {
  const token = value(env, 'CLOUDFLARE_API_TOKEN');
  if (token !== undefined) return { Authorization: `Bearer ${token}` };
  const email = value(env, 'CLOUDFLARE_EMAIL');
  const key = value(env, 'CLOUDFLARE_API_KEY');
  if (email !== undefined && key !== undefined) return { 'X-Auth-Email': email, 'X-Auth-Key': key };
  throw new UserError(`No credentials of Cloudflare were found. ${LOG_IN}`);
}

function value(env: NodeJS.ProcessEnv, variable: string): string | undefined {
  const text = env[variable]?.trim();
  // Anything else is refused by the HTTP library, whose message would quote it.
  if (text && !/^[\x21-\x7e]+$/.test(text))
    throw new UserError(`${variable} is not usable: it has spaces or other characters that no such value has.`);
  return text || undefined;
}

const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '[::1]'];

function baseUrl(env: NodeJS.ProcessEnv): string {
  const named = env.CLOUDFLARE_BASE_URL?.trim();
  if (!named) return BASE_URL;
  const url = URL.canParse(named) ? new URL(named) : undefined;
  // The credentials would travel in clear.
  const isSecure = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK_HOSTS.includes(url.hostname));
  if (url === undefined || !isSecure)
    throw new UserError('CLOUDFLARE_BASE_URL must be a URL that begins with https:// (http:// for this machine only).');
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}
