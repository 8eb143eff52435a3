/** Formats of `output_options.timestamp_format` (Terraform provider cloudflare/cloudflare 5.19). */
export type TimestampFormat = 'unixnano' | 'unix' | 'rfc3339' | 'rfc3339ms' | 'rfc3339ns';

type Value = unknown;
/** The value of a field in the record with this index, which began at this time. */
type Maker = (index: number, time: Date, format: TimestampFormat) => Value;

/**
 * Plausible values by the name of a field, first match wins. They imitate the documented datasets
 * (developers.cloudflare.com/logs/logpush/logpush-job/datasets) without a table of all 762 field names.
 */
const MAKERS: readonly (readonly [RegExp, Maker])[] = [
  [/^When$|Datetime$|Timestamp(?:Start)?$|At$|(?:Session|Traceroute)(?:Start|End)?Time(?:End)?$/, formatTime],
  [/TimestampMs$/, (_, time) => time.getTime()],
  [/IPs$/, (index) => [address(index)]],
  [/(?:Codes|Names|Tags|Reasons|Categories|Labels|Actions|Sources|Entries|Profiles|Refs|Types|IDs)$/, () => []],
  [/^(?:.*(?:Headers|Cookies|Metadata|Context|EventData|Details)|Logs|Exceptions)$/, () => ({})],
  [/^(?:Is|Allowed$|Quarantined$|Success$|Toggled$|AlwaysOn$|CacheReserveUsed$|JSDetectionPassed$)/, () => true],
  [/ASN$|Asn$|SourceAS$|DestinationAS$/, () => 64_500],
  [/Port$/, (index) => 1024 + (index % 60_000)],
  [/(?:Status|StatusCode|ResponseCode)$/, (index) => (index % 20 === 0 ? 403 : 200)],
  [/^RCode$|RCode$/, () => 0],
  [/^QueryType$/, () => 1],
  [
    /(?:Bytes|Bits|Packets|Size|Length|Count|Ms|Us|Duration|Rtt|RTT|Score|Percentage|Interval)$/,
    (index) => index % 997,
  ],
  [/CountryISO$|Country(?:Code)?$/, (index) => pick(['jp', 'us', 'de'], index)],
  [/Email$|^(?:From|To|CC|BCC|Recipient)$/, (index) => `${pick(['alice', 'bob', 'carol'], index)}@example.com`],
  [/UserAgent$/, () => 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0'],
  [/Method$/, (index) => pick(['GET', 'POST', 'HEAD'], index)],
  [/Scheme$/, () => 'https'],
  [/(?:URI|Path)$/, (index) => pick(['/', '/login', '/api/items'], index)],
  [/(?:URL|Referer|Referrer)$/, () => 'https://www.example.com/'],
  [/(?:Host|Hostname|Domain|DomainName|QueryName|SNI|FQDN|ServerName)$/, (index) => pick(HOSTS, index)],
  [/IPv6Address$/, (index) => `2001:db8::${(1 + (index % 0xfffe)).toString(16)}`],
  [/IP$|IPAddress$|IPv4Address$|(?:Source|Src|Destination|Dest|Dst|Remote|Client)Addr(?:ess)?$/, address],
  [/ColoCode$|ColoName$/, (index) => pick(['NRT', 'SJC', 'FRA'], index)],
  [/Action$|Decision$/, (index) => pick(['allow', 'block'], index)],
  [/Name$/, (index) => pick(['production', 'staging'], index)],
  [/RayID$/, (index) => hex(index, 16)],
  [/(?:ID|UID)$/, (index) => hex(index, 32)],
];

const HOSTS: readonly [string, ...string[]] = ['www.example.com', 'api.example.com', 'login.example.com'];

/** A record with exactly these fields, in their order. The same index and time give the same record. */
export function makeRecord(
  fieldNames: readonly string[],
  index: number,
  time: Date,
  format: TimestampFormat,
): Record<string, Value> {
  return Object.fromEntries(fieldNames.map((name) => [name, makerOf(name)(index, time, format)]));
}

function makerOf(name: string): Maker {
  return MAKERS.find(([pattern]) => pattern.test(name))?.[1] ?? (() => `${name}-value`);
}

/** unixnano exceeds the exact integers of JavaScript: its last digits are rounded, as they would be in most readers. */
function formatTime(_index: number, time: Date, format: TimestampFormat): string | number {
  const iso = time.toISOString();
  switch (format) {
    case 'unix':
      return Math.floor(time.getTime() / 1000);
    case 'unixnano':
      return time.getTime() * 1_000_000;
    case 'rfc3339':
      return iso.replace(/\.\d+Z$/, 'Z');
    case 'rfc3339ms':
      return iso;
    case 'rfc3339ns':
      return iso.replace('Z', '000000Z');
  }
}

/** Addresses for documentation (RFC 5737). */
function address(index: number): string {
  return `203.0.113.${1 + (index % 254)}`;
}

function hex(index: number, length: number): string {
  return (index + 1).toString(16).padStart(length, '0');
}

function pick<T>(values: readonly [T, ...T[]], index: number): T {
  return values[index % values.length] ?? values[0];
}
