import type { Clock } from '../clock';
import { formatMoment } from '../moment';
import type { Window } from '../window';

/** So many days of 24 hours until now. */
export function windowUntilNow(days: number, clock: Clock): Window {
  const to = Math.floor(clock.now() / 1000);
  return { from: to - days * 86_400, to };
}

/** All days of a window, `YYYY-MM-DD` in UTC; the first and the last in part. */
export function datesOf({ from, to }: Window): string[] {
  const dates: string[] = [];
  // Without the last second: a window that ends at midnight has nothing of the new day.
  for (let day = Math.floor(from / 86_400); day * 86_400 < to; day += 1)
    dates.push(formatMoment(day * 86_400).slice(0, 10));
  return dates;
}

/**
 * Sums of what happened by day of a window.
 * @param events `date` as {@link datesOf} gives it
 */
export function byDay(
  window: Window,
  events: readonly { readonly date: string; readonly count: number; readonly failures: number }[],
): { readonly date: string; readonly count: number; readonly failures: number }[] {
  return datesOf(window).map((date) => {
    const ofDay = events.filter((event) => event.date === date);
    const sum = (field: 'count' | 'failures') => ofDay.reduce((total, event) => total + event[field], 0);
    return { date, count: sum('count'), failures: sum('failures') };
  });
}
