import { describeActive, readActiveParser } from '../../../cli/parser/active';
import { custom, extension, INSTANCE, LOG_TYPE, prebuilt, startWorld, type World } from './world';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const read = () => readActiveParser(world.api, INSTANCE, LOG_TYPE);

test('the prebuilt parser with its version, and whether a newer one is there', async () => {
  world.secops.stored = [
    custom('pa_1', 'filter {}'),
    custom('pa_2', 'filter {}'),
    prebuilt('ACTIVE', {
      createTime: '2026-02-01T00:00:00Z',
      versionInfo: { version: '12.0', latestParserVersion: '13.1', autoUpgradeDisabled: true },
    }),
  ];
  const active = await read();
  expect(active).toEqual({
    kind: 'prebuilt',
    id: 'pa_prebuilt',
    version: '12.0',
    newerVersion: '13.1',
    isPinned: true,
    releaseStage: 'RELEASE',
    createdAt: '2026-02-01T00:00:00Z',
  });
  expect(describeActive(active)).toBe('the prebuilt parser 12.0, pinned, 13.1 is there');
});

test('a custom parser with the extension that is live over it', async () => {
  world.secops.stored = [
    custom('pa_1', 'filter {}', { state: 'ACTIVE', releaseStage: 'RELEASE' }),
    extension('pe_0', 'filter {}', 'ARCHIVED'),
    extension('pe_1', 'filter {}', 'LIVE', { lastLiveTime: '2026-03-01T11:59:00Z' }),
  ];
  const active = await read();
  expect(active).toEqual({
    kind: 'custom',
    id: 'pa_1',
    isPinned: false,
    releaseStage: 'RELEASE',
    createdAt: '2026-03-01T11:00:00Z',
    extension: { id: 'pe_1', liveSince: '2026-03-01T11:59:00Z' },
  });
  expect(describeActive(active)).toBe('the custom parser pa_1 of 2026-03-01');
});

test('a release candidate is told as one, and a version that SecOps does not say by the id', async () => {
  world.secops.stored = [prebuilt('ACTIVE', { releaseStage: 'RELEASE_CANDIDATE', versionInfo: undefined })];
  expect(describeActive(await read())).toBe('the prebuilt parser pa_prebuilt, a release candidate');
});

test('none is no error', async () => {
  expect(await read()).toBeUndefined();
  expect(describeActive(undefined)).toBe('no parser');
});
