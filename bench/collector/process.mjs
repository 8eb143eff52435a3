import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Runs to its end, and gives what it printed. @throws with what it wrote, if it fails */
export function run(command, args, cwd = here) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw error ?? new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`);
  return stdout;
}

/** Runs a command that prints one line of JSON. This process does nothing meanwhile. */
export const measure = (command, args) => JSON.parse(run(command, args));

/** Starts one of the simulators; `stop` ends it. */
export async function startSimulator(...args) {
  const child = spawn(process.execPath, [join(here, 'simulator.mjs'), ...args.map(String)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [url] = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    once(child, 'exit').then(() => Promise.reject(new Error(`The simulator ${args[0]} did not start.`))),
  ]);
  return {
    url,
    async stop() {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

/** Path of a Python that has the packages of collector.py; they are installed when they are missing. */
export function python() {
  const venv = join(here, '.venv');
  const path = join(venv, 'bin', 'python');
  if (!existsSync(path) || spawnSync(path, ['-c', 'import requests']).status !== 0) {
    console.error('Making a Python environment in bench/collector/.venv');
    run('python3', ['-m', 'venv', '--clear', venv]);
    run(path, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', 'requirements.txt']);
  }
  return path;
}
