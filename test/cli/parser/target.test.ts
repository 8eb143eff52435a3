import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findParsers } from '../../../cli/parser/target';

const folder = mkdtempSync(join(tmpdir(), 'tributary-parsers-'));
const before = process.env.TRIBUTARY_ENVIRONMENTS;

const SECOPS = `
  secops:
    location: europe
    instance: 3d0c6a52-9b1e-4f7a-8c2d-5e6f7a8b9c0d
    feedServiceAccount: feeds@chronicle-gcp-prod.iam.gserviceaccount.com`;

const write = (name: string, secops: string) =>
  writeFileSync(
    join(folder, `${name}.yaml`),
    `environment: ${name}
protected: false
backend: { local: {} }
qualys:
  project: acme-secops
  region: europe-west3
  apiUrl: qualysapi.qualys.eu${secops}
`,
  );

beforeAll(() => {
  process.env.TRIBUTARY_ENVIRONMENTS = folder;
  mkdirSync(join(folder, 'parsers'));
  for (const name of ['own', 'extension'])
    writeFileSync(join(folder, 'parsers', `${name}.conf`), `filter { # ${name}\n}`);
  write('none', '');
  write('silent', SECOPS);
  write(
    'full',
    `${SECOPS}
    project: acme-siem
    parsers:
      QUALYS_CONTINUOUS_MONITORING: prebuilt
      SQUID_WEBPROXY: { parser: parsers/own.conf, extension: parsers/extension.conf }`,
  );
});

afterAll(() => {
  if (before === undefined) delete process.env.TRIBUTARY_ENVIRONMENTS;
  else process.env.TRIBUTARY_ENVIRONMENTS = before;
  rmSync(folder, { recursive: true });
});

test('what the file chooses, with the code of its files', () => {
  expect(findParsers('full')).toEqual({
    environment: 'full',
    instance: { project: 'acme-siem', location: 'europe', instance: '3d0c6a52-9b1e-4f7a-8c2d-5e6f7a8b9c0d' },
    chosen: [
      { logType: 'QUALYS_CONTINUOUS_MONITORING', parser: 'prebuilt' },
      {
        logType: 'SQUID_WEBPROXY',
        parser: 'parsers/own.conf',
        code: 'filter { # own\n}',
        extension: 'parsers/extension.conf',
        extensionCode: 'filter { # extension\n}',
      },
    ],
  });
});

test("without a choice the pipeline's own log type is there all the same, to be looked at", () => {
  expect(findParsers('silent')).toMatchObject({
    instance: { project: 'acme-secops' },
    chosen: [{ logType: 'QUALYS_CONTINUOUS_MONITORING' }],
  });
});

test('without an instance there is nothing to look at', () => {
  expect(() => findParsers('none')).toThrow(
    /^The environment none names no SecOps instance: its section qualys needs secops/,
  );
});
