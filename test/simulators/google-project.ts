import type { IncomingMessage } from 'node:http';
import { ApiError } from './google-error';
import { listen } from './loopback';

/** What is checked before anything is told. */
export type ReadPermission =
  | 'storage.buckets.list'
  | 'storage.buckets.get'
  | 'storage.objects.list'
  | 'storage.objects.get'
  | 'iam.serviceAccounts.get'
  | 'secretmanager.secrets.get'
  | 'cloudfunctions.functions.list'
  | 'cloudscheduler.locations.list'
  | 'cloudscheduler.jobs.list'
  | 'chronicle.feeds.list';

/** A resource as its API gives it. */
export type Resource = Record<string, unknown> & { name: string };

export interface Bucket extends Resource {
  /** Id of its project; not told. */
  project: string;
  /** Whether callers of other projects may look at it; not told. */
  shared?: boolean;
}

export interface GoogleProjectOptions {
  /** Access tokens that are accepted. */
  tokens: readonly string[];
  /** Id of the project that the caller works in. */
  project: string;
  /** Items of a page, however many are asked for. Default 2. */
  pageSize?: number;
}

export interface GoogleProject {
  /** Base URL of all services, without a slash at its end. */
  url: string;
  /** Buckets of all projects: names are global. */
  buckets: Bucket[];
  /** Objects: `<bucket>/<name>`. */
  objects: Set<string>;
  /** By full name: `projects/<project>/serviceAccounts/<e-mail>`, `projects/<project>/secrets/<name>`. */
  named: Map<string, Resource>;
  /** Functions of all regions, of both generations. */
  functions: Resource[];
  /** Regions of Cloud Scheduler. */
  regions: string[];
  jobs: Resource[];
  feeds: Resource[];
  /** What the caller may not do. */
  denied: Set<ReadPermission>;
  /** APIs that nobody has turned on, by their title and the project that pays: `Secret Manager API` → `4711`. */
  off: Map<string, string>;
  /** Regions whose functions cannot be told at present. */
  unreachable: string[];
  /** `METHOD path?query` of every request so far. */
  requests: string[];
  close(): Promise<void>;
}

interface Route {
  readonly path: RegExp;
  readonly api: string;
  readonly permission: ReadPermission;
  answer(parameters: string[], query: URLSearchParams): object;
}

/**
 * What the APIs of Cloud Storage (v1), IAM (v1), Secret Manager (v1), Cloud Functions (v2), Cloud Scheduler (v1) and
 * Chronicle (v1) tell of a project to who reads only, as their REST references describe it; errors in the form of
 * google.aip.dev/193.
 */
