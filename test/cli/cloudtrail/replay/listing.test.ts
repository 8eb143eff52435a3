import fc from 'fast-check';
import {
  announcedFiles,
  type BucketListing,
  bucketListing,
  type StoredObject,
  touchedDays,
  type WalkOptions,
} from '../../../../cli/cloudtrail/replay/listing';

const DAY = 86_400;
const seconds = (text: string) => Date.parse(text) / 1000;
const inOrder = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** A bucket in memory that keeps what was listed of it. */
function fakeBucket(objects: readonly StoredObject[]) {
  const sorted = [...objects].sort((a, b) => inOrder(a.key, b.key));
  const folders: string[] = [];
  const keys: string[] = [];
  const listing: BucketListing = {
    async *folders(folder) {
      folders.push(folder);
      const rests = sorted.filter(({ key }) => key.startsWith(folder)).map(({ key }) => key.slice(folder.length));
      const names = rests.filter((rest) => rest.includes('/')).map((rest) => rest.slice(0, rest.indexOf('/') + 1));
      yield* [...new Set(names)].map((name) => folder + name);
    },
    async *objects(folder, after) {
      for (const object of sorted) {
        if (!object.key.startsWith(folder) || inOrder(object.key, after) <= 0) continue;
        keys.push(object.key);
        yield object;
      }
    },
  };
  return { listing, folders, keys };
}

const BUCKET = { kind: 'bucket', prefix: '', suffix: '' } as const;

async function walk(listing: BucketListing, options: Partial<WalkOptions> & Pick<WalkOptions, 'window'>) {
  const target = { keyPrefix: '', announcedBy: BUCKET };
  const found: string[] = [];
  const onFolder = () => undefined;
  for await (const { key } of announcedFiles({ listing, target, after: '', onFolder, ...options })) found.push(key);
  return found;
}

const object = (key: string, lastModified: string): StoredObject => ({
  key,
  lastModified: Date.parse(lastModified),
  size: 1,
  etag: 'e',
});
const file = (day: string, name: string, lastModified: string) =>
  object(`AWSLogs/111122223333/CloudTrail/us-east-1/${day}/${name}`, lastModified);
const NOON = { from: seconds('2026-03-02T12:00:00Z'), to: seconds('2026-03-02T13:00:00Z') };

describe('which day folders a window can touch', () => {
  test.each([
    ['2026-03-02T12:00:00Z', '2026-03-02T13:00:00Z', '2026/03/01', '2026/03/02'],
    ['2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z', '2026/02/28', '2026/03/02'],
    ['2026-01-01T00:00:00Z', '2026-01-01T23:00:00Z', '2025/12/31', '2026/01/01'],
    ['2026-01-01T00:00:00Z', '2026-01-01T23:00:01Z', '2025/12/31', '2026/01/02'],
  ])('from %s to %s: %s to %s', (from, to, first, last) => {
    expect(touchedDays({ from: seconds(from), to: seconds(to) })).toEqual({ first, last });
  });
});

describe('which files are found', () => {
  test('those delivered from the start of the window, up to but without its end', async () => {
    const { listing } = fakeBucket([
      file('2026/03/02', 'a', '2026-03-02T11:59:59Z'),
      file('2026/03/02', 'b', '2026-03-02T12:00:00Z'),
      file('2026/03/02', 'c', '2026-03-02T12:59:59Z'),
      file('2026/03/02', 'd', '2026-03-02T13:00:00Z'),
    ]);
    expect((await walk(listing, { window: NOON })).map((key) => key.at(-1))).toEqual(['b', 'c']);
  });

  test('also one of the day before that came late; not one of two days before, whose folder is not read', async () => {
    const bucket = fakeBucket([
      file('2026/02/28', 'too-late', '2026-03-02T12:30:00Z'),
      file('2026/03/01', 'late', '2026-03-02T12:30:00Z'),
      file('2026/03/03', 'x', '2026-03-03T00:01:00Z'),
      file('2026/03/03', 'y', '2026-03-03T00:02:00Z'),
    ]);
    expect((await walk(bucket.listing, { window: NOON })).map((key) => key.split('/').at(-1))).toEqual(['late']);
    // The first one behind the last day shows that there is nothing more.
    expect(bucket.keys.map((key) => key.split('/').at(-1))).toEqual(['late', 'x']);
  });

  const at = '2026-03-02T12:30:00Z';
  const kinds = ['CloudTrail', 'CloudTrail-Digest', 'CloudTrail-Insight', 'elasticloadbalancing'].map((kind) =>
    object(`AWSLogs/111122223333/${kind}/us-east-1/2026/03/02/f.json.gz`, at),
  );
  const kindOf = (key: string) => key.split('/')[2];

  test('a bucket announces digests and Insights, too; files of other services are not of the trail', async () => {
    expect((await walk(fakeBucket(kinds).listing, { window: NOON })).map(kindOf)).toEqual([
      'CloudTrail-Digest',
      'CloudTrail-Insight',
      'CloudTrail',
    ]);
  });

  test('with a topic, digests are left out', async () => {
    const target = { keyPrefix: '', announcedBy: { kind: 'topic', arn: 'arn:aws:sns:us-east-1:1:t' } } as const;
    expect((await walk(fakeBucket(kinds).listing, { window: NOON, target })).map(kindOf)).toEqual([
      'CloudTrail-Insight',
      'CloudTrail',
    ]);
  });

  test('the filter of the notification holds, and folders outside its prefix are not listed', async () => {
    const bucket = fakeBucket([...kinds, object('AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02/f.txt', at)]);
    const prefix = 'AWSLogs/111122223333/CloudTrail/';
    const target = { keyPrefix: '', announcedBy: { kind: 'bucket', prefix, suffix: '.json.gz' } } as const;
    expect(await walk(bucket.listing, { window: NOON, target })).toEqual([
      'AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02/f.json.gz',
    ]);
    expect(bucket.folders).toEqual(['AWSLogs/', 'AWSLogs/111122223333/', prefix]);
  });
});

