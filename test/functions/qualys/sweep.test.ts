import { createQualysClient } from '../../../functions/qualys/client';
import { type FeedName, LOG_EVENTS, type State, stateObject } from '../../../functions/qualys/contract';
import { feeds } from '../../../functions/qualys/feeds';
import { type Outcome, runFeed } from '../../../functions/qualys/run';
import type { Limits } from '../../../functions/qualys/run-context';
import { type QualysSimulator, type QualysSimulatorOptions, startQualysSimulator } from '../../simulators/qualys';
import { faults } from '../../simulators/qualys-faults';
import { utc } from '../../simulators/qualys-hosts';
import { MemoryStore } from './memory-store';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

interface Logged {
  severity: string;
  message: string;
  fields?: Record<string, unknown>;
}

/** A feed over a simulated Qualys, with a clock that only moves on when it is told to, or waits. */
class Collected {
  readonly store = new MemoryStore();
  readonly logged: Logged[] = [];

  private constructor(
    readonly feed: FeedName,
    readonly qualys: QualysSimulator,
    private readonly box: { now: number },
  ) {}

  static async start(feed: FeedName, options: Partial<QualysSimulatorOptions> = {}): Promise<Collected> {
    const box = { now: NOW };
    const credentials = { username: 'api-user', password: 'secret' };
    const qualys = await startQualysSimulator({
      alerts: 0,
      hosts: { count: 10 },
      ...credentials,
      ...options,
      newest: new Date(NOW - DAY),
      now: () => box.now,
    });
    simulators.push(qualys);
    return new Collected(feed, qualys, box);
  }

  async run(limits: Partial<Limits> = {}, requestTimeoutSeconds?: number): Promise<Outcome> {
    const credentials = { username: 'api-user', password: 'secret' };
    const client = createQualysClient({ apiUrl: this.qualys.url, ...credentials, requestTimeoutSeconds });
    return runFeed(
      feeds[this.feed],
      {
        initialLookbackSeconds: 90 * 86_400,
        settlingSeconds: 600,
        reserveCallsPercent: 0,
        timeBudgetSeconds: 600,
        sweeps: { everySeconds: 4 * 3600, fullEverySeconds: 7 * 86_400 },
        versions: { detection: '5.0', knowledgeBase: '4.0', cveDetection: '3.0' },
        ...limits,
      },
      {
        client,
        store: this.store,
        credentials: { fingerprint: () => 'these', matches: (fingerprint) => fingerprint === 'these' },
        now: () => this.box.now,
        sleep: async (milliseconds) => this.pass(milliseconds),
        random: () => 1,
        signal: new AbortController().signal,
        log: (severity, message, fields) => this.logged.push({ severity, message, fields: { ...fields } }),
      },
    ).finally(() => client.close());
  }

  pass(milliseconds: number): void {
    this.box.now += milliseconds;
  }

  get now(): number {
    return this.box.now;
  }

  get state(): State | undefined {
    return this.store.states.get(stateObject(this.feed));
  }

  /** Paths of the requests so far, and their bodies. */
  asked(path: RegExp): string[] {
    return this.qualys.requests.filter((request) => path.test(request.path)).map(({ body }) => body);
  }

  event(name: string): Logged | undefined {
    return this.logged.findLast(({ fields }) => fields?.event === name);
  }
}

const simulators: QualysSimulator[] = [];
afterEach(async () => {
  await Promise.all(simulators.splice(0).map((simulator) => simulator.close()));
});

interface AssetLine {
  ASSET_ID: string;
  NAME: string;
  MISSING: string[];
}
interface FindingLine {
  HOST: { ID: string; ASSET_ID: string; NETBIOS: string };
  ASSET?: { ASSET_ID: string; CRITICALITY_SCORE?: string };
  DETECTION: { QID?: string; VULN_CVE?: string; STATUS: string };
  KNOWLEDGE_BASE?: { TITLE?: string; CVE_LIST: string[] };
}

const SEARCH = /search\/am\/hostasset/;
const DETECTION = /\/vm\/detection\//;
const KNOWLEDGE = /knowledge_base/;

