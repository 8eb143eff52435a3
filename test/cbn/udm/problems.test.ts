import type { UdmOptions } from '../../../cbn/udm/options';
import { renderEvent } from '../../../cbn/udm/render';

const GENERIC = { event_type: 'GENERIC_EVENT' };

function render(data: Record<string, unknown>, options: Partial<UdmOptions> = {}) {
  return renderEvent({ metadata: GENERIC, ...data }, 'event', { options: { assetNames: 'asWritten', ...options } });
}

test('an unknown field is left out and told with its path and the nearest name', () => {
  const { event, problems } = render({ security_result: [{}, { detection_fields: [{ kye: 'k', value: 'v' }] }] });
  expect(problems).toEqual([
    {
      path: 'security_result[1].detection_fields[0].kye',
      severity: 'error',
      code: 'udm-unknown-field',
      message: 'Label has no field "kye"',
      fix: 'did you mean key?',
    },
  ]);
  expect(event.securityResult).toEqual([{}, { detectionFields: [{ value: 'v' }] }]);
});

test.each([
  [{ principal: { hostName: 'a' } }, 'did you mean hostname?'],
  [{ metadata: { ...GENERIC, eventTimestamp: '2024-01-01T00:00:00Z' } }, 'did you mean event_timestamp?'],
  [{ principal: { zzzzzzzzzz: 'a' } }, undefined],
])('the fix of an unknown field: %j', (data, fix) => {
  const [problem] = render(data).problems;
  expect(problem).toMatchObject({ code: 'udm-unknown-field', severity: 'error' });
  expect(problem?.fix).toBe(fix);
});

test.each([
  [{ security_result: [{ severity: 'HIHG' }] }, 'security_result[0].severity', 'did you mean HIGH?'],
  [{ network: { ip_protocol: 'tcp' } }, 'network.ip_protocol', 'write TCP'],
  [
    { principal: { platform: 'Solaris 9' } },
    'principal.platform',
    /^write one of UNKNOWN_PLATFORM, WINDOWS, MAC, LINUX/,
  ],
  [{ network: { application_protocol: 'frobnicate' } }, 'network.application_protocol', /^write one of the \d+ values/],
  [{ network: { ip_protocol: 250 } }, 'network.ip_protocol', undefined],
])('a bad enum: %j', (data, path, fix) => {
  const { problems } = render(data);
  expect(problems).toEqual([expect.objectContaining({ path, code: 'udm-bad-enum', severity: 'error' })]);
  if (fix === undefined) expect(problems[0]?.fix).toBeUndefined();
  else expect(problems[0]?.fix).toMatch(fix);
});

test('an enum of other case is given out; whether it is told is an option', () => {
  expect(render({ network: { ip_protocol: 'tcp' } }).event.network).toEqual({ ipProtocol: 'TCP' });
  expect(render({ network: { ip_protocol: 'tcp' } }, { enumOfOtherCase: 'ignore' }).problems).toEqual([]);
});

test.each([6, 6n, '6'])('an enum is given by its number %p, too', (number) => {
  const { event, problems } = render({ network: { ip_protocol: number } });
  expect(event.network).toEqual({ ipProtocol: 'TCP' });
  expect(problems).toEqual([]);
  expect(render({ network: { ip_protocol: number } }, { enumNumber: 'warning' }).problems).toEqual([
    expect.objectContaining({ path: 'network.ip_protocol', severity: 'warning', fix: 'write TCP' }),
  ]);
});

