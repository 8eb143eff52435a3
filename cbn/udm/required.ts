type Json = Readonly<Record<string, unknown>>;

/** A part that an event of its type needs and that is not set. */
export interface Missing {
  /** In the names that parsers write. */
  readonly path: string;
  readonly expected: string;
}

interface Rule {
  readonly path: string;
  readonly what: string;
  isMet(event: Json): boolean;
}

/**
 * What an event of its type needs (docs.cloud.google.com/chronicle/docs/unified-data-model/udm-usage). The type is the
 * name before its last words: `FILE_` stands for each type that begins so, the longest that fits counts. Where Google's
 * own example of SCAN_VULN_HOST has a principal and no target, either is enough.
 */
const REQUIRED: Readonly<Record<string, readonly Rule[]>> = {
  STATUS_: [machine('principal')],
  SCAN_: [machine('target', 'principal')],
  SCAN_UNCATEGORIZED: [],
  SCAN_NETWORK: [],
  SCAN_VULN_: [machine('target', 'principal'), part('extensions.vulns')],
  NETWORK_: [machine('principal', 'target')],
  NETWORK_CONNECTION: [machine('principal'), part('target')],
  NETWORK_HTTP: [machine('principal'), part('target'), part('network.http')],
  NETWORK_DNS: [machine('principal'), part('network.dns')],
  NETWORK_DHCP: [part('network.dhcp')],
  NETWORK_FTP: [part('network.ftp')],
  NETWORK_SMTP: [part('network.smtp')],
  EMAIL_TRANSACTION: [part('principal'), part('network.email')],
  FILE_: [machine('principal'), part('target.file')],
  PROCESS_: [machine('principal'), part('target.process')],
  REGISTRY_: [machine('principal'), part('target.registry')],
  MUTEX_: [machine('principal'), part('target.resource')],
  SCHEDULED_TASK_: [machine('principal'), part('principal.user'), part('target.resource')],
  SETTING_: [machine('principal'), part('target.resource')],
  SERVICE_: [machine('principal'), part('target')],
  SYSTEM_AUDIT_LOG_: [machine('principal'), part('principal.user')],
  USER_: [part('target.user', 'principal.user')],
  USER_LOGIN: [part('target.user'), part('extensions.auth')],
  USER_LOGOUT: [part('target.user'), part('extensions.auth')],
  USER_CREATION: [part('target.user')],
  USER_DELETION: [part('target.user')],
  USER_CHANGE_: [part('target.user')],
  USER_RESOURCE_: [part('principal.user'), part('target.resource')],
  GROUP_: [part('principal.user'), part('target.group')],
  RESOURCE_: [part('principal'), part('target.resource')],
};

const MACHINE_IDS = ['ip', 'mac', 'hostname', 'assetId'] as const;

/** What an event in protobuf's JSON lacks for its type; an unknown or missing type needs nothing. */
export function missingSections(event: Json): readonly Missing[] {
  const { eventType } = (event.metadata ?? {}) as Json;
  if (typeof eventType !== 'string') return [];
  const rules = rulesOf(eventType);
  if (rules.every((rule) => rule.isMet(event))) return [];
  return rules
    .filter((rule) => !rule.isMet(event))
    .map(({ path, what }) => ({ path, expected: `${eventType} needs ${what}` }));
}

const found = new Map<string, readonly Rule[]>();

function rulesOf(eventType: string): readonly Rule[] {
  const known = found.get(eventType);
  if (known) return known;
  const [longest = ''] = Object.keys(REQUIRED)
    .filter((key) => (key.endsWith('_') ? eventType.startsWith(key) : eventType === key))
    .sort((a, b) => b.length - a.length);
  const rules = REQUIRED[longest] ?? [];
  found.set(eventType, rules);
  return rules;
}

/** One of the nouns has an address, a host name or an asset id. */
function machine(...nouns: readonly string[]): Rule {
  return {
    path: `${nouns[0]}.hostname, ${nouns[0]}.ip, ${nouns[0]}.mac or ${nouns[0]}.asset_id`,
    what: `a machine (ip, mac, hostname or asset_id) in ${nouns.join(' or ')}`,
    isMet: (event) =>
      nouns.some((noun) => MACHINE_IDS.some((id) => (event[noun] as Json | undefined)?.[id] !== undefined)),
  };
}

/** One of the parts is there. */
function part(...paths: readonly string[]): Rule {
  const ways = paths.map((path) => path.split('.'));
  return {
    path: paths.join(' or '),
    what: paths.join(' or '),
    isMet: (event) =>
      ways.some((way) => way.reduce<unknown>((at, name) => (at as Json | undefined)?.[name], event) !== undefined),
  };
}
