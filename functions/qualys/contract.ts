/**
 * What the rest of the project may know of the collector: the names that its deployment, its alarms and its commands
 * are built on.
 */

/** Name of the exported HTTP function: the entry point that Cloud Functions and the Functions Framework start. */
export const ENTRY_POINT = 'collect';

/** Environment variables that the function reads. All are required unless a default is given. */
export const ENVIRONMENT = {
  /** Which feed this function collects: `alerts`, `assets` or `findings`. */
  feed: 'FEED',
  /** Base URL of the Qualys API server, e.g. `https://qualysapi.qg1.apps.qualys.co.uk`. */
  apiUrl: 'QUALYS_API_URL',
  /** Bucket that receives the collected objects; Google SecOps reads it. */
  logsBucket: 'LOGS_BUCKET',
  /** Bucket of the cursor; never inside the feed's prefix, or SecOps would take it for a log. */
  stateBucket: 'STATE_BUCKET',
  /** File that holds the API user's name (a mounted secret, read at each run). */
  usernameFile: 'QUALYS_USERNAME_FILE',
  /** File that holds the API user's password (a mounted secret, read at each run). */
  passwordFile: 'QUALYS_PASSWORD_FILE',
  /** How far the very first run looks back, and each full sweep, in whole seconds, at least 1. */
  initialLookbackSeconds: 'INITIAL_LOOKBACK_SECONDS',
  /**
   * How old a record must be, in whole seconds, before the cursor may pass it: records that appear in Qualys out of the
   * order of their ids are seen if they are no later than this. 0 trusts the order. Of a feed that sweeps: by how much a
   * sweep reaches into the one before.
   */
  settlingSeconds: 'SETTLING_SECONDS',
  /**
   * Part of the subscription's calls that is left to others while the feed catches up, in percent, 0 to 90: no page but a
   * run's first is asked for when fewer calls than this remain. It needs Qualys' rate limit headers.
   */
  reserveCallsPercent: 'RESERVE_CALLS_PERCENT',
  /**
   * Whole seconds, at least 1, after which a run begins no further page and no wait; at least two minutes less than the
   * function's timeout, which is what the last page may take.
   */
  timeBudgetSeconds: 'TIME_BUDGET_SECONDS',
  /** Only of feeds that sweep: whole seconds, at least 3600, from the beginning of a sweep to that of the next. */
  sweepSeconds: 'SWEEP_SECONDS',
  /** Only of feeds that sweep: the same from one full sweep to the next; between them only what changed is collected. */
  fullSweepSeconds: 'FULL_SWEEP_SECONDS',
  /** Only of `findings`: version of the Host List Detection API, e.g. `5.0`. */
  detectionVersion: 'DETECTION_API_VERSION',
  /** Only of `findings`: version of the KnowledgeBase API, e.g. `4.0`. */
  knowledgeBaseVersion: 'KNOWLEDGE_BASE_API_VERSION',
  /** Only of `findings`: version of the CVE detection API, which takes the place of the two without the grant, e.g. `3.0`. */
  cveDetectionVersion: 'CVE_DETECTION_API_VERSION',
} as const;

/**
 * Value of the variable `NODE_OPTIONS` that the function is to be started with. The collector needs little memory at a
 * time but makes much garbage: with a small young generation, and a heap that knows its bound, it is collected sooner,
 * and the memory stays as flat as the work. In MB; the function's memory must have as much again for what is not heap.
 */
export const NODE_OPTIONS = '--max-semi-space-size=1 --max-old-space-size=256';

/**
 * Optional variable with the id of the Google Cloud project. With it the log lines of a request are joined to its trace;
 * without it they carry the bare trace id ("Structured logging", cloud.google.com/logging/docs/structured-logging).
 */
export const PROJECT_VARIABLE = 'GOOGLE_CLOUD_PROJECT';

/**
 * Content of a secret that nobody has filled yet. Deployments without `TF_VAR_qualys_username` write it; the collector
 * answers it with the code `credentials_missing` and never sends it to Qualys.
 */
export const PLACEHOLDER_SECRET = 'replace-me';

/** Names of the feeds: the function's `FEED` and the first part of each object's name. */
export const FEEDS = ['alerts', 'assets', 'findings'] as const;
export type FeedName = (typeof FEEDS)[number];

