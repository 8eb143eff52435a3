import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import type { Check } from '../../../cli/doctor/check';
import { checkTaegis, integrationsOf } from '../../../cli/doctor/taegis';
import { cloudflare as schema } from '../../../environments/cloudflare';
import { startTaegisSimulator, type TaegisOptions } from '../../simulators/taegis';

const KEY = 'a-key-of-an-integration';

const settings = (taegis: object) => ({
  ...schema.parse({
    account: { id: '0123456789abcdef0123456789abcdef', datasets: ['audit_logs', 'gateway_dns'] },
    taegis: { default: { url: 'https://x.example.com' }, datasets: { gateway_dns: { url: 'https://y.example.com' } } },
  }),
  // The schema takes https only.
  taegis: taegis as ReturnType<typeof schema.parse>['taegis'],
});

let taegis: Awaited<ReturnType<typeof startTaegisSimulator>>;
const start = async (options: Partial<TaegisOptions> = {}) => {
  taegis = await startTaegisSimulator({ keys: [KEY], emptyBatch: 'accepted', ...options });
};
afterEach(() => taegis.close());

const BOTH = JSON.stringify({ default: KEY, gateway_dns: KEY });

async function look({ send = true, keys = BOTH, url = taegis.url } = {}): Promise<readonly Check[]> {
  const given = settings({ default: { url: `${url}/a?x=hidden` }, datasets: { gateway_dns: { url: `${url}/b` } } });
  const { checks } = await checkTaegis({ settings: given, send, env: { TF_VAR_taegis_keys: keys }, timeoutMs: 10_000 });
  expect(JSON.stringify(checks)).not.toMatch(new RegExp(`${KEY}|hidden`));
  return checks;
}
const seen = (checks: readonly Check[]) => checks.map(({ name, code, state }) => [name, code, state]);

test('integrations are those that datasets use', async () => {
  await start();
  const given = settings({
    default: { url: 'https://x' },
    datasets: { gateway_dns: { url: 'https://y' }, dns_logs: { url: 'https://z' } },
  });
  expect(integrationsOf(given)).toEqual([
    { name: 'default', url: 'https://x', datasets: ['audit_logs'] },
    { name: 'gateway_dns', url: 'https://y', datasets: ['gateway_dns'] },
  ]);
});

test('without --send no key leaves the machine', async () => {
  await start();
  expect(seen(await look({ send: false }))).toEqual([
    ['keys', 'taegis-keys', 'ok'],
    ['endpoint default', 'taegis-endpoint', 'ok'],
    ['key default', 'taegis-key', 'skipped'],
    ['endpoint gateway_dns', 'taegis-endpoint', 'ok'],
    ['key gateway_dns', 'taegis-key', 'skipped'],
  ]);
  expect(taegis.received).toMatchObject({ uploads: 0, validations: 0, answers: { 405: 2 } });
});

test('with --send one empty batch goes to each integration', async () => {
  await start();
  expect(seen(await look()).filter(([name]) => String(name).startsWith('key '))).toEqual([
    ['key default', 'taegis-key', 'ok'],
    ['key gateway_dns', 'taegis-key', 'ok'],
  ]);
  expect(taegis.received).toMatchObject({ uploads: 0, validations: 0, answers: { 200: 2, 405: 2 } });
});

test.each<[string, Partial<TaegisOptions>, string, Check['state']]>([
  ['a key that is refused', { keys: ['another'] }, 'taegis-key-refused', 'will fail'],
  ['an empty batch that is not taken', { emptyBatch: 'refused' }, 'taegis-empty-batch', 'could not tell'],
])('%s', async (_, options, code, state) => {
  await start(options);
  const checks = await look();
  expect(checks.filter((check) => check.state !== 'ok').map((check) => [check.code, check.state])).toEqual([
    [code, state],
    [code, state],
  ]);
});

test.each<[string, string, string, Check['state']]>([
  ['none', '', 'taegis-keys-missing', 'could not tell'],
  ['no JSON', '{"default":', 'taegis-keys-unreadable', 'will fail'],
  ['one dataset without', JSON.stringify({ gateway_dns: KEY }), 'taegis-keys-incomplete', 'will fail'],
])('keys: %s', async (_, keys, code, state) => {
  await start();
  const checks = await look({ keys });
  expect(checks[0]).toMatchObject({ code, state });
  expect(checks.slice(1).map(({ state }) => state)).not.toContain('will fail');
});

test('a URL of something else', async () => {
  await start();
  const other = createServer((_, response) => response.writeHead(404).end());
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const checks = await look({ url: `http://127.0.0.1:${(other.address() as AddressInfo).port}` });
  other.close();
  expect(checks.filter(({ state }) => state === 'will fail').map(({ code }) => code)).toEqual([
    'taegis-url-wrong',
    'taegis-url-wrong',
  ]);
});

test('nobody there', async () => {
  await start();
  const { url } = taegis;
  await taegis.close();
  const checks = await look({ url, send: false });
  expect(checks[1]).toMatchObject({ code: 'taegis-unreachable', state: 'could not tell' });
  expect(checks[1]?.finding).toBe(`${url}/a does not answer here (ECONNREFUSED)`);
});

test('no key is ever shown, whatever it is made of', async () => {
  await start();
  // What no own text holds by accident; some can be sent, and some cannot.
  const secret = fc.string({ maxLength: 12 }).map((text) => `~${text}~k~`);
  await fc.assert(
    fc.asyncProperty(secret, async (key) => {
      const shown = JSON.stringify(await look({ keys: JSON.stringify({ default: key }) }));
      expect(shown).not.toContain('~k~');
      expect(shown).not.toContain(key);
    }),
    { numRuns: 20 },
  );
}, 60_000);
