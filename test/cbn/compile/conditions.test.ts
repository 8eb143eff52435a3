import { errorOf, stateOf } from '../run-parser';

const STATE = `mutate { replace => {
  "empty" => "" "text" => "abc" "same" => "abc" "digits" => "10" "map.key" => "v" "pattern" => "^a.c$" "a-b" => "dash"
} }
json { source => "message" }`;
const LOG = JSON.stringify({
  one: 1,
  half: 0.5,
  yes: true,
  no: false,
  nothing: null,
  list: ['x', 2],
  twin: ['x', 2],
  dotted: { 'a.b': 'inner' },
  'top.key': 'outer',
  host: { mac: ['m0', 'm1'] },
  constructor: 'own',
});

const holds = (condition: string) =>
  stateOf(`${STATE}\nif ${condition} { mutate { replace => { "held" => "yes" } } }`, LOG).held === 'yes';

test.each([
  ['[text] == "abc"', true],
  ['[text] == [same]', true],
  ['[text] != [same]', false],
  ['[empty] != ""', false],
  ['[map] != ""', true],
  ['[map] == ""', false],
  ['[one] == 1', true],
  ['[one] == "1"', false],
  ['[half] == 0.5', true],
  ['[yes] == true', true],
  ['[yes] == "true"', false],
  ['[no] == false', true],
  ['[list] == [twin]', true],
  ['[list] != [text]', true],
  ['"abc" == [text]', true],
  ['[yes]', true],
  ['[no]', false],
  ['![no]', true],
  ['!![yes]', true],
  ['not [no]', true],
  ['[empty]', false],
  ['[text]', true],
  ['([yes])', true],
  ['[no] or [yes] and [no]', false],
  ['[yes] || [no] && [no]', true],
  ['not [no] and [yes]', true],
  ['not ([yes] and [no])', true],
  ['[text] =~ "^a.c$"', true],
  ['[text] =~ /b/', true],
  ['[text] =~ /a\\/b/', false],
  ['[text] =~ /[a/]b/', true],
  ['[text] =~ ("x|b")', true],
  ['[text] =~ "\\\\w"', true],
  ['[text] =~ "(?i)ABC"', true],
  ['[text] =~ [pattern]', true],
  ['[text] =~ ["x", "^a"]', true],
  ['[text] !~ "z"', true],
  ['[one] =~ "1"', false],
  ['[text] in ["x", "abc"]', true],
  ['[text] in ["x" "abc"]', true],
  ['[one] in [1, 2]', true],
  ['[one] in ["1"]', false],
  ['[text] not in ["", 0]', true],
  ['[text] !in ["abc"]', false],
  ['[text] in []', false],
  ['"x" in [list]', true],
  ['2 in [list]', true],
  ['[text] in [[same], "q"]', true],
  ['"b" in [text]', true],
  ['[digits] > 9', true],
  ['[digits] >= "9"', true],
  ['[one] < 2', true],
  ['[one] <= 1', true],
  ['[text] < "abd"', true],
  ['[text] > 1', false],
  ['[half] < 1', true],
  ['[host][mac][1] == "m1"', true],
  ['[host] [mac] [0] == "m0"', true],
  ['[a-b] == "dash"', true],
  ['[dotted][a.b] == "inner"', true],
  ['[top.key] == "outer"', true],
  ['[map.key] == "v"', true],
  ['["map"]["key"] == "v"', true],
  ['[constructor] == "own"', true],
])('%s', (condition, expected) => {
  expect(holds(condition)).toBe(expected);
});

describe('a token that is not set', () => {
  test.each([
    ['[nope] != ""'],
    ['[map][nope] == ""'],
    ['[text] == [nope]'],
    ['[list][2] == ""'],
    ['![nope]'],
    ['[nothing] != ""'],
    ['[toString] == ""'],
    ['[__proto__] == ""'],
    ['not [nope] in ["x"]'],
  ])('%s fails the log', (condition) => {
    expect(() => holds(condition)).toThrow('not found in state data');
  });

  test('is told in the vendor’s words, with the place', () => {
    const error = errorOf('if [product] == "x" { drop { } }');
    expect(error.message).toContain(
      'generic::invalid_argument: pipeline failed: filter conditional (0) failed: failed to evaluate expression: generic::invalid_argument: "product" not found in state data',
    );
    expect(error.details).toEqual({
      file: 'test.conf',
      position: { offset: 9, line: 2, column: 1 },
      statement: 'conditional (0)',
      value: 'not set',
    });
  });

  test('is left out when the left side decides', () => {
    expect(holds('[no] and [nope] == ""')).toBe(false);
    expect(holds('[yes] or [nope] == ""')).toBe(true);
  });

  test('fails even there when told so', () => {
    const body = `${STATE}\nif [yes] or [nope] == "" { drop { } }`;
    expect(errorOf(body, LOG, { shortCircuit: false }).code).toBe('not-in-state');
  });

  test('makes the comparison false when told so', () => {
    const body = 'if [nope] == "" { drop { } } else { mutate { replace => { "x" => "else" } } }';
    expect(stateOf(body, '', { unsetInCondition: 'false' })).toMatchObject({ x: 'else' });
  });
});

test('the first branch that holds is taken, and no other', () => {
  const body = `if [message] == "a" { mutate { replace => { "x" => "1" } } }
    else if [message] =~ "^[ab]" { mutate { replace => { "x" => "2" } } }
    else { mutate { replace => { "x" => "3" } } }`;
  expect(['a', 'b', 'c'].map((log) => stateOf(body, log).x)).toEqual(['1', '2', '3']);
});
