import { commandArguments } from '../document';
import type { SecretFacts } from '../facts';
import type { GoogleView } from './view';

/** The secrets of Secret Manager that a stack makes. */
export function managedSecrets(view: GoogleView): SecretFacts[] {
  const { references, stack, project } = view;
  const command = commandArguments(stack);
  return references.of('google_secret_manager_secret').map((secret) => {
    const id = references.resolve(`\${${secret.address}.id}`);
    const [version] = references.referring('google_secret_manager_secret_version', 'secret', secret);
    const [, variable] = /^\$\{var\.(\w+)\}$/.exec(String(version?.arguments.secret_data_wo)) ?? [];
    const automatic = Object.hasOwn((secret.arguments.replication ?? {}) as object, 'auto');
    return {
      id,
      stack: stack.name,
      address: secret.address,
      name: references.argument(secret, 'secret_id'),
      lives: [
        `Secret Manager of the project ${project}${automatic ? ", where Google chooses, with Google's own key" : ''}`,
      ],
      // Only the write-only argument keeps the value out of the state.
      inState: version?.arguments.secret_data !== undefined,
      others: [],
      given: variable === undefined ? 'by hand' : `TF_VAR_${variable}, when the secret is first made`,
      rotated:
        command === undefined ? 'by another version of the secret' : `./tributary rotate ${command}, without a deploy`,
    };
  });
}
