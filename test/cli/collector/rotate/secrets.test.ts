import { listVersions } from '../../../../cli/collector/rotate/secrets';
import { createGoogleApi } from '../../../../cli/google-api';
import { startSecretManager } from '../../../simulators/secret-manager';

const SECRET = 'projects/acme/secrets/password';

test('all pages of the versions are read, the last version first', async () => {
  const manager = await startSecretManager({ tokens: ['token'], secrets: [SECRET], pageSize: 4 });
  try {
    for (let number = 1; number <= 10; number += 1) manager.add(SECRET, `content ${number}`);
    const [first] = manager.secrets.get(SECRET) ?? [];
    if (first) first.state = 'DISABLED';
    const env = {
      GOOGLE_OAUTH_ACCESS_TOKEN: 'token',
      CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER: manager.url,
    };
    const versions = await listVersions(createGoogleApi({ project: 'acme', env }), {
      project: 'acme',
      name: 'password',
    });
    expect(versions.map(({ number }) => number)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(versions.filter(({ isEnabled }) => !isEnabled)).toEqual([{ number: 1, isEnabled: false }]);
    expect(manager.requests).toHaveLength(3);
  } finally {
    await manager.close();
  }
});