describe('a sweep of assets', () => {
  it('takes all hosts in full, names its objects after itself, and says how far it is', async () => {
    const collected = await Collected.start('assets');
    const { summary, error } = await collected.run();
    expect(error).toBeUndefined();
    const ids = collected.qualys.hosts().map(({ assetId }) => String(assetId));
    expect([...collected.store.objects.keys()]).toEqual([
      `assets/dt=2026-03-01/20260301T120000Z/${ids[0]}-${ids.at(-1)}.ndjson.gz`,
    ]);
    expect(collected.store.records<AssetLine>().map(({ ASSET_ID }) => ASSET_ID)).toEqual(ids);
    expect(summary).toMatchObject({
      alerts: 10,
      drained: true,
      lagSeconds: 0,
      sweep: '20260301T120000Z',
      hostsDone: 10,
      hostsExpected: 10,
    });
    expect(collected.event(LOG_EVENTS.sweepDone)?.fields).toMatchObject({ sweep: '20260301T120000Z', hostsDone: 10 });
    expect(collected.state).toMatchObject({
      since: '2026-03-01T11:49:59Z',
      cursor: '0',
      sweptAt: '2026-03-01T12:00:00Z',
      fullySweptAt: '2026-03-01T12:00:00Z',
    });
    expect(collected.state).not.toHaveProperty('sweep');
  });

  it('asks for what was updated within the time, some hundred at a time', async () => {
    const collected = await Collected.start('assets');
    await collected.run();
    expect(collected.asked(SEARCH)).toEqual([
      '<ServiceRequest><preferences><limitResults>300</limitResults></preferences><filters>' +
        '<Criteria field="updated" operator="GREATER">2025-12-01T12:00:00Z</Criteria>' +
        '<Criteria field="id" operator="GREATER">0</Criteria></filters></ServiceRequest>',
    ]);
  });

  it('takes only what changed until it is time for a full one', async () => {
    const collected = await Collected.start('assets');
    await collected.run();
    collected.pass(3 * HOUR);
    collected.qualys.touchHost(4);
    expect((await collected.run()).summary).toMatchObject({ alerts: 0, drained: true });
    expect(collected.asked(SEARCH)).toHaveLength(1);

    collected.pass(HOUR);
    expect((await collected.run()).summary).toMatchObject({ alerts: 1, drained: true });
    expect(collected.store.records<AssetLine>().slice(10)).toMatchObject([{ NAME: 'host-4 v1' }]);

    collected.pass(7 * DAY);
    expect((await collected.run()).summary).toMatchObject({ alerts: 10, drained: true });
  });

  it('is not put off by a tick that comes a little early', async () => {
    const collected = await Collected.start('assets');
    await collected.run();
    collected.pass(4 * HOUR - 60_000);
    const { summary } = await collected.run();
    expect(summary.sweep).toMatch(/^20260301T1559/);
  });

  it('goes on in the next run where the time was not enough, and estimates its end', async () => {
    const collected = await Collected.start('assets', { hosts: { count: 1000 } });
    const { summary } = await collected.run({ batchRecords: 1, timeBudgetSeconds: 1 });
    expect(summary).toMatchObject({ drained: false, hostsExpected: 1000 });
    const done = summary.hostsDone ?? 0;
    expect(done).toBeGreaterThanOrEqual(300);
    expect(done).toBeLessThan(1000);
    expect(summary.sweepEndsAt).toMatch(/^2026-03-01T12:/);
    expect(collected.event(LOG_EVENTS.progress)?.message).toMatch(/of about 1,000 hosts; it ends about 2026/);

    collected.pass(60_000);
    expect((await collected.run()).summary).toMatchObject({ drained: true, hostsDone: 1000, sweep: summary.sweep });
    const ids = collected.store.records<AssetLine>().map(({ ASSET_ID }) => ASSET_ID);
    expect([new Set(ids).size, ids.length]).toEqual([1000, 1000]);
  });

  it('meets hosts as they are when it comes to them, and those that changed behind it in the next one', async () => {
    const collected = await Collected.start('assets', { hosts: { count: 700 } });
    await collected.run({ batchRecords: 1, timeBudgetSeconds: 1 });
    collected.pass(60_000);
    for (const host of [0, 650]) collected.qualys.touchHost(host);
    await collected.run();
    const names = () => collected.store.records<AssetLine>().map(({ NAME }) => NAME);
    expect(names()).toHaveLength(700);
    expect(names()).toEqual(expect.arrayContaining(['host-0 v0', 'host-650 v1']));
    collected.pass(4 * HOUR);
    await collected.run();
    expect(names().slice(700)).toEqual(['host-0 v1', 'host-650 v1']);
  });

  it('does without a count', async () => {
    const collected = await Collected.start('assets', { faults: [faults.forbidden()] });
    const { summary, error } = await collected.run();
    expect([error, summary.hostsDone, summary.hostsExpected]).toEqual([undefined, 10, undefined]);
  });

  it('logs in once with a wrong password, whichever request is the first', async () => {
    const collected = await Collected.start('assets');
    collected.qualys.setPassword('another');
    expect((await collected.run()).error?.code).toBe('credentials_rejected');
    expect((await collected.run()).error?.code).toBe('credentials_rejected');
    expect(collected.qualys.failedLogins).toBe(1);
  });

  it('tells how long ago a sweep was complete while one is open', async () => {
    const collected = await Collected.start('assets');
    await collected.run();
    collected.pass(4 * HOUR);
    collected.qualys.touchHost(1);
    collected.qualys.faults.push({}, faults.emptyPageWithMore());
    const { summary, error } = await collected.run();
    expect(error?.code).toBe('empty_page');
    expect(summary.lagSeconds).toBeCloseTo(4 * 3600, -1);
  });

  it('says nothing of lateness before its first sweep has had its time', async () => {
    const collected = await Collected.start('assets', { faults: [{}, faults.emptyPageWithMore()] });
    expect((await collected.run()).summary.lagSeconds).toBeLessThan(5);
  });
});

