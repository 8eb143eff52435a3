import { type Documented, GENERIC, OUTPUT, udm } from './case';

const page = 'parser-syntax';
const json = 'json { source => "message" array_function => "split_columns" }';
const REPLACE = (token: string, value: string) => `mutate { replace => { "${token}" => "${value}" } }`;

/** Format, text and what it means, in seconds and nanoseconds. Without a year and a date it depends on the run. */
const DATES: readonly (readonly [format: string, text: string, iso: string])[] = [
  ['ISO8601', '2022-07-27T22:46:30.312Z', '2022-07-27T22:46:30.312Z'],
  ['RFC3339', '2022-07-27T22:46:30.312Z', '2022-07-27T22:46:30.312Z'],
  ['TIMESTAMP_ISO8601', '2022-07-27T22:46:30Z', '2022-07-27T22:46:30Z'],
  ['UNIX', '1658961990', '2022-07-27T22:46:30Z'],
  ['UNIX_MS', '1658961990312', '2022-07-27T22:46:30.312Z'],
  ['yyyy-MM-dd HH:mm:ss', '2022-07-27 22:46:30', '2022-07-27T22:46:30Z'],
  ['yyyy/MM/dd HH:mm:ss', '2022/07/27 22:46:30', '2022-07-27T22:46:30Z'],
  ['yyyy-MM-ddTHH:mm:ss', '2022-07-27T22:46:30', '2022-07-27T22:46:30Z'],
  ['yyyy-MM-dd HH:mm:ss Z', '2022-07-27 22:46:30 +0000', '2022-07-27T22:46:30Z'],
  ['yyyy-MM-dd HH:mm:ss.SSS', '2022-07-27 22:46:30.312', '2022-07-27T22:46:30.312Z'],
  ['dd/MMM/yyyy:HH:mm:ss Z', '27/Jul/2022:22:46:30 +0200', '2022-07-27T20:46:30Z'],
  ['yyyy-MM-dd HH:mm:ss ZZ', '2022-07-27 22:46:30 -07:00', '2022-07-28T05:46:30Z'],
  ['yyyy-MM-ddTHH:mm:ss.SSSZ', '2022-07-27T22:46:30.312+0000', '2022-07-27T22:46:30.312Z'],
  ['yyyy-MM-dd HH:mm:ss.SSS Z', '2022-07-27 22:46:30.312 +0000', '2022-07-27T22:46:30.312Z'],
  ['dd MMM yyyy', '27 Jul 2022', '2022-07-27T00:00:00Z'],
  ['yyyy-MM-dd HH:mm:ssZ', '2022-07-27 22:46:30+0000', '2022-07-27T22:46:30Z'],
  ['EEE MMM dd HH:mm:ss yyyy', 'Wed Jul 27 22:46:30 2022', '2022-07-27T22:46:30Z'],
  ['yyyy-MM-ddTHH:mm:ss.SSS', '2022-07-27T22:46:30.312', '2022-07-27T22:46:30.312Z'],
  ['yyyy-MM-ddHH:mm:ss', '2022-07-2722:46:30', '2022-07-27T22:46:30Z'],
  ['MM/dd/yyyy HH:mm:ss A', '07/27/2022 10:46:30 PM', '2022-07-27T22:46:30Z'],
  ['yyyy MMM d HH:mm:ss Z', '2022 Jul 7 22:46:30 +0000', '2022-07-07T22:46:30Z'],
  ['MMM d HH:mm:ss yyyy', 'Jul 27 22:46:30 2022', '2022-07-27T22:46:30Z'],
  ['yyyy-MM-dd HH:mm:ss.SSSZ', '2022-07-27 22:46:30.312+0000', '2022-07-27T22:46:30.312Z'],
  ['MMM  d yyyy HH:mm:ss', 'Jul  7 2022 22:46:30', '2022-07-07T22:46:30Z'],
  ['yyyy-MMM-dd HH:mm:ss', '2022-Jul-27 22:46:30', '2022-07-27T22:46:30Z'],
  ['yyyy-MM-ddTHH:mm:ss.SSSSSSSSSZ', '2022-07-27T22:46:30.312374636+0000', '2022-07-27T22:46:30.312374636Z'],
  ['MM-dd-yyyy HH:mm:ss', '07-27-2022 22:46:30', '2022-07-27T22:46:30Z'],
  ['yy-MM-dd HH:mm:ss', '22-07-27 22:46:30', '2022-07-27T22:46:30Z'],
  ['yyyy-MM-dd HH:mm:ss.S', '2022-07-27 22:46:30.3', '2022-07-27T22:46:30.300Z'],
  ['MMM dd yyyy HH:mm:ss', 'Jul 27 2022 22:46:30', '2022-07-27T22:46:30Z'],
];

