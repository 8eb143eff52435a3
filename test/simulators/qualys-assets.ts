import { xmlElements } from './qualys-alerts';
import { type Reply, reply } from './qualys-answers';
import type { Disturbance } from './qualys-faults';
import type { Host, HostStore } from './qualys-hosts';
import { COMPARISONS, DEFAULT_LIMIT, MAX_LIMIT } from './qualys-search';

export const ASSET_PATH = /^\/qps\/rest\/2\.0\/(search|count)\/am\/hostasset\/?$/;

/** The proper answer to a search of host assets, or to their count; undefined if Qualys would not accept it. */
export function assetReply(
  path: string,
  format: 'json' | 'xml',
  body: string,
  hosts: HostStore,
  { page }: Disturbance = {},
): Reply | undefined {
  const limit = Number(/<limitResults>([^<]*)<\/limitResults>/.exec(body)?.[1] ?? DEFAULT_LIMIT);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) return undefined;
  let after = 0;
  const criteria: ((host: Host) => boolean)[] = [];
  for (const [, field, operator = '', value = ''] of body.matchAll(
    /<Criteria field="([^"]*)" operator="([^"]*)">([^<]*)<\/Criteria>/g,
  )) {
    const compare = COMPARISONS[operator];
    if (!compare) return undefined;
    if (field === 'id' && operator === 'GREATER') after = Number(value);
    else if (field === 'updated' || field === 'lastVulnScan') {
      const moment = Date.parse(value);
      if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value)) return undefined;
      criteria.push(({ modified }) => compare(Math.floor(modified / 1000) * 1000 - moment));
    } else return undefined;
  }
  const matches = (host: Host) => criteria.every((criterion) => criterion(host));
  if (ASSET_PATH.exec(path)?.[1] === 'count') {
    const { length } = hosts.select(matches, 0, Number.POSITIVE_INFINITY).hosts;
    return envelope(format, { responseCode: 'SUCCESS', count: length }, '');
  }
  const found = hosts.select(matches, hosts.numberFrom(after + 1, 'assetId'), limit);
  const shown = page === 'empty-with-more' ? [] : found.hosts;
  if (page === 'descending') shown.reverse();
  const hasMore = page === 'empty-with-more' || found.next !== undefined;
  const last = shown.at(-1);
  const head = {
    responseCode: 'SUCCESS',
    count: shown.length,
    hasMoreRecords: String(hasMore),
    ...(hasMore && last && page !== 'without-last-id' && { lastId: last.assetId }),
  };
  return envelope(
    format,
    head,
    shown.map((host) => element(format, hosts.asset(host))).join(format === 'json' ? ',' : ''),
  );
}

function envelope(format: 'json' | 'xml', head: Record<string, unknown>, data: string): Reply {
  if (format === 'json') {
    const list = data && `,"data":[${data}]`;
    return reply(200, 'application/json', `{"ServiceResponse":${JSON.stringify(head).slice(0, -1)}${list}}}`);
  }
  const list = data && `<data>${data}</data>`;
  return reply(200, 'application/xml', `<ServiceResponse>${xmlElements(head)}${list}</ServiceResponse>`);
}

/** In XML a list has its elements by type. */
function element(format: 'json' | 'xml', asset: object): string {
  if (format === 'json') return `{"HostAsset":${JSON.stringify(asset)}}`;
  return `<HostAsset>${Object.entries(asset)
    .map(([name, value]) => xmlMember(name, value))
    .join('')}</HostAsset>`;
}

function xmlMember(name: string, value: unknown): string {
  const list = typeof value === 'object' && value !== null ? (value as { list?: object[] }).list : undefined;
  if (!list) return xmlElements({ [name]: value });
  return `<${name}><list>${list.map((wrapped) => xmlElements(wrapped as Record<string, unknown>)).join('')}</list></${name}>`;
}
