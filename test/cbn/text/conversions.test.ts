import * as fc from 'fast-check';
import { ipOfBytes, parseIp, parseMac } from '../../../cbn/text/address';
import { BASE64_ENCODINGS, decodeBase64, textOfBytes } from '../../../cbn/text/base64';
import { milliToNanos, milliToSeconds } from '../../../cbn/text/duration';
import { unescapeSeparator } from '../../../cbn/text/escapes';
import { bytesToHex, hexToBytes, hexToDecimal, parseHash } from '../../../cbn/text/hex';
import { parseBoolean, parseFloat64, parseInteger, parseUnsigned } from '../../../cbn/text/number';
import { translate } from '../../../cbn/text/translate';
import { decodeUrl } from '../../../cbn/text/url';

test.each([
  ['0', 0],
  ['-12', -12],
  ['+12', 12],
  ['007', 7],
  ['9007199254740991', 9007199254740991],
  ['9007199254740993', 9007199254740993n],
  ['9223372036854775807', 9223372036854775807n],
  ['-9223372036854775808', -9223372036854775808n],
  ['9223372036854775808', undefined],
  ['-9223372036854775809', undefined],
  ['1.0', undefined],
  ['1e3', undefined],
  ['0x10', undefined],
  [' 1', undefined],
  ['', undefined],
])('integer %j', (text, expected) => {
  expect(parseInteger(text)).toBe(expected);
});

test.each([
  ['18446744073709551615', 18446744073709551615n],
  ['18446744073709551616', undefined],
  ['-1', undefined],
  ['+1', undefined],
  ['443', 443],
])('unsigned integer %j', (text, expected) => {
  expect(parseUnsigned(text)).toBe(expected);
});

test.each([
  ['1', 1],
  ['-1.5', -1.5],
  ['.5', 0.5],
  ['5.', 5],
  ['1e-3', 0.001],
  ['1e999', undefined],
  ['NaN', undefined],
  ['Infinity', undefined],
  ['0x1p3', undefined],
  ['1,5', undefined],
  ['', undefined],
])('float %j', (text, expected) => {
  expect(parseFloat64(text)).toBe(expected);
});

test.each([
  ['true', true],
  ['T', true],
  ['1', true],
  ['FALSE', false],
  ['0', false],
  ['yes', undefined],
  ['tRUE', undefined],
])('boolean %j', (text, expected) => {
  expect(parseBoolean(text)).toBe(expected);
});

test.each([
  ['10.0.0.1', '10.0.0.1'],
  ['255.255.255.255', '255.255.255.255'],
  ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['::', '::'],
  ['::1', '::1'],
  ['1::', '1::'],
  ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
  ['1:2:3:4:5:6:7:0', '1:2:3:4:5:6:7:0'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['64:ff9b::10.0.0.1', '64:ff9b::a00:1'],
  ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
  ['256.0.0.1', undefined],
  ['10.0.0', undefined],
  ['010.0.0.1', undefined],
  ['10.0.0.1/24', undefined],
  ['fe80::1%eth0', undefined],
  ['1:2:3:4:5:6:7', undefined],
  ['1:2:3:4:5:6:7:8:9', undefined],
  ['1::2::3', undefined],
  ['1:2:3:4:5:6:7::8', undefined],
  ['10.0.0.1::', undefined],
  ['g::1', undefined],
  [':1', undefined],
  ['', undefined],
  ['host', undefined],
])('address %j', (text, expected) => {
  expect(parseIp(text)).toBe(expected);
});

test('an address of bytes is read as itself', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      const canonical = parseIp(text);
      expect(canonical).toBeDefined();
      expect(parseIp(canonical ?? '')).toBe(canonical);
    }),
  );
  expect(ipOfBytes([10, 0, 0, 1])).toBe('10.0.0.1');
  expect(ipOfBytes([...new Array(15).fill(0), 1])).toBe('::1');
  expect(ipOfBytes([1, 2, 3])).toBeUndefined();
});

