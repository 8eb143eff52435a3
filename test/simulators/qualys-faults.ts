import {
  concurrencyLimitText,
  htmlPage,
  INVALID_CREDENTIALS,
  type Refusal,
  rateLimitText,
  simpleReturn,
} from './qualys-answers';

/**
 * What one request meets: an answer out of order, a disturbance of the proper one, a connection that breaks off, or one
 * that never answers.
 */
export type Fault = AnswerFault | Disturbance | 'reset' | 'hang';

/** An answer of this status in place of the proper one; it counts in no limit. */
export interface AnswerFault extends Sending {
  status: number;
  /** Default empty. */
  body?: string;
  /** Default `text/html`. */
  contentType?: string;
  headers?: Record<string, string>;
  /** Headers that it bears only if the answer before it had the same status. */
  headersOnRepeat?: Record<string, string>;
}

/** The proper answer, disturbed. */
export interface Disturbance extends Sending {
  status?: undefined;
  /** A refusal of the QPS API instead, in the format that was asked for. */
  refusal?: Refusal;
  /** What is wrong with the page. */
  page?: 'empty-with-more' | 'without-last-id' | 'descending';
  /** Of a list of the older API that goes on: its warning names no address to go on at, or is not there. */
  warning?: 'without-url' | 'absent';
}

/** How an answer is sent. */
export interface Sending {
  /** Milliseconds before it begins. Default 0. */
  delayMs?: number;
  /**
   * `whole` (default); `chunked`: without Content-Length, in small pieces; `truncated`: the connection is closed, and
   * `reset`: it is reset, in the middle of the body; a number: so many bytes a second.
   */
  delivery?: 'whole' | 'chunked' | 'truncated' | 'reset' | number;
  /** Compressed if the request allows it. Default: as the simulator's option says. */
  gzip?: boolean;
}

const XML = 'text/xml';

/** A refusal of the older API. */
const returnCode = (status: number, body: string, rest: Partial<AnswerFault> = {}): AnswerFault => ({
  status,
  contentType: XML,
  body,
  ...rest,
});

const html = (status: number, title: string, headers?: Record<string, string>): AnswerFault => ({
  status,
  body: htmlPage(title),
  ...(headers && { headers }),
});

const refusal = (responseCode: string, errorMessage: string, errorResolution: string): Disturbance => ({
  refusal: { responseCode, errorMessage, errorResolution },
});

export interface RateLimitOptions {
  /**
   * When `X-RateLimit-ToWait-Sec` tells the wait. `second-block`: only if the answer before was a block too, as was seen
   * in the field. Default `always`.
   */
  header?: 'always' | 'second-block' | 'never';
  /** The error appendix prints 400, every other source 409. Default 409. */
  status?: 409 | 400;
  /** The wait in the text: `60 seconds`, or `1 hours, 2 minutes and 3 seconds`; both were seen. Default `seconds`. */
  wording?: 'seconds' | 'spelled-out';
}

/**
 * Faults by name, with the bodies that Qualys documents or that were seen in the field ("Error appendix",
 * docs.qualys.com/en/vm/qweb-all-api/appendix/appendix_d.htm; "API limits",
 * docs.qualys.com/en/vm/api/assets/get_started/api_limits.htm).
 */
