import { assetOf, PROPERTIES } from '../../../functions/qualys/assets';

const recordOf = (fields: object) => ({
  id: '13263514',
  date: '2021-12-21T02:51:49Z',
  json: Buffer.from(JSON.stringify({ HostAsset: { id: 13_263_514, ...fields } })),
});

/** As of IBM/cp4s-car-connectors, tests/mock_api/host_asset.json, with values of our own. */
const FULL = {
  modified: '2021-12-21T02:51:49Z',
  created: '2021-12-09T08:37:49Z',
  isDockerHost: 'false',
  os: 'Linux',
  tags: { list: [{ TagSimple: { name: 'ec2', id: 15_939_724 } }] },
  fqdn: 'host.ec2.internal',
  cloudProvider: 'AWS',
  networkInterface: {
    list: [
      {
        HostAssetInterface: {
          gatewayAddress: '192.0.2.254',
          hostname: 'h',
          address: '192.0.2.5',
          macAddress: '00:00:5e:00:53:01',
        },
      },
      { HostAssetInterface: { hostname: 'h', type: 'PRIVATE', interfaceId: 'eni-1', address: 'fe80:0:0:0:1:2:3:4' } },
    ],
  },
  sourceInfo: {
    list: [
      {
        Ec2AssetSourceSimple: {
          instanceId: 'i-1',
          ec2InstanceTags: { tags: { list: [{ EC2Tags: { key: 'Name', value: 'web' } }] } },
        },
      },
    ],
  },
  dnsHostName: 'host',
  address: '192.0.2.5',
  qwebHostId: 7_774_720,
  criticalityScore: 4,
  name: 'host',
  trackingMethod: 'INSTANCE_ID',
};

it('has the six properties under names of their own, and the names that the parser knows', () => {
  expect(assetOf(recordOf(FULL))).toEqual({
    ID: '7774720',
    ASSET_ID: '13263514',
    IP: '192.0.2.5',
    DNS_DATA: { HOSTNAME: 'host', FQDN: 'host.ec2.internal' },
    GATEWAY_ADDRESSES: ['192.0.2.254'],
    FQDN: 'host.ec2.internal',
    IP_ADDRESSES: ['192.0.2.5', 'fe80:0:0:0:1:2:3:4'],
    MAC_ADDRESSES: ['00:00:5e:00:53:01'],
    OS: 'Linux',
    CRITICALITY_SCORE: '4',
    NAME: 'host',
    TRACKING_METHOD: 'INSTANCE_ID',
    CREATED: '2021-12-09T08:37:49Z',
    MODIFIED: '2021-12-21T02:51:49Z',
    TAGS: { TAG: [{ TAG_ID: '15939724', NAME: 'ec2' }] },
    CLOUD_PROVIDER: 'AWS',
    CLOUD_SERVICE: 'EC2',
    CLOUD_RESOURCE_ID: 'i-1',
    EC2_INSTANCE_ID: 'i-1',
    CLOUD_PROVIDER_TAGS: { CLOUD_TAG: [{ NAME: 'Name', VALUE: 'web' }] },
    MISSING: [],
  });
});

it('says of an asset of which nothing is known that all of them are missing', () => {
  expect(assetOf(recordOf({}))).toEqual({ ASSET_ID: '13263514', MISSING: [...PROPERTIES] });
});

it.each([
  ['GATEWAY_ADDRESSES', { networkInterface: { list: [{ HostAssetInterface: { address: '192.0.2.5' } }] } }],
  ['FQDN', { fqdn: '', dnsHostName: 'short' }],
  ['IP_ADDRESSES', { address: undefined, networkInterface: { list: [] } }],
  ['MAC_ADDRESSES', { networkInterface: { list: [{ HostAssetInterface: { macAddress: '' } }] } }],
  ['OS', { os: null }],
  ['CRITICALITY_SCORE', { criticalityScore: undefined }],
])('says when %s is missing, and leaves it out', (name, fields) => {
  const asset = assetOf(recordOf({ ...FULL, ...fields }));
  expect(asset.MISSING).toContain(name);
  expect(asset).not.toHaveProperty(name);
});

it('takes a full DNS name for the FQDN where that is empty', () => {
  expect(assetOf(recordOf({ ...FULL, fqdn: '', dnsHostName: 'a.corp.example' }))).toMatchObject({
    FQDN: 'a.corp.example',
    MISSING: [],
  });
});

it('takes the operating system by its name where it is an element of its own', () => {
  expect(assetOf(recordOf({ ...FULL, os: { name: 'Windows' } })).OS).toBe('Windows');
});

it('reads lists as XML has them: by type, and one element without a list', () => {
  const fields = {
    networkInterface: { list: { HostAssetInterface: [{ macAddress: '00:00:5e:00:53:01' }, { address: '192.0.2.9' }] } },
    tags: { list: { TagSimple: { id: '1', name: 'one' } } },
  };
  expect(assetOf(recordOf(fields))).toMatchObject({
    MAC_ADDRESSES: ['00:00:5e:00:53:01'],
    IP_ADDRESSES: ['192.0.2.9'],
    TAGS: { TAG: [{ TAG_ID: '1', NAME: 'one' }] },
  });
});

it('keeps ids that a JavaScript number cannot hold', () => {
  const json = Buffer.from('{"HostAsset":{"id":1,"qwebHostId":12345678901234567890}}');
  expect(assetOf({ id: '1', date: undefined, json }).ID).toBe('12345678901234567890');
});
