import { randomUUID } from 'node:crypto';
import { CronExpressionParser } from 'cron-parser';
import { z } from 'zod';

/**
 * Schemas of single values. Each error says what is expected; the report adds file, line, path and what was found.
 * A missing value, one of the wrong type and one of the wrong form all get the same sentence.
 */

/** A string of a given form. */
export function text(pattern: RegExp, expected: string) {
  return z.string({ error: expected }).regex(pattern, { error: expected });
}

/** A string that passes a test. Other checks of the same file go on after a failure, so that one report names them all. */
export function tested<T extends string>(
  test: (value: string) => boolean,
  expected: string | ((value: unknown) => string),
) {
  return z.custom<T>((value) => typeof value === 'string' && test(value), {
    abort: false,
    error: typeof expected === 'string' ? expected : (issue) => expected(issue.input),
  });
}

/** One string out of a list. */
export function oneOf<const T extends readonly [string, ...string[]]>(values: T, expected: string) {
  return z.enum(values, { error: expected });
}

/** true or false. */
export function flag(expected: string) {
  return z.boolean({ error: expected });
}

/** 0 (the vendor's default), or a whole number within limits, both included. */
export function zeroOrBetween(min: number, max: number, unit: string) {
  const expected = `0, or ${min.toLocaleString('en')} to ${max.toLocaleString('en')} ${unit}`;
  return z
    .int({ error: expected })
    .refine((value) => value === 0 || (value >= min && value <= max), { error: expected });
}

/** A whole percentage within limits, both included: `10%`. */
export function percentage(min: number, max: number) {
  const isWithin = (value: string) =>
    /^\d{1,3}%$/.test(value) && Number.parseInt(value, 10) >= min && Number.parseInt(value, 10) <= max;
  return tested<`${number}%`>(isWithin, `a percentage from ${min}% to ${max}%`).meta({
    type: 'string',
    pattern: '^[0-9]{1,3}%$',
  });
}

/** A list in which no entry stands twice; `key` tells entries apart (undefined: a faulty entry, reported elsewhere). */
export function uniqueList<T extends z.ZodType>(entry: T, key: (value: unknown) => string | undefined, noun: string) {
  return z.array(entry, { error: `a list of ${noun}s` }).superRefine((values, context) => {
    if (!Array.isArray(values)) return;
    const seen = new Set<string>();
    values.forEach((value, index) => {
      const name = key(value);
      if (name === undefined) return;
      if (seen.has(name)) context.addIssue({ code: 'custom', path: [index], message: `each ${noun} only once` });
      seen.add(name);
    });
  }, ALWAYS);
}

/** Runs a check beside other problems too, so that one report names them all. Its input may then be of any shape. */
export const ALWAYS = { when: () => true } as const;

/** Whether a value is a map, as YAML calls it. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What stands at a path of a value of any shape; undefined when nothing does. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[key] : undefined),
    value,
  );
}

/** The string at a path of a value of any shape; undefined when there is none. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

/**
 * A Cloud Storage bucket name (https://cloud.google.com/storage/docs/buckets#naming). Names with dots need a verified
 * domain and are refused.
 */
export const gcsBucket = text(
  /^(?!goog)(?!.*g(?:oo|00)gle)[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]$/,
  'a bucket name: 3 to 63 of a-z, 0-9, - and _, first and last a letter or digit, without "google" and not starting with "goog"',
);

/** An S3 bucket name (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html), without dots. */
export const s3Bucket = text(
  /^(?!xn--)(?!sthree-)(?!.*(?:-s3alias|--ol-s3)$)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
  'an S3 bucket name: 3 to 63 of a-z, 0-9 and -, first and last a letter or digit',
);

/** A service account id (https://cloud.google.com/iam/docs/service-accounts-create): the part before the @. */
export const serviceAccountId = text(
  /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
  'a service account id: 6 to 30 of a-z, 0-9 and -, starting with a letter, not ending in -',
);

