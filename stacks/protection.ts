import { type IAspect, TerraformResource } from 'cdktf';
import type { IConstruct } from 'constructs';
import { STATEFUL_KINDS, type StatefulKind } from './stateful';

/** What `protected` sets on each stateful kind of resource, beside `prevent_destroy`. */
const SETTINGS: Record<StatefulKind, (isProtected: boolean) => Record<string, unknown>> = {
  // Without force_destroy a bucket that holds anything cannot be destroyed.
  google_storage_bucket: (isProtected) => ({ force_destroy: !isProtected }),
  google_secret_manager_secret: (isProtected) => ({ deletion_protection: isProtected }),
  google_chronicle_feed: () => ({}),
  aws_s3_bucket: (isProtected) => ({ force_destroy: !isProtected }),
  aws_sqs_queue: () => ({}),
  // Days until a key scheduled for deletion is gone: the longest and the shortest that KMS has (ScheduleKeyDeletion).
  aws_kms_key: (isProtected) => ({ deletion_window_in_days: isProtected ? 30 : 7 }),
};

/** Keeps the stateful resources of a protected stack; lets those of an unprotected one be destroyed completely. */
export class Protection implements IAspect {
  constructor(private readonly isProtected: boolean) {}

  visit(node: IConstruct): void {
    if (!(node instanceof TerraformResource)) return;
    const kind = node.terraformResourceType;
    if (!isStateful(kind)) return;
    for (const [argument, value] of Object.entries(SETTINGS[kind](this.isProtected))) node.addOverride(argument, value);
    if (this.isProtected) node.lifecycle = { ...node.lifecycle, preventDestroy: true };
  }
}

function isStateful(kind: string): kind is StatefulKind {
  return kind in STATEFUL_KINDS;
}
