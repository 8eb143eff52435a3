import type { Asset } from './assets';
import { Cache } from './cache';
import { CollectorError } from './contract';
import type { Run } from './run-context';

/** Hosts of a shard: some 1 MB. */
const SPAN = 4096;

/** In characters: hosts come in the order of their ids, so that few shards are needed at a time. */
const MAX_SIZE = 4 * 1024 * 1024;

/** The assets that findings join, by the host's id. A run asks for one. */
export function assetCache({ effects }: Run): Cache {
  return new Cache({ name: 'assets', span: SPAN, maxSize: MAX_SIZE }, effects.store);
}

/** Remembers what findings bear of their host's asset. Findings without are whole, too: a failure stops nothing. */
export async function rememberAssets(assets: readonly Asset[], run: Run): Promise<void> {
  const entries = new Map<number, string>();
  for (const asset of assets) {
    const host = Number(asset.ID);
    if (Number.isSafeInteger(host) && host > 0) entries.set(host, JSON.stringify(joined(asset)));
  }
  try {
    await assetCache(run).put(entries, (text, present) => (modifiedOf(present) > modifiedOf(text) ? undefined : text));
  } catch (error) {
    if (!(error instanceof CollectorError)) throw error;
    run.effects.log('WARNING', `Findings cannot join ${entries.size} assets: ${error.message}`, { code: error.code });
  }
}

/** What a finding does not have of its own. */
function joined(asset: Asset): object {
  const { ASSET_ID, MODIFIED, GATEWAY_ADDRESSES, FQDN, IP_ADDRESSES, MAC_ADDRESSES, OS, CRITICALITY_SCORE } = asset;
  return { ASSET_ID, MODIFIED, GATEWAY_ADDRESSES, FQDN, IP_ADDRESSES, MAC_ADDRESSES, OS, CRITICALITY_SCORE };
}

/** Qualys spells dates so that their order is that of the texts. */
function modifiedOf(text: string | undefined): string {
  return /"MODIFIED":"([^"]*)"/.exec(text ?? '')?.[1] ?? '';
}
