import { type Documented, GENERIC, OUTPUT, udm } from './case';

const page = 'parser-tips-troubleshooting';
const PRODUCT = udm('metadata.product_name');
/** The message as it stands, then a pattern over it. */
const match = (pattern: string) => `grok { match => { "message" => ["${pattern}"] } }`;

/** The page on tips and troubleshooting. */
export const TIPS: readonly Documented[] = [
  {
    construct: 'error texts',
    title: 'replace with a token that is not set',
    page,
    parser: `mutate { replace => { "${PRODUCT}" => "%{product}" } }`,
    log: 'x',
    gives: {
      error: `replace failure: field "${PRODUCT}": source field "product": field not set`,
    },
  },
  {
    construct: 'on_error',
    title: 'catches it',
    page,
    parser: `mutate { replace => { "${PRODUCT}" => "%{product}" } on_error => "_error_does_not_exist" }`,
    log: 'x',
    gives: { tokens: { _error_does_not_exist: true, [PRODUCT]: undefined } },
  },
  {
    construct: 'error texts',
    title: 'a condition on a token that is not set',
    page,
    parser: `if [product] != "" { mutate { replace => { "${PRODUCT}" => "%{product}" } } }`,
    log: 'x',
    gives: { error: 'failed to evaluate expression: generic::invalid_argument: "product" not found in state data' },
  },
  {
    construct: 'missing elements',
    title: 'tokens that are initialised before json keep their default',
    page,
    parser: `mutate { replace => { "timestamp" => "" "absent" => "" } }
    json { source => "message" array_function => "split_columns" on_error => "_not_json" }
    if [_not_json] {
      drop { tag => "TAG_MALFORMED_MESSAGE" }
    } else {
      if [timestamp] != "" { ${GENERIC} ${OUTPUT} } else { drop { tag => "TAG_UNSUPPORTED" } }
    }`,
    log: '{"other":1}',
    gives: { dropped: 'TAG_UNSUPPORTED', events: [] },
  },
  {
    construct: 'drop',
    title: 'what is not of the expected format',
    page,
    parser: `json { source => "message" array_function => "split_columns" on_error => "_not_json" }
    if [_not_json] { drop { tag => "TAG_MALFORMED_MESSAGE" } }
    ${GENERIC} ${OUTPUT}`,
    log: '<14>no json',
    gives: { dropped: 'TAG_MALFORMED_MESSAGE', events: [] },
  },
  {
    construct: 'merge',
    title: 'two sources of one list, in two blocks',
    page,
    parser: `mutate { replace => { "a" => "one" "b" => "two" } }
    mutate { merge => { "security_result.category_details" => "a" } }
    mutate { merge => { "security_result.category_details" => "b" } }`,
    log: 'x',
    gives: { tokens: { 'security_result.category_details': ['one', 'two'] } },
  },
  {
    construct: 'if with a regex',
    title: 'in slashes, as it stands',
    page,
    parser: String.raw`json { source => "message" }
    if [from] =~ /^(10(?:\.(25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)){3}$)|(192\.168(?:\.[0-9]{1,3}){2}$)/ {
      mutate { replace => { "namespace" => "internal" } }
    }`,
    log: '{"from":"10.20.30.40"}',
    gives: { tokens: { namespace: 'internal' } },
  },
  {
    construct: 'convert',
    title: 'a digest from base64 to hexadecimal, by bytestohex',
    page,
    parser: `json { source => "message" }
    if [Sha256] != ""
    {
      base64
      {
        encoding => "RawStandard"
        source => "Sha256"
        target => "digest"
        on_error => "no_base64"
      }
      mutate { convert => { "digest" => "bytestohex" } on_error => "already_a_string" }
    }`,
    log: '{"Sha256":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"}',
    gives: {
      tokens: {
        digest: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
        no_base64: false,
        already_a_string: false,
      },
    },
  },
  {
    construct: 'UDM validation',
    title: 'a login without target.user is refused',
    page,
    parser: `mutate { replace => { "${udm('metadata.event_type')}" => "USER_LOGIN" } } ${OUTPUT}`,
    log: 'x',
    gives: { problem: 'target' },
  },
  {
    construct: 'UDM validation',
    title: 'a login with all that it needs',
    page,
    parser: `mutate { replace => {
      "principal_ip" => "192.168.2.10" "auth_mechanism" => "USERNAME_PASSWORD" "result_action" => "ALLOW"
      "security_result.severity" => "LOW"
    } }
    mutate { replace => {
      "event1.idm.read_only_udm.metadata.event_type" => "USER_LOGIN"
      "event1.idm.read_only_udm.metadata.vendor_name" => "Example"
      "event1.idm.read_only_udm.metadata.product_name" => "Example SSO"
      "event1.idm.read_only_udm.metadata.product_event_type" => "login"
    } }
    mutate {
      replace => { "event1.idm.read_only_udm.extensions.auth.type" => "SSO" }
      merge => { "event1.idm.read_only_udm.extensions.auth.mechanism" => "auth_mechanism" }
    }
    mutate { merge => { "event1.idm.read_only_udm.principal.ip" => "principal_ip" } }
    mutate { replace => {
      "event1.idm.read_only_udm.target.user.userid" => "mary@example.com"
      "event1.idm.read_only_udm.target.user.user_display_name" => "Mary Smith"
      "event1.idm.read_only_udm.target.application" => "Example Connect"
    } }
    mutate { merge => { "security_result.action" => "result_action" } }
    mutate { merge => { "event1.idm.read_only_udm.security_result" => "security_result" } }
    mutate { merge => { "@output" => "event1" } }`,
    log: 'x',
    gives: {
      events: [
        {
          metadata: {
            eventType: 'USER_LOGIN',
            vendorName: 'Example',
            productName: 'Example SSO',
            productEventType: 'login',
          },
          principal: { ip: ['192.168.2.10'] },
          target: {
            user: { userid: 'mary@example.com', userDisplayName: 'Mary Smith' },
            application: 'Example Connect',
          },
          extensions: { auth: { type: 'SSO', mechanism: ['USERNAME_PASSWORD'] } },
          securityResult: [{ severity: 'LOW', action: ['ALLOW'] }],
        },
      ],
    },
  },
  {
    construct: 'escapes',
    title: 'four backslashes match one of the log',
    page,
    parser: match(String.raw`^field=\\\\(?P<_value>.*)\\\\$`),
    log: String.raw`field=\entry\ `.trim(),
    gives: { tokens: { _value: 'entry' } },
  },
  {
    construct: 'escapes',
    title: 'a single backslash is lost: [^\\s] leaves out the letter s',
    page,
    parser: match(String.raw`^\\s*(?P<_first>[^\s]+).*$`),
    log: '  This is a sample log.',
    gives: { tokens: { _first: 'Thi' } },
  },
  {
    construct: 'escapes',
    title: 'a doubled one is kept: [^\\\\s] is what is no blank',
    page,
    parser: match(String.raw`^\\s*(?P<_first>[^\\s]+)\\s.*$`),
    log: '  This is a sample log.',
    gives: { tokens: { _first: 'This' } },
  },
  {
    construct: 'grok',
    title: 'an expression without a named group fails',
    page,
    parser: match('^.*$'),
    log: 'anything',
    gives: { error: 'filter grok (0) failed: failed to parse data with all match patterns' },
  },
  {
    construct: 'grok',
    title: 'a group that catches all',
    page,
    parser: match('^(?P<_all>.*$)'),
    log: 'User "BOB" logged on to workstation "DESKTOP-01".',
    gives: { tokens: { _all: 'User "BOB" logged on to workstation "DESKTOP-01".' } },
  },
  {
    construct: 'grok',
    title: 'the end-to-end example',
    page,
    parser: match(
      String.raw`^.*?\\\"(?P<_user>[^\\\\]+)\\\"\\s(?:(logged\\son|logged\\soff))\\s.*?\\\"(?P<_device>[^\\\\]+)\\\"\\.$`,
    ),
    log: 'User "BOB" logged on to workstation "DESKTOP-01".',
    gives: { tokens: { _user: 'BOB', _device: 'DESKTOP-01' } },
  },
  {
    construct: 'grok',
    title: 'the access log of Squid, without patterns of the library for what has none',
    page,
    parser: match(
      String.raw`%{NUMBER:when}\\s+\\d+\\s%{SYSLOGHOST:from} %{WORD:verdict}\\/%{NUMBER:code} %{NUMBER:size} %{WORD:method} (?P<url>\\S+) (?P<who>.*?) %{WORD}\\/(?P<to>\\S+).*`,
    ),
    log: '1588059648.129 23 192.168.23.4 TCP_HIT/200 904 GET www.google.com/images/sunlogo.png - HIER_DIRECT/203.0.113.52 image/jpeg',
    gives: {
      tokens: {
        ...{
          when: '1588059648.129',
          from: '192.168.23.4',
          verdict: 'TCP_HIT',
          code: '200',
          size: '904',
          method: 'GET',
        },
        ...{ url: 'www.google.com/images/sunlogo.png', who: '-', to: '203.0.113.52' },
      },
    },
  },
];
