import { errorOf, runParser, stateOf } from '../../run-parser';

describe('rename', () => {
  test.each([
    ['a text', '"a" => "b"', { a: 'x' }, { b: 'x' }],
    ['a number', '"a" => "b"', { a: 1 }, { b: 1 }],
    ['into a map made for it', '"a" => "b.c.d"', { a: 'x' }, { b: { c: { d: 'x' } } }],
    ['a whole map', '"p" => "event.p"', { p: { q: [1] } }, { p: undefined, event: { p: { q: [1] } } }],
    ['out of a list', '"l.0" => "b"', { l: ['x', 'y'] }, { b: 'x', l: ['y'] }],
    ['a key with a space', '"a b" => "c"', { 'a b': 'x' }, { c: 'x' }],
    ['a key with a dot', '"a.b" => "c"', { 'a.b': 'x' }, { c: 'x' }],
    ['a name made of a token', '"a.%{k}" => "c_%{k}"', { k: 'z', a: { z: 'x' } }, { c_z: 'x' }],
    ['nothing', '"nope" => "b"', {}, { b: undefined }],
    ['nothing, its name not set', '"a.%{nope}" => "b"', {}, { b: undefined }],
    ['one after another', '"a" => "b" "b" => "c"', { a: 'x' }, { b: undefined, c: 'x' }],
    ['onto a text', '"a" => "b"', { a: 'x', b: 'y' }, { b: 'x' }],
    ['below a text, which gives place', '"a" => "b.c"', { a: 'x', b: 'y' }, { b: { c: 'x' } }],
    ['onto a map', '"a" => "b"', { a: { x: 1 }, b: { y: 2 } }, { b: { x: 1 } }],
  ])('%s', (_, entries, log, expected) => {
    const state = stateOf(`json { source => "message" } mutate { rename => { ${entries} } }`, JSON.stringify(log));
    for (const [key, value] of Object.entries(expected)) expect(state[key]).toEqual(value);
  });

  test('merges maps when told so', () => {
    const body = 'json { source => "message" } mutate { rename => { "a" => "b" } }';
    expect(stateOf(body, '{"a":{"x":1},"b":{"y":2}}', { renameOntoMap: 'merge' }).b).toEqual({ x: 1, y: 2 });
  });
});

