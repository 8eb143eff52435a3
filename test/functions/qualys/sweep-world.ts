import type fc from 'fast-check';
import type { QualysRecord } from '../../../functions/qualys/answer';
import type { Search } from '../../../functions/qualys/client';
import { CollectorError, type State, type Sweep, stateObject } from '../../../functions/qualys/contract';
import { second, World } from './world';

/** A version of a host. */
interface Change {
  version: number;
  date: number;
  visibleAt: number;
}

interface Host {
  id: number;
  /** The first is how it came to be. */
  changes: Change[];
  removedAt: number;
}

/** A host as searches find it. */
interface Seen {
  id: number;
  version: number;
  date: number;
}

/** Without any detection, each so manieth host by its id. */
const WITHOUT_DETECTIONS = 5;

/** The KnowledgeBase knows the first of them only. */
const QIDS = [38_001, 38_002] as const;

/** A world of hosts that come, change, and go; what is stored of them is held against what each sweep promises. */
export class SweepWorld extends World {
  /** Version by id, of each sweep by its folder. */
  readonly swept = new Map<string, Map<number, number>>();
  private readonly hosts: Host[] = [];
  private open?: { sweep: Sweep; atBeginning: Seen[] };

  constructor(
    override readonly feed: 'assets' | 'findings',
    scheduler?: fc.Scheduler,
    private readonly isGranted = true,
  ) {
    super(scheduler);
  }

  add(latenessMs: number): void {
    const id = (this.hosts.at(-1)?.id ?? 0) + 1 + (this.hosts.length % 3);
    const change = { version: 0, date: this.clock, visibleAt: this.clock + latenessMs };
    this.hosts.push({ id, changes: [change], removedAt: Number.POSITIVE_INFINITY });
  }

  /** One of them changes now; searches find it so a little later. */
  change(index: number, latenessMs: number): void {
    const changes = this.hosts[index % Math.max(1, this.hosts.length)]?.changes;
    const version = changes?.at(-1)?.version ?? 0;
    // What is visible later cannot become so before what was earlier.
    const visibleAt = Math.max(this.clock + latenessMs, changes?.at(-1)?.visibleAt ?? 0);
    changes?.push({ version: version + 1, date: this.clock, visibleAt });
  }

  remove(index: number): void {
    const host = this.hosts[index % Math.max(1, this.hosts.length)];
    if (host) host.removedAt = Math.min(host.removedAt, this.clock);
  }

  hostIds(): number[] {
    return this.hosts.map(({ id }) => id);
  }

  /** Hosts whose last version is nowhere. */
  missing(): string[] {
    return this.visible()
      .filter(({ id }) => this.bears(id))
      .filter(({ id, version }) => ![...this.swept.values()].some((versions) => (versions.get(id) ?? -1) >= version))
      .map(({ id, version }) => `${id} v${version}`);
  }

  get state(): State | undefined {
    return this.states.get(stateObject(this.feed))?.state;
  }

  override find({ criteria, after }: Search, pageSize: number) {
    const since = criteria.find(({ field, operator }) => field === 'updated' && operator === 'GREATER')?.value ?? '';
    const until = criteria.find(({ field, operator }) => field === 'updated' && operator === 'LESSER')?.value;
    const found = this.changed(since, Number(after)).filter(({ date }) => until === undefined || second(date) < until);
    const records = found.slice(0, pageSize).map((host): QualysRecord => {
      const modified = second(host.date);
      const fields = { id: host.id, qwebHostId: host.id, modified, name: `v${host.version}` };
      return { id: String(host.id), date: modified, json: Buffer.from(JSON.stringify({ HostAsset: fields })) };
    });
    return { records, hasMore: found.length > pageSize, asOf: this.clock };
  }

  override document(
    path: string,
    form: URLSearchParams,
    { hosts, withUrl, isEmpty }: { hosts: number; withUrl: boolean; isEmpty: boolean },
  ): string {
    const [, version, list] = /^\/api\/(\d\.0)\/fo\/(.*)\/$/.exec(path) ?? [];
    if (list === 'knowledge_base/vuln') {
      if (!this.isGranted) throw new CollectorError('permission_missing', 'there is no grant');
      return knowledgeXml((form.get('ids') ?? '').split(',').map(Number));
    }
    const found = this.changed(form.get('vm_processed_after') ?? '', Number(form.get('id_min')) - 1);
    const page = isEmpty ? [] : found.slice(0, Math.min(hosts, Number(form.get('truncation_limit'))));
    const next = isEmpty ? form.get('id_min') : found[page.length]?.id;
    const isByCve = list === 'asset/host/vm/cve_detection';
    return hostsXml(
      isByCve ? 'HOST_LIST_CVE_VM_DETECTION_OUTPUT' : 'HOST_LIST_VM_DETECTION_OUTPUT',
      page.map((host) => hostXml(host, this.bears(host.id), isByCve, version === '5.0')),
      // As answers of versions that end bear it.
      [...(version === '5.0' ? [] : [warningXml('End of service.')]), ...(next ? [truncationXml(next, withUrl)] : [])],
    );
  }

  protected override take(name: string, lines: readonly object[]): void {
    const folder = name.slice(0, name.lastIndexOf('/'));
    const versions = this.swept.get(folder) ?? new Map<number, number>();
    this.swept.set(folder, versions);
    const seen = new Map(lines.map((line) => versionOf(line)));
    this.objects.set(name, [...seen.keys()]);
    for (const [id, version] of seen) {
      if (versions.has(id)) this.breach ??= `${id} is twice in ${folder}`;
      versions.set(id, version);
    }
    const expected = seen.size * (this.feed === 'findings' ? QIDS.length : 1);
    if (this.feed === 'findings' && !lines.every(hasItsCves)) this.breach ??= `${name} has other CVEs`;
    if (lines.length !== expected) this.breach ??= `${name} has ${lines.length} lines of ${expected}`;
  }

