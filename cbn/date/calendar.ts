const DAYS_BEFORE_1970 = 719_468;
const DAYS_OF_ERA = 146_097;

/** Days since 1970-01-01 of a day of the Gregorian calendar, which is taken to have held always; months from 1. */
export function daysSinceEpoch(year: number, month: number, day: number): number {
  // A year that begins in March has its odd day at the end.
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_OF_ERA + dayOfEra - DAYS_BEFORE_1970;
}

export function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export function daysOf(year: number, month: number): number {
  return month === 2 && isLeap(year) ? 29 : (DAYS[month - 1] ?? 0);
}

/** The year in which a moment lies in UTC. */
export function yearOf(seconds: number): number {
  return new Date(seconds * 1000).getUTCFullYear();
}
