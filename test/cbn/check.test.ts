import { checkParser } from '../../cbn/check';

const OUTPUT = 'mutate { merge => { "@output" => "event" } }';
const check = (statements: string, isWhole = false) =>
  checkParser({ name: 'x.conf', text: isWhole ? statements : `filter {\n${statements}\n${OUTPUT}\n}\n` }).map(
    ({ severity, code, message, fix, position }) => ({
      severity,
      code,
      message,
      fix,
      at: `${position?.line}:${position?.column}`,
    }),
  );
const codes = (statements: string) => check(statements).map(({ code, at }) => `${at} ${code}`);
const replace = (path: string, value = 'x') => `mutate { replace => { "${path}" => "${value}" } }`;

describe('fields of UDM', () => {
  test.each([
    ['event.idm.read_only_udm.principal.hostnam', 'hostnam under principal', 'Write hostname.'],
    ['event1.idm.read_only_udm.securityresult', 'securityresult under read_only_udm', 'Write security_result.'],
    ['event.idm.entity.metadata.entity_typ', 'entity_typ under metadata', 'Write entity_type.'],
  ])('%s is none', (path, what, fix) => {
    expect(check(replace(path))).toEqual([
      {
        ...{ severity: 'warning', code: 'udm-unknown-field', at: '2:23', fix },
        message: `UDM has no ${what}: the event would be refused.`,
      },
    ]);
  });

  test.each([
    'event.idm.read_only_udm.principal.hostname',
    'event.idm.read_only_udm.additional.fields.anything',
    'event.idm.read_only_udm.metadata.event_timestamp.seconds',
    'event.idm.read_only_udm.%{noun}.hostnam',
    'event.idm.read_only_udm.principal.ip.0',
    'principal.hostnam',
  ])('%s is one, or cannot be known', (path) => {
    expect(check(replace(path))).toEqual([]);
  });

  test('destinations of rename, copy and targets are looked at, sources are not', () => {
    const wrong = 'event.idm.read_only_udm.target.urll';
    expect(codes(`${replace('a')} mutate { rename => { "a" => "${wrong}" } }`)).toEqual(['2:59 udm-unknown-field']);
    expect(codes(`${replace('a')} mutate { copy => { "${wrong}" => "a" } }`)).toEqual(['2:57 udm-unknown-field']);
    expect(codes(`date { match => ["a", "UNIX"] target => "${wrong}" }`)).toEqual(['2:31 udm-unknown-field']);
    expect(codes(`mutate { rename => { "${wrong}" => "a" } }`)).toEqual([]);
  });

  test('constants that are no value of the enum', () => {
    const type = 'event.idm.read_only_udm.metadata.event_type';
    expect(check(replace(type, 'STATUS_UPDAT'))).toMatchObject([
      { code: 'udm-bad-enum', fix: 'Write "STATUS_UPDATE".' },
    ]);
    for (const fine of ['STATUS_UPDATE', '%{type}', '']) expect(check(replace(type, fine))).toEqual([]);
  });
});

describe('tokens that only the log sets', () => {
  test('a condition on one is told, at its first place', () => {
    const twice = `json { source => "message" }\nif [a][b] != "" { drop {} }\nif [a][b] == "x" { drop {} }`;
    expect(check(twice)).toEqual([
      {
        ...{ severity: 'warning', code: 'not-initialised', at: '3:4' },
        message: 'Nothing sets a.b but the log itself: a log without it fails here.',
        fix: 'Set "a.b" => "" in a replace before the filter that extracts it.',
      },
    ]);
  });

  test.each([
    ['initialised', `${replace('a.b')} if [a][b] != "" { drop {} }`],
    ['a part of it', `${replace('a.b.c')} if [a][b] != "" { drop {} }`],
    ['the whole of it', `${replace('a')} if [a][b] != "" { drop {} }`],
    ['a flag', 'json { source => "message" on_error => "bad" } if [bad] { drop {} }'],
    ['a capture', 'grok { match => { "message" => "%{IP:ip} (?P<who>x)" } } if [ip] == [who] { drop {} }'],
    ['a variable of a loop', 'for k, v in list map { if [v][x] == 1 and [k] != "" { drop {} } }'],
    ['a column', 'csv { source => "message" } if [column7] == "x" { drop {} }'],
    ['an element of XML', 'xml { source => "message" xpath => { "/a" => "a" } } if [a] == "x" { drop {} }'],
    ['a piece', 'mutate { split => { source => "message" separator => "," target => "t" } } if [t] != "" { drop {} }'],
    ['the message', 'if [message] =~ /x/ { drop {} }'],
    ['a state of the engine', 'if [@onErrorCount] == 0 { drop {} }'],
  ])('%s', (_, statements) => {
    expect(codes(statements)).toEqual([]);
  });
});

test('a parser that puts nothing out', () => {
  expect(check(`filter { ${replace('a')} }`, true)).toMatchObject([{ code: 'no-output', at: '1:10' }]);
  expect(check('filter { drop { tag => "TAG_UNSUPPORTED" } }', true)).toEqual([]);
});

test('all of a file in its order, what keeps it from running among it', () => {
  const found = check(`${replace('event.idm.read_only_udm.x')}\njsn {}\nmutate { lowercase => ["a" "b"] }`);
  expect(found.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
    'warning udm-unknown-field',
    'error unknown-filter',
    'warning missing-comma',
  ]);
});
