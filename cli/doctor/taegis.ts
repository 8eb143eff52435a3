import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { CloudflareSettings } from '../../environments/cloudflare';
import { UserError } from '../../environments/user-error';
import { DEFAULT_KEY, KEYS_VARIABLE, readKeys, type TaegisKeys } from '../logpush/rotate/keys';
import { mapBounded } from '../parallel';
import { attempt, type Check, type CheckGroup, couldNotTell, type Look, ok, skipped, told, willFail } from './check';

export interface TaegisOptions {
  readonly settings: CloudflareSettings;
  /** Whether an empty batch is sent with each key. */
  readonly send: boolean;
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds that one request may take. */
  readonly timeoutMs: number;
}

/** An integration that jobs push to. */
interface Integration {
  /** `default`, or the dataset that has its own. */
  readonly name: string;
  readonly url: string;
  readonly datasets: readonly string[];
}

const PAGE = 'https://docs.taegis.secureworks.com/integration/http_ingest_overview/';
const AT_ONCE = 4;

/** Taegis, as Logpush will push to it. */
export async function checkTaegis(options: TaegisOptions): Promise<CheckGroup> {
  const integrations = integrationsOf(options.settings);
  const keys = keysOf(options.env, integrations);
  const checks = await mapBounded(integrations, AT_ONCE, async (integration) => {
    const endpoint = lookOf('endpoint', integration, options);
    const key = lookOf('key', integration, options);
    const reached = await attempt(endpoint, () => reach(integration, endpoint, options));
    return [...reached, ...(await trySend(integration, keys.keys, key, options))];
  });
  return { title: 'Taegis XDR', checks: [keys.check, ...checks.flat()] };
}

function lookOf(what: 'endpoint' | 'key', { name }: Integration, { timeoutMs }: TaegisOptions): Look {
  return { name: `${what} ${name}`, code: `taegis-${what}`, page: PAGE, timeoutMs };
}

export function integrationsOf({ account, zones, taegis }: CloudflareSettings): Integration[] {
  const used = [...(account?.datasets ?? []), ...zones.flatMap(({ datasets }) => datasets)].map(
    ({ dataset }) => dataset,
  );
  const byName = new Map<string, Integration>();
  for (const dataset of [...new Set(used)].sort()) {
    const own = taegis.datasets[dataset];
    const name = own === undefined ? DEFAULT_KEY : dataset;
    const datasets = [...(byName.get(name)?.datasets ?? []), dataset];
    byName.set(name, { name, url: (own ?? taegis.default)?.url ?? '', datasets });
  }
  return [...byName.values()];
}

