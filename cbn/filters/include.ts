import { Failure, type Run } from '../run';
import { get, set, toPath } from '../state';
import { equal, type Value } from '../values';
import type { Execute, Filter } from './filter';

/** Numbers and names of an IP protocol that become a name of UDM's enum (iana.org/assignments/protocol-numbers). */
const IP_PROTOCOLS: readonly (readonly [string, readonly Value[]])[] = [
  ['ICMP', [1, 'ICMP', 58, 'ICMPV6']],
  ['IGMP', [2, 'IGMP']],
  ['TCP', [6, 'TCP']],
  ['UDP', [17, 'UDP']],
  ['IP6IN4', [41, 'IP6IN4']],
  ['GRE', [47, 'GRE']],
  ['ESP', [50, 'ESP']],
  ['EIGRP', [88, 'EIGRP']],
  ['ETHERIP', [97, 'ETHERIP']],
  ['PIM', [103, 'PIM']],
  ['VRRP', [112, 'VRRP']],
];

/** Ports and names of application protocols that become another name than their own. */
const PORTS: Readonly<Record<string, readonly string[]>> = {
  SSH: ['22', 'SSH', 'SSHD'],
  SMTP: ['25', 'SMTP'],
  DNS: ['53', 'DNS'],
  HTTP: ['80', '8080', 'HTTP'],
  HTTPS: ['443', 'HTTPS', 'TLS'],
  DDS: ['7400', '7401', '7402', 'DDS'],
  SMB: ['SMB', 'SMBV1'],
};

/** Names that stay. */
const APP_PROTOCOLS = [
  ...['UNKNOWN_APPLICATION_PROTOCOL', 'AFP', 'APPC', 'AMQP', 'ATOM', 'BEEP', 'BITCOIN', 'BIT_TORRENT', 'CFDP', 'COAP'],
  ...['DEVICE_NET', 'DHCP', 'E_DONKEY', 'ENRP', 'FAST_TRACK', 'FINGER', 'FREENET', 'FTAM', 'GOPHER', 'HL7', 'H323'],
  ...['IRCP', 'KADEMLIA', 'LDAP', 'LPD', 'MIME', 'MODBUS', 'MQTT', 'NETCONF', 'NFS', 'NIS', 'NNTP', 'NTCIP', 'NTP'],
  ...['OSCAR', 'PNRP', 'QUIC', 'RDP', 'RELP', 'RIP', 'RLOGIN', 'RPC', 'RTMP', 'RTP', 'RTPS', 'RTSP', 'SAP', 'SDP'],
  ...['SIP', 'SLP', 'SNTP', 'SSMS', 'STYX', 'TCAP', 'TDS', 'TOR', 'TSP', 'VTP', 'WHOIS', 'WEB_DAV', 'X400', 'X500'],
  ...['XMPP', 'IEC104', 'DCERPC'],
];

const APP_PROTOCOL_OF: ReadonlyMap<string, string> = new Map([
  ...Object.entries(PORTS).flatMap(([protocol, names]) => names.map((name) => [name, protocol] as const)),
  ...APP_PROTOCOLS.map((name) => [name, name] as const),
]);

/** What the vendor's shared files do, by their names. */
const FILES: ReadonlyMap<string, Execute> = new Map([
  ['parse_ip_protocol.include', lookUp('protocol_number_src', 'ip_protocol_out', ipProtocolOf)],
  ['parse_app_protocol.include', lookUp('app_protocol_src', 'app_protocol_output', appProtocolOf)],
]);

/**
 * `@include ["parse_ip_protocol.include"]`: a file that the vendor shares between parsers, undocumented. That one puts the
 * name of the protocol in `protocol_number_src`, a number or a name in capitals, into `ip_protocol_out`;
 * UNKNOWN_IP_PROTOCOL if it is none of those that published parsers carry written out. `parse_app_protocol.include` does
 * so for `app_protocol_src`, a port or a name, and `app_protocol_output`, empty if it is none. Files of other names do
 * nothing.
 */
export const include: Filter = {
  options: ['names'],
  compile(options) {
    const steps: Execute[] = [];
    for (const name of options.texts('names')) {
      const step = FILES.get(name);
      if (step !== undefined) steps.push(step);
      else
        options.report.warn(
          'unknown-include',
          options.position('names'),
          `The vendor's file ${name} is not known here; it does nothing.`,
          'Write its statements in its place.',
        );
    }
    return (run) => {
      for (const step of steps) {
        const failure = step(run);
        if (failure !== undefined) return failure;
      }
      return undefined;
    };
  },
};

function lookUp(from: string, to: string, nameOf: (value: Value) => string): Execute {
  const source = toPath(from);
  const target = toPath(to);
  return (run: Run): Failure | undefined => {
    const value = get(run.root, source);
    if (value === undefined) return new Failure('field-not-set', `"${from}" not found in state data`);
    if (run.trace !== undefined) run.trace.read(source);
    set(run.root, target, nameOf(value));
    if (run.trace !== undefined) run.trace.wrote(target);
    return undefined;
  };
}

function ipProtocolOf(value: Value): string {
  const [name = 'UNKNOWN_IP_PROTOCOL'] = IP_PROTOCOLS.find(([, all]) => all.some((one) => equal(one, value))) ?? [];
  return name;
}

function appProtocolOf(value: Value): string {
  return (typeof value === 'string' && APP_PROTOCOL_OF.get(value.toUpperCase())) || '';
}
