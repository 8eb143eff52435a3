import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../environments/root';
import { startCloudStorage } from '../simulators/cloud-storage';
import { startGoogleApis } from '../simulators/google-apis';
import { custom, INSTANCE, LOG_TYPE, prebuilt, startWorld } from './parser/world';

const TOKEN = 'ya29.an-access-token';
const JOB = 'projects/acme-secops/locations/europe-west3/jobs/here-qualys-alerts';
const STATE_BUCKET = 'acme-secops-here-qualys-state';
/** A command takes a second or two to compile and synthesize, and several on a busy machine. */
const TIMEOUT = 120_000;

const folder = mkdtempSync(join(tmpdir(), 'tributary-command-line-'));
const header = (name: string) => `environment: ${name}\nprotected: false\nbackend: { local: {} }\n`;
writeFileSync(
  join(folder, 'here.yaml'),
  `${header('here')}qualys: { project: acme-secops, region: europe-west3, apiUrl: qualysapi.qualys.eu }\n`,
);
writeFileSync(
  join(folder, 'aws.yaml'),
  `${header('aws')}cloudtrail:\n  account: "111122223333"\n  region: eu-central-1\n  trail: create\n` +
    '  cortex: { externalId: 7c1f4a52-6f0e-4a44-8f0c-b7a5d2f7b9e1 }\n',
);
mkdirSync(join(folder, 'parsers'));
writeFileSync(join(folder, 'parsers', 'own.conf'), 'filter {}\n');
writeFileSync(
  join(folder, 'siem.yaml'),
  `${header('siem')}qualys:\n  project: acme-siem\n  region: europe-west3\n  apiUrl: qualysapi.qualys.eu\n  secops:\n` +
    `    location: europe\n    instance: ${INSTANCE.instance}\n    feedServiceAccount: f@x.iam.gserviceaccount.com\n` +
    `    parsers: { ${LOG_TYPE}: parsers/own.conf }\n`,
);
writeFileSync(
  join(folder, 'nowhere.yaml'),
  `${header('nowhere')}qualys: { project: acme-secops, region: europe-west3, apiUrl: qualysapi.example.invalid }\n` +
    'cloudtrail:\n  account: "111122223333"\n  region: eu-central-1\n  trail: create\n' +
    '  cortex: { externalId: 7c1f4a52-6f0e-4a44-8f0c-b7a5d2f7b9e1 }\n' +
    'cloudflare:\n  account: { id: 0123456789abcdef0123456789abcdef, datasets: [audit_logs] }\n' +
    '  taegis: { default: { url: "https://ingest.example.invalid/" } }\n',
);
// Of somebody who is not done yet: it concerns none of the others.
writeFileSync(join(folder, 'half.yaml'), 'environment: half\n');
afterAll(() => rmSync(folder, { recursive: true }));

/** `./tributary`, as a user runs it; the simulators answer meanwhile. */
function tributary(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const variables = { ...process.env, TRIBUTARY_ENVIRONMENTS: folder, GOOGLE_OAUTH_ACCESS_TOKEN: TOKEN, ...env };
  return new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
    execFile(
      process.execPath,
      [join(projectRoot, 'tributary'), ...args],
      { env: variables },
      (error, stdout, stderr) => {
        expect(stdout + stderr).not.toContain(TOKEN);
        expect(stderr).not.toMatch(/^\s+at /m);
        resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr });
      },
    );
  });
}

test(
  'what is wrong on the command line or with the environment is told without asking Google Cloud',
  async () => {
    expect(await tributary(['run', 'here', 'cloudtrail-cortex', 'alerts'])).toEqual({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('Allowed choices are qualys-secops'),
    });
    const json = await tributary(['backfill', 'here', 'qualys-secops', 'assets', '--json', '--from=x', '--to=y']);
    expect(json).toMatchObject({ status: 1, stderr: '' });
    expect(JSON.parse(json.stdout).error).toContain('Allowed choices are alerts');
    const window = ['--from=2026-02-30', '--to=2026-03-01'];
    expect(await tributary(['backfill', 'here', 'qualys-secops', 'alerts', ...window])).toEqual({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/^--from 2026-02-30: there is no such day or time; expected .*\n$/),
    });
    expect((await tributary(['run', 'aws', 'qualys-secops', 'alerts'])).stderr).toContain(
      'aws.yaml has no section qualys, so that the environment aws has no pipeline qualys-secops.',
    );
  },
  TIMEOUT,
);

