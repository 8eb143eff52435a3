import { compileParser } from '../../cbn/engine';
import { runExtended } from '../../cbn/extended';

const RECEIVED = { seconds: 1_767_271_696, nanos: 0 };
const udm = (path: string) => `event.idm.read_only_udm.${path}`;
const OUTPUT = 'mutate { merge => { "@output" => "event" } }';
const BASE = `mutate { replace => { "${udm('metadata.event_type')}" => "GENERIC_EVENT" "${udm('metadata.description')}" => "base" } }\n${OUTPUT}`;

const compile = (name: string, statements: string) => compileParser({ name, text: `filter {\n${statements}\n}\n` });
const run = (base: string, extension: string, log = 'x') =>
  runExtended(compile('base.conf', base), compile('extension.conf', extension), log, { received: RECEIVED });
const events = (...args: Parameters<typeof run>) => run(...args).events.map(({ event }) => event.idm.readOnlyUdm);
const base = { eventType: 'GENERIC_EVENT', eventTimestamp: '2026-01-01T12:48:16Z', description: 'base' };

test('what the extension sets is laid over the event', () => {
  expect(events(BASE, `mutate { replace => { "${udm('metadata.description')}" => "more" } } ${OUTPUT}`)).toEqual([
    { metadata: { ...base, description: 'more' } },
  ]);
});

test('a time that the extension reads is that of the event', () => {
  const extension = `grok { match => { "message" => "^(?P<at>.*)$" } } date { match => ["at", "ISO8601"] } ${OUTPUT}`;
  const { events: found } = run(
    BASE,
    `mutate { replace => { "${udm('metadata.product_name')}" => "p" } } ${extension}`,
    '2026-02-03T04:05:06Z',
  );
  expect(found[0]?.event).toMatchObject({
    timestamp: '2026-02-03T04:05:06Z',
    idm: { readOnlyUdm: { metadata: { eventTimestamp: '2026-02-03T04:05:06Z', productName: 'p' } } },
  });
});

test.each([
  ['drops the log', 'drop { tag => "TAG_UNSUPPORTED" }'],
  ['puts nothing out', 'mutate { replace => { "a" => "b" } }'],
])('an extension that %s leaves the event as it is', (_, extension) => {
  const result = run(BASE, extension);
  expect(result.dropped).toBeUndefined();
  expect(result.events.map(({ event }) => event.idm.readOnlyUdm)).toEqual([{ metadata: base }]);
});

test('an extension that fails fails the log, with its own place', () => {
  const result = run(BASE, 'mutate { replace => { "a" => "%{nothing}" } }');
  expect(result.events).toEqual([]);
  expect(result.error?.details).toMatchObject({ file: 'extension.conf', position: { line: 2, column: 1 } });
});

test.each([
  ['fails', 'mutate { replace => { "a" => "%{nothing}" } }'],
  ['drops', 'drop { tag => "TAG_UNSUPPORTED" }'],
])('a log on which the parser %s never reaches the extension', (_, parser) => {
  const result = run(parser, `mutate { replace => { "${udm('metadata.description')}" => "more" } } ${OUTPUT}`);
  expect(result.events).toEqual([]);
  expect(result.extension).toBeUndefined();
});

test('problems name the file that wrote the value', () => {
  const wrong = (path: string, value: string) => `mutate { replace => { "${udm(path)}" => "${value}" } }`;
  const { problems } = run(
    `${wrong('network.ip_protocol', 'nope')}\n${BASE}`,
    `${wrong('metadata.event_type', 'NOPE')}\n${OUTPUT}`,
  );
  const places = problems.map(({ message, file, position }) => [message.split(':')[0], file, position?.line]);
  expect(places).toContainEqual(['metadata.event_type', 'extension.conf', 2]);
  expect(places).toContainEqual(['network.ip_protocol', 'base.conf', 2]);
});

test('a parser of several events cannot be extended', () => {
  const { events: found, problems } = run(`${BASE}\n${OUTPUT}`, `${BASE}`);
  expect(found).toHaveLength(2);
  expect(problems).toMatchObject([{ severity: 'error', code: 'extension-several-events' }]);
});
