import { UserError } from '../environments/user-error';

/** Qualys has no alert from before; and the forms that the collector reads have years of four digits. */
const EARLIEST = Date.UTC(2000, 0, 1);

const FORMS = 'YYYY-MM-DD (midnight UTC) or YYYY-MM-DDTHH:MM:SSZ, such as 2026-01-31 or 2026-01-31T08:00:00Z';

/**
 * A moment of a command line, in whole seconds since the epoch.
 * @param option what it was given as, such as `--from`
 * @throws UserError when the text has another form, is no day of the calendar, or lies before 2000
 */
export function parseMoment(text: string, option: string): number {
  const [, day, time = 'T00:00:00Z'] = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\dZ)?$/.exec(text) ?? [];
  if (day === undefined) throw new UserError(`${option} ${text}: expected ${FORMS}.`);
  const milliseconds = Date.parse(day + time);
  // The 30th of February would be taken for the 2nd of March, and 24:00 for the next day.
  if (Number.isNaN(milliseconds) || formatMoment(milliseconds / 1000) !== day + time)
    throw new UserError(`${option} ${text}: there is no such day or time; expected ${FORMS}.`);
  if (milliseconds < EARLIEST) throw new UserError(`${option} ${text}: expected a moment from 2000-01-01 on.`);
  return milliseconds / 1000;
}

/** `YYYY-MM-DDTHH:MM:SSZ`, as the collector writes and reads moments. */
export function formatMoment(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
