import { type Run, tell } from './convert';
import { prefixPaths, quote } from './problem';
import { missingSections } from './required';

type Json = Readonly<Record<string, unknown>>;

/** Longest texts in bytes of UTF-8 (docs.cloud.google.com/chronicle/docs/unified-data-model/udm-usage). */
const LONGEST_METADATA: Readonly<Record<string, readonly [string, number]>> = {
  vendorName: ['vendor_name', 256],
  productName: ['product_name', 256],
  productLogId: ['product_log_id', 256],
  productEventType: ['product_event_type', 64],
  productVersion: ['product_version', 32],
  description: ['description', 1024],
};

const LONGEST_NOUN: Readonly<Record<string, readonly [string, number]>> = {
  platformVersion: ['platform_version', 64],
  platformPatchLevel: ['platform_patch_level', 64],
};

const NOUNS = ['principal', 'src', 'target', 'observer'] as const;
const NOUN_LISTS = ['intermediary', 'about'] as const;

/** Vendor of at most 32 letters and digits, a colon, an id of at most 128 characters. */
const ASSET_ID = /^[A-Za-z0-9 _-]{1,32}:.{1,128}$/s;

/** Checks an event in protobuf's JSON against the rules of the usage guide. */
export function checkEvent(event: Json, run: Run): void {
  within(run, 'metadata', checkMetadata, (event.metadata ?? {}) as Json);
  for (const name of NOUNS) {
    const noun = event[name] as Json | undefined;
    if (noun) within(run, name, checkNoun, noun);
  }
  for (const name of NOUN_LISTS) {
    const nouns = event[name] as readonly Json[] | undefined;
    if (nouns === undefined) continue;
    for (let index = 0; index < nouns.length; index++)
      within(run, `${name}[${index}]`, checkNoun, nouns[index] as Json);
  }
  for (const { path, expected } of missingSections(event))
    tell(run, run.options.requiredSections, 'udm-missing-section', expected, path === '' ? undefined : `set ${path}`);
}

/** Checks an entity in protobuf's JSON. */
export function checkEntity(entity: Json, run: Run): void {
  within(run, 'metadata', checkEntityMetadata, (entity.metadata ?? {}) as Json);
  const noun = entity.entity as Json | undefined;
  if (noun) within(run, 'entity', checkNoun, noun);
}

function checkEntityMetadata(metadata: Json, run: Run): void {
  if (metadata.entityType === undefined)
    tell(run, run.options.requiredSections, 'udm-missing-section', 'an entity needs metadata.entity_type');
  checkLengths(metadata, LONGEST_METADATA, run);
}

function checkMetadata(metadata: Json, run: Run): void {
  if (metadata.eventType === undefined)
    tell(run, run.options.requiredSections, 'udm-missing-section', 'an event needs metadata.event_type');
  checkLengths(metadata, LONGEST_METADATA, run);
  checkUrl(metadata.urlBackToProduct, 'url_back_to_product', run);
}

function checkNoun(noun: Json, run: Run): void {
  const { port, ip, url, assetId } = noun;
  if (typeof port === 'number') {
    if (port < 1 || port > 65535)
      tellAt(run, 'port', run.options.portRange, 'udm-bad-port', `expected a port from 1 to 65535, found ${port}`);
    if (Array.isArray(ip) && ip.length > 1)
      tellAt(
        run,
        'port',
        run.options.portWithOneAddress,
        'udm-port-addresses',
        `a noun with a port has one address, this has ${ip.length}`,
        'set the port in a noun of its own, such as one of intermediary',
      );
  }
  checkUrl(url, 'url', run);
  if (typeof assetId === 'string' && !ASSET_ID.test(assetId))
    tellAt(
      run,
      'asset_id',
      run.options.assetIdForm,
      'udm-bad-asset-id',
      `expected vendor:id of at most 32 and 128 characters, found ${quote(assetId)}`,
    );
  checkLengths(noun, LONGEST_NOUN, run);
}

function checkUrl(url: unknown, name: string, run: Run): void {
  if (typeof url === 'string' && !/^[A-Za-z][A-Za-z0-9+.-]*:/.test(url))
    tellAt(run, name, run.options.urlScheme, 'udm-url-scheme', `expected a URL with a scheme, found ${quote(url)}`);
}

function checkLengths(message: Json, longest: Readonly<Record<string, readonly [string, number]>>, run: Run): void {
  for (const jsonName in longest) {
    const text = message[jsonName];
    const [name, most] = longest[jsonName] as readonly [string, number];
    // A character takes at most three bytes for each of its UTF-16 units.
    if (typeof text !== 'string' || text.length * 3 <= most) continue;
    const bytes = Buffer.byteLength(text);
    if (bytes > most)
      tellAt(run, name, run.options.lengths, 'udm-too-long', `expected at most ${most} bytes, found ${bytes}`);
  }
}

function tellAt(
  run: Run,
  step: string,
  ...problem: Parameters<typeof tell> extends [Run, ...infer Rest] ? Rest : never
): void {
  const before = run.problems.length;
  tell(run, ...problem);
  if (run.problems.length > before) prefixPaths(run.problems, before, step);
}

function within(run: Run, step: string, check: (part: Json, run: Run) => void, part: Json): void {
  const before = run.problems.length;
  check(part, run);
  if (run.problems.length > before) prefixPaths(run.problems, before, step);
}
