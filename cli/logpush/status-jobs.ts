import { UserError } from '../../environments/user-error';
import type { CloudflareApi } from '../cloudflare-api';
import { requireSection } from '../pipeline-section';
import { synthesizeStacks } from '../synth';
import { resourcesOf, type SynthesizedStack } from '../synthesized';

export const LOGPUSH_PIPELINE = 'logpush-taegis';

/** An account or a zone: what Logpush jobs belong to. */
export interface Owner {
  readonly kind: 'account' | 'zone';
  readonly id: string;
  /** For people: the zone's name, or `account`. */
  readonly name: string;
}

/** A job that the environment's stacks hold. Its id is known to the API only. */
export interface StackJob {
  /** The stack that holds it: of several, if zones are spread over shards. */
  readonly stack: string;
  readonly owner: Owner;
  readonly dataset: string;
  readonly name: string;
}

/** A job as `GET /jobs` tells it, without its destination, which holds a key. Times are RFC 3339. */
export interface ApiJob {
  readonly id: number;
  readonly name: string;
  readonly dataset: string;
  readonly enabled: boolean;
  readonly last_complete: string | null;
  readonly last_error: string | null;
  readonly error_message: string | null;
}

interface JobResource {
  readonly account_id?: string;
  readonly zone_id?: string;
  readonly dataset: string;
  readonly name: string;
}

/**
 * The jobs of an environment, in all stacks of its pipeline.
 * @throws UserError when there is no such environment or pipeline, or it cannot be synthesized
 */
export async function findStackJobs(environment: string): Promise<StackJob[]> {
  const { zones } = requireSection(environment, LOGPUSH_PIPELINE);
  const names = new Map(zones.map(({ id, name }) => [id, name]));
  return synthesizeStacks(environment, LOGPUSH_PIPELINE, (stacks) => stackJobs(stacks, names));
}

/** @param zoneNames by id; a zone without one goes by its id */
export function stackJobs(stacks: readonly SynthesizedStack[], zoneNames: ReadonlyMap<string, string>): StackJob[] {
  return stacks
    .flatMap((stack) =>
      resourcesOf<JobResource>(stack, 'cloudflare_logpush_job').map((job) => ({ ...job, stack: stack.name })),
    )
    .map(({ stack, dataset, name, ...of }) => ({ stack, owner: ownerOf(of, zoneNames), dataset, name }));
}

/**
 * The account or zone of a job's resource.
 * @param zoneNames by id; a zone without one goes by its id
 */
export function ownerOf(
  { account_id, zone_id = '' }: { readonly account_id?: string; readonly zone_id?: string },
  zoneNames: ReadonlyMap<string, string>,
): Owner {
  return account_id === undefined
    ? { kind: 'zone', id: zone_id, name: zoneNames.get(zone_id) ?? zone_id }
    : { kind: 'account', id: account_id, name: 'account' };
}

/** Owners of some jobs, each once. */
export function ownersOf(jobs: readonly StackJob[]): Owner[] {
  return [...new Map(jobs.map(({ owner }) => [owner.id, owner])).values()];
}

export function nameOf({ kind, id, name }: Owner): string {
  return kind === 'zone' ? `the zone ${name}` : `the account ${id}`;
}

/**
 * All jobs of an owner, made by Terraform or otherwise (developers.cloudflare.com/api/resources/logpush).
 * @throws CloudflareApiError
 */
export async function listApiJobs(api: CloudflareApi, owner: Owner): Promise<ApiJob[]> {
  const purpose = `list the Logpush jobs of ${nameOf(owner)}`;
  const jobs = await api.request<unknown>({
    method: 'GET',
    path: `/${owner.kind}s/${owner.id}/logpush/jobs`,
    purpose,
    // Cloudflare hides jobs from tokens that may only read: destinations hold secrets (logs/logpush/permissions).
    needs: `the permission Logs: Edit on ${nameOf(owner)}, and Zero Trust: PII Read for Access, Gateway and DEX datasets`,
  });
  if (!Array.isArray(jobs)) throw new UserError(`Could not ${purpose}: the answer holds no list of jobs.`);
  return jobs as ApiJob[];
}

/** The job of the API that is a stack's; of several alike the one that is enabled. */
export function matchJob(job: StackJob, candidates: readonly ApiJob[]): ApiJob | undefined {
  const alike = candidates.filter(({ dataset, name }) => dataset === job.dataset && name === job.name);
  return alike.find(({ enabled }) => enabled) ?? alike[0];
}

/** The page of the dashboard that lists a job: developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations. */
export function dashboardOf({ kind, id, name }: Owner, accountId: string | undefined): string {
  // Without the account's id the dashboard asks for it.
  const to = kind === 'account' ? `/${id}/logs` : `/${accountId ?? ':account'}/${name}/analytics/logs`;
  return `https://dash.cloudflare.com/?to=${to}`;
}
