import { errorOf, stateOf } from '../../run-parser';

const mutated = (operation: string, log: object = {}) =>
  stateOf(`json { source => "message" } mutate { ${operation} }`, JSON.stringify(log));

describe('replace', () => {
  test.each([
    ['"x" => "plain"', 'plain'],
    ['"x" => "%{a}"', 'A'],
    ['"x" => "<%{a}-%{m.k}>"', '<A-K>'],
    ['"x" => "%{m.%{key}}"', 'K'],
    ['"x" => "%{m[k]}"', 'K'],
    ['"x" => "%{list[1].n}"', 'N'],
    ['"x" => "%{list.0}"', 'L'],
    ['"x" => "100%"', '100%'],
    ['"x" => "%{unclosed"', '%{unclosed'],
    ['"x" => "%{}"', ''],
    ['"m.k" => "new" "x" => "%{m.k}"', 'new'],
    ['"%{key}" => "k" "x" => "%{k}"', 'k'],
    ['"x.y" => "1" "x" => "2"', '2'],
  ])('{ %s }', (entries, expected) => {
    const log = { a: 'A', key: 'k', m: { k: 'K' }, list: ['L', { n: 'N' }] };
    expect(mutated(`replace => { ${entries} }`, log).x).toBe(expected);
  });

  test.each([
    ['a number', 1, 'integer'],
    ['a fraction', 1.5, 'float'],
    ['a truth value', true, 'boolean'],
    ['a map', {}, 'map'],
    ['a list', [], 'list'],
  ])('of %s is a failure', (_, a, type) => {
    expect(() => mutated('replace => { "x" => "%{a}" }', { a })).toThrow(
      `source field "a": value of type ${type} is not a string`,
    );
  });

  test('of a null is one of what is not set', () => {
    expect(() => mutated('replace => { "x" => "%{a}" }', { a: null })).toThrow('source field "a": field not set');
  });

  test('takes numbers and truth values when told so', () => {
    const body = 'json { source => "message" } mutate { replace => { "x" => "%{a}%{b}" } }';
    expect(stateOf(body, '{"a":1e21,"b":true}', { interpolateScalars: true }).x).toBe('1000000000000000000000true');
  });

  test('below a text makes it a map', () => {
    expect(mutated('replace => { "a.b" => "1" }', { a: '' }).a).toEqual({ b: '1' });
  });
});

describe('gsub', () => {
  test.each([
    ['"a", "o", "0"', 'f00 b0o', 'f00 b00'],
    ['"a", "(\\\\w+) (\\\\w+)", "$2 ${1}"', 'one two', 'two one'],
    ['"a", "(?P<x>\\\\d+)", "<${x}>"', 'a1', 'a<1>'],
    ['"a", "\\\\.", "", "a", "x", "y"', 'a.x', 'ay'],
    ['"a", "b", "%{with}"', 'abc', 'aWc'],
    ['"a", "%{what}", "-"', 'abc', 'a-c'],
    ['["a", "b", ""]', 'abc', 'ac'],
    ['"a", "^", ">"', 'x', '>x'],
    ['"a", "\\\\\\\\", "/"', 'c:\\d', 'c:/d'],
  ])('[%s]', (triple, a, expected) => {
    expect(mutated(`gsub => [${triple}]`, { a, with: 'W', what: 'b' }).a).toBe(expected);
  });

  test('of a number is a failure, as is a pattern of what is not set', () => {
    expect(errorOf('json { source => "message" } mutate { gsub => ["a", "x", ""] }', '{"a":1}').code).toBe(
      'not-a-string',
    );
    expect(stateOf('mutate { gsub => ["a", "x", ""] }')).not.toHaveProperty('a');
    expect(errorOf('mutate { gsub => ["message", "%{nope}", ""] }').code).toBe('field-not-set');
    expect(errorOf('mutate { gsub => ["message", "x", "%{nope}"] }').code).toBe('field-not-set');
    expect(errorOf('mutate { gsub => ["message", "%{message}", ""] }', '(').code).toBe('regex');
  });
});

test.each([
  ['uppercase', 'aBc', 'ABC'],
  ['lowercase', 'aBc', 'abc'],
  ['capitalize', 'aBc', 'Abc'],
  ['strip', ' \ta b\n', 'a b'],
])('%s', (operation, a, expected) => {
  expect(mutated(`${operation} => ["a"]`, { a }).a).toBe(expected);
  expect(mutated(`${operation} => "a"`, { a: [a, ''] }).a).toEqual([expected, '']);
  expect(mutated(`${operation} => ["nope", "a"]`, { a })).toMatchObject({ a: expected });
  expect(mutated(`${operation} => ["nope"]`)).not.toHaveProperty('nope');
  expect(() => mutated(`${operation} => ["a"]`, { a: 1 })).toThrow('is not a string');
});

describe('split and join', () => {
  test.each([
    ['split => { source => "a" separator => ";" target => "t" }', 't', ['x', 'y']],
    ['split => { source => "a" separator => ";" }', 'a', ['x', 'y']],
    ['split => { "a" => ";" }', 'a', ['x', 'y']],
    ['split => { field => "a" seperator => "," target => "t" }', 't', ['x;y']],
    ['join => { "l" => "-" }', 'l', 'p-1-true'],
  ])('%s', (operation, token, expected) => {
    expect(mutated(operation, { a: 'x;y', l: ['p', 1, true, {}] })[token]).toEqual(expected);
  });

  test('split of what is not set, or no text, is a failure', () => {
    const body = 'mutate { split => { source => "a" separator => ";" target => "t" } }';
    expect(errorOf(body).code).toBe('field-not-set');
    expect(errorOf(`json { source => "message" } ${body}`, '{"a":1}').code).toBe('not-a-string');
  });
});

test('update writes only over what is there, add_field always', () => {
  expect(mutated('update => { "a" => "2" "b" => "2" } add_field => { "c" => "3" }', { a: '1' })).toMatchObject({
    a: '2',
    c: '3',
  });
  expect(mutated('update => { "b" => "2" }')).not.toHaveProperty('b');
});

test('operations run in a fixed order, whatever their order in the text', () => {
  const state = mutated(
    'remove_field => ["gone"] copy => { "copied" => "l" } merge => { "l" => "b" } lowercase => ["b"] gsub => ["b", "X", "Y"] convert => { "n" => "integer" } replace => { "b" => "%{c}X" "n" => "5" "gone" => "" } rename => { "a" => "c" }',
    { a: 'A' },
  );
  expect(state).toMatchObject({ c: 'A', b: 'ay', n: 5, l: ['ay'], copied: ['ay'] });
  expect(state).not.toHaveProperty('gone');
});