test.each([
  ['00:1A:2B:3C:4D:5E', '00:1a:2b:3c:4d:5e'],
  ['00-1a-2b-3c-4d-5e', '00:1a:2b:3c:4d:5e'],
  ['001a.2b3c.4d5e', '00:1a:2b:3c:4d:5e'],
  ['00:1a:2b:3c:4d:5e:6f:70', '00:1a:2b:3c:4d:5e:6f:70'],
  ['00:1a-2b:3c:4d:5e', undefined],
  ['001a2b3c4d5e', undefined],
  ['00:1a:2b:3c:4d', undefined],
  ['001a.2b3c', undefined],
  ['', undefined],
])('MAC address %j', (text, expected) => {
  expect(parseMac(text)).toBe(expected);
});

test.each([
  ['aGVsbG8=', 'Standard', 'hello'],
  ['aGVs\r\nbG8=', 'Standard', 'hello'],
  ['aGVsbG8', 'RawStandard', 'hello'],
  ['w78_', 'URL', 'ÿ?'],
  ['w78_', 'RawURL', 'ÿ?'],
  ['', 'Standard', ''],
  ['aGVsbG8', 'Standard', undefined],
  ['aGVsbG8=', 'RawStandard', undefined],
  ['aGVsbG8==', 'Standard', undefined],
  ['w78_', 'Standard', undefined],
  ['a', 'RawStandard', undefined],
  ['aGVs bG8=', 'Standard', undefined],
  ['ÿÿÿÿ', 'Standard', undefined],
] as const)('base64 %j as %s', (text, encoding, expected) => {
  const bytes = decodeBase64(text, encoding);
  expect(bytes && textOfBytes(bytes)).toBe(expected);
});

test('bytes that were encoded are decoded again, in every encoding', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const standard = Buffer.from(bytes).toString('base64');
      const url = standard.replaceAll('+', '-').replaceAll('/', '_');
      const texts = [standard, standard.replaceAll('=', ''), url, url.replaceAll('=', '')];
      for (const [index, encoding] of BASE64_ENCODINGS.entries())
        expect(decodeBase64(texts[index] ?? '', encoding)).toEqual(bytes);
      expect(hexToBytes(bytesToHex(bytes)) ?? new Uint8Array()).toEqual(bytes);
    }),
  );
});

test('hexadecimal', () => {
  expect(hexToDecimal('0x3E7')).toBe('999');
  expect(hexToDecimal('ffffffffffffffffff')).toBe('4722366482869645213695');
  expect(hexToDecimal('3g')).toBeUndefined();
  expect(hexToDecimal('')).toBeUndefined();
  expect(hexToDecimal('f'.repeat(1024))).toHaveLength(1234);
  expect(hexToDecimal('f'.repeat(1025))).toBeUndefined();
  expect(textOfBytes(hexToBytes('2F62696E') ?? new Uint8Array())).toBe('/bin');
  expect(hexToBytes('2F6')).toBeUndefined();
  expect(bytesToHex(new Uint8Array([0, 255]))).toBe('00ff');
  expect(parseHash('D41D8CD98F00B204E9800998ECF8427E')).toBe('d41d8cd98f00b204e9800998ecf8427e');
  expect(parseHash('d41d8c')).toBeUndefined();
});

test('milliseconds', () => {
  expect([milliToSeconds(1500), milliToNanos(1500)]).toEqual([1, 500_000_000]);
  expect([milliToSeconds(-1), milliToNanos(-1)]).toEqual([-1, 999_000_000]);
});

test('escapes of separators', () => {
  expect(unescapeSeparator('\\t\\n\\r\\\\\\x01\\u00e9\\q|')).toBe('\t\n\r\\\u0001é\\q|');
});

test('translations', () => {
  const dictionary = new Map([['1', 'LOW']]);
  expect(translate('1', dictionary, 'none')).toBe('LOW');
  expect(translate('constructor', dictionary, 'none')).toBe('none');
  expect(translate('2', dictionary)).toBeUndefined();
});

test('URLs', () => {
  expect(decodeUrl('a%20b+c')).toBe('a b c');
  expect(decodeUrl('a+b', false)).toBe('a+b');
  expect(decodeUrl('%zz')).toBeUndefined();
  expect(decodeUrl('%ff')).toBeUndefined();
});
