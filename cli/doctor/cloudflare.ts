import type { CloudflareSettings } from '../../environments/cloudflare';
import { fieldsOfJob } from '../../environments/logpush-jobs';
import { UserError } from '../../environments/user-error';
import { type CloudflareApi, CloudflareApiError } from '../cloudflare-api';
import type { Catalogue } from '../logpush/fields-catalogue';
import { nameOf, type Owner, ownersOf, type StackJob } from '../logpush/status-jobs';
import { mapBounded } from '../parallel';
import {
  attempt,
  type Check,
  type CheckGroup,
  couldNotTell,
  type Look,
  ok,
  sentence,
  skipped,
  told,
  willFail,
} from './check';
import { checkOwner } from './cloudflare-owner';
import { checkToken, PERMISSIONS } from './cloudflare-token';

export interface CloudflareOptions {
  readonly settings: CloudflareSettings;
  /** Whom `notifications` tells: with anyone, a notification policy is made. */
  readonly isAlertMade: boolean;
  /** The jobs that the environment's stacks hold. */
  readonly jobs: readonly StackJob[];
  readonly catalogue: Catalogue;
  readonly api: CloudflareApi;
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds that one look may take. */
  readonly timeoutMs: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Owners that are asked about at a time: the allowance of Cloudflare's API is reached all the same. */
const AT_ONCE = 4;

/** Cloudflare, as who deploys logpush-taegis needs it. */
export async function checkCloudflare(options: CloudflareOptions): Promise<CheckGroup> {
  const { settings, jobs, timeoutMs, isAlertMade } = options;
  const title = settings.account === undefined ? 'Cloudflare' : `Cloudflare account ${settings.account.id}`;
  const owners = ownersOf(jobs).map((owner) => ({ owner, look: lookOf(owner, timeoutMs) }));
  const alert: Look = {
    ...{ name: 'alert', code: 'cloudflare-alert', timeoutMs },
    page: 'https://developers.cloudflare.com/notifications/get-started/',
  };
  const hasAlert = isAlertMade && settings.account !== undefined;
  const token = await checkToken(options);
  if (token.state === 'will fail' || token.state === 'could not tell') {
    const names = [...owners.map(({ look }) => look), ...(hasAlert ? [alert] : [])];
    const because = 'the credentials have to be good first';
    return { title, checks: [token, ...names.map(({ name, code }) => skipped(name, code, because))] };
  }
  const [checks, alerts] = await Promise.all([
    mapBounded(owners, AT_ONCE, ({ owner, look }) =>
      attempt(look, () => checkOwner(options, owner, fieldJobs(options, owner), look)),
    ),
    hasAlert ? attempt(alert, () => checkAlert(options, alert)) : [],
  ]);
  return { title, checks: [token, ...checks.flat(), ...alerts] };
}

function lookOf({ kind, name }: Owner, timeoutMs: number): Look {
  return {
    name: kind === 'zone' ? name : 'account',
    code: `cloudflare-${kind}`,
    page: PERMISSIONS,
    timeoutMs,
  };
}

/** Datasets of an owner, with the fields that their jobs push. */
function fieldJobs({ settings: { account, zones } }: CloudflareOptions, owner: Owner) {
  const datasets = owner.kind === 'account' ? account?.datasets : zones.find(({ id }) => id === owner.id)?.datasets;
  return (datasets ?? []).map((job) => ({ owner, dataset: job.dataset, fields: fieldsOfJob(job) }));
}

/** Whether the token may look at notification policies: with what only reads it may not make one, which is not told. */
async function checkAlert({ settings, api }: CloudflareOptions, look: Look): Promise<Check[]> {
  const owner: Owner = { kind: 'account', id: settings.account?.id ?? '', name: 'account' };
  try {
    await api.request({
      method: 'GET',
      path: `/accounts/${owner.id}/alerting/v3/policies`,
      purpose: `list the notification policies of ${nameOf(owner)}`,
      needs: `the permission Notifications: Edit on ${nameOf(owner)}`,
    });
    return [
      ok({ ...told(look), finding: 'notification policies can be read; that they can be made shows at the deploy' }),
    ];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const [finding = ''] = error.message.split('\n');
    const isRefused = error instanceof CloudflareApiError && !error.isPassing;
    return [
      (isRefused ? willFail : couldNotTell)({
        ...told(look),
        code: isRefused ? 'cloudflare-notifications-missing' : 'cloudflare-alert-not-told',
        finding: sentence(finding),
        todo: 'Give the token Notifications: Edit on the account: the alert on disabled jobs is made with it.',
      }),
    ];
  }
}
