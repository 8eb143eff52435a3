import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../../environments/root';

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A command as a user runs it.
 * @param env laid over this process's; a variable that is undefined in it is not inherited
 * @param input what is piped in. Default: nothing
 */
export function tributary(env: NodeJS.ProcessEnv, args: readonly string[], input = ''): Promise<CommandResult> {
  const child = spawn(process.execPath, [join(projectRoot, 'tributary'), ...args], { env: { ...process.env, ...env } });
  const [stdout, stderr] = [child.stdout, child.stderr].map((stream) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    return () => Buffer.concat(chunks).toString();
  }) as [() => string, () => string];
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, stdout: stdout(), stderr: stderr() }));
  });
}
