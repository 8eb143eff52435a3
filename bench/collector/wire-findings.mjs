/**
 * What no serial collector of findings can beat: asks for the same pages of hosts one after the other and throws them
 * away, without what the KnowledgeBase knows. Arguments: base URL of Qualys, user name and password. Prints JSON: `pages`
 * and `seconds`.
 */
import { Agent, request } from 'node:http';

const [url, username, password] = process.argv.slice(2);
const since = new Date(Date.now() - 90 * 86_400_000).toISOString().replace(/\.\d{3}Z$/, 'Z');
const options = {
  method: 'POST',
  agent: new Agent({ keepAlive: true, maxSockets: 1 }),
  headers: {
    Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
    'Content-Type': 'application/x-www-form-urlencoded',
    'X-Requested-With': 'wire',
  },
};
/** More than what stands behind the hosts of a page. */
const END_CHARACTERS = 2000;

/** Reads all of a page and gives its end. */
function page(idMin) {
  return new Promise((resolve, reject) => {
    const asked = request(`${url}/api/5.0/fo/asset/host/vm/detection/`, options, (response) => {
      let end = '';
      response.on('data', (chunk) => {
        end = (end + chunk.toString('latin1', Math.max(0, chunk.length - END_CHARACTERS))).slice(-END_CHARACTERS);
      });
      response.once('end', () => resolve(end));
      response.once('error', reject);
    });
    asked.once('error', reject);
    asked.end(
      `action=list&status=New%2CActive%2CFixed%2CRe-Opened&show_asset_id=1&show_results=0&vm_processed_after=${encodeURIComponent(since)}&id_min=${idMin}&truncation_limit=1000`,
    );
  });
}

const begun = performance.now();
let pages = 0;
let idMin = '1';
while (idMin !== undefined) {
  const end = await page(idMin);
  if (!end.trimEnd().endsWith('</HOST_LIST_VM_DETECTION_OUTPUT>')) throw new Error(`Qualys answered: ${end}`);
  pages += 1;
  idMin = /[?&]id_min=(\d+)\]\]>/.exec(end)?.[1];
}
console.log(JSON.stringify({ pages, seconds: (performance.now() - begun) / 1000 }));
options.agent.destroy();
