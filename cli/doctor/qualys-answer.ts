import { UserError } from '../../environments/user-error';

/** A request to Qualys' API. */
export interface QualysRequest {
  readonly method: 'GET' | 'POST';
  /** Below the API server, with its slash. */
  readonly path: string;
  readonly contentType?: 'text/xml' | 'application/x-www-form-urlencoded';
  readonly body?: string;
}

/** What an answer says, of whichever of Qualys' APIs, in JSON or XML. */
export interface QualysAnswer {
  readonly status: number;
  /** `responseCode` of QPS, or the number of the older API's return: `INVALID_CREDENTIALS`, `1965`. */
  readonly code?: string;
  /** Qualys' own words; left out where they hold what was sent. */
  readonly words?: string;
  /** Root element of XML, `ServiceResponse` of JSON; undefined of anything else. */
  readonly root?: string;
  /** Warning that the version of the API is being retired. */
  readonly retiring?: string;
  /** Whether there is a record in it. */
  readonly hasData: boolean;
  /** Seconds that Qualys asks to wait. */
  readonly waitSeconds?: number;
  /** What its headers tell of the limits: `297 of 300 calls an hour are left`. */
  readonly limits?: string;
}

/** There was no answer at all. */
export class NoQualysAnswer extends UserError {
  /** @param reason code of the system or of TLS, such as `ENOTFOUND`; `timeout` */
  constructor(readonly reason: string) {
    super(`no answer from Qualys: ${reason}`);
  }
}

export interface QualysLogin {
  readonly username: string;
  readonly password: string;
}

/** Asked of Qualys without credentials, an answer shows that it is there; with them, each request is a login. */
export interface AskOptions {
  /** Base URL of the API server. */
  readonly apiUrl: string;
  readonly login?: QualysLogin;
  readonly timeoutMs: number;
}

/**
 * Asks once; no redirect is followed, which would take the password elsewhere.
 * @throws NoQualysAnswer
 */
