import { CollectorError, ENVIRONMENT, FEEDS, type FeedName, isSweeping } from './contract';
import type { Limits } from './run-context';

/** What the environment variables of the contract's `ENVIRONMENT` say. */
export interface Configuration extends Limits {
  feed: FeedName;
  apiUrl: string;
  logsBucket: string;
  stateBucket: string;
  usernameFile: string;
  passwordFile: string;
}

/** @throws CollectorError `configuration_invalid` that names every problem at once */
export function readConfiguration(environment: NodeJS.ProcessEnv): Configuration {
  const problems: string[] = [];
  const read = (variable: string, problemOf: (value: string) => string | undefined = () => undefined): string => {
    const value = environment[variable] ?? '';
    const problem = value === '' ? 'is not set' : problemOf(value);
    if (problem) problems.push(`${variable} ${problem}`);
    return value;
  };
  const readNumber = (variable: string, min: number, max: number): number =>
    Number(read(variable, (value) => problemOfNumber(value, min, max)));

  const feed = FEEDS.find((name) => name === environment[ENVIRONMENT.feed]);
  if (!feed) read(ENVIRONMENT.feed, (value) => `is "${value}", not one of: ${FEEDS.join(', ')}`);
  const configuration = {
    apiUrl: read(ENVIRONMENT.apiUrl, problemOfUrl),
    logsBucket: read(ENVIRONMENT.logsBucket),
    stateBucket: read(ENVIRONMENT.stateBucket),
    usernameFile: read(ENVIRONMENT.usernameFile),
    passwordFile: read(ENVIRONMENT.passwordFile),
    initialLookbackSeconds: readNumber(ENVIRONMENT.initialLookbackSeconds, 1, 999_999_999),
    settlingSeconds: readNumber(ENVIRONMENT.settlingSeconds, 0, 86_400),
    reserveCallsPercent: readNumber(ENVIRONMENT.reserveCallsPercent, 0, 90),
    timeBudgetSeconds: readNumber(ENVIRONMENT.timeBudgetSeconds, 1, 86_400),
    ...(feed &&
      isSweeping(feed) && {
        sweeps: {
          everySeconds: readNumber(ENVIRONMENT.sweepSeconds, 3600, 999_999_999),
          fullEverySeconds: readNumber(ENVIRONMENT.fullSweepSeconds, 3600, 999_999_999),
        },
      }),
    ...(feed === 'findings' && {
      versions: {
        detection: read(ENVIRONMENT.detectionVersion, problemOfVersion),
        knowledgeBase: read(ENVIRONMENT.knowledgeBaseVersion, problemOfVersion),
        cveDetection: read(ENVIRONMENT.cveDetectionVersion, problemOfVersion),
      },
    }),
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

function problemOfVersion(value: string): string | undefined {
  return /^\d{1,2}\.\d{1,2}$/.test(value) ? undefined : `is "${value}", not a version such as 5.0`;
}

function problemOfNumber(value: string, min: number, max: number): string | undefined {
  const isWithin = /^\d{1,9}$/.test(value) && Number(value) >= min && Number(value) <= max;
  return isWithin ? undefined : `is "${value}", not a whole number from ${min} to ${max}`;
}
