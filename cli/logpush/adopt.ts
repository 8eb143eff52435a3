import type { CloudflareSettings } from '../../environments/cloudflare';
import { UserError } from '../../environments/user-error';
import { settleAll, takeIn } from '../adopt/adopt';
import type { Finding } from '../adopt/finding';
import type { CloudflareApi } from '../cloudflare-api';
import type { Progress } from '../progress';
import type { Verdict } from '../verdict';
import { eachOwner } from './each-owner';
import { type ApiJob, LOGPUSH_PIPELINE, listApiJobs, nameOf, type Owner, ownersOf, type StackJob } from './status-jobs';

/** Cloudflare docs, "Logpush": in one zone, whoever made them. */
const MOST_JOBS_PER_ZONE = 4;

export interface AdoptLogpushOptions {
  readonly environment: string;
  /** The jobs that the environment's stacks hold. */
  readonly jobs: readonly StackJob[];
  readonly settings: CloudflareSettings;
  readonly api: CloudflareApi;
  /** Path of the environment file. */
  readonly file: string;
  /** Only say what would be written. */
  readonly dryRun: boolean;
  readonly progress: Progress;
}

/** A job of the API with where it pushes, which is compared and never shown: it holds a key. */
interface PushingJob extends ApiJob {
  readonly destination_conf?: string;
}

/**
 * Takes in jobs that were made by hand or by the API: writes their ids into the environment file. A job is ours if its
 * dataset is, and either its name or its receiver (host and path) as well.
 *
 * @throws UserError when several jobs could be one of ours, when jobs cannot be read, or the file would have problems
 */
export async function adoptLogpush(options: AdoptLogpushOptions): Promise<Verdict> {
  const { environment, jobs, settings, api, file, dryRun, progress } = options;
  return takeIn({
    ...{ environment, file, dryRun, progress },
    pipeline: LOGPUSH_PIPELINE,
    section: 'cloudflare',
    title: 'List the jobs of the account and of each zone',
    look: async (note) => {
      const wanted = new Map<string, StackJob[]>();
      for (const job of jobs) wanted.set(job.owner.id, [...(wanted.get(job.owner.id) ?? []), job]);
      const asked = await eachOwner(ownersOf(jobs), note, (owner) =>
        findJobs(api, owner, wanted.get(owner.id) ?? [], settings),
      );
      const found = await settleAll(asked);
      return { findings: found.flat() };
    },
  });
}

async function findJobs(
  api: CloudflareApi,
  owner: Owner,
  wanted: readonly StackJob[],
  settings: CloudflareSettings,
): Promise<Finding[]> {
  const there: readonly PushingJob[] = await listApiJobs(api, owner);
  const found = wanted.map((job) => ({ job, match: matchOf(job, there, settings) }));
  const made = found.filter(({ match }) => match === undefined).length;
  const isFull = owner.kind === 'zone' && there.length + made > MOST_JOBS_PER_ZONE;
  return found.map(({ job, match }, index) => findingOf(job, match, there, isFull && index === 0));
}

function findingOf(
  job: StackJob,
  match: PushingJob | undefined,
  there: readonly PushingJob[],
  isFull: boolean,
): Finding {
  const { owner, dataset, name } = job;
  const others = there.filter((other) => other.dataset === dataset && other !== match).length;
  const path: [string, ...string[]] =
    owner.kind === 'account' ? ['import', 'account', dataset] : ['import', 'zones', owner.id, dataset];
  return {
    thing: `job of ${nameOf(owner)}`,
    name: dataset,
    exists: match !== undefined,
    state: match === undefined ? 'not there: the stack makes it' : `exists: ${match.id}`,
    settings: [{ path, value: match?.id }],
    warnings: [
      ...(match !== undefined && match.name !== name
        ? [`The job ${match.id} (${dataset}) is called ${match.name || 'nothing'}; a deploy calls it ${name}.`]
        : []),
      ...(match !== undefined && !match.enabled
        ? [`The job ${match.id} (${dataset}) is off; a deploy switches it on.`]
        : []),
      ...(others > 0 ? [`${nameOf(owner)} has ${others} more of ${dataset}, to other receivers: left alone.`] : []),
      ...(isFull
        ? [
            `${nameOf(owner)} has ${there.length} jobs already, and may have ${MOST_JOBS_PER_ZONE}: a deploy of the new ones is refused. ` +
              'Delete others, or leave datasets out.',
          ]
        : []),
    ],
  };
}

function matchOf(
  { owner, dataset, name }: StackJob,
  there: readonly PushingJob[],
  { taegis }: CloudflareSettings,
): PushingJob | undefined {
  const receiver = placeOf((taegis.datasets[dataset] ?? taegis.default)?.url);
  const ours = there.filter(
    (job) => job.dataset === dataset && (job.name === name || placeOf(job.destination_conf) === receiver),
  );
  if (ours.length > 1)
    throw new UserError(
      `${nameOf(owner)} has several jobs of ${dataset} that could be ours: ` +
        `${ours.map((job) => `${job.id} (${job.name || 'without a name'})`).join(', ')}. Delete all but one, or write ` +
        `the id of one into cloudflare.import of the environment file.`,
    );
  return ours[0];
}

/** Host and path of a receiver; another destination than an address has none. */
function placeOf(address: string | undefined): string | undefined {
  if (address === undefined || !URL.canParse(address)) return undefined;
  const { protocol, host, pathname } = new URL(address);
  return protocol === 'https:' ? `${host}${pathname}` : undefined;
}
