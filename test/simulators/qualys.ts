import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A Qualys API server that knows one thing: to search Continuous Monitoring alerts. It answers as Qualys documents it
 * ("Search alerts", docs.qualys.com/en/cm/api/alerts/search_alerts.htm; "Truncation",
 * docs.qualys.com/en/ca/api/get_started/truncation.htm), and where that leaves room, as the options say.
 */
export interface QualysSimulatorOptions {
  /** How many alerts it holds at the start. */
  alerts: number;
  username: string;
  password: string;
  /** Seed of the alerts: the same seed and `newest` give the same alerts. Default 1. */
  seed?: number;
  /** Moment of the newest alert. Default now. */
  newest?: Date;
  /** The alerts spread evenly over so many hours before `newest`. Default 24. */
  spreadHours?: number;
  /** Default 0: a free one. It listens on 127.0.0.1 only. */
  port?: number;
  /** `json` (default): JSON if `Accept` asks for it, else XML. `xml`: XML whatever is asked. */
  format?: 'json' | 'xml';
  /** When an answer bears `lastId`; sources differ. Default `with-more`: only if there are more records. */
  lastId?: 'always' | 'with-more' | 'never';
  /** What to do instead of answering the next requests, in this order. */
  faults?: Fault[];
}

/** An answer out of order, a connection that breaks off, or one that never answers. */
export type Fault =
  | { status: number; body?: string; contentType?: string; headers?: Record<string, string> }
  | 'reset'
  | 'hang';

export interface RecordedRequest {
  method: string;
  path: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
  /** Status of the answer; undefined if there was none. */
  status?: number;
}

export interface QualysSimulator {
  /** Base URL, without a slash at its end. */
  url: string;
  /** Every request so far, in the order of arrival. */
  requests: readonly RecordedRequest[];
  /** The faults that are still to come; push to add some. */
  faults: Fault[];
  /** Ids of all alerts, ascending. */
  ids(): number[];
  /** New alerts arrive, all with this date. Default now. */
  append(count: number, date?: Date): void;
  close(): Promise<void>;
}

