import { errorOf, runParser, stateOf } from '../run-parser';

test('the flag is true after a failure, false after a success, and failures are counted', () => {
  const body = `json { source => "message" on_error => "not_json" }
    mutate { replace => { "a" => "%{nope}" } on_error => "no_a" }
    mutate { replace => { "b" => "x" } on_error => "no_b" }`;
  expect(stateOf(body, 'x')).toMatchObject({ not_json: true, no_a: true, no_b: false, '@onErrorCount': 2 });
});

test('the flag is not set by a statement that never runs', () => {
  expect(() => stateOf('if [message] == "y" { json { source => "message" on_error => "f" } } if [f] { }', 'x')).toThrow(
    '"f" not found in state data',
  );
});

test('what a failing mutate did before stays', () => {
  const body =
    'mutate { rename => { "message" => "m" } replace => { "a" => "1" "b" => "%{nope}" "c" => "3" } on_error => "f" }';
  const state = stateOf(body, 'x');
  expect(state).toMatchObject({ m: 'x', a: '1', f: true });
  expect(state).not.toHaveProperty('c');
});

test('without a flag the log fails, and puts out no event', () => {
  const run = runParser(
    'mutate { replace => { "event.idm.read_only_udm.metadata.event_type" => "GENERIC_EVENT" } } mutate { merge => { "@output" => "event" } } mutate { replace => { "a" => "%{nope}" } }',
  );
  expect(run.events).toEqual([]);
  expect(run.error?.code).toBe('field-not-set');
});

describe('the vendor’s words', () => {
  test.each([
    [
      'mutate { replace => { "event1.name" => "%{product}" } }',
      'generic::invalid_argument: pipeline failed: filter mutate (0) failed: replace failure: field "event1.name": source field "product": field not set',
    ],
    [
      'grok { match => { "message" => "^%{INT:n}$" } }',
      'pipeline failed: filter grok (0) failed: failed to parse data with all match patterns',
    ],
    [
      'json { source => "message" on_error => "a" } if [a] { grok { match => { "message" => "%{WORD:a}" } } }',
      'generic::internal: pipeline failed: filter grok (2) failed: field "a" already exists in data and is not overwritable',
    ],
    [
      'mutate { replace => { "a.b" => "" } } mutate { copy => { "c" => "a.b" } }',
      'generic::invalid_argument: pipeline failed: filter mutate (1) failed: copy failure: copy source field "a.b" must not be empty (try using replace to provide the value before calling copy)',
    ],
  ])('%s', (body, message) => {
    expect(errorOf(body, 'word').message).toContain(message);
  });

  test('are followed by the place and the value', () => {
    const error = errorOf(
      'json { source => "message" }\n  mutate { replace => { "a" => "%{n}" } }',
      '{"n":{"x":[1,true]}}',
    );
    expect(error.message).toMatch(/ is not a string \[test\.conf:3:3\] The token holds \{x: \[1, true\]\}\.$/);
    expect(error.details).toEqual({
      file: 'test.conf',
      position: { offset: 40, line: 3, column: 3 },
      statement: 'mutate (1)',
      value: '{x: [1, true]}',
    });
  });
});
