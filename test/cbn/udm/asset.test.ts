import type { UdmOptions } from '../../../cbn/udm/options';
import { renderEvent } from '../../../cbn/udm/render';

function rendered(data: object, options: Partial<UdmOptions> = {}): Record<string, unknown> {
  return renderEvent(data, 'event', { options }).event;
}

test('what names a machine is put into its asset', () => {
  const names = { hostname: 'web-1', asset_id: 'acme:7', ip: ['192.0.2.1'], mac: ['00:00:5e:00:53:01'] };
  const { principal } = rendered({ principal: { ...names, nat_ip: ['192.0.2.9'], user: { userid: 'tim' } } });
  const asset = { hostname: 'web-1', assetId: 'acme:7', ip: ['192.0.2.1'], mac: ['00:00:5e:00:53:01'] };
  expect(principal).toEqual({ ...asset, natIp: ['192.0.2.9'], user: { userid: 'tim' }, asset });
});

test('and out of it', () => {
  const { target } = rendered({ target: { asset: { asset_id: 'acme:7', category: 'server' }, port: 22 } });
  expect(target).toEqual({ assetId: 'acme:7', port: 22, asset: { assetId: 'acme:7', category: 'server' } });
});

test('a name that both have stays as it is in both', () => {
  const data = { principal: { ip: ['192.0.2.1', '192.0.2.2'], asset: { ip: ['192.0.2.3'] } } };
  expect(rendered(data)).toEqual(data);
});

test('fields keep the order of their numbers', () => {
  const { principal } = rendered({
    principal: { network: { ip_protocol: 'TCP' }, asset: { category: 'server', product_object_id: '7' }, ip: ['::1'] },
  });
  expect(JSON.stringify(principal)).toBe(
    '{"ip":["::1"],"asset":{"productObjectId":"7","ip":["::1"],"category":"server"},"network":{"ipProtocol":"TCP"}}',
  );
});

test('nouns in lists, the observer and a noun without a name have no asset', () => {
  const data = {
    observer: { hostname: 'probe' },
    intermediary: [{ hostname: 'proxy' }],
    about: [{ ip: ['192.0.2.1'] }],
    target: { port: 443 },
  };
  expect(rendered(data)).toEqual(data);
});

test('an option leaves events as the parser wrote them', () => {
  const data = { principal: { hostname: 'web-1' } };
  expect(rendered(data, { assetNames: 'asWritten' })).toEqual(data);
});