const dated = (construct: string, title: string, date: string, text: string, iso: string): Documented => ({
  construct,
  title,
  page,
  parser: `grok { match => { "message" => "^(?P<when>.*)$" } } date { ${date} target => "${udm('metadata.collected_timestamp')}" } ${GENERIC} ${OUTPUT}`,
  log: text,
  gives: { events: [{ metadata: { eventType: 'GENERIC_EVENT', collectedTimestamp: iso } }] },
});

/** base64, date, drop, statedump; conditions, on_error and output. */
export const OTHER_FILTERS: readonly Documented[] = [
  {
    construct: 'base64',
    title: 'decodes, in the standard encoding unless told otherwise',
    page,
    parser: `${json} base64 { source => "encoded" target => "ip" } mutate { merge => { "${udm('target.ip')}" => "%{ip}" } } ${GENERIC} ${OUTPUT}`,
    log: '{"encoded":"MTkyLjAuMi40MQ=="}',
    gives: { events: [{ metadata: { eventType: 'GENERIC_EVENT' }, target: { ip: ['192.0.2.41'] } }] },
  },
  {
    construct: 'base64',
    title: 'RawStandard has no padding',
    page,
    parser: `${json} base64 { source => "encoded" target => "text" encoding => "RawStandard" on_error => "failed" }`,
    log: '{"encoded":"YQ"}',
    gives: { tokens: { text: 'a', failed: false } },
  },
  ...DATES.map(([format, text, iso]) =>
    dated('date formats', `${format}: ${text}`, `match => ["when", "${format}"]`, text, iso),
  ),
  dated(
    'date',
    'of several formats the first that fits counts',
    'match => ["when", "yyyy-MM-dd HH:mm:ss", "UNIX", "ISO8601", "UNIX_MS"] on_error => "failed"',
    '2022-07-27T22:46:30Z',
    '2022-07-27T22:46:30Z',
  ),
  dated(
    'date',
    'timezone',
    'match => ["when", "yyyy-MM-dd HH:mm:ss"] timezone => "America/New_York"',
    '2022-07-27 22:46:30',
    '2022-07-28T02:46:30Z',
  ),
  {
    construct: 'date',
    title: 'text of no format sets the flag',
    page,
    parser: `grok { match => { "message" => "^(?P<when>.*)$" } } date { match => ["when", "yyyy-MM-dd HH:mm:ss"] on_error => "failed" }`,
    log: 'yesterday',
    gives: { tokens: { failed: true } },
  },
  {
    construct: 'date',
    title: 'rebase takes the year of ingestion',
    page,
    parser: `grok { match => { "message" => "^(?P<when>.*)$" } } date { match => ["when", "MMM dd HH:mm:ss"] rebase => true target => "${udm('metadata.collected_timestamp')}" } ${GENERIC} ${OUTPUT}`,
    log: 'Jan 01 10:11:12',
    gives: { events: [{ metadata: { eventType: 'GENERIC_EVENT', collectedTimestamp: '2026-01-01T10:11:12Z' } }] },
  },
  {
    construct: 'date',
    title: 'without a target it is the time of the event',
    page,
    parser: `grok { match => { "message" => "^(?P<when>.*)$" } } date { match => ["when", "ISO8601"] } ${GENERIC} ${OUTPUT}`,
    log: '2022-07-27T22:46:30.312Z',
    gives: { events: [{ metadata: { eventType: 'GENERIC_EVENT', eventTimestamp: '2022-07-27T22:46:30.312Z' } }] },
  },
  {
    construct: 'date',
    title: 'a timestamp of the log, with nanoseconds, into a field',
    page,
    parser: `mutate { replace => { "found" => "" } } ${json}
    grok { match => { "timestamp" => "%{TIMESTAMP_ISO8601:found}" } overwrite => ["found"] on_error => "failed" }
    if [found] != "" { date { match => ["found", "ISO8601"] target => "${udm('metadata.collected_timestamp')}" } }
    ${GENERIC} ${OUTPUT}`,
    log: '{"type":"mfa_ok","details":null,"timestamp":"2022-07-27T22:46:30.312374636Z"}',
    gives: {
      events: [{ metadata: { eventType: 'GENERIC_EVENT', collectedTimestamp: '2022-07-27T22:46:30.312374636Z' } }],
    },
  },
  {
    construct: 'date',
    title: 'the time of receipt in place of one of the log',
    page,
    parser: `mutate { rename => { "@createTimestamp" => "@timestamp" } } ${GENERIC} ${OUTPUT}`,
    log: 'x',
    gives: { events: [{ metadata: { eventType: 'GENERIC_EVENT' } }] },
  },
  {
    construct: 'drop',
    title: 'no event, and a tag that says why',
    page,
    parser: `${json} if [domain] == "-" { drop { tag => "TAG_MALFORMED_MESSAGE" } } ${GENERIC} ${OUTPUT}`,
    log: '{"domain":"-"}',
    gives: { dropped: 'TAG_MALFORMED_MESSAGE', events: [] },
  },
  {
    construct: 'statedump',
    title: 'the whole state, under a label',
    page,
    parser: `${GENERIC} statedump { label => "foo" }`,
    log: 'my sample log',
    gives: { dumps: ['Internal State (label=foo):\n'] },
  },
  ...(
    [
      ['if', 'allow', '[action] == "allow"', 'yes'],
      ['if', 'deny', '[action] == "allow"', 'no'],
      ['in', 'udp', '[action] in ["tcp", "udp", "icmp"]', 'yes'],
      ['in', 'gre', '[action] in ["tcp", "udp", "icmp"]', 'no'],
      ['and, or', 'drop ICMP', '[action] == "drop" or [action] == "deny" or [action] == "drop ICMP"', 'yes'],
      ['and, or', 'x', '[action] == "x" and [other] == "y"', 'no'],
    ] as const
  ).map(
    ([construct, action, condition, result]): Documented => ({
      construct: construct === 'if' ? 'if, else' : `if with ${construct}`,
      title: `${condition} of ${action}`,
      page,
      parser: `${json} if ${condition} { ${REPLACE('result', 'yes')} } else { ${REPLACE('result', 'no')} }`,
      log: JSON.stringify({ action, other: 'z' }),
      gives: { tokens: { result } },
    }),
  ),
  ...(
    [
      ['drop', 'BLOCK'],
      ['allow', 'ALLOW'],
      ['ask', 'UNKNOWN_ACTION'],
    ] as const
  ).map(
    ([action, result]): Documented => ({
      construct: 'if, else',
      title: `else if: ${action}`,
      page,
      parser: `${json} if [action] == "drop" { ${REPLACE('result', 'BLOCK')} } else if [action] == "allow" { ${REPLACE('result', 'ALLOW')} } else { ${REPLACE('result', 'UNKNOWN_ACTION')} }`,
      log: JSON.stringify({ action }),
      gives: { tokens: { result } },
    }),
  ),
  ...(
    [
      ['192.0.2.1', 'ip'],
      ['host-1', 'no ip'],
    ] as const
  ).map(
    ([host, result]): Documented => ({
      construct: 'on_error',
      title: `the flag is true after a failure and false otherwise: ${host}`,
      page,
      parser: `${json} mutate { convert => { "host" => "ipaddress" } on_error => "is_not_ip" } if [is_not_ip] { ${REPLACE('result', 'no ip')} } else { ${REPLACE('result', 'ip')} }`,
      log: JSON.stringify({ host }),
      gives: { tokens: { result } },
    }),
  ),
  {
    construct: 'output',
    title: 'several events of one log',
    page,
    parser: `mutate { replace => {
      "event1.idm.read_only_udm.metadata.event_type" => "GENERIC_EVENT" "event1.idm.read_only_udm.metadata.description" => "one"
      "event2.idm.read_only_udm.metadata.event_type" => "GENERIC_EVENT" "event2.idm.read_only_udm.metadata.description" => "two"
    } }
    if [event1] != "" { mutate { merge => { "@output" => "event1" } } }
    if [event2] != "" { mutate { merge => { "@output" => "event2" } } }`,
    log: 'x',
    gives: {
      events: [
        { metadata: { eventType: 'GENERIC_EVENT', description: 'one' } },
        { metadata: { eventType: 'GENERIC_EVENT', description: 'two' } },
      ],
    },
  },
];