  /** What a sweep has passed is stored; and when it ends, all that it was to see, as it was or newer. */
  protected override check({ sweep, cursor }: State): void {
    if (sweep && this.open?.sweep.id !== sweep.id) {
      if (this.open) this.breach ??= `${sweep.id} begins while ${this.open.sweep.id} is open`;
      this.open = { sweep, atBeginning: this.visible().filter(({ date }) => second(date) > sweep.from) };
    }
    if (!this.open) return;
    const { sweep: present, atBeginning } = this.open;
    const versions = this.swept.get(`${this.feed}/dt=${present.begunAt.slice(0, 10)}/${present.id}`);
    const passed = sweep ? Number(cursor) : Number.POSITIVE_INFINITY;
    for (const { id, version } of atBeginning) {
      const isGone = (this.hosts.find((host) => host.id === id)?.removedAt ?? 0) <= this.clock;
      if (id > passed || isGone || !this.bears(id)) continue;
      const stored = versions?.get(id);
      if (stored === undefined) this.breach ??= `${present.id} has passed ${id}, which is not stored`;
      else if (stored < version) this.breach ??= `${present.id} has an older version of ${id} than at its beginning`;
    }
    if (!sweep) this.open = undefined;
  }

  /** Whether there is something to store of a host. */
  private bears(id: number): boolean {
    return this.feed === 'assets' || id % WITHOUT_DETECTIONS !== 0;
  }

  private changed(since: string, after: number): Seen[] {
    return this.visible().filter(({ id, date }) => id > after && second(date) > since);
  }

  private visible(): Seen[] {
    return this.hosts.flatMap(({ id, changes, removedAt }) => {
      const change = changes.findLast(({ visibleAt }) => visibleAt <= this.clock);
      return change === undefined || removedAt <= this.clock
        ? []
        : [{ id, version: change.version, date: change.date }];
    });
  }
}

/** Id and version of the host that a line is of. */
function versionOf(line: object): [id: number, version: number] {
  const { ASSET_ID, NAME, HOST } = line as { ASSET_ID?: string; NAME?: string; HOST?: { ID: string; NETBIOS: string } };
  return [Number(ASSET_ID ?? HOST?.ID), Number((NAME ?? HOST?.NETBIOS ?? '').slice(1))];
}

const CVES = ['CVE-2026-0001', 'CVE-2026-0002'] as const;

/** Whether a line has the CVEs that are known of its vulnerability, from whichever list it came. */
function hasItsCves(line: object): boolean {
  const { DETECTION, KNOWLEDGE_BASE } = line as {
    DETECTION: { QID?: string; VULN_CVE?: string };
    KNOWLEDGE_BASE?: { CVE_LIST: string[] };
  };
  const [known] = QIDS;
  const expected = DETECTION.VULN_CVE ? [DETECTION.VULN_CVE] : DETECTION.QID === String(known) ? CVES : undefined;
  return String(KNOWLEDGE_BASE?.CVE_LIST) === String(expected);
}

function hostXml({ id, version }: Seen, hasDetections: boolean, isByCve: boolean, isNewest: boolean): string {
  const name = isByCve ? 'CVE_DETECTION' : 'DETECTION';
  const detections = QIDS.map((qid, index) => {
    const of = isByCve ? `<VULN_CVE>${CVES[index]}</VULN_CVE>` : `<QID>${qid}</QID>`;
    return `<${name}>${isNewest ? `<UNIQUE_VULN_ID>${id}</UNIQUE_VULN_ID>` : ''}${of}<STATUS>New</STATUS></${name}>`;
  });
  const list = hasDetections ? `<${name}_LIST>${detections.join('\n')}</${name}_LIST>` : `<${name}_LIST/>`;
  return `<HOST><ID>${id}</ID><NETBIOS><![CDATA[v${version}]]></NETBIOS>${list}</HOST>`;
}

function hostsXml(root: string, hosts: readonly string[], warnings: readonly string[]): string {
  const list = hosts.length === 0 ? '' : `<HOST_LIST>${hosts.join('\n')}</HOST_LIST>`;
  return `<?xml version="1.0"?><!DOCTYPE ${root} SYSTEM "x.dtd"><${root}><RESPONSE>${list}${warnings.join('')}</RESPONSE></${root}>`;
}

function knowledgeXml(qids: readonly number[]): string {
  const [known] = QIDS;
  const cves = CVES.map((id) => `<CVE><ID>${id}</ID></CVE>`).join('');
  const list = qids.includes(known)
    ? `<VULN_LIST><VULN><QID>${known}</QID><CVE_LIST>${cves}</CVE_LIST></VULN></VULN_LIST>`
    : '';
  const root = 'KNOWLEDGE_BASE_VULN_LIST_OUTPUT';
  return `<${root}><RESPONSE>${list}</RESPONSE></${root}>`;
}

const warningXml = (text: string, more = '') => `<WARNING>${more}<TEXT>${text}</TEXT></WARNING>`;

function truncationXml(next: number | string, withUrl: boolean): string {
  const url = `<URL><![CDATA[https://qualysapi.example.com/?action=list&id_min=${next}]]></URL>`;
  return warningXml('record limit exceeded', `<CODE>1980</CODE>${withUrl ? url : ''}`);
}
