import type { RotateOptions } from '../../../../cli/collector/rotate/rotate';
import { rotate } from '../../../../cli/collector/rotate/rotate';
import type { GoogleApi } from '../../../../cli/google-api';
import type { Verdict } from '../../../../cli/verdict';
import { faults } from '../../../simulators/qualys-faults';
import { logRun, STATE, type World } from '../google-world';
import {
  NEW_PASSWORD,
  OLD_PASSWORD,
  OLD_USERNAME,
  PASSWORD_SECRET,
  type RotateWorld,
  type RotateWorldOptions,
  startRotateWorld,
  USERNAME_SECRET,
} from './world';

const NEW_USERNAME = 'acme_cd2';
const PLACEHOLDER = 'replace-me';
const COLLECTED = { code: 'collected', message: 'Collected 0 records in 0 objects.' };
const FINISH = './tributary rotate prod qualys-secops --finish';

let world: RotateWorld;
/** What a run does that is started. */
let onRun: (google: World) => void;
beforeEach(() => {
  onRun = (google) => logRun(google, 5, COLLECTED);
});
afterEach(() => world.close());

async function start(options: Omit<RotateWorldOptions, 'onRun'> = {}): Promise<void> {
  world = await startRotateWorld({ onRun: (google) => onRun(google), ...options });
}

const run = (options: Partial<RotateOptions> = {}): Promise<Verdict> =>
  world.outcomeOf(rotate({ ...world.options, ...options }));

const written = () => world.secretManager.requests.filter((line) => line.startsWith('POST'));
const runs = () => world.google.apis.requests.filter(({ line }) => line.endsWith(':run'));

describe('another password', () => {
  test('is tried once, added, tried by a run, and the one before is disabled', async () => {
    await start();
    onRun = (google) => {
      expect(world.latest(PASSWORD_SECRET)).toBe(NEW_PASSWORD);
      expect(world.enabled(PASSWORD_SECRET)).toEqual([1, 2]);
      logRun(google, 5, COLLECTED);
    };
    const { exitCode, document, text } = await run();
    expect(exitCode).toBe(0);
    expect(document).toEqual({
      environment: 'prod',
      pipeline: 'qualys-secops',
      probe: 'passed',
      added: [{ secret: 'prod-qualys-password', version: 2 }],
      disabled: [{ secret: 'prod-qualys-password', version: 1 }],
      run: expect.objectContaining({ run: expect.objectContaining({ code: 'collected' }) }),
    });
    expect(text).toBe(
      [
        'The collectors work with the latest credentials:',
        'collected: Collected 0 records in 0 objects.',
        '  took      5 s',
        '  prod-qualys-password  version 2 is the latest; disabled: 1',
      ].join('\n'),
    );
    expect(world.enabled(PASSWORD_SECRET)).toEqual([2]);
    expect(world.enabled(USERNAME_SECRET)).toEqual([1]);
    expect(runs()).toHaveLength(1);
    expect(world.qualys.requests).toHaveLength(1);
    expect(world.qualys.requests[0]?.body).toContain('<limitResults>1</limitResults>');
    const basic = Buffer.from(`${OLD_USERNAME}:${NEW_PASSWORD}`).toString('base64');
    expect(world.qualys.requests[0]?.headers.authorization).toBe(`Basic ${basic}`);
  });

  test('frees a feed that is blocked, since Qualys took it', async () => {
    await start();
    const blocked = { code: 'credentials_rejected', at: '2026-03-01T11:45:00Z', credentials: 'aa:bb' };
    world.google.writeState('alerts.json', { ...STATE, blocked });
    expect(await run()).toMatchObject({ exitCode: 0, document: { run: { unblocked: true } } });
    expect(world.google.readState('alerts.json')).toEqual(STATE);
  });

  test('disables all enabled versions before, and leaves the others as they are', async () => {
    await start();
    for (const content of ['second', 'third']) world.secretManager.add(PASSWORD_SECRET, content);
    const [, second] = world.secretManager.secrets.get(PASSWORD_SECRET) ?? [];
    if (second) second.state = 'DESTROYED';
    expect(await run()).toMatchObject({ exitCode: 0, document: { disabled: [{ version: 1 }, { version: 3 }] } });
    expect(world.secretManager.secrets.get(PASSWORD_SECRET)?.map(({ state }) => state)).toEqual([
      'DISABLED',
      'DESTROYED',
      'DISABLED',
      'ENABLED',
    ]);
  });

  test('is added although an answer was lost', async () => {
    await start();
    world.secretManager.faults.push({ on: /:addVersion/, fault: 'applied-then-reset' });
    expect(await run()).toMatchObject({ exitCode: 0, document: { added: [{ version: 3 }] } });
    expect(world.latest(PASSWORD_SECRET)).toBe(NEW_PASSWORD);
  });

  test('--no-run adds it and starts nothing', async () => {
    await start();
    const { exitCode, document, text } = await run({ run: false });
    expect(exitCode).toBe(0);
    expect(document).toMatchObject({ added: [{ version: 2 }], disabled: [], run: null, finish: FINISH });
    expect(text).toContain('  prod-qualys-password  version 2 is the latest; still enabled: 1\n');
    expect(world.enabled(PASSWORD_SECRET)).toEqual([1, 2]);
    expect(world.google.apis.requests).toEqual([]);
  });
});