/** Starts a Qualys simulator; it holds the process until it is closed. */
export async function startQualysSimulator(options: QualysSimulatorOptions): Promise<QualysSimulator> {
  const requests: RecordedRequest[] = [];
  const faults = [...(options.faults ?? [])];
  const generator = new AlertGenerator(options.seed ?? 1);
  const newest = (options.newest ?? new Date()).getTime();
  const step = ((options.spreadHours ?? 24) * 3_600_000) / Math.max(options.alerts, 1);
  const alerts = Array.from({ length: options.alerts }, (_, index) =>
    generator.next(newest - (options.alerts - 1 - index) * step),
  );

  const server = createServer((request, response) => {
    readBody(request).then(
      (body) => {
        const { method = '', url: path = '', headers } = request;
        const recorded: RecordedRequest = { method, path, headers, body };
        requests.push(recorded);
        const fault = faults.shift();
        if (fault === 'reset') {
          request.socket.destroy();
        } else if (fault !== 'hang') {
          const reply = fault ? faultReply(fault) : answer(recorded, alerts, options);
          recorded.status = reply.status;
          send(response, reply);
        }
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    faults,
    ids: () => alerts.map(({ id }) => id),
    append(count, date = new Date()) {
      for (let index = 0; index < count; index += 1) alerts.push(generator.next(date.getTime()));
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

const SEARCH_PATH = /^\/qps\/rest\/1\.0\/search\/cm\/alert\/?(?:\?.*)?$/;

interface Reply {
  status: number;
  body: string;
  headers: Record<string, string>;
}

function faultReply({ status, body = '', contentType = 'text/html', headers }: Exclude<Fault, string>): Reply {
  return { status, body, headers: { 'Content-Type': contentType, ...headers } };
}

function send(response: ServerResponse, { status, body, headers }: Reply): void {
  response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body);
}

function answer(request: RecordedRequest, alerts: readonly Alert[], options: QualysSimulatorOptions): Reply {
  if (!SEARCH_PATH.test(request.path)) {
    return { status: 404, body: '<html><body>404 Not Found</body></html>', headers: { 'Content-Type': 'text/html' } };
  }
  const json = options.format !== 'xml' && String(request.headers.accept).includes('application/json');
  const refuse = (responseCode: string, errorMessage: string, errorResolution: string) =>
    serviceResponse(json, { responseCode, responseErrorDetails: { errorMessage, errorResolution } });

  if (!isAuthorized(request.headers.authorization, options)) {
    return refuse('INVALID_CREDENTIALS', 'Authentication failed', "Verify both 'user' and 'password' credentials.");
  }
  if (!request.headers['x-requested-with']) {
    return refuse('INVALID_REQUEST', 'X-Requested-With is missing', 'Send the header X-Requested-With.');
  }
  const search = request.method === 'POST' ? parseSearch(request) : undefined;
  if (!search) {
    return refuse('INVALID_REQUEST', 'The request is not valid', 'Check method, body, fields and operators.');
  }

  const { page, hasMore } = select(alerts, search);
  const last = page.at(-1);
  const withLastId = last && (options.lastId === 'always' || (options.lastId !== 'never' && hasMore));
  return serviceResponse(
    json,
    {
      responseCode: 'SUCCESS',
      count: page.length,
      hasMoreRecords: String(hasMore),
      ...(withLastId && { lastId: last.id }),
    },
    page,
  );
}

function isAuthorized(header: string | string[] | undefined, { username, password }: QualysSimulatorOptions): boolean {
  const basic = /^Basic (.+)$/.exec(String(header))?.[1];
  return basic !== undefined && Buffer.from(basic, 'base64').toString('utf8') === `${username}:${password}`;
}

/** The alerts are serialized already; only the envelope is made here. An empty answer has no `data`, as Qualys' have. */
function serviceResponse(json: boolean, envelope: Record<string, unknown>, page: readonly Alert[] = []): Reply {
  if (json) {
    const head = JSON.stringify(envelope).slice(0, -1);
    const data = page.length > 0 ? `,"data":[${page.map((alert) => alert.json()).join(',')}]` : '';
    return {
      status: 200,
      body: `{"ServiceResponse":${head}${data}}}`,
      headers: { 'Content-Type': 'application/json' },
    };
  }
  const data = page.length > 0 ? `<data>${page.map((alert) => alert.xml()).join('')}</data>` : '';
  return {
    status: 200,
    body:
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
      '<ServiceResponse xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ' +
      'xsi:noNamespaceSchemaLocation="http://127.0.0.1/qps/xsd/1.0/cm/alert.xsd">' +
      `${elements(envelope)}${data}</ServiceResponse>`,
    headers: { 'Content-Type': 'application/xml' },
  };
}

interface Search {
  limit: number;
  criteria: { field: string; operator: string; value: string }[];
}

/** Undefined if the body is not a search that Qualys would accept. */
function parseSearch({ body, headers }: RecordedRequest): Search | undefined {
  if (!/^(?:text|application)\/xml\b/.test(String(headers['content-type']))) return undefined;
  if (!/^\s*(?:<\?xml[^>]*\?>\s*)?<ServiceRequest>.*<\/ServiceRequest>\s*$/s.test(body)) return undefined;
  const limit = Number(/<limitResults>\s*(\d+)\s*<\/limitResults>/.exec(body)?.[1] ?? 100);
  const criteria = [...body.matchAll(/<Criteria field="([^"]*)" operator="([^"]*)">([^<]*)<\/Criteria>/g)].map(
    ([, field = '', operator = '', value = '']) => ({ field, operator, value: value.trim() }),
  );
  const valid = criteria.every(
    ({ field, operator, value }) =>
      ['EQUALS', 'GREATER', 'LESSER'].includes(operator) &&
      ((field === 'id' && /^\d+$/.test(value)) ||
        ((field === 'alertDate' || field === 'eventDate') && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value))),
  );
  return valid && limit >= 1 && limit <= 1000 ? { limit, criteria } : undefined;
}

function select(alerts: readonly Alert[], { limit, criteria }: Search): { page: Alert[]; hasMore: boolean } {
  const after = Math.max(
    -1,
    ...criteria
      .filter(({ field, operator }) => field === 'id' && operator === 'GREATER')
      .map(({ value }) => Number(value)),
  );
  const page: Alert[] = [];
  for (let index = firstAfter(alerts, after); index < alerts.length; index += 1) {
    const alert = alerts[index];
    if (!alert || !criteria.every((criterion) => matches(alert, criterion))) continue;
    if (page.length === limit) return { page, hasMore: true };
    page.push(alert);
  }
  return { page, hasMore: false };
}

function matches(alert: Alert, { field, operator, value }: Search['criteria'][number]): boolean {
  const difference =
    field === 'id'
      ? alert.id - Number(value)
      : compare(field === 'alertDate' ? alert.alertDate : alert.eventDate, value);
  return operator === 'GREATER' ? difference > 0 : operator === 'LESSER' ? difference < 0 : difference === 0;
}

/** Dates of one format sort as texts. */
const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** Index of the first alert with a greater id, by bisection. */
function firstAfter(alerts: readonly Alert[], id: number): number {
  let low = 0;
  let high = alerts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((alerts[middle]?.id ?? id) <= id) low = middle + 1;
    else high = middle;
  }
  return low;
}

function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', reject);
  });
}

/** One alert, serialized once: as JSON when it is made, as XML when that is first asked for. */
class Alert {
  private serializedXml?: string;

  private constructor(
    readonly id: number,
    readonly eventDate: string,
    readonly alertDate: string,
    private readonly serializedJson: string,
  ) {}

