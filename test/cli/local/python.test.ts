import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensurePythonVenv } from '../../../cli/local/python';
import { projectRoot } from '../../../environments/root';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'venv-'));
});
afterEach(() => rm(root, { recursive: true }));

test('an environment made from the same requirements is reused', async () => {
  const requirements = join(root, 'requirements.txt');
  await writeFile(requirements, 'six==1.17.0\n');
  await mkdir(join(root, '.venv', 'bin'), { recursive: true });
  await writeFile(join(root, '.venv', 'bin', 'python'), '');
  const stamp = createHash('sha256').update('six==1.17.0\n').digest('hex');
  await writeFile(join(root, '.venv', 'requirements.sha256'), stamp);
  const steps: string[] = [];
  const venv = await ensurePythonVenv({ root, requirements, onProgress: (text) => steps.push(text) });
  expect(venv).toEqual({ folder: join(root, '.venv'), python: join(root, '.venv', 'bin', 'python') });
  expect(steps).toEqual([]);
});

test('without Python the user is told what to install', async () => {
  await expect(ensurePythonVenv({ root, env: { PATH: root } })).rejects.toMatchObject({
    name: 'UserError',
    message: expect.stringMatching(/Python 3\.10 or newer is needed.*found: none on the PATH[\s\S]*Install it/),
  });
});

test.each([
  ['2.7', 'python3 is 2.7'],
  ['3.9', 'python3 is 3.9'],
])('Python %s is too old', async (version, told) => {
  await writeFile(join(root, 'python3'), `#!/bin/sh\necho ${version}\n`, { mode: 0o755 });
  await expect(ensurePythonVenv({ root, env: { PATH: root } })).rejects.toThrow(told);
});

test('a failed installation shows the end of what pip wrote, and leaves nothing behind', async () => {
  const python = [
    '#!/bin/sh',
    'case "$*" in',
    '  *version_info*) echo 3.12 ;;',
    '  *"-m venv"*) /bin/mkdir -p "$4/bin"; /bin/cp "$0" "$4/bin/python" ;;',
    '  *"-m pip"*) echo "ERROR: No matching distribution found" >&2; exit 1 ;;',
    'esac',
  ];
  await writeFile(join(root, 'python3'), python.join('\n'), { mode: 0o755 });
  await expect(ensurePythonVenv({ root, env: { PATH: root } })).rejects.toMatchObject({
    name: 'UserError',
    message: expect.stringMatching(/pip could not install[\s\S]*ERROR: No matching distribution found/),
  });
  expect(await readdir(join(root, '.local'))).toEqual([]);
});

test('every required package is pinned exactly', async () => {
  const file = await readFile(join(projectRoot, 'test', 'simulators', 'requirements.txt'), 'utf8');
  const packages = file.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(packages.filter((line) => !/^[\w-]+==[\w.]+( ; .+)?$/.test(line))).toEqual([]);
});
