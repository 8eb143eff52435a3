import { UserError } from '../../../environments/user-error';
import { type CloudflareApi, withoutSecrets } from '../../cloudflare-api';
import type { SynthesizedStack } from '../../synthesized';
import { nameOf, type Owner, ownerOf } from '../status-jobs';

/** A job of the stacks with where it pushes, the key left open. */
export interface DestinationJob {
  readonly stack: string;
  /** As Terraform calls it: `cloudflare_logpush_job.account-gateway_dns_job_9ADA93D9`. */
  readonly address: string;
  readonly owner: Owner;
  readonly dataset: string;
  readonly name: string;
  /** `https://…?header_Authorization=Bearer%20${…}&tags=…`, the key as an expression. */
  readonly template: string;
}

interface JobResource {
  readonly account_id?: string;
  readonly zone_id?: string;
  readonly dataset: string;
  readonly name: string;
  readonly destination_conf: string;
}

/** @param zoneNames by id; a zone without one goes by its id */
export function destinationJobs(
  stacks: readonly SynthesizedStack[],
  zoneNames: ReadonlyMap<string, string>,
): DestinationJob[] {
  return stacks.flatMap((stack) =>
    Object.entries((stack.resource.cloudflare_logpush_job ?? {}) as unknown as Record<string, JobResource>).map(
      ([resource, { dataset, name, destination_conf: template, ...of }]) => ({
        stack: stack.name,
        address: `cloudflare_logpush_job.${resource}`,
        owner: ownerOf(of, zoneNames),
        ...{ dataset, name, template },
      }),
    ),
  );
}

/** The one expression in a destination is that of the key. */
const EXPRESSION = /\$\{[^}]*\}/g;

/**
 * Lets Cloudflare push its test upload with another key: to the receiver of each of the datasets, for one of its jobs.
 * @throws UserError when the receiver does not take it
 */
export async function validateDestinations(
  api: CloudflareApi,
  jobs: readonly DestinationJob[],
  key: string,
): Promise<void> {
  const one = new Map(jobs.map((job) => [job.template, job]));
  for (const { owner, dataset, template } of one.values()) {
    const purpose = `validate the destination of ${dataset} of ${nameOf(owner)}`;
    const { valid, message } = await api.request<{ valid?: boolean; message?: string }>({
      method: 'POST',
      path: `/${owner.kind}s/${owner.id}/logpush/validate/destination`,
      // Encoded as Terraform does it, a space as %20.
      body: { destination_conf: template.replaceAll(EXPRESSION, () => encodeURIComponent(key)) },
      repeatable: true,
      purpose,
      needs: `the permission Logs: Edit on ${nameOf(owner)}`,
    });
    if (valid !== true)
      throw new UserError(
        `The receiver of ${dataset} does not take the new key: Cloudflare's test upload was refused` +
          `${message ? ` (${withoutSecrets(message)})` : ''}. Nothing was changed. Is it the key of the integration of ` +
          `${dataset} in Taegis, and is the receiver up?`,
      );
  }
}
