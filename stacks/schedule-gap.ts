import { CronExpressionParser } from 'cron-parser';

/** A fixed moment, so that equal schedules give equal stacks. */
const START = new Date('2026-01-01T00:00:00Z');
/** Long enough for both changes of the clock, and for two runs of a schedule that is monthly or rarer. */
const DAYS = 400;
const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 24 * HOUR_SECONDS;

const gaps = new Map<string, number>();

/** The longest time between two runs of a schedule, in seconds. Looked for once a process: most stacks have the same. */
export function longestGapSeconds(schedule: string, timeZone: string): number {
  const key = `${schedule} ${timeZone}`;
  const gap = gaps.get(key) ?? findGap(schedule, timeZone);
  gaps.set(key, gap);
  return gap;
}

/**
 * Within a day by its minutes and hours, from the last run of a day to the first of the next day that has one by the
 * calendar; without a calendar, all days are alike where the clock is never changed.
 */
function findGap(schedule: string, timeZone: string): number {
  const { minute, hour } = CronExpressionParser.parse(schedule).fields;
  const [minutes, hours] = [minute.values.map(Number), hour.values.map(Number)];
  const runs = hours.flatMap((h) => minutes.map((m) => h * HOUR_SECONDS + m * 60));
  const withinDay = Math.max(0, ...runs.slice(1).map((run, index) => run - (runs[index] ?? 0)));
  const calendar = schedule.split(' ').slice(2).join(' ');
  const hasClockChange = changesClock(timeZone);
  if (calendar === '* * *' && !hasClockChange) {
    const [first = 0, last = first] = [runs[0], runs.at(-1)];
    return Math.max(withinDay, DAY_SECONDS - last + first);
  }
  const daily = (time: string, currentDate: Date) =>
    CronExpressionParser.parse(`${time} ${calendar}`, { currentDate, tz: timeZone });
  const last = daily(`${minutes.at(-1)} ${hours.at(-1)}`, START);
  let before = last.next().getTime();
  const first = daily(`${minutes[0]} ${hours[0]}`, new Date(before));
  const end = before + DAYS * DAY_SECONDS * 1_000;
  // The hour that comes twice in autumn may be between any two runs that are further apart.
  let longest = withinDay > HOUR_SECONDS && hasClockChange ? withinDay + HOUR_SECONDS : withinDay;
  while (before < end) {
    longest = Math.max(longest, (first.next().getTime() - before) / 1_000);
    before = last.next().getTime();
  }
  return longest;
}

function changesClock(timeZone: string): boolean {
  const hourOf = (month: number) =>
    new Intl.DateTimeFormat('en', { timeZone, hour: 'numeric', hourCycle: 'h23' }).format(Date.UTC(2026, month));
  return hourOf(0) !== hourOf(6);
}