describe('another user', () => {
  test('is tried with its own name, and the name now is not read', async () => {
    await start({ username: NEW_USERNAME });
    world.secretManager.denied.add('secretmanager.versions.access');
    const { exitCode, document } = await run({ username: NEW_USERNAME });
    expect(exitCode).toBe(0);
    expect(document).toMatchObject({
      added: [
        { secret: 'prod-qualys-username', version: 2 },
        { secret: 'prod-qualys-password', version: 3 },
      ],
      disabled: [
        { secret: 'prod-qualys-username', version: 1 },
        { secret: 'prod-qualys-password', version: 1 },
        { secret: 'prod-qualys-password', version: 2 },
      ],
    });
    expect(world.enabled(USERNAME_SECRET)).toEqual([2]);
    expect(world.enabled(PASSWORD_SECRET)).toEqual([3]);
  });

  test('at no moment could a run read a name with the password of another', async () => {
    await start({ username: NEW_USERNAME, latestLagMs: 7_000 });
    const pairs: string[] = [];
    const look = () => {
      const pair = `${world.latest(USERNAME_SECRET)?.trim()} ${world.latest(PASSWORD_SECRET)}`;
      if (pairs.at(-1) !== pair) pairs.push(pair);
    };
    const { clock } = world.options;
    const sleep = async (milliseconds: number) => {
      for (let passed = 0; passed < milliseconds; passed += 500) {
        await clock.sleep(500);
        look();
      }
    };
    const api: GoogleApi = {
      request: (request) => {
        look();
        return world.options.api.request(request);
      },
    };
    expect(await run({ username: NEW_USERNAME, api, clock: { ...clock, sleep } })).toMatchObject({ exitCode: 0 });
    expect(pairs).toEqual([
      `${OLD_USERNAME} ${OLD_PASSWORD}`,
      `${OLD_USERNAME} ${PLACEHOLDER}`,
      `${NEW_USERNAME} ${PLACEHOLDER}`,
      `${NEW_USERNAME} ${NEW_PASSWORD}`,
    ]);
  });

  test('when it stops in between, no run logs in, and the command is to be given again', async () => {
    await start({ username: NEW_USERNAME });
    world.secretManager.denied.add(`secretmanager.versions.add ${USERNAME_SECRET}`);
    await expect(run({ username: NEW_USERNAME })).rejects.toThrow(
      /roles\/secretmanager\.secretVersionManager on the secret prod-qualys-username.*\nThe collectors do not log in before the new password is there: when that is mended, give the command again \(\.\/tributary rotate prod qualys-secops --username …\)\.$/,
    );
    expect(world.latest(PASSWORD_SECRET)).toBe(PLACEHOLDER);
    world.secretManager.denied.clear();
    expect(await run({ username: NEW_USERNAME })).toMatchObject({ exitCode: 0 });
    expect(world.latest(PASSWORD_SECRET)).toBe(NEW_PASSWORD);
    expect(world.enabled(PASSWORD_SECRET)).toEqual([4]);
  });
});

