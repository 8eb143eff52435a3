import { CronExpressionParser } from 'cron-parser';

/** A fixed moment, so that equal schedules give equal stacks: a Thursday. */
const START = new Date('2026-01-01T00:00:00Z');
/** Long enough for a gap over a weekend, or over the shortest month. */
const DAYS = 35;
/** A schedule with more runs shows its longest gap, a night or a weekend, within these. */
const MAX_RUNS = 10_000;

/** The longest time between two runs of a schedule, in seconds. */
export function longestGapSeconds(schedule: string, timeZone: string): number {
  const runs = CronExpressionParser.parse(schedule, { currentDate: START, tz: timeZone });
  const end = START.getTime() + DAYS * 86_400_000;
  let longest = 0;
  let last = runs.next().getTime();
  for (let run = 0; run < MAX_RUNS && last < end; run++) {
    const next = runs.next().getTime();
    longest = Math.max(longest, next - last);
    last = next;
  }
  return longest / 1000;
}
