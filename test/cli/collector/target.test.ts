import { findCollector, readCollector } from '../../../cli/collector/target';
import { stackOf } from '../../../cli/synthesized';
import { UserError } from '../../../environments/user-error';
import { parseEnvironment, synthesize } from '../../synthesize';

const QUALYS = `
environment: here
protected: false
backend: { local: {} }
qualys:
  project: acme-secops
  region: europe-west3
  apiUrl: qualysapi.qualys.eu
  buckets: { state: acme-own-state }
`;

test('the names of a collector come from the stack that deploys it', () => {
  const { 'here-qualys-secops': stack = {} } = synthesize(parseEnvironment('here', QUALYS));
  const synthesized = stackOf('here-qualys-secops', '', stack);
  expect(readCollector(synthesized, 'here', 'alerts')).toEqual({
    environment: 'here',
    feed: 'alerts',
    stack: 'here-qualys-secops',
    project: 'acme-secops',
    function: 'here-qualys-alerts',
    location: 'europe-west3',
    timeoutSeconds: expect.any(Number),
    job: 'projects/acme-secops/locations/europe-west3/jobs/here-qualys-alerts',
    logsBucket: 'acme-secops-here-qualys-logs',
    stateBucket: 'acme-own-state',
  });
});

test('a feed that the environment does not collect is told with the section that it wants', () => {
  const { 'here-qualys-secops': stack = {} } = synthesize(parseEnvironment('here', QUALYS));
  expect(() => readCollector(stackOf('here-qualys-secops', '', stack), 'here', 'findings')).toThrow(
    new UserError('here-qualys-secops does not collect findings: the environment file has no qualys.findings.'),
  );
});

test('an environment that is not there is told before anything slow, with those that are', async () => {
  await expect(findCollector('nowhere', 'alerts')).rejects.toThrow(
    /nowhere\.yaml not found\. Environments here: .*prod/,
  );
});
