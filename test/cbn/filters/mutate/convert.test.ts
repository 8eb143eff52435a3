import { errorOf, stateOf } from '../../run-parser';

const convert = (a: unknown, type: string, options = {}) =>
  stateOf(`json { source => "message" } mutate { convert => { "a" => "${type}" } }`, JSON.stringify({ a }), options).a;

test.each([
  [1, 'string', '1'],
  [42.5, 'string', '42.5'],
  [42.0, 'string', '42'],
  [1e21, 'string', '1000000000000000000000'],
  [1.5e-7, 'string', '0.00000015'],
  [-2.5e22, 'string', '-25000000000000000000000'],
  [true, 'string', 'true'],
  ['5', 'integer', 5],
  ['-5', 'integer', -5],
  [443, 'integer', 443],
  [5.9, 'integer', 5],
  ['9223372036854775807', 'integer', 9223372036854775807n],
  ['18446744073709551615', 'uinteger', 18446744073709551615n],
  [7, 'uinteger', 7],
  ['1.5', 'float', 1.5],
  [2, 'float', 2],
  ['true', 'boolean', true],
  ['0', 'boolean', false],
  [true, 'boolean', true],
  ['2001:DB8::1', 'ipaddress', '2001:db8::1'],
  ['00-AA-BB-CC-DD-EE', 'macaddress', '00:aa:bb:cc:dd:ee'],
  ['0x1F', 'hextodec', '31'],
  ['6162', 'hextoascii', 'ab'],
  ['ab', 'bytestohex', '6162'],
  ['D41D8CD98F00B204E9800998ECF8427E', 'hash', 'd41d8cd98f00b204e9800998ecf8427e'],
  ['1500', 'millitosecs', 1],
  [1500, 'millitonanos', 500_000_000],
  ['5', 'Integer', 5],
])('%j to %s', (a, type, expected) => {
  expect(convert(a, type)).toEqual(expected);
});

test('a whole number of a log beyond 2^53 has the digits of a float', () => {
  const body = 'json { source => "message" } mutate { convert => { "a" => "string" } }';
  expect(stateOf(body, '{"a":1234567890123456789}').a).toBe('1234567890123456800');
});

test('text to bytes and back', () => {
  const body =
    'mutate { convert => { "message" => "bytes" } } mutate { copy => { "h" => "message" } } mutate { convert => { "message" => "string" "h" => "bytestohex" } }';
  expect(stateOf(body, 'é')).toMatchObject({ message: 'é', h: 'c3a9' });
});

test('four or sixteen bytes are an address', () => {
  const body =
    'mutate { convert => { "message" => "bytes" } } mutate { convert => { "message" => "bytestip" } on_error => "e" }';
  expect(stateOf(body, 'abcd').message).toBe('97.98.99.100');
  expect(stateOf(body, 'abcde').e).toBe(true);
});

test('a user agent becomes a map', () => {
  expect(convert('okhttp/3.3.3', 'parseduseragent')).toMatchObject({ family: 'USER_DEFINED' });
  const agent = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)';
  expect(convert(agent, 'parseduseragent')).toHaveProperty('os_type', 'OS_TYPE_WINDOWS');
  expect(convert(agent, 'parseduseragent', { userAgentTypes: false })).not.toHaveProperty('os_type');
});

test.each([
  ['x', 'integer'],
  ['1.5', 'integer'],
  ['-1', 'uinteger'],
  [-1, 'uinteger'],
  ['x', 'float'],
  ['yes', 'boolean'],
  [1, 'boolean'],
  ['1.2.3', 'ipaddress'],
  [1, 'ipaddress'],
  ['x', 'macaddress'],
  ['xyz', 'hextodec'],
  ['abc', 'hextoascii'],
  ['abc', 'hash'],
  [{}, 'string'],
  [[], 'integer'],
  ['', 'integer'],
])('%j to %s is a failure', (a, type) => {
  expect(() => convert(a, type)).toThrow(`cannot convert`);
});

test('a text to a text is a failure, unless told otherwise', () => {
  expect(() => convert('x', 'string')).toThrow('value is already a string');
  expect(convert('x', 'string', { convertSameTypeFails: false })).toBe('x');
});

test('what is not set is a failure', () => {
  expect(errorOf('mutate { convert => { "a" => "string" } }').code).toBe('field-not-set');
});
