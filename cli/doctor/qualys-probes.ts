import type { QualysSettings } from '../../environments/qualys';
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
  /** Whether one without a record tells something. */
  readonly hasRecords: boolean;
  /** What the user needs for it. */
  readonly needs: string;
  /** The vendor's page on the API. */
  readonly page: string;
}

/** How far assets may have changed in the past to be collected, in days, as in the vendor's own connector. */
const ASSET_DAYS = 90;
/** Any that every KnowledgeBase has: QID 6, "DNS Host Name". */
const ANY_QID = 6;

const XML = 'text/xml';
const FORM = 'application/x-www-form-urlencoded';

const READER =
  'API Access in the role, the module Asset View with "Read Asset", and the scope "Allow user view access to all objects"; or the role Manager';

const VM_READER = 'the role Reader or above for VM (Auditor is not enough), with the hosts in its scope';
const DETECTIONS = 'https://docs.qualys.com/en/vm/api/assets/host_lists/host_detection.htm';

/**
 * The cheapest request to each API, in the order in which they are sent.
 * @param now milliseconds since the epoch
 */
export function probes(now: number): readonly Probe[] {
  const since = new Date(now - ASSET_DAYS * 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z');
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
      needs: READER,
      page: 'https://docs.qualys.com/en/ca/api/agents/list_agents.htm',
    },
    {
      name: 'detections',
      code: 'qualys-detections',
      feed: 'findings',
      request: form('/api/5.0/fo/asset/host/vm/detection/', 'action=list&truncation_limit=1&show_results=0'),
      hasRecords: true,
      needs: VM_READER,
      page: DETECTIONS,
    },
    {
      name: 'KnowledgeBase',
      code: KNOWLEDGEBASE,
      feed: 'findings',
      request: form('/api/4.0/fo/knowledge_base/vuln/', `action=list&details=Basic&ids=${ANY_QID}`),
      hasRecords: false,
      needs: 'the KnowledgeBase grant, which Qualys gives a subscription on request',
      page: 'https://cdn2.qualys.com/docs/qualys-api-vmpc-user-guide.pdf',
    },
  ];
}

/** What codes of the KnowledgeBase's checks begin with. */
export const KNOWLEDGEBASE = 'qualys-knowledgebase';

/** Where the environment collects no findings, and chooses none. */
const CVE_DETECTION_VERSION = '3.0';

/** Asked where the KnowledgeBase is not granted, as the collector does, which it then has to serve. */
export function cveDetections({ findings }: Pick<QualysSettings, 'findings'>): Probe {
  return {
    name: 'CVE detections',
    code: 'qualys-cve-detections',
    feed: 'findings',
    request: form(
      `/api/${findings?.cveDetectionVersion ?? CVE_DETECTION_VERSION}/fo/asset/host/vm/cve_detection/`,
      'action=list&truncation_limit=1',
    ),
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
