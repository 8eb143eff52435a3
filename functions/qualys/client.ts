import type { IncomingHttpHeaders } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { type Answer, guessLastRecord, parseAnswer, type QualysRecord, type RecordShape } from './answer';
import { CollectorError, type ErrorCode } from './contract';
import { type HttpAnswer, HttpClient } from './http';

/**
 * Records per page: the most that QPS allows; without it a page has 100 ("Truncation",
 * docs.qualys.com/en/ca/api/get_started/truncation.htm).
 */
export const PAGE_SIZE = 1000;

/** Sent as `X-Requested-With`, which Qualys' older API demands against request forgery and QPS tolerates. */
const REQUESTED_WITH = 'Tributary';

const DEFAULT_REQUEST_TIMEOUT_SECONDS = 120;

/** How much of an answer that nobody can read goes into the error, in characters. */
const SAMPLE_LENGTH = 200;

export interface ClientOptions {
  /** Base URL of the Qualys API server, with or without a slash at its end. */
  apiUrl: string;
  username: string;
  password: string;
  /** How long one request may take, its answer included, in seconds. Default 120: large subscriptions are slow. */
  requestTimeoutSeconds?: number;
}

export interface Criterion {
  field: string;
  operator: 'EQUALS' | 'GREATER' | 'LESSER';
  value: string;
}

export interface Search extends RecordShape {
  /** Path of the search below the base URL, e.g. `/qps/rest/1.0/search/cm/alert/`. */
  path: string;
  /** Filters beside the cursor; Qualys joins all of them with AND. */
  criteria: readonly Criterion[];
  /** Only records with a greater id, a decimal string; `0` for all. */
  after: string;
  /** Records at most, 1 to 1000. Default {@link PAGE_SIZE}. */
  limit?: number;
}

export interface Page {
  /** In ascending order of their ids, all greater than the search's `after`. */
  records: QualysRecord[];
  /** Whether Qualys says that there are more behind this page. */
  hasMore: boolean;
}

/** An answer that has arrived and may not have been read yet. */
export interface Received {
  /**
   * A moment by Qualys' clock (its Date header) at which the search had not yet begun, in milliseconds since the epoch:
   * what Qualys knew by then is in the page.
   */
  asOf: number;
  /** The subscription's calls, if Qualys tells them. */
  calls?: Calls;
  /**
   * What seems to be the page's last record, if more seem to follow: known before the page is read, so that the next one
   * can be asked for meanwhile. A guess, to be compared with the page.
   */
  lastRecord?: Pick<QualysRecord, 'id' | 'date'>;
  /**
   * Reads the answer, behind what has been asked since.
   *
   * @throws CollectorError `credentials_rejected`, `account_inactive`, `permission_missing`, `wrong_api_url`,
   * `rate_limited`, `concurrency_limited`, `qualys_unavailable`, `timed_out`, `request_refused`, `malformed_answer` or
   * `ids_disordered`; never with the credentials in its message
   */
  page(): Promise<Page>;
}

/** Calls of this API in the present window, those of other users of the subscription included. */
export interface Calls {
  limit: number;
  remaining: number;
}

export interface QualysClient {
  /**
   * Asks for one page. To page on, search again after the id of its last record.
   *
   * @throws CollectorError `qualys_unavailable`, `timed_out` or, once the signal is aborted, `interrupted`
   */
  search(search: Search, signal?: AbortSignal): Promise<Received>;
  /** Closes the connection. */
  close(): void;
}

