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

const PROTOCOL_SOURCE = toPath('protocol_number_src');
const PROTOCOL_TARGET = toPath('ip_protocol_out');

/** What the vendor's shared files do, by their names. */
const FILES: ReadonlyMap<string, Execute> = new Map([['parse_ip_protocol.include', parseIpProtocol]]);

/**
 * `@include ["parse_ip_protocol.include"]`: a file that the vendor shares between parsers, undocumented. That one puts the
 * name of the protocol in `protocol_number_src`, a number or a name in capitals, into `ip_protocol_out`;
 * UNKNOWN_IP_PROTOCOL if it is none of those that a published parser carries written out. Files of other names do nothing.
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

function parseIpProtocol(run: Run): Failure | undefined {
  const value = get(run.root, PROTOCOL_SOURCE);
  if (value === undefined) return new Failure('field-not-set', `"${PROTOCOL_SOURCE.name}" not found in state data`);
  if (run.trace !== undefined) run.trace.read(PROTOCOL_SOURCE);
  const [name = 'UNKNOWN_IP_PROTOCOL'] = IP_PROTOCOLS.find(([, all]) => all.some((one) => equal(one, value))) ?? [];
  set(run.root, PROTOCOL_TARGET, name);
  if (run.trace !== undefined) run.trace.wrote(PROTOCOL_TARGET);
  return undefined;
}
