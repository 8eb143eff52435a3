import { ABANDONED_KINDS, STATEFUL_KINDS } from '../../stacks/stateful';
import type { Action, PlanReport, ResourceChange } from './report';

/** What is lost when a resource of a kind is destroyed or made anew, beyond what the next deploy brings back. */
const LOSSES: Readonly<Record<string, string>> = {
  ...STATEFUL_KINDS,
  aws_cloudtrail: 'nothing is logged until there is a trail again',
  cloudflare_logpush_job: 'Cloudflare keeps no logs: those in between are lost',
  google_service_account: 'grants to it elsewhere are gone, also for one of the same name',
};

/** What a change loses for good; `undefined` when nothing. */
export function lossOf({ type, action }: ResourceChange): string | undefined {
  return action === 'delete' || action === 'replace' ? LOSSES[type] : undefined;
}

/** What becomes of a resource: one that is abandoned stays when Terraform destroys it. */
export function effectOf<A extends Action | undefined>(type: string, action: A): A | 'forget' {
  return action === 'delete' && ABANDONED_KINDS.includes(type) ? 'forget' : action;
}

/** Whether a change destroys a resource, also to make it anew. */
export function isDestroyed({ type, action }: ResourceChange): boolean {
  return action === 'delete' || (action === 'replace' && !ABANDONED_KINDS.includes(type));
}

const ACCESS_TYPES: readonly RegExp[] = [
  /^aws_iam_/,
  /^aws_\w+_policy(_attachment)?$/,
  /^aws_(kms_grant|lambda_permission|s3_bucket_(acl|public_access_block|ownership_controls))$/,
  /^google_service_account/,
  /^google_\w*iam_/,
  /^google_\w+_(access_control|acl)$/,
  /^cloudflare_(api_token|account_token|account_member)$/,
];

/** Attributes that say who may do what, of any kind of resource. */
const ACCESS_ATTRIBUTES = /^(policy|assume_role_policy|acl|uniform_bucket_level_access|public_access_prevention)\b/;

/** Whether a change is about who may do what. */
export function isAccess({ type, attributes }: ResourceChange): boolean {
  return (
    ACCESS_TYPES.some((pattern) => pattern.test(type)) || attributes.some(({ path }) => ACCESS_ATTRIBUTES.test(path))
  );
}

/**
 * All that a report destroys, or destroys and makes anew.
 * @param allowed types that may be destroyed
 */
export function destroysOf(
  { stacks }: PlanReport,
  allowed: readonly string[] = [],
): { readonly stack: string; readonly change: ResourceChange }[] {
  return stacks.flatMap(({ stack, changes }) =>
    changes
      .filter((change) => isDestroyed(change) && !allowed.includes(change.type))
      .map((change) => ({ stack, change })),
  );
}
