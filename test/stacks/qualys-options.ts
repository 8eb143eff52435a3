import { join } from 'node:path';
import type { Environment } from '../../environments/schema';
import { parseEnvironment } from '../synthesize';

// Files of one's own that options name.
process.env.TRIBUTARY_ENVIRONMENTS = join(__dirname, 'fixtures');

const KEY = 'projects/acme-keys/locations/europe-west3/keyRings/logs/cryptoKeys/qualys';
const INSTANCE =
  'location: europe, instance: 3d0c6a52-9b1e-4f7a-8c2d-5e6f7a8b9c0d, feedServiceAccount: feeds@chronicle-gcp-prod.iam.gserviceaccount.com';
const IMPORT = `import:
    logs: old-logs
    state: old-state
    code: old-code
    alertsAccount: projects/acme-secops/serviceAccounts/old-alerts@acme-secops.iam.gserviceaccount.com
    buildAccount: projects/acme-secops/serviceAccounts/old-build@acme-secops.iam.gserviceaccount.com
    invokerAccount: projects/acme-secops/serviceAccounts/old-invoker@acme-secops.iam.gserviceaccount.com
    username: projects/acme-secops/secrets/old-username
    password: projects/acme-secops/secrets/old-password
    function: projects/acme-secops/locations/europe-west3/functions/old-alerts
    schedule: projects/acme-secops/locations/europe-west3/jobs/old-alerts
    feed: projects/acme-secops/locations/europe/instances/3d0c6a52-9b1e-4f7a-8c2d-5e6f7a8b9c0d/feeds/0a1b`;

const SWEPT_IMPORT = ['assets', 'findings']
  .flatMap((feed) => [
    `${feed}Account: projects/acme-secops/serviceAccounts/old-${feed}@acme-secops.iam.gserviceaccount.com`,
    `${feed}Function: projects/acme-secops/locations/europe-west3/functions/old-${feed}`,
    `${feed}Schedule: projects/acme-secops/locations/europe-west3/jobs/old-${feed}`,
    `${feed}Feed: projects/acme-secops/locations/europe/instances/3d0c6a52-9b1e-4f7a-8c2d-5e6f7a8b9c0d/feeds/${feed}`,
  ])
  .join('\n    ');

const PARSER = 'projects/acme-chronicle/locations/europe/instances/3d0c6a52-9b1e-4f7a-8c2d-5e6f7a8b9c0d/logTypes';
const PARSERS = `parsers: {
    QUALYS_CONTINUOUS_MONITORING: { parser: parity, validation: required, import: { parser: ${PARSER}/QUALYS_CONTINUOUS_MONITORING/parsers/pa_1 } },
    QUALYS_VM: prebuilt }`;

interface Option {
  /** Of the section qualys, as YAML. */
  readonly settings?: string;
  /** Of the environment. */
  readonly environment?: string;
  readonly isProtected?: boolean;
}

/** The option that all others add to, unless they set the schedule: of one with few runs the longest gap is found soon. */
export const BASE = 'every six hours';
const EVERY_SIX_HOURS = 'alerts: { schedule: "0 */6 * * *" }';