test.each([
  [{ principal: { port: '443' } }, 'principal.port', { port: 443 }],
  [{ principal: { network: { sent_bytes: '98' } } }, 'principal.network.sent_bytes', { network: { sentBytes: '98' } }],
  [{ principal: { network: { ipv6: 'true' } } }, 'principal.network.ipv6', { network: { ipv6: true } }],
  [{ principal: { hostname: 12 } }, 'principal.hostname', { hostname: '12' }],
  [{ principal: { hostname: true } }, 'principal.hostname', { hostname: 'true' }],
  [
    { principal: { location: { region_latitude: '1.5' } } },
    'principal.location.region_latitude',
    { location: { regionLatitude: 1.5 } },
  ],
])('another type that can be read is given out and told: %j', (data, path, principal) => {
  const { event, problems } = render(data);
  expect(problems).toEqual([expect.objectContaining({ path, code: 'udm-wrong-type', severity: 'error' })]);
  expect(problems[0]?.fix).toContain('convert it to "');
  expect(event.principal).toEqual(principal);
  expect(render(data, { textInTypedField: 'ignore', typedInTextField: 'ignore' }).problems).toEqual([]);
});

test.each([
  [{ principal: { port: 'https' } }, 'principal.port'],
  [{ principal: { port: 4.5 } }, 'principal.port'],
  [{ principal: { port: true } }, 'principal.port'],
  [{ principal: { hostname: { name: 'a' } } }, 'principal.hostname'],
  [{ principal: { hostname: ['a', 'b'] } }, 'principal.hostname'],
  [{ principal: { user: 'tim' } }, 'principal.user'],
  [{ principal: { user: [{ userid: 'a' }, { userid: 'b' }] } }, 'principal.user'],
  [{ principal: 'web' }, 'principal'],
  [{ about: [{}, 'web'] }, 'about[1]'],
  [{ security_result: [{ severity: {} }] }, 'security_result[0].severity'],
  [{ network: { dhcp: { client_identifier: 7 } } }, 'network.dhcp.client_identifier'],
  [{ metadata: { ...GENERIC, event_timestamp: 'yesterday' } }, 'metadata.event_timestamp'],
  [{ metadata: { ...GENERIC, event_timestamp: { seconds: 1, day: 2 } } }, 'metadata.event_timestamp'],
  [{ network: { session_duration: '5 minutes' } }, 'network.session_duration'],
  [{ network: { session_duration: { seconds: 5, nanos: -1 } } }, 'network.session_duration'],
])('what cannot be read is left out and told: %j', (data, path) => {
  const { event, problems } = render(data);
  expect(problems).toEqual([expect.objectContaining({ path, code: 'udm-wrong-type', severity: 'error' })]);
  expect(JSON.stringify(event)).not.toMatch(/https|4\.5|true|tim|web|yesterday|"seconds"|minutes/);
});

test.each([
  [{ principal: { port: 2 ** 31 } }, 'a whole number from -2147483648 to 2147483647'],
  [{ network: { sent_bytes: -1 } }, 'a whole number from 0 to 18446744073709551615'],
  [{ network: { sent_bytes: 2n ** 64n } }, 'a whole number from 0 to 18446744073709551615'],
  [{ network: { sent_packets: 2n ** 63n } }, 'a whole number from -9223372036854775808 to 9223372036854775807'],
])('a number that its type does not hold: %j', (data, expected) => {
  expect(render(data).problems).toEqual([
    expect.objectContaining({ code: 'udm-out-of-range', message: expect.stringContaining(expected) }),
  ]);
});

test('an address that is none is told where it stands', () => {
  const { event, problems } = render({
    principal: {
      ip: ['192.0.2.1', '10.0.0.300', '2001:db8::1', 'fe80::1%eth0'],
      mac: ['0011:2233:4455', '00:11:22:DD:EE:FF'],
    },
  });
  expect(problems.map(({ path, severity, code }) => [path, severity, code])).toEqual([
    ['principal.ip[1]', 'error', 'udm-bad-ip'],
    ['principal.ip[3]', 'error', 'udm-bad-ip'],
    ['principal.mac[0]', 'warning', 'udm-bad-mac'],
  ]);
  // Published golden events keep addresses as the parser wrote them.
  expect(event.principal).toMatchObject({ mac: ['0011:2233:4455', '00:11:22:DD:EE:FF'] });
});

