import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertFormat } from './qualys-alerts';
import {
  concurrencyLimitText,
  htmlPage,
  INVALID_CREDENTIALS,
  type Page,
  pageReply,
  type Refusal,
  type Reply,
  rateLimitText,
  refusalReply,
  reply,
  simpleReturn,
} from './qualys-answers';
import { ASSET_PATH, assetReply } from './qualys-assets';
import { deliver } from './qualys-delivery';
import type { AnswerFault, Disturbance, Fault } from './qualys-faults';
import { type HostOptions, HostStore } from './qualys-hosts';
import { Knowledge } from './qualys-knowledge';
import { Limits, type RateLimit, STANDARD_CONCURRENCY } from './qualys-limits';
import { olderApiReply } from './qualys-older-api';
import { parseSearch } from './qualys-search';
import { AlertStore, type LateAlert } from './qualys-store';

export type { Fault } from './qualys-faults';

/**
 * A Qualys API server that knows Continuous Monitoring alerts, host assets, detections, and the KnowledgeBase. It answers
 * as Qualys documents it ("Search alerts", docs.qualys.com/en/cm/api/alerts/search_alerts.htm; "Truncation",
 * docs.qualys.com/en/ca/api/get_started/truncation.htm; "Host List Detection",
 * docs.qualys.com/en/vm/api/assets/host_lists/host_detection.htm), and where that leaves room, as the options say.
 */
export interface QualysSimulatorOptions {
  /** How many alerts it holds at the start. They take no memory: a million is fine. */
  alerts: number;
  /** The hosts that it knows, neither of which takes memory. Default: none. */
  hosts?: HostOptions;
  /** How the KnowledgeBase is refused, as to a subscription without its grant. Default: it is granted. */
  knowledgeBaseRefused?: 403 | 409;
  username: string;
  password: string;
  /** Seed of the alerts: the same seed and `newest` give the same alerts. Default 1. */
  seed?: number;
  /** Moment of the newest alert. Default now. */
  newest?: Date;
  /** The alerts spread evenly over so many hours before `newest`. Default 24. */
  spreadHours?: number;
  /** Default 0: a free one. It listens on 127.0.0.1 only. */
  port?: number;
  /** `json` (default): JSON if `Accept` asks for it, else XML. `xml`: XML whatever is asked. */
  format?: AlertFormat;
  /** When an answer bears `lastId`; sources differ. Default `with-more`: only if there are more records. */
  lastId?: 'always' | 'with-more' | 'never';
  /** Whether answers are compressed for those who send `Accept-Encoding: gzip`. Default false. */
  gzip?: boolean;
  /** What the next requests meet, in this order. `qualys-faults.ts` has the usual ones by name. */
  faults?: readonly Fault[];
  /** Milliseconds before each answer begins, as of a server far away. Default 0. */
  latencyMs?: number;
  /** Whether requests are kept. Default true. */
  record?: boolean;
  /**
   * The server's clock, in milliseconds since 1970: of the Date header, of the limits, and of when a late alert becomes
   * visible. Alerts that are dated later are no secret. Default: the real time.
   */
  now?: () => number;
  /** Calls in any period. Default: no limit, and no headers that tell of one. */
  rateLimit?: RateLimit;
  /** Calls at the same time. Default: 2 if there is a `rateLimit`, as in the Standard tier, else no limit. */
  concurrencyLimit?: number;
  /** Wrong passwords in a row after which the account is locked: even the right one is rejected. Default: never. */
  lockAfter?: number;
}

export interface RecordedRequest {
  method: string;
  path: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
  /** Moment of the server's clock, in milliseconds since 1970. */
  at: number;
  /** Status of the answer; undefined if there was none, or not yet. */
  status?: number;
}

