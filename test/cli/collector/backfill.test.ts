import { type RequestedBackfill, renderBackfill, requestBackfill } from '../../../cli/collector/backfill';
import type { GoogleApi } from '../../../cli/google-api';
import { parseWindow } from '../../../cli/window';
import { NOON, STATE, startWorld, TARGET, type World } from './google-world';

const clock = { now: () => NOON, sleep: async () => undefined };

describe('the window of a command line', () => {
  test('is in whole seconds; a day is its midnight, UTC', () => {
    expect(parseWindow('2026-01-01', '2026-01-08T09:30:00Z', clock)).toEqual({
      from: Date.UTC(2026, 0, 1) / 1000,
      to: Date.UTC(2026, 0, 8, 9, 30) / 1000,
    });
    expect(parseWindow('2024-02-29', '2026-03-01T12:00:00Z', clock).to).toBe(NOON / 1000);
  });

  test.each([
    ['2026-02-30', '2026-03-01', '--from 2026-02-30: there is no such day or time'],
    ['2025-02-29', '2026-03-01', '--from 2025-02-29: there is no such day or time'],
    ['2026-01-01', '2026-01-02T24:00:00Z', '--to 2026-01-02T24:00:00Z: there is no such day or time'],
    ['2026-01-01', '2026-01-02T10:61:00Z', 'there is no such day or time'],
    ['2026-01-01', '2026-01-02T10:00:00+01:00', '--to 2026-01-02T10:00:00+01:00: expected YYYY-MM-DD (midnight UTC)'],
    ['2026-01-01 ', '2026-01-02', 'expected YYYY-MM-DD'],
    ['yesterday', '2026-01-02', '--from yesterday: expected YYYY-MM-DD'],
    ['', '2026-01-02', 'expected YYYY-MM-DD'],
    ['0001-01-01', '2026-01-02', 'expected a moment from 2000-01-01 on'],
    ['2026-01-02', '2026-01-02', '--from 2026-01-02 is not before --to 2026-01-02'],
    ['2026-01-03', '2026-01-02', '--from 2026-01-03 is not before --to 2026-01-02'],
    ['2026-01-01', '2026-03-01T12:00:01Z', 'lies in the future; it is 2026-03-01T12:00:00Z'],
  ])('from %j to %j: %s', (from, to, problem) => {
    expect(() => parseWindow(from, to, clock)).toThrow(problem);
  });
});

