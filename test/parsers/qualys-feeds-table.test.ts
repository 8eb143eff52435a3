import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { compileParser } from '../../cbn/engine';
import { runExtended } from '../../cbn/extended';
import { projectRoot } from '../../environments/root';
import { feeds } from '../../functions/qualys/feeds';
import { createOlderApi } from '../../functions/qualys/older-api';
import { runFeed } from '../../functions/qualys/run';
import type { Effects } from '../../functions/qualys/run-context';
import { MemoryStore } from '../functions/qualys/memory-store';

/** An asset and a detection, as Qualys has them: no two values are the same. */
const ASSET = {
  id: 20_000_001,
  qwebHostId: 5_000_001,
  modified: '2026-02-28T11:00:00Z',
  fqdn: 'host.corp.example',
  address: '192.0.2.5',
  os: 'Ubuntu Linux 22.04',
  criticalityScore: 4,
  networkInterface: {
    list: [
      {
        HostAssetInterface: {
          gatewayAddress: '192.0.2.254',
          address: '192.0.2.5',
          macAddress: '00:00:5e:00:53:01',
        },
      },
      {
        HostAssetInterface: {
          gatewayAddress: '198.51.100.254',
          address: '198.51.100.5',
          macAddress: '00:00:5e:00:53:02',
        },
      },
    ],
  },
};
const HOST = '<HOST><ID>5000001</ID><ASSET_ID>20000001</ASSET_ID><IP>192.0.2.5</IP><DNS>host-1</DNS>%</HOST>' as const;
const DETECTION =
  '<DETECTION><UNIQUE_VULN_ID>77</UNIQUE_VULN_ID><QID>38005</QID><TYPE>Confirmed</TYPE><SEVERITY>5</SEVERITY>' +
  '<PORT>443</PORT><PROTOCOL>tcp</PROTOCOL><STATUS>Re-Opened</STATUS>' +
  '<FIRST_FOUND_DATETIME>2026-01-02T03:04:05Z</FIRST_FOUND_DATETIME>' +
  '<LAST_FOUND_DATETIME>2026-02-03T04:05:06Z</LAST_FOUND_DATETIME></DETECTION>';
const VULN =
  '<VULN><QID>38005</QID><TITLE>A title</TITLE><CATEGORY>A category</CATEGORY>' +
  '<CVE_LIST><CVE><ID>CVE-2025-48005</ID></CVE><CVE><ID>CVE-2025-48006</ID></CVE></CVE_LIST>' +
  '<CVSS><BASE>7.5</BASE></CVSS><CVSS_V3><BASE>9.8</BASE><VECTOR_STRING>CVSS:3.1/AV:N</VECTOR_STRING></CVSS_V3></VULN>';

const document = (root: string, content: string) => `<${root}><RESPONSE>${content}</RESPONSE></${root}>`;
const LISTS: readonly [path: RegExp, document: string][] = [
  [
    /vm\/detection/,
    document(
      'HOST_LIST_VM_DETECTION_OUTPUT',
      `<HOST_LIST>${HOST.replace('%', `<DETECTION_LIST>${DETECTION}</DETECTION_LIST>`)}</HOST_LIST>`,
    ),
  ],
  [/knowledge_base/, document('KNOWLEDGE_BASE_VULN_LIST_OUTPUT', `<VULN_LIST>${VULN}</VULN_LIST>`)],
];

const client: Effects['client'] = {
  ...createOlderApi({
    open: async (path) => {
      const [, answer = ''] = LISTS.find(([pattern]) => pattern.test(path)) ?? [];
      const body = (async function* () {
        yield Buffer.from(answer);
      })();
      return { status: 200, headers: { 'content-type': 'text/xml' }, body };
    },
    redact: (text) => text,
  }),
  count: async () => undefined,
  search: async () => ({
    asOf: Date.now(),
    page: async () => ({
      records: [{ id: '20000001', date: ASSET.modified, json: Buffer.from(JSON.stringify({ HostAsset: ASSET })) }],
      hasMore: false,
    }),
  }),
};

/** The one record that a feed stores. */
async function collected(feed: 'assets' | 'findings'): Promise<object> {
  const store = new MemoryStore();
  const { error } = await runFeed(
    feeds[feed],
    {
      initialLookbackSeconds: 86_400,
      settlingSeconds: 0,
      reserveCallsPercent: 0,
      timeBudgetSeconds: 600,
      sweeps: { everySeconds: 3600, fullEverySeconds: 3600 },
      versions: { detection: '5.0', knowledgeBase: '4.0', cveDetection: '3.0' },
    },
    {
      client,
      store,
      credentials: { fingerprint: () => '', matches: () => false },
      now: Date.now,
      sleep: async () => {},
      random: () => 1,
      signal: new AbortController().signal,
      log: () => {},
    },
  );
  expect(error).toBeUndefined();
  const [record, ...others] = store.records<object>();
  expect(others).toEqual([]);
  return record ?? {};
}

