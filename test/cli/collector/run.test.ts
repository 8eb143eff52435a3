import { inspect } from 'node:util';
import { runNow } from '../../../cli/collector/run';
import type { GoogleApi } from '../../../cli/google-api';
import type { Verdict } from '../../../cli/verdict';
import { logRun, STATE, startWorld, TARGET, TOKEN, type World } from './google-world';

const COLLECTED = {
  code: 'collected',
  message: 'Collected 1234 records in 2 objects.',
  ...{ alerts: 1234, objects: 2, bytes: 56_789, pages: 2, waits: 0, waitSeconds: 0 },
  ...{ cursor: '5945', lagSeconds: 0, drained: true },
};

let world: World;
/** What the collector does when it is started. */
let collector: (job: string, world: World) => void;
beforeEach(async () => {
  collector = (_, google) => logRun(google, 20, COLLECTED);
  world = await startWorld((...started) => collector(...started));
});
afterEach(() => world.close());

/** Whatever happens: the token goes to Google alone. */
async function run(options: { wait?: boolean; unblock?: boolean; api?: GoogleApi } = {}): Promise<Verdict> {
  const { api, progress, clock } = world;
  const outcome = runNow({ target: TARGET, api, progress, clock, wait: true, unblock: false, ...options });
  const [settled] = await Promise.allSettled([outcome]);
  expect(inspect(settled, { depth: null }) + world.shown()).not.toContain(TOKEN);
  return outcome;
}

const requestsOf = (service: RegExp) => world.apis.requests.filter(({ line }) => service.test(line));

