import { errorOf, RECEIVED, stateOf } from '../run-parser';

describe('json', () => {
  const read = (log: string, options = '', before = '', engine = {}) =>
    stateOf(`${before} json { source => "message" ${options} }`, log, engine);

  test('keeps types', () => {
    expect(read('{"s":"x","i":1,"f":1.5,"t":true,"l":[1],"m":{"k":null}}')).toMatchObject({
      s: 'x',
      i: 1,
      f: 1.5,
      t: true,
      l: [1],
    });
  });

  test('lays its maps over what is there, and keeps declarations that the log lacks or has as null', () => {
    const before =
      'mutate { replace => { "A.b" => "" "A.c" => "" "A.m.x" => "" "A.n" => "" "t" => "" "l.0" => "" "l.5" => "" } }';
    expect(
      read('{"A":{"b":"B","m":{"y":1},"n":null},"t":null,"l":["z"]}', 'array_function => "split_columns"', before),
    ).toMatchObject({
      A: { b: 'B', c: '', m: { x: '', y: 1 }, n: '' },
      t: '',
      l: { 0: 'z', 5: '' },
    });
  });

  test('without split_columns a list replaces what is there', () => {
    expect(read('{"l":["z"]}', '', 'mutate { replace => { "l.5" => "" } }').l).toEqual(['z']);
  });

  test('a null is an empty text when told so', () => {
    expect(read('{"a":null,"b":[null],"c":{"d":null}}', '', '', { jsonNull: 'empty' })).toMatchObject({
      a: '',
      b: [''],
      c: { d: '' },
    });
  });

  test('writes below a target, a list too', () => {
    expect(read('{"a":1}', 'target => "t.u"').t).toEqual({ u: { a: 1 } });
    expect(read('[1]', 'target => "t"').t).toEqual([1]);
  });

  test('lays its map over one at its target, or replaces it when told so', () => {
    const onto = (engine = {}) => read('{"a":1}', 'target => "t"', 'mutate { replace => { "t.b" => "" } }', engine).t;
    expect(onto()).toEqual({ a: 1, b: '' });
    expect(onto({ jsonOntoTarget: 'replace' })).toEqual({ a: 1 });
  });

  test.each([
    ['x', 'invalid-json'],
    ['{"a":1', 'invalid-json'],
    ['', 'invalid-json'],
    ['[1]', 'json-not-an-object'],
    ['"text"', 'json-not-an-object'],
    ['null', 'json-not-an-object'],
    [`${'{"a":'.repeat(501)}1${'}'.repeat(501)}`, 'invalid-json'],
  ])('%.20s fails: %s', (log, code) => {
    expect(errorOf('json { source => "message" }', log).code).toBe(code);
  });

  test('fails without source, and with one that is no text', () => {
    expect(errorOf('json { source => "nope" }').code).toBe('field-not-set');
    expect(errorOf('json { source => "message" } json { source => "a" }', '{"a":1}').code).toBe('not-a-string');
  });

  test('brackets within texts do not nest', () => {
    expect(read(JSON.stringify({ a: '[{"\\'.repeat(600) })).a).toHaveLength(3600 - 1200);
  });
});