describe('a sweep of findings', () => {
  it('writes a record for each host and detection, of all statuses, with what is known of the vulnerability', async () => {
    const collected = await Collected.start('findings');
    const { summary, error } = await collected.run();
    expect(error).toBeUndefined();
    const records = collected.store.records<FindingLine>();
    const hosts = collected.qualys.hosts();
    expect(summary).toMatchObject({ alerts: 50, hostsDone: 10, knowledgeBase: 'granted', drained: true });
    expect(records.map(({ HOST }) => HOST.ID)).toEqual(hosts.flatMap(({ hostId }) => Array(5).fill(String(hostId))));
    expect(new Set(records.map(({ DETECTION: { STATUS } }) => STATUS))).toEqual(
      new Set(['New', 'Active', 'Fixed', 'Re-Opened']),
    );
    expect(records.find(({ DETECTION: { QID } }) => QID === '38005')?.KNOWLEDGE_BASE).toMatchObject({
      TITLE: 'Vulnerability <38005> & more',
      CVE_LIST: ['CVE-2025-48005', 'CVE-2025-48006'],
      CVSS: { BASE: '7.5' },
      CVSS_V3: { BASE: '9.8' },
    });
    expect(records.find(({ DETECTION: { QID } }) => QID === '38009')).not.toHaveProperty('KNOWLEDGE_BASE');
    expect([...collected.store.objects.keys()]).toEqual([
      `findings/dt=2026-03-01/20260301T120000Z/${hosts[0]?.hostId}-${hosts.at(-1)?.hostId}.ndjson.gz`,
    ]);
  });

  it('asks with a form for all statuses, without results, and pages by the ids that it has seen', async () => {
    const collected = await Collected.start('findings', { hosts: { count: 1500, detections: 1 } });
    await collected.run();
    expect(collected.asked(DETECTION).map((body) => Object.fromEntries(new URLSearchParams(body)))).toEqual([
      {
        action: 'list',
        status: 'New,Active,Fixed,Re-Opened',
        show_asset_id: '1',
        show_results: '0',
        vm_processed_after: '2025-12-01T12:00:00Z',
        id_min: '1',
        truncation_limit: '1000',
      },
      expect.objectContaining({ id_min: String((collected.qualys.hosts()[999]?.hostId ?? 0) + 1) }),
    ]);
    expect(collected.store.records()).toHaveLength(1500);
  });

  it('asks the KnowledgeBase for each vulnerability once, whether it knows it or not, by POST', async () => {
    const collected = await Collected.start('findings', { hosts: { count: 30, qids: 1000, detections: 40 } });
    await collected.run();
    const asked = () =>
      collected
        .asked(KNOWLEDGE)
        .map((body) => new URLSearchParams(body).get('ids'))
        .flatMap((ids) => (ids ? [ids.split(',')] : []));
    expect(Math.max(...asked().map((ids) => ids.length))).toBeLessThanOrEqual(400);
    const all = asked().flat();
    expect(new Set(all).size).toBe(all.length);
    collected.pass(7 * DAY);
    await collected.run();
    expect(asked().flat()).toHaveLength(all.length);
  });

  it('takes over what was modified, although answers know of it only ten hours later', async () => {
    const collected = await Collected.start('findings');
    await collected.run();
    collected.pass(HOUR);
    collected.qualys.modifyKnowledge(38_005, 'Renamed', new Date(NOW + 11 * HOUR));
    const title = () =>
      collected.store
        .records<FindingLine>()
        .filter(({ DETECTION: { QID } }) => QID === '38005')
        .at(-1)?.KNOWLEDGE_BASE?.TITLE;
    for (const [hours, expected] of [
      [7, 'Vulnerability <38005> & more'],
      [6, 'Renamed'],
    ] as const) {
      collected.pass(hours * HOUR);
      collected.qualys.touchHost(0);
      await collected.run();
      expect(title()).toBe(expected);
    }
  });

  it('looks at what was modified during a long pause a week at a time, and leaves nothing out', async () => {
    const collected = await Collected.start('findings');
    await collected.run();
    const windows = () =>
      collected
        .asked(KNOWLEDGE)
        .map((body) => new URLSearchParams(body))
        .filter((form) => form.has('last_modified_after'))
        .map((form) => [form.get('last_modified_after'), form.get('last_modified_before')]);
    const begin = Date.parse(windows()[0]?.[0] ?? '');
    const later = (milliseconds: number) => utc(begin + milliseconds);
    collected.pass(begin + 7 * DAY - collected.now);
    collected.qualys.modifyKnowledge(38_005, 'Renamed in the very second between two looks');
    collected.pass(9 * DAY);
    collected.qualys.modifyKnowledge(38_006, 'Renamed later');
    collected.pass(4 * DAY);
    await collected.run();
    expect(windows().slice(1)).toEqual([
      [later(0), later(7 * DAY)],
      [later(7 * DAY - 1000), later(14 * DAY - 1000)],
      [later(14 * DAY - 2000), null],
    ]);
    const titles = collected.store.records<FindingLine>().map(({ KNOWLEDGE_BASE }) => KNOWLEDGE_BASE?.TITLE);
    expect(titles).toEqual(expect.arrayContaining(['Renamed in the very second between two looks', 'Renamed later']));
  });

  it('joins the assets that were collected before, by the id of the host', async () => {
    const assets = await Collected.start('assets');
    await assets.run();
    const collected = await Collected.start('findings');
    for (const [name, cached] of assets.store.cached) collected.store.cached.set(name, cached);
    await collected.run();
    const hosts = collected.qualys.hosts();
    for (const { HOST, ASSET } of collected.store.records<FindingLine>()) {
      const host = hosts.find(({ hostId }) => String(hostId) === HOST.ID);
      expect([HOST.ASSET_ID, ASSET?.ASSET_ID]).toEqual([String(host?.assetId), String(host?.assetId)]);
    }
    expect(collected.store.records<FindingLine>()[0]?.ASSET?.CRITICALITY_SCORE).toBe('1');
  });

  it.each([403, 409] as const)('goes by CVE without the grant, a %d, and warns of it by name', async (refused) => {
    const collected = await Collected.start('findings', { knowledgeBaseRefused: refused });
    const { summary, error } = await collected.run();
    expect([error, summary.knowledgeBase]).toEqual([undefined, 'missing']);
    expect(collected.event(LOG_EVENTS.grantMissing)).toMatchObject({
      severity: 'WARNING',
      message: expect.stringContaining('Ask Qualys to grant the subscription the KnowledgeBase API'),
    });
    expect(collected.asked(DETECTION)).toEqual([]);
    const records = collected.store.records<FindingLine>();
    expect(records.length).toBeGreaterThan(10);
    for (const { DETECTION, KNOWLEDGE_BASE } of records) {
      expect(DETECTION.VULN_CVE).toMatch(/^CVE-2025-/);
      expect(KNOWLEDGE_BASE).toEqual({ CVE_LIST: [DETECTION.VULN_CVE] });
    }
  });

  it('goes by CVE from the next run on when the grant is taken away, and back when it is there again', async () => {
    const collected = await Collected.start('findings', { hosts: { count: 5, qids: 1000 } });
    await collected.run();
    collected.pass(4 * HOUR);
    collected.qualys.touchHost(1);
    collected.qualys.addHosts(2);
    collected.qualys.refuseKnowledge(403);
    expect((await collected.run()).error?.code).toBe('permission_missing');
    collected.pass(HOUR);
    expect((await collected.run()).summary).toMatchObject({ knowledgeBase: 'missing', drained: true });
    collected.qualys.refuseKnowledge(undefined);
    collected.pass(4 * HOUR);
    expect((await collected.run()).summary).toMatchObject({ knowledgeBase: 'granted', drained: true });
  });

  it.each([
    ['without an address to go on at', [{}, {}, faults.truncationWithoutUrl()]],
    ['without a word that it goes on', [{}, {}, faults.truncationUntold()]],
    ['after a connection that broke off in the middle', [{}, {}, faults.resetMidBody()]],
    ['after a limit', [{}, {}, faults.rateLimit(30), faults.concurrencyLimit()]],
    ['compressed', [{}, {}, faults.gzip()]],
    ['in small pieces', [{}, {}, faults.chunked()]],
  ])('collects each host once when an answer comes %s', async (_name, script) => {
    const collected = await Collected.start('findings', { hosts: { count: 1200, detections: 2 }, faults: script });
    const { error } = await collected.run();
    expect(error).toBeUndefined();
    const ids = collected.store.records<FindingLine>().map(({ HOST }) => HOST.ID);
    expect(ids).toEqual(collected.qualys.hosts().flatMap(({ hostId }) => Array(2).fill(String(hostId))));
  });

  it('asks for half as many hosts where the first page is too slow', async () => {
    const collected = await Collected.start('findings', { faults: [{}, {}, faults.slow(2000)] });
    expect((await collected.run({}, 0.5)).error).toBeUndefined();
    const limits = collected.asked(DETECTION).map((body) => new URLSearchParams(body).get('truncation_limit'));
    expect(limits).toEqual(['1000', '500']);
    expect(collected.store.records()).toHaveLength(50);
  });

  it('does not ask for as many again behind a page that was too slow', async () => {
    const hosts = { count: 600, detections: 1 };
    const collected = await Collected.start('findings', { hosts, faults: [{}, {}, faults.slow(4000)] });
    expect((await collected.run({}, 1)).error).toBeUndefined();
    const limits = collected.asked(DETECTION).map((body) => new URLSearchParams(body).get('truncation_limit'));
    expect(limits).toEqual(['1000', '500', '500']);
    expect(collected.store.records()).toHaveLength(600);
  });

  it('takes what has come of a page that trickles, and asks for the rest', async () => {
    const hosts = { count: 40, detections: 1 };
    const collected = await Collected.start('findings', { hosts, faults: [{}, {}, faults.slowBody(30_000)] });
    expect((await collected.run({}, 0.6)).error).toBeUndefined();
    const ids = collected.asked(DETECTION).map((body) => Number(new URLSearchParams(body).get('id_min')));
    expect(ids).toHaveLength(2);
    expect(ids[1]).toBeGreaterThan(collected.qualys.hosts()[0]?.hostId ?? 0);
    expect(collected.store.records<FindingLine>().map(({ HOST }) => HOST.ID)).toEqual(
      collected.qualys.hosts().map(({ hostId }) => String(hostId)),
    );
  });

  it.each([
    ['an empty list with the promise of more', faults.emptyPageWithMore(), 'empty_page'],
    ['ids that descend', faults.idsDescending(), 'ids_disordered'],
    ['a page for people', faults.html(), 'malformed_answer'],
    ['another document', faults.malformedXml(), 'malformed_answer'],
    ['a refusal under another status', faults.badLogin(200), 'credentials_rejected'],
    ['a conflict of no kind that the limits have', faults.conflict(), 'request_refused'],
    ['the registration that is not complete', faults.registrationIncomplete(), 'account_inactive'],
  ] as const)('stops at %s', async (_name, fault, code) => {
    const collected = await Collected.start('findings');
    collected.qualys.faults.push({}, {}, ...Array(5).fill(fault));
    expect((await collected.run()).error?.code).toBe(code);
    expect(collected.store.objects.size).toBe(0);
  });

  it('makes nothing of hosts when there are none', async () => {
    const collected = await Collected.start('findings', { hosts: { count: 0 } });
    expect((await collected.run()).summary).toMatchObject({ alerts: 0, drained: true });
  });

  it('reads older versions, and takes their notice of the end for no promise of more', async () => {
    const collected = await Collected.start('findings');
    const versions = { detection: '2.0', knowledgeBase: '2.0', cveDetection: '3.0' };
    expect((await collected.run({ versions })).summary).toMatchObject({ alerts: 50, drained: true });
    expect(collected.asked(DETECTION)).toHaveLength(1);
  });
});
