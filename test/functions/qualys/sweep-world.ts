import type fc from 'fast-check';
import type { QualysRecord } from '../../../functions/qualys/answer';
import type { Search } from '../../../functions/qualys/client';
import { type State, type Sweep, stateObject } from '../../../functions/qualys/contract';
import type { HostPage, HostSearch } from '../../../functions/qualys/older-api';
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

/** A world of hosts that come, change, and go; what is stored of them is held against what each sweep promises. */
export class SweepWorld extends World {
  /** Version by id, of each sweep by its folder. */
  readonly swept = new Map<string, Map<number, number>>();
  private readonly hosts: Host[] = [];
  private open?: { sweep: Sweep; atBeginning: Seen[] };

  constructor(
    override readonly feed: 'assets' | 'findings',
    scheduler?: fc.Scheduler,
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

  override findHosts({ parameters, after, through }: HostSearch, pageSize: number): HostPage {
    const found = this.changed(parameters.vm_processed_after ?? '', Number(after));
    const page = found.slice(0, pageSize);
    const end = through === undefined ? -1 : page.findIndex(({ id }) => id >= Number(through));
    const hosts = (end === -1 ? page : page.slice(0, end + 1)).map(({ id, version }) => ({
      id: String(id),
      json: Buffer.from(JSON.stringify({ ID: String(id), NETBIOS: `v${version}` })),
      detections: Buffer.from('{"QID":"1"}\n{"QID":"2"}'),
      qids: [1, 2],
      cves: ['', ''],
    }));
    return { hosts, hasMore: hosts.length < found.length };
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
    const expected = seen.size * (this.feed === 'findings' ? 2 : 1);
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
      if (id > passed || isGone) continue;
      const stored = versions?.get(id);
      if (stored === undefined) this.breach ??= `${present.id} has passed ${id}, which is not stored`;
      else if (stored < version) this.breach ??= `${present.id} has an older version of ${id} than at its beginning`;
    }
    if (!sweep) this.open = undefined;
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