describe('a run that ends well', () => {
  test('is started through Cloud Scheduler, and told with what it did', async () => {
    const { exitCode, document, text } = await run();
    expect(exitCode).toBe(0);
    expect(document).toEqual({
      environment: 'prod',
      feed: 'alerts',
      job: TARGET.job,
      function: 'prod-qualys-alerts',
      startedAt: '2026-03-01T12:00:00Z',
      run: {
        ...COLLECTED,
        event: 'run',
        feed: 'alerts',
        durationSeconds: 20,
        timestamp: '2026-03-01T12:00:20.000Z',
        severity: 'INFO',
      },
    });
    expect(text).toBe(
      [
        'collected: Collected 1234 records in 2 objects.',
        '  stored    1,234 alerts in 2 objects, 56,789 bytes',
        '  behind    0 s: nothing is left in Qualys',
        '  cursor    5945',
        '  took      20 s, 2 pages',
      ].join('\n'),
    );
    expect(requestsOf(/:run$/)).toHaveLength(1);
    expect(requestsOf(/:run$/)[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
    // 12:00:23 is when the line can be read: looked for every five seconds.
    expect(requestsOf(/entries:list$/)).toHaveLength(6);
  });

  test.each([
    ['interrupted', 'Cloud Run ended the instance'],
    ['reserve_kept', 'the next run carries on'],
  ])('%s is good, too, and says what it means', async (code, action) => {
    collector = (_, google) => logRun(google, 1, { ...COLLECTED, code, drained: false, lagSeconds: 7200 });
    const { exitCode, text } = await run();
    expect(exitCode).toBe(0);
    expect(text).toContain('  behind    7,200 s; the next run carries on');
    expect(text).toMatch(new RegExp(`  to do     .*${action}`));
  });

  test('with a backfill that is not finished and waits, both are told', async () => {
    collector = (_, google) => logRun(google, 1, { ...COLLECTED, backfill: 'a-b', waits: 2, waitSeconds: 31.5 });
    const { text } = await run();
    expect(text).toContain('  backfill  a-b, to be continued\n');
    expect(text).toContain('  took      1 s, 2 pages, 2 waits of 31.5 s together');
  });
});

describe('which run it was', () => {
  test('one that was at work already is not taken for the one that was started', async () => {
    collector = (_, google) => {
      logRun(google, 5, { ...COLLECTED, cursor: 'of the run before' }, 60);
      logRun(google, 40, { ...COLLECTED, cursor: 'of this run' });
    };
    const { document } = await run();
    expect(document).toMatchObject({ run: { cursor: 'of this run' } });
    expect(world.shown()).toContain('a run that had begun before has ended');
  });

  test('when only the other one ends, that is told', async () => {
    collector = (_, google) => logRun(google, 5, COLLECTED, 60);
    expect(await run()).toMatchObject({
      exitCode: 2,
      document: { couldNotTell: 'only a run that had begun before has ended within 600 s.' },
    });
  });

  test('of several that began since, it is the first', async () => {
    collector = (_, google) => {
      logRun(google, 1, { ...COLLECTED, code: 'qualys_unavailable' });
      logRun(google, 2, COLLECTED, -1);
    };
    expect(await run()).toMatchObject({ exitCode: 1, document: { run: { code: 'qualys_unavailable' } } });
  });

  test('lines of other functions, regions and kinds are not looked at', async () => {
    collector = (_, google) => {
      logRun(google, 0, { ...COLLECTED, event: 'retry' });
      logRun(google, 0, COLLECTED);
      const [, other] = google.apis.entries;
      if (other) other.resource.labels = { ...other.resource.labels, location: 'europe-west1' };
    };
    expect(await run()).toMatchObject({ exitCode: 2 });
  });
});

describe('a run with a problem', () => {
  test('ends with 1 and the action, with the names of this feed', async () => {
    collector = (_, google) =>
      logRun(google, 1, { code: 'credentials_rejected', message: 'Qualys answers 401.', action: 'of the line' });
    const { exitCode, document, text } = await run();
    expect(exitCode).toBe(1);
    expect(document).toMatchObject({
      run: {
        code: 'credentials_rejected',
        action: expect.stringContaining('./tributary run prod qualys-secops alerts --unblock'),
      },
    });
    expect(text).toMatch(
      /^credentials_rejected: Qualys answers 401\.\n {2}took {6}1 s\n {2}to do {5}Check the user name/,
    );
  });

  test('a limit says when the feed goes on', async () => {
    collector = (_, google) => logRun(google, 1, { code: 'rate_limited', resumeAt: '2026-03-01T13:00:00Z' });
    const { exitCode, text } = await run();
    expect(exitCode).toBe(1);
    expect(text).toContain('  goes on   at 2026-03-01T13:00:00Z; runs before end at once');
  });

  test('a code that this version does not know is judged by its severity, with its own action', async () => {
    collector = (_, google) => {
      logRun(google, 1, { code: 'newer_code', action: 'Do the new thing.' });
      for (const entry of google.apis.entries) entry.severity = 'ERROR';
    };
    const { exitCode, text } = await run();
    expect(exitCode).toBe(1);
    expect(text).toContain('  to do     Do the new thing.');
  });
});

describe('could not tell', () => {
  test('without a line in time: after the timeout and a minute, with the command that looks', async () => {
    collector = () => undefined;
    const { exitCode, document, text } = await run();
    expect(exitCode).toBe(2);
    expect(document).toMatchObject({
      run: null,
      couldNotTell: 'no line of it came within 600 s.',
      look:
        `gcloud logging read 'resource.type="cloud_run_revision" AND resource.labels.service_name="prod-qualys-alerts" ` +
        `AND resource.labels.location="europe-west3" AND jsonPayload.event="run" AND timestamp>="2026-03-01T12:00:00Z"' ` +
        '--project=acme --limit=5',
    });
    expect(text).toMatch(
      /^The run was started, but how it ended could not be told: no line .*\nLook:\n {2}gcloud logging/,
    );
    expect(world.clock.now()).toBe(Date.parse('2026-03-01T12:10:00Z'));
  });

  test('without the right to read the log: at once, with the role', async () => {
    world.apis.denied.add('logging.logEntries.list');
    const { exitCode, text } = await run();
    expect(exitCode).toBe(2);
    expect(text).toContain('403 PERMISSION_DENIED');
    expect(text).toContain('This takes roles/logging.viewer on the project acme.');
    expect(world.clock.now()).toBe(Date.parse('2026-03-01T12:00:00Z'));
  });

  test('a log that cannot be read for a while does not end the wait; its last reason is told', async () => {
    world.apis.faults.push(...Array.from({ length: 5 }, () => ({ on: /entries/, fault: { status: 503 } })));
    expect(await run()).toMatchObject({ exitCode: 0 });
    expect(world.shown()).toContain('the log cannot be read for now');

    world.apis.faults.push(...Array.from({ length: 2000 }, () => ({ on: /entries/, fault: { status: 503 } })));
    expect(await run()).toMatchObject({
      exitCode: 2,
      document: { couldNotTell: expect.stringContaining('answered 503') },
    });
  });

  test('an empty page with a token is not the end of the search', async () => {
    collector = (_, google) => {
      logRun(google, 0, COLLECTED);
      for (const entry of google.apis.entries) entry.receivedAt = 0;
    };
    world.apis.faults.push(...Array.from({ length: 3 }, () => ({ on: /entries/, fault: 'empty-page' as const })));
    expect(await run()).toMatchObject({ exitCode: 0 });
    expect(world.clock.now()).toBe(Date.parse('2026-03-01T12:00:00Z'));
  });
});

describe('the start', () => {
  test('--no-wait starts the run, and says how to look', async () => {
    const { exitCode, document, text } = await run({ wait: false });
    expect(exitCode).toBe(0);
    expect(document).toMatchObject({ job: TARGET.job, run: null });
    expect(text).toMatch(/^The run was started\. See how it ends:\n {2}gcloud logging read/);
    expect(requestsOf(/entries/)).toEqual([]);
  });

  test('a job that is not there: is it deployed?', async () => {
    world.apis.jobs.clear();
    await expect(run()).rejects.toThrow(
      /404 NOT_FOUND: Job not found\.\nIs it deployed\? "npx cdktf deploy prod-qualys-secops"/,
    );
  });

  test('a caller without the right is told the role', async () => {
    world.apis.denied.add('cloudscheduler.jobs.run');
    await expect(run()).rejects.toThrow('This takes roles/cloudscheduler.jobRunner on the project acme');
  });

  test('a paused job that Google runs all the same: told beside the result', async () => {
    world.apis.jobs.set(TARGET.job, 'PAUSED');
    const { exitCode, document, text } = await run();
    expect(exitCode).toBe(0);
    const warning =
      'The job is PAUSED: no tick starts it until "gcloud scheduler jobs resume prod-qualys-alerts ' +
      '--location=europe-west3 --project=acme".';
    expect(document).toMatchObject({ warning });
    expect(text).toMatch(new RegExp(`\n${warning}$`));
  });

  test('a paused job that Google refuses to run: how to resume it', async () => {
    const body = { error: { code: 400, message: 'Job is paused.', status: 'FAILED_PRECONDITION' } };
    world.apis.faults.push({ on: /:run$/, fault: { status: 400, body: JSON.stringify(body) } });
    await expect(run()).rejects.toThrow(/FAILED_PRECONDITION: Job is paused\.\n.*gcloud scheduler jobs resume prod-/);
  });

  test('is not repeated by itself: the first request may have had its effect', async () => {
    world.apis.faults.push({ on: /:run$/, fault: { status: 503 } });
    await expect(run()).rejects.toThrow(/answered 503/);
    expect(requestsOf(/:run$/)).toHaveLength(1);
  });
});

describe('--unblock', () => {
  const BLOCKED = {
    ...STATE,
    pending: { object: 'o', through: '5000', throughDate: 'd', records: 3, announcedAt: '2026-03-01T11:00:00Z' },
    blocked: { code: 'credentials_rejected', at: '2026-03-01T11:45:00Z', credentials: 'aa:bb' },
    ofANewerVersion: true,
  };

  test('takes `blocked` and nothing else out of the state, before the run', async () => {
    world.writeState('alerts.json', BLOCKED);
    collector = (_, google) => {
      expect(google.readState('alerts.json')).not.toHaveProperty('blocked');
      logRun(google, 1, COLLECTED);
    };
    expect(await run({ unblock: true })).toMatchObject({ exitCode: 0, document: { unblocked: true } });
    const { blocked: _, ...rest } = BLOCKED;
    expect(world.readState('alerts.json')).toEqual(rest);
  });

  test.each([
    ['a state that is not blocked', STATE],
    ['no state', undefined],
  ])('with %s it says so, writes nothing and runs', async (_, state) => {
    if (state) world.writeState('alerts.json', state);
    expect(await run({ unblock: true })).toMatchObject({ exitCode: 0, document: { unblocked: false } });
    expect(world.shown()).toContain('it was not blocked');
    expect(world.storage.requests.filter((line) => line.startsWith('POST'))).toEqual([]);
  });

  test('a state that a run writes meanwhile is read and written again', async () => {
    world.writeState('alerts.json', BLOCKED);
    const later = { ...BLOCKED, cursor: '5000' };
    expect(await run({ unblock: true, api: meddling(1, later) })).toMatchObject({ document: { unblocked: true } });
    expect(world.readState('alerts.json')).toMatchObject({ cursor: '5000' });
    expect(world.readState('alerts.json')).not.toHaveProperty('blocked');
  });

  test('a state that changes each time is given up, and nothing is run', async () => {
    world.writeState('alerts.json', BLOCKED);
    await expect(run({ unblock: true, api: meddling(100, BLOCKED) })).rejects.toThrow(
      'gs://acme-state/alerts.json could not be changed: runs write it at the same time.',
    );
    expect(world.apis.requests).toEqual([]);
  });

  test.each(['{', '[]', '{"since":"yesterday","cursor":"0"}'])('%s is no state', async (content) => {
    world.writeState('alerts.json', content);
    await expect(run({ unblock: true })).rejects.toThrow(
      'gs://acme-state/alerts.json holds no state of a feed. Restore',
    );
    expect(world.apis.requests).toEqual([]);
  });

  test('without the right to write, the role is told', async () => {
    world.writeState('alerts.json', BLOCKED);
    world.storage.faults.push({ on: /^POST/, fault: 403 });
    await expect(run({ unblock: true })).rejects.toThrow(
      'This takes roles/storage.objectUser on the bucket acme-state.',
    );
  });

  /** Another run writes the state right before the next writes. */
  function meddling(times: number, state: object): GoogleApi {
    let left = times;
    return {
      request: (request) => {
        if (request.path.startsWith('/upload') && left-- > 0) world.writeState('alerts.json', state);
        return world.api.request(request);
      },
    };
  }
});
