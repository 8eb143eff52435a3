import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesizeAt } from '../../../cli/plan/other-tree';
import { onlyResource, readStack } from '../../../cli/synthesized';

// Environment files in a repository of their own: the code is today's, and what lies beside them that of the commit.
const repository = mkdtempSync(join(tmpdir(), 'tributary-other-tree-'));
const environments = join(repository, 'environments');
const before = process.env.TRIBUTARY_ENVIRONMENTS;

const git = (...args: string[]) => execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8' });
const commit = (message: string) => {
  git('add', '-A');
  git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '-qm', message);
};

const ENVIRONMENT = (parsers: string) => `environment: siem
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
    parsers: { ${parsers} }
`;

beforeAll(() => {
  process.env.TRIBUTARY_ENVIRONMENTS = environments;
  git('init', '-q');
  mkdirSync(join(environments, 'parsers'), { recursive: true });
  writeFileSync(join(environments, 'siem.yaml'), ENVIRONMENT('QUALYS_VM: prebuilt'));
  commit('without a parser');
  writeFileSync(join(environments, 'siem.yaml'), ENVIRONMENT('QUALYS_VM: parsers/own.conf'));
  writeFileSync(join(environments, 'parsers', 'own.conf'), 'filter { # before\n}\n');
  commit('with one');
  writeFileSync(join(environments, 'parsers', 'own.conf'), 'filter { # now\n}\n');
});

afterAll(() => {
  if (before === undefined) delete process.env.TRIBUTARY_ENVIRONMENTS;
  else process.env.TRIBUTARY_ENVIRONMENTS = before;
  rmSync(repository, { recursive: true });
});

/** The stack as it was at a commit. */
async function stackAt(ref: string) {
  const output = await synthesizeAt(ref, 'siem', join(repository, '.git', `at-${ref}`), () => undefined);
  if (output === undefined) throw new Error(`no environment at ${ref}`);
  return readStack(output, 'siem-qualys-secops');
}

test('a parser beside the environment files is that of the commit', async () => {
  const { cbn } = onlyResource<{ cbn: string }>(await stackAt('HEAD'), 'google_chronicle_parser');
  expect(Buffer.from(cbn, 'base64').toString()).toBe('filter { # before\n}\n');
}, 120_000);

test('where there was none there is none', async () => {
  expect((await stackAt('HEAD~1')).resource.google_chronicle_parser).toBeUndefined();
}, 120_000);
