import type { IncomingMessage } from 'node:http';
import { type Field, parseQuery } from './cloudflare-graphql';
import { answerGroups, type HealthEvent, type NodeSettings } from './cloudflare-health';
import { type Job, remember, toPush } from './cloudflare-job';
import { pushBatches, validateDestination } from './logpush';
import { listen } from './loopback';

/**
 * Cloudflare's API as far as Logpush needs it: REST jobs (developers.cloudflare.com/api/resources/logpush) and
 * `logpushHealthAdaptiveGroups` of GraphQL, answered from what its jobs really pushed over HTTP.
 */
export interface CloudflareSimulator {
  /** Base URL, for `CLOUDFLARE_BASE_URL`. */
  readonly url: string;
  /** All requests so far. */
  readonly requests: SeenRequest[];
  /** Taken in their order by the requests that they fit. */
  readonly faults: Fault[];
  /** Lets a job push records, if it is enabled. */
  push(jobId: number, records: number): Promise<void>;
  close(): Promise<void>;
}

export interface SeenRequest {
  readonly method: string;
  /** After the base URL. */
  readonly path: string;
  /** Of GraphQL. */
  readonly variables?: Readonly<Record<string, unknown>>;
}

export interface Fault {
  /** Fits `<method> <path>` and, of GraphQL, the query after it. */
  readonly on: RegExp;
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface CloudflareOptions {
  /** Milliseconds since the epoch: jobs fail, are disabled and are limited by this clock. */
  readonly now: () => number;
  readonly token: string;
  /** A user's address and global key, which are taken in the token's place. Default: none are. */
  readonly user?: { readonly email: string; readonly key: string };
  readonly account: string;
  readonly zones?: readonly string[];
  /** Accounts and zones whose analytics the token may not read. */
  readonly hidden?: readonly string[];
  /** Base URL of loopback that gets the uploads in the destinations' place. */
  readonly connectTo: string;
  readonly settings?: Partial<NodeSettings>;
  /** Live fields of datasets, with their descriptions. */
  readonly fields?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What plans do not have. Default: nothing. */
  readonly lacking?: readonly LackingDataset[];
  /** What `tokens/verify` tells of the token, and whose it is. Default: a user's, active, without an end. */
  readonly verified?: { readonly owner?: 'user' | 'account'; readonly status?: string; readonly expires_on?: string };
  /** Names of zones by id. Without one, a zone is not told. */
  readonly names?: Readonly<Record<string, string>>;
  /** Whether the account's node tells of its zones' jobs, too: not documented. Default: no. */
  readonly accountTellsZones?: boolean;
}

/** A dataset that the plan or the products of an account or a zone do not have. */
export interface LackingDataset {
  /** Id of the account or zone. */
  readonly owner: string;
  readonly dataset: string;
  /** How its list of fields is answered: not documented. */
  readonly fields: 'refused' | 'empty';
}

const SETTINGS: NodeSettings = {
  enabled: true,
  maxDuration: 86_400,
  maxNumberOfFields: 30,
  maxPageSize: 1000,
  notOlderThan: 30 * 86_400,
};
const DISABLED_AFTER_MS = 24 * 3_600_000;
const ALLOWANCE_MS = 300_000;
const MOST_JOBS_PER_ZONE = 4;
const MOST_ZONES_PER_QUERY = 10;

class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

export async function startCloudflareSimulator(options: CloudflareOptions): Promise<CloudflareSimulator> {
  const { now, connectTo, zones = [] } = options;
  const settings = { ...SETTINGS, ...options.settings };
  const jobs = new Map<number, Job>();
  const events: HealthEvent[] = [];
  const requests: SeenRequest[] = [];
  const faults: Fault[] = [];
  const times = { rest: [] as number[], graphql: [] as number[] };
  let lastId = 1000;

  function settle(): void {
    for (const job of jobs.values())
      if (job.failingSince !== undefined && now() - job.failingSince >= DISABLED_AFTER_MS) job.enabled = false;
  }

  function limit(kind: 'rest' | 'graphql', most: number): void {
    const recent = times[kind].filter((time) => time > now() - ALLOWANCE_MS);
    if (recent.length >= most) throw new Refusal(429, 971, 'Rate limited', { 'Retry-After': '300' });
    times[kind] = [...recent, now()];
  }

  /** Cloudflare sends a test upload when a job is made, and at every change of one. */
  async function validated(job: Job): Promise<Job> {
    await validateDestination(job.destination_conf, connectTo).catch((error: Error) => {
      throw new Refusal(400, 1002, error.message);
    });
    jobs.set(job.id, job);
    return job;
  }

  async function rest(method: string, path: string, body: Partial<Job>): Promise<unknown> {
    limit('rest', 1200);
    if (method === 'GET' && path in identities()) return identities()[path];
    if (path.endsWith('/tokens/verify')) throw new Refusal(401, 1000, 'Invalid API Token');
    const [, kind, owner = '', rest = ''] = /^\/(accounts|zones)\/(\w+)\/logpush\/(.*)$/.exec(path) ?? [];
    const [, dataset] = /^datasets\/(\w+)\/fields$/.exec(rest) ?? [];
    const [isJobs, id] = /^jobs(?:\/(\d+))?$/.exec(rest) ?? [];
    const isValidation = rest === 'validate/destination' && method === 'POST';
    if (kind === undefined || (dataset === undefined && isJobs === undefined && !isValidation))
      throw new Refusal(404, 7003, `Could not route to ${path}`);
    if (kind === 'zones' ? !zones.includes(owner) : owner !== options.account)
      throw new Refusal(403, 10000, 'Authentication error');
    const lack = (name: string) => options.lacking?.find((one) => one.owner === owner && one.dataset === name);
    if (dataset !== undefined) {
      if (lack(dataset)?.fields === 'refused') throw new Refusal(400, 1004, `dataset ${dataset} is not allowed`);
      return lack(dataset) ? {} : (options.fields?.[dataset] ?? {});
    }
    if (isValidation)
      return validateDestination(body.destination_conf ?? '', connectTo).then(
        () => ({ valid: true, message: '' }),
        (error: Error) => ({ valid: false, message: error.message }),
      );
    const own = [...jobs.values()].filter((job) => job.owner === owner);
    if (id === undefined && method === 'GET') return own;
    if (id === undefined && method === 'POST') {
      // A plan without the dataset may have none of its jobs: github.com/coralogix/terraform-coralogix-cloudflare, logpush-job.
      if ((kind === 'zones' && own.length >= MOST_JOBS_PER_ZONE) || lack(body.dataset ?? 'http_requests'))
        throw new Refusal(400, 1004, 'creating a new job is not allowed: exceeded max jobs allowed');
      return validated({
        name: '',
        dataset: 'http_requests',
        enabled: false,
        destination_conf: '',
        ...body,
        last_complete: null,
        last_error: null,
        error_message: null,
        owner,
        id: ++lastId,
      });
    }
    const job = own.find((one) => one.id === Number(id));
    if (job === undefined) throw new Refusal(404, 1001, 'job not found');
    if (method === 'GET') return job;
    if (method === 'DELETE') {
      jobs.delete(job.id);
      return {};
    }
    if (method !== 'PUT') throw new Refusal(405, 10405, 'Method not allowed');
    // The dataset stays; a job that is enabled again has 24 hours anew.
    return validated({ ...job, ...body, id: job.id, dataset: job.dataset, owner, failingSince: undefined });
  }

  /** What is told beside Logpush: who asks, what a zone is called, and who is notified. */
  function identities(): Record<string, unknown> {
    const { account, verified: { owner = 'user', ...verified } = {}, names = {} } = options;
    return {
      '/user': { id: 'u1', email: options.user?.email },
      [`/accounts/${account}/alerting/v3/policies`]: [],
      ...Object.fromEntries(
        Object.entries(names).map(([id, name]) => [`/zones/${id}`, { id, name, status: 'active' }]),
      ),
      [owner === 'user' ? '/user/tokens/verify' : `/accounts/${account}/tokens/verify`]: {
        ...{ id: 't1', status: 'active' },
        ...verified,
      },
    };
  }

  function graphql({ query = '', variables = {} }: GraphqlBody): unknown {
    limit('graphql', 300);
    const viewer: Record<string, unknown> = {};
    for (const root of parseQuery(query, variables)) for (const field of root.fields) viewer[field.key] = nodes(field);
    return { viewer };
  }

  function nodes({ name, args, fields }: Field): unknown[] {
    const filter = args.filter as { accountTag?: string; zoneTag?: string; zoneTag_in?: string[] } | undefined;
    const tags = name === 'accounts' ? [filter?.accountTag ?? ''] : (filter?.zoneTag_in ?? [filter?.zoneTag ?? '']);
    if (tags.length > MOST_ZONES_PER_QUERY) throw new Error(`cannot query more than ${MOST_ZONES_PER_QUERY} zones`);
    const known = name === 'accounts' ? [options.account] : zones;
    for (const tag of tags)
      if (options.hidden?.includes(tag) || !known.includes(tag))
        throw new Error(`${name.slice(0, -1)} '${tag}' does not have access to the path`);
    return tags.map((tag) => {
      const isTold = ({ owner }: HealthEvent) =>
        owner === tag || (tag === options.account && options.accountTellsZones === true);
      return Object.fromEntries(
        fields.map((field) => [field.key, node(field, tag, () => events.filter((event) => isTold(event)))]),
      );
    });
  }

  function node(field: Field, tag: string, told: () => HealthEvent[]): unknown {
    switch (field.name) {
      case 'accountTag':
      case 'zoneTag':
        return tag;
      case 'settings':
        return { logpushHealthAdaptiveGroups: settings };
      case 'logpushHealthAdaptiveGroups':
        return answerGroups(field, told(), settings, now());
      default:
        throw new Error(`unknown field "${field.name}"`);
    }
  }

  function authorize({ headers }: IncomingMessage): void {
    const { authorization, 'x-auth-email': email, 'x-auth-key': key } = headers;
    if (authorization === `Bearer ${options.token}`) return;
    if (authorization !== undefined) throw new Refusal(403, 9109, 'Invalid access token');
    if (options.user === undefined || email !== options.user.email || key !== options.user.key)
      throw new Refusal(403, 9103, 'Unknown X-Auth-Key or X-Auth-Email');
  }

  async function handle(request: IncomingMessage): Promise<Answer> {
    const body = await readJson(request);
    const method = request.method ?? '';
    const path = (request.url ?? '').replace(BASE_PATH, '');
    const { query = '', variables } = body as GraphqlBody;
    requests.push({ method, path, ...(variables && { variables }) });
    const hit = faults.findIndex(({ on }) => on.test(`${method} ${path} ${query}`));
    if (hit >= 0) return faults.splice(hit, 1)[0] as Fault;
    authorize(request);
    settle();
    if (path !== '/graphql')
      return { status: 200, body: { success: true, errors: [], result: await rest(method, path, body) } };
    try {
      return { status: 200, body: { data: graphql(body), errors: null } };
    } catch (error) {
      if (error instanceof Refusal) throw error;
      // GraphQL refuses with status 200.
      return { status: 200, body: { data: null, errors: [{ message: (error as Error).message, path: null }] } };
    }
  }

  const server = await listen(async (request, response) => {
    const { status, headers, body } = await handle(request).catch((error: Error): Answer => {
      const refusal = error instanceof Refusal ? error : new Refusal(500, 1000, error.message);
      return {
        status: refusal.status,
        headers: refusal.headers,
        body: { success: false, errors: [{ code: refusal.code, message: refusal.message }], result: null },
      };
    });
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });

  return {
    url: `${server.url}${BASE_PATH}`,
    requests,
    faults,
    async push(jobId, records) {
      settle();
      const job = jobs.get(jobId);
      if (job === undefined) throw new Error(`There is no job ${jobId}`);
      if (!job.enabled) return;
      const options = { records, connectTo, until: new Date(now()), retryDelayMs: 0 };
      for await (const upload of pushBatches(toPush(job), options)) {
        events.push({ jobId, owner: job.owner, time: now(), ...upload });
        remember(job, upload.status, new Date(now()));
      }
    },
    close: server.close,
  };
}

const BASE_PATH = '/client/v4';

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

interface GraphqlBody {
  readonly query?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

async function readJson(request: IncomingMessage): Promise<Record<string, never>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? {} : JSON.parse(text);
}
