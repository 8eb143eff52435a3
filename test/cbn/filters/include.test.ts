import { errorOf, parserOf, stateOf, syntaxErrorOf } from '../run-parser';

const INCLUDE = '@include ["parse_ip_protocol.include"]';

test.each([
  ['"TCP"', 'TCP'],
  ['"ICMPV6"', 'ICMP'],
  ['"tcp"', 'UNKNOWN_IP_PROTOCOL'],
  ['"HTTP"', 'UNKNOWN_IP_PROTOCOL'],
  ['17', 'UDP'],
  ['58', 'ICMP'],
  ['6.5', 'UNKNOWN_IP_PROTOCOL'],
  ['"6"', 'UNKNOWN_IP_PROTOCOL'],
])('parse_ip_protocol.include makes %s the protocol %s', (json, protocol) => {
  const { ip_protocol_out } = stateOf(`json { source => "message" } ${INCLUDE}`, `{"protocol_number_src":${json}}`);
  expect(ip_protocol_out).toBe(protocol);
});

test.each([
  ['443', 'HTTPS'],
  ['smbv1', 'SMB'],
  ['Ldap', 'LDAP'],
  ['81', ''],
])('parse_app_protocol.include makes %s the protocol %s', (app_protocol_src, protocol) => {
  const body = 'json { source => "message" } @include ["parse_app_protocol.include"]';
  expect(stateOf(body, JSON.stringify({ app_protocol_src })).app_protocol_output).toBe(protocol);
});

test('it stands among statements, in blocks and without a blank', () => {
  const body = `mutate { replace => { "protocol_number_src" => "UDP" } }
    if [message] == "a" { @include["parse_ip_protocol.include"] mutate { rename => { "ip_protocol_out" => "t" } } }`;
  expect(stateOf(body, 'a')).toMatchObject({ t: 'UDP' });
  expect(stateOf(body, 'b')).not.toHaveProperty('t');
});

test('a log without the token fails as at a condition', () => {
  expect(errorOf(INCLUDE).message).toContain('"protocol_number_src" not found in state data');
});

test('a file of another name does nothing, and a warning tells of it', () => {
  const parser = parserOf('@include ["dns.include"] mutate { replace => { "t" => "1" } }');
  expect(parser.warnings).toEqual([
    expect.objectContaining({ code: 'unknown-include', message: expect.stringContaining('dns.include') }),
  ]);
  expect(parser.run('', { state: true }).state).toMatchObject({ t: '1' });
});

test('an include without names is an error of syntax', () => {
  expect(syntaxErrorOf('filter { @include }').message).toContain('Expected a value');
});
