import { type ChildProcess, spawn } from 'node:child_process';
import { get as getHttp } from 'node:http';
import { get as getHttps } from 'node:https';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server that was started here and answers. */
export interface ServerProcess {
  readonly pid: number;
  /** The last lines of what the server wrote, standard output and standard error together. */
  lastOutput(): string;
  /** Ends the server and all that it started: SIGTERM, then SIGKILL. Calling it again, or after a crash, is fine. */
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** What the server is, for error messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment of the server: nothing is inherited. */
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** The server is ready when this URL answers with a status below 500. */
  readonly readyUrl: string;
  /** Certificate in PEM that is trusted there, when it is an https URL. */
  readonly readyCa?: string;
  /** Time to become ready, in milliseconds. Default: 30000. */
  readonly readyTimeoutMs?: number;
}

const READY_TIMEOUT_MS = 30_000;
const POLL_INTERVAL_MS = 50;
/** Between SIGTERM and SIGKILL. The emulators keep everything in memory: there is nothing to save. */
const GRACE_MS = 2_000;
const KEPT_LINES = 30;

/**
 * A leader of a process group that outlives its parent in no case, not even after SIGKILL of the parent, which no exit
 * hook sees (and jest shows tests a copy of `process` whose hooks never run). Standard input is a pipe that only the
 * parent holds. When the pipe closes, `cat` ends and the group is told to end; `exec` makes the shell the server itself,
 * so that process id, exit code and signals are the server's own.
 */
const TIED_TO_PARENT = [
  'exec 3<&0 </dev/null',
  "(trap '' TERM; cat <&3 >/dev/null 2>&1; kill -TERM 0; sleep 2; kill -KILL 0) &",
  'exec 3<&- "$@"',
].join('\n');

/**
 * Starts a server in a process group of its own and waits until it answers.
 *
 * @throws Error when the server cannot be started, ends early or does not answer in time: with its last lines.
 */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const { name, command, args, env, cwd } = options;
  const output = new LastLines(KEPT_LINES);
  const child = spawn('/bin/sh', ['-c', TIED_TO_PARENT, 'sh', command, ...args], {
    cwd,
    env,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdout.on('data', (chunk: Buffer) => output.add(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.add(chunk));
  // Writing never happens; but the pipe breaks when the server ends first, and an unheard error would end the parent.
  child.stdin.on('error', () => undefined);

  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    child.once('exit', (code, signal) =>
      resolve(signal === null ? `ended with exit code ${code}` : `ended by ${signal}`),
    );
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${name} ${await ended}`);
  // What the server started, and the shell that watches the parent, must go with it.
  void ended.then(() => signalGroup(pid, 'SIGKILL'));

  const server: ServerProcess = {
    pid,
    lastOutput: () => output.text(),
    stop: () => stopGroup(pid, child, ended),
  };
  try {
    await waitUntilReady(options, ended);
    return server;
  } catch (error) {
    await server.stop();
    throw new Error(`${(error as Error).message}\n${output.text() || '(it wrote nothing)'}`);
  }
}

/**
 * A TCP port of 127.0.0.1 that is free now. Another process can take it before the server does: then the server ends
 * early and says so.
 */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null
          ? resolve(address.port)
          : reject(new Error('the system gave no port of 127.0.0.1')),
      );
    });
  });
}

/**
 * The few variables that any program needs, from this process: what else the user has set (credentials, proxies, Python
 * paths) does not reach a server that is given only these.
 */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const names = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LC_ALL', 'TZ'];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

async function waitUntilReady(options: ServerOptions, ended: Promise<string>): Promise<void> {
  const { name, readyUrl: url, readyCa: ca, readyTimeoutMs: timeoutMs = READY_TIMEOUT_MS } = options;
  const deadline = Date.now() + timeoutMs;
  let end: string | undefined;
  void ended.then((how) => {
    end = how;
  });
  let answer = 'no answer';
  while (Date.now() < deadline) {
    if (end !== undefined) throw new Error(`${name} ${end} before it answered at ${url}. Its last lines:`);
    const status = await statusOf(url, ca, deadline - Date.now());
    // Another program may have taken the port: then ours has ended, or is about to, and the next turn sees it.
    if (status !== undefined && status < 500 && end === undefined) return;
    answer = status === undefined ? 'no answer' : `status ${status}`;
    await sleep(POLL_INTERVAL_MS);
  }
  throw new Error(`${name} did not become ready within ${timeoutMs / 1000} s: ${answer} at ${url}. Its last lines:`);
}

/** Undefined without an answer. (`fetch` would not take a certificate to trust.) */
function statusOf(url: string, ca: string | undefined, timeoutMs: number): Promise<number | undefined> {
  const get = url.startsWith('https:') ? getHttps : getHttp;
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(Math.max(1, timeoutMs));
    get(url, { ca, agent: false, signal }, (response) => {
      response.resume();
      response.once('error', () => resolve(undefined));
      response.once('end', () => resolve(response.statusCode));
    }).once('error', () => resolve(undefined));
  });
}

async function stopGroup(pid: number, child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    signalGroup(pid, 'SIGTERM');
    const patience = new AbortController();
    await Promise.race([ended, sleep(GRACE_MS, undefined, { signal: patience.signal }).catch(() => undefined)]);
    patience.abort();
    if (child.exitCode === null && child.signalCode === null) signalGroup(pid, 'SIGKILL');
  }
  await ended;
  child.stdin?.destroy();
}

function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    // Nobody is left in the group (or, on macOS, only dead ones that nobody has waited for).
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

class LastLines {
  private lines: string[] = [];
  private unfinished = '';

  constructor(private readonly limit: number) {}

  add(chunk: Buffer): void {
    const parts = (this.unfinished + chunk.toString('utf8')).split('\n');
    this.unfinished = parts.pop() ?? '';
    this.lines = [...this.lines, ...parts].slice(-this.limit);
  }

  text(): string {
    return [...this.lines, this.unfinished].join('\n').trim();
  }
}
