import type { IncomingHttpHeaders } from 'node:http';
import { type Answer, parseAnswer, type RecordShape } from './answer';
import { CollectorError, type ErrorCode } from './contract';
import type { HttpAnswer } from './http';

/** How much of an answer that nobody can read goes into the error, in characters. */
const SAMPLE_LENGTH = 200;

/** Calls of this API in the present window, those of other users of the subscription included. */
export interface Calls {
  limit: number;
  remaining: number;
}

/** The answer to a request that Qualys has not refused. @throws CollectorError that tells why it refused */
export function acceptedAnswer(http: HttpAnswer, shape: RecordShape, redact: (text: string) => string): Answer {
  let answer: Answer | undefined;
  let unreadable = 'it has no responseCode';
  try {
    answer = parseAnswer(http.headers['content-type'], http.body, shape);
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
  if (answer?.responseCode !== 'SUCCESS') throw malformed(http, unreadable, redact);
  return answer;
}

/** @param http as much of the answer as a sample needs */
export function malformed(http: HttpAnswer, reason: string, redact: (text: string) => string): CollectorError {
  return new CollectorError(
    'malformed_answer',
    `Cannot read the answer of Qualys (HTTP ${http.status}): ${redact(reason)}. ` +
      `It begins: ${JSON.stringify(redact(beginningOf(http)).slice(0, SAMPLE_LENGTH))}`,
  );
}

/** Enough of the body to show what it is, with all of a secret that begins in what is shown. */
function beginningOf({ body }: HttpAnswer): string {
  return body.toString('utf8', 0, 16 * SAMPLE_LENGTH);
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

/**
 * Whether the KnowledgeBase is refused because its grant is missing: with 403, or with a conflict that is none of the
 * known kinds ("Qualys data connector", learn.microsoft.com, troubleshooting).
 */
export function isWithoutGrant(http: HttpAnswer): boolean {
  if (http.status === 403) return true;
  if (http.status !== 409) return false;
  try {
    const { returnCode, responseCode } = parseAnswer(http.headers['content-type'], http.body, {
      type: '',
      dateMember: '',
    });
    return REFUSALS[returnCode ?? responseCode ?? ''] === undefined;
  } catch {
    return true;
  }
}

/** How long Qualys asks to wait, in seconds. Its header may come with the second refusal only. */
function waitOf(headers: IncomingHttpHeaders, answer: Answer | undefined): number | undefined {
  const inText = /another (\d{1,6}) seconds?/.exec(answer?.errorMessage ?? '')?.[1];
  return [headers['x-ratelimit-towait-sec'], headers['retry-after'], answer?.secondsToWait, inText]
    .map(countOf)
    .find((seconds) => seconds !== undefined && seconds > 0);
}

/** @see "HTTP headers", debug.qualys.com/qwebhelp/fo_portal/api_doc/scans/get_started/http_headers.htm */
export function callsOf(headers: IncomingHttpHeaders): Calls | undefined {
  const limit = countOf(headers['x-ratelimit-limit']);
  const remaining = countOf(headers['x-ratelimit-remaining']);
  return limit === undefined || remaining === undefined ? undefined : { limit, remaining };
}

function countOf(value: string | string[] | undefined): number | undefined {
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}

/** The Date header tells when the answer was made; the search may have begun as early as the request. */
export function asOfOf(headers: IncomingHttpHeaders, begun: number): number {
  const answered = Date.parse(headers.date ?? '');
  return Number.isNaN(answered) ? begun : answered - (Date.now() - begun);
}

/** The code of an error of the network. */
export function codeOf(error: unknown): string {
  // Only the code: messages may hold what was sent.
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'the connection failed';
}

/** Removes the secrets from a text, also as XML, JSON and URLs spell them: a proxy may send back what it received. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const spellings = secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => [secret, escapeXml(secret), JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
    // Longest first, or a short user name inside the password would leave the rest of it behind.
    .sort((a, b) => b.length - a.length);
  return (text) => spellings.reduce((redacted, spelling) => redacted.replaceAll(spelling, '[redacted]'), text);
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
