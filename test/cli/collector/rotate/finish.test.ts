import { finishRotation } from '../../../../cli/collector/rotate/finish';
import { logRun, type World } from '../google-world';
import { PASSWORD_SECRET, type RotateWorld, startRotateWorld, USERNAME_SECRET } from './world';

let world: RotateWorld;
let onRun: (google: World) => void;
beforeEach(async () => {
  onRun = (google) => logRun(google, 5, { code: 'collected', message: 'Collected 0 records in 0 objects.' });
  world = await startRotateWorld({ onRun: (google) => onRun(google) });
  world.secretManager.add(USERNAME_SECRET, 'acme_cd2');
  for (const content of ['second', 'third']) world.secretManager.add(PASSWORD_SECRET, content);
});
afterEach(() => world.close());

const finish = () => world.outcomeOf(finishRotation(world.options));
const stateOf = (secret: string, number: number) => world.secretManager.secrets.get(secret)?.[number - 1];

test('after a good run all versions but the latest are disabled, of both secrets; nothing is added, read or destroyed', async () => {
  const { exitCode, document, text } = await finish();
  expect(exitCode).toBe(0);
  expect(document).toEqual({
    environment: 'prod',
    pipeline: 'qualys-secops',
    disabled: [
      { secret: 'prod-qualys-username', version: 1 },
      { secret: 'prod-qualys-password', version: 1 },
      { secret: 'prod-qualys-password', version: 2 },
    ],
    run: expect.objectContaining({ feed: 'alerts' }),
  });
  expect(text).toMatch(
    /\n {2}prod-qualys-username {2}version 2 is the latest; disabled: 1\n {2}prod-qualys-password {2}version 3 is the latest; disabled: 1, 2$/,
  );
  expect(world.enabled(USERNAME_SECRET)).toEqual([2]);
  expect(world.enabled(PASSWORD_SECRET)).toEqual([3]);
  expect(world.secretManager.requests.filter((line) => /addVersion|access|destroy/.test(line))).toEqual([]);
  expect(world.qualys.requests).toEqual([]);
});

test('a second time there is nothing to disable', async () => {
  await finish();
  const before = world.secretManager.requests.length;
  expect(await finish()).toMatchObject({ exitCode: 0, document: { disabled: [] } });
  expect(world.secretManager.requests.slice(before).filter((line) => line.startsWith('POST'))).toEqual([]);
});

test('after a run that is not good nothing is disabled', async () => {
  onRun = (google) => logRun(google, 1, { code: 'credentials_rejected', message: 'no' });
  const { exitCode, document } = await finish();
  expect(exitCode).toBe(1);
  expect(document).toMatchObject({ disabled: [], finish: './tributary rotate prod qualys-secops --finish' });
  expect(document).not.toHaveProperty('goBack');
  expect(world.enabled(PASSWORD_SECRET)).toEqual([1, 2, 3]);
});

test('when the latest version is disabled, no run is started: none before takes its place', async () => {
  const latest = stateOf(PASSWORD_SECRET, 3);
  if (latest) latest.state = 'DISABLED';
  await expect(finish()).rejects.toThrow(
    'The secret prod-qualys-password has the latest version 3, which is not enabled: the collectors cannot read it, and ' +
      'no version before takes its place. Give them credentials (without --finish), or enable it: gcloud secrets ' +
      'versions enable 3 --secret=prod-qualys-password --project=acme.',
  );
  expect(world.google.apis.requests).toEqual([]);
  expect(world.enabled(PASSWORD_SECRET)).toEqual([1, 2]);
});

test('a secret without a version is told', async () => {
  world.secretManager.secrets.set(USERNAME_SECRET, []);
  await expect(finish()).rejects.toThrow(
    'The secret prod-qualys-username has no version: the collectors cannot read it',
  );
});
