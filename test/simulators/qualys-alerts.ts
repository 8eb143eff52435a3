/**
 * Alerts out of a seed. What an alert says is a pure function of its number, so a million of them need no memory: some
 * serialized templates are held, and an alert is a copy of one with its own id, dates and UUID written over it.
 */

export type AlertFormat = 'json' | 'xml';

/** An alert without its content: what searches look at. */
export interface AlertHead {
  /** Ten digits. */
  readonly id: number;
  /** Which content it has. */
  readonly number: number;
  /** Both in whole seconds since 1970. */
  readonly eventDate: number;
  readonly alertDate: number;
}

/** Every eventType that "Search alerts" lists (docs.qualys.com/en/cm/api/alerts/search_alerts.htm). */
export const EVENT_TYPES = [
  ...['HOST_FOUND', 'HOST_UPDATED', 'HOST_PURGED'],
  ...['PORT_OPEN', 'PORT_CHANGED', 'PORT_CLOSED'],
  ...['SOFTWARE_ADDED', 'SOFTWARE_REMOVED'],
  ...['SSL_NEW', 'SSL_EXPIRED', 'SSL_EXPIRY'],
  ...['TICKET_OPEN', 'TICKET_RESOLVED', 'TICKET_CLOSED'],
  ...['VULN_OPEN', 'VULN_CLOSED', 'VULN_REOPENED', 'VULN_ACTIVE'],
  ...['VULN_PREDICTION_ADDED', 'VULN_PREDICTION_CHANGED', 'VULN_PREDICTION_CLOSED'],
] as const;

/** Enough that few alerts within the window of gzip (32 KiB, some 50 alerts) share one. A power of two. */
const TEMPLATES = 2048;

/** What the templates bear in the places of what each alert has for itself: as long as that, and nowhere else in them. */
const PLACEHOLDERS = {
  id: 9_876_543_210,
  // Version 4, variant a: these two digits stay.
  triggerUuid: '00000000-0000-4000-a000-000000000000',
  eventDate: '0000-00-00T00:00:01Z',
  alertDate: '0000-00-00T00:00:02Z',
};

type Fields = Record<string, unknown>;

interface Template {
  readonly bytes: Buffer;
  /** Where the placeholders are. */
  readonly at: Readonly<Record<keyof typeof PLACEHOLDERS, number>>;
}

export class AlertContents {
  /** Made when first asked for. */
  private readonly fields: Fields[] = [];
  private readonly templates: Record<AlertFormat, Template[]> = { json: [], xml: [] };
  /** The last day that was written, and its ten characters. */
  private day = Number.NaN;
  private readonly dayText = Buffer.alloc(10);

  constructor(private readonly seed: number) {}

  eventType(number: number): string {
    return String(this.fieldsOf(number).eventType);
  }

  /** The alerts one after the other, each `{"Alert":{…}}` or `<Alert>…</Alert>`, between two texts. */
  serialize(format: AlertFormat, before: string, alerts: readonly AlertHead[], after: string): Buffer {
    const templates = alerts.map(({ number }) => this.templateOf(format, number));
    const separator = format === 'json' ? 1 : 0;
    const size = templates.reduce((sum, { bytes }) => sum + bytes.length + separator, 0);
    const page = Buffer.allocUnsafe(Buffer.byteLength(before) + size + Buffer.byteLength(after));
    let end = page.write(before);
    for (const [index, alert] of alerts.entries()) {
      const { bytes, at } = templates[index] as Template;
      if (separator && index > 0) page[end++] = COMMA;
      bytes.copy(page, end);
      writeId(page, end + at.id, alert.id);
      this.writeUuid(page, end + at.triggerUuid, alert.number);
      this.writeDate(page, end + at.eventDate, alert.eventDate);
      this.writeDate(page, end + at.alertDate, alert.alertDate);
      end += bytes.length;
    }
    end += page.write(after, end);
    return page.subarray(0, end);
  }

