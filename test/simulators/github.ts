import { listen } from './loopback';

/**
 * GitHub's REST API of one repository, as far as the workflows' scripts use it: comments, issues, and what a deploy asks of
 * pull requests and runs (docs.github.com/en/rest). Pages have the size that is asked for, 100 at most, 30 by default.
 */
export interface GitHubSimulator {
  /** For `GITHUB_API_URL`. */
  readonly url: string;
  /** Issues and pull requests share their numbers. */
  readonly issues: GitHubIssue[];
  readonly comments: GitHubComment[];
  /** Pull requests by commit. */
  readonly pulls: Record<string, readonly object[]>;
  readonly runs: Record<string, unknown>[];
  /** Artifacts by run. */
  readonly artifacts: Record<string, readonly object[]>;
  /** All requests so far: `<method> <path with query>`. */
  readonly requests: string[];
  /** Taken in their order by the requests that they fit. */
  readonly faults: GitHubFault[];
  close(): Promise<void>;
}

export interface GitHubUser {
  readonly login: string;
  readonly type: 'Bot' | 'User';
}

export interface GitHubIssue {
  readonly number: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  labels: { name: string }[];
  user: GitHubUser | null;
  /** Of pull requests only. */
  pull_request?: object;
}

export interface GitHubComment {
  readonly id: number;
  /** Number of the issue or pull request. */
  readonly issue: number;
  body: string;
  user: GitHubUser | null;
}

export interface GitHubFault {
  /** Fits `<method> <path with query>`. */
  readonly on: RegExp;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** What was asked for is done nevertheless, and only the answer is lost. Default: no. */
  readonly isDone?: boolean;
  /** Runs when the fault is taken: what others do meanwhile. */
  readonly meanwhile?: () => void;
}

export interface GitHubOptions {
  /** `acme/logs` */
  readonly repository: string;
  readonly token: string;
}

/** Whom a workflow's token writes as. */
export const WORKFLOWS: GitHubUser = { login: 'github-actions[bot]', type: 'Bot' };

const LONGEST_BODY = 65_536;

class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

