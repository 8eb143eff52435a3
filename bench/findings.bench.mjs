/**
 * The collector of findings as it is deployed, beside the wire: a process that asks for the same pages of hosts and throws
 * them away, which no serial collector can beat. The collector reads XML, asks the KnowledgeBase for 20,000
 * vulnerabilities, joins, compresses and stores besides.
 *
 * `BENCH_SIZES` (detections, default `100000,1000000,10000000`) changes what is run; each size has one round, the first
 * one more before it, to warm up.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measureOurs, unpackBundle } from './collector/ours.mjs';
import { measure, run, startSimulator } from './collector/process.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const SIZES = (process.env.BENCH_SIZES ?? '100000,1000000,10000000').split(',').map(Number);
/** What a host has in the mean where it is well tended. */
const DETECTIONS = 50;
/** In bytes: what the function may take of its 512 MiB, and never more, however many hosts there are. */
const MOST_MEMORY = 256 * 2 ** 20;
const CREDENTIALS = { username: 'bench-user', password: 'bench-password' };
const VARIABLES = {
  FEED: 'findings',
  INITIAL_LOOKBACK_SECONDS: String(90 * 86_400),
  SWEEP_SECONDS: '14400',
  FULL_SWEEP_SECONDS: '604800',
  DETECTION_API_VERSION: '5.0',
  KNOWLEDGE_BASE_API_VERSION: '4.0',
  CVE_DETECTION_API_VERSION: '3.0',
};

export default async function bench() {
  if (!SIZES.every((size) => Number.isInteger(size / DETECTIONS) && size > 0))
    throw new Error(`BENCH_SIZES are multiples of ${DETECTIONS}, with commas between them.`);
  run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc')], root);
  const { bundleFunction } = await import('../dist/constructs/google/function-bundle.js');
  const { path } = bundleFunction({ root, entry: 'functions/qualys/main.ts', nodeMajor: 22 });
  const bundle = unpackBundle(path, CREDENTIALS);
  const results = [];
  try {
    await round(SIZES[0], bundle.folder);
    for (const size of SIZES) results.push({ size, ...(await round(size, bundle.folder)) });
  } finally {
    bundle.remove();
  }
  report(results);
}

async function round(size, folder) {
  const credentials = Object.values(CREDENTIALS);
  const qualys = await startSimulator('qualys', 0, 0, ...credentials, size / DETECTIONS, DETECTIONS);
  const storage = await startSimulator('storage');
  try {
    const ours = await measureOurs({
      root,
      folder,
      qualysUrl: qualys.url,
      storageUrl: storage.url,
      variables: VARIABLES,
    });
    if (ours.alerts !== size) throw new Error(`The collector stored ${ours.alerts} findings of ${size}`);
    const wire = measure(process.execPath, ['wire-findings.mjs', qualys.url, ...credentials]);
    console.error(`${count(size).padStart(12)}  ours ${ours.seconds.toFixed(1)} s  wire ${wire.seconds.toFixed(1)} s`);
    return { ours, wire };
  } finally {
    await Promise.all([qualys.stop(), storage.stop()]);
  }
}

function report(results) {
  const rows = results.map(({ size, ours, wire }) => [
    count(size),
    count(size / ours.seconds),
    count(size / wire.seconds),
    (wire.seconds / ours.seconds).toFixed(2),
    megabytes(ours.peakBytes),
  ]);
  const head = ['detections', 'ours', 'wire', 'ours / wire', 'ours'];
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)));
  const line = (cells) => cells.map((cell, column) => cell.padStart(widths[column])).join('   ');
  console.log('Detections a second, their ratio, and peak memory in MB:');
  for (const row of [head, ...rows]) console.log(line(row));
  const peaks = results.map(({ ours }) => ours.peakBytes ?? 0);
  console.log(
    `memory at ${count(results.at(-1).size)} / at ${count(results[0].size)}: ${(peaks.at(-1) / peaks[0]).toFixed(2)}`,
  );
  if (Math.max(...peaks) > MOST_MEMORY) throw new Error(`The collector took more than ${megabytes(MOST_MEMORY)} MB.`);
}

const megabytes = (bytes) => (bytes === undefined ? 'not measured' : (bytes / 2 ** 20).toFixed(0));

/** As people read it: 12,500. */
const count = (value) => Math.round(value).toLocaleString('en');
