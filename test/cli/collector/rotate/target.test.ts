import { findRotation, readSecrets } from '../../../../cli/collector/rotate/target';
import { stackOf } from '../../../../cli/synthesized';
import { parseEnvironment, synthesize } from '../../../synthesize';

test('the names of the secrets come from the stack that deploys them', () => {
  const environment = parseEnvironment(
    'here',
    'environment: here\nprotected: false\nbackend: { local: {} }\n' +
      'qualys: { project: acme-secops, region: europe-west3, apiUrl: qualysapi.qualys.eu }\n',
  );
  const stack = stackOf('here-qualys-secops', '', synthesize(environment)['here-qualys-secops'] ?? {});
  expect(readSecrets(stack)).toEqual({
    username: { project: 'acme-secops', name: 'here-qualys-username' },
    password: { project: 'acme-secops', name: 'here-qualys-password' },
  });
});

test('an environment that is not there is told before anything slow', async () => {
  await expect(findRotation('nowhere')).rejects.toThrow(/nowhere\.yaml not found\. Environments here: .*prod/);
});
