import { daysOf, daysSinceEpoch, isLeap, yearOf } from './calendar';
import type { Fields } from './fields';
import { type Timestamp, timestamp } from './timestamp';
import type { Zone } from './zone';

const DAY = 86_400;
/** How far a stamp without a year may lie in the future: clocks and zones are off by less. */
const FUTURE = DAY;
/** A 29 February is at most so many years back. */
const MOST_YEARS_BACK = 8;

/** How a date becomes a moment. */
export interface Reckoning {
  /** Of a date that tells none itself. */
  readonly zone: Zone;
  /** Whether a date without a year is given one. */
  readonly rebase: boolean;
}

/**
 * The moment of a date; undefined for one that no calendar or clock has, a second 60 included, as in Go.
 *
 * A date without a year is refused without `rebase`. With it, it gets the last year in which it is not more than a day
 * after the receipt of the log. Published golden events show that nine minutes after the receipt are of its year, and that
 * four days after it are of the year before.
 */
export function momentOf(fields: Fields, reckoning: Reckoning, now: Timestamp): Timestamp | undefined {
  if (fields.hour < 0 || fields.hour > 23 || fields.minute > 59 || fields.second > 59) return undefined;
  if (fields.year >= 0) return inYear(fields, fields.year, reckoning.zone);
  if (!reckoning.rebase) return undefined;
  const latest = now.seconds + FUTURE;
  const newest = yearOf(latest) + 1;
  for (let year = newest; year >= newest - MOST_YEARS_BACK; year--) {
    const moment = inYear(fields, year, reckoning.zone);
    if (moment !== undefined && moment.seconds <= latest) return moment;
  }
  return undefined;
}

function inYear(fields: Fields, year: number, zone: Zone): Timestamp | undefined {
  const days = dayOf(fields, year);
  if (days === undefined) return undefined;
  let { hour } = fields;
  if (fields.half === 1 && hour < 12) hour += 12;
  else if (fields.half === 0 && hour === 12) hour = 0;
  const local = days * DAY + hour * 3600 + fields.minute * 60 + fields.second;
  return timestamp(local - (fields.offset ?? zone(local)), fields.nanos);
}

function dayOf(fields: Fields, year: number): number | undefined {
  if (fields.dayOfYear >= 0)
    return fields.dayOfYear >= 1 && fields.dayOfYear <= (isLeap(year) ? 366 : 365)
      ? daysSinceEpoch(year, 1, 1) + fields.dayOfYear - 1
      : undefined;
  // What a pattern leaves out is 1, as in Go.
  const month = fields.month < 0 ? 1 : fields.month;
  const day = fields.day < 0 ? 1 : fields.day;
  return day >= 1 && day <= daysOf(year, month) ? daysSinceEpoch(year, month, day) : undefined;
}