describe('the login before anything is written', () => {
  test('with a wrong password is not made a second time', async () => {
    await start();
    const { exitCode, document, text } = await run({ password: 'a-typing-error' });
    expect(exitCode).toBe(1);
    expect(text).toMatch(
      /^credentials_rejected: Qualys refused the request: .*\nNothing was written\. No second try is made, so that the account is not locked\./,
    );
    expect(document).toMatchObject({ probe: { code: 'credentials_rejected' }, added: [], disabled: [], run: null });
    expect(world.qualys.failedLogins).toBe(1);
    expect(written()).toEqual([]);
    expect(world.google.apis.requests).toEqual([]);
  });

  test.each([
    ['credentials_rejected', faults.badLogin(), 'No second try'],
    ['credentials_rejected', faults.loginRequired(), 'No second try'],
    ['account_inactive', faults.registrationIncomplete(), "Log in to Qualys' UI once"],
    ['permission_missing', faults.unauthorized(), 'role API Access'],
    ['wrong_api_url', faults.wrongPath(), 'Correct qualys.apiUrl'],
    ['rate_limited', faults.rateLimit(1200), 'Qualys asks to wait 1200 s.'],
    ['concurrency_limited', faults.concurrencyLimit(), 'in a minute'],
    ['qualys_unavailable', faults.serviceUnavailable(), 'https://status.qualys.com'],
    ['qualys_unavailable', 'reset' as const, '--no-probe'],
    ['malformed_answer', faults.html(), "A proxy may answer in Qualys' place"],
  ])('%s is told with what to do', async (code, fault, advice) => {
    await start();
    world.qualys.faults.push(fault);
    expect(await run()).toMatchObject({
      exitCode: 1,
      document: { probe: { code, advice: expect.stringContaining(advice) } },
      text: expect.stringContaining(advice),
    });
    expect(world.qualys.requests).toHaveLength(1);
    expect(written()).toEqual([]);
  });

  test('is left out with --no-probe; then neither the name is read nor a feed freed', async () => {
    await start();
    world.secretManager.denied.add('secretmanager.versions.access');
    const { exitCode, document } = await run({ probe: false });
    expect(exitCode).toBe(0);
    expect(document).toMatchObject({ probe: 'skipped' });
    expect(document).not.toHaveProperty('run.unblocked');
    expect(world.qualys.requests).toEqual([]);
    expect(world.google.storage.requests).toEqual([]);
  });

  test('takes the name from its secret: who may not read it is told both ways', async () => {
    await start();
    world.secretManager.denied.add(`secretmanager.versions.access ${USERNAME_SECRET}`);
    await expect(run()).rejects.toThrow(
      'This takes roles/secretmanager.secretAccessor on the secret prod-qualys-username. Or give the user name with --username.',
    );
    expect(world.qualys.requests).toEqual([]);
  });

  test.each([PLACEHOLDER, '\n'])('without a name in its secret (%j) is not made', async (content) => {
    await start();
    world.secretManager.add(USERNAME_SECRET, content);
    await expect(run()).rejects.toThrow(
      'Nobody has filled in the secret prod-qualys-username yet: give the user name with --username.',
    );
    expect(world.qualys.requests).toEqual([]);
  });

  test('is not made by who may not write', async () => {
    await start();
    world.secretManager.denied.add('secretmanager.versions.list');
    await expect(run()).rejects.toThrow(
      'This takes roles/secretmanager.secretVersionManager on the secret prod-qualys-password, and the Secret Manager API',
    );
    expect(world.qualys.requests).toEqual([]);
  });

  test('is not made when the secret is not there', async () => {
    await start();
    world.secretManager.secrets.delete(PASSWORD_SECRET);
    await expect(run()).rejects.toThrow('Is the secret prod-qualys-password deployed?');
    expect(world.qualys.requests).toEqual([]);
  });
});

describe('what can be no credential', () => {
  test.each([
    [{ password: '' }, 'The password is empty. Nothing was changed.'],
    [{ password: PLACEHOLDER }, 'The password is the placeholder of a secret that nobody has filled in.'],
    [{ password: 'x'.repeat(65_537) }, 'The password is longer than 64 KiB'],
    [{ password: 'a\u0007b' }, 'The password has control characters.'],
    [{ username: '' }, 'The user name is empty.'],
    [{ username: 'a:b' }, 'The user name has a colon'],
    [{ username: 'a\nb' }, 'The user name has control characters.'],
  ])('%j is refused before anything is asked', async (options, problem) => {
    await start();
    await expect(run(options)).rejects.toThrow(problem);
    expect(world.secretManager.requests).toEqual([]);
    expect(world.qualys.requests).toEqual([]);
  });

  test('64 KiB are taken, in bytes', async () => {
    await start();
    expect(await run({ password: 'x'.repeat(65_536), probe: false })).toMatchObject({ exitCode: 0 });
    await expect(run({ password: 'é'.repeat(32_769), probe: false })).rejects.toThrow('longer than 64 KiB');
  });
});

