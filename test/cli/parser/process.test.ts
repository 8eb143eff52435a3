import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../../../environments/root';

/** A command takes a second or two to compile, and several on a busy machine. */
const TIMEOUT = 120_000;
const ALERT = `${JSON.stringify({ Alert: { id: 1, ipAddress: '192.0.2.1', eventDate: '2026-02-03T04:05:06Z' } })}\n`;

/** `./tributary parser …`, as a user runs it. @param most bytes of standard output that are read before it is closed */
function tributary(args: readonly string[], input: string, most = Number.POSITIVE_INFINITY) {
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    const child = spawn(process.execPath, [join(projectRoot, 'tributary'), 'parser', ...args]);
    const told = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => {
      told.stdout += chunk;
      if (told.stdout.length > most) child.stdout.destroy();
    });
    child.stderr.on('data', (chunk) => {
      told.stderr += chunk;
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.on('close', (code) => resolve({ code, ...told }));
  });
}

test(
  'logs of standard input, and the exit code of one that fails',
  async () => {
    const good = await tributary(['run', 'QUALYS_CONTINUOUS_MONITORING/improved', '-', '--json'], ALERT);
    expect(good.code).toBe(0);
    expect(JSON.parse(good.stdout)).toMatchObject({
      log: 1,
      event: { timestamp: '2026-02-03T04:05:06Z', idm: { readOnlyUdm: { principal: { ip: ['192.0.2.1'] } } } },
    });
    const bad = await tributary(['run', 'QUALYS_CONTINUOUS_MONITORING/parity', '-'], ALERT.replace('T04', ' at '));
    expect(bad.code).toBe(1);
    expect(bad.stdout).toContain('1 log: 0 events, 1 failed.\n');
  },
  TIMEOUT,
);

test(
  'a reader that has enough ends the command quietly, and what is wrong is one JSON document',
  async () => {
    const cut = await tributary(['run', 'squid/verbatim', '-', '--json'], 'x\n'.repeat(200_000), 1_000);
    expect(cut.code).toBe(1);
    expect(cut.stderr).not.toMatch(/EPIPE|^\s+at /m);
    const wrong = await tributary(['run', 'squid', '--json'], '');
    expect(wrong).toMatchObject({ code: 1, stderr: '' });
    expect(JSON.parse(wrong.stdout).error).toBe('squid has 2 parsers: name one of squid/corrected, squid/verbatim.');
  },
  TIMEOUT,
);
