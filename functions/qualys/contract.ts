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
  /** How far the very first run looks back, in seconds. */
  initialLookbackSeconds: 'INITIAL_LOOKBACK_SECONDS',
  /** Seconds after which a run begins no further page; less than the function's timeout. */
  timeBudgetSeconds: 'TIME_BUDGET_SECONDS',
} as const;

/**
 * Content of a secret that nobody has filled yet. Deployments without `TF_VAR_qualys_username` write it; the collector
 * answers it with the code `credentials_missing` and never sends it to Qualys.
 */
export const PLACEHOLDER_SECRET = 'replace-me';

/** Names of the feeds: the function's `FEED` and the first part of each object's name. */
export const FEEDS = ['alerts'] as const;
export type FeedName = (typeof FEEDS)[number];