/** What the extension, over the stand-in for the prebuilt parser, makes of a record. */
function eventOf(parser: string, record: object): object {
  const read = (name: string) => readFileSync(join(projectRoot, 'parsers', parser, name), 'utf8');
  const compile = (name: string) => compileParser({ name, text: read(name) });
  const run = runExtended(compile('parser.conf'), compile('extension.conf'), JSON.stringify(record));
  // That the extension's lists take the place of the parser's is meant.
  const unmeant = run.problems.filter(({ code }) => code !== 'extension-replaces-list');
  expect([run.error, unmeant]).toEqual([undefined, []]);
  return run.events[0]?.event ?? {};
}

/** Every value at a path: `a.b`, `a[].b`, `a/b`, and `a[Key]` of a map or of labels. */
function valuesAt(value: unknown, path: string): string[] {
  const steps = path.match(/\[[^\]]*\]|[^./[\]]+/g) ?? [];
  let found: unknown[] = [value];
  for (const step of steps) {
    const key = step.startsWith('[') ? step.slice(1, -1) : step;
    if (key === '') found = found.flat();
    else found = found.flat().flatMap((one) => stepInto(one, key));
  }
  return found.flat().map(String);
}

function stepInto(value: unknown, key: string): unknown[] {
  const fields = value as Record<string, unknown>;
  if (fields.key === key) return [fields.value];
  return fields[key] === undefined ? [] : [fields[key]];
}

interface Row {
  what: string;
  source: string;
  object: string;
  udm: string;
}

/** Rows of the table whose heading begins so, in the page of the pipeline. */
function rowsOf(heading: string): Row[] {
  const page = readFileSync(join(projectRoot, 'docs', 'qualys-secops.md'), 'utf8');
  const [, table = ''] = new RegExp(`\\n\\| ${heading} \\|[^\\n]*\\n\\|[-|]+\\n((?:\\|[^\\n]*\\n)+)`).exec(page) ?? [];
  return table
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [, what = '', source = '', object = '', udm = ''] = line.split('|').map((cell) => cell.trim());
      const bare = (cell: string) => cell.replaceAll('`', '');
      return { what, source: bare(source), object: bare(object), udm: bare(udm) };
    });
}

const withoutPrefix = (value: string) => value.replace(/^Qualys:/, '');

describe('the six properties of an asset', () => {
  const rows = rowsOf('asset');

  test('stand in the table', () => {
    expect(rows.map(({ what }) => what)).toEqual([
      'gateway address',
      'FQDN',
      'IP addresses',
      'MAC addresses',
      'operating system',
      'Qualys criticality',
    ]);
  });

  test.each(rows.map((row) => [row.what, row] as const))('%s', async (_, { source, object, udm }) => {
    const values = valuesAt(ASSET, source);
    expect(values.length).toBeGreaterThan(0);
    const record = await collected('assets');
    expect(valuesAt(record, object)).toEqual(values);
    expect(valuesAt(entityOf(record), udm)).toEqual(values);
  });
});

/** The entity of an event. */
function entityOf(record: object): unknown {
  return (eventOf('QUALYS_ASSET_CONTEXT/properties', record) as { idm: { entity: { entity: object } } }).idm.entity
    .entity;
}

describe('the fields of a finding', () => {
  const parser = new XMLParser({ parseTagValue: false });
  const sources = [HOST.replace('%', ''), DETECTION, VULN].map((xml) => parser.parse(xml));
  const rows = rowsOf('finding');

  test('stand in the table, with CVEs, score and dates', () => {
    expect(rows.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['QID', 'status', 'CVEs', 'CVSS score', 'first found', 'last found']),
    );
  });

  test.each(rows.map((row) => [row.what, row] as const))('%s', async (_, { source, object, udm }) => {
    const values = sources.flatMap((one) => valuesAt(one, source));
    expect(values.length).toBeGreaterThan(0);
    const record = await collected('findings');
    expect(valuesAt(record, object)).toEqual(values);
    const event = eventOf('QUALYS_VM/cves', record) as { idm: { readOnlyUdm: object } };
    const mapped = valuesAt(event.idm.readOnlyUdm, udm).map(withoutPrefix);
    // There is a vulnerability for each CVE.
    expect([...new Set(mapped)]).toEqual(values);
  });
});
