import { type Finding, importable } from '../../adopt/finding';
import type { GoogleApi } from '../../google-api';
import { findOne } from './api';
import type { AdoptTarget } from './target';

/** A service account, as far as it is looked at (cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts). */
interface ServiceAccount {
  readonly disabled?: boolean;
}

/**
 * One of the stack's service accounts.
 * @param kind whose account it is: a feed, or `build` or `invoker`
 */
export async function findAccount(
  api: GoogleApi,
  { project }: Pick<AdoptTarget, 'project'>,
  kind: string,
  email: string,
): Promise<Finding> {
  const id = `projects/${project}/serviceAccounts/${email}`;
  const { value, warnings } = await findOne<ServiceAccount>(
    api,
    {
      service: 'iam',
      path: `/v1/${id}`,
      purpose: `look for the service account ${email}`,
      needs: `roles/iam.serviceAccountViewer on the project ${project}`,
    },
    project,
  );
  return importable(`${kind} account`, email, `${kind}Account`, value && id, [
    ...warnings,
    ...(value?.disabled ? [`The service account ${email} is disabled; a deploy enables it.`] : []),
  ]);
}
