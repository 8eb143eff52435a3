import { type AuthClient, GoogleAuth, OAuth2Client } from 'google-auth-library';
import { UserError } from '../environments/user-error';
import { type Clock, systemClock } from './clock';

/**
 * Requests to Google Cloud's JSON APIs, as the operator: with the access token in `GOOGLE_OAUTH_ACCESS_TOKEN`, which
 * Terraform's provider reads too, or else with Application Default Credentials
 * (cloud.google.com/docs/authentication/application-default-credentials). Proxies of the environment (`HTTPS_PROXY`,
 * `NO_PROXY`) hold.
 */
export interface GoogleApi {
  /**
   * One request, and its repetitions.
   * @throws UserError without usable credentials
   * @throws GoogleApiError for any status but 2xx, and when there is no answer
   */
  request(request: GoogleRequest): Promise<GoogleAnswer>;
}

/** Each service's name in gcloud's properties `api_endpoint_overrides`, and its address. */
const SERVICES = {
  // Google SecOps answers in each region for itself (docs.cloud.google.com/chronicle/docs/reference/rest).
  chronicle: 'https://{location}-chronicle.googleapis.com',
  cloudbilling: 'https://cloudbilling.googleapis.com',
  cloudfunctions: 'https://cloudfunctions.googleapis.com',
  cloudresourcemanager: 'https://cloudresourcemanager.googleapis.com',
  cloudscheduler: 'https://cloudscheduler.googleapis.com',
  iam: 'https://iam.googleapis.com',
  logging: 'https://logging.googleapis.com',
  secretmanager: 'https://secretmanager.googleapis.com',
  serviceusage: 'https://serviceusage.googleapis.com',
  storage: 'https://storage.googleapis.com',
} as const;

export type GoogleService = keyof typeof SERVICES;

export interface GoogleRequest {
  readonly service: GoogleService;
  /** Region of a service whose address holds it, such as `europe` of chronicle. */
  readonly location?: string;
  readonly method: 'GET' | 'POST';
  /** From the host on, with its slash. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** JSON, as text. */
  readonly body?: string;
  /** Whether a second request does no harm: then it is repeated when there is no answer, or one with 429 or 5xx. */
  readonly repeatable: boolean;
  /** What it is for, with the resource, after "could not": `run the job projects/…`. */
  readonly purpose: string;
  /** What the caller needs in IAM: `roles/logging.viewer on the project acme`. */
  readonly needs: string;
  /** What a missing resource (404) or a wrong state of it (400) mostly means, and what to do. */
  readonly hint?: string;
}

export interface GoogleAnswer {
  /** As text. */
  readonly body: string;
  /** Moment of the answer by the server's clock, in whole seconds since the epoch; undefined if it does not say. */
  readonly serverTime: number | undefined;
}

/** Google Cloud refused, or gave no answer. */
export class GoogleApiError extends UserError {
  /**
   * @param status of the answer; undefined if there was none
   */
  constructor(
    readonly status: number | undefined,
    message: string,
  ) {
    super(message);
  }

  /** Whether the same request may be answered in a while. */
  get isPassing(): boolean {
    return this.status === undefined || this.status === 429 || this.status >= 500;
  }
}

export interface GoogleApiOptions {
  /** Id of the project that the requests are about. Without it the library would look for one, through gcloud or an API. */
  readonly project: string;
  /** Default: this process's. Application Default Credentials are looked for in this process's in any case. */
  readonly env?: NodeJS.ProcessEnv;
  readonly clock?: Clock;
  /** Milliseconds that one request may take. Default: 30000. */
  readonly timeoutMs?: number;
  /** How often a request is repeated at most, 0 to 3. Default: 3. */
  readonly repetitions?: number;
}

const TIMEOUT_MS = 30_000;
/** Before each repetition of a request. A server's own `Retry-After` counts instead, up to the longest pause. */
const PAUSES_MS = [1_000, 2_000, 4_000];
const LONGEST_PAUSE_MS = 10_000;

