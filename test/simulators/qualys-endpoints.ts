import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen } from './loopback';
import { htmlPage, INVALID_CREDENTIALS, type Reply, refusalReply, reply, simpleReturn } from './qualys-answers';
import { deliver } from './qualys-delivery';
import type { Fault } from './qualys-faults';

export interface QualysEndpointsOptions {
  username: string;
  password: string;
}

/** What is asked of the APIs, as few records as they give. */
export interface QualysEndpoints {
  /** Base URL, without a slash at its end. */
  url: string;
  /** Used up by the next request whose path matches. */
  faults: { on: RegExp; fault: Fault }[];
  /** Kinds of records that nobody can see. */
  empty: Set<'Alert' | 'HostAsset' | 'HOST'>;
  /** Beside each answer of the older API: `WARNING` of a version that is being retired. */
  warning: string | undefined;
  /** Beside each answer. */
  headers: Record<string, string>;
  /** `METHOD path` and body of every request so far. */
  requests: { line: string; body: string; hasCredentials: boolean }[];
  /** Logins that were rejected so far. */
  readonly failedLogins: number;
  close(): Promise<void>;
}

/**
 * The endpoints of Qualys that collectors use, each with one record: version of the portal, search of alerts and host
 * assets (QPS), detections, those by CVE, and KnowledgeBase (the older API), as Qualys documents them
 * ("Search alerts", docs.qualys.com/en/cm/api; "Host List Detection", "KnowledgeBase", docs.qualys.com/en/vm/api).
 */
export async function startQualysEndpoints(options: QualysEndpointsOptions): Promise<QualysEndpoints> {
  let failedLogins = 0;

  function answer({ method, url: path = '', headers }: IncomingMessage, body: string): Reply {
    const endpoint = ENDPOINTS.find((one) => one.path.test(path));
    if (endpoint === undefined || endpoint.method !== method) return reply(404, 'text/html', htmlPage('404 Not Found'));
    const isOlder = path.startsWith('/api/');
    const login = /^Basic (.+)$/.exec(headers.authorization ?? '')?.[1];
    if (login !== Buffer.from(`${options.username}:${options.password}`).toString('base64')) {
      if (login !== undefined) failedLogins += 1;
      if (!isOlder) return refusalReply('json', INVALID_CREDENTIALS);
      return reply(401, 'text/xml', simpleReturn(2000, 'Bad Login/Password'));
    }
    if (isOlder && !headers['x-requested-with'])
      return reply(400, 'text/xml', simpleReturn(1901, 'X-Requested-With is missing'));
    if (!endpoint.body.test(body)) return reply(400, 'text/xml', simpleReturn(1903, 'Missing required parameter(s)'));
    const { record, type } = endpoint;
    const isEmpty = type === undefined || qualys.empty.has(type);
    return isOlder
      ? reply(200, 'text/xml', older(endpoint.root ?? '', isEmpty && type !== undefined ? '' : record, qualys.warning))
      : reply(200, 'application/json', portal(isEmpty ? 0 : 1, type === undefined || !isEmpty ? record : ''));
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url, headers } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    qualys.requests.push({ line: `${method} ${url}`, body, hasCredentials: headers.authorization !== undefined });
    const index = qualys.faults.findIndex(({ on }) => on.test(url ?? ''));
    const [{ fault } = {}] = index === -1 ? [] : qualys.faults.splice(index, 1);
    if (fault === 'hang') return;
    if (fault === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    if (fault?.delayMs) await sleep(fault.delayMs, undefined, { ref: false });
    const proper = (fault && faultyReply(fault)) ?? answer(request, body);
    await deliver(response, { ...proper, headers: { ...qualys.headers, ...proper.headers } }, { compressed: false });
  }

  const loopback = await listen(handle);
  const qualys: QualysEndpoints = {
    ...loopback,
    faults: [],
    empty: new Set(),
    warning: undefined,
    headers: {},
    requests: [],
    get failedLogins() {
      return failedLogins;
    },
  };
  return qualys;
}

function faultyReply(fault: Exclude<Fault, string>): Reply | undefined {
  if (fault.status !== undefined)
    return reply(fault.status, fault.contentType ?? 'text/html', fault.body ?? '', fault.headers);
  return fault.refusal && refusalReply('json', fault.refusal);
}

interface Endpoint {
  readonly method: string;
  readonly path: RegExp;
  /** What a request must say. */
  readonly body: RegExp;
  readonly type?: 'Alert' | 'HostAsset' | 'HOST';
  readonly record: string;
  /** Root of an answer of the older API. */
  readonly root?: string;
}

const SEARCH = /<limitResults>1<\/limitResults>.*<Criteria field="\w+" operator="GREATER">/;

const ENDPOINTS: readonly Endpoint[] = [
  { method: 'GET', path: /^\/qps\/rest\/portal\/version$/, body: /^$/, record: '{"Portal-Version":{"Portal":"3.20"}}' },
  {
    ...{ method: 'POST', path: /^\/qps\/rest\/1\.0\/search\/cm\/alert\/?$/, body: SEARCH, type: 'Alert' },
    record: '{"Alert":{"id":123,"alertDate":"2026-01-01T00:00:05Z"}}',
  },
  {
    ...{ method: 'POST', path: /^\/qps\/rest\/2\.0\/search\/am\/hostasset\/?$/, body: SEARCH, type: 'HostAsset' },
    record: '{"HostAsset":{"id":13263514,"qwebHostId":7774720}}',
  },
  {
    ...{
      method: 'POST',
      path: /^\/api\/[45]\.0\/fo\/asset\/host\/vm\/detection\/$/,
      body: /^action=list&/,
      type: 'HOST',
    },
    record: '<HOST_LIST><HOST><ID>7774720</ID></HOST></HOST_LIST>',
    root: 'HOST_LIST_VM_DETECTION_OUTPUT',
  },
  {
    ...{ method: 'POST', path: /^\/api\/[34]\.0\/fo\/asset\/host\/vm\/cve_detection\/$/, body: /^action=list&/ },
    type: 'HOST',
    record: '<HOST_LIST><HOST><ID>7774720</ID></HOST></HOST_LIST>',
    root: 'HOST_LIST_CVE_VM_DETECTION_OUTPUT',
  },
  {
    ...{ method: 'POST', path: /^\/api\/[34]\.0\/fo\/knowledge_base\/vuln\/$/, body: /^action=list&.*\bids=\d+/ },
    record: '<VULN_LIST><VULN><QID>6</QID></VULN></VULN_LIST>',
    root: 'KNOWLEDGE_BASE_VULN_LIST_OUTPUT',
  },
];

function portal(count: number, record: string): string {
  const data = record === '' ? '' : `,"data":[${record}]`;
  return `{"ServiceResponse":{"responseCode":"SUCCESS","count":${count},"hasMoreRecords":"false"${data}}}`;
}

function older(root: string, record: string, warning: string | undefined): string {
  const warned = warning === undefined ? '' : `<WARNING><CODE>1980</CODE><TEXT>${warning}</TEXT></WARNING>`;
  return (
    `<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE ${root} SYSTEM "http://127.0.0.1/dtd/output.dtd">\n` +
    `<${root}><RESPONSE><DATETIME>2026-01-01T00:00:00Z</DATETIME>${record}${warned}</RESPONSE></${root}>`
  );
}
