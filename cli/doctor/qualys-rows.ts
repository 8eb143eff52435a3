import { type Check, couldNotTell, type State } from './check';
import type { NoQualysAnswer, QualysAnswer } from './qualys-answer';
import { KNOWLEDGEBASE, type Probe } from './qualys-probes';

/** The troubleshooting table that the rows below follow. */
const VENDOR_TABLE =
  'https://learn.microsoft.com/en-us/security-exposure-management/qualys-data-connector#troubleshooting-the-qualys-data-connector';
const ERRORS = 'https://docs.qualys.com/en/vm/qweb-all-api/appendix/appendix_d.htm';
const LIMITS = 'https://docs.qualys.com/en/vm/api/assets/get_started/api_limits.htm';
const PLATFORMS = 'https://www.qualys.com/platform-identification/';

/** Code of a check that the KnowledgeBase is not granted. */
export const NO_GRANT = 'qualys-knowledgebase-not-granted';

/** What an answer means. */
interface Row {
  /** After `qualys-`. */
  readonly code: string;
  readonly state: State;
  /** After what Qualys answered. */
  readonly meaning: string;
  readonly todo: string;
  readonly page: string;
  /** Whether the next login would be refused, too. */
  readonly isRefused?: boolean;
}

/** What a row depends on beside the answer. */
export interface Circumstances {
  readonly probe: Probe;
  /** Whether Qualys took the credentials a moment ago. */
  readonly wasTaken: boolean;
  /** Whether the collectors call from one reserved address. */
  readonly isStatic: boolean;
}

/** The row of an answer, as a check without its command; undefined of one that is good. */
export function judgeAnswer(
  answer: QualysAnswer,
  circumstances: Circumstances,
): { readonly check: Check; readonly isRefused: boolean } | undefined {
  const row = rowOf(answer, circumstances);
  if (row === undefined) return undefined;
  const { name } = circumstances.probe;
  const { code, state, meaning, todo, page, isRefused = false } = row;
  const check = { code: `qualys-${code}`, name, state, finding: `${said(answer)}: ${meaning}`, todo, page };
  return { check, isRefused };
}

/** `HTTP 409, 1965 "This API cannot be run again for another 60 seconds."` */
function said({ status, code, words }: QualysAnswer): string {
  return [`HTTP ${status}`, [code, words && `"${words}"`].filter(Boolean).join(' ')].filter(Boolean).join(', ');
}

/** What the body says counts for more than the status: the older API refuses with 409, and QPS with 200. */
function rowOf(answer: QualysAnswer, circumstances: Circumstances): Row | undefined {
  const { status, code, root } = answer;
  const known = code === undefined ? undefined : byCode(code, answer, circumstances);
  if (known) return known;
  if (status >= 300 && status < 400) return wrongServer('it sends elsewhere, so that this is not the API server');
  if (status >= 400) return byStatus(answer, circumstances);
  if (code === 'SUCCESS' || (root !== undefined && code === undefined && root.endsWith('_OUTPUT')))
    return circumstances.probe.hasRecords && !answer.hasData ? noData(circumstances) : undefined;
  if (root === undefined) return notQualys();
  return refusedRequest(circumstances);
}

function byCode(code: string, answer: QualysAnswer, circumstances: Circumstances): Row | undefined {
  const { probe, isStatic } = circumstances;
  switch (code) {
    case 'INVALID_CREDENTIALS':
    case '2000':
      return refusedCredentials(circumstances);
    case '2003':
      return {
        code: 'registration-incomplete',
        state: 'will fail',
        meaning: 'the account is not active before its first login',
        todo: "Log in to Qualys' UI once as this user: accept the licence agreement, and set the password.",
        page: ERRORS,
        isRefused: true,
      };
    case '2007':
      return {
        code: 'address-not-allowed',
        state: isStatic ? 'could not tell' : 'will fail',
        meaning: 'the subscription takes calls from listed addresses only, and that of this machine is none',
        todo: isStatic
          ? "What counts is the reserved address of the collectors (output egress_address): have Qualys list it; and this machine's, to look from here."
          : 'The addresses of the collectors change: set qualys.egress: static, deploy, and have Qualys list the output egress_address.',
        page: 'https://learn.microsoft.com/en-us/security-exposure-management/configure-data-connectors#allowlist-ip-addresses',
      };
    case 'UNAUTHORIZED':
      return {
        code: 'api-not-allowed',
        state: 'will fail',
        meaning: "the user's role lacks API Access or the module",
        todo: `Give the user ${probe.needs}.`,
        page: probe.page,
      };
    case 'INSUFFICIENT_PERMISSION':
      return forbidden(circumstances);
    case 'EVALUATION_EXPIRED':
      return {
        code: 'trial-ended',
        state: 'will fail',
        meaning: 'the trial of the subscription or of the module has ended',
        todo: 'Have Qualys extend it, or buy the module.',
        page: probe.page,
      };
    case '1960':
      return limited('concurrency-limited', 'too many calls of the subscription run at the same time', answer);
    case '1965':
    case '1920':
    case 'LIMIT_EXCEEDED':
      return limited('rate-limited', "the subscription's calls of this API are used up for now", answer);
    case '999':
      return unavailable();
    default:
      return undefined;
  }
}

function byStatus(answer: QualysAnswer, circumstances: Circumstances): Row {
  const { status, code } = answer;
  if (status === 401) return refusedCredentials(circumstances);
  if (status === 403) return forbidden(circumstances);
  if (status === 404) return noSuchApi(circumstances);
  if (status === 409 && circumstances.probe.code === KNOWLEDGEBASE) return noGrant();
  // The older API blocks calls with 409, and gateways with 429.
  if (status === 429 || (status === 409 && code === undefined))
    return limited('rate-limited', "the subscription's calls are used up for now", answer);
  if (status === 408 || status >= 500) return unavailable();
  return refusedRequest(circumstances);
}

