import { createGoogleApi } from '../../../../cli/google-api';
import { stateOf } from '../../../../cli/status/model';
import { readQualysStatus } from '../../../../cli/status/qualys/status';
import { windowUntilNow } from '../../../../cli/status/window';
import { logRun, STATE, TARGET } from '../../collector/google-world';
import { custom } from '../../parser/world';
import { FEED, faults, NAME, named, QUALYS_TARGET, startWorld, type World } from './world';

const GOOD = { code: 'collected', alerts: 10, objects: 1, bytes: 500, lagSeconds: 0, drained: true };
const REJECTED = { code: 'credentials_rejected', lagSeconds: 7_200, alerts: 0, objects: 0, bytes: 0 };
const MINUTE = 60;

let world: World;
beforeEach(async () => {
  world = await startWorld();
  world.writeState('alerts.json', STATE);
});
afterEach(() => world.close());

/** A run that ended so many minutes ago; its entry can be read since then. */
function ran(minutesAgo: number, fields: object, severity = 'INFO'): void {
  logRun(world, -minutesAgo * MINUTE, { message: 'Done.', ...fields });
  Object.assign(world.apis.entries.at(-1) ?? {}, { severity });
}

/** As a collector leaves it. */
function wrote(name: string, bytes: number, timeCreated: string): void {
  const metadata = { timeCreated };
  world.storage.objects.set(`${TARGET.logsBucket}/${name}`, { content: Buffer.alloc(bytes), generation: 1, metadata });
}

describe('of a feed that sweeps', () => {
  const findings = { ...QUALYS_TARGET, feeds: [{ ...FEED, feed: 'findings' as const }] };

  test.each([
    ['missing', 'none of 1 failed; without titles and scores: Qualys does not grant the KnowledgeBase'],
    ['granted', 'none of 1 failed'],
  ])('that the KnowledgeBase is %s is told with its runs', async (knowledgeBase, told) => {
    ran(5, { ...GOOD, knowledgeBase });
    const runs = named(await world.status(findings), 'findings runs');
    expect(runs).toMatchObject({ state: 'ok', finding: `the last ended 5 min ago: collected; ${told}` });
  });

  const sweep = {
    ...{ id: '20260301T060000Z', from: '2025-12-01T06:00:00Z', until: '2026-03-01T05:50:00Z' },
    ...{ isFull: true, begunAt: '2026-03-01T06:00:00Z', hosts: 10, expected: 100 },
  };

  test('the time since a sweep was complete may be longer than alerts may be behind', async () => {
    ran(5, { ...GOOD, drained: false, lagSeconds: 10 * 3_600 });
    expect(named(await world.status(findings), 'findings lag')).toMatchObject({ state: 'ok' });
    ran(4, { ...GOOD, drained: false, lagSeconds: 49 * 3_600 });
    expect(named(await world.status(findings), 'findings lag')).toMatchObject({ state: 'problem' });
  });

  test('the first sweep is as late as it is old where only the state can be read', async () => {
    world.apis.denied.add('logging.logEntries.list');
    world.writeState('findings.json', { ...STATE, since: '2025-12-01T06:00:00Z', drainedAt: null, sweep });
    expect((await world.status(findings)).lagSeconds).toBe(6 * 3_600);
    world.writeState('findings.json', { ...STATE, drainedAt: '2026-03-01T04:00:00Z', sweep });
    expect((await world.status(findings)).lagSeconds).toBe(8 * 3_600);
  });
});

test('of several feeds the last success is that of the worst, and none while one has had none', async () => {
  const assets = { ...FEED, feed: 'assets', function: 'prod-qualys-assets' } as const;
  const two = { ...QUALYS_TARGET, feeds: [FEED, assets] };
  ran(5, GOOD);
  expect((await world.status(two)).lastSuccess).toBeUndefined();
  world.writeState('assets.json', { ...STATE, drainedAt: '2026-03-01T10:00:00Z' });
  expect((await world.status(two)).lastSuccess).toBe('2026-03-01T10:00:00Z');
});

