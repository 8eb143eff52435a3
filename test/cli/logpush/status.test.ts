import { exitCodeOfJobs } from '../status/logpush/report';
import { ACCOUNT, accountJob, HOUR, KEY, NOON, startWorld, type World, zoneId, zoneJob } from './status-world';

let world: World;
afterEach(() => world.close());

const JOB = accountJob('audit_logs');

describe('one job', () => {
  beforeEach(async () => {
    world = await startWorld();
  });

  test('that delivers is ok, with its numbers by day', async () => {
    world.setTime(NOON - 48 * HOUR);
    const id = await world.deploy(JOB);
    await world.cloudflare.push(id, 25);
    world.setTime(NOON);
    await world.cloudflare.push(id, 5);
    world.setTime(NOON + 60_000);
    const report = await world.status([JOB], 3);
    expect(report.dates).toEqual(['2026-03-05', '2026-03-06', '2026-03-07', '2026-03-08']);
    expect(report.jobs).toMatchObject([
      {
        id,
        state: 'ok',
        delivered: 4,
        retried: 0,
        lost: 0,
        records: 30,
        lastSuccess: '2026-03-08T12:00:00Z',
        days: [{ delivered: 0 }, { delivered: 3, records: 25 }, { delivered: 0 }, { delivered: 1, records: 5 }],
        dashboard: `https://dash.cloudflare.com/?to=/${ACCOUNT}/logs`,
      },
    ]);
    expect(report.sums.bytes).toBeGreaterThan(report.sums.bytesCompressed);
    expect(exitCodeOfJobs(report)).toBe(0);
  });

  test('whose batch was given up is losing for a day, and the attempts before count as retried', async () => {
    const id = await world.deploy(JOB);
    world.taegis.failNext(503, 4);
    await world.cloudflare.push(id, 20);
    world.setTime(NOON + HOUR);
    const [job] = (await world.status([JOB])).jobs;
    expect(job).toMatchObject({ state: 'losing', delivered: 1, records: 10, retried: 3, lost: 1, lostRecords: 10 });
    expect(job?.problem).toBe('1 batch with 10 records was lost since 2026-03-08 (status 503)');

    world.setTime(NOON + 25 * HOUR);
    await world.cloudflare.push(id, 10);
    const later = await world.status([JOB]);
    expect(later.jobs).toMatchObject([{ state: 'ok', lost: 1 }]);
    expect(exitCodeOfJobs(later)).toBe(0);
  });

  test('whose last upload failed is failing, without its destination', async () => {
    const id = await world.deploy(JOB);
    world.taegis.failNext(500, 3);
    await world.cloudflare.push(id, 10);
    const report = await world.status([JOB]);
    expect(report.jobs).toMatchObject([
      {
        state: 'failing',
        problem:
          'the last upload failed at 2026-03-08T12:00:00Z: error uploading to https://ingest.example.com… unexpected status 500',
      },
    ]);
    expect(JSON.stringify(report)).not.toContain(KEY);
    expect(exitCodeOfJobs(report)).toBe(1);
  });

  test('that failed for 24 hours is disabled', async () => {
    const id = await world.deploy(JOB);
    world.taegis.failNext(500, 3);
    await world.cloudflare.push(id, 10);
    world.setTime(NOON + 24 * HOUR);
    expect((await world.status([JOB])).jobs).toMatchObject([{ state: 'disabled', id }]);
  });

  test('that only tries for more than an hour is stalled', async () => {
    const id = await world.deploy(JOB);
    await world.cloudflare.push(id, 10);
    world.setTime(NOON + 2 * HOUR);
    world.taegis.failNext(500, 3);
    await world.cloudflare.push(id, 10);
    // Cloudflare has forgotten the error, and goes on.
    world.cloudflare.faults.push({
      on: /GET .*logpush.jobs/,
      status: 200,
      body: {
        success: true,
        errors: [],
        result: [{ ...JOB, id, enabled: true, last_complete: '2026-03-08T12:00:00Z', last_error: null }],
      },
    });
    const { data } = await healthOf(id, false);
    world.cloudflare.faults.push({ on: /LogpushHealth\(/, status: 200, body: { data } });
    expect((await world.status([JOB], 1)).jobs).toMatchObject([
      { state: 'stalled', problem: 'nothing was delivered since 2026-03-08 12:00 UTC' },
    ]);
  });

  test('that delivered every day and fell silent is stalled, one that is quiet at times is not', async () => {
    const quiet = accountJob('gateway_dns');
    world.setTime(NOON - 7 * 24 * HOUR);
    const ids = { regular: await world.deploy(JOB), quiet: await world.deploy(quiet) };
    for (let day = 7; day >= 2; day -= 1) {
      world.setTime(NOON - day * 24 * HOUR + HOUR);
      await world.cloudflare.push(ids.regular, 1);
      if (day !== 4) await world.cloudflare.push(ids.quiet, 1);
    }
    world.setTime(NOON);
    const { jobs } = await world.status([JOB, quiet]);
    expect(jobs.map(({ dataset, state }) => [dataset, state])).toEqual([
      ['audit_logs', 'stalled'],
      ['gateway_dns', 'ok'],
    ]);
  });

  test('without any upload is silent, which is no problem; one that Cloudflare has not is missing', async () => {
    await world.deploy(JOB);
    expect(exitCodeOfJobs(await world.status([JOB]))).toBe(0);
    const report = await world.status([JOB, accountJob('gateway_dns')]);
    expect(report.jobs.map(({ state }) => state)).toEqual(['missing', 'silent']);
    expect(exitCodeOfJobs(report)).toBe(1);
  });

  async function healthOf(jobId: number, final: boolean) {
    const dimensions = { jobId, date: '2026-03-08', status: 500, final: final ? 1 : 0 };
    const group = {
      dimensions,
      sum: { uploads: 3, records: 30, bytes: 300, bytesCompressed: 100 },
      max: { timestamp: '2026-03-08T14:00:00Z' },
    };
    return { data: { viewer: { accounts: [{ tag: ACCOUNT, logpushHealthAdaptiveGroups: [group] }] } } };
  }
});

describe('limits of Cloudflare', () => {
  test('ten zones a query; windows and pages as the settings say', async () => {
    const jobs = Array.from({ length: 12 }, (_, index) => zoneJob(index));
    world = await startWorld({
      zones: jobs.map(({ owner }) => owner.id),
      settings: { maxDuration: 12 * 3600, notOlderThan: 36 * 3600 },
    });
    for (const job of jobs) await world.deploy(job);
    const report = await world.status(jobs);
    const queries = world.cloudflare.requests.filter(({ path }) => path === '/graphql');
    expect(queries.map(({ variables }) => (variables?.owners as string[] | undefined)?.length)).toEqual([
      10, 10, 10, 10, 2, 2, 2, 2,
    ]);
    expect(queries[1]?.variables).toMatchObject({
      from: '2026-03-07T00:01:00Z',
      to: '2026-03-07T12:01:00Z',
      limit: 1000,
    });
    expect(report.couldNotTell[0]).toBe(
      'Of the zone z0.example.com Cloudflare keeps health data since 2026-03-07T00:01:00Z only.',
    );
    expect(report.states.silent).toBe(12);
  });

  test('a full page is asked for again in shorter windows, and nothing counts twice', async () => {
    world = await startWorld({ settings: { maxPageSize: 2 } });
    const ids = [];
    const jobs = ['audit_logs', 'gateway_dns', 'gateway_http'].map(accountJob);
    world.setTime(NOON - 6 * HOUR);
    for (const job of jobs) ids.push(await world.deploy(job));
    for (const [index, id] of ids.entries()) {
      world.setTime(NOON - (6 - index) * HOUR);
      await world.cloudflare.push(id, 10);
    }
    world.setTime(NOON);
    expect((await world.status(jobs, 1)).jobs.map(({ delivered }) => delivered)).toEqual([1, 1, 1]);
  });

  test('a page that is full within a minute could not be told', async () => {
    world = await startWorld({ settings: { maxPageSize: 1 } });
    const jobs = ['audit_logs', 'gateway_dns'].map(accountJob);
    world.setTime(NOON - HOUR);
    for (const job of jobs) await world.cloudflare.push(await world.deploy(job), 10);
    world.setTime(NOON);
    const report = await world.status(jobs, 1);
    expect(report.couldNotTell[0]).toContain('more than 1 groups a minute');
    expect(exitCodeOfJobs(report)).toBe(2);
  });

  test('300 queries in five minutes are never exceeded', async () => {
    const jobs = Array.from({ length: 60 }, (_, index) => zoneJob(index));
    world = await startWorld({ zones: jobs.map(({ owner }) => owner.id), settings: { maxDuration: 7200 } });
    const report = await world.status(jobs);
    expect(world.cloudflare.requests.filter(({ path }) => path === '/graphql')).toHaveLength(6 * (1 + 84));
    expect(world.clock.now() - NOON).toBe(300_000);
    expect(report.couldNotTell).toEqual([]);
    // More than 500 requests over HTTP, on a machine that may be busy.
  }, 30_000);
});

describe('what could not be told', () => {
  test('a zone that is refused darkens itself only', async () => {
    const jobs = [zoneJob(1), zoneJob(2)];
    world = await startWorld({ zones: [zoneId(1), zoneId(2)], hidden: [zoneId(1)] });
    for (const job of jobs) await world.cloudflare.push(await world.deploy(job), 10);
    world.setTime(NOON + 1000);
    const report = await world.status(jobs, 1);
    expect(report.jobs.map(({ owner, state }) => [owner.name, state])).toEqual([
      ['z1.example.com', 'unknown'],
      ['z2.example.com', 'ok'],
    ]);
    expect(report.couldNotTell).toEqual([
      "Could not read the health of the zone z1.example.com: Cloudflare answered 200: zone '00000000000000000000000000000001' does not have access to the path.\nThis takes the permission Analytics: Read on the zone z1.example.com.",
    ]);
    expect(exitCodeOfJobs(report)).toBe(2);
  });

  test('a zone that the answer leaves out is not taken for silent', async () => {
    world = await startWorld({ zones: [zoneId(1)] });
    await world.deploy(zoneJob(1));
    world.cloudflare.faults.push({ on: /LogpushHealth\(/, status: 200, body: { data: { viewer: { zones: [] } } } });
    const report = await world.status([zoneJob(1)], 1);
    expect(report.jobs).toMatchObject([{ state: 'unknown' }]);
    expect(report.couldNotTell[0]).toContain('Cloudflare left it out of its answer');
  });

  test('jobs that may not be listed are told with the permission', async () => {
    world = await startWorld();
    const body = { success: false, errors: [{ code: 1004, message: 'not allowed' }] };
    world.cloudflare.faults.push({ on: /GET .*jobs/, status: 403, body });
    const report = await world.status([JOB], 1);
    expect(report.couldNotTell[0]).toContain(
      'not allowed (1004).\nThis takes the permission Logs: Edit on the account',
    );
    expect(exitCodeOfJobs(report)).toBe(2);
  });

  test('a node that the plan does not have is told', async () => {
    world = await startWorld({ settings: { enabled: false } });
    await world.deploy(JOB);
    expect((await world.status([JOB], 1)).couldNotTell[0]).toContain(
      "Cloudflare's plan has no GraphQL data of Logpush",
    );
  });
});

test('a job that account and zone both tell of counts once', async () => {
  world = await startWorld({ zones: [zoneId(1)], accountTellsZones: true });
  const jobs = [JOB, zoneJob(1)];
  for (const job of jobs) await world.cloudflare.push(await world.deploy(job), 10);
  world.setTime(NOON + 1000);
  const report = await world.status(jobs, 1);
  expect(report.sums).toMatchObject({ delivered: 2, records: 20 });
  expect(report.jobs[1]?.dashboard).toBe(`https://dash.cloudflare.com/?to=/${ACCOUNT}/z1.example.com/analytics/logs`);
});
