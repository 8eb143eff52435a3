import type { Clock } from '../clock';
import type { CloudflareApi } from '../cloudflare-api';
import { CloudflareApiError } from '../cloudflare-api';
import { formatMoment } from '../moment';
import type { Note, Progress } from '../progress';
import { datesOf, windowUntilNow } from '../status/window';
import { eachOwner } from './each-owner';
import { type HealthGroup, type OwnerHealth, readHealth } from './health-read';
import {
  addTotals,
  type JobState,
  type Judgement,
  judge,
  lastSuccessOf,
  NO_TOTALS,
  STATES,
  type Totals,
  totalsOf,
} from './health-verdict';
import {
  type ApiJob,
  dashboardOf,
  listApiJobs,
  matchJob,
  nameOf,
  type Owner,
  ownersOf,
  type StackJob,
} from './status-jobs';

export interface StatusOptions {
  readonly environment: string;
  readonly jobs: readonly StackJob[];
  readonly api: CloudflareApi;
  /** Days until now, of 24 hours; 1 to 30, since the health data of Cloudflare's dashboard go back 30. */
  readonly days: number;
  readonly progress: Progress;
  readonly clock: Clock;
}

/** The health of an environment's Logpush jobs: the document of `--json`, too. Moments are RFC 3339 in UTC. */
export interface StatusReport {
  readonly environment: string;
  readonly from: string;
  readonly to: string;
  /** All days of the window, `YYYY-MM-DD` in UTC; the first and the last in part. */
  readonly dates: readonly string[];
  readonly sums: Totals;
  /** Jobs in each state. */
  readonly states: Readonly<Record<JobState, number>>;
  /** The worst first. */
  readonly jobs: readonly JobStatus[];
  /** What could not be told, and why. */
  readonly couldNotTell: readonly string[];
}

export interface JobStatus extends StackJob, Judgement, Totals {
  /** Cloudflare's; undefined if the job could not be found. */
  readonly id?: number;
  readonly dashboard: string;
  readonly lastSuccess?: string;
  /** By day of the window; undefined if it could not be told. */
  readonly days?: readonly Totals[];
}

/**
 * Reads from Cloudflare how the jobs of an environment fare.
 * @throws UserError without usable credentials
 */
export async function readStatus(options: StatusOptions): Promise<StatusReport> {
  const { environment, jobs, api, days, progress, clock } = options;
  const owners = ownersOf(jobs);
  const window = windowUntilNow(days, clock);
  const lists = await progress.step('List the jobs that Cloudflare has', (note) => listAll(api, owners, note));
  const health = await progress.step('Read the health of their uploads', (note) =>
    readHealth(api, owners, window, note),
  );
  const dates = datesOf(window);
  const accountId = owners.find(({ kind }) => kind === 'account')?.id;
  const statuses = jobs.map((job): JobStatus => {
    const known = { ...job, dashboard: dashboardOf(job.owner, accountId) };
    const list = lists.get(job.owner.id);
    if (!Array.isArray(list)) return { ...known, ...NO_TOTALS, state: 'unknown' };
    const found = matchJob(job, list);
    if (found === undefined)
      return {
        ...known,
        ...NO_TOTALS,
        state: 'missing',
        problem: 'Cloudflare has no such job: it was never deployed, or somebody deleted it',
        todo: `Deploy ${job.stack}.`,
      };
    const groups = groupsOf(found.id, job.owner, health);
    const success = lastSuccessOf(found, groups ?? []);
    return {
      ...known,
      id: found.id,
      ...judge(found, groups, dates, clock.now(), job.stack),
      ...totalsOf(groups ?? []),
      ...(success !== undefined && { lastSuccess: formatMoment(Math.floor(success / 1000)) }),
      ...(groups && { days: dates.map((date) => totalsOf(groups.filter((group) => group.date === date))) }),
    };
  });
  const ordered = [...statuses].sort((one, other) => STATES.indexOf(one.state) - STATES.indexOf(other.state));
  return {
    environment,
    from: formatMoment(window.from),
    to: formatMoment(window.to),
    dates,
    sums: addTotals(ordered),
    states: Object.fromEntries(
      STATES.map((state) => [state, ordered.filter((job) => job.state === state).length]),
    ) as Record<JobState, number>,
    jobs: ordered,
    couldNotTell: [
      ...[...lists.values()].filter((list) => typeof list === 'string'),
      ...health.map(({ problem }) => problem).filter((problem) => problem !== undefined),
      ...health
        .filter(({ from, problem }) => problem === undefined && from > window.from)
        .map(({ owner, from }) => `Of ${nameOf(owner)} Cloudflare keeps health data since ${formatMoment(from)} only.`),
    ],
  };
}

export function isProblem({ problem }: JobStatus): boolean {
  return problem !== undefined;
}

/** Jobs by the id of their owner, or why they could not be listed. */
async function listAll(
  api: CloudflareApi,
  owners: readonly Owner[],
  note: Note,
): Promise<Map<string, ApiJob[] | string>> {
  const lists = await eachOwner(owners, note, async (owner) => [owner.id, await listOne(api, owner)] as const);
  return new Map(await Promise.all(lists));
}

async function listOne(api: CloudflareApi, owner: Owner): Promise<ApiJob[] | string> {
  try {
    return await listApiJobs(api, owner);
  } catch (error) {
    // One zone that the token may not read hides no other.
    if (error instanceof CloudflareApiError) return error.message;
    throw error;
  }
}

/**
 * What is told of a job: by its owner's node, or else by another, since an account's may tell of its zones' jobs, too.
 * Never by both, which would count twice. Undefined if its owner's could not be read and no other has it.
 */
function groupsOf(id: number, owner: Owner, health: readonly OwnerHealth[]): HealthGroup[] | undefined {
  const own = health.find((one) => one.owner.id === owner.id);
  const tellers = [...(own ? [own] : []), ...health.filter((one) => one !== own && one.owner.kind === 'account')];
  for (const { groups } of tellers) {
    const found = groups.filter(({ jobId }) => jobId === id);
    if (found.length > 0) return found;
  }
  return own?.problem === undefined ? [] : undefined;
}
