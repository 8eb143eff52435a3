import data from '../../../cbn/udm/fields.json';
import { messageConverter } from '../../../cbn/udm/message';
import { DEFAULT_UDM_OPTIONS } from '../../../cbn/udm/options';
import { camelCase, enumOf, fieldsOf } from '../../../cbn/udm/schema';

const SCALARS = ['string', 'bool', 'int32', 'uint32', 'int64', 'uint64', 'float', 'double', 'bytes'];
const WELL_KNOWN = ['timestamp', 'duration', 'struct'];

test.each(Object.keys(data.messages))('every field of %s has a known type and a number of its own', (message) => {
  const fields = fieldsOf(message) ?? [];
  expect(fields.length).toBeGreaterThan(0);
  expect(new Set(fields.map(({ number }) => number)).size).toBe(fields.length);
  expect(fields.map(({ number }) => number)).toEqual(fields.map(({ number }) => number).sort((a, b) => a - b));
  for (const { type, name } of fields) {
    const isKnown =
      SCALARS.includes(type) || WELL_KNOWN.includes(type) || fieldsOf(type) !== undefined || enumOf(type) !== undefined;
    expect([name, type, isKnown]).toEqual([name, type, true]);
  }
});

test.each(Object.keys(data.enums))('%s has a zero first', (name) => {
  const { names = [], numbers = {} } = enumOf(name) ?? {};
  expect(numbers[names[0] ?? ''] ?? 0).toBe(0);
});

test('facts that golden events and the documentation show', () => {
  const type = (message: string, name: string) => fieldsOf(message)?.find((field) => field.name === name);
  expect(type('UDM', 'intermediary')).toEqual({
    name: 'intermediary',
    jsonName: 'intermediary',
    number: 6,
    type: 'Noun',
    multiplicity: 'repeated',
  });
  expect(type('Vulnerability', 'cvss_base_score')).toMatchObject({ number: 10, type: 'float', multiplicity: 'one' });
  expect(type('File', 'stat_flags')).toMatchObject({ type: 'uint32', jsonName: 'statFlags' });
  expect(type('Http', 'parsed_user_agent')).toMatchObject({ type: 'UserAgentProto' });
  expect(type('EntityMetadata', 'interval')).toMatchObject({ type: 'Interval' });
  expect(enumOf('Metadata.EventType')?.numbers).toMatchObject({ SCAN_VULN_HOST: 18005, STATUS_UPDATE: 17004 });
  expect(enumOf('Network.IpProtocol')?.numbers).toMatchObject({ TCP: 6, ETHERIP: 97, SCTP: 132 });
});

test('names are camelled as protobuf does', () => {
  expect(['user_display_name', 'md5', 'x509', 'DEPRECATED_risk_score', 'ip_v4_'].map(camelCase)).toEqual([
    'userDisplayName',
    'md5',
    'x509',
    'DEPRECATEDRiskScore',
    'ipV4',
  ]);
});

test('messages that hold themselves end at 100 levels', () => {
  const process: Record<string, unknown> = { pid: '1' };
  process.parent_process = process;
  const problems: never[] = [];
  messageConverter('Process')(process, { problems, options: DEFAULT_UDM_OPTIONS, depth: 0 });
  expect(problems).toEqual([
    expect.objectContaining({ path: Array(100).fill('parent_process').join('.'), code: 'udm-wrong-type' }),
  ]);
});
