/**
 * Hosts out of a seed: what one says is a pure function of its number and of how often it was changed, so a million of
 * them need no memory.
 */

export interface HostOptions {
  /** How many there are at the start. */
  count: number;
  /** Detections of each. Default 5. */
  detections?: number;
  /** Vulnerabilities there are, from 38001 on. Default 40. Of each ten one is unknown to the KnowledgeBase, three have no CVE. */
  qids?: number;
  /** They were last changed in turn within so many days before the newest. Default 60. */
  spreadDays?: number;
}

export interface Host {
  /** 0, 1, … */
  readonly number: number;
  /** In the QPS API. */
  readonly assetId: number;
  /** In the older API, and `qwebHostId` in the other. */
  readonly hostId: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
  /** How often it was changed. */
  readonly version: number;
}

const FIRST_ASSET_ID = 20_000_001;
const FIRST_HOST_ID = 5_000_001;
export const FIRST_QID = 38_001;
const ASSET_ID_STEP = 7;
const HOST_ID_STEP = 3;
const DAY_MS = 86_400_000;

/** As numbers to divide by: what each so many hosts lack. */
const WITHOUT = { gateway: 5, fqdn: 4, criticality: 3, mac: 11 };

const SYSTEMS = [
  'Ubuntu Linux 22.04',
  'Windows Server 2022 & "Core"',
  'Red Hat Enterprise Linux <9.4>',
  'Cisco IOS – é',
];
const STATUSES = ['New', 'Active', 'Fixed', 'Re-Opened'];

export class HostStore {
  readonly detections: number;
  readonly qids: number;
  private count: number;
  private readonly spread: number;
  private readonly changes = new Map<number, { modified: number; version: number }>();
  private readonly removed = new Set<number>();
  private readonly lists: string[] = [];

  constructor(
    { count, detections = 5, qids = 40, spreadDays = 60 }: HostOptions,
    private readonly newest: number,
  ) {
    this.count = count;
    this.spread = spreadDays * DAY_MS;
    this.detections = detections;
    this.qids = qids;
  }

  /** The host with a number; undefined if there is none. */
  at(number: number): Host | undefined {
    if (number < 0 || number >= this.count || this.removed.has(number)) return undefined;
    const { modified, version } = this.changes.get(number) ?? {
      modified: this.newest - Math.floor(((number % 1000) / 1000) * this.spread),
      version: 0,
    };
    return {
      number,
      assetId: FIRST_ASSET_ID + number * ASSET_ID_STEP,
      hostId: FIRST_HOST_ID + number * HOST_ID_STEP,
      modified,
      version,
    };
  }

  touch(number: number, modified: number): void {
    const version = (this.changes.get(number)?.version ?? 0) + 1;
    this.changes.set(number, { modified, version });
  }

  /** New ones, changed at this moment. */
  add(count: number, modified: number): void {
    for (let added = 0; added < count; added += 1) this.changes.set(this.count + added, { modified, version: 0 });
    this.count += count;
  }

  remove(number: number): void {
    this.removed.add(number);
  }

  all(): Host[] {
    return this.select(() => true, 0, Number.POSITIVE_INFINITY).hosts;
  }

  /** Hosts from a number on, of those that match. */
  select(matches: (host: Host) => boolean, from: number, limit: number): { hosts: Host[]; next?: Host } {
    const hosts: Host[] = [];
    for (let number = Math.max(0, from); number < this.count; number += 1) {
      const host = this.at(number);
      if (!host || !matches(host)) continue;
      if (hosts.length === limit) return { hosts, next: host };
      hosts.push(host);
    }
    return { hosts };
  }

  /** Number of the first host whose id, of either kind, is not less. */
  numberFrom(id: number, kind: 'assetId' | 'hostId'): number {
    const [first, step] = kind === 'assetId' ? [FIRST_ASSET_ID, ASSET_ID_STEP] : [FIRST_HOST_ID, HOST_ID_STEP];
    return Math.max(0, Math.ceil((id - first) / step));
  }

  qidsOf({ number }: Host): number[] {
    const template = number % 64;
    return Array.from({ length: this.detections }, (_, index) => FIRST_QID + ((template * 7 + index) % this.qids));
  }

  /** As of `am/hostasset` (samples of IBM/cp4s-car-connectors): ids as numbers, flags as texts. */
  asset(host: Host): object {
    const { number, version } = host;
    const lacks = (what: keyof typeof WITHOUT) => number % WITHOUT[what] === WITHOUT[what] - 1;
    const ip = ipOf(number);
    return {
      modified: utc(host.modified),
      created: '2021-12-09T08:37:49Z',
      isDockerHost: 'false',
      os: SYSTEMS[number % SYSTEMS.length],
      tags: { list: [{ TagSimple: { name: 'production', id: 15_939_724 } }] },
      fqdn: lacks('fqdn') ? '' : `host-${number}.corp.example`,
      id: host.assetId,
      networkInterface: {
        list: [
          {
            HostAssetInterface: {
              ...(!lacks('gateway') && { gatewayAddress: '10.255.255.254' }),
              hostname: `host-${number}`,
              address: ip,
              interfaceName: 'eth0',
              macAddress: lacks('mac') ? '' : `00:00:5e:${hex(number >> 16)}:${hex(number >> 8)}:${hex(number)}`,
            },
          },
          { HostAssetInterface: { hostname: `host-${number}`, address: 'fe80:0:0:0:200:5eff:fe00:5301' } },
        ],
      },
      type: 'HOST',
      dnsHostName: `host-${number}`,
      address: ip,
      qwebHostId: host.hostId,
      name: `host-${number} v${version}`,
      trackingMethod: 'QAGENT',
      ...(!lacks('criticality') && { criticalityScore: 1 + (number % 5) }),
      software: { list: [{ HostAssetSoftware: { name: 'openssl', version: '3.0.2' } }] },
      vuln: {
        list: this.qidsOf(host).map((qid) => ({ HostAssetVuln: { qid, hostInstanceVulnId: number * 100 + qid } })),
      },
    };
  }