export interface QualysSimulator {
  /** Base URL, without a slash at its end. */
  url: string;
  /** Every request so far, in the order of arrival; empty without `record`. */
  requests: readonly RecordedRequest[];
  /** The faults that are still to come; push to add some. */
  faults: Fault[];
  /** Logins that were rejected so far, for a wrong name or password or while the account was locked. */
  readonly failedLogins: number;
  /** Ids of all alerts, ascending, also of those that no search finds yet. */
  ids(): number[];
  /** Ids of the alerts that searches find now, ascending. */
  visibleIds(): number[];
  /** New alerts arrive, all with this date and the next ids. Default now. */
  append(count: number, date?: Date): void;
  /**
   * One alert arrives out of order.
   *
   * @returns its id
   * @throws RangeError if the id is taken or has not ten digits
   */
  insert(alert?: LateAlert): number;
  /** A hidden alert becomes visible now. An id that `insert` did not give is an error. */
  reveal(id: number): void;
  /** The greatest id below this one that no alert has; there are at least two between any two of the first alerts. */
  freeIdBelow(id: number): number;
  /** A host is changed now, or at another moment: by its number, from 0. */
  touchHost(number: number, date?: Date): void;
  /** New hosts, with greater ids. */
  addHosts(count: number): void;
  /** A host is purged. */
  removeHost(number: number): void;
  /** The hosts there are: their ids in the QPS API and in the older one, and how often they were changed. */
  hosts(): { assetId: number; hostId: number; version: number }[];
  /** A vulnerability is modified now; answers know it from a moment on, by default at once. */
  modifyKnowledge(qid: number, title: string, visibleAt?: Date): void;
  /** Other integrations of the subscription call the API: it counts in the rate limit. */
  useCalls(calls: number): void;
  setPassword(password: string): void;
  /** The grant of the KnowledgeBase is taken away, or given. */
  refuseKnowledge(refused: 403 | 409 | undefined): void;
  /** The account is no longer locked. */
  unlock(): void;
  close(): Promise<void>;
}

const SEARCH_PATH = /^\/qps\/rest\/1\.0\/search\/cm\/alert\/?(?:\?.*)?$/;

