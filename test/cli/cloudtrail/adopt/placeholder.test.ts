import { withExistingTrail } from '../../../../cli/cloudtrail/adopt/placeholder';
import { checkEnvironment } from '../../../../environments/check';

const file = (trail: string) => `environment: dev
protected: false
backend: { local: {} }
cloudtrail:
  account: "111122223333"
  region: eu-central-1
  ${trail}
  cortex: { externalId: 7c1f4a52-6f0e-4a44-8f0c-b7a5d2f7b9e1 }
`;

test.each([
  ['nothing', 'trail: existing', { bucket: 'not-known-yet', notification: 'own' }],
  ['a key without a value', 'trail: existing\n  existing:', { bucket: 'not-known-yet', notification: 'own' }],
  ['the bucket only', 'trail: existing\n  existing: { bucket: logs }', { bucket: 'logs', notification: 'own' }],
])('a file that says %s of the existing trail can be loaded', (_, trail, existing) => {
  const { environment, problems } = checkEnvironment('dev.yaml', withExistingTrail(file(trail)), 'dev');
  expect(problems).toEqual([]);
  expect(environment?.cloudtrail?.existing).toEqual(existing);
});

test.each([
  ['whose trail is made', 'trail: create'],
  ['that is complete', 'trail: existing\n  existing: { bucket: logs, topic: x }'],
])('a file %s stays as it is', (_, trail) => {
  expect(withExistingTrail(file(trail))).toBe(file(trail));
});
