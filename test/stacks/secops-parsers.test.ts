import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../environments/root';
import { qualysPermissions } from '../../stacks/google-permissions';
import { only, parseEnvironment, type StackJson, synthesize } from '../synthesize';

const folder = mkdtempSync(join(tmpdir(), 'tributary-parsers-'));
const before = process.env.TRIBUTARY_ENVIRONMENTS;

beforeAll(() => {
  process.env.TRIBUTARY_ENVIRONMENTS = folder;
  mkdirSync(join(folder, 'parsers'));
  writeFileSync(join(folder, 'parsers', 'extension.conf'), 'filter { # ü ${x}\n}\n');
});

afterAll(() => {
  if (before === undefined) delete process.env.TRIBUTARY_ENVIRONMENTS;
  else process.env.TRIBUTARY_ENVIRONMENTS = before;
  rmSync(folder, { recursive: true });
});

const NAME =
  'projects/acme-siem/locations/europe/instances/3d0c6a52-9b1e-4f7a-8c2d-5e6f7a8b9c0d/logTypes/SQUID_WEBPROXY';

const environment = (parsers: string, isProtected = false) =>
  parseEnvironment(
    'test',
    `environment: test
protected: ${isProtected}
backend: { local: {} }
qualys:
  project: acme-secops
  region: europe-west3
  apiUrl: qualysapi.qualys.eu
  alerts: { schedule: "0 */6 * * *" }
  secops:
    location: europe
    instance: 3d0c6a52-9b1e-4f7a-8c2d-5e6f7a8b9c0d
    project: acme-siem
    feedServiceAccount: feeds@chronicle-gcp-prod.iam.gserviceaccount.com
    parsers: ${parsers}
`,
  );

const stackOf = (parsers: string, isProtected = false): StackJson =>
  synthesize(environment(parsers, isProtected))['test-qualys-secops'] ?? {};

const decoded = (text: string) => Buffer.from(text, 'base64').toString();

test('a prebuilt parser is nothing to deploy', () => {
  const { resource } = stackOf('{ QUALYS_CONTINUOUS_MONITORING: prebuilt }');
  expect(resource.google_chronicle_parser).toBeUndefined();
  expect(resource.google_chronicle_parser_extension).toBeUndefined();
});

test.each([
  ['QUALYS_CONTINUOUS_MONITORING: parity', { validated_on_empty_logs: true }],
  ['QUALYS_CONTINUOUS_MONITORING: { parser: parity, validation: required }', {}],
  ['QUALYS_CONTINUOUS_MONITORING: { parser: parity, validation: skipped }', { validation_skipped: true }],
])('%s is the code of its file, in the project of the instance', (parsers, validation) => {
  const { '//': _, depends_on: dependsOn, cbn, ...parser } = only(stackOf(`{ ${parsers} }`), 'google_chronicle_parser');
  expect(parser).toEqual({
    project: 'acme-siem',
    location: 'europe',
    instance: '3d0c6a52-9b1e-4f7a-8c2d-5e6f7a8b9c0d',
    logtype: 'QUALYS_CONTINUOUS_MONITORING',
    deletion_policy: 'ABANDON',
    ...validation,
  });
  const file = join(projectRoot, 'parsers', 'QUALYS_CONTINUOUS_MONITORING', 'parity', 'parser.conf');
  expect(decoded(cbn)).toBe(readFileSync(file, 'utf8'));
  expect(dependsOn).toContain('google_project_service.apis_storage_A9A0178F');
});

test('an extension stands beside the prebuilt parser', () => {
  const stack = stackOf(
    `{ SQUID_WEBPROXY: { extension: parsers/extension.conf, validation: skipped, import: { extension: ${NAME}/parserExtensions/pe_1 } } }`,
  );
  const { '//': _, depends_on: __, cbn_snippet: code, ...extension } = only(stack, 'google_chronicle_parser_extension');
  expect(extension).toEqual({
    project: 'acme-siem',
    location: 'europe',
    instance: '3d0c6a52-9b1e-4f7a-8c2d-5e6f7a8b9c0d',
    log_type: 'SQUID_WEBPROXY',
    validation_skipped: true,
    deletion_policy: 'ABANDON',
  });
  // What Terraform would evaluate is text of the parser: in base64 it cannot.
  expect(decoded(code)).toBe('filter { # ü ${x}\n}\n');
  expect(stack.import.map(({ id }: StackJson) => id)).toEqual([`${NAME}/parserExtensions/pe_1`]);
  expect(stack.resource.google_chronicle_parser).toBeUndefined();
});

test('another variant is the same resource, also in a protected environment: a deploy replaces it', () => {
  const made = ['parity', 'improved'].map((variant) =>
    Object.entries<StackJson>(
      stackOf(`{ QUALYS_CONTINUOUS_MONITORING: ${variant} }`, true).resource.google_chronicle_parser,
    ),
  );
  const [[[id, parser] = []] = [], [[sameId, other] = []] = []] = made;
  expect(id).toBe(sameId);
  expect(parser?.cbn).not.toBe(other?.cbn);
  expect(parser?.lifecycle).toBeUndefined();
});

test('workflows may read and make what is chosen, and delete nothing', () => {
  const { qualys, ...rest } = environment(
    '{ QUALYS_CONTINUOUS_MONITORING: { parser: parity, extension: parsers/extension.conf } }',
  );
  if (qualys === undefined) throw new Error('no section qualys');
  const permissions = qualysPermissions({ ...rest, qualys }, qualys);
  const of = (kind: 'read' | 'write') =>
    permissions[kind].filter(({ project }) => project === 'acme-siem').flatMap((one) => one.permissions);
  expect(of('read')).toEqual(['chronicle.feeds.get', 'chronicle.parsers.get', 'chronicle.parserExtensions.get']);
  expect(of('write')).toEqual([
    ...['chronicle.feeds.create', 'chronicle.feeds.delete', 'chronicle.feeds.update'],
    ...['chronicle.parsers.create', 'chronicle.parserExtensions.create'],
  ]);
});