  private templateOf(format: AlertFormat, number: number): Template {
    const templates = this.templates[format];
    const index = this.templateIndex(number);
    const known = templates[index];
    if (known) return known;
    const made = makeTemplate(this.fieldsOf(number), format);
    templates[index] = made;
    return made;
  }

  private fieldsOf(number: number): Fields {
    const index = this.templateIndex(number);
    this.fields[index] ??= drawFields(new Draw(hash(this.seed, ~index)));
    return this.fields[index];
  }

  private templateIndex(number: number): number {
    return hash(this.seed, number) & (TEMPLATES - 1);
  }

  private writeUuid(page: Buffer, start: number, number: number): void {
    let at = start;
    for (let word = 1; word <= 4; word += 1) {
      let bits = hash(this.seed + word, number);
      for (let digit = 0; digit < 8; digit += 1, bits >>>= 4, at += 1) {
        while (page[at] === HYPHEN) at += 1;
        if (at !== start + 14 && at !== start + 19) page[at] = HEX[bits & 15] as number;
      }
    }
  }

  private writeDate(page: Buffer, start: number, seconds: number): void {
    const day = Math.floor(seconds / 86_400);
    if (day !== this.day) {
      this.day = day;
      this.dayText.write(new Date(day * 86_400_000).toISOString());
    }
    for (let at = 0; at < 10; at += 1) page[start + at] = this.dayText[at] as number;
    const ofDay = seconds - day * 86_400;
    writeTwoDigits(page, start + 11, Math.floor(ofDay / 3600));
    writeTwoDigits(page, start + 14, Math.floor(ofDay / 60) % 60);
    writeTwoDigits(page, start + 17, ofDay % 60);
  }
}

const ZERO = 0x30;
const HYPHEN = 0x2d;
const COMMA = 0x2c;
const HEX = Buffer.from('0123456789abcdef');

function writeId(page: Buffer, start: number, id: number): void {
  // In halves: integers below 2^31 divide faster.
  for (const [half, end] of [
    [id % 100_000, start + 9],
    [Math.floor(id / 100_000), start + 4],
  ] as const) {
    let rest = half;
    for (let at = end; at > end - 5; at -= 1) {
      page[at] = ZERO + (rest % 10);
      rest = (rest / 10) | 0;
    }
  }
}

function writeTwoDigits(page: Buffer, start: number, value: number): void {
  page[start] = ZERO + ((value / 10) | 0);
  page[start + 1] = ZERO + (value % 10);
}

function makeTemplate(fields: Fields, format: AlertFormat): Template {
  const bytes = Buffer.from(format === 'json' ? JSON.stringify({ Alert: fields }) : xmlElements({ Alert: fields }));
  const offset = (name: keyof typeof PLACEHOLDERS) => bytes.indexOf(String(PLACEHOLDERS[name]));
  return {
    bytes,
    at: {
      id: offset('id'),
      triggerUuid: offset('triggerUuid'),
      eventDate: offset('eventDate'),
      alertDate: offset('alertDate'),
    },
  };
}

/** Objects as nested elements, in their order. */
export function xmlElements(fields: Fields): string {
  return Object.entries(fields)
    .map(([name, value]) => {
      const content =
        typeof value === 'object' && value !== null ? xmlElements(value as Fields) : escapeXml(String(value));
      return `<${name}>${content}</${name}>`;
    })
    .join('');
}

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const OPERATING_SYSTEMS = [
  'Ubuntu Linux 22.04',
  'Windows Server 2022 Datacenter 64 bit Edition Version 21H2',
  'Red Hat Enterprise Linux 9.4',
  'Cisco IOS XE',
];

const VULNERABILITIES = [
  {
    qid: 38170,
    title: 'SSL Certificate - Subject Common Name Does Not Match Server FQDN',
    category: 'General remote services',
    severity: 2,
  },
  { qid: 38739, title: 'Deprecated SSH Cryptographic Settings', category: 'General remote services', severity: 3 },
  {
    qid: 105936,
    title: 'OpenSSH Command Injection Vulnerability <generic> & "legacy"',
    category: 'Security Policy',
    severity: 3,
  },
  {
    qid: 376157,
    title: 'Apache Log4j Remote Code Execution (RCE) Vulnerability (Log4Shell)',
    category: 'Local',
    severity: 5,
  },
];

