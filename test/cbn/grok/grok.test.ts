import * as fc from 'fast-check';
import { CbnError } from '../../../cbn/errors';
import { compileGrok } from '../../../cbn/grok/grok';
import { LIBRARY } from '../../../cbn/grok/library';
import { cpuTime } from '../cpu-time';

/** What a name matches of a text. */
const taken = (name: string, text: string) => compileGrok(`%{${name}:x}`).match(text)?.[0];

describe('the library', () => {
  // Alone, a definition takes what its first alternative takes: `1` of 12, and no IPv4 address at the end of an IPv6 one.
  test.each([
    ['USERNAME', 'a.b_c-1@d', 'a.b_c-1'],
    ['INT', 'x-12.5', '-12'],
    ['NUMBER', 'x-12.5e', '-12.5'],
    ['NUMBER', 'v.5', '.5'],
    ['BASE16NUM', '0x3E7', '0x3E7'],
    ['BASE16FLOAT', '0x1.8', '0x1.8'],
    ['POSINT', '007 8', '8'],
    ['NONNEGINT', 'a1 07', '07'],
    ['WORD', '- ab_1 c', 'ab_1'],
    ['NOTSPACE', ' a,b c', 'a,b'],
    ['QUOTEDSTRING', 'x "a \\" b" c', '"a \\" b"'],
    ['QS', "x 'a' c", "'a'"],
    ['UUID', '{0a1b2c3d-1234-4ABC-8def-0123456789ab}', '0a1b2c3d-1234-4ABC-8def-0123456789ab'],
    ['MAC', 'mac 00:1A:2b:3c:4d:5e.', '00:1A:2b:3c:4d:5e'],
    ['MAC', '00-1A-2B-3C-4D-5E', '00-1A-2B-3C-4D-5E'],
    ['MAC', '001a.2b3c.4d5e', '001a.2b3c.4d5e'],
    ['IPV4', 'a 255.1.02.3 b', '255.1.02.3'],
    ['IP', '[2001:db8::1]:80', '2001:db8::1'],
    ['IP', '::ffff:10.0.0.1 x', '::ffff:10'],
    ['IP', 'fe80::1%eth0', 'fe80::1%eth0'],
    ['IP', '1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['HOSTNAME', '-host-1.example.com. x', 'host-1.example.com.'],
    ['IPORHOST', '10.0.0.1', '10.0.0.1'],
    ['HOSTPORT', 'a.b:443', 'a.b:443'],
    ['PATH', 'in /var/log/a.log now', '/var/log/a.log'],
    ['PATH', 'C:\\Windows\\a.exe', 'C:\\Windows\\a.exe'],
    ['TTY', '/dev/pts/3', '/dev/pts/3'],
    ['URI', 'see http://u:p@a.b:80/c/d?e=f&g=[1] x', 'http://u:p@a.b:80/c/d?e=f&g=[1]'],
    ['URIPATHPARAM', '/a/b?c=d', '/a/b?c=d'],
    ['MONTH', 'in September', 'September'],
    ['MONTHNUM', '12', '1'],
    ['MONTHDAY', '31', '31'],
    ['DAY', 'Thursday', 'Thursday'],
    ['YEAR', '2024', '2024'],
    ['HOUR', '23', '23'],
    ['SECOND', '60', '6'],
    ['SECOND', '59.123', '59.123'],
    ['DATE_US', '12/31/2024', '12/31/2024'],
    ['DATE_EU', '31.12.2024', '31.12.2024'],
    ['DATESTAMP', '12/31/2024-10:11:12', '12/31/2024-10:11:12'],
    ['TIMESTAMP_ISO8601', '2024-10-12T10:11:12.123+02:00 x', '2024-10-12T10:11:12.123+02:00'],
    ['DATESTAMP_RFC2822', 'Sat, 12 Oct 2024 10:11:12 +0200', 'Sat, 12 Oct 2024 10:11:12 +0200'],
    ['DATESTAMP_EVENTLOG', '20241012101112', '20241012101112'],
    ['HTTPDATE', '12/Oct/2024:10:11:12 +0000', '12/Oct/2024:10:11:12 +0000'],
    ['LOGLEVEL', 'a Warning b', 'Warning'],
    ['EMAILADDRESS', 'to ann.b@c.org', 'ann.b@c.org'],
    ['EMAILADDRESS', '1ann@c.org', 'ann@c.org'],
    ['URN', 'urn:isbn:0451450523', 'urn:isbn:0451450523'],
  ])('%s in %j is %j', (name, text, expected) => {
    expect(taken(name, text)).toBe(expected);
  });

  test.each([
    ['IP', '256.300.1'],
    ['MONTHNUM', 'x'],
    ['MAC', '00:1A:2b'],
    ['IPV6', '1:2:3'],
  ])('%s is not in %j', (name, text) => {
    expect(taken(name, text)).toBeUndefined();
  });

  test('a time takes one sign at either side, as published golden events show', () => {
    expect(taken('SYSLOGTIMESTAMP', '<1>Oct 12 10:01:00) a')).toBe('Oct 12 10:01:00)');
    const beside = compileGrok('%{SYSLOGTIMESTAMP:ts} %{WORD:host}');
    expect(beside.match('Oct  2 10:01:00 a')).toEqual(['Oct  2 10:01:00', 'a']);
    expect(beside.match('Oct  2 10:01:00) a')).toEqual(['Oct  2 10:01:00)', 'a']);
  });

  test('every name compiles, with the tokens of its own', () => {
    for (const name of Object.keys(LIBRARY)) {
      const grok = compileGrok(`%{${name}}`);
      grok.match('x');
      expect(grok.captures).toEqual(
        [...JSON.stringify([...tokensWithin(name)]).matchAll(/"([^"]+)"/g)].map(([, token]) => token),
      );
    }
  });

  test('an Apache line gives the tokens that its pattern names', () => {
    const grok = compileGrok('%{COMBINEDAPACHELOG}');
    const line = '10.0.0.1 - ann [12/Oct/2024:10:11:12 +0000] "GET /a HTTP/1.1" 200 12 "-" "curl/8"';
    const values = Object.fromEntries(grok.captures.map((token, index) => [token, grok.match(line)?.[index]]));
    expect(values).toEqual({
      clientip: '10.0.0.1',
      ident: '-',
      auth: 'ann',
      timestamp: '12/Oct/2024:10:11:12 +0000',
      verb: 'GET',
      request: '/a',
      httpversion: '1.1',
      rawrequest: undefined,
      response: '200',
      bytes: '12',
      referrer: '"-"',
      agent: '"curl/8"',
    });
  });
});

/** Tokens of a definition and of those that it uses, in order, each once. */
function tokensWithin(name: string): Set<string> {
  const tokens = new Set<string>();
  for (const [, inner = '', token] of (LIBRARY[name] ?? '').matchAll(/%\{(\w+)(?::(\w+))?\}/g)) {
    if (token !== undefined) tokens.add(token);
    for (const further of tokensWithin(inner)) tokens.add(further);
  }
  return tokens;
}

describe('tokens', () => {
  test.each([
    ['%{IP:a.b.c}', ['a.b.c']],
    ['%{IP:[a][b]}', ['a.b']],
    ['%{INT:n:int} (?P<b>x)(?<c>y)(z)', ['n', 'b', 'c']],
    ['(%{IP:a}|%{HOST:b}) %{WORD:a}', ['a', 'b']],
    ['%{IP} %{DATA}', []],
    ['\\(?P<n>x', []],
    ['100%{x}', []],
  ])('%s captures %j', (pattern, tokens) => {
    if (pattern === '100%{x}') expect(() => compileGrok(pattern)).toThrow('%{x} is not in the library');
    else expect(compileGrok(pattern).captures).toEqual(tokens);
  });

  test('types are told, values stay text', () => {
    const grok = compileGrok('%{NUMBER:a:float} %{INT:b}');
    expect(grok.types).toEqual(['float', undefined]);
    expect(grok.match('1.5 2')).toEqual(['1.5', '2']);
  });

  test('of groups of one name the last that is not empty counts', () => {
    const grok = compileGrok('(?:%{INT:x}-|%{WORD:x}:)(?P<x>[a-z]*)');
    expect(grok.match('12-')).toEqual(['12']);
    expect(grok.match('ab:')).toEqual(['ab']);
    expect(grok.match('12-z')).toEqual(['z']);
  });

  test('no part is undefined, nothing taken is empty', () => {
    expect(compileGrok('%{INT:a}|b%{DATA:b}').match('b')).toEqual([undefined, '']);
  });

  test('the three patterns of the shipped Qualys parser', () => {
    const grok = compileGrok('%{WORD:method} /(%{DATA:user}|)? (?P<app_protocol>HTTP).*');
    expect(grok.match('GET /ann HTTP/1.1')).toEqual(['GET', 'ann', 'HTTP']);
    expect(compileGrok('Host: %{IP:src_ip}').match('Host: 10.0.0.1')).toEqual(['10.0.0.1']);
    expect(compileGrok('%{IP:src_ip}:%{INT:port}').match('{"a":"10.0.0.1:443"}')).toEqual(['10.0.0.1', '443']);
    expect(compileGrok('%{IP:src_ip}:%{INT:port}').match('{"qid":38170,"t":"10:11:12Z"}')).toBeUndefined();
  });
});

describe('what is wrong', () => {
  test.each([
    ['%{SYSLOGTIMESTMP:x}', /%\{SYSLOGTIMESTMP\} is not in the library; the nearest name is %\{SYSLOGTIMESTAMP\}/],
    ['%{ip:x}', /the nearest name is %\{IP\}/],
    ['%{CISCOFW106001}', /is not in the library$/],
    ['%{IP:x}(?=a)', /regular expression \/%\{IP:x\}\(\?=a\)\/: .* at character 8; RE2 has no lookahead/],
    ['(?P<a.b>x)', /invalid named capture/],
    ['(%{IP:x}', /missing closing \)/],
  ])('%s', (pattern, message) => {
    expect(() => compileGrok(pattern)).toThrow(CbnError);
    expect(() => compileGrok(pattern)).toThrow(message);
  });

  test('nothing but CbnError is thrown', () => {
    const part = fc.constantFrom(
      '%{IP:a}',
      '%{DATA}',
      '%{NOPE}',
      '(',
      ')',
      '|',
      '*',
      '[',
      ']',
      '%{',
      '}',
      'x',
      '(?P<b>',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), fc.string({ maxLength: 20 }), (parts, text) => {
        try {
          compileGrok(parts.join('')).match(text);
        } catch (error) {
          expect(error).toBeInstanceOf(CbnError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

test('a line of 4 MB is refuted and taken in bounded time', () => {
  const grok = compileGrok('%{SYSLOGTIMESTAMP:ts} %{DATA:a} %{DATA:b} %{DATA:c} %{IP:ip}$');
  const line = `Oct 12 10:01:00 ${'a 1.2.3 '.repeat(512 * 1024)}`;
  const begun = cpuTime();
  expect(grok.match(line)).toBeUndefined();
  expect(grok.match(`${line}10.0.0.1`)?.at(-1)).toBe('10.0.0.1');
  expect(cpuTime() - begun).toBeLessThan(20_000);
});
