import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../../environments/root';
import { startGoogleProject } from '../../simulators/google-project';

const TOKEN = 'ya29.an-access-token';
/** A command takes a second or two to compile and synthesize, and several on a busy machine. */
const TIMEOUT = 120_000;

const folder = mkdtempSync(join(tmpdir(), 'tributary-adopt-verb-'));
const file = join(folder, 'here.yaml');
writeFileSync(
  file,
  'environment: here\nprotected: false\nbackend: { local: {} }\n' +
    'qualys: { project: acme-secops, region: europe-west3, apiUrl: qualysapi.qualys.eu }\n',
);
afterAll(() => rmSync(folder, { recursive: true }));

/** `./tributary adopt`, as a user runs it; the simulator answers meanwhile. */
function adopt(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const variables = { ...process.env, TRIBUTARY_ENVIRONMENTS: folder, GOOGLE_OAUTH_ACCESS_TOKEN: TOKEN, ...env };
  return new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
    execFile(
      process.execPath,
      [join(projectRoot, 'tributary'), 'adopt', ...args],
      { env: variables },
      (error, stdout, stderr) => {
        expect(stdout + stderr).not.toContain(TOKEN);
        expect(stderr).not.toMatch(/^\s+at /m);
        resolve({ status: Number(error?.code ?? 0), stdout, stderr });
      },
    );
  });
}

test(
  'adopt takes in what stands under the names that the stack gives',
  async () => {
    const google = await startGoogleProject({ tokens: [TOKEN], project: 'acme-secops' });
    try {
      const name = 'acme-secops-here-qualys-logs';
      google.buckets.push({ project: 'acme-secops', name, location: 'EUROPE-WEST3' });
      const services = ['CLOUDFUNCTIONS', 'CLOUDSCHEDULER', 'IAM', 'SECRETMANAGER', 'STORAGE'];
      const overrides = services.map((service) => [`CLOUDSDK_API_ENDPOINT_OVERRIDES_${service}`, google.url]);
      const { status, stdout } = await adopt(['here', 'qualys-secops', '--json'], Object.fromEntries(overrides));
      expect({ status, lines: JSON.parse(stdout).lines }).toEqual({
        status: 0,
        lines: [{ line: 4, text: `qualys.import.logs: ${name}` }],
      });
      expect(readFileSync(file, 'utf8')).toContain(`, import: { logs: ${name} } }\n`);
    } finally {
      await google.close();
    }
  },
  TIMEOUT,
);

test(
  'the pipelines that can take something in are named',
  async () => {
    const { status, stderr } = await adopt(['here', 'no-pipeline']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/Allowed choices are cloudtrail-cortex, qualys-secops, logpush-taegis/);
  },
  TIMEOUT,
);

test(
  'a pipeline that the environment does not have is told',
  async () => {
    const { status, stderr } = await adopt(['here', 'cloudtrail-cortex']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/here\.yaml has no section cloudtrail/);
  },
  TIMEOUT,
);
