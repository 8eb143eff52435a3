/**
 * The table "UDM Mapping Table" of
 * https://docs.cloud.google.com/chronicle/docs/ingestion/default-parsers/qualys-continuous-monitoring, row by row.
 */
export interface Row {
  /** Of the table: log field, and UDM field in protobuf's JSON. */
  readonly field: string;
  readonly path: string;
  /** The log: what an alert has besides an id, or a whole log. */
  readonly alert?: Readonly<Record<string, unknown>>;
  readonly log?: string;
  /** What the table gives. */
  readonly documented: unknown;
  /** Where a parser gives something else, and why; undefined: the field is not set. */
  readonly parity?: Exception;
  readonly improved?: Exception;
}

export interface Exception {
  readonly gives: unknown;
  readonly because: string;
}

const additional = (key: string) => (/^\w+$/.test(key) ? `additional.${key}` : `additional[${JSON.stringify(key)}]`);
const info = (name: string, value: unknown) => ({ alertInfo: { [name]: value } });
const NO_UDM: Exception = { gives: undefined, because: 'edr is a schema from before UDM: an event has no such field' };
const MISSPELLED = 'the code misspells it';

const severity = (value: number, documented: string, improved: string | undefined): Row => ({
  field: `Alert.vulnSeverity (${value})`,
  path: 'extensions.vulns.vulnerabilities[0].severity',
  alert: { vulnSeverity: value },
  documented,
  ...(improved !== documented && {
    improved: { gives: improved, because: 'Qualys has severities from 1 (minimal) to 5 (urgent)' },
  }),
});

const HOST = { ipAddress: '192.0.2.24', hostname: 'host-24.example.com' };

