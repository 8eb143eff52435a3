import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'cdktf';
import { lockFileOf, lockName } from '../../environments/provider-locks';
import { addEnvironment } from '../../main';
import { lockProviders } from '../../stacks/provider-lock';
import { parseEnvironment } from '../synthesize';

const folder = mkdtempSync(join(tmpdir(), 'tributary-provider-lock-'));
const locks = join(folder, 'locks');
beforeAll(() => {
  mkdirSync(locks);
  writeFileSync(join(locks, 'aws.lock.hcl'), 'locked aws');
  process.env.TRIBUTARY_ENVIRONMENTS = folder;
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  delete process.env.TRIBUTARY_ENVIRONMENTS;
});

test('a lock beside the environment files lands in the folder of each stack of its provider, and in no other', () => {
  const outdir = join(folder, 'cdktf.out');
  const app = new App({ outdir });
  const environment = parseEnvironment(
    'team',
    'environment: team\nprotected: false\nbackend: { local: {} }\n' +
      'qualys: { project: acme-secops, region: europe-west3, apiUrl: qualysapi.qualys.eu }\n' +
      'cloudtrail:\n  account: "111122223333"\n  region: eu-central-1\n  trail: create\n' +
      '  cortex: { externalId: 7c1f4a52-6f0e-4a44-8f0c-b7a5d2f7b9e1 }\n',
  );
  addEnvironment(app, environment);
  app.synth();
  lockProviders(app);
  const lockOf = (stack: string) => join(outdir, 'stacks', stack, '.terraform.lock.hcl');
  expect(readFileSync(lockOf('team-cloudtrail-cortex'), 'utf8')).toBe('locked aws');
  expect(existsSync(lockOf('team-qualys-secops'))).toBe(false);
});

test('a lock file is named for all its providers, in one order', () => {
  expect(lockName(['google', 'aws'])).toBe('aws-google.lock.hcl');
  expect(lockFileOf(['aws'])).toBe(join(locks, 'aws.lock.hcl'));
  expect([lockFileOf(['google']), lockFileOf(['google', 'aws']), lockFileOf([])]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