const PORTS = [
  { port: 22, protocol: 'TCP' },
  { port: 53, protocol: 'UDP' },
  { port: 443, protocol: 'TCP' },
  { port: 3389, protocol: 'TCP' },
];

/** Of each profile: addresses for documentation (RFC 5737), and a title, one of them beyond ASCII. */
const PROFILES = [
  { net: '192.0.2', title: 'Perimeter' },
  { net: '198.51.100', title: 'Büro Zürich' },
  { net: '203.0.113', title: 'Customer portals' },
] as const;

/** A hostname is missing now and then, as it is in the field. */
function drawFields(draw: Draw): Fields {
  const eventType = draw.pick(EVENT_TYPES);
  const host = draw.below(250) + 1;
  const profile = draw.pick(PROFILES);
  return {
    id: PLACEHOLDERS.id,
    source: eventType.startsWith('TICKET_') ? 'REMEDIATION' : 'VM',
    eventType,
    triggerUuid: PLACEHOLDERS.triggerUuid,
    ipAddress: `${profile.net}.${host}`,
    ...(host % 10 !== 0 && { hostname: `host-${host}.example.com` }),
    eventDate: PLACEHOLDERS.eventDate,
    alertDate: PLACEHOLDERS.alertDate,
    isHidden: String(draw.below(20) === 0),
    ...(eventType.startsWith('VULN_') && drawVulnerability(draw)),
    profile: {
      id: 7401 + PROFILES.indexOf(profile),
      title: profile.title,
      dateCreated: '2023-09-16T19:54:48Z',
      dateUpdated: '2025-02-03T08:15:30Z',
      frequency: 'FREQ_NEVER',
      isActive: 'true',
      includedIps: `${profile.net}.1-${profile.net}.255`,
    },
    alertInfo: drawAlertInfo(draw, eventType),
  };
}

function drawVulnerability(draw: Draw): Fields {
  const { qid, title, category, severity } = draw.pick(VULNERABILITIES);
  const vulnType = draw.pick(['CONFIRMED', 'POTENTIAL', 'INFO']);
  return { qid, vulnTitle: title, vulnCategory: category, vulnSeverity: severity, vulnType };
}

/** Which alertInfo a family of events bears. */
function drawAlertInfo(draw: Draw, eventType: string): Fields {
  switch (eventType.slice(0, eventType.lastIndexOf('_'))) {
    case 'HOST':
      return { operatingSystem: draw.pick(OPERATING_SYSTEMS), port: 0 };
    case 'SOFTWARE':
      return { appVersion: `${draw.below(9) + 1}.${draw.below(20)}.${draw.below(10)}`, port: 0 };
    case 'SSL':
      return {
        port: 443,
        protocol: 'TCP',
        sslName: 'www.example.com',
        sslOrg: 'Example Corp',
        sslIssuer: 'Example CA',
      };
    case 'TICKET':
      return { ticketId: draw.below(100_000) + 1, port: 0 };
    case 'VULN_PREDICTION':
      return {
        vpeStatus: eventType.slice('VULN_PREDICTION_'.length),
        vpeConfidence: draw.pick(['LOW', 'MEDIUM', 'HIGH']),
      };
    default:
      return draw.pick(PORTS);
  }
}

/** 32 bits out of two numbers (the finalizer of MurmurHash3): the same on every machine. */
export function hash(seed: number, number: number): number {
  return mix(Math.imul(number, 0x9e3779b1) ^ mix(seed));
}

function mix(bits: number): number {
  let mixed = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Draws in turn out of a seed. */
class Draw {
  private turn = 0;

  constructor(private readonly seed: number) {}

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }

  below(bound: number): number {
    this.turn += 1;
    return hash(~this.seed, this.turn) % bound;
  }
}
