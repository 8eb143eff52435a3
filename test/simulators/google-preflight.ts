import { ApiError } from './google-error';
import { listen } from './loopback';

export interface GooglePreflightOptions {
  /** Access tokens that are accepted. */
  tokens: readonly string[];
}

/** A project, as who may not do much can look at it. */
export interface PreflightProject {
  number: string;
  lifecycleState: 'ACTIVE' | 'DELETE_REQUESTED';
  /** What the caller may do in it. */
  permissions: Set<string>;
  billingEnabled: boolean;
  /** APIs that are on: `storage.googleapis.com`. */
  services: string[];
  /** Effective policies of the organization by constraint; of the others there is none. */
  policies: Record<string, object>;
}

export interface GooglePreflight {
  /** Base URL of all services, without a slash at its end. */
  url: string;
  /** By id. */
  projects: Map<string, PreflightProject>;
  /** `projects/<id>/locations/<region>/instances/<id>` → e-mail of the account that its feeds read with. */
  instances: Map<string, string>;
  /** Requests that are refused: `METHOD path`, and Google's words; `off`: the API of that service is not on. */
  refusals: { on: RegExp; off?: string; permission?: string; status?: number }[];
  /** `METHOD path` of every request so far. */
  requests: string[];
  close(): Promise<void>;
}

/**
 * What tells whether a deploy will succeed before there is anything: Resource Manager (v1: projects.get,
 * testIamPermissions, getEffectiveOrgPolicy), Cloud Billing (v1: getBillingInfo), Service Usage (v1: services.list) and
 * Chronicle (v1: instances.get, feedServiceAccounts.fetchServiceAccountForCustomer), as their REST references describe
 * them; errors in the form of google.aip.dev/193.
 */
export async function startGooglePreflight(options: GooglePreflightOptions): Promise<GooglePreflight> {
  function project(id = ''): PreflightProject {
    const found = google.projects.get(id);
    if (found === undefined)
      throw new ApiError(403, 'PERMISSION_DENIED', `The caller does not have permission, or project ${id} is missing.`);
    return found;
  }

  function apply(line: string, body: string, token: string | undefined): object {
    if (token === undefined || !options.tokens.includes(token))
      throw new ApiError(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
    const refusal = google.refusals.find(({ on }) => on.test(line));
    if (refusal !== undefined) throw refused(refusal);
    const [, id, verb] = /^\w+ \/v1\/projects\/([^/:?]+)(.*)$/.exec(line) ?? [];
    const [, instance, method] =
      /^GET \/v1\/(projects\/[^/]+\/locations\/[^/]+\/instances\/[^/]+)(\/.+)?$/.exec(line) ?? [];
    if (instance !== undefined) return askInstance(instance, method);
    const found = project(id);
    if (line.startsWith('GET') && verb === '')
      return { projectId: id, projectNumber: found.number, lifecycleState: found.lifecycleState };
    if (line.startsWith('GET') && verb === '/billingInfo')
      return {
        name: `projects/${id}/billingInfo`,
        projectId: id,
        ...(found.billingEnabled && { billingEnabled: true }),
      };
    if (line.startsWith('GET') && verb?.startsWith('/services?')) return listServices(found, id, verb);
    if (verb === ':testIamPermissions') {
      const { permissions } = JSON.parse(body) as { permissions: string[] };
      if (permissions.length > 100) throw new ApiError(400, 'INVALID_ARGUMENT', 'Too many permissions.');
      const granted = permissions.filter((permission) => found.permissions.has(permission));
      return granted.length > 0 ? { permissions: granted } : {};
    }
    if (verb === ':getEffectiveOrgPolicy') {
      const { constraint } = JSON.parse(body) as { constraint: string };
      return { constraint, ...found.policies[constraint.replace('constraints/', '')] };
    }
    throw new ApiError(404, 'NOT_FOUND', 'The requested URL was not found on this server.');
  }

  function askInstance(instance: string, method: string | undefined): object {
    const account = google.instances.get(instance);
    if (account === undefined) throw new ApiError(404, 'NOT_FOUND', `Resource "${instance}" was not found.`);
    if (method === undefined) return { name: instance };
    if (method !== '/feedServiceAccounts:fetchServiceAccountForCustomer')
      throw new ApiError(404, 'NOT_FOUND', 'The requested URL was not found on this server.');
    return { name: `${instance}/feedServiceAccounts/${account}`, subjectId: '4711' };
  }

  /** Two a page, whatever is asked for. */
  function listServices({ services, number }: PreflightProject, id: string | undefined, verb: string): object {
    const query = new URL(verb, 'http://here').searchParams;
    if (query.get('filter') !== 'state:ENABLED') throw new ApiError(400, 'INVALID_ARGUMENT', 'Unknown filter.');
    const from = Number(query.get('pageToken') ?? 0);
    const page = services.slice(from, from + 2).map((service) => ({
      name: `projects/${number}/services/${service}`,
      config: { name: service },
      state: 'ENABLED',
      parent: `projects/${id}`,
    }));
    return {
      ...(page.length > 0 && { services: page }),
      ...(services.length > from + 2 && { nextPageToken: `${from + 2}` }),
    };
  }

  const loopback = await listen(async (request, response) => {
    const line = `${request.method} ${decodeURIComponent(request.url ?? '')}`;
    google.requests.push(line);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'Content-Type': 'application/json; charset=UTF-8' }).end(JSON.stringify(body));
    try {
      const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
      answer(200, apply(line, Buffer.concat(chunks).toString(), token));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      answer(error.status, error.toJSON());
    }
  });
  const google: GooglePreflight = {
    ...loopback,
    projects: new Map(),
    instances: new Map(),
    refusals: [],
    requests: [],
  };
  return google;
}

function refused({ off, permission, status = 403 }: GooglePreflight['refusals'][number]): ApiError {
  if (off !== undefined)
    return new ApiError(
      403,
      'PERMISSION_DENIED',
      `Cloud Something API has not been used in project 4711 before or it is disabled. Enable it by visiting ` +
        `https://console.developers.google.com/apis/api/${off}/overview?project=4711 then retry.`,
    );
  if (permission !== undefined)
    return new ApiError(
      403,
      'PERMISSION_DENIED',
      `Permission '${permission}' denied on resource (or it may not exist).`,
    );
  return new ApiError(status, 'UNAVAILABLE', 'told to fail');
}
