import { readFile } from 'node:fs/promises';
import { createQualysClient } from './client';
import { collectFeed, type Limits, type Summary } from './collect';
import {
  CollectorError,
  ENVIRONMENT,
  FEEDS,
  type FeedName,
  LOG_CODES,
  PLACEHOLDER_SECRET,
  PROJECT_VARIABLE,
} from './contract';
import { feeds } from './feeds';
import { createCloudStore } from './store';

/** What the entry point needs of the request and the response that the Functions Framework hands to it (Express). */
interface HttpRequest {
  headers: Readonly<Record<string, string | string[] | undefined>>;
}
interface HttpResponse {
  status(code: number): HttpResponse;
  json(body: object): unknown;
}

/**
 * The function's HTTP entry, named as the contract's `ENTRY_POINT`: one run of the feed that the environment names.
 * Answers `{code, message, …summary}` with the status that the contract's `LOG_CODES` explains.
 */
export const collect = async (request: HttpRequest, response: HttpResponse): Promise<void> => {
  const begun = Date.now();
  const log = logger(request);
  let summary: Summary | undefined;
  let error: CollectorError | undefined;
  let stack: string | undefined;
  try {
    ({ summary, error } = await run(process.env, log));
  } catch (thrown) {
    stack = thrown instanceof Error ? thrown.stack : undefined;
    error = thrown instanceof CollectorError ? thrown : new CollectorError('unexpected_error', String(thrown));
  }

  const code = error?.code ?? 'collected';
  const { severity, retryable, action } = LOG_CODES[code];
  const message = error?.message ?? `Collected ${summary?.alerts} records in ${summary?.objects} objects.`;
  log(severity, message, {
    code,
    ...summary,
    durationSeconds: (Date.now() - begun) / 1000,
    ...(error && { action }),
    ...(code === 'unexpected_error' && { stack_trace: stack }),
  });
  response.status(error ? (retryable ? 500 : 422) : 200).json({ code, message, ...summary });
};

async function run(environment: NodeJS.ProcessEnv, log: Log) {
  const configuration = readConfiguration(environment);
  const [username, password] = await readCredentials(configuration);
  return collectFeed(feeds[configuration.feed], configuration, {
    client: createQualysClient({ apiUrl: configuration.apiUrl, username, password }),
    store: createCloudStore(configuration),
    now: Date.now,
    log,
  });
}

interface Configuration extends Limits {
  feed: FeedName;
  apiUrl: string;
  logsBucket: string;
  stateBucket: string;
  usernameFile: string;
  passwordFile: string;
}

/** @throws CollectorError `configuration_invalid` that names every problem at once */
function readConfiguration(environment: NodeJS.ProcessEnv): Configuration {
  const problems: string[] = [];
  const read = (variable: string, problemOf: (value: string) => string | undefined = () => undefined): string => {
    const value = environment[variable] ?? '';
    const problem = value === '' ? 'is not set' : problemOf(value);
    if (problem) problems.push(`${variable} ${problem}`);
    return value;
  };

  const feed = FEEDS.find((name) => name === environment[ENVIRONMENT.feed]);
  if (!feed) read(ENVIRONMENT.feed, (value) => `is "${value}", not one of: ${FEEDS.join(', ')}`);
  const configuration = {
    apiUrl: read(ENVIRONMENT.apiUrl, problemOfUrl),
    logsBucket: read(ENVIRONMENT.logsBucket),
    stateBucket: read(ENVIRONMENT.stateBucket),
    usernameFile: read(ENVIRONMENT.usernameFile),
    passwordFile: read(ENVIRONMENT.passwordFile),
    initialLookbackSeconds: Number(read(ENVIRONMENT.initialLookbackSeconds, problemOfSeconds)),
    timeBudgetSeconds: Number(read(ENVIRONMENT.timeBudgetSeconds, problemOfSeconds)),
  };

  if (!feed || problems.length > 0) {
    throw new CollectorError('configuration_invalid', `The function's environment is wrong: ${problems.join('; ')}.`);
  }
  return { feed, ...configuration };
}

const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '[::1]'];

/** The value itself is not quoted: a URL may hold credentials. */
function problemOfUrl(value: string): string | undefined {
  if (!URL.canParse(value)) return 'is not a URL';
  const url = new URL(value);
  if (url.username || url.password) return 'must not hold credentials';
  if (url.search || url.hash) return 'must end with its path';
  // The password would travel in clear.
  const secure = url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK_HOSTS.includes(url.hostname));
  return secure ? undefined : 'must begin with https://';
}

function problemOfSeconds(value: string): string | undefined {
  return /^[1-9]\d{0,8}$/.test(value) ? undefined : `is "${value}", not a number of seconds from 1 to 999999999`;
}

/** @throws CollectorError `credentials_missing` that names every secret without content */
async function readCredentials({ usernameFile, passwordFile }: Configuration): Promise<[string, string]> {
  const [username, password] = await Promise.all([readSecret(usernameFile), readSecret(passwordFile)]);
  if (username && password) return [username, password];
  const missing = [!username && usernameFile, !password && passwordFile].filter(Boolean);
  throw new CollectorError('credentials_missing', `No secret is filled in at ${missing.join(' and ')}.`);
}

/** The secret without the newline that editors and `echo` put at its end; undefined if nobody has filled it in. */
async function readSecret(file: string): Promise<string | undefined> {
  const content = await readFile(file, 'utf8').catch(() => '');
  const secret = content.replace(/\r?\n$/, '');
  return secret === '' || secret === PLACEHOLDER_SECRET ? undefined : secret;
}

type Log = (severity: 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR', message: string, fields?: object) => void;

/**
 * Lines of JSON on standard output, which Cloud Logging takes for structured entries and joins to the request's trace
 * ("Structured logging", cloud.google.com/logging/docs/structured-logging).
 */
function logger(request: HttpRequest): Log {
  const header = request.headers['x-cloud-trace-context'];
  const traceId = /^[0-9a-f]{32}/i.exec(typeof header === 'string' ? header : '')?.[0];
  const project = process.env[PROJECT_VARIABLE];
  const trace = traceId && {
    'logging.googleapis.com/trace': project ? `projects/${project}/traces/${traceId}` : traceId,
  };
  return (severity, message, fields) =>
    process.stdout.write(`${JSON.stringify({ severity, message, ...fields, ...trace })}\n`);
}