/**
 * Feeds whose records change: they are collected in sweeps over all hosts that have changed, and have no backfills, as
 * Qualys has no past of them.
 */
const SWEEPING_FEEDS: readonly FeedName[] = ['assets', 'findings'];

export const isSweeping = (feed: FeedName): boolean => SWEEPING_FEEDS.includes(feed);

/** Name of a feed's state object in the state bucket. */
export const stateObject = (feed: FeedName): string => `${feed}.json`;

/** What the feed's objects in the logs bucket, and nothing else in it, begin with. */
export const objectPrefix = (feed: FeedName): string => `${feed}/`;

/** What the objects of a sweep begin with. @param begunAt UTC, `YYYY-MM-DDTHH:MM:SSZ` */
export const sweepObjectPrefix = (feed: FeedName, { id, begunAt }: Pick<Sweep, 'id' | 'begunAt'>): string =>
  `${objectPrefix(feed)}dt=${begunAt.slice(0, 10)}/${id}/`;

/**
 * What the names of objects in the state bucket begin with that only spare requests: they can be removed at any time,
 * and are fetched again.
 */
export const CACHE_PREFIX = 'cache/';

/**
 * A past window to collect, as JSON in an object of the state bucket. Runs take requests up in the order of their names
 * once nothing is left of the live feed, and remove a request when its window is collected.
 */
export interface BackfillRequest {
  /** Records dated after this moment: UTC, `YYYY-MM-DDTHH:MM:SSZ`. */
  since: string;
  /** Records dated before this moment, in the same form. */
  until: string;
}

/** What the names of a feed's backfill requests in the state bucket begin with. */
export const backfillRequestPrefix = (feed: FeedName): string => `requests/${feed}/`;

/**
 * Name of a backfill request.
 *
 * @param id unique in the feed, for ever: letters, digits and hyphens
 */
export const backfillRequestObject = (feed: FeedName, id: string): string => `${backfillRequestPrefix(feed)}${id}.json`;

/** What the names of the states of a feed's backfills begin with, those of finished ones too. */
export const backfillStatePrefix = (feed: FeedName): string => `${feed}.backfills/`;

/** Name of a backfill's state object in the state bucket. It stays when the backfill is finished, as its record. */
export const backfillStateObject = (feed: FeedName, id: string): string => `${backfillStatePrefix(feed)}${id}.json`;

/** What a backfill's objects in the logs bucket begin with: inside the feed's prefix, so that SecOps reads them. */
export const backfillObjectPrefix = (feed: FeedName, id: string): string => `${objectPrefix(feed)}backfill=${id}/`;

/** Where a feed, or one of its backfills, stands: its state object, as JSON. */
export interface State {
  /** Start, exclusive, fixed when the state is made: UTC, `YYYY-MM-DDTHH:MM:SSZ`. */
  since: string;
  /** End, exclusive, of a backfill. */
  until?: string;
  /** Every record up to this id is in the logs bucket: of a sweep's, if one is open. A decimal string; `0` before the first. */
  cursor: string;
  /** Date of the record at the cursor, as Qualys spells it, or when its sweep began; `null` before the first. */
  cursorDate: string | null;
  /** The batch behind the cursor that is announced and may or may not be in the logs bucket yet. */
  pending: Pending | null;
  /** When a run last found nothing left to collect, or finished a sweep; `null` before the first time. */
  drainedAt: string | null;
  /** Present while a sweep is open. */
  sweep?: Sweep;
  /** When the last sweep that is finished began, of any kind and of the full kind. */
  sweptAt?: string;
  fullySweptAt?: string;
  /** Present while Qualys rejects the credentials: no run logs in before others are there. */
  blocked?: Blocked;
  /** Present while Qualys' limits hold: no run asks before this moment. */
  resumeAt?: string;
}

/**
 * One walk over the hosts in the order of their ids, fixed when it begins. It takes each host that it meets as it then
 * is, once; what changes behind it is in the next one, which begins from `until`.
 */
