import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkEnvironment } from '../../environments/check';
import { readParserFile } from '../../environments/parser-files';
import { UserError } from '../../environments/user-error';

const folder = mkdtempSync(join(tmpdir(), 'tributary-parsers-'));
const before = process.env.TRIBUTARY_ENVIRONMENTS;

beforeAll(() => {
  process.env.TRIBUTARY_ENVIRONMENTS = folder;
  mkdirSync(join(folder, 'parsers', 'folder.conf'), { recursive: true });
  for (const [name, content] of Object.entries({
    'own.conf': 'filter {\r\n}\r\n',
    'empty.conf': ' \n',
    'binary.conf': Buffer.from([0x66, 0xff, 0xfe]),
    'null.conf': 'filter {\0}',
    'largest.conf': 'a'.repeat(1_048_576),
    'large.conf': 'a'.repeat(1_048_577),
  }))
    writeFileSync(join(folder, 'parsers', name), content);
});

afterAll(() => {
  if (before === undefined) delete process.env.TRIBUTARY_ENVIRONMENTS;
  else process.env.TRIBUTARY_ENVIRONMENTS = before;
  rmSync(folder, { recursive: true });
});

/** An environment with this value of `parsers`, in flow style. */
function check(parsers: string) {
  const text = `environment: test
protected: false
backend: { local: {} }
qualys:
  project: acme-secops
  region: europe-west3
  apiUrl: qualysapi.qualys.eu
  secops:
    location: europe
    instance: 3d0c6a52-9b1e-4f7a-8c2d-5e6f7a8b9c0d
    feedServiceAccount: feeds@chronicle-gcp-prod.iam.gserviceaccount.com
    parsers: ${parsers}
`;
  return checkEnvironment('test.yaml', text, 'test');
}

const IMPORT = 'projects/p/locations/europe/instances/3d0c6a52-9b1e-4f7a-8c2d-5e6f7a8b9c0d/logTypes/TYPE';

test.each([
  ['{}', {}],
  ['{ QUALYS_VM: prebuilt }', { QUALYS_VM: { parser: 'prebuilt', validation: 'lenient' } }],
  [
    '{ QUALYS_CONTINUOUS_MONITORING: parity }',
    { QUALYS_CONTINUOUS_MONITORING: { parser: 'parity', validation: 'lenient' } },
  ],
  [
    '{ QUALYS_VM: QUALYS_CONTINUOUS_MONITORING/improved }',
    { QUALYS_VM: { parser: 'QUALYS_CONTINUOUS_MONITORING/improved', validation: 'lenient' } },
  ],
  [
    '{ SQUID_WEBPROXY: { extension: parsers/own.conf, validation: skipped } }',
    { SQUID_WEBPROXY: { parser: 'prebuilt', extension: 'parsers/own.conf', validation: 'skipped' } },
  ],
  [
    '{ SQUID_WEBPROXY: parsers/largest.conf }',
    { SQUID_WEBPROXY: { parser: 'parsers/largest.conf', validation: 'lenient' } },
  ],
])('%s is taken', (parsers, expected) => {
  expect(check(parsers)).toMatchObject({ problems: [], environment: { qualys: { secops: { parsers: expected } } } });
});

