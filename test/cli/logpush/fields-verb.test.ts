import { Command } from 'commander';
import { addFieldsVerb } from '../../../cli/logpush/fields-verb';
import { datasetsOf, fieldsOf, type LogpushDataset } from '../../../constructs/cloudflare/logpush-catalogue';
import { loadEnvironment } from '../../../environments/load';
import { type LackingDataset, startCloudflareSimulator } from '../../simulators/cloudflare';

const TOKEN = 'a-token';
const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
  process.exitCode = undefined;
  jest.restoreAllMocks();
});

/** What the command says of the live lists, and how it ends. */
async function fields(
  change: (dataset: LogpushDataset, live: string[]) => string[],
  lacking: readonly LackingDataset[] = [],
) {
  const { account, zones = [] } = loadEnvironment('dev').cloudflare ?? {};
  const all = [...datasetsOf('account'), ...datasetsOf('zone')];
  const cloudflare = await startCloudflareSimulator({
    now: Date.now,
    token: TOKEN,
    account: account?.id ?? '',
    zones: zones.map(({ id }) => id),
    connectTo: 'http://127.0.0.1:9',
    lacking,
    fields: Object.fromEntries(
      all.map((name) => [name, Object.fromEntries(change(name, [...fieldsOf(name)]).map((field) => [field, '']))]),
    ),
  });
  Object.assign(process.env, { CLOUDFLARE_API_TOKEN: TOKEN, CLOUDFLARE_BASE_URL: cloudflare.url });
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const log = jest.spyOn(console, 'log').mockReturnValue();
  try {
    const program = new Command();
    addFieldsVerb(program);
    await program.parseAsync(['fields', 'dev', '--json'], { from: 'user' });
    return { exitCode: process.exitCode, document: JSON.parse(String(log.mock.calls[0]?.[0])) };
  } finally {
    await cloudflare.close();
  }
}

test('the catalogue of a checkout is what the live lists say', async () => {
  expect((await fields((_, live) => live)).exitCode).toBe(0);
});

test('a new field and one that is gone are a problem, each at its dataset', async () => {
  const { exitCode, document } = await fields((dataset, live) =>
    dataset === 'audit_logs' ? [...live.filter((field) => field !== 'When'), 'Brandnew'] : live,
  );
  expect(exitCode).toBe(1);
  const [audit] = document.datasets.filter(({ dataset }: { dataset: string }) => dataset === 'audit_logs');
  expect(audit).toMatchObject({ new: ['Brandnew'], gone: ['When'] });
});

test.each(['refused', 'empty'] as const)(
  'a dataset that the plan of a zone lacks is told before a deploy: %s',
  async (how) => {
    const [zone] = loadEnvironment('dev').cloudflare?.zones ?? [];
    const dataset = zone?.datasets[0]?.dataset ?? '';
    const { exitCode, document } = await fields((_, live) => live, [{ owner: zone?.id ?? '', dataset, fields: how }]);
    expect(exitCode).toBe(1);
    expect(document.lacking).toMatchObject([{ dataset, owner: `the zone ${zone?.name}` }]);
    expect(document.unread).toEqual([]);
  },
);
