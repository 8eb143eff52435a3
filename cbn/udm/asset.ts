type Json = Record<string, unknown>;

/** Nouns of an event that stand for one machine; those in lists (`intermediary`, `about`) are left as they are. */
const NOUNS = ['principal', 'src', 'target'] as const;
/** What names a machine, in the noun and in its asset alike, in the order of the asset's fields. */
const NAMES = ['hostname', 'assetId', 'ip', 'mac'] as const;
/** The fields of a noun by their numbers, up to the asset. */
const NOUN_ORDER = [
  ...['hostname', 'assetId', 'user', 'process', 'platform', 'ip', 'port', 'mac', 'administrativeDomain', 'url', 'file'],
  ...['email', 'registry', 'application', 'platformVersion', 'platformPatchLevel', 'location', 'resource', 'namespace'],
  ...['group', 'natIp', 'natPort', 'labels', 'cloud', 'objectReference', 'investigation', 'asset'],
];
const ASSET_ORDER = ['productObjectId', ...NAMES];

/**
 * What names a machine stands in the noun and in the noun's asset, whichever of them the parser wrote: published golden
 * events have `principal.asset.ip` and `.mac` where their parsers write `principal.ip` and `.mac` alone, and
 * `principal.assetId` where those write `principal.asset.asset_id`. `natIp` stays where it is, and `intermediary` has no
 * asset, as they show too; of `src` they show nothing. A name that both have is left in both.
 * @param event in protobuf's JSON; its nouns are put anew
 */
export function shareAssetNames(event: Json): void {
  for (const name of NOUNS) {
    const noun = event[name] as Json | undefined;
    if (noun !== undefined) share(event, name, noun);
  }
}

function share(event: Json, name: string, noun: Json): void {
  const asset = noun.asset as Json | undefined;
  let toAsset: Json | undefined;
  let toNoun: Json | undefined;
  for (const each of NAMES) {
    const ofNoun = noun[each];
    const ofAsset = asset?.[each];
    if (ofNoun !== undefined && ofAsset === undefined) {
      toAsset ??= {};
      toAsset[each] = copied(ofNoun);
    } else if (ofNoun === undefined && ofAsset !== undefined) {
      toNoun ??= {};
      toNoun[each] = copied(ofAsset);
    }
  }
  if (toAsset === undefined && toNoun === undefined) return;
  const whole = toAsset === undefined ? asset : asset === undefined ? toAsset : ordered(ASSET_ORDER, asset, toAsset);
  event[name] = ordered(NOUN_ORDER, noun, { ...toNoun, asset: whole });
}

function copied(value: unknown): unknown {
  return Array.isArray(value) ? [...value] : value;
}

/** Both together, first the fields of the order, then the others as they stand. */
function ordered(order: readonly string[], message: Json, added: Json): Json {
  const whole: Json = {};
  for (const name of order) {
    const value = added[name] ?? message[name];
    if (value !== undefined) whole[name] = value;
  }
  for (const name in message) whole[name] ??= message[name];
  return whole;
}
