import { GoogleApiError, requestJson } from '../google-api';
import { attempt, type Check, couldNotTell, type Look, ok, skipped, told, willFail } from './check';
import { apiOff, type GoogleOptions } from './google-options';

/** Of the methods below (docs.cloud.google.com/chronicle/docs/reference/rest). */
const VERSION = 'v1';
const INSTANCE_PAGE = 'https://docs.cloud.google.com/chronicle/docs/onboard/configure-cloud-project';
const ACCOUNT_PAGE = 'https://docs.cloud.google.com/chronicle/docs/administration/feed-management';

/** What is looked at of SecOps. */
export function secopsLooks({ timeoutMs }: Pick<GoogleOptions, 'timeoutMs'>): [instance: Look, account: Look] {
  return [
    { name: 'SecOps instance', code: 'google-secops-instance', page: INSTANCE_PAGE, timeoutMs },
    { name: 'feed account', code: 'google-feed-account', page: ACCOUNT_PAGE, timeoutMs },
  ];
}

/** The SecOps instance of the environment file, and the account that its feeds read with. */
export function checkSecops(options: GoogleOptions): Promise<readonly Check[]>[] {
  const { secops } = options.settings;
  const looks = secopsLooks(options);
  if (secops === undefined)
    return looks.map(async ({ name, code }) => [skipped(name, code, 'the environment file has no qualys.secops')]);
  const [instance, account] = looks;
  return [
    attempt(instance, () =>
      ask(options, instance, '', 'chronicle.instances.get', () => instanceCheck(options, instance)),
    ),
    attempt(account, () =>
      ask<{ name?: string }>(
        options,
        account,
        '/feedServiceAccounts:fetchServiceAccountForCustomer',
        'chronicle.feedServiceAccounts.fetch',
        ({ name = '' }) => judgeAccount(name.slice(name.lastIndexOf('/') + 1), secops.feedServiceAccount, account),
      ),
    ),
  ];
}

async function ask<T>(
  { settings, api }: GoogleOptions,
  look: Look,
  path: string,
  permission: string,
  judge: (content: T) => Check,
): Promise<Check[]> {
  const { project, location, instance } = { project: settings.project, location: '', instance: '', ...settings.secops };
  const name = `projects/${project}/locations/${location}/instances/${instance}`;
  try {
    const { content } = await requestJson<T>(api, {
      service: 'chronicle',
      location,
      method: 'GET',
      path: `/${VERSION}/${name}${path}`,
      repeatable: false,
      purpose: `ask SecOps in ${location} about the instance`,
      needs: `${permission} on the project ${project}, which roles/chronicle.admin holds`,
    });
    return [judge(content)];
  } catch (error) {
    const off = apiOff(error);
    if (off !== undefined) return [willFail({ ...told(look), ...off })];
    if (!(error instanceof GoogleApiError) || (error.status !== 404 && error.status !== 400)) throw error;
    return [
      willFail({
        ...told(look),
        code: 'google-secops-not-found',
        finding: `SecOps in ${location} does not know the instance ${instance} of the project ${project} (${error.status})`,
        todo: 'Check qualys.secops: location, instance (SecOps > Settings > Profile) and project, which the instance is linked to.',
        page: INSTANCE_PAGE,
      }),
    ];
  }
}

function instanceCheck({ settings: { secops } }: GoogleOptions, look: Look): Check {
  return ok({ ...told(look), finding: `it is there in ${secops?.location}` });
}

function judgeAccount(account: string, configured: string, look: Look): Check {
  if (!/^[\w.-]+@[\w.-]+$/.test(account))
    return couldNotTell({ ...told(look), code: 'google-feed-account-not-told', finding: 'SecOps tells no e-mail' });
  if (account === configured) return ok({ ...told(look), finding: `${account}, as in the environment file` });
  return willFail({
    ...told(look),
    code: 'google-feed-account-differs',
    finding: `feeds read with ${account}, and qualys.secops.feedServiceAccount is ${configured}, which would get the rights`,
    todo: `Write it into the environment file: feedServiceAccount: ${account}`,
  });
}
