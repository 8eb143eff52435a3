import { renderLogpushHandoff } from '../../../cli/logpush/handoff';
import { parseEnvironment } from '../../synthesize';

function handOff(taegis: string) {
  const { cloudflare } = parseEnvironment(
    'here',
    `environment: here
protected: false
backend: { local: {} }
cloudflare:
  account: { id: 0123456789abcdef0123456789abcdef, datasets: [gateway_dns, audit_logs] }
  zones: [{ id: 023e105f4ecef8ad9ca31a8372d0c353, name: example.com, datasets: [http_requests] }]
  taegis: ${taegis}
`,
  );
  if (cloudflare === undefined) throw new Error('no section cloudflare');
  return renderLogpushHandoff('here', cloudflare);
}

const DNS = 'datasets: { gateway_dns: { url: https://taegis.example.com/dns } }';

test('each integration names its setting and its datasets; the default has those without one of their own', () => {
  const { document, text } = handOff(`{ default: { url: https://taegis.example.com/rest }, ${DNS} }`);
  expect(document).toMatchObject({
    integrations: [
      { key: 'default', url: 'https://taegis.example.com/rest', datasets: ['audit_logs', 'http_requests'] },
      { key: 'gateway_dns', url: 'https://taegis.example.com/dns', datasets: ['gateway_dns'] },
    ],
  });
  expect(text).toContain('     {"default":"<key>","gateway_dns":"<key>"}\n');
  expect(text).toContain('     Setting   cloudflare.taegis.datasets.gateway_dns.url\n');
});

test('a default that no job uses is no integration to make', () => {
  const own = ['audit_logs', 'gateway_dns', 'http_requests'];
  const datasets = own.map((name) => `${name}: { url: https://taegis.example.com/${name} }`).join(', ');
  const { document } = handOff(`{ default: { url: https://taegis.example.com/rest }, datasets: { ${datasets} } }`);
  expect((document as { integrations: { key: string }[] }).integrations.map(({ key }) => key)).toEqual(own);
});
