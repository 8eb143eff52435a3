import { type QualysSimulator, type QualysSimulatorOptions, startQualysSimulator } from './qualys';
import { faults } from './qualys-faults';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const AUTHORIZATION = `Basic ${Buffer.from('u:p').toString('base64')}`;

let simulator: QualysSimulator;
afterEach(() => simulator.close());

async function start(options: Partial<QualysSimulatorOptions> = {}): Promise<void> {
  const hosts = { count: 5, detections: 2 };
  simulator = await startQualysSimulator({
    alerts: 0,
    hosts,
    username: 'u',
    password: 'p',
    newest: new Date(NOW),
    now: () => NOW,
    ...options,
  });
}

async function post(path: string, body: string, contentType = 'application/x-www-form-urlencoded') {
  const response = await fetch(`${simulator.url}${path}`, {
    method: 'POST',
    headers: {
      Authorization: AUTHORIZATION,
      'X-Requested-With': 'test',
      Accept: 'application/json',
      'Content-Type': contentType,
    },
    body,
  });
  return { status: response.status, text: await response.text() };
}

const DETECTIONS = '/api/5.0/fo/asset/host/vm/detection/';
const KNOWLEDGE = '/api/4.0/fo/knowledge_base/vuln/';
const count = (text: string, tag: string) => text.split(`<${tag}>`).length - 1;

describe('the list of detections', () => {
  it('has all hosts, ascending, and no warning where there are no more', async () => {
    await start();
    const { status, text } = await post(DETECTIONS, 'action=list');
    expect([status, count(text, 'HOST'), count(text, 'DETECTION'), count(text, 'WARNING')]).toEqual([200, 5, 10, 0]);
    const ids = [...text.matchAll(/<HOST><ID>(\d+)</g)].map(([, id]) => Number(id));
    expect(ids).toEqual(simulator.hosts().map(({ hostId }) => hostId));
  });

  it('is cut at its limit, with the address of the rest, or without', async () => {
    await start({ faults: [{}, faults.truncationWithoutUrl()] });
    const next = simulator.hosts()[2]?.hostId;
    expect((await post(DETECTIONS, 'action=list&truncation_limit=2')).text).toContain(
      `<CODE>1980</CODE><TEXT>2 record limit exceeded. Use URL to get next batch of results.</TEXT><URL><![CDATA[https://qualysapi.example.com${DETECTIONS}?action=list&truncation_limit=2&id_min=${next}]]></URL>`,
    );
    const without = await post(DETECTIONS, 'action=list&truncation_limit=2');
    expect(without.text).toContain('<CODE>1980</CODE>');
    expect(without.text).not.toContain('<URL>');
    expect(count((await post(DETECTIONS, `action=list&id_min=${next}`)).text, 'HOST')).toBe(3);
  });

  it('has hosts that were processed since, and no list at all where there are none', async () => {
    await start();
    simulator.touchHost(3);
    const since = (moment: string) => post(DETECTIONS, `action=list&vm_processed_after=${moment}`);
    expect(count((await since('2026-03-01T11:59:59Z')).text, 'HOST')).toBe(2);
    expect((await since('2026-03-01T12:00:00Z')).text).not.toContain('HOST_LIST>');
  });

  it('bears ids of its own in version 5, and tells of the end of earlier ones', async () => {
    await start();
    expect((await post(DETECTIONS, 'action=list')).text).toContain('<UNIQUE_VULN_ID>');
    const { text } = await post(DETECTIONS.replace('5.0', '2.0'), 'action=list');
    expect(text).not.toContain('<UNIQUE_VULN_ID>');
    expect(text).toContain('end of service');
  });

  it.each([
    ['a parameter that it does not know', 'action=list&details=All', 1901],
    ['an empty parameter', 'action=list&id_min=', 1905],
    ['no action', 'status=New', 1903],
  ])('refuses %s', async (_name, body, code) => {
    await start();
    const { status, text } = await post(DETECTIONS, body);
    expect([status, text]).toEqual([400, expect.stringContaining(`<CODE>${code}</CODE>`)]);
  });

  it('is by CVE under another path', async () => {
    await start();
    const { text } = await post('/api/3.0/fo/asset/host/vm/cve_detection/', 'action=list&status=New');
    expect(text).toMatch(/<HOST_LIST_CVE_VM_DETECTION_OUTPUT>.*<VULN_CVE>CVE-2025-/s);
    expect(text).not.toContain('<QID>');
  });
});

describe('the KnowledgeBase', () => {
  it('knows most of the vulnerabilities that hosts have, some with CVEs', async () => {
    await start();
    const { text } = await post(KNOWLEDGE, 'action=list&ids=38001,38005,38009');
    expect(count(text, 'VULN')).toBe(2);
    expect(text).toContain('<![CDATA[CVE-2025-48005]]>');
    expect((await post(KNOWLEDGE, 'action=list&ids=38009')).text).not.toContain('VULN_LIST>');
  });

  it('tells of a modification late, if it is told to', async () => {
    await start();
    simulator.modifyKnowledge(38_005, 'Renamed', new Date(NOW + 1));
    const modified = () => post(KNOWLEDGE, 'action=list&last_modified_after=2026-02-28T00:00:00Z');
    expect(count((await modified()).text, 'VULN')).toBe(0);
    simulator.modifyKnowledge(38_005, 'Renamed');
    expect((await modified()).text).toContain('<![CDATA[Renamed]]>');
  });

  it('refuses to page, and whom it is not granted to', async () => {
    await start();
    expect((await post(KNOWLEDGE, 'action=list&truncation_limit=10')).status).toBe(400);
    await simulator.close();
    await start({ knowledgeBaseRefused: 409 });
    expect(await post(KNOWLEDGE, 'action=list&ids=38005')).toEqual({ status: 409, text: '' });
  });
});

describe('host assets', () => {
  const search = (verb: string, criteria: string) =>
    post(
      `/qps/rest/2.0/${verb}/am/hostasset`,
      `<ServiceRequest><preferences><limitResults>2</limitResults></preferences><filters>${criteria}</filters></ServiceRequest>`,
      'text/xml',
    );

  it('come by pages after an id, and can be counted', async () => {
    await start();
    const first = JSON.parse((await search('search', '')).text).ServiceResponse;
    expect([first.hasMoreRecords, first.data.length]).toEqual(['true', 2]);
    const after = `<Criteria field="id" operator="GREATER">${first.lastId}</Criteria>`;
    const second = JSON.parse((await search('search', after)).text).ServiceResponse;
    expect(second.data[0].HostAsset.id).toBe(simulator.hosts()[2]?.assetId);
    expect(JSON.parse((await search('count', '')).text).ServiceResponse.count).toBe(5);
  });

  it('are found by when they were updated, in whole seconds', async () => {
    await start();
    const since = (moment: string) =>
      search('count', `<Criteria field="updated" operator="GREATER">${moment}</Criteria>`);
    expect(JSON.parse((await since('2026-03-01T11:59:59Z')).text).ServiceResponse.count).toBe(1);
    expect(JSON.parse((await since('2026-03-01T12:00:00Z')).text).ServiceResponse.count).toBe(0);
  });

  it('are refused by a field that cannot be searched', async () => {
    await start();
    const { text } = await search('search', '<Criteria field="modified" operator="GREATER">x</Criteria>');
    expect(text).toContain('INVALID_REQUEST');
  });
});

it('asks for a login as the older API does', async () => {
  await start({ password: 'another' });
  const { status, text } = await post(DETECTIONS, 'action=list');
  expect([status, text]).toEqual([401, expect.stringContaining('<CODE>2000</CODE>')]);
});
