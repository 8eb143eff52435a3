import { readAdoptTarget } from '../../../../cli/collector/adopt/target';
import { stackOf } from '../../../../cli/synthesized';
import { parseEnvironment, synthesize } from '../../../synthesize';

const QUALYS = `
environment: here
protected: false
backend: { local: {} }
qualys:
  project: acme-secops
  region: europe-west3
  apiUrl: qualysapi.qualys.eu
  storage: { location: eu }
  buckets: { state: acme-own-state }
  serviceAccounts: { alerts: acme-collector }
  names: { function: acme-fetch, schedule: acme-trigger, password: acme-password }
`;

test('every name comes from the stack that deploys it, settable or not', () => {
  const { 'here-qualys-secops': stack = {} } = synthesize(parseEnvironment('here', QUALYS));
  const synthesized = stackOf('here-qualys-secops', '', stack);
  expect(readAdoptTarget(synthesized, 'here')).toMatchObject({
    environment: 'here',
    stack: 'here-qualys-secops',
    project: 'acme-secops',
    function: 'acme-fetch',
    location: 'europe-west3',
    job: 'projects/acme-secops/locations/europe-west3/jobs/acme-trigger',
    buckets: {
      logs: { name: 'acme-secops-here-qualys-logs', location: 'EU' },
      state: { name: 'acme-own-state', location: 'EU' },
      code: { name: 'acme-secops-here-qualys-code', location: 'EU' },
    },
    accounts: {
      alerts: 'acme-collector@acme-secops.iam.gserviceaccount.com',
      build: 'here-qualys-build@acme-secops.iam.gserviceaccount.com',
      invoker: 'here-qualys-invoker@acme-secops.iam.gserviceaccount.com',
    },
    secrets: { username: 'here-qualys-username', password: 'acme-password' },
    alertsUri: 'gs://acme-secops-here-qualys-logs/alerts/',
  });
});
