/**
 * Logs a second of the parsers of Squid and Qualys on one core, beside JSON.parse of the lines of Qualys in the same run,
 * and the memory of 1,000,000 logs beside that of 10,000. Seconds are those of the processor. Each parser has a process of its
 * own, as one has that runs over a file.
 */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './collector/process.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const SUBJECTS = [
  'squid/verbatim',
  'squid/corrected',
  'QUALYS_CONTINUOUS_MONITORING/parity',
  'QUALYS_CONTINUOUS_MONITORING/improved',
];
const FEW = 10_000;
const MANY = Number(process.env.BENCH_LOGS ?? 1_000_000);

const worker = fileURLToPath(new URL('./parser/worker.mjs', import.meta.url));

/** One measurement in a process of its own: the memory of one is none of another's. */
function measure(subject, logs) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', worker, subject, String(logs)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${subject}: ${stderr}`);
  return JSON.parse(stdout);
}

const whole = (number) => Math.round(number).toLocaleString('en');
const median = (numbers) => numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];

export default async function bench() {
  run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc')], root);
  for (const subject of SUBJECTS) {
    const rounds = [];
    for (let round = 1; round <= ROUNDS; round++) {
      const result = measure(subject, 200_000);
      rounds.push(result);
      console.log(
        `round ${round}  ${subject}  ${whole(result.parser)} logs/s (fastest thousand ${whole(result.fastest)})  JSON.parse ${whole(result.json)} lines/s  ${(result.json / result.parser).toFixed(1)} times as long`,
      );
    }
    const speeds = rounds.map(({ parser }) => parser);
    const ratios = rounds.map(({ json, parser }) => json / parser);
    console.log(
      `${subject}: ${whole(median(speeds))} logs/s (${whole(Math.min(...speeds))} to ${whole(Math.max(...speeds))}), ${median(ratios).toFixed(1)} times as long as JSON.parse of an alert of ${rounds[0].bytes} bytes\n`,
    );
  }
  const [few, many] = [FEW, MANY].map((logs) => measure('QUALYS_CONTINUOUS_MONITORING/improved', logs));
  console.log(
    `memory held after ${whole(FEW)} logs ${(few.heap / 1e6).toFixed(1)} MB, after ${whole(MANY)} ${(many.heap / 1e6).toFixed(1)} MB; at most resident ${(few.resident / 1e6).toFixed(0)} MB and ${(many.resident / 1e6).toFixed(0)} MB`,
  );
}