describe('adding', () => {
  test('that is refused has written nothing', async () => {
    await start();
    world.secretManager.denied.add('secretmanager.versions.add');
    await expect(run()).rejects.toThrow(
      /secretVersionManager on the secret prod-qualys-password.*\nNothing was written\.$/,
    );
    expect(world.enabled(PASSWORD_SECRET)).toEqual([1]);
  });

  test('that gets no answer may have written', async () => {
    await start();
    world.secretManager.faults.push(
      ...Array.from({ length: 4 }, () => ({ on: /:addVersion/, fault: 'applied-then-reset' as const })),
    );
    await expect(run()).rejects.toThrow(/\nA version may have been added all the same: give the command again\.$/);
  });
});

describe('the run', () => {
  test('that is not good leaves the versions before enabled, and tells the way back', async () => {
    await start();
    onRun = (google) => logRun(google, 1, { code: 'permission_missing', message: 'Qualys refused the request.' });
    const { exitCode, document, text } = await run();
    expect(exitCode).toBe(1);
    const goBack =
      'gcloud secrets versions access 1 --secret=prod-qualys-password --project=acme | ' +
      './tributary rotate prod qualys-secops';
    expect(document).toMatchObject({
      disabled: [],
      run: { run: { code: 'permission_missing' } },
      finish: FINISH,
      goBack,
    });
    expect(text).toMatch(/^The run with the latest credentials was not good:\npermission_missing: Qualys refused the/);
    expect(text).toContain('\n  prod-qualys-password  version 2 is the latest; still enabled: 1\n');
    expect(text).toContain(`\n  ${FINISH}\nTo go back to the credentials before:\n  ${goBack}`);
    expect(world.enabled(PASSWORD_SECRET)).toEqual([1, 2]);
  });

  test('the way back to another user gives its name, too', async () => {
    await start({ username: NEW_USERNAME });
    onRun = (google) => logRun(google, 1, { code: 'credentials_rejected', message: 'no' });
    expect(await run({ username: NEW_USERNAME })).toMatchObject({
      exitCode: 1,
      document: {
        goBack:
          'gcloud secrets versions access 1 --secret=prod-qualys-password --project=acme | ./tributary rotate prod ' +
          'qualys-secops --username "$(gcloud secrets versions access 1 --secret=prod-qualys-username --project=acme)"',
      },
    });
  });

  test('no way back is told when there is none', async () => {
    await start();
    const [first] = world.secretManager.secrets.get(PASSWORD_SECRET) ?? [];
    if (first) first.state = 'DISABLED';
    onRun = (google) => logRun(google, 1, { code: 'credentials_rejected', message: 'no' });
    const { document, text } = await run();
    expect(document).not.toHaveProperty('goBack');
    expect(text).not.toContain('go back');
  });

  test('that could not be started ends with 2, and how to end the rotation later', async () => {
    await start();
    world.google.apis.denied.add('cloudscheduler.jobs.run');
    const { exitCode, document, text } = await run();
    expect(exitCode).toBe(2);
    expect(document).toMatchObject({
      added: [{ version: 2 }],
      disabled: [],
      run: { couldNotTell: expect.stringContaining('roles/cloudscheduler.jobRunner') },
      finish: FINISH,
    });
    expect(document).not.toHaveProperty('goBack');
    expect(text).toMatch(/^Whether the collectors work with the latest credentials could not be told:\nCould not run/);
    expect(world.enabled(PASSWORD_SECRET)).toEqual([1, 2]);
  });

  test('whose end nobody saw ends with 2', async () => {
    await start();
    onRun = () => undefined;
    expect(await run()).toMatchObject({ exitCode: 2, document: { disabled: [], finish: FINISH } });
    expect(world.enabled(PASSWORD_SECRET)).toEqual([1, 2]);
  });

  test('is not started while Secret Manager hands out the version before', async () => {
    await start({ latestLagMs: 3_600_000 });
    expect(await run()).toMatchObject({
      exitCode: 2,
      document: {
        run: {
          couldNotTell:
            'Version 2 of the secret prod-qualys-password was added 300 s ago, and Secret Manager still gives version 1 ' +
            'as the latest.',
        },
      },
    });
    expect(runs()).toEqual([]);
  });
});

test('a version that cannot be disabled is told after the others, and ends with 1', async () => {
  await start();
  world.secretManager.add(PASSWORD_SECRET, 'second');
  world.secretManager.faults.push({ on: /versions\/2:disable/, fault: 403 });
  const { exitCode, document, text } = await run();
  expect(exitCode).toBe(1);
  expect(document).toMatchObject({
    disabled: [{ secret: 'prod-qualys-password', version: 1 }],
    problem: expect.stringContaining('roles/secretmanager.secretVersionManager'),
    finish: FINISH,
  });
  expect(text).toContain('  prod-qualys-password  version 3 is the latest; disabled: 1; still enabled: 2\n');
});
