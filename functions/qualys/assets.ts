import { asObject, asText, parseExactJson, type QualysRecord } from './answer';
import { rememberAssets } from './asset-cache';
import type { SearchFeed } from './feeds';
import { type Range, type ReadingEnd, readPages } from './pages';
import type { Run } from './run-context';

/** Its records bear lists of software and vulnerabilities: larger pages time out (JupiterOne's collector, graph-qualys). */
const PAGE_SIZE = 300;

/**
 * Host assets for the SecOps log type `QUALYS_ASSET_CONTEXT`, whose parser reads the names of the older API's host list
 * ("Search hosts", docs.qualys.com/en/am/api; its filter `updated` goes by the member `modified`).
 */
export const assets: SearchFeed = {
  name: 'assets',
  sweeps: true,
  appends: false,
  // The first page of a large subscription took more than five minutes, and its repetition one and a half.
  requestTimeoutSeconds: 300,
  path: '/qps/rest/2.0/search/am/hostasset',
  type: 'HostAsset',
  dateMember: 'modified',
  pageSize: PAGE_SIZE,
  criteria: (since) => [{ field: 'updated', operator: 'GREATER', value: since }],
  counted: (since) => ({ path: assets.path, criteria: assets.criteria(since) }),
  read: readAssets,
  date: ({ date }) => date ?? '',
  line: ({ json }) => json,
};

/** What findings join is remembered before a page is stored: a run that dies in between leaves nothing to be made up. */
async function* readAssets(range: Range, run: Run): AsyncGenerator<QualysRecord[], ReadingEnd> {
  const pages = readPages(assets, range, run);
  for (;;) {
    const page = await pages.next();
    if (page.done) return page.value;
    const converted = page.value.map((record) => ({ record, asset: assetOf(record) }));
    await rememberAssets(
      converted.map(({ asset }) => asset),
      run,
    );
    yield converted.map(({ record, asset }) => ({ ...record, json: Buffer.from(JSON.stringify(asset)) }));
  }
}

/** The properties that a record says are missing if they are. */
export const PROPERTIES = [
  'GATEWAY_ADDRESSES',
  'FQDN',
  'IP_ADDRESSES',
  'MAC_ADDRESSES',
  'OS',
  'CRITICALITY_SCORE',
] as const;

/** A host asset under the names of the host list, and what that list does not have under names of our own. */
export interface Asset {
  /** Of the host in the older API; missing of an asset that was never scanned. */
  ID?: string;
  ASSET_ID: string;
  /** When it was last changed, as Qualys spells it. */
  MODIFIED?: string;
  GATEWAY_ADDRESSES?: string[];
  FQDN?: string;
  IP_ADDRESSES?: string[];
  MAC_ADDRESSES?: string[];
  OS?: string;
  CRITICALITY_SCORE?: string;
  /** Which of the {@link PROPERTIES} Qualys does not have. */
  MISSING: string[];
  [name: string]: unknown;
}

type Fields = Record<string, unknown>;

/** The asset of a record `{"HostAsset":{…}}`. */
export function assetOf({ id, json }: QualysRecord): Asset {
  const host = asObject(asObject(parseExactJson(json))?.HostAsset) ?? {};
  const text = (name: string) => textOf(host[name]);
  const interfaces = elementsOf(host.networkInterface, 'HostAssetInterface');
  const all = (name: string) => unique(interfaces.map((each) => textOf(each[name])));
  const fqdn = [text('fqdn'), text('dnsHostName')].find((name) => name?.includes('.'));
  const properties = {
    GATEWAY_ADDRESSES: all('gatewayAddress'),
    FQDN: fqdn,
    IP_ADDRESSES: unique([text('address'), ...interfaces.map((each) => textOf(each.address))]),
    MAC_ADDRESSES: all('macAddress'),
    OS: text('os'),
    CRITICALITY_SCORE: text('criticalityScore'),
  };
  const hostname = text('dnsHostName') ?? fqdn ?? text('name');
  const tags = elementsOf(host.tags, 'TagSimple').map((tag) =>
    present({ TAG_ID: textOf(tag.id), NAME: textOf(tag.name) }),
  );
  return present({
    ID: text('qwebHostId'),
    ASSET_ID: id,
    IP: properties.IP_ADDRESSES[0],
    DNS_DATA: hostname === undefined ? undefined : present({ HOSTNAME: hostname, FQDN: fqdn }),
    ...properties,
    NAME: text('name'),
    NETBIOS: text('netbiosName'),
    TRACKING_METHOD: text('trackingMethod'),
    CREATED: text('created'),
    MODIFIED: text('modified'),
    LAST_VM_SCANNED_DATE: text('lastVulnScan'),
    TAGS: tags.length === 0 ? undefined : { TAG: tags },
    CLOUD_PROVIDER: text('cloudProvider'),
    ...cloudOf(host),
    MISSING: PROPERTIES.filter((name) => (properties[name]?.length ?? 0) === 0),
  }) as Asset;
}

/** Where the host runs, if Qualys knows of a cloud. */
function cloudOf(host: Fields): Fields {
  const [ec2] = elementsOf(host.sourceInfo, 'Ec2AssetSourceSimple');
  if (!ec2) return {};
  const tags = elementsOf(asObject(ec2.ec2InstanceTags)?.tags, 'EC2Tags').flatMap(({ key, value }) => {
    const [name, content] = [textOf(key), textOf(value)];
    return name === undefined ? [] : [present({ NAME: name, VALUE: content })];
  });
  return {
    CLOUD_SERVICE: 'EC2',
    CLOUD_RESOURCE_ID: textOf(ec2.instanceId),
    EC2_INSTANCE_ID: textOf(ec2.instanceId),
    CLOUD_PROVIDER_TAGS: tags.length === 0 ? undefined : { CLOUD_TAG: tags },
  };
}

/** Elements of a list, whichever of JSON (`list: [{Type: {…}}]`) and XML (`list: {Type: …}`) it came in. */
function elementsOf(value: unknown, type: string): Fields[] {
  const list = asObject(value)?.list;
  const wrapped = Array.isArray(list) ? list.map((element) => asObject(element)?.[type]) : asObject(list)?.[type];
  return (Array.isArray(wrapped) ? wrapped : [wrapped]).flatMap((element): Fields[] => {
    const fields = asObject(element);
    return fields ? [fields] : [];
  });
}

/** Text that says something: of an operating system, a name of it can be an element of its own. */
function textOf(value: unknown): string | undefined {
  const text = (asText(value) ?? asText(asObject(value)?.name))?.trim();
  return text === undefined || text === '' || text === 'null' ? undefined : text;
}

function unique(texts: readonly (string | undefined)[]): string[] {
  return [...new Set(texts.filter((text) => text !== undefined))];
}

/** The members that have a value; a list that is empty has none. */
function present(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([name, value]) => value !== undefined && (name === 'MISSING' || !Array.isArray(value) || value.length > 0),
    ),
  );
}
