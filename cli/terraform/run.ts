import { type ChildProcess, spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import { stripVTControlCharacters } from 'node:util';
import { UserError } from '../../environments/user-error';

/** How a run of Terraform ended. */
export interface TerraformResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Told each line of standard output while it runs. */
  readonly onLine?: (line: string) => void;
  /** More variables. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs Terraform, and ends what runs when the command is interrupted. */
export class TerraformCli {
  private readonly running = new Map<ChildProcess, Promise<unknown>>();
  private stopped = false;

  /**
   * @param command found on the PATH
   * @param env laid over this process's environment
   */
  constructor(
    private readonly command: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /**
   * @param folder where it runs
   * @throws UserError when it cannot be started, or stop() was called
   */
  async run(folder: string, args: readonly string[], { onLine, env = {} }: RunOptions = {}): Promise<TerraformResult> {
    if (this.stopped) throw new UserError('Interrupted: Terraform was not started any more.');
    const child = spawn(this.command, args, {
      cwd: folder,
      env: { ...process.env, ...this.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // Ctrl-C of a terminal goes to a whole process group, and a second signal makes Terraform drop all it does: it gets
      // its own group, and one signal, from stop().
      detached: true,
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    if (onLine) eachLine(child, onLine);
    const ended = new Promise<number>((resolve, reject) => {
      child.once('error', (error) => reject(new UserError(`Terraform could not be started: ${error.message}`)));
      child.once('close', (code) => resolve(code ?? 1));
    });
    this.running.set(child, ended);
    try {
      const code = await ended;
      return { code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
    } finally {
      this.running.delete(child);
    }
  }

  /**
   * Asks every run to end, which finishes what it has begun and unlocks the state, and waits for that. Each is asked once,
   * however often this is called, and no other is started any more.
   */
  async stop(): Promise<void> {
    const runs = [...this.running];
    if (!this.stopped) for (const [child] of runs) child.kill('SIGINT');
    this.stopped = true;
    await Promise.allSettled(runs.map(([, ended]) => ended));
  }

  /** Whether a run is under way. */
  get isBusy(): boolean {
    return this.running.size > 0;
  }

  /** Whether stop() was called. */
  get isStopped(): boolean {
    return this.stopped;
  }
}

function eachLine(child: ChildProcess, onLine: (line: string) => void): void {
  // A character may lie in two chunks.
  const decoder = new StringDecoder('utf8');
  let unfinished = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    const lines = (unfinished + decoder.write(chunk)).split('\n');
    unfinished = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  child.stdout?.once('end', () => {
    if (unfinished !== '') onLine(unfinished);
  });
}

/** What Terraform says in its error boxes: without frame, colours and empty ends. */
export function wordsOf(output: string): string {
  return stripVTControlCharacters(output)
    .split('\n')
    .map((line) => line.replace(/^[╷│╵]\s?/, '').trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
