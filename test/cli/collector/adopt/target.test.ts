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
const ALL = `${QUALYS.replace('password: acme-password', 'password: acme-password, findingsSchedule: acme-nightly')}
  assets: {}
  findings: {}
`;

const read = (text: string) => {
  const { 'here-qualys-secops': stack = {} } = synthesize(parseEnvironment('here', text));
  return readAdoptTarget(stackOf('here-qualys-secops', '', stack), 'here');
};

test('every name comes from the stack that deploys it, settable or not', () => {
  expect(read(QUALYS)).toEqual({
    environment: 'here',
    project: 'acme-secops',
    collectors: [
      {
        environment: 'here',
        feed: 'alerts',
        stack: 'here-qualys-secops',
        project: 'acme-secops',
        function: 'acme-fetch',
        location: 'europe-west3',
        timeoutSeconds: 540,
        job: 'projects/acme-secops/locations/europe-west3/jobs/acme-trigger',
        logsBucket: 'acme-secops-here-qualys-logs',
        stateBucket: 'acme-own-state',
        account: 'acme-collector@acme-secops.iam.gserviceaccount.com',
        uri: 'gs://acme-secops-here-qualys-logs/alerts/',
      },
    ],
    buckets: {
      logs: { name: 'acme-secops-here-qualys-logs', location: 'EU' },
      state: { name: 'acme-own-state', location: 'EU' },
      code: { name: 'acme-secops-here-qualys-code', location: 'EU' },
    },
    accounts: {
      build: 'here-qualys-build@acme-secops.iam.gserviceaccount.com',
      invoker: 'here-qualys-invoker@acme-secops.iam.gserviceaccount.com',
    },
    secrets: { username: 'here-qualys-username', password: 'acme-password' },
  });
});

test('each feed that is collected has its parts', () => {
  const parts = read(ALL).collectors.map(({ feed, function: name, job, account, uri }) =>
    [feed, name, job.split('/').at(-1), account.split('@')[0], uri.split('/').at(-2)].join(' '),
  );
  expect(parts).toEqual([
    'alerts acme-fetch acme-trigger acme-collector alerts',
    'assets here-qualys-assets here-qualys-assets here-qualys-assets assets',
    'findings here-qualys-findings acme-nightly here-qualys-findings findings',
  ]);
});