/** Every option of the pipeline alone, and two combinations. */
const OPTIONS: Record<string, Option> = {
  defaults: {},
  [BASE]: { settings: EVERY_SIX_HOURS },
  protected: { isProtected: true },
  'collector settings': {
    settings:
      'retention: 30d\n  reserveCalls: 25%\n  alerts: { initialLookback: 30d, settling: 10m }\n  timeZone: Asia/Tokyo',
  },
  location: { settings: 'storage: { location: EU }' },
  'storage class': { settings: 'storage: { storageClass: NEARLINE }' },
  autoclass: { settings: 'storage: { autoclass: true }' },
  'no soft delete': { settings: 'storage: { softDelete: 0d }' },
  'own key': { settings: `storage: { kmsKey: ${KEY} }` },
  'minimum retention': { settings: 'storage: { minimumRetention: 30d }' },
  'static egress': { settings: 'egress: static' },
  secops: { settings: `secops: { ${INSTANCE} }` },
  'secops, deleting': { settings: `secops: { ${INSTANCE}, sourceDeletion: on-success }` },
  'secops, described': {
    settings: `secops: { ${INSTANCE}, namespace: corp.emea, labels: { stage: prod, Team_1: "Sec Ops" }, maxLookback: 30d }`,
  },
  'secops, another project': { settings: `secops: { ${INSTANCE}, project: acme-chronicle }` },
  'secops, improved parser': {
    settings: `secops: { ${INSTANCE}, parsers: { QUALYS_CONTINUOUS_MONITORING: improved } }`,
  },
  thresholds: {
    settings: `alarms: { lag: 30m, missedRuns: 2, secopsSilence: 1h }\n  secops: { ${INSTANCE} }`,
  },
  assets: { settings: 'assets: {}' },
  'assets and findings, told all': {
    settings: `assets: { schedule: "0 */6 * * *", changedWithin: 30d, sweepEvery: 12h, fullSweepEvery: 14d, settling: 1h }
  findings: { schedule: "30 */6 * * *", sweepEvery: 1d, detectionVersion: "4.0", knowledgeBaseVersion: "3.0", cveDetectionVersion: "2.0" }
  serviceAccounts: { assets: acme-assets, findings: acme-findings }
  alarms: { sweep: 5d }
  secops: { ${INSTANCE} }`,
  },
  'assets and findings, taken in': {
    settings: `assets: { schedule: "0 */6 * * *" }
  findings: { schedule: "30 */6 * * *" }
  names: { assetsFunction: old-assets, assetsSchedule: old-hosts, findingsFunction: old-findings, findingsSchedule: old-vulns }
  import:
    ${SWEPT_IMPORT}
  secops: { ${INSTANCE} }`,
  },
  names: {
    settings: `buckets: { logs: acme-logs, state: acme-state, code: acme-code }
  serviceAccounts: { alerts: acme-alerts, build: acme-build, invoker: acme-invoker }
  names: { function: acme-function, schedule: acme-schedule, username: acme_username, password: acme_password }`,
  },
  imports: { settings: `${IMPORT}\n  secops: { ${INSTANCE} }` },
  notifications: {
    environment:
      'notifications: { emails: [secops@example.com, soc@example.com], pagerduty: true, pagerdutyKeyVersion: 3, runbooks: https://wiki.example.com/runbooks }',
  },
  daily: { settings: 'alerts: { schedule: "30 6 * * *" }' },
  'weekdays only': { settings: 'alerts: { schedule: "0 6 * * 1-5" }' },
  'every minute': { settings: 'alerts: { schedule: "* * * * *" }' },
  'combination 1: everything kept, own key, one address': {
    isProtected: true,
    environment: 'notifications: { emails: [secops@example.com], pagerduty: true }',
    settings: `retention: 365d
  timeZone: Europe/Berlin
  alerts: { schedule: "0 */4 * * *" }
  storage: { location: EU, storageClass: COLDLINE, softDelete: 90d, kmsKey: ${KEY}, minimumRetention: 365d }
  egress: static
  secops: { ${INSTANCE}, namespace: corp, labels: { stage: prod }, parsers: { QUALYS_CONTINUOUS_MONITORING: { extension: parsers/extension.conf } } }`,
  },
  'combination 2: taken in, deleting, another project': {
    environment: 'notifications: { pagerduty: true, runbooks: https://wiki.example.com/runbooks }',
    settings: `storage: { autoclass: true, softDelete: 0d }
  names: { function: old-alerts, schedule: old-alerts, username: old-username, password: old-password }
  buckets: { logs: old-logs, state: old-state, code: old-code }
  serviceAccounts: { alerts: old-alerts, build: old-build, invoker: old-invoker }
  ${IMPORT}
  alarms: { missedRuns: 1 }
  secops: { ${INSTANCE}, project: acme-chronicle, sourceDeletion: on-success, ${PARSERS} }`,
  },
};

export const OPTION_NAMES: readonly string[] = Object.keys(OPTIONS);

/** The environment file of an option. */
export function optionText(name: string): string {
  const { settings = '', environment = '', isProtected = false } = OPTIONS[name] ?? {};
  const schedule = name === 'defaults' || settings.includes('alerts:') ? '' : EVERY_SIX_HOURS;
  return `environment: test
protected: ${isProtected}
backend: { local: {} }
${environment}
qualys:
  project: acme-secops
  region: europe-west3
  apiUrl: https://qualysapi.qualys.eu
  ${schedule}
  ${settings}
`;
}

export function optionEnvironment(name: string): Environment {
  return parseEnvironment('test', optionText(name));
}
