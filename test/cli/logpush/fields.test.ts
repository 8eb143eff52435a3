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
    if (list === undefined) throw new CloudflareApiError(403, [1004], `Could not ${purpose}.`);
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
  ['refused', {}, false, 2],
])('%s', async (_, lists, written, exitCode) => {
  const comparison = await compareFields(api(lists), [job('one')], CATALOGUE);
  expect(concludeFields(comparison, written).exitCode).toBe(exitCode);
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
