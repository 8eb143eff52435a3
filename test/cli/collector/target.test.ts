import { findCollector, readCollector } from '../../../cli/collector/target';
import { stackOf } from '../../../cli/synthesized';
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

test('an environment that is not there is told before anything slow, with those that are', async () => {
  await expect(findCollector('nowhere', 'alerts')).rejects.toThrow(
    /nowhere\.yaml not found\. Environments here: .*prod/,
  );
});
