import type { QualysSettings } from '../../environments/qualys';
import { at } from '../../environments/values';
import { PLACEHOLDER_SECRET } from '../../functions/qualys/contract';
import { type Check, type CheckGroup, couldNotTell, ok, skipped, warning } from './check';
import { askQualys, NoQualysAnswer, type QualysAnswer, type QualysLogin } from './qualys-answer';
import { curlOf, cveDetections, type Probe, probes, QUALYS_FEEDS, type QualysFeed } from './qualys-probes';
import { judgeAnswer, judgeSilence, NO_GRANT } from './qualys-rows';

export interface QualysOptions {
  readonly settings: QualysSettings;
  /** Undefined: there are no credentials, and nobody logs in. */
  readonly login: QualysLogin | undefined;
  /** Feeds that are looked at, whatever the environment collects. Default: those that it collects. */
  readonly feeds?: readonly QualysFeed[];
  /** Milliseconds that one request may take. */
  readonly timeoutMs: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const NO_LOGIN = 'there are no credentials';

/**
 * One cheap request to each API, one after another: the first shows whether Qualys takes the credentials, and after a
 * refusal there is no other login.
 */
export async function checkQualys(options: QualysOptions): Promise<CheckGroup> {
  const { settings, login } = options;
  const [first, ...others] = probes(options.now, options.settings);
  const title = `Qualys ${new URL(settings.apiUrl).host}`;
  if (first === undefined) return { title, checks: [] };
  const server = judgeServer(settings.apiUrl);
  if (login === undefined) {
    const missing = couldNotTell({
      code: 'qualys-credentials-missing',
      name: first.name,
      finding: `${NO_LOGIN}: TF_VAR_qualys_username and TF_VAR_qualys_password are not both set`,
      todo: 'Export them, or type the password: --username <name> --ask-password. The first deploy writes them into Secret Manager.',
      page: first.page,
    });
    const rest = others.map((probe) => skipped(probe.name, probe.code, NO_LOGIN));
    return { title, checks: [...server, await reach(first, options), missing, ...rest] };
  }
  return { title, checks: [...server, ...(await logIn(first, others, options, login))] };
}

async function logIn(
  first: Probe,
  others: readonly Probe[],
  options: QualysOptions,
  login: QualysLogin,
): Promise<Check[]> {
  const checks: Check[] = [];
  const begun = await probe(first, options, login, false);
  checks.push(begun.check);
  let obstacle = begun.isGood ? undefined : `"${first.name}" has to be good first`;
  const asked = [...others];
  for (const one of asked) {
    if (!isCollected(one, options))
      checks.push(skipped(one.name, one.code, `the environment does not collect ${one.feed}; --feeds looks anyway`));
    else if (obstacle !== undefined) checks.push(skipped(one.name, one.code, obstacle));
    else {
      const { check, isRefused } = await probe(one, options, login, true);
      checks.push(check);
      // Findings then come from there.
      if (check.code === NO_GRANT) asked.push(cveDetections(options.settings));
      if (isRefused) obstacle = 'Qualys refused a login: there is no other one';
    }
  }
  return checks;
}

interface Probed {
  readonly check: Check;
  readonly isGood: boolean;
  readonly isRefused: boolean;
}

async function probe(one: Probe, options: QualysOptions, login: QualysLogin, wasTaken: boolean): Promise<Probed> {
  const { settings, timeoutMs } = options;
  const command = curlOf(one.request, settings.apiUrl, true);
  try {
    const answer = await askQualys(one.request, { apiUrl: settings.apiUrl, login, timeoutMs });
    const isStatic = settings.egress === 'static';
    const row = judgeAnswer(answer, { probe: one, wasTaken, isStatic });
    if (row === undefined) return { check: good(one, answer), isGood: true, isRefused: false };
    return { check: { ...row.check, command }, isGood: false, isRefused: row.isRefused };
  } catch (error) {
    if (!(error instanceof NoQualysAnswer)) throw error;
    return { check: { ...judgeSilence(error, one, timeoutMs), command }, isGood: false, isRefused: false };
  }
}

function good({ name, code, page, version }: Probe, { limits, retiring }: QualysAnswer): Check {
  const finding = ['Qualys answers this user', ...(limits ? [limits] : [])].join('; ');
  if (retiring === undefined) return ok({ name, code, finding, page });
  return warning({
    ...{ name, code: 'qualys-version-retiring', finding: `${finding}. It warns: "${retiring}"` },
    todo:
      version === undefined
        ? 'This version of the API is being retired: update before it ends.'
        : `This version of the API is being retired: set ${version.setting} (${version.value}) to a later one before it ends.`,
    page: 'https://notifications.qualys.com/api/2025/08/17/updates-on-api-versioning-standards-deprecation-timelines',
  });
}

/** Without credentials: an answer of any kind shows that the way is free, and is no login. */
async function reach(first: Probe, { settings, timeoutMs }: QualysOptions): Promise<Check> {
  const name = 'API server';
  const command = curlOf(first.request, settings.apiUrl, false);
  try {
    const answer = await askQualys(first.request, { apiUrl: settings.apiUrl, timeoutMs });
    const row = judgeAnswer(answer, { probe: first, wasTaken: false, isStatic: settings.egress === 'static' });
    const tells = ['qualys-not-found', 'qualys-address-not-allowed', 'qualys-not-an-answer', 'qualys-unavailable'];
    if (row !== undefined && tells.includes(row.check.code)) return { ...row.check, name, command };
    return ok({ name, code: 'qualys-server', finding: 'it answers here', page: first.page });
  } catch (error) {
    if (!(error instanceof NoQualysAnswer)) throw error;
    return { ...judgeSilence(error, first, timeoutMs), name, command };
  }
}

/** Of a collector's two names of each platform only one is of the API. */
function judgeServer(apiUrl: string): Check[] {
  if (!/^qualysguard\./.test(new URL(apiUrl).hostname)) return [];
  return [
    couldNotTell({
      code: 'qualys-ui-server',
      name: 'API server',
      finding: 'qualysguard… is the server of the UI',
      todo: 'Set qualys.apiUrl to the one of the API: the same name with qualysapi in place of qualysguard.',
      page: 'https://www.qualys.com/platform-identification/',
    }),
  ];
}

function isCollected({ feed }: Probe, { settings, feeds }: QualysOptions): boolean {
  return feed === undefined || (feeds ?? collectedFeeds(settings)).includes(feed);
}

/** Feeds that the section has settings of. */
export function collectedFeeds(settings: QualysSettings): QualysFeed[] {
  return QUALYS_FEEDS.filter((feed) => at(settings, feed) !== undefined);
}

/** The credentials of the first deploy; undefined unless both are there and filled in. */
export function qualysLogin(env: NodeJS.ProcessEnv, given: Partial<QualysLogin> = {}): QualysLogin | undefined {
  const username = given.username ?? env.TF_VAR_qualys_username ?? '';
  const password = given.password ?? env.TF_VAR_qualys_password ?? '';
  const isFilled = [username, password].every((value) => value !== '' && value !== PLACEHOLDER_SECRET);
  return isFilled ? { username, password } : undefined;
}
