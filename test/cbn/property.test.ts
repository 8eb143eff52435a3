import fc from 'fast-check';
import { compileParser, type Parser } from '../../cbn/engine';
import { CbnError } from '../../cbn/errors';
import type { ParserRun } from '../../cbn/parser-run';
import { RECEIVED } from './run-parser';

/** Names that meet each other often, those that every object inherits among them. */
const name = fc.constantFrom(
  'a',
  'b',
  'c.d',
  'c.e',
  'c.e.f',
  'a.0',
  'message',
  '@output',
  '@timestamp',
  '__proto__',
  'constructor',
  'e.idm.read_only_udm.metadata.event_type',
  'e.idm.read_only_udm.principal.ip',
  'e',
  'l',
  '%{a}',
  'a.%{b}',
  '',
);
const text = fc.oneof(
  name,
  fc.constantFrom(
    '%{a}',
    '%{c.d}-%{b}',
    '%{',
    '(',
    '(a+)+$',
    '%{WORD:a}',
    '%{INT:b}',
    '[a-z]',
    '$1',
    'UNIX',
    'ISO8601',
    'string',
    'integer',
    'ipaddress',
    'bytes',
  ),
  fc.string({ maxLength: 8 }),
);
const quoted = text.map((value) => JSON.stringify(value));
const hash = fc
  .array(fc.tuple(quoted, quoted), { maxLength: 3 })
  .map((entries) => `{ ${entries.map(([key, value]) => `${key} => ${value}`).join(' ')} }`);
const list = fc.array(quoted, { maxLength: 4 }).map((items) => `[${items.join(', ')}]`);
const onError = fc.constantFrom('', ' on_error => "f"', ' on_error => "a"');

const mutate = fc
  .array(
    fc.oneof(
      fc.tuple(fc.constantFrom('rename', 'replace', 'merge', 'copy', 'update'), hash),
      fc.tuple(fc.constantFrom('gsub', 'lowercase', 'strip', 'remove_field'), list),
      fc.tuple(
        fc.constant('convert'),
        fc
          .tuple(
            quoted,
            fc.constantFrom(
              'string',
              'integer',
              'uinteger',
              'float',
              'boolean',
              'ipaddress',
              'macaddress',
              'hextodec',
              'hextoascii',
              'bytestohex',
              'bytes',
              'hash',
              'parseduseragent',
            ),
          )
          .map(([token, type]) => `{ ${token} => "${type}" }`),
      ),
      fc.tuple(
        fc.constant('split'),
        fc
          .tuple(quoted, quoted, quoted)
          .map(
            ([source, separator, target]) => `{ source => ${source} separator => ${separator} target => ${target} }`,
          ),
      ),
    ),
    { maxLength: 3 },
  )
  .map((operations) => `mutate { ${operations.map(([operation, value]) => `${operation} => ${value}`).join(' ')}`);
const extract = fc.oneof(
  quoted.map((source) => `json { source => ${source} array_function => "split_columns"`),
  fc
    .tuple(fc.constantFrom('kv', 'csv', 'base64', 'urldecode'), quoted, quoted)
    .map(([filter, source, target]) => `${filter} { source => ${source} target => ${target}`),
  fc
    .tuple(quoted, quoted)
    .map(([token, pattern]) => `grok { match => { ${token} => ${pattern} } overwrite => [${token}]`),
  fc.tuple(quoted, quoted).map(([token, format]) => `date { match => [${token}, ${format}]`),
  fc.tuple(quoted, quoted).map(([path, token]) => `xml { source => "message" xpath => { ${path} => ${token} }`),
  fc.constantFrom('drop { tag => "%{a}"', 'statedump {', 'nope { x => y'),
);
const plugin = fc.tuple(fc.oneof(mutate, extract), onError).map(([begin, end]) => `${begin}${end} }`);
const operand = fc.oneof(
  name.map((token) => `[${token.replaceAll('.', '][')}]`),
  quoted,
  fc.constantFrom('1', 'true', '/a/', '["a", 1]', '(', ']'),
);
const condition = fc
  .tuple(
    fc.constantFrom('', '!', 'not '),
    operand,
    fc.constantFrom('', '==', '!=', '=~', '!~', 'in', 'not in', '<', 'and', 'or'),
    operand,
  )
  .map((parts) => parts.join(' '));

