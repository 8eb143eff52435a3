import { type Documented, OUTPUT, udm } from './case';

const page = 'parsing-overview';
const GROK = String.raw`grok { match => { "message" => ["%{NUMBER:when}\\s+\\d+\\s%{SYSLOGHOST:from} %{WORD:verdict}\\/%{NUMBER:code} %{NUMBER:size} %{WORD:method} (?P<url>\\S+) (?P<who>.*?) %{WORD}\\/(?P<to>\\S+).*"] } }`;
const log =
  '1588059648.129 23 192.168.23.4 TCP_HIT/200 904 GET www.google.com/images/sunlogo.png - HIER_DIRECT/203.0.113.52 image/jpeg';

/** Steps of the example; the whole of it is `parsers/squid`, with tests of its own. */
export const OVERVIEW: readonly Documented[] = [
  {
    construct: 'date',
    title: 'UNIX with milliseconds, as the time of the event',
    page,
    parser: `${GROK} date { match => ["when", "UNIX"] }
    mutate { replace => { "${udm('metadata.event_type')}" => "GENERIC_EVENT" } } ${OUTPUT}`,
    log,
    gives: { events: [{ metadata: { eventType: 'GENERIC_EVENT', eventTimestamp: '2020-04-28T07:40:48.129Z' } }] },
  },
  {
    construct: 'convert',
    title: 'numbers for fields that hold some',
    page,
    parser: `${GROK} mutate { convert => { "code" => "integer" "size" => "uinteger" } }
    mutate {
      rename => { "code" => "${udm('network.http.response_code')}" "size" => "${udm('network.received_bytes')}" }
      replace => { "${udm('metadata.event_type')}" => "GENERIC_EVENT" }
    } ${OUTPUT}`,
    log,
    gives: {
      events: [
        {
          metadata: { eventType: 'GENERIC_EVENT' },
          network: { http: { responseCode: 200 }, receivedBytes: '904' },
        },
      ],
    },
  },
  {
    construct: 'merge',
    title: 'a list within an element of a list',
    page,
    parser: `mutate { replace => { "action" => "UNKNOWN_ACTION" "${udm('metadata.event_type')}" => "GENERIC_EVENT" } }
    mutate { merge => { "security_result.action" => "action" } }
    mutate { merge => { "${udm('security_result')}" => "security_result" } } ${OUTPUT}`,
    log,
    gives: {
      events: [{ metadata: { eventType: 'GENERIC_EVENT' }, securityResult: [{ action: ['UNKNOWN_ACTION'] }] }],
    },
  },
  ...(
    [
      ['203.0.113.52', false],
      ['proxy.example.com', true],
    ] as const
  ).map(
    ([to, failed]): Documented => ({
      construct: 'grok overwrite',
      title: `a token over itself, to test whether it is an address: ${to}`,
      page,
      parser: `json { source => "message" } if [to] not in ["", "-"] { grok { match => { "to" => ["%{IP:to}"] } overwrite => ["to"] on_error => "no_ip" } }`,
      log: JSON.stringify({ to }),
      gives: { tokens: { to, no_ip: failed } },
    }),
  ),
];
