import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../environments/root';
import { LOG_CODES } from '../../../functions/qualys/contract';
import { parseEnvironment, synthesize } from '../../synthesize';

const CREDENTIAL_CODES = ['account_inactive', 'credentials_missing', 'credentials_rejected'];

/** The alarms of an environment whose SecOps instance is linked to the pipeline's project: all that there are. */
const { 'here-qualys-secops': stack = {} } = synthesize(
  parseEnvironment(
    'here',
    `
environment: here
protected: false
backend: { local: {} }
qualys:
  project: acme-secops
  region: europe-west3
  apiUrl: https://qualysapi.qualys.eu
  alerts: { schedule: "0 */6 * * *" }
  assets: { schedule: "0 */6 * * *" }
  findings: { schedule: "0 */6 * * *" }
  secops:
    location: europe
    instance: 3d0c6a52-9b1e-4f7a-8c2d-5e6f7a8b9c0d
    feedServiceAccount: chronicle-8714@chronicle-gcp-prod.iam.gserviceaccount.com
`,
  ),
);
const alarms = Object.values<{ display_name: string; documentation: { content: string } }>(
  stack.resource.google_monitoring_alert_policy,
);

const read = (runbook: string) => readFileSync(join(projectRoot, 'docs/runbooks', `${runbook}.md`), 'utf8');

/** Codes in the first column of a runbook's tables. */
function codesOf(runbook: string): string[] {
  const firstCells = [...read(runbook).matchAll(/^\| ([^|]*) \|/gm)].map(([, cell = '']) => cell);
  const codes = firstCells.flatMap((cell) => [...cell.matchAll(/`([a-z]+_[a-z_]+|collected|interrupted)`/g)]);
  return [...new Set(codes.map(([, code = '']) => code))].sort();
}

function codesWith(isMeant: (severity: string) => boolean): string[] {
  return Object.entries(LOG_CODES)
    .filter(([code, { severity }]) => !CREDENTIAL_CODES.includes(code) && isMeant(severity))
    .map(([code]) => code)
    .sort();
}

test('each alarm links a runbook of this project, which names it', () => {
  const linked = alarms.map(({ documentation }) => /^Runbook: (.*)$/m.exec(documentation.content)?.[1] ?? '').sort();
  expect(linked).toEqual(
    ['credentials', 'failure', 'lag', 'silence', 'unread'].flatMap((kind) =>
      // Of each of the three feeds.
      Array(3).fill(`docs/runbooks/qualys-${kind}.md`),
    ),
  );
  for (const { display_name, documentation } of alarms) {
    const [, file = ''] = /^Runbook: (.*)$/m.exec(documentation.content) ?? [];
    expect(readFileSync(join(projectRoot, file), 'utf8')).toContain(`\`${display_name.replace('here', '<env>')}\``);
  }
});

test('the runbook on failures has a row for each error that is not about credentials, and for no other', () => {
  expect(codesOf('qualys-failure')).toEqual(codesWith((severity) => severity === 'ERROR'));
});

test('the runbook on credentials has a row for each of their codes, and for no other', () => {
  expect(codesOf('qualys-credentials')).toEqual(CREDENTIAL_CODES);
});

test('the runbook on lag has a row for each way to end that is no error', () => {
  expect(codesOf('qualys-lag')).toEqual(codesWith((severity) => severity !== 'ERROR'));
});

test.each(['failure', 'credentials', 'silence', 'lag', 'unread'])('links of qualys-%s lead somewhere', (kind) => {
  const text = read(`qualys-${kind}`);
  const links = [...text.matchAll(/\]\(([^)#]*)(#[^)]*)?\)/g)].map(([, file = '', anchor = '']) => ({ file, anchor }));
  for (const { file, anchor } of links) {
    const path = file === '' ? `qualys-${kind}.md` : file;
    const target = join(projectRoot, 'docs/runbooks', path);
    expect(existsSync(target)).toBe(true);
    const headings = [...readFileSync(target, 'utf8').matchAll(/^#+ (.*)$/gm)].map(
      ([, heading = '']) => `#${heading.toLowerCase().replaceAll(' ', '-')}`,
    );
    expect(['', ...headings]).toContain(anchor);
  }
  const sections = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
  expect(sections).toEqual(['Meaning', 'Check', 'Fix', 'What is lost']);
});

test('the options that docs/qualys-secops.md shows are accepted, and are all that there are', () => {
  const page = readFileSync(join(projectRoot, 'docs/qualys-secops.md'), 'utf8');
  const [, shown = ''] = /^```yaml\n(qualys:.*?)^```/ms.exec(page) ?? [];
  const filled = shown
    .replace('projects/…/locations/…/keyRings/…/cryptoKeys/…', 'projects/p-1/locations/eu/keyRings/r/cryptoKeys/k')
    .replace('<customer id>', '3d0c6a52-9b1e-4f7a-8c2d-5e6f7a8b9c0d')
    .replace('<e-mail>', 'chronicle-8714@chronicle-gcp-prod.iam.gserviceaccount.com');
  parseEnvironment('here', `environment: here\nprotected: false\nbackend: { local: {} }\n${filled}`);

  const schema = readFileSync(join(projectRoot, 'environments/environment.schema.json'), 'utf8');
  const { properties } = JSON.parse(schema).properties.qualys;
  const sections = [
    properties,
    ...['storage', 'secops', 'alarms', 'alerts'].map((name) => properties[name].properties),
  ];
  const names = new Set([...shown.matchAll(/\b(\w+):/g)].map(([, name]) => name));
  // Import ids are written by a command, and there is only one kind of feed.
  expect(sections.flatMap(Object.keys).filter((name) => !names.has(name))).toEqual(['import', 'feed']);
});