describe('a request', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
    world.writeState('alerts.json', STATE);
  });
  afterEach(() => world.close());

  const request = (
    from: string,
    to: string,
    options: { again?: boolean; api?: GoogleApi } = {},
  ): Promise<RequestedBackfill> =>
    requestBackfill({
      target: TARGET,
      api: world.api,
      window: parseWindow(from, to, clock),
      again: false,
      clock: world.clock,
      ...options,
    });

  test('is written for the collector: after `since`, before `until`, both exclusive', async () => {
    const backfill = await request('2026-01-01', '2026-01-08');
    expect(backfill).toEqual({
      id: '20260101T000000Z-20260108T000000Z',
      from: '2026-01-01T00:00:00Z',
      to: '2026-01-08T00:00:00Z',
      cutFrom: null,
      request: 'gs://acme-state/requests/alerts/20260101T000000Z-20260108T000000Z.json',
      objects: 'gs://acme-logs/alerts/backfill=20260101T000000Z-20260108T000000Z/',
      drainedAt: '2026-03-01T11:45:00Z',
    });
    expect(world.readState('requests/alerts/20260101T000000Z-20260108T000000Z.json')).toEqual({
      since: '2025-12-31T23:59:59Z',
      until: '2026-01-08T00:00:00Z',
    });
    expect(renderBackfill(backfill, TARGET)).toBe(
      [
        'The backfill 20260101T000000Z-20260108T000000Z is requested.',
        '  window    from 2026-01-01T00:00:00Z, up to but without 2026-01-08T00:00:00Z',
        '  objects   gs://acme-logs/alerts/backfill=20260101T000000Z-20260108T000000Z/',
        '  begins    with the next run that finds nothing left of the live feed (last: 2026-03-01T11:45:00Z)',
        '  now       ./tributary run prod qualys-secops alerts',
      ].join('\n'),
    );
  });

  test('is cut where the live feed begins: right after its since', async () => {
    const backfill = await request('2026-02-20', '2026-03-01');
    expect(backfill).toMatchObject({ to: '2026-02-22T12:00:01Z', cutFrom: '2026-03-01T00:00:00Z' });
    expect(world.readState(`requests/alerts/${backfill.id}.json`)).toEqual({
      since: '2026-02-19T23:59:59Z',
      until: '2026-02-22T12:00:01Z',
    });
    expect(renderBackfill(backfill, TARGET)).toContain(
      '  cut       the live feed covers the rest, up to 2026-03-01T00:00:00Z\n',
    );
    expect((await request('2026-02-19', '2026-02-20')).cutFrom).toBeNull();
  });

  test('is refused when the live feed covers the whole window, from its first second on', async () => {
    await expect(request('2026-02-22T12:00:01Z', '2026-02-23')).rejects.toThrow(
      'The live feed covers everything since 2026-02-22T12:00:01Z, and with it the whole window. --again collects it ' +
        'once more (SecOps then holds those alerts twice).',
    );
    expect(world.stateObjects()).toEqual(['alerts.json']);
    expect(await request('2026-02-22T12:00:00Z', '2026-02-23')).toMatchObject({ to: '2026-02-22T12:00:01Z' });
  });

  test('is refused before the first run', async () => {
    world.storage.objects.clear();
    for (const again of [false, true])
      await expect(request('2026-01-01', '2026-01-08', { again })).rejects.toThrow(
        'The feed alerts has no state in gs://acme-state: no run has been yet. Deploy it (npx cdktf deploy ' +
          'prod-qualys-secops) or start a run (./tributary run prod qualys-secops alerts)',
      );
  });

  test('is refused the second time, and when it overlaps with others: requested, at work or finished', async () => {
    await request('2026-01-01', '2026-01-08');
    await expect(request('2026-01-01', '2026-01-08')).rejects.toThrow(
      /overlaps with the backfill 20260101T000000Z-20260108T000000Z \(from 2026-01-01T00:00:00Z to 2026-01-08T00:00:00Z\)/,
    );
    const state = { ...STATE, since: '2026-01-09T23:59:59Z', until: '2026-01-12T00:00:00Z' };
    world.writeState('alerts.backfills/finished.json', state);
    // One that is at work has both, and is named once.
    world.writeState('alerts.backfills/20260101T000000Z-20260108T000000Z.json', {
      ...STATE,
      since: '2025-12-31T23:59:59Z',
      until: '2026-01-08T00:00:00Z',
    });
    await expect(request('2026-01-07T23:59:59Z', '2026-01-11')).rejects.toThrow(
      /^The window from 2026-01-07T23:59:59Z to 2026-01-11T00:00:00Z overlaps with the backfill 20260101T000000Z-20260108T000000Z \(from [^)]*\) and the backfill finished \(from 2026-01-10T00:00:00Z to 2026-01-12T00:00:00Z\)\. --again collects it once more/,
    );
  });

  test('is taken beside others that it only touches', async () => {
    await request('2026-01-01', '2026-01-08');
    await request('2026-01-08', '2026-01-09');
    await request('2025-12-31', '2026-01-01');
    expect(world.stateObjects().filter((name) => name.startsWith('requests/'))).toHaveLength(3);
  });

  test('of another feed is not looked at', async () => {
    world.writeState('requests/assets/x.json', { since: '2026-01-01T00:00:00Z', until: '2026-01-08T00:00:00Z' });
    expect(await request('2026-01-01', '2026-01-08')).toMatchObject({ cutFrom: null });
  });

  test('that disappears while it is looked at is no obstacle', async () => {
    await request('2026-01-01', '2026-01-08');
    const name = 'requests/alerts/20260101T000000Z-20260108T000000Z.json';
    const api: GoogleApi = {
      request: (asked) => {
        if (asked.path.endsWith(encodeURIComponent(name))) world.storage.objects.delete(`acme-state/${name}`);
        return world.api.request(asked);
      },
    };
    expect(await request('2026-01-01', '2026-01-08', { api })).toMatchObject({ cutFrom: null });
  });

  test('--again collects once more what others cover, uncut and under a name of its own', async () => {
    await request('2026-02-20', '2026-03-01');
    world.writeState('alerts.backfills/broken.json', '{');
    const again = await request('2026-02-20', '2026-03-01', { again: true });
    expect(again).toMatchObject({
      id: '20260220T000000Z-20260301T000000Z-again-20260301T120000Z',
      to: '2026-03-01T00:00:00Z',
      cutFrom: null,
    });
    expect(again.id).toMatch(/^[A-Za-z0-9-]+$/);
    await expect(request('2026-02-19', '2026-02-21', { again: true })).resolves.toBeDefined();
  });

  test('whose name was taken in between is told', async () => {
    const name = 'requests/alerts/20260101T000000Z-20260108T000000Z.json';
    const api: GoogleApi = {
      request: (asked) => {
        if (asked.path.startsWith('/upload')) world.writeState(name, { since: 'x', until: 'y' });
        return world.api.request(asked);
      },
    };
    await expect(request('2026-01-01', '2026-01-08', { api })).rejects.toThrow(
      `The backfill 20260101T000000Z-20260108T000000Z exists: gs://acme-state/${name}.`,
    );
    expect(world.readState(name)).toEqual({ since: 'x', until: 'y' });
  });

  test.each(['{', 'null', '{"since":"a","until":"b"}', '{"since":"2026-01-01T00:00:00Z"}'])(
    'an object beside it that is none (%s) is named',
    async (content) => {
      world.writeState('requests/alerts/odd.json', content);
      await expect(request('2026-01-01', '2026-01-08')).rejects.toThrow(
        'gs://acme-state/requests/alerts/odd.json is neither a request nor a state of a backfill.',
      );
    },
  );

  test.each([
    [/^GET .*alerts\.json/, 'roles/storage.objectViewer on the bucket acme-state'],
    [/^GET .*\/o\?prefix/, 'roles/storage.objectViewer on the bucket acme-state'],
    [/^POST/, 'roles/storage.objectCreator on the bucket acme-state'],
  ])('without the right for %s the role is told', async (on, role) => {
    world.storage.faults.push({ on, fault: 403 });
    await expect(request('2026-01-01', '2026-01-08')).rejects.toThrow(`This takes ${role}.`);
  });
});
