import type { SynthesizedStack } from '../../synthesized';
import { type Computed, References, type Resource } from '../references';

/** A stack of Google Cloud, its references resolved to the names that its resources will have. */
export class GoogleView {
  readonly project: string;
  readonly references: References;

  constructor(readonly stack: SynthesizedStack) {
    this.project = String(stack.provider.google?.[0]?.project ?? '<project>');
    this.references = new References(stack, computed(this.project));
  }

  /** The id of a bucket, by its name. Of this stack's project: Cloud Storage's own name of it holds none. */
  bucketId(name: string): string {
    return `projects/${this.project}/buckets/${name}`;
  }

  /** `serviceAccount:<e-mail>` of an account of the stack. */
  memberOf({ type, id }: Resource): string {
    return this.references.resolve(`\${${type}.${id}.member}`);
  }
}

function computed(project: string): Computed {
  const email = (_: Resource, value: (argument: string) => string) =>
    `${value('account_id')}@${project}.iam.gserviceaccount.com`;
  const secret = (_: Resource, value: (argument: string) => string) =>
    `projects/${project}/secrets/${value('secret_id')}`;
  // Cloud Storage's own account; the project's number is known to Google only.
  const storage = () => `service-<number of ${project}>@gs-project-accounts.iam.gserviceaccount.com`;
  const pool = (_: Resource, value: (argument: string) => string) =>
    `projects/<number of ${project}>/locations/global/workloadIdentityPools/${value('workload_identity_pool_id')}`;
  return {
    google_iam_workload_identity_pool: { name: pool },
    google_iam_workload_identity_pool_provider: {
      name: (...all) => `${pool(...all)}/providers/${all[1]('workload_identity_pool_provider_id')}`,
    },
    google_project_iam_custom_role: {
      name: (_, value) => `projects/${value('project')}/roles/${value('role_id')}`,
    },
    google_service_account: {
      email,
      member: (...all) => `serviceAccount:${email(...all)}`,
      name: (...all) => `projects/${project}/serviceAccounts/${email(...all)}`,
    },
    google_secret_manager_secret: { id: secret, name: secret },
    'data.google_storage_project_service_account': {
      email_address: storage,
      member: () => `serviceAccount:${storage()}`,
    },
  };
}