describe('merge', () => {
  const merged = (log: object, options = {}, entries = '"l" => "a"') =>
    stateOf(`json { source => "message" } mutate { merge => { ${entries} } }`, JSON.stringify(log), options).l;

  test.each([
    ['a text makes a list', { a: 'x' }, ['x']],
    ['a text is appended', { a: 'x', l: ['w'] }, ['w', 'x']],
    ['a number keeps its type', { a: 5 }, [5]],
    ['a map is one element', { a: { k: 'v' } }, [{ k: 'v' }]],
    ['a list gives its elements', { a: ['x', 'y'], l: ['w'] }, ['w', 'x', 'y']],
    ['nulls of a list are left out', { a: ['x', null] }, ['x']],
    ['what is there already is appended again', { a: 'x', l: ['x'] }, ['x', 'x']],
    ['nothing is ignored', { l: ['w'] }, ['w']],
    ['an empty destination begins a list', { a: 'x', l: '' }, ['x']],
  ])('%s', (_, log, expected) => {
    expect(merged(log)).toEqual(expected);
  });

  test('takes the source as an interpolation, too', () => {
    expect(merged({ a: 'x' }, {}, '"l" => "%{a}"')).toEqual(['x']);
  });

  const LABELS = `mutate { replace => { "label.key" => "1" } }
      mutate { merge => { "l" => "label" } }
      mutate { replace => { "label.key" => "2" } }
      mutate { merge => { "l" => "label" } }
      mutate { replace => { "label" => "" } }
      mutate { replace => { "label.key" => "3" } }
      mutate { merge => { "l" => "label" } }`;

  test('appends a map itself: what is written into it later is seen, until its name gets another value', () => {
    expect(stateOf(LABELS).l).toEqual([{ key: '2' }, { key: '2' }, { key: '3' }]);
  });

  test('appends a copy when told so', () => {
    expect(stateOf(LABELS, '{}', { mergedMaps: 'copied' }).l).toEqual([{ key: '1' }, { key: '2' }, { key: '3' }]);
  });

  test('puts an event out as it is', () => {
    const body = `mutate { replace => { "event.idm.entity.metadata.product_name" => "1" } }
      mutate { merge => { "@output" => "event" } }
      mutate { replace => { "event.idm.entity.metadata.product_name" => "2" } }
      mutate { merge => { "@output" => "event" } }`;
    const names = runParser(body).events.map(({ event }) => (event.idm.entity as { metadata: unknown }).metadata);
    expect(names).toMatchObject([{ productName: '1' }, { productName: '2' }]);
  });

  test('a map into a list within it is a copy', () => {
    const body = `mutate { replace => { "a.b.k" => "v" } }
      mutate { merge => { "a.b.l" => "a" } }
      mutate { replace => { "a.b.k" => "w" } }`;
    expect(stateOf(body).a).toEqual({ b: { k: 'w', l: [{ b: { k: 'v', l: [] } }] } });
  });

  test('a map with nulls in its lists is a copy without them', () => {
    const body = 'json { source => "message" } mutate { merge => { "l" => "a" } } mutate { replace => { "b" => "" } }';
    expect(stateOf(body, '{"a":{"k":["x",null,"y"]}}').l).toEqual([{ k: ['x', 'y'] }]);
  });

  test.each(['shared', 'copied'] as const)('%s maps that grow in a loop run into the limit of work', (mergedMaps) => {
    const body = `json { source => "message" }
      for i in l { mutate { merge => { "b.x" => "a" } } mutate { merge => { "b.x" => "a" } } mutate { rename => { "b" => "a" } } }`;
    const log = JSON.stringify({ l: Array(64).fill(1), a: { k: 'v' } });
    expect(errorOf(body, log, { mergedMaps, maxWork: 1_000_000 }).code).toBe('too-much-work');
  });

  test('a list into itself ends', () => {
    expect(merged({ l: ['x', 'y'] }, {}, '"l" => "l"')).toEqual(['x', 'y', 'x', 'y']);
  });

  test.each([
    ['replace', ['x']],
    ['keep', [7, 'x']],
  ] as const)('onto a number: %s', (mergeOntoScalar, expected) => {
    expect(merged({ a: 'x', l: 7 }, { mergeOntoScalar })).toEqual(expected);
  });

  test('onto a number is a failure when told so', () => {
    expect(() => merged({ a: 'x', l: 7 }, { mergeOntoScalar: 'error' })).toThrow(
      'merge failure: destination field "l"',
    );
  });

  test('a list is one element when told so', () => {
    expect(merged({ a: ['x'] }, { mergeListSource: 'list' })).toEqual([['x']]);
  });
});

describe('copy', () => {
  test('is deep', () => {
    const body =
      'json { source => "message" } mutate { copy => { "b" => "a" } } mutate { replace => { "a.x" => "new" } }';
    expect(stateOf(body, '{"a":{"x":"old"}}').b).toEqual({ x: 'old' });
  });

  test.each(['""', '[]', '{}'])('of the empty %s is a failure', (value) => {
    const body = 'json { source => "message" } mutate { copy => { "b" => "a" } }';
    expect(errorOf(body, `{"a":${value}}`).code).toBe('copy-of-empty');
  });

  test('of what is not set is a failure', () => {
    expect(errorOf('mutate { copy => { "b" => "a" } }').code).toBe('field-not-set');
  });
});

describe('remove_field', () => {
  test('removes texts, keys of maps and names made of tokens; nothing when there is nothing', () => {
    const body = 'json { source => "message" } mutate { remove_field => ["a", "m.%{k}", "nope", "x.%{nope}"] }';
    const state = stateOf(body, '{"a":"x","k":"z","m":{"z":1,"y":2}}');
    expect(state).not.toHaveProperty('a');
    expect(state.m).toEqual({ y: 2 });
  });
});

test('names that every object inherits are names like any other', () => {
  const body = `json { source => "message" }
    mutate { replace => { "__proto__.polluted" => "1" "constructor.prototype.polluted" => "1" "hasOwnProperty" => "h" } }
    mutate { rename => { "valueOf" => "b" } merge => { "l" => "__proto__" } copy => { "c" => "hasOwnProperty" } }`;
  const state = stateOf(body, '{"__proto__":{"q":"1"},"valueOf":"v"}');
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  expect(state).toMatchObject({ b: 'v', c: 'h', l: [{ q: '1', polluted: '1' }] });
});