/** Keys are judged by their names only. */
function keysOf(env: NodeJS.ProcessEnv, integrations: readonly Integration[]): { keys: TaegisKeys; check: Check } {
  const look = { name: 'keys', code: 'taegis-keys', page: PAGE };
  try {
    const keys = readKeys(env);
    if (Object.keys(keys).length === 0)
      return {
        keys,
        check: couldNotTell({
          ...look,
          code: 'taegis-keys-missing',
          finding: `there are none: ${KEYS_VARIABLE} is not set`,
          todo: `A deploy needs it: export ${KEYS_VARIABLE}='{"default":"…"}', with the key of each integration.`,
        }),
      };
    const without = integrations
      .flatMap(({ datasets }) => datasets)
      .filter((dataset) => keyOf(keys, dataset) === undefined);
    if (without.length === 0) return { keys, check: ok({ ...look, finding: 'there is one for each dataset' }) };
    return {
      keys,
      check: willFail({
        ...look,
        code: 'taegis-keys-incomplete',
        finding: `${KEYS_VARIABLE} has none for ${without.join(', ')}: a deploy is refused`,
        todo: 'Add the key of each integration by its dataset, or "default".',
      }),
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return {
      keys: {},
      check: willFail({
        ...look,
        code: 'taegis-keys-unreadable',
        finding: error.message.replace(/\.$/, ''),
        todo: 'Mend it: one line of JSON.',
      }),
    };
  }
}

function keyOf(keys: TaegisKeys, dataset: string): string | undefined {
  return keys[dataset] || keys[DEFAULT_KEY] || undefined;
}

/** Any answer shows that somebody is there. Without a key it is nothing that Taegis would take. */
async function reach({ url, datasets }: Integration, look: Look, { timeoutMs }: TaegisOptions): Promise<Check[]> {
  const at = addressOf(url);
  const answer = await request(url, { method: 'HEAD' }, timeoutMs);
  if (typeof answer === 'number') return [ok({ ...told(look), finding: `${at} answers, for ${datasets.join(', ')}` })];
  return [
    couldNotTell({
      ...told(look),
      code: 'taegis-unreachable',
      finding: `${at} does not answer here (${answer})`,
      todo: 'Compare the URL with the integration in Taegis. It is Cloudflare that must reach it: from its own networks, at every deploy.',
    }),
  ];
}

async function trySend(
  integration: Integration,
  keys: TaegisKeys,
  look: Look,
  options: TaegisOptions,
): Promise<Check[]> {
  const { name, code } = look;
  if (!options.send) return [skipped(name, code, 'nothing is sent without --send')];
  const different = [...new Set(integration.datasets.map((dataset) => keyOf(keys, dataset)))].filter(
    (key) => key !== undefined,
  );
  if (different.length === 0) return [skipped(name, code, 'there is no key')];
  const checks = await Promise.all(
    different.map((key) => attempt(look, async () => [await sendEmpty(integration, key, look, options)])),
  );
  return checks.flat();
}

/** One batch without a record, as Logpush sends them: gzip of JSON lines, with the key as bearer. */
async function sendEmpty({ url }: Integration, key: string, look: Look, { timeoutMs }: TaegisOptions): Promise<Check> {
  const headers = {
    Authorization: `Bearer ${key}`,
    'Content-Encoding': 'gzip',
    'Content-Type': 'application/x-ndjson',
  };
  if (!/^[\x21-\x7e]+$/.test(key))
    return willFail({
      ...told(look),
      code: 'taegis-key-unusable',
      finding: 'the key has spaces or other characters that no header takes',
      todo: 'Copy it again.',
    });
  const answer = await request(url, { method: 'POST', headers, body: await promisify(gzip)('') }, timeoutMs);
  if (typeof answer === 'string')
    return couldNotTell({
      ...told(look),
      code: 'taegis-unreachable',
      finding: `no answer to the empty batch (${answer})`,
    });
  if (answer >= 200 && answer < 300) return ok({ ...told(look), finding: `an empty batch is taken (HTTP ${answer})` });
  if (answer === 401 || answer === 403)
    return willFail({
      ...told(look),
      code: 'taegis-key-refused',
      finding: `Taegis refuses the key (HTTP ${answer}): Cloudflare's test upload would fail, and with it the deploy`,
      todo: `Copy the key of this integration into ${KEYS_VARIABLE}; each integration has its own.`,
    });
  if (answer === 404 || answer === 405 || (answer >= 300 && answer < 400))
    return willFail({
      ...told(look),
      code: 'taegis-url-wrong',
      finding: `there is no HTTP Ingest at this URL (HTTP ${answer})`,
      todo: 'Copy the URL of the integration: Integrations > Cloud APIs > HTTP Ingest.',
    });
  return couldNotTell({
    ...told(look),
    code: 'taegis-empty-batch',
    finding: `the empty batch is answered with HTTP ${answer}, which says nothing of the key`,
    todo: "How Taegis answers one is not documented: Cloudflare's test upload at the deploy tells.",
  });
}

/** Status of the answer, or why there is none. Messages of the HTTP library may hold what was sent. */
async function request(url: string, init: RequestInit, timeoutMs: number): Promise<number | string> {
  try {
    const { status, body } = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
    await body?.cancel();
    return status;
  } catch (error) {
    const { name, cause } = (error ?? {}) as { name?: string; cause?: { code?: unknown } };
    if (name === 'TimeoutError') return `nothing within ${timeoutMs / 1000} s`;
    return typeof cause?.code === 'string' ? cause.code : 'the connection failed';
  }
}

/** Without a query, which may hold something of the customer's. */
function addressOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
