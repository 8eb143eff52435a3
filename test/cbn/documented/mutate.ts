import { type Documented, GENERIC, OUTPUT, udm } from './case';

const page = 'parser-syntax';
const json = 'json { source => "message" array_function => "split_columns" }';

/** `mutate` and its operations. */
export const MUTATE: readonly Documented[] = [
  {
    construct: 'convert',
    title: 'text becomes a number of a field that holds one',
    page,
    parser: `${json}
    mutate { convert => { "payload.sent" => "uinteger" } }
    mutate { rename => { "payload.sent" => "${udm('network.sent_packets')}" } }
    ${GENERIC} ${OUTPUT}`,
    log: '{"payload":{"sent":"16"}}',
    gives: { events: [{ metadata: { eventType: 'GENERIC_EVENT' }, network: { sentPackets: '16' } }] },
  },
  ...(
    [
      ['boolean', '"true"', true],
      ['float', '"1.25"', 1.25],
      ['integer', '"-7"', -7],
      ['uinteger', '"7"', 7],
      ['string', '7', '7'],
      ['hextodec', '"1f"', '31'],
      ['hextoascii', '"4142"', 'AB'],
    ] as const
  ).map(
    ([type, value, result]): Documented => ({
      construct: 'convert',
      title: `to ${type}`,
      page,
      parser: `${json} mutate { convert => { "x" => "${type}" } on_error => "failed" }`,
      log: `{"x":${value}}`,
      gives: { tokens: { failed: false, x: result } },
    }),
  ),
  ...(['ipaddress', 'macaddress'] as const).map(
    (type): Documented => ({
      construct: 'convert',
      title: `to ${type}: fails on what is none`,
      page,
      parser: `${json}
      mutate { convert => { "good" => "${type}" } on_error => "good_failed" }
      mutate { convert => { "bad" => "${type}" } on_error => "bad_failed" }`,
      log: `{"good":"${type === 'ipaddress' ? '2001:db8::1' : '01:23:45:ab:cd:ef'}","bad":"host-1"}`,
      gives: { tokens: { good_failed: false, bad_failed: true } },
    }),
  ),
  {
    construct: 'gsub',
    title: 'replaces all matches, of several fields in one operation; four backslashes are one',
    page,
    parser: String.raw`${json} mutate { gsub => [
      # the words
      "animal", "cat", "dog",
      "path", "/", "_",
      "mixed", "[\\\\?#-]", "."
    ] }`,
    log: String.raw`{"animal":"cat and cat","path":"a/b/c","mixed":"a\\b?c#d-e"}`,
    gives: { tokens: { animal: 'dog and dog', path: 'a_b_c', mixed: 'a.b.c.d.e' } },
  },
  {
    construct: 'lowercase, uppercase',
    title: 'change a token in place',
    page,
    parser: `${json} mutate { lowercase => ["one"] } mutate { uppercase => ["other"] }`,
    log: '{"one":"TCP","other":"udp"}',
    gives: { tokens: { one: 'tcp', other: 'UDP' } },
  },
  {
    construct: 'merge',
    title: 'fills a repeated field',
    page,
    parser: `${json} mutate { merge => { "${udm('target.ip')}" => "to" } } ${GENERIC} ${OUTPUT}`,
    log: '{"to":"192.0.2.9"}',
    gives: { events: [{ metadata: { eventType: 'GENERIC_EVENT' }, target: { ip: ['192.0.2.9'] } }] },
  },
  {
    construct: 'rename',
    title: 'moves a token with its type',
    page,
    parser: `${json} mutate { rename => { "proto" => "${udm('network.ip_protocol')}" "port" => "${udm('target.port')}" } } ${GENERIC} ${OUTPUT}`,
    log: '{"proto":"TCP","port":443}',
    gives: {
      tokens: { proto: undefined, port: undefined },
      events: [{ metadata: { eventType: 'GENERIC_EVENT' }, network: { ipProtocol: 'TCP' }, target: { port: 443 } }],
    },
  },
  {
    construct: 'replace',
    title: 'a constant, another token, and both',
    page,
    parser: `${json} mutate { replace => { "constant" => "ALLOW" "shost" => "%{dhost}" "both" => "to %{dhost}:%{port}" } }`,
    log: '{"dhost":"a.example.com","port":"443"}',
    gives: { tokens: { constant: 'ALLOW', shost: 'a.example.com', both: 'to a.example.com:443' } },
  },
  {
    construct: 'remove_field',
    title: 'by name or by the value of a token; what is not there is no failure',
    page,
    parser: `${json} mutate { remove_field => ["a.b", "network.%{which}", "nothing"] on_error => "failed" }`,
    log: '{"a":{"b":1,"c":2},"network":{"http":"x","dns":"y"},"which":"http"}',
    gives: { tokens: { 'a.b': undefined, 'a.c': 2, 'network.http': undefined, 'network.dns': 'y', failed: false } },
  },
  {
    construct: 'copy',
    title: 'the copy shares nothing with its source',
    page,
    parser: `${json} mutate { copy => { "other" => "a" } } mutate { replace => { "other.b" => "changed" } }`,
    log: '{"a":{"b":"kept"}}',
    gives: { tokens: { 'a.b': 'kept', 'other.b': 'changed' } },
  },
  {
    construct: 'copy',
    title: 'the source must be there',
    page,
    parser: `${json} mutate { copy => { "other" => "a" } on_error => "failed" }`,
    log: '{}',
    gives: { tokens: { failed: true, other: undefined } },
  },
  {
    construct: 'split',
    title: 'a text becomes a list that can be looped over',
    page,
    parser: `${json} mutate { split => { source => "list" separator => "," target => "parts" } } for part in parts { mutate { merge => { "${udm('target.ip')}" => "part" } } } ${GENERIC} ${OUTPUT}`,
    log: '{"list":"192.0.2.1,192.0.2.2"}',
    gives: {
      events: [{ metadata: { eventType: 'GENERIC_EVENT' }, target: { ip: ['192.0.2.1', '192.0.2.2'] } }],
    },
  },
  {
    construct: 'order of mutate',
    title: 'rename comes before replace and replace before merge, however they are written',
    page,
    parser: `${json} mutate { merge => { "list" => "b" } replace => { "b" => "%{renamed}" } rename => { "a" => "renamed" } }`,
    log: '{"a":"x"}',
    gives: { tokens: { list: ['x'] } },
  },
];
