/**
 * What the rest of the project may know of the collector: the names that its deployment, its alarms and its commands
 * are built on.
 */

/** Name of the exported HTTP function: the entry point that Cloud Functions and the Functions Framework start. */
export const ENTRY_POINT = 'collect';

/** Environment variables that the function reads. All are required unless a default is given. */
export const ENVIRONMENT = {
  /** Which feed this function collects: `alerts`. */
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
  /** How far the very first run looks back, in whole seconds, at least 1. */
  initialLookbackSeconds: 'INITIAL_LOOKBACK_SECONDS',
  /** Whole seconds, at least 1, after which a run begins no further page; less than the function's timeout. */
  timeBudgetSeconds: 'TIME_BUDGET_SECONDS',
} as const;

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
export const FEEDS = ['alerts'] as const;
export type FeedName = (typeof FEEDS)[number];

/** Name of a feed's state object in the state bucket. */
export const stateObject = (feed: FeedName): string => `${feed}.json`;

/** What the feed's objects in the logs bucket, and nothing else in it, begin with. */
export const objectPrefix = (feed: FeedName): string => `${feed}/`;

interface LogCodeMeaning {
  /** Severity of the run's log line, as Cloud Logging names it. */
  severity: 'INFO' | 'WARNING' | 'ERROR';
  /** Whether a later run can succeed although nobody has done anything. */
  retryable: boolean;
  /** What the operator must do. */
  action: string;
}

/**
 * How a run can end. Each run writes exactly one log line with a `code`; the HTTP answer's body carries the same code.
 * The answer's status is 200 for `collected`, 500 for the other codes where a retry is worth while, and 422 where it is
 * not: the run will fail in the same way until the operator has acted.
 */
export const LOG_CODES = {
  collected: {
    severity: 'INFO',
    retryable: true,
    action: 'Nothing.',
  },
  configuration_invalid: {
    severity: 'ERROR',
    retryable: false,
    action: 'Correct the environment variables that the message names and deploy again.',
  },
  credentials_missing: {
    severity: 'ERROR',
    retryable: false,
    action: "Add a version with the Qualys API user's name and password to the two secrets.",
  },
  credentials_rejected: {
    severity: 'ERROR',
    retryable: false,
    action:
      'Check the user name and password in the two secrets, that the account is not SSO-only, and that its first login (EULA, password reset) is complete.',
  },
  permission_missing: {
    severity: 'ERROR',
    retryable: false,
    action:
      "Give the Qualys user's role API Access and the feed's module (alerts: Continuous Monitoring); check the subscription and its list of allowed IP addresses.",
  },
  wrong_api_url: {
    severity: 'ERROR',
    retryable: false,
    action:
      "Set the API server of your Qualys platform as API URL: https://www.qualys.com/platform-identification/, or Help > About in Qualys' UI.",
  },
  rate_limited: {
    severity: 'WARNING',
    retryable: true,
    action:
      "Nothing if it is rare: the next run resumes. Otherwise give the feed a wider schedule, or look for other users of the subscription's API limit.",
  },
  qualys_unavailable: {
    severity: 'ERROR',
    retryable: true,
    action:
      'Nothing if it is rare: the next run resumes. Otherwise check https://status.qualys.com and the way out of the network.',
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
    action: 'The state object is not what the collector wrote. Restore its last good version in the state bucket.',
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

/**
 * Fields of a run's log line (in Cloud Logging: of `jsonPayload`). `code`, `durationSeconds` and, after an error,
 * `action` are on every line; the others as soon as the run has begun to collect.
 */
export const SUMMARY_FIELDS = {
  /** How the run ended: a {@link LogCode}. */
  code: 'code',
  /** What the operator must do; only after an error. */
  action: 'action',
  /** The feed's name. */
  feed: 'feed',
  /** Records that this run wrote into the logs bucket. */
  alerts: 'alerts',
  /** Objects that this run wrote into the logs bucket. */
  objects: 'objects',
  /** Compressed bytes of these objects. */
  bytes: 'bytes',
  /** Pages that Qualys answered. */
  pages: 'pages',
  /** Id of the last record that is committed, as a decimal string; missing if the run stopped before it read it. */
  cursor: 'cursor',
  /** Whether nothing was left in Qualys when the run ended. */
  drained: 'drained',
  /** How long the run took, in seconds. */
  durationSeconds: 'durationSeconds',
} as const;

/**
 * An error whose code tells what the operator must do. It deliberately has no `cause`: the errors of HTTP libraries
 * carry request headers, and with them credentials, into whatever prints them.
 */
export class CollectorError extends Error {
  override readonly name = 'CollectorError';

  /** @param message what happened, in one sentence, without any secret */
  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
  }
}
