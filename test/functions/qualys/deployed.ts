import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { freePort, plainEnvironment, startServer } from '../../../cli/local/process';
import { bundleFunction } from '../../../constructs/google/function-bundle';
import { projectRoot } from '../../../environments/root';
import { ENTRY_POINT, LOG_EVENTS, NODE_OPTIONS } from '../../../functions/qualys/contract';

export const username = 'api-user_7';
export const password = 'päss:<wörd>';

export interface Run {
  /** Of the HTTP answer. */
  status: number;
  body: Record<string, unknown>;
  /** Log lines of this run. */
  lines: Record<string, unknown>[];
  /** The one line that ends it. */
  end: Record<string, unknown>;
}

export interface Deployed {
  /** Calls the function. No secret may be in what it answers and logs. */
  run(): Promise<Run>;
  signal(signal: NodeJS.Signals): void;
  /** Whether it still listens. */
  isRunning(): boolean;
  setPassword(password: string): void;
  stop(): Promise<void>;
}

/** The bundle as it is deployed, started by the Functions Framework as Cloud Run starts it. */
export async function deploy(variables: Record<string, string>): Promise<Deployed> {
  const folder = mkdtempSync(join(tmpdir(), 'collector-'));
  const bundle = bundleFunction({ root: projectRoot, entry: 'functions/qualys/main.ts', nodeMajor: 22 });
  for (const [name, content] of Object.entries(unzipSync(readFileSync(bundle.path)))) {
    writeFileSync(join(folder, name), content);
  }
  mkdirSync(join(folder, 'secrets'));
  const secret = (name: string, value: string) => writeFileSync(join(folder, 'secrets', name), `${value}\n`);
  secret('username', username);
  secret('password', password);

  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const framework = join(projectRoot, 'node_modules/@google-cloud/functions-framework/build/src/main.js');
  const server = await startServer({
    name: 'The Qualys collector',
    command: process.execPath,
    args: [framework, `--source=${folder}`, `--target=${ENTRY_POINT}`, '--signature-type=http', `--port=${port}`],
    env: {
      ...plainEnvironment(),
      NODE_OPTIONS,
      FEED: 'alerts',
      LOGS_BUCKET: 'logs',
      STATE_BUCKET: 'state',
      QUALYS_USERNAME_FILE: join(folder, 'secrets', 'username'),
      QUALYS_PASSWORD_FILE: join(folder, 'secrets', 'password'),
      INITIAL_LOOKBACK_SECONDS: '604800',
      SETTLING_SECONDS: '0',
      RESERVE_CALLS_PERCENT: '10',
      TIME_BUDGET_SECONDS: '5',
      ...variables,
    },
    // The framework answers this path itself; any other would start a run.
    readyUrl: `${url}/robots.txt`,
  });

  return {
    async run() {
      const trace = randomBytes(16).toString('hex');
      const response = await fetch(url, { method: 'POST', headers: { 'X-Cloud-Trace-Context': `${trace}/1` } });
      const answer = await response.text();
      const output = server.lastOutput();
      for (const text of [username, password, 'wörd', Buffer.from(`${username}:${password}`).toString('base64')]) {
        if (`${output}${answer}`.includes(text)) throw new Error(`a secret is told: ${output}${answer}`);
      }
      const lines = output
        .split('\n')
        .filter((line) => line.includes(trace))
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      const ends = lines.filter(({ event }) => event === LOG_EVENTS.run);
      if (ends.length !== 1 || !ends[0]) throw new Error(`a run has one line at its end: ${output}`);
      return { status: response.status, body: JSON.parse(answer), lines, end: ends[0] };
    },
    signal: (signal) => process.kill(server.pid, signal),
    isRunning() {
      try {
        return process.kill(server.pid, 0);
      } catch {
        return false;
      }
    },
    setPassword: (value) => secret('password', value),
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