const { body } = fc.letrec<{ body: string; statement: string }>((tie) => ({
  statement: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    plugin,
    fc
      .tuple(condition, tie('body'), tie('body'))
      .map(([holds, then, otherwise]) => `if ${holds} { ${then} } else { ${otherwise} }`),
    fc
      .tuple(
        fc.constantFrom('for a in ', 'for i, a in ', 'for b, a in '),
        name,
        fc.constantFrom('', ' map'),
        tie('body'),
      )
      .map(([head, source, map, inner]) => `${head}${source}${map} { ${inner} }`),
    tie('body').map((inner) => `for i, _ in xml(message, /a[%{i}]) { ${inner} }`),
  ),
  body: fc.array(tie('statement'), { maxLength: 4 }).map((statements) => statements.join('\n')),
}));

const json = fc
  .jsonValue({ maxDepth: 3 })
  .map((value) => ({ a: value, b: ['x', value], c: { d: '1' }, l: [1, 2] }))
  .map((value) => JSON.stringify(value));
const log = fc.oneof(
  json,
  fc.string(),
  fc.constantFrom(
    '',
    'a=1 b=2',
    '<a><b>x</b></a>',
    '1.2.3.4 x',
    '"a","b',
    '\0\uD800',
    '{"__proto__":{"a":1},"constructor":1}',
  ),
);

const SMALL = { maxSteps: 2_000, maxWork: 500_000, maxTextLength: 20_000, maxEvents: 20 } as const;

function contentOf({ events, dropped, error, problems, dumps, state }: ParserRun): unknown {
  return { events, dropped, error: error?.message, problems, dumps, state };
}

function compiled(source: string): Parser | undefined {
  try {
    return compileParser({ name: 'random.conf', text: source }, SMALL);
  } catch (error) {
    expect(error).toBeInstanceOf(CbnError);
    return undefined;
  }
}

/**
 * What the engine gives back is an event or an error of its own; `internal` is none that a parser or a log may bring about.
 * A run that is traced goes ways of its own, statement by statement, and gives the same.
 */
function runs(parser: Parser, message: string): void {
  const run = parser.run(message, { received: RECEIVED, state: true });
  const traced = parser.run(message, { received: RECEIVED, state: true, trace: true });
  expect(contentOf(traced)).toEqual(contentOf(run));
  if (run.error !== undefined)
    expect([run.error.constructor, run.error.code === 'internal' ? run.error.message : '']).toEqual([CbnError, '']);
  for (const problem of run.problems) expect(problem.message).not.toBe('');
  JSON.stringify(run.events);
}

test('random parsers and logs give events or the engine’s own error, and end', () => {
  let ran = 0;
  fc.assert(
    fc.property(body, fc.array(log, { minLength: 1, maxLength: 3 }), (statements, logs) => {
      const parser = compiled(
        `filter { mutate { replace => { "a" => "" "b" => "" } }\n${statements}\nmutate { merge => { "@output" => "e" } } }`,
      );
      if (parser === undefined) return;
      ran += 1;
      for (const message of logs) runs(parser, message);
    }),
    { numRuns: 3000, seed: 20260304 },
  );
  expect(ran).toBeGreaterThan(1000);
});

test('random texts are refused or run', () => {
  const token = fc.oneof(
    fc.constantFrom(
      'filter',
      '{',
      '}',
      '[',
      ']',
      '(',
      ')',
      '=>',
      '"',
      "'",
      '#',
      '\n',
      'if',
      'else',
      'for',
      'in',
      'xml(',
      'mutate',
      'replace',
      '==',
      '=~',
      '/',
      '\\',
      ',',
      'a',
      '1',
      'map',
      '!',
    ),
    fc.string({ maxLength: 3 }),
  );
  fc.assert(
    fc.property(fc.array(token, { maxLength: 40 }), (tokens) => {
      const parser = compiled(`filter { ${tokens.join(' ')} }`);
      if (parser !== undefined) runs(parser, '{"a":1}');
    }),
    { numRuns: 2200, seed: 20260305 },
  );
});
