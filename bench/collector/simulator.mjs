/**
 * One simulator in a process of its own, compiled: `simulator.mjs qualys <alerts> <latencyMs> <username> <password>
 * [<hosts> <detections of each>]` or `simulator.mjs storage`. Prints its URL, and ends when its standard input does.
 */
import { startCloudStorage } from '../../dist/test/simulators/cloud-storage.js';
import { startQualysSimulator } from '../../dist/test/simulators/qualys.js';

const [kind, alerts, latencyMs, username, password, hosts = 0, detections = 0] = process.argv.slice(2);
const { url } =
  kind === 'qualys'
    ? await startQualysSimulator({
        alerts: Number(alerts),
        hosts: { count: Number(hosts), detections: Number(detections), qids: 20_000 },
        latencyMs: Number(latencyMs),
        username,
        password,
        record: false,
      })
    : await startCloudStorage(['logs', 'state'], { keepContent: false });
console.log(url);
process.stdin.resume();
process.stdin.once('end', () => process.exit());