/** A client of the Qualys QPS API (`/qps/rest/…`) with HTTP Basic authentication. */
export function createQualysClient(options: ClientOptions): QualysClient {
  const url = new URL(options.apiUrl.replace(/\/+$/, ''));
  const server = new HttpClient(url);
  const timeoutSeconds = options.requestTimeoutSeconds ?? DEFAULT_REQUEST_TIMEOUT_SECONDS;
  const basic = Buffer.from(`${options.username}:${options.password}`, 'utf8').toString('base64');
  const redact = redactor([options.username, options.password, basic]);
  const headers = {
    Accept: 'application/json',
    Authorization: `Basic ${basic}`,
    'Content-Type': 'text/xml',
    'X-Requested-With': REQUESTED_WITH,
  };

  async function post(path: string, body: string, signal?: AbortSignal): Promise<HttpAnswer> {
    const timeout = AbortSignal.timeout(timeoutSeconds * 1000);
    const either = signal ? AbortSignal.any([timeout, signal]) : timeout;
    try {
      return await server.post(url.pathname.replace(/\/$/, '') + path, { headers, body, signal: either });
    } catch (error) {
      if (signal?.aborted) throw new CollectorError('interrupted', 'The run was told to stop.');
      if (timeout.aborted) throw new CollectorError('timed_out', `No answer from Qualys within ${timeoutSeconds} s.`);
      throw new CollectorError('qualys_unavailable', `No answer from Qualys: ${codeOf(error)}.`);
    }
  }

  function read(http: HttpAnswer, search: Search, limit: number): Page {
    const malformed = (reason: string) =>
      new CollectorError(
        'malformed_answer',
        `Cannot read the answer of Qualys (HTTP ${http.status}): ${redact(reason)}. ` +
          `It begins: ${JSON.stringify(redact(beginningOf(http)).slice(0, SAMPLE_LENGTH))}`,
      );

    let answer: Answer | undefined;
    let unreadable = 'it has no responseCode';
    try {
      answer = parseAnswer(http.headers['content-type'], http.body, search);
    } catch (error) {
      unreadable = error instanceof Error ? error.message : unreadable;
    }

    const refusal = refusalOf(http, answer);
    if (refusal) {
      const details = [answer?.responseCode, answer?.returnCode, answer?.errorMessage].filter(Boolean).join(', ');
      throw new CollectorError(
        refusal,
        `Qualys refused the request: HTTP ${http.status}${details ? `, ${redact(details)}` : ''}.`,
        waitOf(http.headers, answer),
      );
    }
    if (answer?.responseCode !== 'SUCCESS') throw malformed(unreadable);

    const { records } = answer;
    const disorder = disorderOf(search.after, records);
    if (disorder) throw new CollectorError('ids_disordered', `Qualys returned ids out of order: ${disorder}.`);
    // The last record's id is the cursor, not `lastId`: Qualys leaves lastId out at times, and a lastId beyond the
    // page would skip records.
    return { records, hasMore: answer.hasMoreRecords ?? records.length >= limit };
  }

  return {
    async search(search, signal) {
      const limit = search.limit ?? PAGE_SIZE;
      const begun = Date.now();
      const http = await post(search.path, requestBody(search, limit), signal);
      return {
        asOf: asOfOf(http.headers, begun),
        calls: callsOf(http.headers),
        lastRecord: http.status === 200 ? guessLastRecord(http.body, search) : undefined,
        async page() {
          // Reading takes milliseconds without a pause: a request that was begun just now leaves first.
          await setImmediate();
          return read(http, search, limit);
        },
      };
    },
    close: () => server.close(),
  };
}

/** Enough of the body to show what it is, with all of a secret that begins in what is shown. */
function beginningOf({ body }: HttpAnswer): string {
  return body.toString('utf8', 0, 16 * SAMPLE_LENGTH);
}

function requestBody({ criteria, after }: Search, limit: number): string {
  const filters = [...criteria, { field: 'id', operator: 'GREATER', value: after }]
    .map(
      ({ field, operator, value }) =>
        `<Criteria field="${field}" operator="${operator}">${escapeXml(value)}</Criteria>`,
    )
    .join('');
  return (
    '<ServiceRequest>' +
    `<preferences><limitResults>${limit}</limitResults></preferences>` +
    `<filters>${filters}</filters>` +
    '</ServiceRequest>'
  );
}

/**
 * Reasons of refusals. Names: QPS, under any status, also 200. Numbers: the older API, which gateways answer in its
 * place ("Error appendix", docs.qualys.com/en/vm/qweb-all-api/appendix/appendix_d.htm).
 */
