/**
 * What no serial collector can beat: asks for the same pages one after the other and throws them away. Arguments: base
 * URL of Qualys, user name and password. Prints JSON: `alerts` and `seconds`.
 */
import { Agent, request } from 'node:http';

const [url, username, password] = process.argv.slice(2);
const since = new Date(Date.now() - 7 * 86_400_000).toISOString().replace(/\.\d{3}Z$/, 'Z');
const options = {
  method: 'POST',
  agent: new Agent({ keepAlive: true, maxSockets: 1 }),
  headers: {
    Accept: 'application/json',
    Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
    'Content-Type': 'text/xml',
    'X-Requested-With': 'wire',
  },
};
/** More than the envelope of a page, which stands before its data. */
const ENVELOPE_BYTES = 300;

/** Reads all of a page and gives its beginning. */
function page(after) {
  return new Promise((resolve, reject) => {
    const asked = request(`${url}/qps/rest/1.0/search/cm/alert/`, options, (response) => {
      let beginning = '';
      response.on('data', (chunk) => {
        if (beginning.length < ENVELOPE_BYTES) beginning += chunk.toString('latin1', 0, ENVELOPE_BYTES);
      });
      response.once('end', () => resolve(beginning));
      response.once('error', reject);
    });
    asked.once('error', reject);
    asked.end(
      '<ServiceRequest><preferences><limitResults>1000</limitResults></preferences><filters>' +
        `<Criteria field="alertDate" operator="GREATER">${since}</Criteria>` +
        `<Criteria field="id" operator="GREATER">${after}</Criteria></filters></ServiceRequest>`,
    );
  });
}

const begun = performance.now();
let alerts = 0;
let lastId = '0';
while (lastId !== undefined) {
  const beginning = await page(lastId);
  const [, count] = /^\{"ServiceResponse":\{"responseCode":"SUCCESS","count":(\d+)/.exec(beginning) ?? [];
  if (count === undefined) throw new Error(`Qualys answered: ${beginning}`);
  alerts += Number(count);
  // There is one with more records only.
  lastId = /"lastId":(\d+)/.exec(beginning)?.[1];
}
console.log(JSON.stringify({ alerts, seconds: (performance.now() - begun) / 1000 }));
options.agent.destroy();
