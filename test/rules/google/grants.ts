import type { StackJson } from '../../synthesize';
import { resources } from '../stack';

/** A role that a stack gives: one resource of `google_*_iam_member`, `_iam_binding` or `_iam_policy`. */
export interface Grant {
  readonly address: string;
  readonly type: string;
  readonly role: string | undefined;
  readonly members: readonly string[];
  readonly resource: StackJson;
}

/** Every grant of a stack. Throws on a whole policy, whose roles are not understood. */
export function grants(stack: StackJson): Grant[] {
  return Object.keys(stack.resource)
    .filter((type) => /^google_\w+_iam_(member|binding|policy)$/.test(type))
    .flatMap((type) => {
      if (type.endsWith('_policy')) throw new Error(`${type}: a whole policy is not understood`);
      return resources(stack, type).map(([address, resource]) => ({
        address,
        type,
        role: resource.role,
        members: resource.members ?? [resource.member],
        resource,
      }));
    });
}