const TOKEN_VARIABLE = 'GOOGLE_OAUTH_ACCESS_TOKEN';
const LOG_IN =
  `Log in with "gcloud auth application-default login", let GOOGLE_APPLICATION_CREDENTIALS name a credentials file, or ` +
  `export an access token as ${TOKEN_VARIABLE} ("gcloud auth print-access-token").`;

/**
 * Access to Google Cloud. Nothing is sent before the first request. gcloud's variables
 * `CLOUDSDK_API_ENDPOINT_OVERRIDES_<SERVICE>` replace the addresses, as they do for gcloud
 * (cloud.google.com/sdk/gcloud/reference/topic/configurations).
 */
export function createGoogleApi(options: GoogleApiOptions): GoogleApi {
  const {
    project,
    env = process.env,
    clock = systemClock,
    timeoutMs = TIMEOUT_MS,
    repetitions = PAUSES_MS.length,
  } = options;
  let login: Promise<AuthClient> | undefined;

  async function attempt(request: GoogleRequest): Promise<Attempt> {
    const url = urlOf(request, env);
    login ??= logIn(project, env);
    const client = await login;
    // Apart from the request, which would do it, too: what fails here is mended by logging in.
    await client.getAccessToken().catch(rethrowAsCredentialsProblem);
    try {
      const { status, data, headers } = await client.request<string>({
        url,
        method: request.method,
        data: request.body,
        headers: request.body === undefined ? {} : { 'Content-Type': 'application/json' },
        responseType: 'text',
        timeout: timeoutMs,
        validateStatus: () => true,
        // A proxy cannot reach this machine's loopback interface.
        noProxy: LOOPBACK_HOSTS,
      });
      return { answer: { body: data, headers }, error: refusalOf(request, status, data, env) };
    } catch (error) {
      return { error: noAnswer(request, error, timeoutMs) };
    }
  }

  return {
    async request(request) {
      for (let repetition = 0; ; repetition += 1) {
        const { answer, error } = await attempt(request);
        if (error === undefined) return { body: answer.body, serverTime: serverTime(answer.headers) };
        const pause = PAUSES_MS.slice(0, repetitions)[repetition];
        if (!request.repeatable || !error.isPassing || pause === undefined) throw error;
        await clock.sleep(Math.min(retryAfter(answer?.headers) ?? pause, LONGEST_PAUSE_MS));
      }
    },
  };
}

/**
 * A request whose answer is JSON.
 * @throws what the request throws, and GoogleApiError for an answer that is none
 */
export async function requestJson<T>(
  api: GoogleApi,
  request: GoogleRequest,
): Promise<{ readonly content: T; readonly serverTime: number | undefined }> {
  const { body, serverTime } = await api.request(request);
  try {
    return { content: JSON.parse(body), serverTime };
  } catch {
    throw new GoogleApiError(
      undefined,
      `Could not ${request.purpose}: the answer is no JSON. Does a proxy answer in Google Cloud's place?`,
    );
  }
}

interface RawAnswer {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

type Attempt =
  | { readonly answer: RawAnswer; readonly error?: undefined }
  | { readonly answer?: RawAnswer; readonly error: GoogleApiError };

const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '[::1]'];

function urlOf({ service, location = '', path, query = {} }: GoogleRequest, env: NodeJS.ProcessEnv): string {
  const parameters = new URLSearchParams(query).toString();
  return `${endpointOf(service, env).replace('{location}', location)}${path}${parameters && `?${parameters}`}`;
}

function endpointOf(service: GoogleService, env: NodeJS.ProcessEnv): string {
  const variable = `CLOUDSDK_API_ENDPOINT_OVERRIDES_${service.toUpperCase()}`;
  const named = env[variable];
  if (!named) return SERVICES[service];
  const url = URL.canParse(named) ? new URL(named) : undefined;
  // The access token would travel in clear.
  const isSecure = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK_HOSTS.includes(url.hostname));
  if (url === undefined || !isSecure)
    throw new UserError(`${variable} must be a URL that begins with https:// (http:// for this machine only).`);
  // gcloud takes it with the path of the Storage API, or without.
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '').replace(/\/storage\/v1$/, '');
}

