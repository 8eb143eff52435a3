import { setImmediate } from 'node:timers/promises';
import { guessLastRecord, type QualysRecord, type RecordShape } from './answer';
import { CollectorError } from './contract';
import { type HttpAnswer, HttpClient, type HttpStream } from './http';
import { createOlderApi, type OlderApi } from './older-api';
import { acceptedAnswer, asOfOf, type Calls, callsOf, codeOf, escapeXml, redactor } from './refusal';

/**
 * Records per page: the most that QPS allows; without it a page has 100 ("Truncation",
 * docs.qualys.com/en/ca/api/get_started/truncation.htm).
 */
export const PAGE_SIZE = 1000;

/** Sent as `X-Requested-With`, which Qualys' older API demands against request forgery and QPS tolerates. */
const REQUESTED_WITH = 'Tributary';

const DEFAULT_REQUEST_TIMEOUT_SECONDS = 120;

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

export interface QualysClient extends OlderApi {
  /**
   * Asks for one page. To page on, search again after the id of its last record.
   *
   * @throws CollectorError `qualys_unavailable`, `timed_out` or, once the signal is aborted, `interrupted`
   */
  search(search: Search, signal?: AbortSignal): Promise<Received>;
  /**
   * How many records a search would find; undefined if Qualys does not say, for whatever reason but wrong credentials:
   * nothing depends on it.
   *
   * @param search its path as that of a search: what is counted has one beside it
   * @throws CollectorError `credentials_rejected` or `interrupted`
   */
  count(search: Pick<Search, 'path' | 'criteria'>, signal?: AbortSignal): Promise<number | undefined>;
  /** Closes the connection. */
  close(): void;
}

/** A client of the Qualys QPS API (`/qps/rest/…`), and of the older one, with HTTP Basic authentication. */
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

  /** Sends a request, and tells what its failure means, until its answer has arrived. */
  async function sent<Result>(signal: AbortSignal | undefined, send: (either: AbortSignal) => Promise<Result>) {
    const timeout = AbortSignal.timeout(timeoutSeconds * 1000);
    const either = signal ? AbortSignal.any([timeout, signal]) : timeout;
    const failure = (error: unknown) => {
      if (signal?.aborted) return new CollectorError('interrupted', 'The run was told to stop.');
      if (timeout.aborted) return new CollectorError('timed_out', `No answer from Qualys within ${timeoutSeconds} s.`);
      return new CollectorError('qualys_unavailable', `No answer from Qualys: ${codeOf(error)}.`);
    };
    try {
      return { answer: await send(either), failure };
    } catch (error) {
      throw failure(error);
    }
  }

  const pathOf = (path: string) => url.pathname.replace(/\/$/, '') + path;

  async function post(path: string, body: string, signal?: AbortSignal): Promise<HttpAnswer> {
    return (await sent(signal, (either) => server.post(pathOf(path), { headers, body, signal: either }))).answer;
  }

  async function open(path: string, body: string, signal?: AbortSignal): Promise<HttpStream> {
    const asForm = { ...headers, Accept: 'application/xml', 'Content-Type': 'application/x-www-form-urlencoded' };
    const { answer, failure } = await sent(signal, (either) =>
      server.open(pathOf(path), { headers: asForm, body, signal: either }),
    );
    return { ...answer, body: withFailure(answer.body, failure) };
  }

  function read(http: HttpAnswer, search: Search, limit: number): Page {
    const { records, hasMoreRecords } = acceptedAnswer(http, search, redact);
    const disorder = disorderOf(search.after, records);
    if (disorder) throw new CollectorError('ids_disordered', `Qualys returned ids out of order: ${disorder}.`);
    // The last record's id is the cursor, not `lastId`: Qualys leaves lastId out at times, and a lastId beyond the
    // page would skip records.
    return { records, hasMore: hasMoreRecords ?? records.length >= limit };
  }

  return {
    ...createOlderApi({ open, redact }),
    async count({ path, criteria }, signal) {
      try {
        const http = await post(path.replace('/search/', '/count/'), countBody(criteria), signal);
        return acceptedAnswer(http, { type: '', dateMember: '' }, redact).count;
      } catch (error) {
        if (!(error instanceof CollectorError)) throw error;
        if (error.code === 'credentials_rejected' || error.code === 'interrupted') throw error;
        return undefined;
      }
    },
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

async function* withFailure(body: AsyncIterable<Buffer>, failure: (error: unknown) => CollectorError) {
  try {
    yield* body;
  } catch (error) {
    throw failure(error);
  }
}

function requestBody({ criteria, after }: Search, limit: number): string {
  return (
    '<ServiceRequest>' +
    `<preferences><limitResults>${limit}</limitResults></preferences>` +
    filters([...criteria, { field: 'id', operator: 'GREATER', value: after }]) +
    '</ServiceRequest>'
  );
}

function countBody(criteria: readonly Criterion[]): string {
  return `<ServiceRequest>${filters(criteria)}</ServiceRequest>`;
}

function filters(criteria: readonly Criterion[]): string {
  const elements = criteria.map(
    ({ field, operator, value }) => `<Criteria field="${field}" operator="${operator}">${escapeXml(value)}</Criteria>`,
  );
  return `<filters>${elements.join('')}</filters>`;
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
