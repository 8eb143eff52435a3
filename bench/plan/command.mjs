import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stripVTControlCharacters } from 'node:util';

/** Of a command that failed. */
const SHOWN_LINES = 40;

/**
 * Runs a command to its end while this process goes on serving.
 * @param accepted exit codes that are no failure
 * @returns how long it took in seconds, its exit code and what it printed
 * @throws with the end of what it wrote, if it fails
 */
export async function timed(command, args, { cwd, env, accepted = [0] }) {
  const start = process.hrtime.bigint();
  const child = spawn(command, args, {
    ...{ cwd, env: { ...process.env, NO_COLOR: '1', ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  });
  const out = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'])
    child[stream].setEncoding('utf8').on('data', (text) => {
      out[stream] += text;
    });
  const [code] = await once(child, 'close');
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (!accepted.includes(code)) {
    const said = stripVTControlCharacters(out.stdout + out.stderr)
      .trim()
      .split('\n');
    throw new Error(`${command} ${args.join(' ')} failed:\n${said.slice(-SHOWN_LINES).join('\n')}`);
  }
  return { seconds, code, ...out };
}
