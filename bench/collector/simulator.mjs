/**
 * One simulator in a process of its own, compiled: `simulator.mjs qualys <alerts> <latencyMs> <username> <password>` or
 * `simulator.mjs storage`. Prints its URL, and ends when its standard input does.
 */
import { startCloudStorage } from '../../dist/test/simulators/cloud-storage.js';
import { startQualysSimulator } from '../../dist/test/simulators/qualys.js';

const [kind, alerts, latencyMs, username, password] = process.argv.slice(2);
const { url } =
  kind === 'qualys'
    ? await startQualysSimulator({
        alerts: Number(alerts),
        latencyMs: Number(latencyMs),
        username,
        password,
        record: false,
      })
    : await startCloudStorage(['logs', 'state'], { keepContent: false });
console.log(url);
process.stdin.resume();
process.stdin.once('end', () => process.exit());
