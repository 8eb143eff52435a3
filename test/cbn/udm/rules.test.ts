import type { UdmOptions } from '../../../cbn/udm/options';
import { renderEvent } from '../../../cbn/udm/render';

function problemsOf(data: unknown, options: Partial<UdmOptions> = {}): string[] {
  return renderEvent(data, 'event', { options }).problems.map(
    ({ severity, code, path }) => `${severity} ${code} ${path}`,
  );
}

const MACHINE = { hostname: 'web-1' };

test.each([
  ['STATUS_UPDATE', {}, ['principal.hostname, principal.ip, principal.mac or principal.asset_id']],
  [
    'STATUS_UPDATE',
    { principal: { user: { userid: 'tim' } } },
    ['principal.hostname, principal.ip, principal.mac or principal.asset_id'],
  ],
  ['STATUS_UPDATE', { principal: { ip: ['192.0.2.1'] } }, []],
  ['GENERIC_EVENT', {}, []],
  ['SCAN_UNCATEGORIZED', {}, []],
  ['SCAN_HOST', { target: MACHINE }, []],
  ['SCAN_VULN_HOST', { principal: MACHINE, extensions: { vulns: { vulnerabilities: [{ name: 'q' }] } } }, []],
  ['SCAN_VULN_HOST', { principal: MACHINE }, ['extensions.vulns']],
  ['NETWORK_HTTP', { principal: MACHINE, network: { http: { method: 'GET' } } }, ['target']],
  ['NETWORK_CONNECTION', { principal: MACHINE, target: { port: 443 } }, []],
  ['FILE_CREATION', { principal: MACHINE, target: { file: { full_path: '/a' } } }, []],
  ['FILE_CREATION', { principal: MACHINE, target: MACHINE }, ['target.file']],
  ['USER_LOGIN', { target: { user: { userid: 'tim' } } }, ['extensions.auth']],
  ['USER_RESOURCE_ACCESS', { principal: { user: { userid: 'tim' } }, target: { resource: { name: 'r' } } }, []],
  ['GROUP_CREATION', { principal: { user: { userid: 'tim' } } }, ['target.group']],
])('%s of %j lacks %j', (event_type, data, paths) => {
  expect(problemsOf({ metadata: { event_type }, ...data })).toEqual(paths.map(() => 'warning udm-missing-section '));
  const { problems } = renderEvent({ metadata: { event_type }, ...data }, 'event');
  expect(problems.map(({ fix }) => fix)).toEqual(paths.map((path) => `set ${path}`));
});

test('required sections are enforced, or not looked at, by an option', () => {
  const data = { metadata: { event_type: 'STATUS_UPDATE' } };
  expect(problemsOf(data, { requiredSections: 'error' })).toEqual(['error udm-missing-section ']);
  expect(problemsOf(data, { requiredSections: 'ignore' })).toEqual([]);
});

test('an event needs a type, an entity, too', () => {
  expect(problemsOf({})).toEqual(['warning udm-missing-section metadata']);
  expect(problemsOf({ metadata: { event_type: 'EVENTTYPE_UNSPECIFIED' } })).toEqual([
    'warning udm-missing-section metadata',
  ]);
  expect(renderEvent({ metadata: { vendor_name: 'Acme' } }, 'entity').problems).toEqual([
    expect.objectContaining({ path: 'metadata', message: 'an entity needs metadata.entity_type' }),
  ]);
});

test('lengths count bytes: at the limit is well', () => {
  const at = { event_type: 'GENERIC_EVENT', product_version: 'é'.repeat(16), vendor_name: 'a'.repeat(256) };
  expect(problemsOf({ metadata: at })).toEqual([]);
  const over = { event_type: 'GENERIC_EVENT', product_version: `${'é'.repeat(16)}1`, description: 'a'.repeat(1025) };
  expect(problemsOf({ metadata: over })).toEqual([
    'warning udm-too-long metadata.product_version',
    'warning udm-too-long metadata.description',
  ]);
});

test('ports, addresses, URLs and asset ids of every noun', () => {
  expect(
    problemsOf({
      metadata: { event_type: 'GENERIC_EVENT', url_back_to_product: 'acme.example/alerts' },
      principal: { port: 70000, url: 'www.example.com/a' },
      target: { port: 443, ip: ['192.0.2.1', '192.0.2.2'], url: 'https://example.com' },
      intermediary: [{}, { asset_id: 'no vendor' }],
      about: [{ asset_id: 'JAMF:4dc9aac9' }, { url: '/path' }],
    }),
  ).toEqual([
    'warning udm-url-scheme metadata.url_back_to_product',
    'warning udm-bad-port principal.port',
    'warning udm-url-scheme principal.url',
    'warning udm-port-addresses target.port',
    'warning udm-bad-asset-id intermediary[1].asset_id',
    'warning udm-url-scheme about[1].url',
  ]);
});
