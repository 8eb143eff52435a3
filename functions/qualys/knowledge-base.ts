import { Cache } from './cache';
import { CACHE_PREFIX, CollectorError, LOG_EVENTS } from './contract';
import type { KnowledgeEntry, KnowledgeSearch } from './older-api';
import { hasTime, type Run, utc } from './run-context';
import { patiently } from './waiting';

/** Ids of a request, by POST: GET failed at a thousand (elastic/integrations #12731), 250 to 500 pass everywhere. */
const BATCH = 400;

/** QIDs of a shard. */
const SPAN = 1000;

/** In characters: some 50,000 vulnerabilities, more than most subscriptions ever meet. */
const MAX_SIZE = 24 * 1024 * 1024;

/** Between two looks at what was modified, in seconds. */
const REFRESH_SECONDS = 6 * 3600;

/**
 * How far a look goes back behind the last one, in seconds: modifications appear in the API 8 to 10 hours after their
 * date (Azure/Azure-Sentinel, pull request 14681).
 */
const DELAY_SECONDS = 12 * 3600;

/**
 * How much time one look covers at most, in seconds: after a long pause of the feed an answer with all since then, some
 * kB for each vulnerability, would not come in time, in no run.
 */
const WINDOW_SECONDS = 7 * 86_400;

/** What is known of a QID that the KnowledgeBase does not have. */
const UNKNOWN = 'null';

/** When modifications were last asked for. */
const REFRESHED = `${CACHE_PREFIX}knowledge-base/refreshed.json`;

/**
 * What the KnowledgeBase says of those QIDs that were met so far, in the state bucket: they are asked for once, and again
 * what was modified of them.
 */
export class KnowledgeBase {
  private readonly cache: Cache;

  private constructor(
    /** Whether the subscription has the grant. */
    readonly isGranted: boolean,
    private readonly run: Run,
  ) {
    this.cache = new Cache({ name: 'knowledge-base', span: SPAN, maxSize: MAX_SIZE }, run.effects.store);
  }

  /**
   * Takes over what was modified, if it is time.
   *
   * @throws CollectorError of the client, but not for want of the grant
   */
  static async open(run: Run): Promise<KnowledgeBase> {
    const knowledge = new KnowledgeBase(true, run);
    try {
      await knowledge.refresh();
      run.summary.knowledgeBase = 'granted';
      return knowledge;
    } catch (error) {
      if (!(error instanceof CollectorError) || error.code !== 'permission_missing') throw error;
      run.summary.knowledgeBase = 'missing';
      run.effects.log(
        'WARNING',
        `${error.message} Findings come by CVE instead, without titles and scores. Ask Qualys to grant the subscription the KnowledgeBase API, and give the API user's role access to it.`,
        { event: LOG_EVENTS.grantMissing, code: error.code },
      );
      return new KnowledgeBase(false, run);
    }
  }

  /**
   * What is known of some QIDs, as JSON; nothing of those that the KnowledgeBase does not have.
   *
   * @returns undefined if the time was not enough; what came is kept
   * @throws CollectorError of the client; `permission_missing` if the grant was taken away, which the next run sees then
   */
  async of(qids: Iterable<number>): Promise<Map<number, string> | undefined> {
    const wanted = [...new Set(qids)].filter((qid) => qid > 0).sort((a, b) => a - b);
    const known = await this.cache.get(wanted);
    const unmet = wanted.filter((qid) => !known.has(qid));
    for (let at = 0; at < unmet.length; at += BATCH) {
      if (!hasTime(this.run)) return undefined;
      const ids = unmet.slice(at, at + BATCH);
      const answered = new Map(ids.map((qid) => [qid, UNKNOWN]));
      try {
        await this.ask({ ids }, (entries) => {
          for (const { qid, json } of entries) if (answered.has(qid)) answered.set(qid, json);
        });
      } catch (error) {
        if (error instanceof CollectorError && error.code === 'permission_missing') await this.lookAgain();
        throw error;
      }
      await this.cache.put(answered);
      for (const [qid, json] of answered) known.set(qid, json);
    }
    for (const [qid, json] of known) if (json === UNKNOWN) known.delete(qid);
    return known;
  }

  /**
   * The first time it tells whether there is a grant. After a long pause it goes on from where it came to, here or, if the
   * time is over, in the next run.
   */
  private async refresh(): Promise<void> {
    const { store, now } = this.run.effects;
    const stored = await store.readCache(REFRESHED);
    const last = Date.parse(stored?.content ?? '');
    if (now() - last < REFRESH_SECONDS * 1000) return;
    const begun = now();
    const from = (Number.isNaN(last) ? begun : last) - DELAY_SECONDS * 1000;
    const end = from + WINDOW_SECONDS * 1000;
    const isPart = end < begun - DELAY_SECONDS * 1000;
    const window = { modifiedAfter: utc(from), ...(isPart && { modifiedBefore: utc(end) }) };
    await this.ask(window, async (entries) => {
      const modified = new Map(entries.map(({ qid, json }) => [qid, json]));
      // Of those that were never met, nobody asks.
      await this.cache.put(modified, (text, present) => (present === undefined ? undefined : text));
    });
    // What was modified in the very second between two looks belongs to the second one.
    const seen = isPart ? end + DELAY_SECONDS * 1000 - 1000 : begun;
    await store.writeCache(REFRESHED, utc(seen), stored?.generation);
    if (isPart && hasTime(this.run)) await this.refresh();
  }

  /** The next run looks whether there is a grant, instead of in some hours. */
  private async lookAgain(): Promise<void> {
    const { store, now } = this.run.effects;
    const stored = await store.readCache(REFRESHED);
    await store.writeCache(REFRESHED, utc(now() - REFRESH_SECONDS * 1000), stored?.generation);
  }

  private async ask(
    what: { ids: readonly number[] } | { modifiedAfter: string; modifiedBefore?: string },
    take: (entries: KnowledgeEntry[]) => Promise<void> | void,
  ): Promise<void> {
    const { effects, limits, summary } = this.run;
    const search: KnowledgeSearch = {
      ...what,
      path: `/api/${limits.versions?.knowledgeBase}/fo/knowledge_base/vuln/`,
    };
    await patiently(this.run, async () => {
      for await (const entries of effects.client.knowledge(search, effects.signal)) await take(entries);
    });
    summary.pages += 1;
  }
}
