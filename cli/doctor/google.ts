import { UserError } from '../../environments/user-error';
import { GoogleApiError, requestJson } from '../google-api';
import {
  attempt,
  type Check,
  type CheckGroup,
  couldNotTell,
  firstSentence,
  type Look,
  ok,
  sentence,
  skipped,
  told,
  willFail,
} from './check';
import { apiOff, type GoogleOptions } from './google-options';
import { checkPermissions } from './google-permissions';
import { checkPolicies } from './google-policies';
import { checkSecops, secopsLooks } from './google-secops';
import { checkApis } from './google-services';

const LOOKS = {
  credentials: {
    code: 'google-credentials',
    page: 'https://cloud.google.com/docs/authentication/application-default-credentials',
  },
  project: {
    code: 'google-project',
    page: 'https://cloud.google.com/resource-manager/docs/creating-managing-projects',
  },
  permissions: { code: 'google-permissions', page: 'https://cloud.google.com/iam/docs/permissions-reference' },
  billing: { code: 'google-billing', page: 'https://cloud.google.com/billing/docs/how-to/verify-billing-enabled' },
  APIs: { code: 'google-apis', page: 'https://cloud.google.com/service-usage/docs/enable-disable' },
  'org policies': {
    code: 'google-policies',
    page: 'https://cloud.google.com/resource-manager/docs/organization-policy/org-policy-constraints',
  },
} as const;

/** Google Cloud, as who deploys qualys-secops needs it. */
export async function checkGoogle(options: GoogleOptions): Promise<CheckGroup> {
  const { settings, timeoutMs } = options;
  const title = `Google Cloud project ${settings.project}`;
  const look = (name: keyof typeof LOOKS): Look => ({ name, ...LOOKS[name], timeoutMs });
  const first = await attempt(look('credentials'), () => checkProject(options, look('credentials'), look('project')));
  const others = {
    permissions: () => checkPermissions(options, look('permissions')),
    billing: () => checkBilling(options, look('billing')),
    APIs: () => checkApis(options, look('APIs')),
    'org policies': () => checkPolicies(options, look('org policies')),
  } as const;
  // A project that is hidden or off would refuse all the rest in as many rows.
  if (!first.every(({ state }) => state === 'ok')) {
    const names = [
      ...(first.length > 1 ? [] : ['project' as const]),
      ...(Object.keys(others) as (keyof typeof others)[]),
    ];
    const because = `${first.length > 1 ? 'the project has' : 'the credentials have'} to be good first`;
    return {
      title,
      checks: [
        ...first,
        ...names.map((name) => skipped(name, LOOKS[name].code, because)),
        ...secopsLooks(options).map(({ name, code }) => skipped(name, code, because)),
      ],
    };
  }
  const rest = await Promise.all([
    ...Object.entries(others).map(([name, run]) => attempt(look(name as keyof typeof others), run)),
    ...checkSecops(options),
  ]);
  return { title, checks: [...first, ...rest.flat()] };
}

interface ProjectResource {
  readonly lifecycleState?: string;
  readonly projectNumber?: string;
}

/** The first request tells of the credentials, too: any answer but 401 takes them. */
async function checkProject({ settings, api }: GoogleOptions, credentials: Look, look: Look): Promise<Check[]> {
  const taken = ok({ ...told(credentials), finding: 'Google Cloud takes them' });
  try {
    const { content } = await requestJson<ProjectResource>(api, {
      service: 'cloudresourcemanager',
      method: 'GET',
      path: `/v1/projects/${settings.project}`,
      repeatable: false,
      purpose: `read the project ${settings.project}`,
      needs: `resourcemanager.projects.get on the project ${settings.project}`,
    });
    return [taken, judgeProject(content, settings.project, look)];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return judgeRefusal(error, settings.project, credentials, look, taken);
  }
}

function judgeProject({ lifecycleState, projectNumber }: ProjectResource, project: string, look: Look): Check {
  if (lifecycleState === 'ACTIVE') return ok({ ...told(look), finding: `it is active, number ${projectNumber}` });
  return willFail({
    ...told(look),
    code: 'google-project-inactive',
    finding: `its state is ${lifecycleState}: it is being deleted`,
    todo: 'Restore it, or name another one in qualys.project.',
    command: `gcloud projects undelete ${project}`,
  });
}

function judgeRefusal(error: UserError, project: string, credentials: Look, look: Look, taken: Check): Check[] {
  const [finding = '', todo] = error.message.split('\n');
  if (!(error instanceof GoogleApiError))
    return [
      couldNotTell({
        ...told(credentials),
        code: 'google-credentials-missing',
        finding: firstSentence(finding),
        todo: LOG_IN,
      }),
    ];
  if (error.status === 401)
    return [
      willFail({ ...told(credentials), code: 'google-credentials-refused', finding: sentence(finding), todo: LOG_IN }),
    ];
  if (error.isPassing)
    return [couldNotTell({ ...told(credentials), code: 'google-no-answer', finding: sentence(finding), todo })];
  const off = apiOff(error);
  if (off !== undefined) return [taken, willFail({ ...told(look), ...off })];
  if (error.status === 403 || error.status === 404)
    return [
      taken,
      couldNotTell({
        ...told(look),
        code: 'google-project-hidden',
        finding: `Google Cloud answers ${error.status}: there is no project ${project}, or you may not see it`,
        todo: 'Check qualys.project (the id, not the name or number), and that you have a role in it.',
        command: `gcloud projects describe ${project}`,
      }),
    ];
  return [taken, couldNotTell({ ...told(look), code: 'google-project-not-told', finding: sentence(finding), todo })];
}

const LOG_IN =
  'Log in: gcloud auth application-default login; or export GOOGLE_OAUTH_ACCESS_TOKEN or GOOGLE_APPLICATION_CREDENTIALS, as for a deploy.';

async function checkBilling({ settings, api }: GoogleOptions, look: Look): Promise<Check[]> {
  const { project } = settings;
  try {
    const { content } = await requestJson<{ billingEnabled?: boolean }>(api, {
      service: 'cloudbilling',
      method: 'GET',
      path: `/v1/projects/${project}/billingInfo`,
      repeatable: false,
      purpose: `read the billing of the project ${project}`,
      needs: `resourcemanager.projects.get on the project ${project}`,
    });
    if (content.billingEnabled) return [ok({ ...told(look), finding: 'a billing account that is open pays' })];
    return [
      willFail({
        ...told(look),
        code: 'google-billing-off',
        finding: 'no open billing account pays for the project: Google Cloud refuses to turn its APIs on',
        todo: 'Link one.',
        command: `gcloud billing projects link ${project} --billing-account=<id>`,
      }),
    ];
  } catch (error) {
    const off = apiOff(error);
    // No deploy needs it: it is of no concern but here.
    if (off !== undefined) return [couldNotTell({ ...told(look), ...off })];
    throw error;
  }
}