test('a pipeline that is well: its numbers, by day, and every look', async () => {
  for (const minutesAgo of [1500, 20, 5]) ran(minutesAgo, GOOD);
  wrote('alerts/dt=2026-02-27/1-5.ndjson.gz', 300, '2026-02-27T12:00:00Z');
  wrote('alerts/dt=2026-02-26/0-0.ndjson.gz', 999, '2026-02-26T12:00:00Z');
  wrote('alerts/dt=2026-03-01/6-9.ndjson.gz', 700, '2026-03-01T11:55:00Z');
  Object.assign(world.apis, {
    jobFields: new Map([
      [TARGET.job, { lastAttemptTime: '2026-03-01T11:45:00Z', scheduleTime: '2026-03-01T12:00:00Z' }],
    ]),
  });
  const status = await world.status();
  expect(status).toMatchObject({
    pipeline: 'qualys-secops',
    lastSuccess: '2026-03-01T11:55:00.000Z',
    lagSeconds: 0,
    count: 30,
    bytes: 1500,
    failures: 0,
    days: [
      { date: '2026-02-27', count: 0 },
      { date: '2026-02-28', count: 10 },
      { date: '2026-03-01', count: 20 },
    ],
  });
  expect(status.facts.map(({ name, state, finding }) => `${state}: ${name}: ${finding}`)).toEqual([
    'ok: alerts runs: the last ended 5 min ago: collected; none of 3 failed',
    'ok: alerts credentials: Qualys takes them',
    'ok: alerts lag: nothing is left in Qualys',
    'ok: alerts schedule: */15 * * * * (Etc/UTC), started 15 min ago; next at 12:00 UTC',
    'ok: alerts bucket: 2 objects since 2026-02-27, 1.00 kB; the newest was written 5 min ago',
    'ok: alerts feed: prod-qualys-alerts is SUCCEEDED, last transfer 10 min ago',
    'ok: alerts parser: the prebuilt parser 12.0',
  ]);
});

test('more lines than a page are all counted', async () => {
  for (let run = 0; run < 2_100; run += 1) ran(1 + run, { ...GOOD, alerts: 1 });
  expect((await world.status()).count).toBe(2_100);
  expect(world.apis.requests.filter(({ line }) => line.includes('entries:list'))).toHaveLength(3);
});

describe('credentials', () => {
  test('that Qualys rejected are told as blocked, with since when, and not as a failing run', async () => {
    ran(40, GOOD);
    ran(25, REJECTED, 'ERROR');
    ran(5, REJECTED, 'ERROR');
    const at = '2026-03-01T11:35:00Z';
    world.writeState('alerts.json', {
      ...STATE,
      blocked: { code: 'credentials_rejected', at, credentials: 'salt:hash' },
    });
    const status = await world.status();
    expect(faults(status)).toEqual([
      `problem: alerts credentials: blocked since Qualys rejected them at ${at}: there is no login until others are there`,
    ]);
    expect(named(status, 'alerts credentials')).toMatchObject({
      todo: expect.stringContaining('./tributary rotate prod qualys-secops'),
    });
    expect(status).toMatchObject({ lastSuccess: '2026-03-01T11:20:00.000Z', lagSeconds: 7_200, failures: 2 });
    expect(JSON.stringify(status)).not.toContain('salt:hash');
  });

  test('are told by the state where the log may not be read, with the lag', async () => {
    world.apis.denied.add('logging.logEntries.list');
    world.writeState('alerts.json', {
      ...STATE,
      blocked: { code: 'credentials_rejected', at: '2026-03-01T11:30:00Z', credentials: 'salt:hash' },
    });
    const status = await world.status();
    expect(status.facts.map(({ name, state }) => `${state}: ${name}`).slice(0, 3)).toEqual([
      'could not tell: alerts runs',
      'problem: alerts credentials',
      'ok: alerts lag',
    ]);
    expect(named(status, 'alerts runs')).toMatchObject({
      todo: 'This takes roles/logging.viewer on the project acme.',
    });
    expect(status).toMatchObject({ lastSuccess: STATE.drainedAt, lagSeconds: 900 });
    expect(status.count).toBeUndefined();
  });

  test('that are missing are told by the run', async () => {
    ran(5, { code: 'credentials_missing' }, 'ERROR');
    expect(faults(await world.status())).toEqual([
      'problem: alerts credentials: no login to Qualys: credentials_missing (Done)',
    ]);
  });
});

