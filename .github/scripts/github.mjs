/**
 * GitHub's REST API, as far as the scripts of the workflows need it (docs.github.com/en/rest): JSON, pages, patience.
 */
import { setTimeout as sleep } from 'node:timers/promises';

const ATTEMPTS = 4;
/** A primary rate limit may last an hour: a job that waits for it would cost more than the next run. */
const LONGEST_WAIT_MS = 60_000;
const FIRST_WAIT_MS = 1000;
const REQUEST_TIMEOUT_MS = 30_000;
const PER_PAGE = 100;

/** What GitHub answered, for whoever reads the job's log; the token is not in it. */
export class GitHubError extends Error {
  /**
   * @param {string} message
   * @param {number} status of HTTP; 0 when there was no answer
   */
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/**
 * One request, repeated while GitHub is busy: after a 5xx or without an answer only if a repetition does no harm, after a
 * rate limit always. Waits as long as GitHub asks for, up to a minute.
 *
 * @param {'GET' | 'POST' | 'PATCH' | 'DELETE'} method
 * @param {string} path after the API's address, such as `/repos/acme/logs/issues`
 * @param {object} [body]
 * @returns {Promise<any>} undefined when the answer has no content
 * @throws {GitHubError} of the last attempt
 */
export async function request(method, path, body) {
  return (await send(method, path, body)).document;
}

/**
 * All items of a list, page by page.
 *
 * @param {string} path with or without a query
 * @param {string} [key] where the list is within the answer, if it is not the answer itself
 * @returns {Promise<any[]>}
 */
export async function list(path, key) {
  const items = [];
  for (let page = 1; ; page++) {
    const { document, hasNext } = await send(
      'GET',
      `${path}${path.includes('?') ? '&' : '?'}per_page=${PER_PAGE}&page=${page}`,
    );
    items.push(...(key === undefined ? document : document[key]));
    if (!hasNext) return items;
  }
}

/** `/repos/<owner>/<name>` of the repository that the workflow runs in. */
export function repositoryPath() {
  return `/repos/${required('GITHUB_REPOSITORY')}`;
}

/** Address of this run, for people. */
export function runAddress() {
  return `${required('GITHUB_SERVER_URL')}/${required('GITHUB_REPOSITORY')}/actions/runs/${required('GITHUB_RUN_ID')}`;
}

/**
 * Whether the workflows of this repository wrote an issue or a comment: anybody can write what only looks like it.
 *
 * @param {{ user: { login: string, type: string } | null }} item
 */
export function isOwn({ user }) {
  return user?.login === 'github-actions[bot]' && user.type === 'Bot';
}

/**
 * @param {string} name of an environment variable
 * @throws {Error} when the workflow does not set it
 */
export function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: the workflow's step must set it.`);
  return value;
}

/**
 * Runs a script: what goes wrong is told in a line, and ends it with 1.
 *
 * @param {() => void | Promise<void>} script
 */
export async function run(script) {
  try {
    await script();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

/**
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<{ document: any, hasNext: boolean }>}
 */
async function send(method, path, body) {
  for (let attempt = 1; ; attempt++) {
    const outcome = await once(method, path, body);
    if ('document' in outcome) return outcome;
    const { error, waitMs } = outcome;
    const pause = waitMs ?? FIRST_WAIT_MS * 2 ** (attempt - 1);
    if (attempt === ATTEMPTS || !mayRepeat(method, outcome) || pause > LONGEST_WAIT_MS) throw error;
    console.error(`${error.message} Trying again in ${Math.ceil(pause / 1000)} s.`);
    await sleep(pause);
  }
}

/**
 * @param {string} method
 * @param {{ error: GitHubError, isLimit: boolean }} failure
 */
function mayRepeat(method, { error, isLimit }) {
  return isLimit || (method !== 'POST' && (error.status === 0 || error.status >= 500));
}

/**
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<{ document: any, hasNext: boolean } | { error: GitHubError, isLimit: boolean, waitMs?: number }>}
 */
async function once(method, path, body) {
  try {
    const response = await fetch(`${required('GITHUB_API_URL')}${path}`, {
      method,
      headers: {
        Accept: 'application/vnd.github+json',
        Authorization: `Bearer ${required('GITHUB_TOKEN')}`,
        'X-GitHub-Api-Version': '2022-11-28',
        ...(body && { 'Content-Type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    const text = await response.text();
    if (!response.ok) return refusal(method, path, response, text);
    const hasNext = /rel="next"/.test(response.headers.get('link') ?? '');
    return { document: text === '' ? undefined : JSON.parse(text), hasNext };
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    const message = `${method} ${path}: no answer from GitHub (${cause instanceof Error ? cause.message : cause}).`;
    return { error: new GitHubError(message, 0), isLimit: false };
  }
}

/**
 * Source of the limits: docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api.
 *
 * @param {string} method
 * @param {string} path
 * @param {Response} response
 * @param {string} text
 */
function refusal(method, path, { status, headers }, text) {
  const retryAfter = headers.get('retry-after');
  const isSpent = headers.get('x-ratelimit-remaining') === '0';
  const isLimit = status === 429 || (status === 403 && (retryAfter !== null || isSpent));
  const hint =
    status === 403 && !isLimit ? " The job's permissions must allow it, and the repository's settings, too." : '';
  return {
    error: new GitHubError(`${method} ${path}: GitHub answered ${status}: ${reasonIn(text)}.${hint}`, status),
    isLimit,
    ...(retryAfter !== null && { waitMs: Number(retryAfter) * 1000 }),
    ...(retryAfter === null && isSpent && { waitMs: Number(headers.get('x-ratelimit-reset')) * 1000 - Date.now() }),
  };
}

/** @param {string} text */
function reasonIn(text) {
  try {
    return String(JSON.parse(text).message).replace(/\.$/, '');
  } catch {
    return text.trim().slice(0, 200) || 'nothing';
  }
}
