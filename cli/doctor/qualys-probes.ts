import { seconds } from '../../environments/duration';
import { assetsFeed, findingsFeed, type QualysSettings } from '../../environments/qualys';
import type { QualysRequest } from './qualys-answer';

/** What a pipeline may collect of Qualys; `login` comes before all. */
export const QUALYS_FEEDS = ['alerts', 'assets', 'findings'] as const;
export type QualysFeed = (typeof QUALYS_FEEDS)[number];

/** One request that shows whether an API serves this user. */
export interface Probe {
  readonly name: string;
  /** What codes of its checks begin with. */
  readonly code: string;
  /** Which feed needs it; undefined: all. */
  readonly feed?: QualysFeed;
  readonly request: QualysRequest;
  /** Where the environment chooses the version of the API: the setting, and what it is. */
  readonly version?: { readonly setting: string; readonly value: string };
  /** Whether one without a record tells something. */
  readonly hasRecords: boolean;
  /** Which records it asks for, where not for all: `modified in the last 90d`. */
  readonly only?: string;
  /** What the user needs for it. */
  readonly needs: string;
  /** The vendor's page on the API. */
  readonly page: string;
}

/** Any that every KnowledgeBase has: QID 6, "DNS Host Name". */
const ANY_QID = 6;

const XML = 'text/xml';
const FORM = 'application/x-www-form-urlencoded';

const READER =
  'API Access in the role, the module Asset View with "Read Asset", and the scope "Allow user view access to all objects"; or the role Manager';

const VM_READER = 'the role Reader or above for VM (Auditor is not enough), with the hosts in its scope';
const DETECTIONS = 'https://docs.qualys.com/en/vm/api/assets/host_lists/host_detection.htm';

/**
 * The cheapest request to each API, in the order in which they are sent; of a feed that the environment does not collect
 * as if it did so with every default.
 * @param now milliseconds since the epoch
 */
export function probes(
  now: number,
  { assets = assetsFeed.parse({}), findings = findingsFeed.parse({}) }: Pick<QualysSettings, 'assets' | 'findings'>,
): readonly Probe[] {
  const { changedWithin } = assets;
  const since = new Date(now - seconds(changedWithin) * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
  const { detectionVersion, knowledgeBaseVersion } = findings;
  return [
    {
      name: 'login',
      code: 'qualys-login',
      request: { method: 'GET', path: '/qps/rest/portal/version' },
      hasRecords: false,
      needs: 'API Access in the role',
      page: 'https://docs.qualys.com/en/cm/api/get_started/user_account.htm',
    },
    {
      name: 'alerts',
      code: 'qualys-alerts',
      feed: 'alerts',
      request: search('/qps/rest/1.0/search/cm/alert/', '<Criteria field="id" operator="GREATER">0</Criteria>'),
      hasRecords: true,
      needs: 'API Access in the role, and the module Continuous Monitoring',
      page: 'https://docs.qualys.com/en/cm/api/alerts/search_alerts.htm',
    },
    {
      name: 'host assets',
      code: 'qualys-assets',
      feed: 'assets',
      request: search(
        '/qps/rest/2.0/search/am/hostasset',
        `<Criteria field="updated" operator="GREATER">${since}</Criteria>`,
      ),
      hasRecords: true,
      only: `modified in the last ${changedWithin}`,
      needs: READER,
      page: 'https://docs.qualys.com/en/ca/api/agents/list_agents.htm',
    },
    {
      name: 'detections',
      code: 'qualys-detections',
      feed: 'findings',
      request: form(
        `/api/${detectionVersion}/fo/asset/host/vm/detection/`,
        'action=list&truncation_limit=1&show_results=0',
      ),
      version: { setting: 'qualys.findings.detectionVersion', value: detectionVersion },
      hasRecords: true,
      needs: VM_READER,
      page: DETECTIONS,
    },
    {
      name: 'KnowledgeBase',
      code: KNOWLEDGEBASE,
      feed: 'findings',
      request: form(`/api/${knowledgeBaseVersion}/fo/knowledge_base/vuln/`, `action=list&details=Basic&ids=${ANY_QID}`),
      version: { setting: 'qualys.findings.knowledgeBaseVersion', value: knowledgeBaseVersion },
      hasRecords: false,
      needs: 'the KnowledgeBase grant, which Qualys gives a subscription on request',
      page: 'https://cdn2.qualys.com/docs/qualys-api-vmpc-user-guide.pdf',
    },
  ];
}

/** What codes of the KnowledgeBase's checks begin with. */
export const KNOWLEDGEBASE = 'qualys-knowledgebase';

/** Asked where the KnowledgeBase is not granted, as the collector does, which it then has to serve. */
export function cveDetections({ findings = findingsFeed.parse({}) }: Pick<QualysSettings, 'findings'>): Probe {
  const { cveDetectionVersion } = findings;
  return {
    name: 'CVE detections',
    code: 'qualys-cve-detections',
    feed: 'findings',
    request: form(`/api/${cveDetectionVersion}/fo/asset/host/vm/cve_detection/`, 'action=list&truncation_limit=1'),
    version: { setting: 'qualys.findings.cveDetectionVersion', value: cveDetectionVersion },
    hasRecords: true,
    needs: VM_READER,
    page: DETECTIONS,
  };
}

function search(path: string, criteria: string): QualysRequest {
  const body = `<ServiceRequest><preferences><limitResults>1</limitResults></preferences><filters>${criteria}</filters></ServiceRequest>`;
  return { method: 'POST', path, contentType: XML, body };
}

function form(path: string, body: string): QualysRequest {
  return { method: 'POST', path, contentType: FORM, body };
}

/**
 * The request as a command, with the password as `$QUALYS_PASSWORD`.
 * @param isLogin whether it was sent with credentials
 */
export function curlOf({ method, path, contentType, body }: QualysRequest, apiUrl: string, isLogin: boolean): string {
  return [
    'curl -sS -i',
    ...(isLogin ? ['-u "$QUALYS_USERNAME:$QUALYS_PASSWORD"'] : []),
    '-H "X-Requested-With: curl"',
    ...(method === 'POST' ? ['-X POST'] : []),
    // What -d sends by itself is a form.
    ...(contentType === XML ? [`-H "Content-Type: ${XML}"`] : []),
    ...(body === undefined ? [] : [`-d '${body}'`]),
    `'${apiUrl}${path}'`,
  ].join(' ');
}
