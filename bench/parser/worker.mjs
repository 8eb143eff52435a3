/** `worker.mjs <parser> <logs>`: runs a parser over that many logs, and JSON.parse beside it, in turn; prints figures. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileParser } from '../../dist/cbn/engine.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const [subject, count] = process.argv.slice(2);
const logs = Number(count);
const PIECE = 10_000;

const read = (file) => readFileSync(join(root, 'parsers', file), 'utf8');
const linesOf = (file) => read(file).trimEnd().split('\n');
const parser = compileParser({ name: 'parser.conf', text: read(`${subject}/parser.conf`) });
const alerts = linesOf('QUALYS_CONTINUOUS_MONITORING/improved/logs/alerts.log');
// Squid's own lines without the one that is none.
const samples = subject.startsWith('squid')
  ? linesOf(`${subject}/logs/access.log`).filter((line) => /^\d+\./.test(line))
  : alerts;

/** Lines as they come from a file: each a text of its own, as no cache of the engine's could know. */
const fresh = (lines, from) =>
  Array.from({ length: PIECE }, (_, index) => {
    const line = lines[(from + index) % lines.length];
    return line.startsWith('{')
      ? line.replace(/"id":\d+/, `"id":${10_000 + from + index}`)
      : line.replace(/^\d+/, (time) => Number(time) + from + index);
  });

let events = 0;
const nanoseconds = { parser: 0n, json: 0n };
const time = (what, run) => {
  const started = process.hrtime.bigint();
  run();
  nanoseconds[what] += process.hrtime.bigint() - started;
};

function piece(from) {
  const own = fresh(samples, from);
  const others = fresh(alerts, from);
  time('parser', () => {
    for (const log of own) events += parser.run(log).events.length;
  });
  time('json', () => {
    for (const line of others) events += JSON.parse(line) === undefined ? 1 : 0;
  });
}

piece(0);
piece(PIECE);
events = 0;
nanoseconds.parser = nanoseconds.json = 0n;
for (let from = 0; from < logs; from += PIECE) piece(from);
if (events !== logs) throw new Error(`${logs} logs gave ${events} events`);
global.gc?.();
const perSecond = (what) => logs / (Number(nanoseconds[what]) / 1e9);
console.log(
  JSON.stringify({
    parser: perSecond('parser'),
    json: perSecond('json'),
    bytes: Math.round(alerts.reduce((sum, line) => sum + Buffer.byteLength(line), 0) / alerts.length),
    heap: process.memoryUsage().heapUsed,
    resident: process.resourceUsage().maxRSS * 1024,
  }),
);
