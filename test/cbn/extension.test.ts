import { applyExtension, type ExtensionOptions } from '../../cbn/extension';
import { renderEvent } from '../../cbn/udm/render';

/** The event of a parser with an extension's over it, in JSON, and what was told. */
function extend(
  parser: Record<string, unknown>,
  extension: Record<string, unknown> | readonly Record<string, unknown>[],
  options?: Partial<ExtensionOptions>,
  kind: 'event' | 'entity' = 'event',
) {
  const outputs = (all: readonly Record<string, unknown>[]) => all.map((data) => ({ kind, data }));
  const { outputs: merged, problems } = applyExtension(
    outputs([parser]),
    outputs(Array.isArray(extension) ? extension : [extension]),
    options,
  );
  const rendered = renderEvent(merged[0]?.data, kind, {
    options: { requiredSections: 'ignore', assetNames: 'asWritten' },
  });
  return { event: rendered.event, problems: [...problems, ...rendered.problems] };
}

const entry = (key: string, string_value: string) => ({ key, value: { string_value } });

describe('the examples of docs.cloud.google.com/chronicle/docs/event-processing/parser-extension-examples', () => {
  test('arbitrary fields go into additional, beside what the parser set', () => {
    const { event, problems } = extend(
      { metadata: { product_name: 'Windows Defender AV' }, additional: { fields: [entry('channel', 'Operational')] } },
      { additional: { fields: [entry('Platform Version', '4.18.24080.9')] } },
    );
    expect(problems).toEqual([]);
    expect(event).toEqual({
      metadata: { productName: 'Windows Defender AV' },
      additional: { channel: 'Operational', 'Platform Version': '4.18.24080.9' },
    });
  });

  test('arbitrary fields of an entity, too', () => {
    const { event } = extend(
      {
        metadata: { entity_type: 'IP_ADDRESS', interval: { start_time: { seconds: 1687894564 } } },
        entity: { ip: ['117.253.154.123'] },
      },
      { additional: { fields: [entry('event_analysis', 'INITIAL')] } },
      {},
      'entity',
    );
    expect(event).toEqual({
      metadata: { entityType: 'IP_ADDRESS', interval: { startTime: '2023-06-27T19:36:04Z' } },
      entity: { ip: ['117.253.154.123'] },
      additional: { event_analysis: 'INITIAL' },
    });
  });

  test('a hostname is overwritten', () => {
    const { event } = extend(
      { principal: { hostname: 'win-dc-01.ad.example.com' } },
      { principal: { hostname: 'win-dc-01' } },
    );
    expect(event).toEqual({ principal: { hostname: 'win-dc-01' } });
  });

  test('a user agent and namespaces are added, in nouns that the parser did not set as well', () => {
    const { event, problems } = extend(
      { principal: { ip: ['192.0.2.1'] }, network: { http: { method: 'GET' } } },
      {
        principal: { namespace: 'TMO' },
        target: { namespace: 'TMO', hostname: 'example.com' },
        network: { http: { parsed_user_agent: { family: 'USER_DEFINED', device: 'curl' } } },
      },
    );
    expect(problems).toEqual([]);
    expect(event).toEqual({
      principal: { ip: ['192.0.2.1'], namespace: 'TMO' },
      target: { namespace: 'TMO', hostname: 'example.com' },
      network: { http: { method: 'GET', parsedUserAgent: { family: 'USER_DEFINED', device: 'curl' } } },
    });
  });

  test('severity and priority of syslog replace the parser’s whole security_result: told', () => {
    const { event, problems } = extend(
      { metadata: { description: 'Info' }, security_result: [{ rule_name: 'EventID: 12' }, { summary: '12' }] },
      { security_result: [{ severity_details: 'INFORMATIONAL', priority_details: 'USER' }] },
    );
    expect(event.securityResult).toEqual([{ severityDetails: 'INFORMATIONAL', priorityDetails: 'USER' }]);
    expect(problems).toEqual([
      expect.objectContaining({ path: 'security_result', severity: 'warning', code: 'extension-replaces-list' }),
    ]);
  });

  test('the decoration of an event overwrites a description and leaves lists alone', () => {
    const { event } = extend(
      { metadata: { description: 'old' }, security_result: [{ summary: '12' }] },
      { metadata: { description: '[12] RegistryEvent (Object create and delete)' } },
    );
    expect(event).toEqual({
      metadata: { description: '[12] RegistryEvent (Object create and delete)' },
      securityResult: [{ summary: '12' }],
    });
  });

  test.each([
    [
      'text',
      { metadata: { vendor_name: 'Acme', product_name: 'p' } },
      { metadata: { vendor_name: '' } },
      { metadata: { productName: 'p' } },
    ],
    [
      'integer',
      { principal: { port: 443, ip: ['192.0.2.1'] } },
      { principal: { port: 0 } },
      { principal: { ip: ['192.0.2.1'] } },
    ],
    [
      'boolean',
      { network: { tls: { established: true, cipher: 'c' } } },
      { network: { tls: { established: false } } },
      { network: { tls: { cipher: 'c' } } },
    ],
    [
      'extension',
      { extensions: { auth: { auth_details: 'd', mechanism: ['OTP'] } } },
      { extensions: { auth: { auth_details: '' } } },
      { extensions: { auth: { mechanism: ['OTP'] } } },
    ],
  ])('the value of a field is removed by its zero: %s', (_, parser, extension, expected) => {
    expect(extend(parser, extension)).toEqual({ event: expected, problems: [] });
  });

  test('the float’s example replaces the list that holds it', () => {
    const { event } = extend(
      { security_result: [{ risk_score: 7.5, summary: 's' }] },
      { security_result: [{ risk_score: 0 }] },
    );
    expect(event.securityResult).toEqual([{}]);
  });
});