export interface Sweep {
  /** Its beginning as `YYYYMMDDTHHMMSSZ`: part of its objects' names. */
  id: string;
  /** Hosts that changed after this moment: UTC, `YYYY-MM-DDTHH:MM:SSZ`. */
  from: string;
  /** Moment from which the next sweep goes on. It bounds no request: a host that changes at every hour must be met. */
  until: string;
  /** Whether it goes back as far as the feed ever does, rather than to the last sweep. */
  isFull: boolean;
  begunAt: string;
  /** Hosts in the logs bucket. */
  hosts: number;
  /** Hosts that Qualys counted when it began; `null` if it did not. */
  expected: number | null;
}

/** An announced batch: the records after the state's cursor, up to and including `through`. */
export interface Pending {
  /** Name of its object in the logs bucket. */
  object: string;
  /** Id of its last record. */
  through: string;
  /** Date of its last record. */
  throughDate: string;
  /** How many records it has; of `findings`: hosts. */
  records: number;
  /** When it was announced. */
  announcedAt: string;
}

export interface Blocked {
  /** Of the rejection: the code of the run's log line. */
  code: 'credentials_rejected';
  /** When Qualys rejected them. */
  at: string;
  /** Salted scrypt hash of the rejected user name and password, as `<salt>:<hash>` in hex: tells others from them. */
  credentials: string;
}

/**
 * What each call of the collector's store needs in IAM, by bucket ("IAM permissions for JSON methods",
 * cloud.google.com/storage/docs/access-control/iam-json).
 */
export const STORE_PERMISSIONS = {
  readState: { state: ['storage.objects.get'] },
  createState: { state: ['storage.objects.create'] },
  // Replacing an object deletes its present version.
  updateState: { state: ['storage.objects.create', 'storage.objects.delete'] },
  createObject: { logs: ['storage.objects.create'] },
  hasObject: { logs: ['storage.objects.get'] },
  hasObjects: { logs: ['storage.objects.list'] },
  backfillRequests: { state: ['storage.objects.get', 'storage.objects.list'] },
  removeBackfillRequest: { state: ['storage.objects.delete'] },
  readCache: { state: ['storage.objects.get'] },
  writeCache: { state: ['storage.objects.create', 'storage.objects.delete'] },
} as const satisfies Record<string, Partial<Record<'logs' | 'state', readonly string[]>>>;

interface LogCodeMeaning {
  /** Severity of the run's log line, as Cloud Logging names it. */
  severity: 'INFO' | 'WARNING' | 'ERROR';
  /**
   * Whether calling again within minutes can help. Such a run answers 500, all others 200: Cloud Scheduler takes
   * every status outside of 200 to 299 for a failed attempt and repeats it (its API reference, `HttpTarget`), and a
   * repeated attempt must not be a repeated login with a wrong password.
   */
  retryable: boolean;
  /** What the operator must do. */
  action: string;
}

