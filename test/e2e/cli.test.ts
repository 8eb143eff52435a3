import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../environments/root';
import { readReadiness } from './readiness';

const { folder } = readReadiness();
const environments = join(folder, 'cli-environments');

/** `./tributary`, as a user runs it. */
function tributary(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(projectRoot, 'tributary'), ...args], {
    env: { ...process.env, TRIBUTARY_ENVIRONMENTS: environments, ...env },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test('--help tells the verbs and the exit codes', () => {
  const { status, stdout } = tributary(['--help']);
  expect(status).toBe(0);
  expect(stdout).toMatch(/init.*\n[\s\S]*local[\s\S]*Exit codes: 0 good; 1/);
}, 30_000);

test('an unknown verb gets a suggestion and exit code 1; with --json the error is a document', () => {
  expect(tributary(['lcal'])).toEqual({
    status: 1,
    stdout: '',
    stderr: expect.stringContaining('Did you mean local?'),
  });
  const { status, stdout, stderr } = tributary(['lcal', '--json']);
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  expect(JSON.parse(stdout).error).toContain("unknown command 'lcal'");
}, 30_000);

test('init writes the file that it names, and not over it', () => {
  const { status, stdout } = tributary(['init', 'first', '--pipeline', 'cloudtrail-cortex', '--json']);
  expect(status).toBe(0);
  expect(existsSync(JSON.parse(stdout).file)).toBe(true);
  expect(tributary(['init', 'first'])).toEqual({
    status: 1,
    stdout: '',
    stderr: expect.stringMatching(/first\.yaml is there already.*\n$/),
  });
}, 30_000);

test('local without Terraform says what to install, without a stack trace', () => {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  symlinkSync(process.execPath, join(bin, 'node'));
  const { status, stdout, stderr } = tributary(['local'], { PATH: bin });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/Terraform 1\.11 or newer/);
  expect(stderr).not.toMatch(/^\s+at /m);
}, 30_000);
