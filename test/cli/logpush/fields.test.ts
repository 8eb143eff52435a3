import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CloudflareApi, CloudflareApiError, type CloudflareRequest } from '../../../cli/cloudflare-api';
import { compareFields, concludeFields } from '../../../cli/logpush/fields';
import { CATALOGUE_FILE, renderCatalogue, withFields } from '../../../cli/logpush/fields-catalogue';
import { projectRoot } from '../../../environments/root';

const CATALOGUE = {
  provenance: { method: 'by hand' },
  datasets: { dns_logs: { scope: 'zone', fields: ['B', 'D', 'Old'], deprecated: ['Old'] } },
};
const job = (id: string) => ({
  owner: { kind: 'zone' as const, id, name: `${id}.example` },
  dataset: 'dns_logs',
  fields: ['B', 'D', 'Old'],
});

/** Live lists by zone; a zone without one is refused. */
const api = (lists: Record<string, Record<string, string>>): CloudflareApi => ({
  request: async <T>({ path, purpose }: CloudflareRequest) => {
    const list = lists[/^\/zones\/(\w+)\/logpush\/datasets\/dns_logs\/fields$/.exec(path)?.[1] ?? ''];
    if (list === undefined) throw new CloudflareApiError(403, [10000], `Could not ${purpose}.`);
    return list as T;
  },
  graphql: () => Promise.reject(new Error('not used')),
});

test('new, gone everywhere, missing in one zone and deprecated are told apart', async () => {
  const zones = { one: { B: '', C: '', Old: '' }, two: { B: 'Deprecated: use C.', C: '' } };
  const { datasets } = await compareFields(api(zones), [job('one'), job('two')], CATALOGUE);
  expect(datasets).toEqual([
    {
      dataset: 'dns_logs',
      new: ['C'],
      gone: ['D'],
      missing: { 'the zone two.example': ['Old'] },
      deprecated: ['B', 'Old'],
    },
  ]);
});

test.each([
  ['as in the catalogue', { one: { B: '', D: '', Old: '' } }, false, 0],
  ['new', { one: { B: '', D: '', Old: '', C: '' } }, false, 1],
  ['new, and written', { one: { B: '', D: '', Old: '', C: '' } }, true, 0],
  ['gone, which no writing mends', { one: { B: '', Old: '' } }, true, 1],
  ['gone in one of two zones', { one: { B: '', D: '', Old: '' }, two: { B: '', D: '' } }, true, 1],
  ['refused', {}, false, 2],
])('%s', async (_, lists, written, exitCode) => {
  const jobs = [job('one'), ...('two' in lists ? [job('two')] : [])];
  const comparison = await compareFields(api(lists), jobs, CATALOGUE);
  expect(concludeFields(comparison, written).exitCode).toBe(exitCode);
});

describe('of what was refused', () => {
  const refusing = (status: number | undefined, codes: number[], words: string): CloudflareApi => ({
    ...api({}),
    request: async ({ purpose }) => {
      throw new CloudflareApiError(
        status,
        codes,
        `Could not ${purpose}: Cloudflare answered ${status}: ${words}.\nDo this.`,
      );
    },
  });

  test.each<[number | undefined, number[], string, 'lacking' | 'unread']>([
    [400, [1004], 'dataset is not allowed (1004)', 'lacking'],
    [403, [1004], 'not entitled (1004)', 'lacking'],
    [404, [1002], 'unknown dataset (1002)', 'lacking'],
    [403, [1004], "reading job for product 'access' is not allowed (1004)", 'unread'],
    [400, [1004], "reading job for product 'access' is not allowed (1004)", 'unread'],
    [403, [10000], 'Authentication error (10000)', 'unread'],
    [403, [9109], 'Invalid access token (9109)', 'unread'],
    [403, [], 'no reason given', 'unread'],
    [404, [7003], 'Could not route to /zones/x (7003)', 'unread'],
    [429, [971], 'Rate limited (971)', 'unread'],
    [500, [1000001], 'broken (1000001)', 'unread'],
    [undefined, [], 'nothing', 'unread'],
  ])('%s %j %s is %s', async (status, codes, words, expected) => {
    const comparison = await compareFields(refusing(status, codes, words), [job('one')], CATALOGUE);
    const { lacking, unread } = comparison;
    expect({ lacking: lacking.length, unread: unread.length }).toEqual({ lacking: 0, unread: 0, [expected]: 1 });
    expect(concludeFields(comparison, false).exitCode).toBe(expected === 'lacking' ? 1 : 2);
  });

  test('what a plan lacks is told with the words of Cloudflare and what to do', async () => {
    const { text, document } = concludeFields(
      await compareFields(refusing(400, [1004], 'not allowed (1004)'), [job('one')], CATALOGUE),
      false,
    );
    expect(text).toBe(
      'Not available, so that a deploy of the job would fail:\n' +
        '  dns_logs to the zone one.example: its plan or products lack it (Cloudflare answered 400: not allowed (1004)). Leave it out, or buy it.',
    );
    expect(document).toMatchObject({
      datasets: [],
      lacking: [
        { dataset: 'dns_logs', owner: 'the zone one.example', reason: 'Cloudflare answered 400: not allowed (1004)' },
      ],
    });
  });

  test.each([[{}], [null]])('a list that is %j is a lack, in this zone alone', async (list) => {
    const lists = { one: list as Record<string, string>, two: { B: '', D: '', Old: '' } };
    const { lacking, datasets } = await compareFields(api(lists), [job('one'), job('two')], CATALOGUE);
    expect(lacking).toEqual([
      { dataset: 'dns_logs', owner: 'the zone one.example', reason: 'Cloudflare lists no field of it' },
    ]);
    expect(datasets).toMatchObject([{ gone: [], missing: {} }]);
  });
});

test('new fields take their sorted place, and none is dropped', () => {
  const { datasets, provenance } = withFields(CATALOGUE, new Map([['dns_logs', ['C', 'A']]]), '2026-01-31');
  expect(datasets.dns_logs?.fields).toEqual(['A', 'B', 'C', 'D', 'Old']);
  expect(provenance).toMatchObject({ method: 'by hand', live: expect.stringContaining('2026-01-31') });
});

test('the catalogue is rendered byte for byte as it stands', () => {
  const text = readFileSync(join(projectRoot, CATALOGUE_FILE), 'utf8');
  expect(renderCatalogue(JSON.parse(text))).toBe(text);
});
