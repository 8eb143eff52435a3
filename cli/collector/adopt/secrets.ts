import { UserError } from '../../../environments/user-error';
import { type Finding, importable } from '../../adopt/finding';
import type { GoogleApi } from '../../google-api';
import { findOne } from './api';
import { isOurs, type Labelled } from './labels';
import type { AdoptTarget, SecretKind } from './target';

/** A secret without its values (cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets). */
interface Secret extends Labelled {
  readonly replication?: { readonly userManaged?: { readonly replicas?: readonly { readonly location: string }[] } };
}

/**
 * One of the stack's secrets. Its values are not read.
 * @throws UserError for one that Terraform would make anew
 */
export async function findSecret(api: GoogleApi, target: AdoptTarget, kind: SecretKind): Promise<Finding> {
  const { project, secrets } = target;
  const name = secrets[kind];
  const id = `projects/${project}/secrets/${name}`;
  const { value, warnings } = await findOne<Secret>(
    api,
    {
      service: 'secretmanager',
      path: `/v1/${id}`,
      purpose: `look for the secret ${name}`,
      needs: `roles/secretmanager.viewer on the project ${project}`,
    },
    project,
  );
  const replicas = value?.replication?.userManaged?.replicas;
  // Replication is fixed when a secret is made (cloud.google.com/secret-manager/docs/choosing-replication).
  if (replicas !== undefined)
    throw new UserError(
      `The secret ${name} is replicated to ${replicas.map(({ location }) => location).join(', ')}, the stack's ` +
        'automatically: a deploy would delete it, with all its versions, and make it anew. Choose another name ' +
        `(qualys.names.${kind}).`,
    );
  return importable(`${kind} secret`, name, kind, value && id, [
    ...warnings,
    ...(value === undefined || isOurs(value)
      ? []
      : [
          `The first deploy adds a version to the secret ${name}, which the collector then reads: export ` +
            `TF_VAR_qualys_${kind} with the value for it. Without, the version is a placeholder, and the collector has ` +
            'no credentials.',
        ]),
  ]);
}