export async function startGoogleProject(options: GoogleProjectOptions): Promise<GoogleProject> {
  const { pageSize = 2 } = options;

  const routes: Route[] = [
    {
      path: /^\/storage\/v1\/b$/,
      api: 'Cloud Storage API',
      permission: 'storage.buckets.list',
      answer: (_, query) =>
        page(
          'items',
          project.buckets.filter((bucket) => bucket.project === query.get('project')).map(withoutOwner),
          query,
        ),
    },
    {
      path: /^\/storage\/v1\/b\/([^/]+)$/,
      api: 'Cloud Storage API',
      permission: 'storage.buckets.get',
      answer: ([name]) => {
        const found = project.buckets.find((bucket) => bucket.name === name);
        if (found === undefined) throw new ApiError(404, 'NOT_FOUND', 'The specified bucket does not exist.');
        if (found.project !== options.project && !found.shared) throw forbidden('storage.buckets.get');
        return withoutOwner(found);
      },
    },
    {
      path: /^\/storage\/v1\/b\/([^/]+)\/o$/,
      api: 'Cloud Storage API',
      permission: 'storage.objects.list',
      answer: ([bucket], query) =>
        page(
          'items',
          [...project.objects].filter((key) => key.startsWith(`${bucket}/${query.get('prefix') ?? ''}`)),
          query,
        ),
    },
    {
      path: /^\/storage\/v1\/b\/([^/]+)\/o\/([^/]+)$/,
      api: 'Cloud Storage API',
      permission: 'storage.objects.get',
      answer: ([bucket, name]) => {
        if (!project.objects.has(`${bucket}/${name}`))
          throw new ApiError(404, 'NOT_FOUND', `No such object: ${bucket}/${name}`);
        return { name, generation: '1' };
      },
    },
    {
      path: /^\/v1\/(projects\/[^/]+\/serviceAccounts\/[^/]+)$/,
      api: 'Identity and Access Management (IAM) API',
      permission: 'iam.serviceAccounts.get',
      answer: ([name = '']) => oneNamed(name, `Unknown service account ${name}`),
    },
    {
      path: /^\/v1\/(projects\/[^/]+\/secrets\/[^/]+)$/,
      api: 'Secret Manager API',
      permission: 'secretmanager.secrets.get',
      answer: ([name = '']) => oneNamed(name, `Secret [${name}] not found.`),
    },
    {
      path: /^\/v2\/projects\/([^/]+)\/locations\/([^/]+)\/functions$/,
      api: 'Cloud Functions API',
      permission: 'cloudfunctions.functions.list',
      answer: ([id, region], query) => {
        const below = region === '-' ? `projects/${id}/` : `projects/${id}/locations/${region}/`;
        const found = project.functions.filter(({ name }) => name.startsWith(below));
        const { unreachable } = project;
        return { ...page('functions', found, query), ...(unreachable.length > 0 && { unreachable }) };
      },
    },
    {
      path: /^\/v1\/projects\/([^/]+)\/locations$/,
      api: 'Cloud Scheduler API',
      permission: 'cloudscheduler.locations.list',
      answer: ([id], query) => {
        const locations = project.regions.map((locationId) => ({
          name: `projects/${id}/locations/${locationId}`,
          locationId,
        }));
        return page('locations', locations, query);
      },
    },
    {
      path: /^\/v1\/(projects\/[^/]+\/locations\/[^/]+)\/jobs$/,
      api: 'Cloud Scheduler API',
      permission: 'cloudscheduler.jobs.list',
      answer: ([parent], query) =>
        page(
          'jobs',
          project.jobs.filter(({ name }) => name.startsWith(`${parent}/jobs/`)),
          query,
        ),
    },
    {
      path: /^\/v1\/projects\/[^/]+\/(locations\/[^/]+\/instances\/[^/]+)\/feeds$/,
      api: 'Chronicle API',
      permission: 'chronicle.feeds.list',
      // Their names may hold the project's number instead of its id.
      answer: ([instance], query) =>
        page(
          'feeds',
          project.feeds.filter(({ name }) => name.includes(`/${instance}/feeds/`)),
          query,
        ),
    },
  ];

  function oneNamed(name: string, missing: string): object {
    const found = project.named.get(name);
    if (found === undefined) throw new ApiError(404, 'NOT_FOUND', missing);
    return found;
  }

  /** Lists without items, and the last page's token, are left out, as everywhere in Google's JSON. */
  function page(key: string, items: readonly unknown[], query: URLSearchParams): object {
    const asked = Number(query.get('pageSize') ?? query.get('maxResults') ?? pageSize);
    const from = Number(query.get('pageToken') ?? 0);
    const to = from + Math.min(asked, pageSize);
    return {
      ...(items.length > from && { [key]: items.slice(from, to) }),
      ...(items.length > to && { nextPageToken: String(to) }),
    };
  }

  function apply({ method, url = '', headers }: IncomingMessage): object {
    const { pathname, searchParams } = new URL(url, 'http://here');
    if (!options.tokens.includes(/^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? ''))
      throw new ApiError(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
    const route = routes.find(({ path }) => path.test(pathname));
    if (method !== 'GET' || route === undefined)
      throw new ApiError(404, 'NOT_FOUND', 'The requested URL was not found on this server.');
    const payer = project.off.get(route.api);
    if (payer !== undefined)
      throw new ApiError(
        403,
        'PERMISSION_DENIED',
        `${route.api} has not been used in project ${payer} before or it is disabled. Enable it by visiting ` +
          `https://console.developers.google.com/apis/api/overview?project=${payer} then retry. If you enabled this ` +
          'API recently, wait a few minutes for the action to propagate to our systems and retry.',
      );
    if (project.denied.has(route.permission)) throw forbidden(route.permission);
    const [, ...parameters] = route.path.exec(pathname) ?? [];
    return route.answer(parameters.map(decodeURIComponent), searchParams);
  }

  const loopback = await listen(async (request, response) => {
    project.requests.push(`${request.method} ${request.url}`);
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'Content-Type': 'application/json; charset=UTF-8' }).end(JSON.stringify(body));
    try {
      answer(200, apply(request));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      answer(error.status, error.toJSON());
    }
  });
  const project: GoogleProject = {
    ...loopback,
    buckets: [],
    objects: new Set(),
    named: new Map(),
    functions: [],
    regions: ['europe-west1', 'europe-west3', 'us-central1'],
    jobs: [],
    feeds: [],
    denied: new Set(),
    off: new Map(),
    unreachable: [],
    requests: [],
  };
  return project;
}

function forbidden(permission: ReadPermission): ApiError {
  return new ApiError(403, 'PERMISSION_DENIED', `Permission '${permission}' denied on resource (or it may not exist).`);
}

function withoutOwner({ project: _owner, shared: _shared, ...bucket }: Bucket): object {
  return bucket;
}