interface Answer {
  readonly status: number;
  readonly document?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Call {
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
  /** What the route's pattern holds in parentheses. */
  readonly parts: readonly string[];
}

export async function startGitHubSimulator({ repository, token }: GitHubOptions): Promise<GitHubSimulator> {
  const issues: GitHubIssue[] = [];
  const comments: GitHubComment[] = [];
  const pulls: Record<string, readonly object[]> = {};
  const runs: Record<string, unknown>[] = [];
  const artifacts: Record<string, readonly object[]> = {};
  const requests: string[] = [];
  const faults: GitHubFault[] = [];
  let lastId = 5000;

  const routes: readonly [RegExp, (call: Call) => Answer][] = [
    [
      /^GET \/issues$/,
      ({ query }) => {
        const labels = query.get('labels')?.split(',') ?? [];
        const state = query.get('state') ?? 'open';
        const found = issues
          .filter((issue) => state === 'all' || issue.state === state)
          .filter((issue) => labels.every((label) => issue.labels.some(({ name }) => name === label)))
          .sort((one, other) => (query.get('direction') === 'asc' ? 1 : -1) * (one.number - other.number));
        return page(found, query);
      },
    ],
    [
      /^POST \/issues$/,
      ({ body }) => {
        const issue: GitHubIssue = {
          number: Math.max(0, ...issues.map(({ number }) => number)) + 1,
          title: String(body.title),
          body: bodyOf(body),
          state: 'open',
          labels: ((body.labels ?? []) as string[]).map((name) => ({ name })),
          user: WORKFLOWS,
        };
        issues.push(issue);
        return { status: 201, document: issue };
      },
    ],
    [
      /^PATCH \/issues\/(\d+)$/,
      ({ parts: [number], body }) => {
        const issue = present(issues.find((one) => one.number === Number(number)));
        if (body.body !== undefined) bodyOf(body);
        return { status: 200, document: Object.assign(issue, body) };
      },
    ],
    [
      /^GET \/issues\/(\d+)\/comments$/,
      ({ parts: [number], query }) =>
        page(
          comments.filter(({ issue }) => issue === Number(number)),
          query,
        ),
    ],
    [
      /^POST \/issues\/(\d+)\/comments$/,
      ({ parts: [number], body }) => {
        const comment = { id: ++lastId, issue: Number(number), body: bodyOf(body), user: WORKFLOWS };
        comments.push(comment);
        return { status: 201, document: comment };
      },
    ],
    [
      /^PATCH \/issues\/comments\/(\d+)$/,
      ({ parts: [id], body }) => {
        const comment = present(comments.find((one) => one.id === Number(id)));
        comment.body = bodyOf(body);
        return { status: 200, document: comment };
      },
    ],
    [
      /^DELETE \/issues\/comments\/(\d+)$/,
      ({ parts: [id] }) => {
        comments.splice(comments.indexOf(present(comments.find((one) => one.id === Number(id)))), 1);
        return { status: 204 };
      },
    ],
    [/^GET \/commits\/(\w+)\/pulls$/, ({ parts: [commit = ''], query }) => page(pulls[commit] ?? [], query)],
    [
      /^GET \/actions\/workflows\/plan\.yml\/runs$/,
      ({ query }) => {
        const fits = (run: Record<string, unknown>) =>
          run.head_sha === query.get('head_sha') &&
          run.event === query.get('event') &&
          run.conclusion === query.get('status');
        return page(runs.filter(fits), query, 'workflow_runs');
      },
    ],
    [
      /^GET \/actions\/runs\/(\d+)\/artifacts$/,
      ({ parts: [id = ''], query }) => page(artifacts[id] ?? [], query, 'artifacts'),
    ],
  ];

  function page(items: readonly object[], query: URLSearchParams, key?: string): Answer {
    const size = Math.min(Number(query.get('per_page') ?? 30), 100);
    const number = Number(query.get('page') ?? 1);
    const shown = items.slice((number - 1) * size, number * size);
    const link = `<${url}/repositories/1/next?page=${number + 1}>; rel="next"`;
    return {
      status: 200,
      document: key === undefined ? shown : { total_count: items.length, [key]: shown },
      headers: number * size < items.length ? { Link: link } : {},
    };
  }

  function bodyOf({ body }: Record<string, unknown>): string {
    if ([...String(body)].length > LONGEST_BODY)
      throw new Refusal(422, 'body is too long (maximum is 65536 characters)');
    return String(body);
  }

  function present<T>(item: T | undefined): T {
    if (item === undefined) throw new Refusal(404, 'Not Found');
    return item;
  }

  function answer(method: string, target: string, authorization: string | undefined, text: string): Answer {
    if (authorization !== `Bearer ${token}`) throw new Refusal(401, 'Bad credentials');
    const { pathname, searchParams } = new URL(target, 'http://github');
    const prefix = `/repos/${repository}`;
    if (!pathname.startsWith(`${prefix}/`)) throw new Refusal(404, 'Not Found');
    const asked = `${method} ${pathname.slice(prefix.length)}`;
    for (const [pattern, respond] of routes) {
      const match = pattern.exec(asked);
      if (match)
        return respond({ query: searchParams, body: text === '' ? {} : JSON.parse(text), parts: match.slice(1) });
    }
    throw new Refusal(404, 'Not Found');
  }

  function respond(method: string, target: string, authorization: string | undefined, text: string): Answer {
    const asked = `${method} ${target}`;
    requests.push(asked);
    const index = faults.findIndex(({ on }) => on.test(asked));
    const [fault] = index < 0 ? [] : faults.splice(index, 1);
    fault?.meanwhile?.();
    try {
      const done = fault === undefined || fault.isDone ? answer(method, target, authorization, text) : undefined;
      if (fault) return { status: fault.status, headers: fault.headers, document: { message: 'Told to fail' } };
      return done ?? { status: 500 };
    } catch (error) {
      const status = error instanceof Refusal ? error.status : 500;
      return { status, document: { message: error instanceof Error ? error.message : String(error) } };
    }
  }

  const { url, close } = await listen(async (request, response) => {
    const { method = '', url: target = '', headers } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const result = respond(method, target, headers.authorization, Buffer.concat(chunks).toString());
    response.writeHead(result.status, { 'Content-Type': 'application/json', ...result.headers });
    response.end(result.document === undefined ? '' : JSON.stringify(result.document));
  });

  return {
    url,
    issues,
    comments,
    pulls,
    runs,
    artifacts,
    requests,
    faults,
    close,
  };
}