/** How a run can end. Each run writes exactly one log line with `event` "run"; the HTTP answer bears the same code. */
export const LOG_CODES = {
  collected: {
    severity: 'INFO',
    retryable: false,
    action: 'Nothing.',
  },
  interrupted: {
    severity: 'INFO',
    retryable: true,
    action: 'Nothing: Cloud Run ended the instance; what was gathered is stored, and the next run carries on.',
  },
  reserve_kept: {
    severity: 'INFO',
    retryable: false,
    action:
      "Nothing while the feed catches up: the rest of the subscription's calls is left to others, and the next run carries on. If it lasts, lower qualys.reserveCalls or ask Qualys for a higher limit.",
  },
  rate_limited: {
    severity: 'WARNING',
    retryable: false,
    action:
      "Nothing if it is rare: the run after `resumeAt` carries on. Otherwise look for other users of the subscription's API limit, or ask Qualys for a higher one.",
  },
  concurrency_limited: {
    severity: 'WARNING',
    retryable: false,
    action:
      'Nothing if it is rare: the run after `resumeAt` carries on. Otherwise look for other integrations that call Qualys at the same time; this collector sends one request at a time.',
  },
  configuration_invalid: {
    severity: 'ERROR',
    retryable: false,
    action: 'Correct the environment variables that the message names and deploy again.',
  },
  credentials_missing: {
    severity: 'ERROR',
    retryable: false,
    action: "Give the two secrets the Qualys API user's name and password: ./tributary rotate <env> qualys-secops.",
  },
  credentials_rejected: {
    severity: 'ERROR',
    retryable: false,
    action:
      'Check the user name and password in the two secrets, and that the account is neither locked nor SSO-only; then give them the right ones: ./tributary rotate <env> qualys-secops. There is no login until then, so that the account is not locked. If the secrets were right (the account was unlocked since): ./tributary run <env> qualys-secops <feed> --unblock.',
  },
  account_inactive: {
    severity: 'ERROR',
    retryable: false,
    action:
      "Log in to Qualys' UI once as the API user: accept the licence agreement and set the password. Then add a new version of the secret if the password changed.",
  },
  permission_missing: {
    severity: 'ERROR',
    retryable: false,
    action:
      "Give the Qualys user's role API Access and the feed's module (alerts: Continuous Monitoring; assets: Asset View, and view access to all objects; findings: Vulnerability Management, at least as Reader); check the subscription and its list of allowed IP addresses.",
  },
  wrong_api_url: {
    severity: 'ERROR',
    retryable: false,
    action:
      "Set the API server of your Qualys platform as API URL: https://www.qualys.com/platform-identification/, or Help > About in Qualys' UI.",
  },
  qualys_unavailable: {
    severity: 'ERROR',
    retryable: true,
    action:
      'Nothing if it is rare: the next run resumes. Otherwise check https://status.qualys.com and the way out of the network.',
  },
  timed_out: {
    severity: 'ERROR',
    retryable: true,
    action:
      'Nothing if it is rare: pages become smaller within a run, and the next run resumes. Otherwise ask Qualys why the API is slow for this subscription.',
  },
  request_refused: {
    severity: 'ERROR',
    retryable: false,
    action: "Read Qualys' reason in the message: the API no longer accepts what the collector asks.",
  },
  malformed_answer: {
    severity: 'ERROR',
    retryable: true,
    action:
      'The cursor is kept and the next run asks again. If it persists, compare the sample in the message with the Qualys API reference: a proxy or a new API version answers.',
  },
  ids_disordered: {
    severity: 'ERROR',
    retryable: false,
    action:
      'The ids of a page do not ascend beyond the cursor, so going on could lose records. The cursor is kept; report the message to Qualys.',
  },
  empty_page: {
    severity: 'WARNING',
    retryable: false,
    action:
      'Qualys promised more records and sent none. The cursor is kept and the next run asks again; if it persists, report it to Qualys with the cursor.',
  },
  records_missing: {
    severity: 'ERROR',
    retryable: true,
    action:
      'Qualys returns fewer records of a batch than when the batch was announced. The next runs ask again; an hour after the announcement they store what there is. Check whether the records were purged, or whether the API user sees less than before.',
  },
  record_too_large: {
    severity: 'ERROR',
    retryable: false,
    action:
      'One record exceeds the line limit of Google SecOps feeds (4 MB) and blocks the feed. Look at it in Qualys by the id in the message.',
  },
  state_lost: {
    severity: 'ERROR',
    retryable: false,
    action:
      "The feed has objects but no state. Restore the state object's last version in the state bucket; a new state would collect everything again.",
  },
  state_invalid: {
    severity: 'ERROR',
    retryable: false,
    action:
      'The object that the message names is not what the collector or the command line wrote. Restore its last good version in the state bucket.',
  },
  state_conflict: {
    severity: 'WARNING',
    retryable: true,
    action: 'Nothing if it is rare: another run was at work. Otherwise let only one schedule start this function.',
  },
  storage_denied: {
    severity: 'ERROR',
    retryable: false,
    action: "Check that both buckets exist and that the function's service account may use them.",
  },
  storage_unavailable: {
    severity: 'ERROR',
    retryable: true,
    action: 'Nothing if it is rare: the next run resumes. Otherwise check https://status.cloud.google.com.',
  },
  unexpected_error: {
    severity: 'ERROR',
    retryable: true,
    action: 'A defect of the collector: report the log line. The cursor is kept.',
  },
} as const satisfies Record<string, LogCodeMeaning>;

export type LogCode = keyof typeof LOG_CODES;

/** A code that says that, and why, a run stopped before its end. */
export type ErrorCode = Exclude<LogCode, 'collected'>;

