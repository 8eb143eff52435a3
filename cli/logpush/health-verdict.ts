import { withoutSecrets } from '../cloudflare-api';
import type { HealthGroup } from './health-read';
import type { ApiJob } from './status-jobs';

/** What is to be said of a job, the worst first. `silent`, and of course `ok`, is no problem. */
export const STATES = ['missing', 'disabled', 'failing', 'losing', 'stalled', 'unknown', 'silent', 'ok'] as const;

export type JobState = (typeof STATES)[number];

/** Batches and what they hold. Records and bytes are those of delivered batches. */
export interface Totals {
  readonly delivered: number;
  /** Attempts that failed and were followed by another. */
  readonly retried: number;
  /** Batches that were given up, for good: Logpush has no backfill. */
  readonly lost: number;
  readonly lostRecords: number;
  readonly records: number;
  /** Uncompressed, as Cloudflare bills them. */
  readonly bytes: number;
  readonly bytesCompressed: number;
}

export interface Judgement {
  readonly state: JobState;
  /** What is wrong, in a sentence without a full stop; undefined for silent and ok. */
  readonly problem?: string;
  readonly todo?: string;
}

/** Losses that are older are shown in the numbers, and are no problem of today. */
const LOSING_MS = 24 * 3_600_000;
/** Attempts that failed for so long are no passing disturbance: Cloudflare pushes about once a minute. */
const STALLED_MS = 3_600_000;
/** Without attempts, only a job that delivered every day so far is said to be stalled. */
const REGULAR_MS = 24 * 3_600_000;

export const NO_TOTALS: Totals = {
  delivered: 0,
  retried: 0,
  lost: 0,
  lostRecords: 0,
  records: 0,
  bytes: 0,
  bytesCompressed: 0,
};

/** final = 1 alone says how a batch ended; with a status of 300 or more it is lost (logs/logpush/logpush-health). */
export function isLost({ final, status }: HealthGroup): boolean {
  return final && status >= 300;
}

export function isDelivered({ final, status }: HealthGroup): boolean {
  return final && status < 300;
}

export function totalsOf(groups: readonly HealthGroup[]): Totals {
  const sum = (chosen: readonly HealthGroup[], field: 'uploads' | 'records' | 'bytes' | 'bytesCompressed') =>
    chosen.reduce((total, group) => total + group[field], 0);
  const delivered = groups.filter(isDelivered);
  const lost = groups.filter(isLost);
  return {
    delivered: sum(delivered, 'uploads'),
    retried: sum(
      groups.filter(({ final }) => !final),
      'uploads',
    ),
    lost: sum(lost, 'uploads'),
    lostRecords: sum(lost, 'records'),
    records: sum(delivered, 'records'),
    bytes: sum(delivered, 'bytes'),
    bytesCompressed: sum(delivered, 'bytesCompressed'),
  };
}

export function addTotals(all: readonly Totals[]): Totals {
  const fields = Object.keys(NO_TOTALS) as (keyof Totals)[];
  return all.reduce(
    (sum, totals) =>
      Object.fromEntries(fields.map((field) => [field, sum[field] + totals[field]])) as unknown as Totals,
    NO_TOTALS,
  );
}

/** The last upload that was accepted, by REST or GraphQL; in milliseconds since the epoch. */
export function lastSuccessOf(job: ApiJob, groups: readonly HealthGroup[]): number | undefined {
  const moments = [Date.parse(job.last_complete ?? ''), ...groups.filter(isDelivered).map(({ last }) => last)];
  const known = moments.filter((moment) => !Number.isNaN(moment));
  return known.length > 0 ? Math.max(...known) : undefined;
}

/**
 * Judges a job.
 * @param groups what GraphQL tells of it; undefined if that could not be read
 * @param dates all days of the window, the first and the last in part
 * @param now in milliseconds since the epoch
 * @param stack that holds the job
 */
export function judge(
  job: ApiJob,
  groups: readonly HealthGroup[] | undefined,
  dates: readonly string[],
  now: number,
  stack: string,
): Judgement {
  if (!job.enabled)
    return {
      state: 'disabled',
      problem: 'Cloudflare pushes nothing: the job is disabled, which it does after 24 hours of failure',
      todo: `Mend the receiver, then deploy ${stack}, which enables the job again. The logs until then are lost.`,
    };
  if (job.last_error || job.error_message)
    return {
      state: 'failing',
      problem: `the last upload failed${job.last_error ? ` at ${job.last_error}` : ''}${job.error_message ? `: ${withoutSecrets(job.error_message)}` : ''}`,
      todo: 'Check the URL and the key of its integration in Taegis. Cloudflare disables the job after 24 hours without a success.',
    };
  if (groups === undefined) return { state: 'unknown' };
  const losses = groups.filter((group) => isLost(group) && now - group.last <= LOSING_MS);
  if (losses.length > 0) {
    const statuses = [...new Set(losses.map(({ status }) => status))].sort((one, other) => one - other);
    const { lost, lostRecords } = totalsOf(losses);
    return {
      state: 'losing',
      problem: `${lost} ${lost === 1 ? 'batch' : 'batches'} with ${lostRecords} records ${lost === 1 ? 'was' : 'were'} lost since ${losses.map(({ date }) => date).sort()[0]} (status ${statuses.join(', ')})`,
      todo: lossAdvice(statuses),
    };
  }
  const success = lastSuccessOf(job, groups);
  if (isStalled(success, groups, dates, now))
    return {
      state: 'stalled',
      problem: `nothing was delivered since ${new Date(success ?? now).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
      todo: 'Look at the job in the dashboard and at https://www.cloudflarestatus.com; then ask the support of Cloudflare.',
    };
  return { state: groups.length === 0 ? 'silent' : 'ok' };
}

/** An old success alone may be a quiet dataset: stalled is what goes on trying, or fell silent after regular days. */
function isStalled(
  success: number | undefined,
  groups: readonly HealthGroup[],
  dates: readonly string[],
  now: number,
): boolean {
  const attempts = groups.filter(({ final, last }) => !final && last > (success ?? 0));
  // Without any success it is new: REST tells when its uploads fail.
  if (success === undefined) return false;
  if (attempts.length > 0) return now - success > STALLED_MS;
  if (now - success <= REGULAR_MS) return false;
  const before = dates.filter((date) => date <= new Date(success).toISOString().slice(0, 10));
  return (
    before.length >= 2 && before.every((date) => groups.some((group) => isDelivered(group) && group.date === date))
  );
}

function lossAdvice(statuses: readonly number[]): string {
  if (statuses.some((status) => status === 401 || status === 403))
    return 'Taegis refuses the key: check TF_VAR_taegis_keys against the integration, and deploy.';
  if (statuses.includes(429)) return 'Taegis limits the rate: larger batches (cloudflare.upload), or ask its support.';
  if (statuses.includes(413)) return 'The batches are too large for Taegis: lower cloudflare.upload.maxBytes.';
  if (statuses.every((status) => status >= 1000))
    return 'Cloudflare did not reach the receiver: check the DNS name and the certificate of its URL.';
  return 'Check the health of the integration in Taegis; lost logs do not come back, fetch them from where they arose.';
}
