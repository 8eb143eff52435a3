import type { QualysRecord } from './answer';
import { assetCache } from './asset-cache';
import { checkLine } from './batch';
import { compareIds } from './client';
import { CollectorError } from './contract';
import type { Feed } from './feeds';
import { KnowledgeBase } from './knowledge-base';
import type { Host, HostPage, HostSearch } from './older-api';
import { PageSize } from './page-size';
import { isReserve, type Range, type ReadingEnd } from './pages';
import { hasTime, type Run } from './run-context';
import { patiently } from './waiting';

/** Hosts of a page at most: Qualys' default. */
const PAGE_HOSTS = 1000;

/** Bytes of a page at which the rest is asked for in the next one: it bounds the memory. */
const PAGE_BYTES = 12 * 1024 * 1024;

/** Hosts whose records are made at a time, unless one of them has as much as this in bytes. */
const PORTION_HOSTS = 100;
const PORTION_BYTES = 2 * 1024 * 1024;

/** All of them: without, Qualys leaves out what is fixed. */
const STATUSES = 'New,Active,Fixed,Re-Opened';

/**
 * Detections, a record for each host and detection, for the SecOps log type `QUALYS_VM` ("Host List Detection",
 * docs.qualys.com/en/vm/api/assets/host_lists/host_detection.htm).
 */
export const findings: Feed = {
  name: 'findings',
  sweeps: true,
  requestTimeoutSeconds: 300,
  read: readFindings,
  // The other API counts no hosts; those that were scanned are about those with new results.
  counted: (since) => ({
    path: '/qps/rest/2.0/search/am/hostasset',
    criteria: [{ field: 'lastVulnScan', operator: 'GREATER', value: since }],
  }),
  date: () => '',
  line: ({ json }) => json,
};

/** A run looks once whether there is a grant, and what was modified. */
const knowledgeBases = new WeakMap<Run, Promise<KnowledgeBase>>();

async function* readFindings(range: Range, run: Run): AsyncGenerator<QualysRecord[], ReadingEnd> {
  const opened = knowledgeBases.get(run) ?? KnowledgeBase.open(run);
  knowledgeBases.set(run, opened);
  const knowledge = await opened;
  const joiner = new Joiner(knowledge, run);
  const size = new PageSize(PAGE_HOSTS, PAGE_BYTES);
  let { after } = range;
  for (;;) {
    const page = await askPage(searchOf(range, after, knowledge, run), size, run);
    run.summary.pages += 1;
    // A warning need not be there, or be known as one.
    const hasMore = page.hasMore || page.hosts.length >= size.hosts;
    size.learn({ hosts: page.hosts.length, bytes: bytesOf(page), cut: page.cut });
    const { through } = range;
    const hosts = through === undefined ? page.hosts : page.hosts.filter(({ id }) => compareIds(id, through) <= 0);
    for (const portion of portions(hosts)) {
      const records = hasTime(run) ? await joiner.recordsOf(portion) : undefined;
      if (!records) return 'out of time';
      if (records.length > 0) yield records;
    }
    const last = page.hosts.at(-1)?.id ?? page.goesOnAfter;
    if (!hasMore || (through !== undefined && last !== undefined && compareIds(last, through) >= 0)) return 'complete';
    // The same question would get the same answer.
    if (last === undefined || compareIds(last, after) <= 0) {
      throw new CollectorError('empty_page', `Qualys promises hosts after id ${after} but sends none.`);
    }
    after = last;
    if (isReserve(page.calls, run)) {
      throw new CollectorError('reserve_kept', `Of ${page.calls?.limit} calls ${page.calls?.remaining} remain.`);
    }
    if (!hasTime(run)) return 'out of time';
  }
}