describe('the examples of …/event-processing/using-parser-extensions', () => {
  const parser = { metadata: { product_name: 'p' }, principal: { ip: ['192.0.2.1'] } };

  test('repeated fields are appended to, scalars beside them overwrite', () => {
    const extension = { metadata: { product_name: 'Akamai Ltd' }, principal: { ip: ['192.0.2.2', '192.0.2.3'] } };
    expect(extend(parser, extension, { repeatedFields: 'append' })).toEqual({
      event: { metadata: { productName: 'Akamai Ltd' }, principal: { ip: ['192.0.2.1', '192.0.2.2', '192.0.2.3'] } },
      problems: [],
    });
  });

  test('repeated fields are replaced', () => {
    expect(extend(parser, { principal: { ip: ['192.0.2.2'] } }, { repeatedFields: 'replace' })).toEqual({
      event: { metadata: { productName: 'p' }, principal: { ip: ['192.0.2.2'] } },
      problems: [],
    });
  });

  test('the snippet with Replace sets the name of the token, which is no number', () => {
    const { problems } = extend(parser, { network: { sent_bytes: 'jsonPayload.packets_sent' } });
    expect(problems).toEqual([expect.objectContaining({ path: 'network.sent_bytes', code: 'udm-wrong-type' })]);
  });

  test('two events of an extension are one record', () => {
    const { event, problems } = extend(parser, [
      { principal: { hostname: 'a', ip: ['192.0.2.7'] }, metadata: { description: 'first' } },
      { principal: { ip: ['192.0.2.8'] }, metadata: { description: 'second' } },
    ]);
    expect(event).toEqual({
      metadata: { productName: 'p', description: 'second' },
      principal: { hostname: 'a', ip: ['192.0.2.7', '192.0.2.8'] },
    });
    expect(problems).toEqual([expect.objectContaining({ severity: 'warning', code: 'extension-events-collapse' })]);
  });
});

test('a hostname cannot be removed', () => {
  const { event, problems } = extend(
    { target: { asset: { hostname: 'db-1' } } },
    { target: { asset: { hostname: '' } } },
  );
  expect(event).toEqual({ target: { asset: { hostname: 'db-1' } } });
  expect(problems).toEqual([
    expect.objectContaining({ path: 'target.asset.hostname', severity: 'warning', code: 'extension-hostname' }),
  ]);
});

test('the later of two values of one key of additional counts, without being told', () => {
  const { event, problems } = extend(
    { additional: { fields: entry('a', '1') } },
    { additional: { fields: { a: { string_value: '2' }, b: { string_value: '3' } } } },
  );
  expect(event.additional).toEqual({ a: '2', b: '3' });
  expect(problems).toEqual([]);
});

test('the result is looked at as one event', () => {
  const { outputs } = applyExtension(
    [{ kind: 'event', data: { metadata: { event_type: 'STATUS_UPDATE' }, principal: { ip: ['192.0.2.1'] } } }],
    [{ kind: 'event', data: { metadata: { event_type: 'USER_LOGIN' } } }],
  );
  expect(renderEvent(outputs[0]?.data, 'event').problems.map(({ fix }) => fix)).toEqual([
    'set target.user',
    'set extensions.auth',
  ]);
});

test('an extension that puts nothing out changes nothing', () => {
  const parser = [{ kind: 'event', data: { metadata: {} } } as const];
  expect(applyExtension(parser, [])).toEqual({ outputs: parser, problems: [] });
});

test.each([
  ['no event', [], [{ kind: 'event', data: {} }], 'extension-no-event'],
  [
    'several events',
    [
      { kind: 'event', data: {} },
      { kind: 'event', data: {} },
    ],
    [{ kind: 'event', data: {} }],
    'extension-several-events',
  ],
  ['an entity', [{ kind: 'entity', data: {} }], [{ kind: 'event', data: {} }], 'extension-other-kind'],
] as const)('an extension over %s is refused: what the parser made stays', (_, parser, extension, code) => {
  const { outputs, problems } = applyExtension(parser, extension);
  expect(outputs).toBe(parser);
  expect(problems).toEqual([expect.objectContaining({ severity: 'error', code })]);
});