export const ROWS: readonly Row[] = [
  {
    field: 'Alert.alertInfo.appVersion',
    path: 'metadata.productVersion',
    alert: info('appVersion', '8.12.4'),
    documented: '8.12.4',
  },
  {
    field: 'Alert.alertInfo.operatingSystem',
    path: 'principal.platformVersion',
    alert: info('operatingSystem', 'Cisco IOS XE'),
    documented: 'Cisco IOS XE',
  },
  { field: 'Alert.alertInfo.port', path: additional('Alert port'), alert: info('port', 443), documented: '443' },
  { field: 'Alert.alertInfo.protocol', path: 'network.ipProtocol', alert: info('protocol', 'TCP'), documented: 'TCP' },
  {
    field: 'Alert.alertInfo.sslIssuer',
    path: 'network.tls.client.certificate.issuer',
    alert: info('sslIssuer', 'Example CA'),
    documented: 'Example CA',
  },
  {
    field: 'Alert.alertInfo.sslName',
    path: additional('SSL Name'),
    alert: info('sslName', 'www.example.com'),
    documented: 'www.example.com',
  },
  {
    field: 'Alert.alertInfo.sslOrg',
    path: additional('SSL Org'),
    alert: info('sslOrg', 'Example Corp'),
    documented: 'Example Corp',
  },
  { field: 'Alert.alertInfo.ticketId', path: additional('Ticket Id'), alert: info('ticketId', 812), documented: '812' },
  {
    field: 'Alert.alertInfo.vpeConfidence',
    path: additional('VPE Confidence'),
    alert: info('vpeConfidence', 'HIGH'),
    documented: 'HIGH',
  },
  {
    field: 'Alert.alertInfo.vpeConfidence (with a status)',
    path: additional('VPE Confidence'),
    alert: { alertInfo: { vpeConfidence: 'HIGH', vpeStatus: 'ADDED' } },
    documented: 'HIGH',
    parity: { gives: 'ADDED', because: 'confidence and status have one key, and the later counts' },
  },
  {
    field: 'Alert.alertInfo.vpeStatus',
    path: additional('VPE Confidence'),
    alert: info('vpeStatus', 'ADDED'),
    documented: 'ADDED',
  },
  { field: 'Alert.eventType', path: additional('Event Type'), alert: { eventType: 'SSL_NEW' }, documented: 'SSL_NEW' },
  { field: 'Alert.hostname', path: 'principal.hostname', alert: HOST, documented: HOST.hostname },
  { field: 'Alert.id', path: 'securityResult[0].threatId', alert: {}, documented: '4711' },
  { field: 'Alert.ipAddress', path: 'principal.ip[0]', alert: HOST, documented: HOST.ipAddress },
  { field: 'Alert.profile.id', path: additional('Profile Id'), alert: { profile: { id: 7401 } }, documented: '7401' },
  {
    field: 'Alert.profile.title',
    path: additional('Profile Title'),
    alert: { profile: { title: 'Büro' } },
    documented: 'Büro',
  },
  {
    field: 'Alert.qid',
    path: 'extensions.vulns.vulnerabilities[0].name',
    alert: { qid: 38170 },
    documented: 'QID: 38170',
  },
  { field: 'Alert.source', path: additional('Alert Source'), alert: { source: 'VM' }, documented: 'VM' },
  { field: 'Alert.triggerUuid', path: 'metadata.productLogId', alert: { triggerUuid: 'u-1' }, documented: 'u-1' },
  {
    field: 'Alert.vulnCategory',
    path: additional('Vulnerability Category'),
    alert: { vulnCategory: 'Local' },
    documented: 'Local',
    parity: { gives: undefined, because: MISSPELLED },
  },
  severity(1, 'LOW', 'LOW'),
  severity(2, 'LOW', 'LOW'),
  severity(3, 'LOW', 'MEDIUM'),
  severity(4, 'MEDIUM', 'HIGH'),
  severity(5, 'MEDIUM', 'CRITICAL'),
  severity(6, 'MEDIUM', undefined),
  severity(7, 'HIGH', undefined),
  severity(8, 'HIGH', undefined),
  {
    field: 'Alert.vulnTitle',
    path: 'extensions.vulns.vulnerabilities[0].description',
    alert: { vulnTitle: 'Log4Shell' },
    documented: 'Log4Shell',
  },
  {
    field: 'Alert.vulnType',
    path: additional('Vulnerability Type'),
    alert: { vulnType: 'INFO' },
    documented: 'INFO',
    parity: { gives: undefined, because: MISSPELLED },
  },
  { field: 'Host', path: 'principal.ip[0]', log: 'Host: 192.0.2.33', documented: '192.0.2.33' },
  ...['edr.client.ipAddresses[0]', 'edr.client.hostname', 'edr.rawEventName'].map((path) => ({
    ...{ field: path, path, alert: HOST, documented: 'a copy', parity: NO_UDM, improved: NO_UDM },
  })),
  {
    field: 'metadata.event_timestamp (Alert.eventDate)',
    path: 'metadata.eventTimestamp',
    alert: { eventDate: '2026-02-03T04:05:06Z' },
    documented: '2026-02-03T04:05:06Z',
  },
  {
    field: 'metadata.event_timestamp (timestamp)',
    path: 'metadata.eventTimestamp',
    log: '{"timestamp":"2026-02-03T06:05:06+02:00","Alert":{"id":4711}}',
    documented: '2026-02-03T04:05:06Z',
    parity: { gives: undefined, because: 'the code has no such fallback: the event bears the time of its receipt' },
  },
  {
    field: 'metadata.event_type (address)',
    path: 'metadata.eventType',
    alert: { ipAddress: '192.0.2.24' },
    documented: 'STATUS_UPDATE',
  },
  {
    field: 'metadata.event_type (hostname)',
    path: 'metadata.eventType',
    alert: { hostname: 'host-24.example.com' },
    documented: 'STATUS_UPDATE',
  },
  {
    field: 'metadata.event_type (src_ip)',
    path: 'metadata.eventType',
    log: 'Host: 192.0.2.33',
    documented: 'STATUS_UPDATE',
  },
  { field: 'metadata.event_type (no host)', path: 'metadata.eventType', alert: {}, documented: 'GENERIC_EVENT' },
  {
    field: 'metadata.event_type (host and vulnerability)',
    path: 'metadata.eventType',
    alert: { ...HOST, qid: 38170 },
    documented: 'STATUS_UPDATE',
    improved: { gives: 'SCAN_VULN_HOST', because: 'a vulnerability that was found on a host is one in UDM' },
  },
  {
    field: 'metadata.log_type',
    path: 'metadata.logType',
    alert: {},
    documented: 'QUALYS_CONTINUOUS_MONITORING',
  },
  ...['vendorName', 'productName'].map((name) => ({
    field: `metadata.${name}`,
    path: `metadata.${name}`,
    alert: {},
    documented: 'QUALYS_CONTINUOUS_MONITORING',
    parity: { gives: 'QUALYS_CONTINOUS_MONITORING', because: MISSPELLED },
  })),
  {
    field: 'network.application_protocol',
    path: 'network.applicationProtocol',
    log: 'GET /alice HTTP/1.1',
    documented: 'HTTP',
  },
  { field: 'network.http.method', path: 'network.http.method', log: 'GET /alice HTTP/1.1', documented: 'GET' },
  {
    field: 'timestamp',
    path: 'timestamp',
    alert: { eventDate: '2026-02-03T04:05:06Z' },
    documented: '2026-02-03T04:05:06Z',
  },
];