const BASE = Date.UTC(2026, 1, 27);
const objects = fc.uniqueArray(
  fc.record({
    organization: fc.constantFrom('', 'o-exampleorgid/', 'not-an-organization/'),
    account: fc.constantFrom('111122223333', '444455556666'),
    kind: fc.constantFrom('CloudTrail', 'CloudTrail-Digest', 'CloudTrail-Insight', 'Config'),
    region: fc.constantFrom('ap-northeast-1', 'us-east-1'),
    day: fc.integer({ min: 0, max: 9 }),
    name: fc.constantFrom('a', 'a b', 'a+b', 'ü', '～', '😀', 'a/b'),
    type: fc.constantFrom('.json.gz', '.txt'),
    // From an hour before its day to the end of the day after.
    delivered: fc.integer({ min: -3_600, max: 2 * DAY - 1 }),
  }),
  { selector: (drawn) => JSON.stringify({ ...drawn, delivered: 0 }), maxLength: 60 },
);

test('of any objects and any window, exactly those inside come, once, in order, also from any of them on', async () => {
  await fc.assert(
    fc.asyncProperty(
      objects,
      fc.integer({ min: 0, max: 9 * DAY }),
      fc.integer({ min: 1, max: 4 * DAY }),
      fc.constantFrom('', 'security/'),
      fc.constantFrom('', 'AWSLogs/111122223333/', 'AWSLogs/o-exampleorgid/4444'),
      fc.constantFrom('', '.json.gz'),
      async (drawn, start, length, keyPrefix, filter, suffix) => {
        const prefix = filter && keyPrefix + filter;
        const stored = drawn.map((one) => {
          const day = new Date(BASE + one.day * DAY * 1000).toISOString().slice(0, 10).replaceAll('-', '/');
          const folder = `${keyPrefix}AWSLogs/${one.organization}${one.account}/${one.kind}/${one.region}`;
          return {
            isOfTrail: one.kind !== 'Config' && !one.organization.startsWith('not'),
            key: `${folder}/${day}/${one.name}${one.type}`,
            lastModified: BASE + (one.day * DAY + one.delivered) * 1000,
            size: 1,
            etag: 'e',
          };
        });
        const from = BASE / 1000 + start;
        const window = { from, to: from + length };
        const expected = stored
          .filter(({ isOfTrail }) => isOfTrail)
          .filter(({ lastModified }) => lastModified >= window.from * 1000 && lastModified < window.to * 1000)
          .map(({ key }) => key)
          .filter((key) => key.startsWith(prefix) && key.endsWith(suffix))
          .sort(inOrder);

        const bucket = fakeBucket(stored);
        const target = { keyPrefix, announcedBy: { kind: 'bucket', prefix, suffix } } as const;
        expect(await walk(bucket.listing, { window, target })).toEqual(expected);

        const { first, last } = touchedDays(window);
        const strange = bucket.keys.map((key) => /^(.*)\/(\d{4}\/\d\d\/\d\d)\//.exec(key) ?? []);
        expect(strange.filter(([, , day = '']) => day < first)).toEqual([]);
        const behind = strange.filter(([, , day = '']) => day > last).map(([, region]) => region);
        expect(behind).toEqual([...new Set(behind)]);
        expect(bucket.folders.filter((folder) => /\/\d{4}\//.test(folder))).toEqual([]);

        for (const [index, after] of expected.entries())
          expect(await walk(fakeBucket(stored).listing, { window, target, after })).toEqual(expected.slice(index + 1));
      },
    ),
    { numRuns: 200 },
  );
}, 60_000);

test('a refused listing says what it needs', async () => {
  const refusal = Object.assign(new Error('no'), { name: 'AccessDenied' });
  const s3 = { send: async () => Promise.reject(refusal) };
  const listing = bucketListing({ s3 } as unknown as Parameters<typeof bucketListing>[0], 'trail');
  await expect(walk(listing, { window: NOON })).rejects.toThrow(
    'Could not list s3://trail/AWSLogs/: AWS refuses it (AccessDenied). It needs s3:ListBucket on the bucket.',
  );
});