describe('grok', () => {
  test('the first pattern that matches counts', () => {
    const body = 'grok { match => { "message" => ["^x (?P<a>.*)", "%{WORD:b} %{INT:c}", "%{GREEDYDATA:d}"] } }';
    const state = stateOf(body, 'word 12');
    expect(state).toMatchObject({ b: 'word', c: '12' });
    expect(state).not.toHaveProperty('d');
  });

  test('captures into maps, over what overwrite names', () => {
    const body =
      'mutate { replace => { "a.b" => "" } } grok { match => { "message" => "%{WORD:a.b}" } overwrite => ["a.b"] }';
    expect(stateOf(body, 'w').a).toEqual({ b: 'w' });
  });

  test('takes brackets for dots', () => {
    const body =
      'mutate { replace => { "a.b" => "" } } grok { match => { "[message]" => "%{WORD:[a][b]}" } overwrite => ["[a][b]"] }';
    expect(stateOf(body, 'w').a).toEqual({ b: 'w' });
  });

  test('a group that takes no part leaves its token as it is', () => {
    const body = 'mutate { replace => { "b" => "kept" } } grok { match => { "message" => "(?P<a>x)|(?P<b>y)" } }';
    expect(stateOf(body, 'x')).toMatchObject({ a: 'x', b: 'kept' });
  });

  test('nothing is written when one capture may not be', () => {
    const body =
      'mutate { replace => { "b" => "" } } grok { match => { "message" => "%{WORD:a} %{WORD:b}" } on_error => "f" }';
    const state = stateOf(body, 'x y');
    expect(state).toMatchObject({ f: true, b: '' });
    expect(state).not.toHaveProperty('a');
  });

  test('the log itself may be overwritten', () => {
    expect(
      stateOf(
        'grok { match => { "message" => "^<%{INT}>%{GREEDYDATA:message}" } overwrite => ["message"] }',
        '<13>rest',
      ).message,
    ).toBe('rest');
  });

  test('of several sources the first that matches counts', () => {
    const body =
      'mutate { replace => { "other" => "12" } } grok { match => { "message" => "%{INT:a}" "other" => "%{INT:b}" } }';
    expect(stateOf(body, 'word')).toMatchObject({ b: '12' });
  });

  test('match_all numbers the matches for each token, and leaves out what took no part in one', () => {
    const body = 'grok { match => { "message" => ["x", "(?P<k>\\\\w+)(=%{INT:v})?"] } match_all => true }';
    expect(stateOf(body, 'a=1 b c=3')).toMatchObject({ k: { 0: 'a', 1: 'b', 2: 'c' }, v: { 0: '1', 2: '3' } });
  });

  test('match_all replaces a declaration when it may, and fails where nothing matches', () => {
    const body =
      'mutate { replace => { "n" => "" } } grok { match => { "message" => "%{INT:n}" } match_all => true OVER on_error => "f" }';
    expect(stateOf(body.replace('OVER', 'overwrite => ["n"]'), '1 2')).toMatchObject({
      n: { 0: '1', 1: '2' },
      f: false,
    });
    expect(stateOf(body.replace('OVER', ''), '1 2')).toMatchObject({ n: '', f: true });
    expect(stateOf(body.replace('OVER', 'overwrite => ["n"]'), 'x')).toMatchObject({ n: '', f: true });
  });

  test.each([
    ['grok { match => { "message" => "%{INT}" } }', '12', 'grok-no-match'],
    ['grok { match => { "message" => "%{INT:a}" } }', 'x', 'grok-no-match'],
    ['grok { match => { "nope" => "%{INT:a}" } }', '', 'field-not-set'],
    ['json { source => "message" } grok { match => { "n" => "%{INT:a}" } }', '{"n":1}', 'not-a-string'],
  ])('%s', (body, log, code) => {
    expect(errorOf(body, log).code).toBe(code);
  });
});

describe('kv', () => {
  test.each([
    ['', 'a=1 b=2', { a: '1', b: '2' }],
    ['field_split => ";" value_split => ":"', 'a:1;b:2', { a: '1', b: '2' }],
    ['field_split => "\\\\t" unescape_field_split => true', 'a=1\tb=2', { a: '1', b: '2' }],
    ["trim_value => '\"'", 'a="1" b="2 3"', { a: '1', b: '2 3' }],
    ['target => "t.u"', 'a=1', { t: { u: { a: '1' } } }],
    ['', '__proto__=1', {}],
  ])('%s', (options, log, expected) => {
    expect(stateOf(`kv { source => "message" ${options} }`, log)).toMatchObject(expected);
  });

  test('joins a target that is there', () => {
    expect(stateOf('mutate { replace => { "t.b" => "0" } } kv { source => "message" target => "t" }', 'a=1').t).toEqual(
      { a: '1', b: '0' },
    );
  });

  test('fails without source', () => {
    expect(errorOf('kv { source => "nope" }').code).toBe('field-not-set');
  });
});

describe('csv', () => {
  test.each([
    ['', 'a,"b,c",', { column1: 'a', column2: 'b,c', column3: '' }],
    ['separator => "\\\\t" unescape_separator => true', 'a\tb', { column1: 'a', column2: 'b' }],
    ['lazy_quotes => true', 'a "b",c', { column1: 'a "b"', column2: 'c' }],
    ['target => "t"', 'a', { t: { column1: 'a' } }],
    ['columns => ["x"]', 'a,b', { x: 'a', column2: 'b' }],
  ])('%s', (options, log, expected) => {
    expect(stateOf(`csv { source => "message" ${options} }`, log)).toMatchObject(expected);
  });

  test('fails on a quote out of place, and without source', () => {
    expect(errorOf('csv { source => "message" }', 'a "b"').code).toBe('invalid-csv');
    expect(errorOf('csv { source => "nope" }').code).toBe('field-not-set');
  });
});

describe('xml', () => {
  const XML = '<E><D Name="x">1</D><D Name="y">2</D></E>';

  test('a path that finds nothing leaves its token as it was', () => {
    const body = `mutate { replace => { "z" => "kept" } } xml { source => "message" xpath => { "/E/D[@Name='y']" => "a.y" "/E/D[1]" => "d" "/E/Z" => "z" } }`;
    expect(stateOf(body, XML)).toMatchObject({ a: { y: '2' }, d: '1', z: 'kept' });
  });

  test.each([
    ['xml { source => "message" xpath => { "/E" => "e" } }', '<E>', 'invalid-xml'],
    ['xml { source => "nope" xpath => { "/E" => "e" } }', '', 'field-not-set'],
    ['xml { source => "message" xpath => { "/E[%{nope}]" => "e" } }', XML, 'field-not-set'],
    ['mutate { replace => { "p" => "[" } } xml { source => "message" xpath => { "/E%{p}" => "e" } }', XML, 'xpath'],
  ])('%s', (body, log, code) => {
    expect(errorOf(body, log).code).toBe(code);
  });
});

