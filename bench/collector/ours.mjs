import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { unzipSync } from 'fflate';
import { NODE_OPTIONS } from '../../dist/functions/qualys/contract.js';

const READY_TIMEOUT_MS = 30_000;

/** The collector's bundle as it is deployed, unpacked into a folder that `remove` removes. */
export function unpackBundle(archive, { username, password }) {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-bench-'));
  const write = (name, content) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  };
  for (const [name, content] of Object.entries(unzipSync(readFileSync(archive)))) write(`function/${name}`, content);
  write('secrets/username', username);
  write('secrets/password', password);
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

/**
 * One run of the collector in a fresh process, started by the Functions Framework as Cloud Functions does, called once:
 * the time is that of the call.
 *
 * @param variables of the feed's own. Default: those of alerts
 */
export async function measureOurs({ root, folder, qualysUrl, storageUrl, variables = {} }) {
  const port = await freePort();
  const framework = join(root, 'node_modules', '@google-cloud', 'functions-framework', 'build', 'src', 'main.js');
  const child = spawn(
    process.execPath,
    [framework, `--source=${join(folder, 'function')}`, '--target=collect', '--signature-type=http', `--port=${port}`],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Nothing is inherited but what finds programs.
      env: {
        PATH: process.env.PATH,
        NODE_OPTIONS,
        FEED: 'alerts',
        QUALYS_API_URL: qualysUrl,
        LOGS_BUCKET: 'logs',
        STATE_BUCKET: 'state',
        QUALYS_USERNAME_FILE: join(folder, 'secrets', 'username'),
        QUALYS_PASSWORD_FILE: join(folder, 'secrets', 'password'),
        INITIAL_LOOKBACK_SECONDS: '604800',
        SETTLING_SECONDS: '0',
        RESERVE_CALLS_PERCENT: '0',
        TIME_BUDGET_SECONDS: '3600',
        STORAGE_EMULATOR_HOST: storageUrl,
        ...variables,
      },
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output = (output + chunk).slice(-4000);
    });
  try {
    await ready(port, () => child.exitCode !== null);
    if (variables.FEED === undefined) await beginFeed(storageUrl);
    const begun = performance.now();
    const { code, alerts, ...rest } = JSON.parse(await call(port, 'POST', '/'));
    const seconds = (performance.now() - begun) / 1000;
    if (code !== 'collected') throw new Error(`The collector ended with ${code}: ${rest.message}`);
    return { alerts, seconds, peakBytes: peakBytes(child.pid) };
  } catch (error) {
    throw new Error(`${error.message}\n${output}`);
  } finally {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
}

/** A feed that has begun, as it has before every run but its first. */
async function beginFeed(storageUrl) {
  const since = new Date(Date.now() - 7 * 86_400_000).toISOString().replace(/\.\d{3}Z$/, 'Z');
  const state = { since, cursor: '0', cursorDate: null, pending: null, drainedAt: null };
  const { ok } = await fetch(`${storageUrl}/upload/storage/v1/b/state/o?uploadType=media&name=alerts.json`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(state),
  });
  if (!ok) throw new Error('The storage did not take the state.');
}

/** The most memory that a process has had so far; undefined where /proc does not tell. */
function peakBytes(pid) {
  const file = `/proc/${pid}/status`;
  const [, kilobytes] = (existsSync(file) && /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(file, 'utf8'))) || [];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

async function ready(port, hasEnded) {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  for (;;) {
    // The framework answers this path itself; any other would start a run.
    const answered = await call(port, 'GET', '/robots.txt').catch(() => undefined);
    if (answered !== undefined) return;
    if (hasEnded() || performance.now() > deadline) throw new Error('The collector did not start.');
    await sleep(20);
  }
}

/** The body of the answer. Unlike fetch, it waits for as long as it takes. */
function call(port, method, path) {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, method, path, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.once('end', () => resolve(body));
      response.once('error', reject);
    });
    asked.once('error', reject);
    asked.end();
  });
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