export async function askQualys(
  { method, path, contentType, body }: QualysRequest,
  { apiUrl, login, timeoutMs }: AskOptions,
): Promise<QualysAnswer> {
  const basic = login && Buffer.from(`${login.username}:${login.password}`, 'utf8').toString('base64');
  try {
    const response = await fetch(apiUrl.replace(/\/+$/, '') + path, {
      method,
      body,
      headers: {
        Accept: 'application/json, text/xml;q=0.9',
        // Without it the older API refuses; QPS tolerates it.
        'X-Requested-With': 'Tributary',
        ...(contentType && { 'Content-Type': contentType }),
        ...(basic && { Authorization: `Basic ${basic}` }),
      },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return readAnswer(response.status, response.headers, await response.text(), [
      ...(login ? [login.username, login.password] : []),
      ...(basic ? [basic] : []),
    ]);
  } catch (error) {
    throw new NoQualysAnswer(reasonOf(error));
  }
}

/** Only a code: messages of the HTTP library may hold what was sent. */
function reasonOf(error: unknown): string {
  const { name, code, cause } = (error ?? {}) as { name?: unknown; code?: unknown; cause?: { code?: unknown } };
  if (name === 'TimeoutError') return 'timeout';
  const known = cause?.code ?? code;
  return typeof known === 'string' ? known : 'the connection failed';
}

/** @param secrets what must not be shown, should the answer hold it */
export function readAnswer(
  status: number,
  headers: Pick<Headers, 'get'>,
  body: string,
  secrets: readonly string[] = [],
): QualysAnswer {
  const isJson = /^\s*\{/.test(body);
  const root = isJson ? /"(ServiceResponse)"/.exec(body)?.[1] : /<([A-Za-z_][\w.-]*)[\s/>]/.exec(body)?.[1];
  const said = saidIn(body, root);
  const words = said.words?.replace(/\s+/g, ' ').trim().slice(0, 200);
  const retiring = warningIn(body);
  const isShown = (text: string | undefined) =>
    text && !secrets.some((secret) => secret !== '' && text.includes(secret));
  const waitSeconds = waitOf(headers, said.words, body);
  const limits = limitsOf(headers);
  return {
    status,
    ...(said.code && { code: said.code }),
    ...(isShown(words) && { words }),
    ...(root && !/^html$/i.test(root) && { root }),
    ...(isShown(retiring) && { retiring }),
    hasData: /<(?:HOST|VULN|Alert|HostAsset)>|"(?:Alert|HostAsset)"\s*:/.test(body),
    ...(waitSeconds && { waitSeconds }),
    ...(limits && { limits }),
  };
}

/** "Error appendix", docs.qualys.com/en/vm/qweb-all-api/appendix/appendix_d.htm; of QPS "JSON support" (AM&T). */
function saidIn(body: string, root: string | undefined): { code?: string; words?: string } {
  switch (root) {
    case 'SIMPLE_RETURN':
      return { code: element('CODE', body), words: element('TEXT', body) };
    case 'GENERIC_RETURN':
      return { code: /\bnumber="(\d{1,6})"/.exec(body)?.[1], words: /<RETURN[^>]*>([^<]*)</.exec(body)?.[1] };
    case 'ServiceResponse': {
      const member = (name: string) =>
        element(name, body) ?? new RegExp(`"${name}"\\s*:\\s*"((?:[^"\\\\]|\\\\.)*)"`).exec(body)?.[1];
      const code = member('responseCode');
      return { ...(code && /^[A-Z_]{1,40}$/.test(code) && { code }), words: member('errorMessage') };
    }
    default:
      return {};
  }
}

function element(name: string, body: string): string | undefined {
  return new RegExp(`<${name}>(?:<!\\[CDATA\\[)?([^<\\]]*)`).exec(body)?.[1];
}

/** "Updates on API versioning standards and deprecation timelines", notifications.qualys.com, 2025-08-17. */
function warningIn(body: string): string | undefined {
  const text = element('TEXT', /<WARNING>[\s\S]*?<\/WARNING>/.exec(body)?.[0] ?? '');
  return text && /end[ -]of[ -](?:service|support|life)|\bEO[SL]\b|deprecat|retire/i.test(text)
    ? text.replace(/\s+/g, ' ').trim().slice(0, 200)
    : undefined;
}

/** The header may come with the second refusal only. */
function waitOf(headers: Pick<Headers, 'get'>, words: string | undefined, body: string): number | undefined {
  return [
    headers.get('x-ratelimit-towait-sec'),
    headers.get('retry-after'),
    /<KEY>SECONDS_TO_WAIT<\/KEY>\s*<VALUE>(\d+)/.exec(body)?.[1],
    /another (\d{1,6}) seconds?/.exec(words ?? '')?.[1],
  ]
    .map((text) => (text && /^\d{1,9}$/.test(text) ? Number(text) : 0))
    .find((seconds) => seconds > 0);
}

/** "HTTP headers", debug.qualys.com/qwebhelp/fo_portal/api_doc/scans/get_started/http_headers.htm. */
function limitsOf(headers: Pick<Headers, 'get'>): string | undefined {
  const number = (...names: string[]) =>
    names.map((name) => headers.get(name)).find((text) => text !== null && /^\d{1,9}$/.test(text));
  const [limit, left, period] = ['limit', 'remaining', 'window-sec'].map((name) => number(`x-ratelimit-${name}`));
  const [most, running] = [
    number('x-concurrency-limit-limit', 'x-concurrencylimit-limit'),
    number('x-concurrency-limit-running', 'x-concurrencylimit-running'),
  ];
  const parts = [
    ...(limit && left ? [`${left} of ${limit} calls${period ? ` in ${period} s` : ''} are left`] : []),
    ...(most && running ? [`${running} of ${most} run at the same time`] : []),
  ];
  return parts.length > 0 ? parts.join(', ') : undefined;
}
