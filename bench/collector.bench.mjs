/**
 * The Qualys collector as it is deployed, against two things that run in turn with it on the same simulators:
 *
 * - python: a straightforward collector with `requests` (collector/collector.py);
 * - wire: a process that asks for the same pages and throws them away, which no serial collector can beat.
 *
 * Then once more with the most alerts and a server that answers after some milliseconds, as one does that is not on the
 * same machine: what the collector does meanwhile then costs no time.
 *
 * `BENCH_SIZES` (alerts, default `10000,100000,1000000`) and `BENCH_ROUNDS` (counted rounds of the sizes below a million,
 * default 5; a first one warms up; a million has one round) change what is run.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measureOurs, unpackBundle } from './collector/ours.mjs';
import { measure, python, run, startSimulator } from './collector/process.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const SIZES = (process.env.BENCH_SIZES ?? '10000,100000,1000000').split(',').map(Number);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const LARGE = 1_000_000;
/** With it the wire brings some 50,000 alerts a second; the API itself takes seconds for a page. */
const LATENCY_MS = 15;
const CREDENTIALS = { username: 'bench-user', password: 'bench-password' };

export default async function bench() {
  if (![ROUNDS, ...SIZES].every((value) => Number.isInteger(value) && value > 0))
    throw new Error('BENCH_ROUNDS is a whole number, and BENCH_SIZES are some, with commas between them.');
  run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc')], root);
  const { bundleFunction } = await import('../dist/constructs/google/function-bundle.js');
  const { path } = bundleFunction({ root, entry: 'functions/qualys/main.ts', nodeMajor: 22 });
  const bundle = unpackBundle(path, CREDENTIALS);
  const interpreter = python();
  const results = [];
  try {
    for (const [size, latencyMs] of [...SIZES.map((size) => [size, 0]), [Math.max(...SIZES), LATENCY_MS]])
      results.push({ size, latencyMs, rounds: await roundsOf(size, latencyMs, bundle.folder, interpreter) });
  } finally {
    bundle.remove();
  }
  report(results);
}

async function roundsOf(size, latencyMs, folder, interpreter) {
  const credentials = Object.values(CREDENTIALS);
  const qualys = await startSimulator('qualys', size, latencyMs, ...credentials);
  const contestants = {
    ours: (storageUrl) => measureOurs({ root, folder, qualysUrl: qualys.url, storageUrl }),
    python: (storageUrl) => measure(interpreter, ['collector.py', qualys.url, storageUrl, ...credentials]),
    wire: () => measure(process.execPath, ['wire.mjs', qualys.url, ...credentials]),
  };
  const warmUps = size < LARGE ? 1 : 0;
  const all = warmUps + (size < LARGE ? ROUNDS : 1);
  const rounds = [];
  try {
    for (let round = 1 - warmUps; rounds.length < all; round++) {
      const results = {};
      for (const [name, contestant] of Object.entries(contestants)) {
        const result = await withStorage(contestant);
        if (result.alerts !== size) throw new Error(`${name} collected ${result.alerts} alerts of ${size}`);
        results[name] = result;
        const which = round === 0 ? 'warm-up' : `round ${round}`;
        console.error(`${count(size).padStart(9)}  ${which}  ${name.padEnd(6)}  ${result.seconds.toFixed(2)} s`);
      }
      rounds.push(results);
    }
  } finally {
    await qualys.stop();
  }
  return rounds.slice(warmUps);
}

/** Each measurement has a storage of its own, or the collector would find its state of the last one. */
async function withStorage(contestant) {
  const storage = await startSimulator('storage');
  try {
    return await contestant(storage.url);
  } finally {
    await storage.stop();
  }
}

function report(results) {
  const rows = results.map(({ size, latencyMs, rounds }) => {
    const ratio = (other) => rounds.map((round) => round[other].seconds / round.ours.seconds);
    return [
      `${count(size)}${latencyMs > 0 ? ` at ${latencyMs} ms` : ''}`,
      ...['ours', 'python', 'wire'].map((name) => count(size / median(rounds.map((round) => round[name].seconds)))),
      spread(ratio('python')),
      spread(ratio('wire')),
      ...['ours', 'python'].map((name) => megabytes(peak(rounds, name))),
    ];
  });
  const head = ['alerts', 'ours', 'python', 'wire', 'ours / python', 'ours / wire', 'ours', 'python'];
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)));
  const line = (cells) => cells.map((cell, column) => cell.padStart(widths[column])).join('   ');
  console.log(
    `Alerts a second (median of ${ROUNDS} rounds, of 1 from ${count(LARGE)} on), their ratios round by round (median, ` +
      'minimum to maximum), and peak memory in MB:',
  );
  for (const row of [head, ...rows]) console.log(line(row));
  const [first, last] = [results.at(0), results.at(-2)];
  if (first === last) return;
  for (const name of ['ours', 'python']) {
    const growth = peak(last.rounds, name) / peak(first.rounds, name);
    console.log(`memory of ${name} at ${count(last.size)} / at ${count(first.size)}: ${growth.toFixed(2)}`);
  }
}

/** In bytes; NaN where the system does not tell. */
const peak = (rounds, name) => median(rounds.map((round) => round[name].peakBytes ?? Number.NaN));

const megabytes = (bytes) => (Number.isNaN(bytes) ? 'not measured' : (bytes / 2 ** 20).toFixed(0));

/** As people read it: 12,500. */
const count = (value) => Math.round(value).toLocaleString('en');

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index) => sorted[index].toFixed(2);
  return `${at(Math.floor(sorted.length / 2))} (${at(0)} to ${at(sorted.length - 1)})`;
}
