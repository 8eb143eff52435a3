import { parserOf, runParser } from './run-parser';

const timed = (work: () => ReturnType<typeof runParser>) => {
  const begin = performance.now();
  const run = work();
  return { run, seconds: (performance.now() - begin) / 1000 };
};

describe('bad logs end soon, and tell why', () => {
  const list = (length: number) => `{"a":[${'1,'.repeat(length - 1)}1]}`;

  test('one that is too large', () => {
    expect(runParser('', 'x'.repeat(4 * 1024 * 1024 + 1)).error?.code).toBe('log-too-large');
    expect(runParser('', 'é'.repeat(2 * 1024 * 1024 + 1)).error?.code).toBe('log-too-large');
    expect(runParser('', 'x'.repeat(4 * 1024 * 1024)).error).toBeUndefined();
  });

  test('a list of more than a million items', () => {
    const { run, seconds } = timed(() =>
      runParser('json { source => "message" } for x in a { mutate { merge => { "b" => "x" } } }', list(1_500_000)),
    );
    expect(run.error?.code).toBe('too-many-steps');
    expect(run.error?.message).toContain('2000000 statements and turns of loops');
    expect(seconds).toBeLessThan(20);
  });

  test('a text that doubles', () => {
    const run = runParser(
      'json { source => "message" } for x in a { mutate { replace => { "message" => "%{message}%{message}" } } }',
      list(100),
    );
    expect(run.error?.code).toBe('text-too-long');
  });

  test('a list that doubles', () => {
    const run = runParser(
      'json { source => "message" } for x in a { mutate { merge => { "b" => "a" } merge => { "b" => "b" } } }',
      list(100),
    );
    expect(run.error?.code).toBe('too-much-work');
  });

  test('a value that nests itself', () => {
    const run = runParser(
      'json { source => "message" } for x in a { mutate { rename => { "t" => "t.t.t" } merge => { "t.l" => "x" } } mutate { copy => { "u" => "t" } } }',
      list(1000),
    );
    expect(run.error?.code).toBe('too-deep');
  });

  test('a list within itself', () => {
    const run = runParser(
      'json { source => "message" } for x in a { mutate { rename => { "a" => "x.a" } } } mutate { copy => { "b" => "x" } }',
      '{"a":[{}]}',
    );
    expect(run.error?.code).toBe('too-deep');
  });

  test('too many events', () => {
    const body =
      'json { source => "message" } for x in a { mutate { replace => { "e.idm.read_only_udm.metadata.event_type" => "GENERIC_EVENT" } } mutate { merge => { "@output" => "e" } } }';
    expect(runParser(body, list(10_001)).error?.code).toBe('too-many-events');
  });

  test('a pattern that explodes in JavaScript, on a large log', () => {
    const { run, seconds } = timed(() =>
      runParser(
        'if [message] =~ "(a+)+$" { } grok { match => { "message" => "^(%{WORD:w}+)+!$" } on_error => "f" }',
        `${'a'.repeat(200_000)}b`,
      ),
    );
    expect(run.error).toBeUndefined();
    expect(seconds).toBeLessThan(10);
  });

  test.each([
    ['truncated JSON', '{"a":{"b":[1,2'],
    ['deep JSON', '['.repeat(1_000_000)],
    ['nul', '\0'],
  ])('%s is a failure that can be caught', (_, log) => {
    const { error, state } = runParser('json { source => "message" on_error => "f" }', log);
    expect(error).toBeUndefined();
    expect(state?.f).toBe(true);
  });

  test('binary is read as text', () => {
    expect(parserOf('').run(new Uint8Array([0xff, 0x41, 0xfe]), { state: true }).state?.message).toBe('\uFFFDA\uFFFD');
  });
});
