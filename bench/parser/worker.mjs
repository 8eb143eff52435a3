/** `worker.mjs <parser> <logs>`: runs a parser over that many logs, and JSON.parse beside it, in turn; prints figures. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileParser } from '../../dist/cbn/engine.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const [subject, count] = process.argv.slice(2);
const logs = Number(count);
/** Logs at a time: who runs a parser over a file does not hold more lines of it, which the collector would copy around. */
const PIECE = 1000;
const WARM_UP = 20_000;

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
/**
 * Of the processor, by piece. What else runs on the machine takes none of it, but shares the caches: the more runs, the
 * longer a mean piece takes than the fastest, up to twice as long, while a loop of sums alone takes as long as ever. Neither
 * the collector, which takes a twentieth, nor code that is compiled anew makes that difference.
 */
const microseconds = { parser: [], json: [] };
const time = (what, run) => {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  microseconds[what].push(user + system);
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

for (let from = 0; from < WARM_UP; from += PIECE) piece(from);
events = 0;
microseconds.parser = [];
microseconds.json = [];
for (let from = 0; from < logs; from += PIECE) piece(from);
if (events !== logs) throw new Error(`${logs} logs gave ${events} events`);
global.gc?.();
const perSecond = (what) => logs / (microseconds[what].reduce((sum, one) => sum + one, 0) / 1e6);
console.log(
  JSON.stringify({
    parser: perSecond('parser'),
    json: perSecond('json'),
    fastest: PIECE / (Math.min(...microseconds.parser) / 1e6),
    bytes: Math.round(alerts.reduce((sum, line) => sum + Buffer.byteLength(line), 0) / alerts.length),
    heap: process.memoryUsage().heapUsed,
    resident: process.resourceUsage().maxRSS * 1024,
  }),
);