/** Log type of each feed's records in Google SecOps ("Supported log types and default parsers"). */
export const LOG_TYPES = {
  alerts: 'QUALYS_CONTINUOUS_MONITORING',
  assets: 'QUALYS_ASSET_CONTEXT',
  findings: 'QUALYS_VM',
} as const satisfies Record<FeedName, string>;

/** Kinds of log lines, in the field `event`. Lines without it are for people only. */
export const LOG_EVENTS = {
  /** The one line at the end of each run, with the {@link SUMMARY_FIELDS}. Alarms are built on it. */
  run: 'run',
  /** An error that the run waits for and tries again after, with `code`, `attempt` and `waitSeconds`. */
  retry: 'retry',
  /** A backfill is complete, with its id in `backfill`. */
  backfillDone: 'backfill_done',
  /** How far a sweep is, with `sweep`, `hostsDone` and, if Qualys counted them, `hostsExpected` and `sweepEndsAt`. */
  progress: 'progress',
  /** A sweep is complete, with `sweep` and `hostsDone`. */
  sweepDone: 'sweep_done',
  /** The subscription has no KnowledgeBase grant: findings come without what it knows. */
  grantMissing: 'knowledge_base_grant_missing',
} as const;

/**
 * Fields of a run's log line (in Cloud Logging: of `jsonPayload`). `event`, `code`, `durationSeconds` and, after an
 * error, `action` are on every line; the others as soon as the run knows them.
 */
export const SUMMARY_FIELDS = {
  /** `run`. */
  event: 'event',
  /** How the run ended: a {@link LogCode}. */
  code: 'code',
  /** What the operator must do; only after an error. */
  action: 'action',
  /** The feed's name. */
  feed: 'feed',
  /** Records that this run wrote into the logs bucket, those of backfills included. */
  alerts: 'alerts',
  /** Objects that this run wrote into the logs bucket. */
  objects: 'objects',
  /** Compressed bytes of these objects. */
  bytes: 'bytes',
  /** Pages that Qualys answered. */
  pages: 'pages',
  /** How often the run waited before it asked Qualys again. */
  waits: 'waits',
  /** How long these waits were together, in seconds. */
  waitSeconds: 'waitSeconds',
  /** Id of the live feed's last record that is committed, a decimal string; missing if the state could not be read. */
  cursor: 'cursor',
  /**
   * How far the live feed is behind, in seconds: 0 when drained; else the time since the record at the cursor (before the
   * first record: since the feed's start), or since the feed was last drained if that is later: a quiet feed is not a
   * late one. Of a feed that sweeps: 0 when no sweep is open; else the time since one was finished, before the first
   * since that began. Missing if the state could not be read.
   */
  lagSeconds: 'lagSeconds',
  /** Whether nothing was left in Qualys of the live feed, records younger than the settling time aside. */
  drained: 'drained',
  /** Id of the backfill that the run has worked on and not finished. */
  backfill: 'backfill',
  /** When the feed goes on after a limit: runs before then end at once. */
  resumeAt: 'resumeAt',
  /** Id of the sweep that the run has worked on. */
  sweep: 'sweep',
  /** Hosts of that sweep which are in the logs bucket, those of earlier runs included. */
  hostsDone: 'hostsDone',
  /** Hosts that Qualys counted when the sweep began; of `findings` those that were scanned since. Missing if it did not. */
  hostsExpected: 'hostsExpected',
  /** When the sweep ends at its present pace: an estimate. */
  sweepEndsAt: 'sweepEndsAt',
  /** Of `findings`: whether the KnowledgeBase answers, `granted` or `missing`. */
  knowledgeBase: 'knowledgeBase',
  /** How long the run took, in seconds. */
  durationSeconds: 'durationSeconds',
} as const;

/**
 * An error whose code tells what the operator must do. It deliberately has no `cause`: the errors of HTTP libraries
 * carry request headers, and with them credentials, into whatever prints them.
 */
export class CollectorError extends Error {
  override readonly name = 'CollectorError';

  /**
   * @param message what happened, in one sentence, without any secret
   * @param waitSeconds how long to wait before asking again, if the other side said so
   */
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly waitSeconds?: number,
  ) {
    super(message);
  }
}