  /** As `HOST` of the list of detections, or of the list by CVE. */
  xml(host: Host, kind: 'detection' | 'cve', version: number): string {
    const { number, hostId, assetId } = host;
    const processed = utc(host.modified);
    const ip = ipOf(number);
    return (
      `<HOST><ID>${hostId}</ID><ASSET_ID>${assetId}</ASSET_ID><IP>${ip}</IP><TRACKING_METHOD>AGENT</TRACKING_METHOD>` +
      `<OS><![CDATA[${SYSTEMS[number % SYSTEMS.length]}]]></OS><DNS><![CDATA[host-${number}]]></DNS>` +
      `<DNS_DATA><HOSTNAME><![CDATA[host-${number}]]></HOSTNAME><DOMAIN>null</DOMAIN><FQDN /></DNS_DATA>` +
      `<NETBIOS><![CDATA[V${host.version}]]></NETBIOS>` +
      `<LAST_SCAN_DATETIME>${processed}</LAST_SCAN_DATETIME><LAST_VM_SCANNED_DATE>${processed}</LAST_VM_SCANNED_DATE>` +
      '<TAGS><TAG><TAG_ID>15939724</TAG_ID><NAME><![CDATA[production]]></NAME></TAG></TAGS>' +
      `${this.list(number, kind, version)}</HOST>\n`
    );
  }

  /** The same for each 64th host. */
  private list(number: number, kind: 'detection' | 'cve', version: number): string {
    const template = number % 64;
    const key = (kind === 'cve' ? 1000 : 0) + template + (version >= 5 ? 100 : 0);
    this.lists[key] ??= this.makeList(template, kind, version);
    return this.lists[key];
  }

  private makeList(template: number, kind: 'detection' | 'cve', version: number): string {
    const host = { number: template } as Host;
    const detections = this.qidsOf(host).flatMap((qid, index) => {
      const cve = cvesOf(qid)[0];
      if (kind === 'cve' && cve === undefined) return [];
      const [open, close] = kind === 'cve' ? ['<CVE_DETECTION>', '</CVE_DETECTION>'] : ['<DETECTION>', '</DETECTION>'];
      const which = kind === 'cve' ? `<VULN_CVE>${cve}</VULN_CVE>` : `<QID>${qid}</QID>`;
      return (
        `${open}${version >= 5 || kind === 'cve' ? `<UNIQUE_VULN_ID>${qid * 100 + template}</UNIQUE_VULN_ID>` : ''}${which}` +
        `<TYPE>${index % 3 === 2 ? 'Potential' : 'Confirmed'}</TYPE><SEVERITY>${1 + (qid % 5)}</SEVERITY>` +
        `<PORT>443</PORT><PROTOCOL>tcp</PROTOCOL><SSL>1</SSL><STATUS>${STATUSES[(template + index) % 4]}</STATUS>` +
        '<FIRST_FOUND_DATETIME>2026-01-02T03:04:05Z</FIRST_FOUND_DATETIME>' +
        '<LAST_FOUND_DATETIME>2026-02-03T04:05:06Z</LAST_FOUND_DATETIME><TIMES_FOUND>7</TIMES_FOUND>' +
        '<LAST_TEST_DATETIME>2026-02-03T04:05:06Z</LAST_TEST_DATETIME>' +
        '<LAST_UPDATE_DATETIME>2026-02-03T04:05:07Z</LAST_UPDATE_DATETIME>' +
        '<IS_IGNORED>0</IS_IGNORED><IS_DISABLED>0</IS_DISABLED>' +
        `<LAST_PROCESSED_DATETIME>2026-02-03T04:05:07Z</LAST_PROCESSED_DATETIME>${close}\n`
      );
    });
    const name = kind === 'cve' ? 'CVE_DETECTION_LIST' : 'DETECTION_LIST';
    return `<${name}>${detections.join('')}</${name}>`;
  }
}

/** CVEs of a vulnerability; of each ten three have none. */
export function cvesOf(qid: number): string[] {
  return qid % 10 < 3 ? [] : Array.from({ length: 1 + (qid % 3) }, (_, index) => `CVE-2025-${10_000 + qid + index}`);
}

const ipOf = (number: number): string => `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;

const hex = (number: number): string => (number & 255).toString(16).padStart(2, '0');

export function utc(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
