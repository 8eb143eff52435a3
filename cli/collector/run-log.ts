import { LOG_EVENTS, SUMMARY_FIELDS } from '../../functions/qualys/contract';
import { type GoogleApi, requestJson } from '../google-api';
import { formatMoment } from '../moment';
import type { CollectorTarget } from './target';

/** The line that a run leaves in Cloud Logging at its end. */
export interface RunLine {
  /** When it was written: RFC 3339, UTC. */
  readonly timestamp: string;
  readonly severity: string;
  readonly message: string | undefined;
  /** The contract's `SUMMARY_FIELDS`, as far as the run knew them. */
  readonly fields: Readonly<Partial<Record<keyof typeof SUMMARY_FIELDS, unknown>>>;
}

/** A log entry, as far as it is looked at (cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry). */
interface LogEntry {
  readonly timestamp: string;
  readonly severity?: string;
  readonly jsonPayload?: Readonly<Record<string, unknown>>;
}

/** Lines that one request asks for; several runs a minute are not to be expected. */
const PAGE_SIZE = 20;
/** Pages that one look goes through: a page can be empty while the search goes on. */
const MAX_PAGES = 5;
/** The largest page of the API, and so many that a month of runs each minute is read whole. */
const LARGEST_PAGE = 1_000;
const MOST_PAGES = 50;

/**
 * Finds the lines of a collector's runs
 * (cloud.google.com/logging/docs/view/logging-query-language): a function of the second generation is a service of Cloud
 * Run with the same name.
 * @param since seconds since the epoch
 */
export function runFilter(target: CollectorTarget, since: number): string {
  return [
    'resource.type="cloud_run_revision"',
    `resource.labels.service_name="${target.function}"`,
    `resource.labels.location="${target.location}"`,
    `jsonPayload.${SUMMARY_FIELDS.event}="${LOG_EVENTS.run}"`,
    `timestamp>="${formatMoment(since)}"`,
  ].join(' AND ');
}

/**
 * The last lines of runs that have ended since a moment, newest first
 * (cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list).
 * @param since seconds since the epoch
 * @throws GoogleApiError when it is refused
 */
export async function readRunLines(api: GoogleApi, target: CollectorTarget, since: number): Promise<RunLine[]> {
  let pageToken: string | undefined;
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const { entries = [], nextPageToken } = await listEntries(api, target, since, PAGE_SIZE, pageToken);
    if (entries.length > 0 || !nextPageToken) return entries.map(toRunLine);
    pageToken = nextPageToken;
  }
  return [];
}

/**
 * All lines of runs that have ended since a moment, newest first; of more than 50,000 the newest.
 * @param since seconds since the epoch
 * @throws GoogleApiError when it is refused
 */
export async function readAllRunLines(api: GoogleApi, target: CollectorTarget, since: number): Promise<RunLine[]> {
  const lines: RunLine[] = [];
  let pageToken: string | undefined;
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const { entries = [], nextPageToken } = await listEntries(api, target, since, LARGEST_PAGE, pageToken);
    lines.push(...entries.map(toRunLine));
    if (!nextPageToken) break;
    pageToken = nextPageToken;
  }
  return lines;
}

async function listEntries(
  api: GoogleApi,
  target: CollectorTarget,
  since: number,
  pageSize: number,
  pageToken: string | undefined,
): Promise<{ readonly entries?: LogEntry[]; readonly nextPageToken?: string }> {
  const { content } = await requestJson<{ entries?: LogEntry[]; nextPageToken?: string }>(api, {
    service: 'logging',
    method: 'POST',
    path: '/v2/entries:list',
    body: JSON.stringify({
      resourceNames: [`projects/${target.project}`],
      filter: runFilter(target, since),
      orderBy: 'timestamp desc',
      pageSize,
      ...(pageToken !== undefined && { pageToken }),
    }),
    repeatable: true,
    purpose: `read the log of ${target.function}`,
    needs: `roles/logging.viewer on the project ${target.project}`,
  });
  return content;
}

/** When the run of a line began, in seconds since the epoch, as near as can be told: not before its real begin. */
export function beginOf({ timestamp, fields }: RunLine): number {
  const { durationSeconds } = fields;
  return Date.parse(timestamp) / 1000 - (typeof durationSeconds === 'number' ? durationSeconds : 0);
}

function toRunLine({ timestamp, severity = 'DEFAULT', jsonPayload = {} }: LogEntry): RunLine {
  const { message } = jsonPayload;
  const names = Object.keys(SUMMARY_FIELDS) as (keyof typeof SUMMARY_FIELDS)[];
  return {
    timestamp,
    severity,
    message: typeof message === 'string' ? message : undefined,
    fields: Object.fromEntries(
      names.flatMap((name) => {
        const value = jsonPayload[SUMMARY_FIELDS[name]];
        return value === undefined ? [] : [[name, value]];
      }),
    ),
  };
}
