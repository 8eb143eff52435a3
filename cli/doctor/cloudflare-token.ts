import { UserError } from '../../environments/user-error';
import { type CloudflareApi, CloudflareApiError } from '../cloudflare-api';
import { type Check, couldNotTell, firstSentence, ok, sentence, warning, willFail } from './check';
import type { CloudflareOptions } from './cloudflare';

/** What the token needs. */
export const PERMISSIONS = 'https://developers.cloudflare.com/logs/logpush/permissions/';
const TOKENS = 'https://developers.cloudflare.com/fundamentals/api/how-to/account-owned-token-template/';
/** A token that ends so soon is told. */
const SOON_DAYS = 30;

/** `GET /user/tokens/verify` and, of an account's token, `GET /accounts/{id}/tokens/verify`. */
interface Verified {
  readonly status?: string;
  readonly expires_on?: string;
}

/** Whether Cloudflare takes the credentials at all. */
export async function checkToken(options: CloudflareOptions): Promise<Check> {
  const name = 'credentials';
  const known = { name, code: 'cloudflare-token', page: TOKENS };
  try {
    return judge(await verify(options), options, known);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const [finding = '', ...todo] = error.message.split('\n');
    if (!(error instanceof CloudflareApiError))
      return couldNotTell({
        ...known,
        code: 'cloudflare-token-missing',
        finding: firstSentence(finding),
        todo: 'Export CLOUDFLARE_API_TOKEN (dash.cloudflare.com > My Profile > API Tokens) with Logs: Edit on account and zones, Zero Trust: PII Read for Access, Gateway and DEX datasets, and Notifications: Edit.',
        page: PERMISSIONS,
      });
    if (!isRefusedToken(error))
      return couldNotTell({ ...known, code: 'cloudflare-no-answer', finding: sentence(finding), todo: todo.join(' ') });
    return willFail({
      ...known,
      code: 'cloudflare-token-refused',
      finding: sentence(finding),
      todo: 'Export a token that is valid: dash.cloudflare.com > My Profile > API Tokens.',
    });
  }
}

/** Whether Cloudflare refuses the credentials, and not what is asked with them. */
export function isRefusedToken({ status, codes }: CloudflareApiError): boolean {
  return status === 401 || codes.some((code) => [1000, 6003, 6111, 9103, 9109].includes(code));
}

async function verify({ api, env, settings: { account } }: CloudflareOptions): Promise<Verified | undefined> {
  if (!env.CLOUDFLARE_API_TOKEN?.trim()) {
    await ask(api, '/user', "read the user's name");
    return undefined;
  }
  try {
    return await ask<Verified>(api, '/user/tokens/verify', 'verify the token');
  } catch (error) {
    // A token of an account is none of a user's.
    if (account === undefined || !(error instanceof CloudflareApiError) || !isRefusedToken(error)) throw error;
    return ask<Verified>(api, `/accounts/${account.id}/tokens/verify`, 'verify the token');
  }
}

function ask<T>(api: CloudflareApi, path: string, purpose: string): Promise<T> {
  return api.request<T>({ method: 'GET', path, purpose, needs: 'valid credentials' });
}

function judge(
  token: Verified | undefined,
  { now }: CloudflareOptions,
  known: Pick<Check, 'name' | 'code' | 'page'>,
): Check {
  if (token === undefined) return ok({ ...known, finding: 'Cloudflare takes the user and the Global API Key' });
  const { status = 'unknown', expires_on: end } = token;
  if (status !== 'active')
    return willFail({
      ...known,
      code: 'cloudflare-token-refused',
      finding: `the token is ${status}`,
      todo: 'Make another one, or enable it.',
    });
  const days = end === undefined ? Number.POSITIVE_INFINITY : Math.floor((Date.parse(end) - now) / 86_400_000);
  if (days > SOON_DAYS)
    return ok({ ...known, finding: `the token is active${end ? ` until ${end.slice(0, 10)}` : ''}` });
  return warning({
    ...known,
    code: 'cloudflare-token-ends',
    finding: `the token is active, and ends in ${days} ${days === 1 ? 'day' : 'days'}`,
    todo: 'Make one that lasts: without it neither deploys nor ./tributary status work. Logpush itself goes on.',
  });
}
