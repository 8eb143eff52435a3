import { CronExpressionParser, type CronFieldCollection } from 'cron-parser';

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 24 * HOUR_SECONDS;
/** A fixed day, so that equal schedules give equal stacks. */
const START = Date.UTC(2026, 0, 1);
/** Long enough for two runs of a schedule that only runs on 29 February. */
const DAYS = 9 * 366;

/**
 * The longest time between two runs of a schedule, in seconds: within a day by its minutes and hours, and from the last
 * run of a day to the first of the next day that has one by the calendar. The hour that comes twice in autumn makes a gap
 * longer that is longer than it is.
 */
export function longestGapSeconds(schedule: string, timeZone: string): number {
  const { fields } = CronExpressionParser.parse(schedule);
  const runs = fields.hour.values.flatMap((hour) =>
    fields.minute.values.map((minute) => Number(hour) * HOUR_SECONDS + Number(minute) * 60),
  );
  const [first = 0, last = first] = [runs[0], runs.at(-1)];
  const withinDay = runs.slice(1).map((run, index) => run - (runs[index] ?? 0));
  const longest = Math.max(...withinDay, mostDaysBetween(fields) * DAY_SECONDS - last + first);
  return longest > HOUR_SECONDS && changesClock(timeZone) ? longest + HOUR_SECONDS : longest;
}

/** From a day with runs to the next one, at most. */
function mostDaysBetween(fields: CronFieldCollection): number {
  let most = 0;
  let before: number | undefined;
  for (let day = 0; day < DAYS; day++) {
    if (!hasRuns(new Date(START + day * DAY_SECONDS * 1_000), fields)) continue;
    if (before !== undefined) most = Math.max(most, day - before);
    before = day;
  }
  return most;
}

/** Where both days of the month and of the week are given, either is enough, as in every cron. */
function hasRuns(day: Date, { month, dayOfMonth, dayOfWeek }: CronFieldCollection): boolean {
  const has = ({ values }: { readonly values: readonly unknown[] }, value: number) => values.includes(value);
  if (!has(month, day.getUTCMonth() + 1)) return false;
  const matches = [has(dayOfMonth, day.getUTCDate()), has(dayOfWeek, day.getUTCDay())];
  return dayOfMonth.isWildcard || dayOfWeek.isWildcard ? !matches.includes(false) : matches.includes(true);
}

function changesClock(timeZone: string): boolean {
  const hourOf = (month: number) =>
    new Intl.DateTimeFormat('en', { timeZone, hour: 'numeric', hourCycle: 'h23' }).format(Date.UTC(2026, month));
  return hourOf(0) !== hourOf(6);
}