/** A Google Cloud project id (https://cloud.google.com/resource-manager/docs/creating-managing-projects). */
export const googleProject = text(
  /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
  'a Google Cloud project id: 6 to 30 of a-z, 0-9 and -, starting with a letter (the id, not the name or number)',
);

/** An AWS account id. YAML reads unquoted digits as a number and drops leading zeros, hence the quotes. */
export const awsAccount = text(/^\d{12}$/, 'an AWS account id: 12 digits in quotes, such as "111122223333"');

const externalId = z.string().regex(/^[\w+=,.@:/-]{2,1224}$/);

/**
 * One external id, or a list of them (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html); read as a
 * list. The error prints a fresh UUIDv4 to paste.
 */
export const externalIds = z.union(
  [
    externalId.transform((id) => [id]),
    uniqueList(externalId, (id) => textAt(id), 'external id').min(1, { error: 'at least one external id' }),
  ],
  {
    error: () =>
      `an external id (2 to 1224 of letters, digits and +=,.@:/-_) or a list of different ones. A fresh one to paste: ${randomUUID()}`,
  },
);

/** A Cloudflare account or zone id. */
export const cloudflareId = text(
  /^[0-9a-f]{32}$/,
  'a Cloudflare id: 32 hex digits (dashboard > overview page of the account or zone > API > copy)',
);

/** A key of the tz database, such as `Etc/UTC`. */
export const timeZone = tested(isTimeZone, 'a time zone of the tz database, such as Etc/UTC or Asia/Tokyo');

function isTimeZone(value: string): boolean {
  if (!/^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)*$/.test(value)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false;
  }
}

/** A schedule of Cloud Scheduler in unix-cron (https://cloud.google.com/scheduler/docs/configuring/cron-job-schedules). */
export const cron = tested(
  isCron,
  'a unix-cron schedule of five fields in quotes (minute hour day month weekday), such as "*/15 * * * *"',
);

function isCron(value: string): boolean {
  if (!/^[\d*,/A-Za-z-]+( [\d*,/A-Za-z-]+){4}$/.test(value)) return false;
  try {
    CronExpressionParser.parse(value);
    return true;
  } catch {
    return false;
  }
}

/** URL of a receiver that Logpush pushes to. Cloudflare turns `header_*` parameters into headers; the stack adds the key. */
export const receiverUrl = tested(
  (value) => isHttpsWithoutCredentials(value) && ![...new URL(value).searchParams.keys()].some(isHeaderParameter),
  'an https URL without user, password or header_ parameters: the key is added by the stack',
);

function isHeaderParameter(name: string): boolean {
  return name.startsWith('header_');
}

const QUALYS_URL_EXPECTED =
  'the API server of your Qualys platform as https URL or bare host, such as https://qualysapi.qualys.eu, ' +
  'without path or credentials (qualys.com/platform-identification)';

/** A Qualys API server: an https URL or a bare host; read as `https://<host>` without a trailing slash. */
export const qualysApiUrl = z
  .string({ error: QUALYS_URL_EXPECTED })
  .refine((value) => isServer(withScheme(value)), { error: QUALYS_URL_EXPECTED })
  .transform((value) => withScheme(value).replace(/\/+$/, ''));

function withScheme(value: string): string {
  return value.includes('://') ? value : `https://${value}`;
}

function isServer(value: string): boolean {
  if (!isHttpsWithoutCredentials(value)) return false;
  const { hostname, pathname, search, hash } = new URL(value);
  return hostname.includes('.') && pathname === '/' && search === '' && hash === '';
}

function parseUrl(value: string): URL | undefined {
  return URL.canParse(value) ? new URL(value) : undefined;
}

function isHttpsWithoutCredentials(value: string): boolean {
  const url = parseUrl(value);
  return url?.protocol === 'https:' && url.username === '' && url.password === '';
}
