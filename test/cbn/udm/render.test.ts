import { renderEvent } from '../../../cbn/udm/render';

/** What a parser leaves, in JSON; required sections and the names of assets are not the matter here. */
function render(data: unknown, context: Parameters<typeof renderEvent>[2] = {}) {
  return renderEvent(data, 'event', {
    ...context,
    options: { requiredSections: 'ignore', assetNames: 'asWritten', ...context.options },
  });
}

test('names are lowerCamelCase, in the order of the fields’ numbers whatever the order of writing', () => {
  const { event, problems } = render({
    security_result: [{ rule_version: '3', severity: 'HIGH', rule_name: 'r' }],
    principal: { asset: { asset_id: 'JAMF:1' }, ip: ['192.0.2.1'], hostname: 'web-1', platform_version: '26' },
    metadata: { event_type: 'GENERIC_EVENT', vendor_name: 'Acme', product_log_id: '7' },
  });
  expect(problems).toEqual([]);
  expect(JSON.stringify(event)).toBe(
    '{"metadata":{"productLogId":"7","eventType":"GENERIC_EVENT","vendorName":"Acme"},' +
      '"principal":{"hostname":"web-1","ip":["192.0.2.1"],"platformVersion":"26","asset":{"assetId":"JAMF:1"}},' +
      '"securityResult":[{"ruleName":"r","severity":"HIGH","ruleVersion":"3"}]}',
  );
});

test('64-bit integers are text, 32-bit ones and floats are numbers, bytes are base64', () => {
  const { event, problems } = render({
    network: {
      sent_bytes: 98,
      received_bytes: 18446744073709551615n,
      http: { response_code: 200 },
      dhcp: { client_identifier: new Uint8Array([1, 2, 255]) },
    },
    principal: { port: 443, file: { size: 12736 }, location: { region_latitude: 52.52 } },
    extensions: { vulns: { vulnerabilities: [{ cvss_base_score: 9.8 }, { cvss_base_score: 10 }] } },
  });
  expect(problems).toEqual([]);
  expect(event).toEqual({
    network: {
      sentBytes: '98',
      receivedBytes: '18446744073709551615',
      http: { responseCode: 200 },
      dhcp: { clientIdentifier: 'AQL/' },
    },
    principal: { port: 443, file: { size: '12736' }, location: { regionLatitude: 52.52 } },
    extensions: { vulns: { vulnerabilities: [{ cvssBaseScore: 9.8 }, { cvssBaseScore: 10 }] } },
  });
});

test('zeros are left out, but not in lists, nor where the definition says optional', () => {
  const { event, problems } = render({
    network: { sent_bytes: 0, tls: { established: false, version: '' }, direction: 'UNKNOWN_DIRECTION' },
    security_result: [
      { category_details: ['', 'label'], action: ['UNKNOWN_ACTION'], detection_fields: [{ value: 'v' }] },
    ],
    principal: { investigation: { risk_score: 0 } },
  });
  expect(problems).toEqual([]);
  expect(event).toEqual({
    network: { tls: {} },
    securityResult: [{ categoryDetails: ['', 'label'], action: ['UNKNOWN_ACTION'], detectionFields: [{ value: 'v' }] }],
    principal: { investigation: { riskScore: 0 } },
  });
});

test('additional is an object of values of their own type', () => {
  const { event, problems } = render({
    additional: {
      fields: [
        { key: 'Alert port', value: { string_value: '443' } },
        { key: 'count', value: { number_value: 1 } },
        { key: 'score', value: { number_value: 5.5 } },
        { key: 'read', value: { bool_value: false } },
        { key: 'folders', value: { list_value: { values: [{ string_value: 'a' }, { string_value: 'a' }] } } },
        { key: 'nested', value: { struct_value: { fields: { inner: { string_value: 'x' } } } } },
        { key: 'none', value: { null_value: 'NULL_VALUE' } },
      ],
    },
  });
  expect(problems).toEqual([]);
  expect(event.additional).toEqual({
    'Alert port': '443',
    count: 1,
    score: 5.5,
    read: false,
    folders: ['a', 'a'],
    nested: { inner: 'x' },
    none: null,
  });
});

test('of two entries with one key the later wins, and it is told', () => {
  const entry = (value: string) => ({ key: 'VPE Confidence', value: { string_value: value } });
  const { event, problems } = render({ additional: { fields: [entry('high'), entry('confirmed')] } });
  expect(event.additional).toEqual({ 'VPE Confidence': 'confirmed' });
  expect(problems).toEqual([
    {
      path: 'additional.fields[1].value',
      severity: 'warning',
      code: 'udm-duplicate-key',
      message: 'a second value of the key "VPE Confidence" replaces the first: "high"',
      fix: 'give each entry a key of its own',
    },
  ]);
});

test('the service’s time and log type are filled in, the parser’s own time stays', () => {
  const context = { timestamp: { seconds: 1728727200, nanos: 123456789 }, logType: 'ACME' };
  expect(render({ metadata: { event_type: 'GENERIC_EVENT' } }, context).event).toEqual({
    metadata: { eventType: 'GENERIC_EVENT', eventTimestamp: '2024-10-12T10:00:00.123456789Z', logType: 'ACME' },
  });
  const own = { metadata: { event_timestamp: { seconds: 1778006034, nanos: 954000000 } } };
  expect(JSON.stringify(render({ principal: { hostname: 'a' }, metadata: '' }, context).event)).toBe(
    '{"metadata":{"eventTimestamp":"2024-10-12T10:00:00.123456789Z","logType":"ACME"},"principal":{"hostname":"a"}}',
  );
  expect(render(own, context).event).toMatchObject({ metadata: { eventTimestamp: '2026-05-05T18:33:54.954Z' } });
});

test('an entity is collected at the log’s time where the parser says no other, and has no log type', () => {
  const context = { timestamp: { seconds: 1728727200, nanos: 123456789 }, logType: 'ACME' };
  const of = (metadata: unknown) => renderEvent({ metadata }, 'entity', context).event.metadata;
  expect(of({ entity_type: 'USER' })).toEqual({
    entityType: 'USER',
    collectedTimestamp: '2024-10-12T10:00:00.123456789Z',
  });
  expect(of({ collected_timestamp: { seconds: 60 } })).toEqual({ collectedTimestamp: '1970-01-01T00:01:00Z' });
  expect(of('')).toEqual({ collectedTimestamp: '2024-10-12T10:00:00.123456789Z' });
});

test('a time that no timestamp holds is told, not thrown', () => {
  const { event, problems } = render(
    { metadata: { event_type: 'GENERIC_EVENT' } },
    { timestamp: { seconds: 1e15, nanos: 0 } },
  );
  expect(event).toEqual({ metadata: { eventType: 'GENERIC_EVENT' } });
  expect(problems).toEqual([expect.objectContaining({ path: 'metadata.event_timestamp', code: 'udm-wrong-type' })]);
});
