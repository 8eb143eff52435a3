import { setTimeout } from 'node:timers/promises';
import { createQualysClient } from './client';
import { readConfiguration } from './configuration';
import { CollectorError, LOG_CODES, LOG_EVENTS } from './contract';
import { fingerprint, matches, readCredentials } from './credentials';
import { feeds } from './feeds';
import { createLog, type Log } from './log';
import { type Outcome, runFeed } from './run';
import type { Effects } from './run-context';
import { createCloudStore } from './store';
import { untilTerminated } from './termination';

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
  const log = createLog(request.headers);
  let outcome: Partial<Outcome>;
  let stack: string | undefined;
  try {
    outcome = await untilTerminated((signal) => run(signal, log));
  } catch (thrown) {
    stack = thrown instanceof Error ? thrown.stack : undefined;
    const error = thrown instanceof CollectorError ? thrown : new CollectorError('unexpected_error', String(thrown));
    outcome = { error };
  }

  const { summary, error } = outcome;
  const code = error?.code ?? 'collected';
  const { severity, retryable, action } = LOG_CODES[code];
  const message =
    error?.message ?? `Collected ${count(summary?.alerts, 'record')} in ${count(summary?.objects, 'object')}.`;
  log(severity, message, {
    event: LOG_EVENTS.run,
    code,
    ...summary,
    durationSeconds: (Date.now() - begun) / 1000,
    ...(error && { action }),
    ...(code === 'unexpected_error' && { stack_trace: stack }),
  });
  response.status(retryable ? 500 : 200).json({ code, message, ...summary });
};

function count(number = 0, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

async function run(signal: AbortSignal, log: Log): Promise<Outcome> {
  const configuration = readConfiguration(process.env);
  const credentials = await readCredentials(configuration.usernameFile, configuration.passwordFile);
  const feed = feeds[configuration.feed];
  const client = createQualysClient({
    apiUrl: configuration.apiUrl,
    ...credentials,
    requestTimeoutSeconds: feed.requestTimeoutSeconds,
  });
  const effects: Effects = {
    client,
    store: createCloudStore(configuration),
    credentials: {
      fingerprint: () => fingerprint(credentials),
      matches: (expected) => matches(credentials, expected),
    },
    now: Date.now,
    sleep: (milliseconds) => setTimeout(milliseconds, undefined, { signal }).catch(() => {}),
    random: Math.random,
    signal,
    log,
  };
  return runFeed(feed, configuration, effects).finally(() => client.close());
}