test.each<[string, string, string, RegExp]>([
  [
    '{ QUALYS_CONTINUOUS_MONITORING: improvd }',
    'QUALYS_CONTINUOUS_MONITORING',
    '"improvd"',
    /^prebuilt, improved, parity, a variant of another log type .* or a file/,
  ],
  ['{ NO_SUCH_TYPE: improved }', 'NO_SUCH_TYPE', '"improved"', /^prebuilt, a variant of another/],
  [
    '{ QUALYS_VM: { parser: parsers/none.conf } }',
    'QUALYS_VM.parser',
    '"parsers/none.conf"',
    /^a file that exists: there is no .*none\.conf\. A path begins at the folder of the environment files$/,
  ],
  [
    '{ QUALYS_VM: { extension: improved } }',
    'QUALYS_VM.extension',
    '"improved"',
    /^cves, a variant of another log type/,
  ],
  ['{ QUALYS_VM: parsers/folder.conf }', 'QUALYS_VM', '"parsers/folder.conf"', /^a file; .*folder\.conf is none$/],
  [
    '{ QUALYS_VM: parsers/empty.conf }',
    'QUALYS_VM',
    '"parsers/empty.conf"',
    /^the code of a parser, filter \{ … \}; .*empty\.conf is empty$/,
  ],
  [
    '{ QUALYS_VM: { extension: parsers/empty.conf } }',
    'QUALYS_VM.extension',
    '"parsers/empty.conf"',
    /^the code of an extension, .* is empty$/,
  ],
  ['{ QUALYS_VM: parsers/binary.conf }', 'QUALYS_VM', '"parsers/binary.conf"', /^a text in UTF-8; /],
  ['{ QUALYS_VM: parsers/null.conf }', 'QUALYS_VM', '"parsers/null.conf"', /^a text in UTF-8; /],
  [
    '{ QUALYS_VM: parsers/large.conf }',
    'QUALYS_VM',
    '"parsers/large.conf"',
    /^a file of at most 1,048,576 bytes; .* has 1,048,577$/,
  ],
  [
    '{ QUALYS_VM: parsers/../own.conf }',
    'QUALYS_VM',
    '"parsers/../own.conf"',
    /^a variant such as improved, or a file beside/,
  ],
  ['{ QUALYS_VM: /etc/own.conf }', 'QUALYS_VM', '"/etc/own.conf"', /^a variant such as improved, or a file beside/],
  ['{ QUALYS_VM: 5 }', 'QUALYS_VM', '5', /^prebuilt, a variant, a file, or a map/],
  ['{ squid: prebuilt }', 'squid', '"squid"', /^a log type by the name that SecOps/],
  ['{ QUALYS_VM: { validation: no } }', 'QUALYS_VM.validation', '"no"', /^required, lenient or skipped/],
  ['{ QUALYS_VM: { parsr: parity } }', 'QUALYS_VM.parsr', 'an unknown key', /did you mean parser\?$/],
  [
    `{ QUALYS_VM: { import: { parser: ${IMPORT}/parsers/pa_1 } } }`,
    'QUALYS_VM.import.parser',
    expect.anything() as never,
    /^nothing: no parser is deployed for QUALYS_VM$/,
  ],
  [
    `{ QUALYS_VM: { import: { extension: ${IMPORT}/parserExtensions/x } } }`,
    'QUALYS_VM.import.extension',
    expect.anything() as never,
    /^nothing: no extension is deployed/,
  ],
  [
    `{ QUALYS_VM: { extension: parsers/own.conf, import: { extension: pe_1 } } }`,
    'QUALYS_VM.import.extension',
    '"pe_1"',
    /^projects\/<project>\/.*\/parserExtensions\/<id>$/,
  ],
  ['[]', '', '[]', /^a map of log types$/],
])('%s is refused', (parsers, path, got, expected) => {
  expect(check(parsers).problems).toEqual([
    expect.objectContaining({
      path: `qualys.secops.parsers${path && `.${path}`}`,
      got,
      expected: expect.stringMatching(expected),
    }),
  ]);
});

test('a file is read with LF, and one that cannot be deployed is told with its log type', () => {
  expect(readParserFile('QUALYS_VM', 'parsers/own.conf', 'parser')).toBe('filter {\n}\n');
  expect(() => readParserFile('QUALYS_VM', 'parsers/none.conf', 'extension')).toThrow(UserError);
  expect(() => readParserFile('QUALYS_VM', 'parsers/none.conf', 'extension')).toThrow(
    /^The extension parsers\/none\.conf of the log type QUALYS_VM cannot be deployed\. Expected a file that exists: /,
  );
});
