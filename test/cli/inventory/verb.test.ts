import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../../environments/root';

const EXTERNAL_ID = '7c1f4a52-6f0e-4a44-8f0c-b7a5d2f7b9e1';
/** A command takes a second or two to compile and synthesize, and several on a busy machine. */
const TIMEOUT = 120_000;

const folder = mkdtempSync(join(tmpdir(), 'tributary-inventory-'));
writeFileSync(
  join(folder, 'here.yaml'),
  `environment: here
protected: false
backend: { s3: { bucket: acme-state, region: eu-central-1 } }
cloudtrail:
  account: "111122223333"
  region: eu-central-1
  trail: create
  cortex: { externalId: ${EXTERNAL_ID} }
cloudflare:
  account: { id: 0123456789abcdef0123456789abcdef, datasets: [audit_logs] }
  zones: []
  taegis: { default: { url: "https://taegis.example.com/path" } }
`,
);
afterAll(() => rmSync(folder, { recursive: true }));

function inventory(...args: string[]) {
  const env = { ...process.env, TRIBUTARY_ENVIRONMENTS: folder, NO_COLOR: '1' };
  return new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
    execFile(
      process.execPath,
      [join(projectRoot, 'tributary'), 'inventory', ...args],
      { env, cwd: folder },
      (error, stdout, stderr) => {
        expect(stdout + stderr).not.toContain(EXTERNAL_ID);
        expect(stderr).not.toMatch(/^\s+at /m);
        resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr });
      },
    );
  });
}

test(
  'text or one JSON document, of all pipelines or of one',
  async () => {
    const text = await inventory('here');
    expect(text).toMatchObject({ status: 0, stdout: expect.stringMatching(/^here, 2 stacks: /) });
    expect(text.stdout).toContain('s3://acme-state/tributary/here-cloudtrail-cortex.tfstate');

    const json = await inventory('here', 'logpush-taegis', '--json');
    expect(json.status).toBe(0);
    expect(JSON.parse(json.stdout)).toMatchObject({
      environment: 'here',
      stacks: ['here-logpush-taegis'],
      unknown: [],
    });
  },
  TIMEOUT,
);

test(
  'Markdown, on standard output or in a file',
  async () => {
    const markdown = await inventory('here', 'cloudtrail-cortex', '--markdown');
    expect(markdown).toMatchObject({ status: 0, stdout: expect.stringMatching(/^# Inventory of here\n/) });
    const file = join(folder, 'inventory.md');
    const written = await inventory('here', 'cloudtrail-cortex', '--markdown', file);
    expect(written).toMatchObject({ status: 0, stdout: `${file} written.\n` });
    expect(readFileSync(file, 'utf8')).toBe(markdown.stdout);
  },
  TIMEOUT,
);

test(
  'what is wrong on the command line or with the environment is told',
  async () => {
    expect(await inventory('nowhere')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('nowhere.yaml not found. Environments here: here'),
    });
    expect((await inventory('here', 'qualys-secops')).stderr).toContain('here.yaml has no section qualys');
    const misplaced = await inventory('here', '--markdown', 'logpush-taegis');
    expect(misplaced).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('inventory here logpush-taegis --markdown'),
    });
    expect(existsSync(join(folder, 'logpush-taegis'))).toBe(false);
    const both = await inventory('here', '--markdown', '--json');
    expect(both.status).toBe(1);
    expect(JSON.parse(both.stdout).error).toContain('cannot be used with');
  },
  TIMEOUT,
);

test(
  'a file that cannot be written is told',
  async () => {
    const unwritable = await inventory('here', '--markdown', join(folder, 'no', 'file.md'));
    expect(unwritable).toMatchObject({ status: 1, stderr: expect.stringMatching(/could not be written: ENOENT/) });
  },
  TIMEOUT,
);
