import { type Documented, GENERIC, OUTPUT, udm } from './case';

const page = 'parser-extension-examples';
const SYSLOG = `grok { match => { "message" => [
  # with a header
  "(<%{POSINT:_priority}>)%{SYSLOGTIMESTAMP:datetime} %{DATA:logging_host}: %{GREEDYDATA:log_data}"
] } on_error => "not_supported" }`;
/** What an extension is laid over. */
const BASE = `mutate { replace => {
  "${udm('metadata.event_type')}" => "GENERIC_EVENT"
  "${udm('metadata.vendor_name')}" => "Example"
} } ${OUTPUT}`;
const based = { metadata: { eventType: 'GENERIC_EVENT', vendorName: 'Example' } };
const DEFENDER =
  '<Event><System><Computer>win-dc-01.ad.example.com</Computer></System><EventData><Data Name="Product Name">AV</Data>' +
  '<Data Name="Platform version">4.18.24080.9</Data></EventData></Event>';
const HOSTNAME_OF_XML =
  'xml { source => "message" xpath => { "/Event/System/Computer" => "hostname" } on_error => "_xml_error" }';

/** Examples of parser extensions. */
export const EXTENSIONS: readonly Documented[] = [
  {
    construct: 'extension',
    title: 'namespaces, a host out of a URL, and the parts of a user agent',
    page,
    extends: BASE,
    parser: String.raw`mutate { replace => { "httpRequest.userAgent" => "" "httpRequest.requestUrl" => "" } }
    json { on_error => "not_json" source => "message" array_function => "split_columns" }
    if ![not_json] {
      mutate { replace => { "event1.idm.read_only_udm.principal.namespace" => "TMO" } }
      if [httpRequest][requestUrl]!= "" {
        grok { match => { "httpRequest.requestUrl" => ["\/\/(?P<_host>.*?)\/"] } on_error => "_no_host" }
        if ![_no_host] { mutate { replace => { "event1.idm.read_only_udm.target.hostname" => "%{_host}" } } }
      }
      if [httpRequest][userAgent] != "" {
        mutate { convert => { "httpRequest.userAgent" => "parseduseragent" } }
        mutate { rename => { "httpRequest.userAgent" => "event1.idm.read_only_udm.network.http.parsed_user_agent" } }
      }
      mutate { merge => { "@output" => "event1" } }
    }`,
    log: '{"httpRequest":{"requestUrl":"https://shop.example.com/cart","userAgent":"Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0"}}',
    gives: {
      events: [
        {
          ...based,
          principal: { namespace: 'TMO' },
          target: { hostname: 'shop.example.com' },
          network: { http: { parsedUserAgent: expect.objectContaining({ browser: 'Firefox' }) } },
        },
      ],
    },
  },
  {
    construct: 'entity',
    title: 'columns of a CSV into the additional fields of an entity',
    page,
    parser: `mutate { replace => { "base_url" => "https://misp.example.com" } }
    csv { source => "message" separator => "," on_error => "broken_csv" }
    if ![broken_csv] { mutate { rename => { "column2" => "event_id" "column4" => "distribution" } } }
    mutate { replace => {
      "event.idm.entity.metadata.entity_type" => "IP_ADDRESS"
      "event.idm.entity.metadata.vendor_name" => "MISP"
    } }
    mutate { merge => { "event.idm.entity.entity.ip" => "column3" } }
    if [event_id] != "" {
      mutate { replace => { "link.key" => "view_in_misp" "link.value.string_value" => "%{base_url}/events/view/%{event_id}" } }
      mutate { merge => { "event.idm.entity.additional.fields" => "link" } }
    }
    if [distribution] != "" {
      if [distribution] == "0" {
        mutate { replace => { "spread.value.string_value" => "YOUR_ORGANIZATION_ONLY" } }
      } else if [distribution] == "1" {
        mutate { replace => { "spread.value.string_value" => "THIS_COMMUNITY_ONLY" } }
      }
      mutate { replace => { "spread.key" => "event_distribution" } }
      mutate { merge => { "event.idm.entity.additional.fields" => "spread" } }
    }
    ${OUTPUT}`,
    log: '9d66d38a,3908,192.0.2.123,0',
    gives: {
      events: [
        {
          metadata: { entityType: 'IP_ADDRESS', vendorName: 'MISP' },
          entity: { ip: ['192.0.2.123'] },
          additional: {
            view_in_misp: 'https://misp.example.com/events/view/3908',
            event_distribution: 'YOUR_ORGANIZATION_ONLY',
          },
        },
      ],
    },
  },
  {
    construct: 'if with a regex',
    title: 'several conditions in turn: the last that holds is left',
    page,
    extends: BASE,
    parser: `${SYSLOG}
    if ![not_supported] {
      if [_priority] != "" {
        if [_priority] =~ /4|12|20|28/ { mutate { replace => { "_result.severity_details" => "WARNING" } } }
        if [_priority] =~ /6|14|22|30/ { mutate { replace => { "_result.severity_details" => "INFORMATIONAL" } } }
        if [_priority] =~ /0|1|2|3|4|5|6|7/ { mutate { replace => { "_result.priority_details" => "KERNEL" } } }
        if [_priority] =~ /8|9|10|11|12|13|14|15/ { mutate { replace => { "_result.priority_details" => "USER" } } }
        mutate { merge => { "event.idm.read_only_udm.security_result" => "_result" } }
      }
      ${OUTPUT}
    }`,
    log: '<14>Oct 31 15:10:10 win-adfs: started',
    gives: {
      events: [{ ...based, securityResult: [{ severityDetails: 'INFORMATIONAL', priorityDetails: 'USER' }] }],
    },
  },
  {
    construct: 'types in conditions',
    title: 'a number of JSON equals a number, not a text',
    page,
    extends: BASE,
    parser: `mutate { replace => { "EventID" => "" } }
    ${SYSLOG}
    if ![not_supported] {
      json { source => "log_data" on_error => "not_json" }
      if ![not_json] {
        if [EventID] == 12 { mutate { replace => { "_description" => "[12] RegistryEvent" } } }
        if [EventID] == "12" { mutate { replace => { "_description" => "a text" } } }
        mutate { rename => { "_description" => "${udm('metadata.description')}" } }
        ${OUTPUT}
      }
    }`,
    log: '<14>Oct 31 15:10:10 win-adfs: {"EventID":12}',
    gives: { events: [{ metadata: { ...based.metadata, description: '[12] RegistryEvent' } }] },
  },
  {
    construct: 'convert',
    title: 'a flag catches a value that has the type already',
    page,
    parser: `json { source => "message" }
    mutate { convert => { "EventID" => "string" } on_error => "_convert_EventID_already_string" }
    mutate { convert => { "text" => "string" } on_error => "_convert_text_already_string" }`,
    log: '{"EventID":12,"text":"x"}',
    gives: {
      tokens: { EventID: '12', _convert_EventID_already_string: false, _convert_text_already_string: true },
    },
  },
  {
    construct: 'xml',
    title: 'an element by its attribute, into an additional field',
    page,
    extends: BASE,
    parser: `xml { source => "message" xpath => { "/Event/EventData/Data[@Name='Platform version']" => "version" } on_error => "_xml_error" }
    if ![_xml_error] {
      mutate { replace => { "field.key" => "Platform Version" "field.value.string_value" => "%{version}" } on_error => "no_version" }
      if ![no_version] { mutate { merge => { "event1.idm.read_only_udm.additional.fields" => "field" } } }
      mutate { merge => { "@output" => "event1" } }
    }`,
    log: DEFENDER,
    gives: { events: [{ ...based, additional: { 'Platform Version': '4.18.24080.9' } }] },
  },
  {
    construct: 'error texts',
    title: 'grok over a token that is there',
    page,
    parser: `${HOSTNAME_OF_XML} if ![_xml_error] { grok { match => { "hostname" => "(?<hostname>[^.]+)" } } }`,
    log: DEFENDER,
    gives: { error: 'filter grok (2) failed: field "hostname" already exists in data and is not overwritable' },
  },
  {
    construct: 'grok overwrite',
    title: 'lets it be replaced',
    page,
    extends: BASE,
    parser: `${HOSTNAME_OF_XML}
    if ![_xml_error] {
      grok { match => { "hostname" => "(?<hostname>[^.]+)" } overwrite => ["hostname"] on_error => "_grok_error" }
      mutate { replace => { "event1.idm.read_only_udm.principal.hostname" => "%{hostname}" } }
      mutate { merge => { "@output" => "event1" } }
    }`,
    log: DEFENDER,
    gives: { events: [{ ...based, principal: { hostname: 'win-dc-01' } }] },
  },
  {
    construct: 'extension that removes',
    title: 'a text',
    page,
    extends: BASE,
    parser: `mutate{ replace => { "${udm('metadata.vendor_name')}" => "" } } ${OUTPUT}`,
    log: 'x',
    gives: { events: [{ metadata: { eventType: 'GENERIC_EVENT' } }] },
  },
  {
    construct: 'extension that removes',
    title: 'an integer',
    page,
    extends: `mutate { replace => { "port" => "443" "ip" => "192.0.2.1" } } mutate { convert => { "port" => "integer" } }
    mutate { rename => { "port" => "${udm('principal.port')}" } merge => { "${udm('principal.ip')}" => "ip" } } ${GENERIC} ${OUTPUT}`,
    parser: `mutate { replace => { "port" => "0" } }
    mutate { convert => { "port" => "integer" } }
    mutate { rename => { "port" => "${udm('principal.port')}" } } ${OUTPUT}`,
    log: 'x',
    gives: { events: [{ metadata: { eventType: 'GENERIC_EVENT' }, principal: { ip: ['192.0.2.1'] } }] },
  },
  {
    construct: 'extension that removes',
    title: 'a float',
    page,
    extends: BASE,
    parser: `mutate { replace => { "result.risk_score" => "0.0" } convert => { "result.risk_score" => "float" } on_error => "no_float" }
    mutate { merge => { "${udm('security_result')}" => "result" } on_error => "no_merge" } ${OUTPUT}`,
    log: 'x',
    gives: { tokens: { no_float: false, no_merge: false } },
  },
  {
    construct: 'extension that removes',
    title: 'a boolean',
    page,
    extends: `mutate { replace => { "tls" => "true" } } mutate { convert => { "tls" => "boolean" } }
    mutate { rename => { "tls" => "${udm('network.tls.established')}" } replace => { "${udm('network.session_id')}" => "s" } } ${GENERIC} ${OUTPUT}`,
    parser: `mutate{ replace => { "tls" => "false" } } mutate { convert => { "tls" => "boolean" } }
    mutate { rename => { "tls" => "${udm('network.tls.established')}" } } ${OUTPUT}`,
    log: 'x',
    gives: { events: [{ metadata: { eventType: 'GENERIC_EVENT' }, network: { sessionId: 's', tls: {} } }] },
  },
  {
    construct: 'extension that removes',
    title: 'a field of the extensions',
    page,
    extends: `mutate { replace => { "${udm('extensions.auth.auth_details')}" => "x" } } ${GENERIC} ${OUTPUT}`,
    parser: `mutate { replace => { "${udm('extensions.auth.auth_details')}" => "" } on_error => "not_set" } ${OUTPUT}`,
    log: 'x',
    gives: { events: [{ metadata: { eventType: 'GENERIC_EVENT' }, extensions: { auth: {} } }] },
  },
  {
    construct: 'error texts',
    title: 'copy of an empty token',
    page: 'using-parser-extensions',
    parser: 'mutate { replace => { "a.region" => "" } } mutate { copy => { "b" => "a.region" } }',
    log: 'x',
    gives: {
      error:
        'filter mutate (1) failed: copy failure: copy source field "a.region" must not be empty (try using replace to provide the value before calling copy)',
    },
  },
  {
    construct: 'extension',
    title: 'the snippet of the page: Replace in capitals, and a name in place of a value',
    page: 'using-parser-extensions',
    parser: `mutate { replace => { "jsonPayload.packets_sent" => "" } }
    json { source => "message" array_function => "split_columns" on_error => "_not_json" }
    if [_not_json] {
      drop { tag => "TAG_UNSUPPORTED" }
    } else {
      if [jsonPayload][packets_sent] not in ["", 0] {
        mutate { convert => { "jsonPayload.packets_sent" => "uinteger" } on_error => "_exception1" }
        mutate { Replace => { "sent" => "jsonPayload.packets_sent" } on_error => "_exception2" }
        if ![_exception1] and![_exception2] { mutate { replace => { "reached" => "yes" } } }
      }
    }`,
    log: '{"jsonPayload":{"packets_sent":"4"}}',
    gives: { tokens: { 'jsonPayload.packets_sent': 4, reached: 'yes', sent: 'jsonPayload.packets_sent' } },
  },
  ...(
    [
      ['%{TIMESTAMP_ISO8601} %{WORD} %{WORD} ([- ]+)?%{GREEDYDATA:msg}', { msg: '{"time":"a"} - - - {"time":"b"}' }],
      [
        '%{TIMESTAMP_ISO8601} %{WORD} %{WORD} ([- ]+)?%{GREEDYDATA:msg1} ([- ]+)?%{GREEDYDATA:msg2}',
        { msg2: '{"time":"b"}' },
      ],
    ] as const
  ).map(
    ([pattern, tokens]): Documented => ({
      construct: 'grok',
      title: `a header is taken off: ${pattern}`,
      page: 'using-parser-extensions',
      parser: `grok { match => { "message" => "${pattern}" } }`,
      log: '<13>1 2022-07-14T15:03:04+00:00 suricata suricata - - - {"time":"a"} - - - {"time":"b"}',
      gives: { tokens },
    }),
  ),
  {
    construct: 'error texts',
    title: 'grok over the message itself',
    page: 'using-parser-extensions',
    parser: 'grok { match => { "message" => "%{WORD} %{GREEDYDATA:message}" } }',
    log: 'one two three',
    gives: { error: 'field "message" already exists in data and is not overwritable' },
  },
  {
    construct: 'UDM validation',
    title: 'a group that is made, with what the page says that it needs',
    page: 'using-parser-extensions',
    parser: `mutate { replace => {
      "${udm('metadata.event_type')}" => "GROUP_CREATION"
      "${udm('principal.user.userid')}" => "pinguino"
      "${udm('target.group.group_display_name')}" => "foobar_users"
    } } ${OUTPUT}`,
    log: 'x',
    gives: {
      events: [
        {
          metadata: { eventType: 'GROUP_CREATION' },
          principal: { user: { userid: 'pinguino' } },
          target: { group: { groupDisplayName: 'foobar_users' } },
        },
      ],
    },
  },
];