/** Starts a Qualys simulator; it holds the process until it is closed. */
export async function startQualysSimulator(options: QualysSimulatorOptions): Promise<QualysSimulator> {
  const { alerts, record = true, now = Date.now, rateLimit } = options;
  const requests: RecordedRequest[] = [];
  const faults = [...(options.faults ?? [])];
  const account = new Account(options);
  const limits = new Limits(rateLimit, options.concurrencyLimit ?? (rateLimit && STANDARD_CONCURRENCY), now);
  const store = new AlertStore(options.seed ?? 1, now);
  const newest = options.newest?.getTime() ?? now();
  const step = ((options.spreadHours ?? 24) * 3_600_000) / Math.max(alerts, 1);
  store.append(alerts, (index) => newest - (alerts - 1 - index) * step);
  const hosts = new HostStore(options.hosts ?? { count: 0 }, newest);
  const knowledge = new Knowledge(hosts.qids, now);
  const olderApi = { hosts, knowledge, refused: options.knowledgeBaseRefused, url: 'https://qualysapi.example.com' };
  let lastStatus: number | undefined;

  /** The proper answer, unless it is disturbed. */
  function answer(request: RecordedRequest, disturbance: Disturbance = {}): Reply {
    const { refusal, page: disturbed } = disturbance;
    const { method, path, headers, body } = request;
    const format = options.format !== 'xml' && String(headers.accept).includes('application/json') ? 'json' : 'xml';
    const isOlder = path.startsWith('/api/');
    if (!SEARCH_PATH.test(path) && !ASSET_PATH.test(path) && !isOlder) return notFound();
    if (isOlder && !account.admits(headers.authorization)) return loginRefused();
    if (refusal) return refusalReply(format, refusal);
    if (!isOlder && !account.admits(headers.authorization)) return refusalReply(format, INVALID_CREDENTIALS);
    const block = limits.check();
    if (block)
      return reply(
        409,
        'text/xml',
        'running' in block ? concurrencyLimitText(block.running) : rateLimitText(block.seconds),
      );
    if (!headers['x-requested-with']) return refusalReply(format, REFUSALS.origin);
    if (isOlder) return olderApiReply(path, method, body, olderApi, disturbance) ?? notFound();
    if (ASSET_PATH.test(path)) {
      return assetReply(path, format, body, hosts, disturbance) ?? refusalReply(format, REFUSALS.request);
    }
    const search = method === 'POST' ? parseSearch(String(headers['content-type']), body) : undefined;
    if (!search) return refusalReply(format, REFUSALS.request);

    const found = store.select(search);
    const page: Page = { alerts: found.page, hasMore: found.hasMore };
    const bearsLastId = options.lastId === 'always' || (options.lastId !== 'never' && page.hasMore);
    if (bearsLastId && disturbed !== 'without-last-id') page.lastId = page.alerts.at(-1)?.id;
    if (disturbed === 'descending') page.alerts = found.page.reverse();
    return pageReply(format, disturbed === 'empty-with-more' ? { alerts: [], hasMore: true } : page, store.contents);
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.once('close', limits.begin());
    const { method = '', url: path = '', headers } = request;
    const recorded: RecordedRequest = { method, path, headers, body: await readBody(request), at: now() };
    if (record) requests.push(recorded);
    const fault = faults.shift();
    if (fault === 'hang') return;
    if (fault === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    const delayMs = fault?.delayMs ?? options.latencyMs;
    if (delayMs) await sleep(delayMs, undefined, { ref: false });
    if (response.destroyed) return;
    const isAnswer = fault?.status !== undefined;
    const { status, body, headers: own } = isAnswer ? answerOf(fault, lastStatus) : answer(recorded, fault);
    recorded.status = status;
    lastStatus = status;
    const all = { Date: new Date(now()).toUTCString(), ...(!isAnswer && limits.headers()), ...own };
    const compressed = (fault?.gzip ?? options.gzip ?? false) && /\bgzip\b/.test(String(headers['accept-encoding']));
    await deliver(response, { status, body, headers: all }, { delivery: fault?.delivery, compressed });
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    faults,
    get failedLogins() {
      return account.failedLogins;
    },
    ids: () => store.ids('all'),
    visibleIds: () => store.ids('visible'),
    append(count, date = new Date(now())) {
      store.append(count, () => date.getTime());
    },
    insert: (alert = {}) => store.insert(alert),
    reveal: (id) => store.reveal(id),
    freeIdBelow: (id) => store.freeIdBelow(id),
    touchHost: (number, date = new Date(now())) => hosts.touch(number, date.getTime()),
    addHosts: (count) => hosts.add(count, now()),
    removeHost: (number) => hosts.remove(number),
    hosts: () => hosts.all().map(({ assetId, hostId, version }) => ({ assetId, hostId, version })),
    modifyKnowledge: (qid, title, visibleAt) => knowledge.modify(qid, title, visibleAt?.getTime()),
    useCalls: (calls) => limits.use(calls),
    refuseKnowledge(refused) {
      olderApi.refused = refused;
    },
    setPassword(password) {
      account.password = password;
    },
    unlock: () => account.unlock(),
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

const notFound = (): Reply => reply(404, 'text/html', htmlPage('404 Not Found'));

const loginRefused = (): Reply => reply(401, 'text/xml', simpleReturn(2000, 'Bad Login/Password'));

const REFUSALS = {
  origin: {
    responseCode: 'INVALID_REQUEST',
    errorMessage: 'X-Requested-With is missing',
    errorResolution: 'Send the header X-Requested-With.',
  },
  request: {
    responseCode: 'INVALID_REQUEST',
    errorMessage: 'The request is not valid',
    errorResolution: 'Check method, body, fields and operators.',
  },
} satisfies Record<string, Refusal>;

/** The API user. */
class Account {
  password: string;
  failedLogins = 0;
  private failuresInARow = 0;
  private readonly username: string;
  private readonly lockAfter: number;

  constructor({ username, password, lockAfter = Number.POSITIVE_INFINITY }: QualysSimulatorOptions) {
    this.username = username;
    this.password = password;
    this.lockAfter = lockAfter;
  }

  /** Whether a request with this Authorization header is served. */
  admits(authorization: RecordedRequest['headers'][string]): boolean {
    const basic = /^Basic (.+)$/.exec(String(authorization))?.[1];
    if (basic === undefined) return false;
    const login = Buffer.from(basic, 'base64').toString('utf8');
    if (login === `${this.username}:${this.password}` && this.failuresInARow < this.lockAfter) {
      this.failuresInARow = 0;
      return true;
    }
    this.failedLogins += 1;
    // A wrong name is none of this account.
    if (login.startsWith(`${this.username}:`)) this.failuresInARow += 1;
    return false;
  }

  unlock(): void {
    this.failuresInARow = 0;
  }
}

function answerOf(fault: AnswerFault, lastStatus: number | undefined): Reply {
  const { status, body = '', contentType = 'text/html', headers, headersOnRepeat } = fault;
  return reply(status, contentType, body, { ...headers, ...(status === lastStatus && headersOnRepeat) });
}

function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', reject);
  });
}
