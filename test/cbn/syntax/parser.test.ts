import { compileParser } from '../../../cbn/engine';
import { parse } from '../../../cbn/syntax/parser';
import { statementsOf } from '../../../cbn/syntax/tree';
import { parserOf, stateOf, syntaxErrorOf, warningsOf } from '../run-parser';

const treeOf = (text: string) => parse({ name: 'test.conf', text });

describe('statements', () => {
  test('have indices in the order of the text, nested ones included, and positions', () => {
    const { tree } = treeOf(
      'filter {\n  json { }\n  if [a] == "" {\n    grok { }\n  } else {\n    drop { }\n  }\n  for x in y {\n    mutate { }\n  }\n}',
    );
    expect(
      statementsOf(tree).map(({ kind, index, position }) => [kind, index, position.line, position.column]),
    ).toEqual([
      ['plugin', 0, 2, 3],
      ['if', 1, 3, 3],
      ['plugin', 2, 4, 5],
      ['plugin', 3, 6, 5],
      ['for', 4, 8, 3],
      ['plugin', 5, 9, 5],
    ]);
  });

  test('may stand anywhere between line breaks and comments', () => {
    expect(
      stateOf('mutate{replace=>{"a"=>"1"#one\n"b"\n=>\n"2"}}# end\n mutate\n{\n replace => { "c" => "#3" } }'),
    ).toMatchObject({ a: '1', b: '2', c: '#3' });
  });

  test.each([
    ['missing comma', 'missing-comma', 'mutate { lowercase => ["a" "b"] on_error => "x" }'],
    ['loop without comma', 'missing-comma', 'for k v in message map { }'],
    ['comma without element', 'stray-comma', 'mutate { lowercase => ["a",,"b"] on_error => "x" }'],
    ['unknown option', 'unknown-option', 'csv { seperator => ";" }'],
    ['option in other case', 'option-case', 'drop { TAG => "TAG_UNSUPPORTED" }'],
    ['operation in other case', 'option-case', 'mutate { Replace => { "a" => "" } }'],
    ['filter in other case', 'filter-case', 'Mutate { replace => { "a" => "" } }'],
    ['nested filter', 'nested-filter', 'filter { mutate { replace => { "a" => "" } } }'],
    ['elsif', 'elsif', 'if [message] == "" { drop { } } elsif [message] == "x" { drop { } }'],
    ['lost backslash', 'lost-backslash', 'mutate { gsub => ["message", "\\s", ""] }'],
    ['odd arrow', 'odd-arrow', 'mutate { replace => { "a" = "1" } }'],
    ['single equals', 'single-equals', 'if [message] = "" { drop { } }'],
    ['bare word', 'bare-word', 'if message == "" { drop { } }'],
    ['tag beyond the documented', 'unknown-tag', 'drop { tag => "TAG_MINE" }'],
    ['statedump', 'statedump', 'statedump { label => "x" }'],
    ['loop over brackets', 'bracketed-loop', 'for x in [a][b] { drop { } }'],
    ['option twice', 'repeated-option', 'json { source => "a" source => "message" }'],
    ['incomplete gsub', 'gsub-triples', 'mutate { gsub => ["message", "a"] }'],
    ['pattern without capture', 'grok-without-capture', 'grok { match => { "message" => "%{INT}" } }'],
  ])('%s: taken with a warning', (_, code, body) => {
    expect(warningsOf(body)).toEqual([code]);
  });

  test('a second filter block runs after the first', () => {
    const parser = compileParser({
      name: 'test.conf',
      text: 'filter { mutate { replace => { "a" => "1" } } }\nfilter { mutate { replace => { "a" => "%{a}2" } } }',
    });
    expect(parser.run('', { state: true }).state).toMatchObject({ a: '12' });
    expect(parser.warnings.map(({ code }) => code)).toEqual(['second-filter']);
  });

  test('nothing is told of a file without flaw', () => {
    expect(parserOf('mutate { replace => { "a" => "1", "b" => "2" } on_error => "x" }').warnings).toEqual([]);
  });
});