describe('date', () => {
  test('sets the time of the log’s events', () => {
    expect(stateOf('date { match => ["message", "ISO8601"] }', '2026-01-02T03:04:05.5Z')['@timestamp']).toEqual({
      seconds: Date.UTC(2026, 0, 2, 3, 4, 5) / 1000,
      nanos: 500_000_000,
    });
  });

  test.each([
    ['match => ["message", "yyyy", "UNIX"] target => "a.t"', '1700000000', 1_700_000_000],
    [
      'match => ["message", "yyyy-MM-dd HH:mm:ss"] timezone => "America/New_York" target => "a.t"',
      '2026-01-02 03:04:05',
      Date.UTC(2026, 0, 2, 8, 4, 5) / 1000,
    ],
    [
      'match => ["message", "yyyy-MM-dd HH:mm:ss"] timezone => "%{tz}" target => "a.t"',
      '2026-01-02 03:04:05',
      Date.UTC(2026, 0, 2, 2, 4, 5) / 1000,
    ],
    [
      'match => ["message", "MMM d HH:mm:ss"] rebase => true target => "a.t"',
      'Mar 1 00:00:00',
      Date.UTC(2026, 2, 1) / 1000,
    ],
    ['match => { "message" => ["UNIX"] } target => "a.t"', '1700000000', 1_700_000_000],
  ])('%s', (options, log, seconds) => {
    const body = `mutate { replace => { "tz" => "Europe/Berlin" } } date { ${options} }`;
    expect(stateOf(body, log).a).toEqual({ t: { seconds, nanos: 0 } });
  });

  test('takes a number for its digits', () => {
    const body = 'json { source => "message" } date { match => ["n", "UNIX_MS"] target => "t" }';
    expect(stateOf(body, '{"n":1700000000123}').t).toEqual({ seconds: 1_700_000_000, nanos: 123_000_000 });
  });

  test.each([
    ['date { match => ["message", "ISO8601"] }', 'x', 'date-no-match'],
    ['date { match => ["nope", "ISO8601"] }', '', 'field-not-set'],
    ['date { match => ["message", "ISO8601"] timezone => "%{nope}" }', 'x', 'field-not-set'],
    ['date { match => ["message", "ISO8601"] timezone => "%{message}" }', 'Mars/Olympus', 'timezone'],
  ])('%s', (body, log, code) => {
    expect(errorOf(body, log).code).toBe(code);
  });
});

describe('base64, urldecode and translate', () => {
  test.each([
    ['base64 { source => "message" target => "t" }', 'aMOp', 'hé'],
    ['base64 { source => "message" target => "t" encoding => "RawStandard" }', 'YQ', 'a'],
    ['base64 { source => "message" target => "t" encoding => "URL" }', '_-8=', new Uint8Array([0xff, 0xef])],
    ['urldecode { source => "message" target => "t" }', 'a+b%21', 'a b!'],
    ['translate { source => "message" target => "t" dictionary => { "1" => "one" } }', '1', 'one'],
    [
      'translate { field => "message" destination => "t" dictionary => { "1" => "one" } fallback => "not %{message}" }',
      '2',
      'not 2',
    ],
    ['translate { source => "message" target => "t" dictionary => ["1", "one"] }', '3', undefined],
    ['translate { source => "message" target => "t" dictionary => { "1" => "one" } }', 'constructor', undefined],
  ])('%s', (body, log, expected) => {
    expect(stateOf(body, log).t).toEqual(expected);
  });

  test.each([
    ['base64 { source => "message" }', '*', 'invalid-base64'],
    ['base64 { source => "nope" }', '', 'field-not-set'],
    ['urldecode { source => "message" }', '%', 'invalid-url'],
    ['translate { source => "nope" dictionary => { } }', '', 'field-not-set'],
    ['translate { source => "message" dictionary => { } fallback => "%{nope}" }', '', 'field-not-set'],
  ])('%s', (body, log, code) => {
    expect(errorOf(body, log).code).toBe(code);
  });
});

test('a log cannot bring events of its own', () => {
  expect(stateOf('json { source => "message" }', '{"@output":[1],"a":"x"}')).toMatchObject({ '@output': [], a: 'x' });
  expect(stateOf('kv { source => "message" }', '@output=1 a=x')).toMatchObject({ '@output': [], a: 'x' });
});

test('the state begins with the log, its times and the engine’s tokens', () => {
  expect(stateOf('', 'log')).toEqual({
    message: 'log',
    '@output': [],
    '@createTimestamp': RECEIVED,
    '@timezone': '',
    '@onErrorCount': 0,
    '@enableCbnForLoop': true,
  });
});