function refusedCredentials({ probe, wasTaken }: Circumstances): Row {
  if (wasTaken)
    return {
      code: 'permission-missing',
      state: 'will fail',
      meaning: 'the same user and password were taken a moment ago, so that the user may not use this API',
      todo: `Give the user ${probe.needs}.`,
      page: VENDOR_TABLE,
      isRefused: true,
    };
  return {
    code: 'credentials-refused',
    state: 'will fail',
    meaning: 'the user name or the password is wrong, or the account is locked, SSO-only or without permission',
    todo: 'No second login was tried, so that the account is not locked. Check both, and that the account is neither locked nor SSO-only, before you run this again.',
    page: VENDOR_TABLE,
    isRefused: true,
  };
}

function forbidden(circumstances: Circumstances): Row {
  const { probe } = circumstances;
  if (probe.code === KNOWLEDGEBASE) return noGrant();
  return {
    code: 'forbidden',
    state: 'will fail',
    meaning: "the user's role or scope does not allow it",
    todo: `Give the user ${probe.needs}.`,
    page: VENDOR_TABLE,
  };
}

/** The collector asks the CVE detection API instead, and goes on. */
function noGrant(): Row {
  return {
    code: 'knowledgebase-not-granted',
    state: 'warning',
    meaning: 'the KnowledgeBase API is not granted, and findings go on without it: by CVE, without titles and scores',
    todo: "For all of it, ask Qualys' support or your account manager to grant the subscription the KnowledgeBase API, which no role of yours can give, then give the user access to it. The next run takes it up.",
    page: VENDOR_TABLE,
  };
}

function wrongServer(meaning: string): Row {
  return {
    code: 'not-found',
    state: 'will fail',
    meaning,
    todo: "Correct qualys.apiUrl: it is the API server of your platform (https://qualysapi…), as Help > About in Qualys' UI names it.",
    page: PLATFORMS,
  };
}

/** Of a server that took a login, it is the version that it does not have. */
function noSuchApi({ probe: { version, page }, wasTaken }: Circumstances): Row {
  if (version === undefined || !wasTaken) return wrongServer('there is no such API at this server');
  const { setting, value } = version;
  return {
    code: 'not-found',
    state: 'will fail',
    meaning: `this server has no version ${value} of this API`,
    todo: `Correct ${setting}: the page and the vendor's notices name the versions that are served.`,
    page,
  };
}

function limited(code: string, meaning: string, { waitSeconds, limits }: QualysAnswer): Row {
  const wait = waitSeconds === undefined ? 'Try again later' : `Try again in ${waitSeconds} s`;
  return {
    code,
    state: 'could not tell',
    meaning: limits === undefined ? meaning : `${meaning} (${limits})`,
    todo: `${wait}. If it lasts: all integrations of the subscription share its limits. Ask Qualys for higher ones, or give the others a calmer schedule.`,
    page: LIMITS,
  };
}

function unavailable(): Row {
  return {
    code: 'unavailable',
    state: 'could not tell',
    meaning: 'a failure inside of Qualys, which mostly passes',
    todo: 'Try again in a minute; if it lasts, look at the status page, and check the API server and the credentials.',
    page: 'https://status.qualys.com',
  };
}

function noData({ probe }: Circumstances): Row {
  return {
    code: 'no-data',
    state: 'could not tell',
    meaning:
      probe.only === undefined
        ? 'no record is visible to this user, so that there are none yet, or its scope has none'
        : `no record is visible to this user that was ${probe.only}`,
    todo: `Look in Qualys' UI whether there are any. If so, give the user ${probe.needs}.`,
    page: VENDOR_TABLE,
  };
}

function notQualys(): Row {
  return {
    code: 'not-an-answer',
    state: 'could not tell',
    meaning: 'that is no answer of the API: a notice of maintenance, or a proxy that answers in its place',
    todo: 'Open the API server in a browser from this machine, and take proxies out of the way.',
    page: 'https://status.qualys.com',
  };
}

function refusedRequest({ probe }: Circumstances): Row {
  return {
    code: 'request-refused',
    state: 'could not tell',
    meaning: 'Qualys does not take the request, which is as documented',
    todo: `Compare it with the page; the version of the API${probe.version ? ` (${probe.version.setting}: ${probe.version.value})` : ''} may be gone from this platform.`,
    page: probe.page,
  };
}

/** There was no answer: the network is in the way, or what guards Qualys. */
export function judgeSilence({ reason }: NoQualysAnswer, probe: Probe, timeoutMs: number): Check {
  const { name } = probe;
  if (reason === 'ENOTFOUND' || reason === 'EAI_AGAIN')
    return couldNotTell({
      code: 'qualys-unreachable',
      ...{ name, page: PLATFORMS },
      finding: `the name of the API server is not known here (${reason})`,
      todo: 'Check qualys.apiUrl and the network. The collectors use no proxy, and neither does this.',
    });
  if (/CERT|SIGNATURE|TLS|SSL/.test(reason))
    return couldNotTell({
      code: 'qualys-certificate',
      ...{ name, page: PLATFORMS },
      finding: `the certificate of the API server is not trusted here (${reason})`,
      todo: 'A proxy may open TLS: NODE_EXTRA_CA_CERTS names its certificate. Nothing was sent.',
    });
  return couldNotTell({
    code: 'qualys-unreachable',
    ...{ name, page: 'https://status.qualys.com' },
    finding:
      reason === 'timeout' ? `there was no answer within ${timeoutMs / 1000} s` : `the connection failed (${reason})`,
    todo: 'Check the network and the status page. A subscription that takes calls from listed addresses only may drop those of others.',
  });
}