test('one value stands for a list, a list of one for its value', () => {
  const { event, problems } = render({
    principal: { ip: '192.0.2.1', hostname: ['web-1'], user: [{ userid: 'tim' }] },
  });
  expect(event.principal).toEqual({ ip: ['192.0.2.1'], hostname: 'web-1', user: { userid: 'tim' } });
  expect(problems).toEqual([]);
  expect(render({ principal: { ip: '192.0.2.1' } }, { scalarInRepeatedField: 'warning' }).problems).toEqual([
    expect.objectContaining({ path: 'principal.ip', code: 'udm-single-value', fix: 'merge it' }),
  ]);
});

test('empty text declares: it is left out where no text belongs', () => {
  const { event, problems } = render({
    principal: { hostname: '', ip: '', port: '', user: '' },
    security_result: [''],
    network: { direction: '' },
    additional: { fields: [''] },
  });
  expect(event).toEqual({ metadata: { eventType: 'GENERIC_EVENT' }, principal: {}, network: {}, additional: {} });
  expect(problems.map(({ path, severity }) => `${severity} ${path}`)).toEqual([
    'warning principal.ip',
    'warning principal.port',
    'warning principal.user',
    'warning security_result[0]',
    'warning network.direction',
    'warning additional.fields[0]',
  ]);
});

test('null is nothing, and a message of zeros stays unless the option says otherwise', () => {
  const data = { principal: null, extensions: { auth: { type: 'AUTHTYPE_UNSPECIFIED' } } };
  expect(render(data)).toEqual({
    event: { metadata: { eventType: 'GENERIC_EVENT' }, extensions: { auth: {} } },
    problems: [],
  });
  expect(render(data, { emptyMessages: 'omit' }).event).toEqual({ metadata: { eventType: 'GENERIC_EVENT' } });
});

test.each([
  [{ fields: [{ key: 'k', value: 'v' }] }, 'additional.fields[0].value', 'udm-wrong-type', { k: 'v' }],
  [
    { fields: [{ key: 'k', value: { string_val: 'v' } }] },
    'additional.fields[0].value.string_val',
    'udm-unknown-field',
    {},
  ],
  [{ fields: [{ key: 'k', string_value: 'v' }] }, 'additional.fields[0].string_value', 'udm-unknown-field', {}],
  [
    { fields: [{ key: 'k', value: { string_value: 5 } }] },
    'additional.fields[0].value.string_value',
    'udm-wrong-type',
    { k: '5' },
  ],
  [{ fields: ['text'] }, 'additional.fields[0]', 'udm-wrong-type', {}],
  [{ port: '443' }, 'additional.port', 'udm-unknown-field', {}],
  ['text', 'additional', 'udm-wrong-type', undefined],
])('additional built otherwise: %j', (additional, path, code, expected) => {
  const { event, problems } = render({ additional });
  expect(problems[0]).toMatchObject({ path, code, severity: 'error' });
  expect(event.additional).toEqual(expected);
});

test('additional takes a single entry, and values by key', () => {
  expect(render({ additional: { fields: { key: 'k', value: { string_value: 'v' } } } }).event.additional).toEqual({
    k: 'v',
  });
  const byKey = { a: { string_value: '1' }, key: { string_value: '2' } };
  expect(render({ additional: { fields: byKey } })).toMatchObject({
    event: { additional: { a: '1', key: '2' } },
    problems: [],
  });
});

test('a key that objects know of themselves is a key like any other', () => {
  const fields = [{ key: '__proto__', value: { string_value: 'v' } }];
  expect(JSON.stringify(render({ additional: { fields } }).event.additional)).toBe('{"__proto__":"v"}');
  expect(render({ constructor: 'a' } as never).problems).toEqual([
    expect.objectContaining({ path: 'constructor', code: 'udm-unknown-field' }),
  ]);
});

test('of a million wrong values a thousand are told', () => {
  const { problems } = render({ principal: { ip: Array(1_000_000).fill('none') } });
  expect(problems.length).toBe(1000);
  expect(problems[999]?.path).toBe('principal.ip[999]');
});