const REFUSALS: Readonly<Record<string, ErrorCode>> = {
  INVALID_CREDENTIALS: 'credentials_rejected',
  UNAUTHORIZED: 'permission_missing',
  INSUFFICIENT_PERMISSION: 'permission_missing',
  EVALUATION_EXPIRED: 'permission_missing',
  LIMIT_EXCEEDED: 'rate_limited',
  999: 'qualys_unavailable', // internal error
  1920: 'rate_limited', // blocked for now
  1960: 'concurrency_limited', // "cannot be run again until N currently running instances have finished"
  1965: 'rate_limited', // "cannot be run again for another N seconds"
  2000: 'credentials_rejected', // bad login or password
  2003: 'account_inactive', // first login, EULA or password reset not complete
  2007: 'permission_missing', // the client's IP address is not allowed
};

const REFUSING_STATUSES: Readonly<Record<number, ErrorCode>> = {
  401: 'credentials_rejected',
  403: 'permission_missing',
  404: 'wrong_api_url',
  408: 'timed_out',
  409: 'rate_limited',
  429: 'rate_limited',
  504: 'timed_out',
};

/** Qualys also tells of an internal error in a plain body, under any status. */
const INTERNAL_ERROR = /^\s*(?:<[^>]*>\s*)*internal (?:server )?error/i;

/** Why Qualys refused; undefined if it did not. What the body says counts for more than the status. */
function refusalOf(http: HttpAnswer, answer: Answer | undefined): ErrorCode | undefined {
  const reason = answer?.returnCode ?? answer?.responseCode;
  const known = reason === undefined ? undefined : REFUSALS[reason];
  if (known) return known;
  const { status } = http;
  if (status >= 300 && status < 400) return 'wrong_api_url';
  // Of the numbers that come with a 409, the limits' are known: any other is a refusal of another kind.
  if (status === 409 && answer?.returnCode) return 'request_refused';
  if (status >= 400) {
    return REFUSING_STATUSES[status] ?? (status >= 500 ? 'qualys_unavailable' : 'request_refused');
  }
  if (reason === undefined) return INTERNAL_ERROR.test(beginningOf(http)) ? 'qualys_unavailable' : undefined;
  return reason === 'SUCCESS' ? undefined : 'request_refused';
}

/** How long Qualys asks to wait, in seconds. Its header may come with the second refusal only. */
function waitOf(headers: IncomingHttpHeaders, answer: Answer | undefined): number | undefined {
  const inText = /another (\d{1,6}) seconds?/.exec(answer?.errorMessage ?? '')?.[1];
  return [headers['x-ratelimit-towait-sec'], headers['retry-after'], answer?.secondsToWait, inText]
    .map(countOf)
    .find((seconds) => seconds !== undefined && seconds > 0);
}

/** @see "HTTP headers", debug.qualys.com/qwebhelp/fo_portal/api_doc/scans/get_started/http_headers.htm */
function callsOf(headers: IncomingHttpHeaders): Calls | undefined {
  const limit = countOf(headers['x-ratelimit-limit']);
  const remaining = countOf(headers['x-ratelimit-remaining']);
  return limit === undefined || remaining === undefined ? undefined : { limit, remaining };
}

function countOf(value: string | string[] | undefined): number | undefined {
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}

/** The Date header tells when the answer was made; the search may have begun as early as the request. */
function asOfOf(headers: IncomingHttpHeaders, begun: number): number {
  const answered = Date.parse(headers.date ?? '');
  return Number.isNaN(answered) ? begun : answered - (Date.now() - begun);
}

/** What is wrong with the order of the ids: the documentation implies that they ascend, but does not promise it. */
function disorderOf(after: string, records: readonly QualysRecord[]): string | undefined {
  let previous = after;
  for (const { id } of records) {
    if (compareIds(id, previous) <= 0) return `id ${id} follows id ${previous}`;
    previous = id;
  }
  return undefined;
}

/** Less than 0, 0, or more than 0, as the first of two decimal strings without leading zeros is less, equal or greater. */
export function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : Number(a > b));
}

function codeOf(error: unknown): string {
  // Only the code: messages may hold what was sent.
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'the connection failed';
}

/** Removes the secrets from a text, also as XML, JSON and URLs spell them: a proxy may send back what it received. */
function redactor(secrets: readonly string[]): (text: string) => string {
  const spellings = secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => [secret, escapeXml(secret), JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
    // Longest first, or a short user name inside the password would leave the rest of it behind.
    .sort((a, b) => b.length - a.length);
  return (text) => spellings.reduce((redacted, spelling) => redacted.replaceAll(spelling, '[redacted]'), text);
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