describe('runs', () => {
  test('one that failed for what a repetition mends is no problem, three in a row are', async () => {
    ran(40, GOOD);
    for (const minutesAgo of [20, 5]) ran(minutesAgo, { code: 'qualys_unavailable', lagSeconds: 900 }, 'ERROR');
    const passing = await world.status();
    expect(faults(passing)).toEqual([]);
    expect(named(passing, 'alerts runs')?.finding).toBe('the last ended 5 min ago: qualys_unavailable; 2 of 3 failed');
    ran(1, { code: 'qualys_unavailable', lagSeconds: 900 }, 'ERROR');
    expect(faults(await world.status())).toEqual([
      'problem: alerts runs: the last ended 1 min ago: qualys_unavailable, 3 in a row (Done)',
    ]);
  });

  test('one that needs somebody is a problem at once, with its action', async () => {
    ran(5, { code: 'wrong_api_url' }, 'ERROR');
    const status = await world.status();
    expect(faults(status)).toEqual([
      'problem: alerts runs: the last ended 5 min ago: wrong_api_url, 1 in a row (Done)',
    ]);
    expect(named(status, 'alerts runs')).toMatchObject({ todo: expect.stringContaining('Set the API server') });
  });

  test('a code of a newer deployment is judged by its severity', async () => {
    ran(5, { code: 'moon_is_full', action: 'Wait.' }, 'ERROR');
    expect(named(await world.status(), 'alerts runs')).toMatchObject({ state: 'problem', todo: 'Wait.' });
  });

  test('a limit of Qualys and a backfill are told', async () => {
    ran(5, { code: 'rate_limited', resumeAt: '2026-03-01T13:00:00Z', backfill: '42', lagSeconds: 60 }, 'WARNING');
    expect(named(await world.status(), 'alerts runs')).toEqual({
      name: 'alerts runs',
      state: 'ok',
      finding:
        "the last ended 5 min ago: rate_limited; none of 1 failed; the backfill 42 is to be continued; Qualys' limits hold until 2026-03-01T13:00:00Z",
    });
  });

  test('none for longer than four ticks and the time a run may be late is silence, and the lag grows with it', async () => {
    // Ticks at 11:30, :15, :00, 10:45 count; what ended before the fourth is too old.
    ran(74, GOOD);
    expect(faults(await world.status())).toEqual([]);
    world.apis.entries.length = 0;
    ran(76, { ...GOOD, lagSeconds: 3_000, drained: false });
    const status = await world.status();
    expect(faults(status)).toEqual([
      'problem: alerts runs: no run has ended since 2026-03-01 10:44 UTC, for more than 4 ticks of */15 * * * *',
      'problem: alerts lag: 2 h behind Qualys, and 2 h are allowed',
    ]);
    expect(status.lagSeconds).toBe(3_000 + 76 * MINUTE);
  });

  test('none at all is silence, too', async () => {
    const status = await world.status();
    expect(faults(status)).toEqual(['problem: alerts runs: no run has ended in this time']);
    expect(named(status, 'alerts runs')).toMatchObject({ command: './tributary run prod qualys-secops alerts' });
  });
});

describe('the schedule', () => {
  beforeEach(() => ran(5, GOOD));

  test('paused', async () => {
    world.apis.jobs.set(TARGET.job, 'PAUSED');
    const status = await world.status();
    expect(faults(status)).toEqual(['problem: alerts schedule: the job is PAUSED: nothing is collected']);
    expect(named(status, 'alerts schedule')).toMatchObject({
      command: 'gcloud scheduler jobs resume prod-qualys-alerts --location=europe-west3 --project=acme',
    });
  });

  test('deleted', async () => {
    world.apis.jobs.clear();
    expect(faults(await world.status())).toEqual([
      'problem: alerts schedule: there is no job prod-qualys-alerts in Cloud Scheduler: it was never deployed, or somebody deleted it',
    ]);
  });

  test.each([
    [7, ['problem: alerts schedule: its last attempt did not reach the function: permission denied']],
    // What the function answers is told by its run.
    [13, []],
  ])('whose last attempt ended with %s', async (code, expected) => {
    world.apis.jobFields.set(TARGET.job, { status: { code } });
    expect(faults(await world.status())).toEqual(expected);
  });
});

test('a bucket that is not there', async () => {
  ran(5, GOOD);
  const feeds = [{ ...FEED, logsBucket: 'another' }];
  Object.assign(world.project.feeds[0] ?? {}, { details: { gcsV2Settings: { bucketUri: 'gs://another/alerts/' } } });
  expect(faults(await world.status({ ...QUALYS_TARGET, feeds }))).toEqual([
    'problem: alerts bucket: there is no bucket another',
  ]);
});