async function logIn(projectId: string, env: NodeJS.ProcessEnv): Promise<AuthClient> {
  const token = env[TOKEN_VARIABLE]?.trim();
  if (!token)
    return new GoogleAuth({ scopes: 'https://www.googleapis.com/auth/cloud-platform', projectId })
      .getClient()
      .catch(rethrowAsCredentialsProblem);
  // Anything else is refused by the HTTP library, whose message would quote it.
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new UserError(`${TOKEN_VARIABLE} holds no access token: it has spaces or other characters that none has.`);
  const client = new OAuth2Client();
  client.setCredentials({ access_token: token });
  client.quotaProjectId = env.GOOGLE_CLOUD_QUOTA_PROJECT;
  return client;
}

/** The text of an error is shown only where it cannot hold a part of the credentials. */
function rethrowAsCredentialsProblem(error: Error): never {
  if (error.message.includes('Could not load the default credentials'))
    throw new UserError(`No credentials of Google Cloud were found. ${LOG_IN}`);
  // The message of a JSON error quotes the text, which is the credentials.
  const reason = error.name === 'SyntaxError' ? 'their file is no JSON' : firstLine(error.message);
  throw new UserError(`The credentials of Google Cloud could not be used: ${reason}. ${LOG_IN}`);
}

/** Undefined for an answer of 2xx. */
function refusalOf(
  request: GoogleRequest,
  status: number,
  body: string,
  env: NodeJS.ProcessEnv,
): GoogleApiError | undefined {
  if (status >= 200 && status < 300) return undefined;
  const lines = [`Could not ${request.purpose}: Google Cloud answered ${status}${reasonOf(body)}.`];
  if (status === 401)
    lines.push(env[TOKEN_VARIABLE] ? `The token in ${TOKEN_VARIABLE} may have expired. ${LOG_IN}` : LOG_IN);
  else if (status === 403) lines.push(`This takes ${request.needs}.`);
  else if (status === 429) lines.push("The API's quota is used up for now: try again in a minute.");
  else if (status >= 500) lines.push('Try again in a minute; https://status.cloud.google.com tells of disruptions.');
  else if (request.hint !== undefined) lines.push(request.hint);
  return new GoogleApiError(status, lines.join('\n'));
}

/** Google's own words (google.aip.dev/193). A body of another form is not shown: a proxy may have written it. */
function reasonOf(body: string): string {
  try {
    const { error } = JSON.parse(body) as { error?: { status?: unknown; message?: unknown } };
    const status = typeof error?.status === 'string' ? ` ${error.status}` : '';
    const message = typeof error?.message === 'string' ? `: ${firstLine(error.message)}` : '';
    return status + message;
  } catch {
    return '';
  }
}

function noAnswer({ purpose }: GoogleRequest, error: unknown, timeoutMs: number): GoogleApiError {
  const message = error instanceof Error ? error.message : String(error);
  const reason = /timeout/i.test(message) ? `no answer within ${timeoutMs / 1000} s` : firstLine(message);
  return new GoogleApiError(
    undefined,
    `Could not ${purpose}: ${reason}.\nCheck the network and, behind a proxy, HTTPS_PROXY and NO_PROXY.`,
  );
}

/** One line without a full stop at its end, and without credentials that a proxy's URL may carry. */
function firstLine(text: string): string {
  const [line = ''] = text.trim().split('\n');
  return line.replace(/:\/\/[^/\s"]*@/g, '://…@').replace(/\.$/, '');
}

function serverTime(headers: RawAnswer['headers']): number | undefined {
  const seconds = Date.parse(headers.date ?? '') / 1000;
  return Number.isNaN(seconds) ? undefined : seconds;
}

/** In milliseconds; undefined without the header, and for its other form, a date. */
function retryAfter(headers: RawAnswer['headers'] = {}): number | undefined {
  const seconds = headers['retry-after'] ?? '';
  return /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1000 : undefined;
}