function searchOf(range: Range, after: string, { isGranted }: KnowledgeBase, run: Run): Omit<HostSearch, 'limit'> {
  const { versions } = run.limits;
  const asked = { status: STATUSES, show_asset_id: '1', vm_processed_after: range.since };
  return {
    ...(isGranted
      ? {
          path: `/api/${versions?.detection}/fo/asset/host/vm/detection/`,
          root: 'HOST_LIST_VM_DETECTION_OUTPUT',
          parameters: { ...asked, show_results: '0' },
        }
      : {
          path: `/api/${versions?.cveDetection}/fo/asset/host/vm/cve_detection/`,
          root: 'HOST_LIST_CVE_VM_DETECTION_OUTPUT',
          parameters: asked,
        }),
    after,
    ...(range.through !== undefined && { through: range.through }),
    maxBytes: PAGE_BYTES,
  };
}

/** A page, of fewer hosts after each time-out. */
function askPage(search: Omit<HostSearch, 'limit'>, size: PageSize, run: Run): Promise<HostPage> {
  const { effects } = run;
  return patiently(
    run,
    () => effects.client.hosts({ ...search, limit: size.hosts }, effects.signal),
    ({ code }) => {
      if (code === 'timed_out') size.tooSlow();
    },
  );
}

function bytesOf({ hosts }: HostPage): number {
  return hosts.reduce((bytes, { json, detections }) => bytes + json.length + detections.length, 0);
}

function* portions(hosts: readonly Host[]): Generator<Host[]> {
  let portion: Host[] = [];
  let bytes = 0;
  for (const host of hosts) {
    portion.push(host);
    bytes += host.detections.length;
    if (portion.length < PORTION_HOSTS && bytes < PORTION_BYTES) continue;
    yield portion;
    [portion, bytes] = [[], 0];
  }
  if (portion.length > 0) yield portion;
}

/** Joins hosts and their detections to what else is known of them. */
class Joiner {
  private readonly assets;

  constructor(
    private readonly knowledge: KnowledgeBase,
    run: Run,
  ) {
    this.assets = assetCache(run);
  }

  /** A record for each host that has detections; undefined if the time was not enough. */
  async recordsOf(hosts: readonly Host[]): Promise<QualysRecord[] | undefined> {
    const known = this.knowledge.isGranted ? await this.knowledge.of(qidsOf(hosts)) : new Map<number, string>();
    if (!known) return undefined;
    const assets = await this.assets.get(hosts.map(({ id }) => Number(id)));
    return hosts
      .filter(({ qids }) => qids.length > 0)
      .map((host) => ({
        id: host.id,
        date: undefined,
        json: linesOf(host, assets.get(Number(host.id)), known),
        lines: host.qids.length,
      }));
  }
}

function* qidsOf(hosts: readonly Host[]): Generator<number> {
  for (const { qids } of hosts) yield* qids;
}

const LINE_END = 0x0a;

/** `{"HOST":{…},"ASSET":{…},"DETECTION":{…},"KNOWLEDGE_BASE":{…}}`, a line for each detection. */
function linesOf(host: Host, asset: string | undefined, known: ReadonlyMap<number, string>): Buffer {
  const head = Buffer.concat([
    Buffer.from('{"HOST":'),
    host.json,
    Buffer.from(`${asset === undefined ? '' : `,"ASSET":${asset}`},"DETECTION":`),
  ]);
  const parts: Buffer[] = [];
  let begin = 0;
  for (const [index, qid] of host.qids.entries()) {
    const lineEnd = host.detections.indexOf(LINE_END, begin);
    const end = lineEnd === -1 ? host.detections.length : lineEnd;
    const knowledge = known.get(qid) ?? knowledgeOfCve(host.cves[index]);
    const tail = Buffer.from(`${knowledge === undefined ? '' : `,"KNOWLEDGE_BASE":${knowledge}`}}`);
    checkLine(host.id, { length: head.length + end - begin + tail.length });
    if (index > 0) parts.push(Buffer.of(LINE_END));
    parts.push(head, host.detections.subarray(begin, end), tail);
    begin = end + 1;
  }
  return Buffer.concat(parts);
}

/** In the place of the KnowledgeBase's: what the list by CVE says itself. */
function knowledgeOfCve(cve: string | undefined): string | undefined {
  return cve ? JSON.stringify({ CVE_LIST: [cve] }) : undefined;
}