describe('the feed of SecOps', () => {
  beforeEach(() => ran(5, GOOD));
  const change = (fields: object) => Object.assign(world.project.feeds[0] ?? {}, fields);

  test('failed, with what SecOps says to do', async () => {
    change({
      state: 'FAILED',
      failureDetails: {
        errorCode: 'ACCESS_DENIED',
        errorCause: 'The bucket cannot be read.',
        errorAction: 'Grant the account access.',
      },
    });
    const status = await world.status();
    expect(faults(status)).toEqual([
      'problem: alerts feed: prod-qualys-alerts is FAILED: ACCESS_DENIED: The bucket cannot be read',
    ]);
    expect(named(status, 'alerts feed')).toMatchObject({
      todo: expect.stringMatching(/^Grant the account access\. docs/),
    });
  });

  test('disabled', async () => {
    change({ state: 'INACTIVE' });
    expect(faults(await world.status())).toEqual([
      'problem: alerts feed: prod-qualys-alerts is disabled: nothing is ingested',
    ]);
  });

  test('that left objects unread for longer than the alarm allows', async () => {
    change({ lastFeedInitiationTime: '2026-03-01T05:00:00Z' });
    ran(359, GOOD);
    expect(faults(await world.status())).toEqual([]);
    ran(361, GOOD);
    expect(faults(await world.status())).toEqual([
      'problem: alerts feed: prod-qualys-alerts has transferred nothing since 2026-03-01T05:00:00Z, and objects were written since',
    ]);
  });

  test('none, or two', async () => {
    world.project.feeds.push({ ...world.project.feeds[0], name: `${NAME}/feeds/4712`, displayName: 'by hand' });
    expect(faults(await world.status())[0]).toMatch(
      /^problem: alerts feed: 2 feeds read gs:\/\/acme-logs\/alerts\/, .*: prod-qualys-alerts, by hand$/,
    );
    world.project.feeds.length = 0;
    expect(faults(await world.status())).toEqual([
      'problem: alerts feed: no feed of the SecOps instance reads gs://acme-logs/alerts/',
    ]);
  });

  test('made by hand is not looked at, and no parser either', async () => {
    const status = await world.status({ ...QUALYS_TARGET, parsers: undefined });
    expect(named(status, 'alerts feed')).toMatchObject({
      state: 'ok',
      finding: expect.stringMatching(/^made by hand/),
    });
    expect(status.facts.some(({ name }) => name.endsWith('parser'))).toBe(false);
    expect([...world.project.requests, ...world.secops.requests]).toEqual([]);
  });
});

describe('the parser', () => {
  const chooses = (code: string) => {
    const [one] = QUALYS_TARGET.parsers?.chosen ?? [];
    const chosen = one ? [{ ...one, parser: 'improved', code }] : [];
    return { ...QUALYS_TARGET, parsers: QUALYS_TARGET.parsers && { ...QUALYS_TARGET.parsers, chosen } };
  };
  beforeEach(() => ran(5, GOOD));

  test('that was chosen and is not active', async () => {
    world.secops.stored.push(custom('pa_1', 'filter {}', { validationStage: 'PASSED' }));
    const status = await world.status(chooses('filter {}'));
    expect(faults(status)).toEqual([
      'problem: alerts parser: active is the prebuilt parser 12.0, and the environment file chooses the parser improved, which is not active',
    ]);
    expect(named(status, 'alerts parser')).toMatchObject({
      command: './tributary parser activate prod',
    });
  });

  test('that SecOps is trying is waited for', async () => {
    world.secops.stored.push(custom('pa_1', 'filter {}', { validationStage: 'VALIDATING' }));
    expect(named(await world.status(chooses('filter {}')), 'alerts parser')).toEqual({
      name: 'alerts parser',
      state: 'ok',
      finding: 'the prebuilt parser 12.0; SecOps is trying the parser improved',
    });
  });

  test('that was chosen and is not there', async () => {
    const status = await world.status(chooses('filter { other }'));
    expect(faults(status)[0]).toMatch(/which is not in SecOps$/);
    expect(named(status, 'alerts parser')).toMatchObject({ todo: 'Deploy, then activate it.' });
  });

  test('none is active', async () => {
    world.secops.stored.length = 0;
    expect(faults(await world.status())).toEqual([
      'problem: alerts parser: no parser is active: logs are kept, and become no events',
    ]);
  });
});

test('without credentials one fact says so, and the status could not be told', async () => {
  const { clock } = world;
  const env = { ...world.env, GOOGLE_OAUTH_ACCESS_TOKEN: 'two words' };
  const api = createGoogleApi({ project: 'acme', env, clock });
  const window = windowUntilNow(2, clock);
  const status = await readQualysStatus({ target: QUALYS_TARGET, api, secops: api, window, clock });
  expect(stateOf(status)).toBe('unknown');
  expect(status.facts.map(({ name }) => name)).toEqual([
    'alerts runs, alerts state, alerts schedule, alerts bucket, alerts feed, parser',
  ]);
});