export const faults = {
  /** 1965: too many calls in the period. */
  rateLimit(seconds: number, { header = 'always', status = 409, wording }: RateLimitOptions = {}): Fault {
    const wait = { 'X-RateLimit-ToWait-Sec': String(seconds) };
    return returnCode(status, rateLimitText(seconds, wording), {
      ...(header === 'always' && { headers: wait }),
      ...(header === 'second-block' && { headersOnRepeat: wait }),
    });
  },
  /** 1960: too many calls at the same time. */
  concurrencyLimit: (running = 1): Fault => returnCode(409, concurrencyLimitText(running)),
  /** 1920: the older number of both limits. */
  blocked: (): Fault =>
    returnCode(409, simpleReturn(1920, 'The requested operation is blocked by one or more existing Business Objects')),
  /** As gateways limit calls. */
  tooManyRequests: (retryAfter?: number | string): Fault =>
    html(429, 'Too Many Requests', retryAfter === undefined ? undefined : { 'Retry-After': String(retryAfter) }),
  /** The QPS API's own word for a limit. */
  limitExceeded: (): Fault => refusal('LIMIT_EXCEEDED', 'API limit exceeded', 'Try again later.'),

  /** A wrong password, as the QPS API says it: with status 200. */
  invalidCredentials: (): Fault => ({ refusal: INVALID_CREDENTIALS }),
  /** A wrong password, as a gateway says it. */
  loginRequired: (): Fault => html(401, 'Unauthorized', { 'WWW-Authenticate': 'Basic realm="Qualys"' }),
  /** 2000: a wrong password, as the older API says it. Its HTTP status is not documented. */
  badLogin: (status = 401): Fault => returnCode(status, simpleReturn(2000, 'Bad Login/Password')),
  /** 2003: a new account, before its first login. */
  registrationIncomplete: (): Fault =>
    returnCode(
      409,
      simpleReturn(2003, 'Registration must be completed before API requests will be served for this account'),
    ),
  /** The role lacks API access or the module. */
  unauthorized: (): Fault =>
    refusal(
      'UNAUTHORIZED',
      'You are not authorized to access the application through the API.',
      'Ask the Manager of the subscription.',
    ),
  insufficientPermission: (): Fault =>
    refusal('INSUFFICIENT_PERMISSION', 'Permission denied', 'Ask the Manager of the subscription.'),
  /** A number of the older API that no limit has. */
  conflict: (): Fault => returnCode(409, simpleReturn(1922, 'Please specify at least one of the following parameters')),
  forbidden: (): Fault => html(403, 'Forbidden'),
  /** As another server answers. */
  wrongPath: (): Fault => html(404, 'Not Found'),

  internalError: (): Fault => ({ status: 500, contentType: 'text/plain', body: 'Internal error' }),
  /** 999: an internal error, as the older API says it. */
  internalErrorCode: (status = 200): Fault => returnCode(status, simpleReturn(999, 'Internal Error')),
  serviceUnavailable: (): Fault => html(503, 'Service Unavailable'),
  requestUriTooLong: (): Fault => html(414, 'Request-URI Too Long'),

  malformedJson: (): Fault => ({
    status: 200,
    contentType: 'application/json',
    body: '{"ServiceResponse":{"responseCode":"SUCCESS","count":1,"hasMoreRecords":"false","data":[{"Alert":{"id":',
  }),
  malformedXml: (): Fault =>
    returnCode(200, '<ServiceResponse><responseCode>SUCCESS</responseCode><count>1</count><data><Alert><id>1</Alert>'),
  /** A page for people, with status 200: a maintenance notice, a login form. */
  html: (): Fault => html(200, 'Scheduled maintenance'),

  /** Content-Length tells more than is sent; then the connection is closed. */
  truncatedBody: (): Fault => ({ delivery: 'truncated' }),
  resetMidBody: (): Fault => ({ delivery: 'reset' }),
  /** The proper answer, after so many milliseconds. */
  slow: (delayMs: number): Fault => ({ delayMs }),
  /** The proper answer, trickling. */
  slowBody: (bytesPerSecond = 100): Fault => ({ delivery: bytesPerSecond }),
  chunked: (): Fault => ({ delivery: 'chunked' }),
  /** One answer with or without compression, whatever the simulator's option says. */
  gzip: (on = true): Fault => ({ gzip: on }),

  /** No data, and yet the promise of more. */
  emptyPageWithMore: (): Fault => ({ page: 'empty-with-more' }),
  /** The older API's warning that a list goes on, without its address. */
  truncationWithoutUrl: (): Fault => ({ warning: 'without-url' }),
  /** A list of the older API that goes on and does not say so. */
  truncationUntold: (): Fault => ({ warning: 'absent' }),
  lastIdMissing: (): Fault => ({ page: 'without-last-id' }),
  idsDescending: (): Fault => ({ page: 'descending' }),
} as const satisfies Record<string, (...parameters: never[]) => Fault>;
