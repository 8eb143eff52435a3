import { noFields } from './fields';
import { momentOf, type Reckoning } from './moment';
import { COUNTS, PATTERNS } from './named-formats';
import { compilePattern } from './pattern';
import type { Timestamp } from './timestamp';
import { zoneNamed } from './zone';

export interface DateOptions {
  /** Zone of dates that tell none; default UTC. */
  readonly timezone?: string;
  /** Whether a date without a year is given one by the time of receipt; default false: it is refused. */
  readonly rebase?: boolean;
}

/** Reads a date; `now` is when the log was received. Undefined when no format fits or there is no such moment. */
export type DateReader = (text: string, now: Timestamp) => Timestamp | undefined;

/**
 * Compiles the formats of a `date` statement, tried in their order: names (`ISO8601`, `RFC3339`, `UNIX`, `UNIX_MS`,
 * `UNIX_US`, `UNIX_NS`, `TIMESTAMP_ISO8601`, `SYSLOGTIMESTAMP`, `TAI64N`, `LDAP`) and patterns of Joda's letters. The whole
 * text must be the date.
 * @throws CbnError `timezone` for a zone that nobody knows
 */
export function compileDate(formats: readonly string[], options: DateOptions = {}): DateReader {
  const reckoning: Reckoning = { zone: zoneNamed(options.timezone ?? 'UTC'), rebase: options.rebase === true };
  const readers = formats.flatMap((format) => readersOf(format, reckoning));
  return (text, now) => {
    for (const read of readers) {
      const moment = read(text, now);
      if (moment !== undefined) return moment;
    }
    return undefined;
  };
}

function readersOf(format: string, reckoning: Reckoning): DateReader[] {
  const count = COUNTS[format];
  if (count !== undefined) return [count];
  return (PATTERNS[format] ?? [format]).map((pattern) => {
    const step = compilePattern(pattern);
    return (text, now) => {
      const fields = noFields();
      return step(text, 0, fields) === text.length ? momentOf(fields, reckoning, now) : undefined;
    };
  });
}