test(
  'parser activate says what it would do, does it where that is agreed to, and asks nobody who is not there',
  async () => {
    const { secops, env, active } = await startWorld();
    secops.stored = [prebuilt('ACTIVE'), custom('pa_1', 'filter {}\n', { validationStage: 'PASSED' })];
    try {
      expect(await tributary(['parser', 'activate', 'siem'], env)).toEqual({
        status: 1,
        stdout: '',
        stderr: 'Nobody can be asked here: it takes --yes, or --dry-run to see what would be done.\n',
      });
      expect(await tributary(['parser', 'activate', 'siem', '--dry-run'], env)).toMatchObject({
        status: 0,
        stdout: expect.stringContaining('  parser     parsers/own.conf: activate pa_1\n'),
      });
      expect(active()).toBe('pa_prebuilt');
      const done = await tributary(['parser', 'activate', 'siem', '--yes', '--json'], env);
      expect(done.status).toBe(0);
      expect(JSON.parse(done.stdout).logTypes).toMatchObject([
        { parser: { chosen: 'parsers/own.conf', outcome: 'activated', id: 'pa_1' }, active: { kind: 'custom' } },
      ]);
      expect(active()).toBe('pa_1');
      expect(await tributary(['parser', 'activate', 'siem', '--yes', '--timeout=1h'], env)).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('Expected minutes, a whole number from 0 to 240.'),
      });
    } finally {
      await secops.close();
    }
  },
  TIMEOUT,
);

test(
  'doctor has a page without network and credentials, too, and says that it could not tell',
  async () => {
    const env = {
      ...{ GOOGLE_OAUTH_ACCESS_TOKEN: '', METADATA_SERVER_DETECTION: 'none', HOME: folder, NO_COLOR: '1' },
      ...{ AWS_EC2_METADATA_DISABLED: 'true', AWS_PROFILE: '', AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' },
      ...{ GOOGLE_APPLICATION_CREDENTIALS: '', CLOUDFLARE_API_TOKEN: '', CLOUDFLARE_API_KEY: '' },
      ...{ TF_VAR_qualys_password: '', TF_VAR_taegis_keys: '' },
    };
    const page = await tributary(['doctor', 'nowhere'], env);
    expect(page.status).toBe(2);
    expect(page.stdout).toContain('Nothing was found that will fail, but not all could be told.');
    for (const what of [
      'gcloud auth application-default login',
      'AWS_PROFILE',
      'CLOUDFLARE_API_TOKEN',
      'TF_VAR_taegis_keys',
    ])
      expect(page.stdout).toContain(what);
    const json = await tributary(['doctor', 'nowhere', 'qualys-secops', '--json'], env);
    expect(json.status).toBe(2);
    const { summary, checks } = JSON.parse(json.stdout);
    expect(summary).toMatchObject({ ok: 0, willFail: 0, couldNotTell: 3 });
    expect(checks[0]).toMatchObject({ about: 'Qualys qualysapi.example.invalid', code: 'qualys-unreachable' });
  },
  TIMEOUT,
);

test(
  'run and backfill reach the collector of the environment, and end with the exit codes that help tells',
  async () => {
    const google = await startGoogleApis({ tokens: [TOKEN], jobs: [JOB] });
    const storage = await startCloudStorage([STATE_BUCKET]);
    const env = {
      CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDSCHEDULER: google.url,
      CLOUDSDK_API_ENDPOINT_OVERRIDES_LOGGING: google.url,
      CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE: storage.url,
    };
    try {
      google.denied.add('logging.logEntries.list');
      const blind = await tributary(['run', 'here', 'qualys-secops', 'alerts', '--json'], env);
      expect(blind.status).toBe(2);
      expect(JSON.parse(blind.stdout)).toMatchObject({
        job: JOB,
        run: null,
        couldNotTell: expect.stringContaining('roles/logging.viewer on the project acme-secops'),
      });
      expect(google.requests.filter(({ line }) => line === `POST /v1/${JOB}:run`)).toHaveLength(1);

      const state = { since: '2026-02-01T00:00:00Z', cursor: '1', cursorDate: null, pending: null, drainedAt: null };
      storage.objects.set(`${STATE_BUCKET}/alerts.json`, {
        content: Buffer.from(JSON.stringify(state)),
        generation: 1,
        metadata: {},
      });
      const window = ['--from', '2026-01-01', '--to', '2026-01-08'];
      const backfill = await tributary(['backfill', 'here', 'qualys-secops', 'alerts', ...window], env);
      expect(backfill).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(/^The backfill 20260101T000000Z-20260108T000000Z is requested\.\n/),
      });
      expect([...storage.objects.keys()]).toContain(
        `${STATE_BUCKET}/requests/alerts/20260101T000000Z-20260108T000000Z.json`,
      );
    } finally {
      await google.close();
      await storage.close();
    }
  },
  TIMEOUT,
);
