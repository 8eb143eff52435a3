import { type Documented, GENERIC, OUTPUT, udm } from './case';

const page = 'parser-syntax';

const IPS = '{"ips":["192.0.2.4","192.0.2.5"],"devices":[{"ips":["192.0.2.6"]}]}';
const HOSTS =
  '<Scan><HOSTS><HOST><ID>a1</ID><IP>192.0.2.1</IP><Sums><Sum>x1</Sum><Sum>x2</Sum></Sums></HOST>' +
  '<HOST><ID>a2</ID><IP>192.0.2.2</IP><Sums><Sum>y1</Sum></Sums></HOST></HOSTS></Scan>';

/** What takes a log apart: grok, json, xml, kv, csv. */
export const EXTRACTION: readonly Documented[] = [
  {
    construct: 'grok',
    title: 'predefined patterns and a named group put strings into tokens',
    page,
    parser: `grok { match => { "message" => "%{SYSLOGTIMESTAMP:when} %{HOST:device}: FW-%{INT:id}: (?P<verdict>Accepted|Denied) connection %{WORD:protocol} %{IP:from}/%{INT:from_port} to %{IP:to}/%{INT:to_port}" } }`,
    log: 'Mar 15 11:08:06 hostdevice1: FW-112233: Accepted connection TCP 10.100.123.45/9988 to 8.8.8.8/53',
    gives: {
      tokens: {
        ...{ when: 'Mar 15 11:08:06', device: 'hostdevice1', id: '112233', verdict: 'Accepted', protocol: 'TCP' },
        ...{ from: '10.100.123.45', from_port: '9988', to: '8.8.8.8', to_port: '53' },
      },
    },
  },
  {
    construct: 'grok',
    title: 'of several patterns the first that matches counts',
    page,
    parser: String.raw`grok { match => { "message" => ["id=(?P<id>\\d+) user=(?P<user>\\S+)", "id=(?P<id>\\d+)"] } }`,
    log: 'id=17 host=a',
    gives: { tokens: { id: '17', user: undefined } },
  },
  {
    construct: 'grok match_all',
    title: 'all that matches, to be looped over as a map',
    page,
    parser: `grok { match => { "message" => "%{IP:found}" } match_all => true } ${GENERIC}
      for index, ip in found map { mutate { merge => { "${udm('principal.ip')}" => "ip" } } } ${OUTPUT}`,
    log: 'from 192.0.2.1 by 192.0.2.2 to 192.0.2.3',
    gives: {
      tokens: { found: { 0: '192.0.2.1', 1: '192.0.2.2', 2: '192.0.2.3' }, index: '2' },
      events: [
        {
          metadata: { eventType: 'GENERIC_EVENT' },
          principal: { ip: ['192.0.2.1', '192.0.2.2', '192.0.2.3'] },
        },
      ],
    },
  },
  {
    construct: 'grok overwrite',
    title: 'a default gives place to what is captured',
    page,
    parser: `mutate { replace => { "field" => "" } } grok { match => { "message" => ["(?P<field>.*)"] } overwrite => ["field"] on_error => "failed" }`,
    log: 'some text',
    gives: { tokens: { field: 'some text', failed: false } },
  },
  {
    construct: 'json',
    title: 'members become tokens, and a flag tells that nothing failed',
    page,
    parser: 'json { source => "message" on_error => "failed" }',
    log: '{"a":{"b":"text"}}',
    gives: { tokens: { 'a.b': 'text', failed: false } },
  },
  {
    construct: 'json',
    title: 'text that is no JSON sets the flag',
    page,
    parser: 'json { source => "message" on_error => "failed" }',
    log: '{"a":',
    gives: { tokens: { failed: true } },
  },
  {
    construct: 'json split_columns',
    title: 'elements of arrays have an index',
    page,
    parser: 'json { source => "message" array_function => "split_columns" }',
    log: IPS,
    gives: {
      tokens: {
        'ips.0': '192.0.2.4',
        'ips.1': '192.0.2.5',
        'devices.0.ips.0': '192.0.2.6',
        'devices.1': undefined,
      },
    },
  },
  {
    construct: 'missing elements',
    title: 'merge leaves them out',
    page,
    parser: [
      'json { source => "message" array_function => "split_columns" }',
      ...[0, 1, 2, 3].map((n) => `mutate { merge => { "${udm('observer.ip')}" => "ips.${n}" } }`),
      ...[GENERIC, OUTPUT],
    ].join('\n'),
    log: IPS,
    gives: { events: [{ metadata: { eventType: 'GENERIC_EVENT' }, observer: { ip: ['192.0.2.4', '192.0.2.5'] } }] },
  },
  {
    construct: 'missing elements',
    title: 'rename leaves them out',
    page,
    parser: 'json { source => "message" } mutate { rename => { "nothing" => "something" } on_error => "failed" }',
    log: '{}',
    gives: { tokens: { something: undefined, failed: false } },
  },
  {
    construct: 'missing elements',
    title: 'replace fails on them',
    page,
    parser: 'json { source => "message" } mutate { replace => { "something" => "%{nothing}" } on_error => "failed" }',
    log: '{}',
    gives: { tokens: { something: undefined, failed: true } },
  },
  {
    construct: 'missing elements',
    title: 'a condition on one fails',
    page,
    parser: 'json { source => "message" } if [nothing] != "" { mutate { replace => { "a" => "b" } } }',
    log: '{}',
    gives: { error: '"nothing" not found in state data' },
  },
  {
    construct: 'missing elements',
    title: 'a condition on one that was initialised holds or does not',
    page,
    parser:
      'mutate { replace => { "nothing" => "" } } json { source => "message" } if [nothing] == "" { mutate { replace => { "a" => "b" } } }',
    log: '{}',
    gives: { tokens: { nothing: '', a: 'b' } },
  },
  {
    construct: 'xml',
    title: 'paths give tokens',
    page,
    parser:
      'xml { source => "message" xpath => { "/Event/System/EventID" => "id" "/Event/System/Computer" => "host" "/Event/None" => "none" } }',
    log: '<Event><System><EventID>4624</EventID><Computer>dc-01</Computer></System></Event>',
    gives: { tokens: { id: '4624', host: 'dc-01', none: undefined } },
  },
  {
    construct: 'for over xml',
    title: 'the index begins at 1 and is a part of paths',
    page,
    parser: `for index, _ in xml(message, /Scan/HOSTS/HOST) {
      xml { source => "message" xpath => { "/Scan/HOSTS/HOST[%{index}]/ID" => "id" "/Scan/HOSTS/HOST[%{index}]/IP" => "ip" } }
      mutate { merge => { "ids" => "id" "ips" => "ip" } }
    }`,
    log: HOSTS,
    gives: { tokens: { ids: ['a1', 'a2'], ips: ['192.0.2.1', '192.0.2.2'] } },
  },
  {
    construct: 'for over xml',
    title: 'within each other',
    page,
    parser: `for index, _ in xml(message, /Scan/HOSTS/HOST) {
      for i, _ in xml(message, /Scan/HOSTS/HOST[%{index}]/Sums/Sum) {
        xml { source => "message" xpath => { "/Scan/HOSTS/HOST[%{index}]/Sums/Sum[%{i}]" => "sum" } }
        mutate { merge => { "sums" => "sum" } }
      }
    }`,
    log: HOSTS,
    gives: { tokens: { sums: ['x1', 'x2', 'y1'] } },
  },
  {
    construct: 'kv',
    title: 'pairs, separators and trimmed values',
    page,
    parser: String.raw`kv { source => "message" field_split => "|" value_split => ":" whitespace => "strict" trim_value => "\"" }`,
    log: 'user:"ann"|port:443',
    gives: { tokens: { user: 'ann', port: '443' } },
  },
  {
    construct: 'kv',
    title: 'values in quotes, separated by blanks, with = unless told otherwise',
    page,
    parser: String.raw`mutate { replace => { "destination" => "" } }
    kv { source => "message" field_split => " " trim_value => "\"" on_error => "failed" }
    mutate { replace => { "${udm('target.hostname')}" => "%{destination}" } }
    ${GENERIC} ${OUTPUT}`,
    log: 'destination="db-01" action=allow',
    gives: { events: [{ metadata: { eventType: 'GENERIC_EVENT' }, target: { hostname: 'db-01' } }] },
  },
  {
    construct: 'csv',
    title: 'columns are counted from 1',
    page,
    parser:
      'csv { source => "message" separator => "," on_error => "failed" } mutate { replace => { "place" => "%{column3}" } }',
    log: 'r-17,3.50,"Zürich, CH",ok',
    gives: { tokens: { column1: 'r-17', column2: '3.50', place: 'Zürich, CH', column4: 'ok', failed: false } },
  },
];