describe('texts', () => {
  test.each([
    ['"a\\\\d"', 'a\\d'],
    ['"say \\"hi\\""', 'say "hi"'],
    ["'\"'", '"'],
    ["'it\\'s'", "it's"],
    ['"[^\\s]+"', '[^s]+'],
    ['"a\\nb\\tc"', 'a\nb\tc'],
    ['"%\\{x}"', '%{x}'],
    ['bare', 'bare'],
    ['12', '12'],
    ['true', 'true'],
  ])('%s', (written, value) => {
    const { x, t } = stateOf(`mutate { replace => { "x" => "" } } mutate { replace => { "t" => ${written} } }`);
    expect([x, t]).toEqual(['', written.includes('{x}') ? '' : value]);
  });
});

describe('errors', () => {
  test('all of a file come in one, with their places', () => {
    const error = syntaxErrorOf(
      'filter {\n  mutate { replace => { "a" "b" } }\n  if [a == "" { drop { } }\n  unknown { }\n  for in x { }\n  date { match => ["x"] }\n}',
    );
    expect(error.code).toBe('syntax');
    expect(error.message.split('\n').map((line) => line.split(': ')[0])).toEqual([
      'test.conf:2:29',
      'test.conf:3:6',
      'test.conf:4:3',
      'test.conf:5:7',
      'test.conf:6:10',
    ]);
    expect(error.details).toMatchObject({ file: 'test.conf', position: { line: 2, column: 29 } });
  });

  test.each([
    ['', 'The file holds no filter block.'],
    ['mutate { }', 'Expected filter {, found mutate.'],
    ['filter {', 'The filter block is not closed.'],
    ['filter { mutate { replace => { "a" => "b } } }', 'A text begins with " and never ends.'],
    ['filter { mutate { replace => { "a" => } } }', 'Expected a value, found }.'],
    ['filter { mutate replace }', 'Expected { after mutate, found replace.'],
    ['filter { else { } }', 'else without an if before it.'],
    ['filter { if { drop { } } }', 'Expected a token or a value in the condition, found {.'],
    ['filter { if [a] =~ /x { drop { } } }', 'A regular expression begins with / and does not end on its line.'],
    ['filter { if [] == "" { drop { } } }', 'A token without a name: [].'],
    ['filter { if ([a] == "" { drop { } } }', 'Expected ) in the condition, found {.'],
    ['filter { if [a] in ["x" { drop { } } }', 'Expected ] at the end of the list of line 1, found {.'],
    ['filter { for x y { } }', 'Expected for NAME in TOKEN {, found {.'],
    ['filter { nope { } }', 'There is no filter nope.'],
    ['filter { { } }', 'Expected a statement, found {.'],
    ['filter { } x', 'x stands behind the filter block.'],
    ['filter { grok { } }', 'grok needs the option match.'],
    ['filter { date { match => ["a"] } }', 'date needs a token and a format.'],
    ['filter { base64 { } }', 'base64 needs the option source.'],
    ['filter { base64 { source => "a" encoding => "x" } }', 'base64 knows no encoding x.'],
    ['filter { mutate { convert => { "a" => "nope" } } }', 'convert knows no type nope.'],
    ['filter { mutate { replace => "a" } }', 'replace of mutate is a hash: { "a" => "b" }.'],
    ['filter { mutate { replace => { "a" => ["b", "c"] } } }', 'replace of a in mutate is a text, not a list.'],
    ['filter { grok { match => { "message" => "%{NOPE:x}" } } }', 'NOPE'],
    ['filter { if [message] =~ "(?=x)" { drop { } } }', '(?='],
    ['filter { mutate { gsub => ["a", "(", ""] } }', ')'],
    ['filter { date { match => ["a", "UNIX"] timezone => "Mars/Olympus" } }', 'Mars/Olympus'],
    ['filter { xml { xpath => { "/a[" => "b" } } }', '/a['],
  ])('%s', (text, message) => {
    expect(syntaxErrorOf(text).message).toContain(message);
  });

  test('nesting is bounded', () => {
    expect(syntaxErrorOf(`filter { ${'if [a] { '.repeat(5000)}`).message).toContain('nested more than 200 deep');
    expect(syntaxErrorOf(`filter { if ${'('.repeat(5000)} { } }`).message).toContain('nested more than 200 deep');
    expect(syntaxErrorOf(`filter { mutate { lowercase => ${'['.repeat(5000)} } }`).message).toContain(
      'more than 50 deep',
    );
    expect(syntaxErrorOf(' '.repeat(8 * 1024 * 1024 + 1)).message).toContain('more than 8388608 characters');
  });
});
