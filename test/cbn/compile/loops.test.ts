import { errorOf, stateOf } from '../run-parser';

const collect = (head: string, text: string, log: object, options = {}) =>
  stateOf(
    `mutate { replace => { "out" => "" } }
     json { source => "message" array_function => "split_columns" }
     ${head} { mutate { convert => { "i" => "string" } on_error => "e" } mutate { replace => { "out" => "%{out}${text};" } on_error => "f" } }`,
    JSON.stringify(log),
    options,
  ).out;

test.each([
  ['for x in a', '%{x}', { a: ['p', 'q'] }, 'p;q;'],
  ['for i, x in a', '%{i}=%{x}', { a: ['p', 'q'] }, '0=p;1=q;'],
  ['for i, x in a.b', '%{i}=%{x.c}', { a: { b: [{ c: 'd' }] } }, '0=d;'],
  ['for k, v in a map', '%{k}=%{v}', { a: { z: '1', b: '2' } }, 'b=2;z=1;'],
  ['for k, v in a map', '%{k}=%{v}', { a: ['p', 'q'] }, '0=p;1=q;'],
  ['for x\n in\n a', '%{x}', { a: ['p'] }, 'p;'],
  ['for x in nope', '%{x}', {}, ''],
  ['for x in a', '%{x}', { a: 'text' }, ''],
  ['for x in a', '%{x}', { a: { b: 'c' } }, ''],
  ['for x in a', '%{x}', { a: [] }, ''],
])('%s', (head, text, log, out) => {
  expect(collect(head, text, log)).toBe(out);
});

test('a list declared by index and laid over by a log is gone through in its order', () => {
  const body = `mutate { replace => { "out" => "" "a.0" => "x" "a.10" => "z" "a.2" => "y" } }
    for i, v in a { mutate { convert => { "i" => "string" } } mutate { replace => { "out" => "%{out}%{i}%{v}" } } }`;
  expect(stateOf(body).out).toBe('0x2y10z');
});

test('loops nest, and the inner one reads the outer one’s variable', () => {
  const body = `mutate { replace => { "out" => "" } } json { source => "message" }
    for row in rows { for cell in row.cells { mutate { replace => { "out" => "%{out}%{row.n}%{cell} " } } } }`;
  const log = {
    rows: [
      { n: 'a', cells: ['1', '2'] },
      { n: 'b', cells: ['3'] },
    ],
  };
  expect(stateOf(body, JSON.stringify(log)).out).toBe('a1 a2 b3 ');
});

test('variables remain behind the loop, unless told otherwise', () => {
  const body = 'json { source => "message" } for i, x in a { }';
  expect(stateOf(body, '{"a":["p","q"]}')).toMatchObject({ i: 1, x: 'q' });
  expect(stateOf(body, '{"a":["p","q"]}', { loopVariablesRemain: false })).not.toHaveProperty('x');
});

test('elements that the loop appends to its own list are not gone through', () => {
  const body = 'json { source => "message" } for x in a { mutate { merge => { "a" => "x" } } }';
  expect(stateOf(body, '{"a":["p","q"]}').a).toEqual(['p', 'q', 'p', 'q']);
});

test('a loop over a token that is not set fails the log when told so', () => {
  expect(errorOf('for x in nope { }', '', { loopOverUnset: 'error' }).code).toBe('not-in-state');
});

describe('a loop through XML', () => {
  const XML = '<A><B><C>c1</C><D n="x">d1</D></B><B><C>c2</C></B></A>';

  test('counts from 1, and its index needs no conversion', () => {
    const body = `mutate { replace => { "out" => "" } }
      for i, _ in xml(message, /A/B) {
        xml { source => "message" xpath => { "/A/B[%{i}]/C" => "c" } }
        mutate { replace => { "out" => "%{out}%{c};" } }
      }`;
    expect(stateOf(body, XML).out).toBe('c1;c2;');
  });

  test('nests, and its path may have parentheses and quotes', () => {
    const body = `mutate { replace => { "n" => "" } }
      for i, _ in xml(message, /A/B) { for j, _ in xml(message, "/A/B[%{i}]/C[not(@x)]") { mutate { replace => { "n" => "%{n}+" } } } }`;
    expect(stateOf(body, XML).n).toBe('++');
  });

  test.each([['<A>'], ['no XML'], ['']])('over %j turns not at all', (log) => {
    expect(stateOf('for i, _ in xml(message, /A/B) { }', log)).not.toHaveProperty('i');
  });
});