  static of(fields: { id: number; eventDate: string; alertDate: string } & Record<string, unknown>): Alert {
    return new Alert(fields.id, fields.eventDate, fields.alertDate, JSON.stringify({ Alert: fields }));
  }

  json(): string {
    return this.serializedJson;
  }

  xml(): string {
    this.serializedXml ??= elements(JSON.parse(this.serializedJson) as Record<string, unknown>);
    return this.serializedXml;
  }
}

function elements(fields: Record<string, unknown>): string {
  return Object.entries(fields)
    .map(([name, value]) => {
      const content =
        typeof value === 'object' && value !== null
          ? elements(value as Record<string, unknown>)
          : escapeXml(String(value));
      return `<${name}>${content}</${name}>`;
    })
    .join('');
}

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Every eventType that "Search alerts" lists. */
const EVENT_TYPES = [
  ...['HOST_FOUND', 'HOST_UPDATED', 'HOST_PURGED'],
  ...['PORT_OPEN', 'PORT_CHANGED', 'PORT_CLOSED'],
  ...['SOFTWARE_ADDED', 'SOFTWARE_REMOVED'],
  ...['SSL_NEW', 'SSL_EXPIRED', 'SSL_EXPIRY'],
  ...['TICKET_OPEN', 'TICKET_RESOLVED', 'TICKET_CLOSED'],
  ...['VULN_OPEN', 'VULN_CLOSED', 'VULN_REOPENED', 'VULN_ACTIVE'],
  ...['VULN_PREDICTION_ADDED', 'VULN_PREDICTION_CHANGED', 'VULN_PREDICTION_CLOSED'],
] as const;

const OPERATING_SYSTEMS = ['Ubuntu Linux 22.04', 'Windows Server 2022', 'Red Hat Enterprise Linux 9.4', 'Cisco IOS XE'];

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

/** Which alertInfo a family of events bears; a hostname is missing now and then, as it is in the field. */
class AlertGenerator {
  private id = 1_000_000;

  constructor(private state: number) {}

  next(time: number): Alert {
    this.id += 1 + this.below(3);
    const eventType = this.pick(EVENT_TYPES);
    const host = this.below(250) + 1;
    const profile = this.below(3) + 1;
    return Alert.of({
      id: this.id,
      source: eventType.startsWith('TICKET_') ? 'REMEDIATION' : 'VM',
      eventType,
      triggerUuid: this.uuid(),
      ipAddress: `192.0.2.${host}`,
      ...(host % 10 !== 0 && { hostname: `host-${host}.example.com` }),
      // The published sample has its alert 5 s after its event.
      eventDate: utc(time - 5000),
      alertDate: utc(time),
      isHidden: String(this.below(20) === 0),
      ...(eventType.startsWith('VULN_') && this.vulnerability()),
      profile: {
        id: 7400 + profile,
        title: `Profile ${'ABC'[profile - 1]}`,
        frequency: 'FREQ_NEVER',
        isActive: 'true',
      },
      alertInfo: this.alertInfo(eventType),
    });
  }

  private vulnerability(): Record<string, unknown> {
    const { qid, title, category, severity } = this.pick(VULNERABILITIES);
    const vulnType = this.pick(['CONFIRMED', 'POTENTIAL', 'INFO']);
    return { qid, vulnTitle: title, vulnCategory: category, vulnSeverity: severity, vulnType };
  }

  private alertInfo(eventType: (typeof EVENT_TYPES)[number]): Record<string, unknown> {
    switch (eventType.slice(0, eventType.lastIndexOf('_'))) {
      case 'HOST':
        return { operatingSystem: this.pick(OPERATING_SYSTEMS), port: 0 };
      case 'SOFTWARE':
        return { appVersion: `${this.below(9) + 1}.${this.below(20)}.${this.below(10)}`, port: 0 };
      case 'SSL':
        return {
          port: 443,
          protocol: 'TCP',
          sslName: 'www.example.com',
          sslOrg: 'Example Corp',
          sslIssuer: 'Example CA',
        };
      case 'TICKET':
        return { ticketId: this.below(100_000) + 1, port: 0 };
      case 'VULN_PREDICTION':
        return {
          vpeStatus: eventType.slice('VULN_PREDICTION_'.length),
          vpeConfidence: this.pick(['LOW', 'MEDIUM', 'HIGH']),
        };
      default:
        return this.pick(PORTS);
    }
  }

  private uuid(): string {
    const hex = Array.from({ length: 4 }, () => this.random().toString(16).padStart(8, '0')).join('');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  }

  private pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }

  private below(bound: number): number {
    return this.random() % bound;
  }

  /** Mulberry32: 32 bits, small, and the same on every machine. */
  private random(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
}

const utc = (time: number): string => new Date(time).toISOString().replace(/\.\d{3}Z$/, 'Z');
