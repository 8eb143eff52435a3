/**
 * `cdktf synth` of this project, against the cdktf template's app (`npx ts-node main.ts`, TypeScript 5.9: ts-node does
 * not run on 7) on the same code. Pairs in turn, so that a slow moment of the machine meets both.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PAIRS = 5;
const root = fileURLToPath(new URL('..', import.meta.url));
const tsNode = join(root, 'bench', 'ts-node');
const cdktf = join(root, 'node_modules', 'cdktf-cli', 'bundle', 'bin', 'cdktf');
// The compiler is named: ts-node would else take the project's own.
const template = `npx --prefix bench/ts-node ts-node --project bench/ts-node/tsconfig.json --compiler "${join(tsNode, 'node_modules', 'typescript')}" main.ts`;

export default function bench() {
  if (!existsSync(join(tsNode, 'node_modules'))) run('npm', ['ci', '--no-audit', '--no-fund'], tsNode);
  const output = mkdtempSync(join(tmpdir(), 'tributary-bench-'));
  const apps = { tributary: [], 'ts-node': ['--app', template] };
  const times = { tributary: [], 'ts-node': [] };
  try {
    for (let pair = 0; pair <= PAIRS; pair++)
      for (const [name, options] of Object.entries(apps)) {
        const seconds = time(() => run(process.execPath, [cdktf, 'synth', ...options, '--output', output], root));
        // The first pair fills caches and is not counted.
        if (pair > 0) times[name].push(seconds);
        console.error(`${pair === 0 ? 'warm-up' : `pair ${pair}`}  ${name.padEnd(9)}  ${seconds.toFixed(2)} s`);
      }
  } finally {
    rmSync(output, { recursive: true });
  }
  const ratios = times['ts-node'].map((seconds, pair) => seconds / times.tributary[pair]);
  console.log(`cdktf synth, ${PAIRS} pairs, median (minimum to maximum):`);
  for (const [name, values] of Object.entries(times)) console.log(`  ${name.padEnd(9)}  ${spread(values)} s`);
  console.log(`  ts-node / tributary  ${spread(ratios)} times`);
}

function time(action) {
  const started = performance.now();
  action();
  return (performance.now() - started) / 1000;
}

function run(command, args, cwd) {
  const env = { ...process.env, CHECKPOINT_DISABLE: '1', DISABLE_VERSION_CHECK: '1', CI: '1' };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`);
}

function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index) => (sorted[index] ?? 0).toFixed(2);
  return `${at(Math.floor(sorted.length / 2))} (${at(0)} to ${at(sorted.length - 1)})`;
}
