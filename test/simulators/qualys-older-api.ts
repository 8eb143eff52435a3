import { type Reply, reply, simpleReturn } from './qualys-answers';
import type { Disturbance } from './qualys-faults';
import type { HostStore } from './qualys-hosts';
import type { Knowledge } from './qualys-knowledge';

/** What the older API (`/api/<version>/fo/…`) answers out of. */
export interface OlderApiWorld {
  hosts: HostStore;
  knowledge: Knowledge;
  /** How the KnowledgeBase is refused; undefined if it is granted. */
  refused?: 403 | 409;
  /** Base URL of the API, as answers name it. */
  url: string;
}

const LISTS = {
  detection: {
    path: /^\/api\/(\d+\.\d+)\/fo\/asset\/host\/vm\/detection\/$/,
    root: 'HOST_LIST_VM_DETECTION_OUTPUT',
    parameters: [
      ...[
        'action',
        'status',
        'id_min',
        'id_max',
        'ids',
        'truncation_limit',
        'show_results',
        'show_asset_id',
        'show_igs',
      ],
      ...['show_tags', 'vm_processed_after', 'vm_processed_before', 'detection_updated_since', 'output_format'],
    ],
  },
  cve: {
    path: /^\/api\/(\d+\.\d+)\/fo\/asset\/host\/vm\/cve_detection\/$/,
    root: 'HOST_LIST_CVE_VM_DETECTION_OUTPUT',
    parameters: [
      'action',
      'status',
      'id_min',
      'truncation_limit',
      'show_asset_id',
      'show_qvs',
      'vm_processed_after',
      'cve',
    ],
  },
} as const;

const KNOWLEDGE_PATH = /^\/api\/(\d+\.\d+)\/fo\/knowledge_base\/vuln\/$/;
const KNOWLEDGE_PARAMETERS = [
  'action',
  'details',
  'ids',
  'id_min',
  'id_max',
  'last_modified_after',
  'last_modified_before',
];

/** Qualys' default, in hosts. */
const DEFAULT_LIMIT = 1000;

/** The proper answer of the older API, unless it is disturbed; undefined of another path. */
export function olderApiReply(
  path: string,
  method: string,
  body: string,
  world: OlderApiWorld,
  disturbance: Disturbance = {},
): Reply | undefined {
  for (const [kind, list] of Object.entries(LISTS) as [keyof typeof LISTS, (typeof LISTS)[keyof typeof LISTS]][]) {
    const version = list.path.exec(path)?.[1];
    if (version === undefined) continue;
    const form = formOf(method, body, list.parameters);
    return 'refusal' in form ? form.refusal : hostList(kind, Number(version), form.values, world, disturbance);
  }
  if (!KNOWLEDGE_PATH.test(path)) return undefined;
  if (world.refused === 403) return reply(403, 'text/html', '<html><body>Forbidden</body></html>');
  if (world.refused === 409) return reply(409, 'text/html', '');
  const form = formOf(method, body, KNOWLEDGE_PARAMETERS);
  return 'refusal' in form ? form.refusal : knowledgeList(form.values, world);
}

function formOf(
  method: string,
  body: string,
  known: readonly string[],
): { values: Readonly<Record<string, string>> } | { refusal: Reply } {
  const refuse = (code: number, text: string) => ({ refusal: reply(400, 'text/xml', simpleReturn(code, text)) });
  if (method !== 'POST') return refuse(1908, 'Wrong method');
  const values = Object.fromEntries(new URLSearchParams(body));
  const unknown = Object.keys(values).find((name) => !known.includes(name));
  if (unknown !== undefined) return refuse(1901, `Unrecognized parameter(s): ${unknown}`);
  const empty = Object.keys(values).find((name) => values[name] === '');
  if (empty !== undefined) return refuse(1905, `parameter ${empty} has invalid value`);
  return values.action === 'list' ? { values } : refuse(1903, 'Missing required parameter(s): action');
}

function hostList(
  kind: 'detection' | 'cve',
  version: number,
  values: Readonly<Record<string, string>>,
  { hosts, url }: OlderApiWorld,
  { page, warning }: Disturbance,
): Reply {
  const after = Date.parse(values.vm_processed_after ?? '1970-01-01T00:00:00Z');
  const limit = Number(values.truncation_limit ?? DEFAULT_LIMIT);
  const from = hosts.numberFrom(Number(values.id_min ?? 0), 'hostId');
  const found = hosts.select(
    ({ modified }) => Math.floor(modified / 1000) * 1000 > after,
    from,
    limit === 0 ? Number.POSITIVE_INFINITY : limit,
  );
  const shown = page === 'empty-with-more' ? [] : found.hosts;
  if (page === 'descending') shown.reverse();
  const next = found.next?.hostId;
  const path = `${url}/api/${version.toFixed(1)}/fo/asset/host/vm/${kind === 'cve' ? 'cve_detection' : 'detection'}/`;
  const link =
    warning === 'without-url'
      ? ''
      : `<URL><![CDATA[${path}?action=list&truncation_limit=${limit}&id_min=${next ?? (page ? Number(values.id_min) : '')}]]></URL>`;
  const truncation =
    warning !== 'absent' && (next !== undefined || page === 'empty-with-more')
      ? `<WARNING><CODE>1980</CODE><TEXT>${limit} record limit exceeded. Use URL to get next batch of results.</TEXT>${link}</WARNING>`
      : '';
  // As answers of versions that end bear it.
  const ending =
    version < 5 && kind === 'detection'
      ? '<WARNING><TEXT>This API version is end of service. Please use version 5.0.</TEXT></WARNING>'
      : '';
  const list =
    shown.length === 0 ? '' : `<HOST_LIST>${shown.map((host) => hosts.xml(host, kind, version)).join('')}</HOST_LIST>`;
  const { root } = LISTS[kind];
  return xml(root, `<DATETIME>2026-01-01T00:00:00Z</DATETIME>\n${list}${ending}${truncation}`, url);
}

function knowledgeList(values: Readonly<Record<string, string>>, { knowledge, url }: OlderApiWorld): Reply {
  const qids =
    values.ids === undefined
      ? knowledge.modifiedWithin(
          Date.parse(values.last_modified_after ?? '1970-01-01T00:00:00Z'),
          Date.parse(values.last_modified_before ?? '9999-12-31T00:00:00Z'),
        )
      : values.ids.split(',').map(Number);
  const list = qids.map((qid) => knowledge.xml(qid)).join('');
  const root = 'KNOWLEDGE_BASE_VULN_LIST_OUTPUT';
  return xml(root, `<DATETIME>2026-01-01T00:00:00Z</DATETIME>${list && `<VULN_LIST>${list}</VULN_LIST>`}`, url);
}

function xml(root: string, content: string, url: string): Reply {
  return reply(
    200,
    'text/xml;charset=UTF-8',
    `<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE ${root} SYSTEM "${url}/dtd/output.dtd">\n<!-- generated -->\n` +
      `<${root}>\n<RESPONSE>${content}</RESPONSE>\n</${root}>\n`,
  );
}
