import { tested } from './values';

const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;
type Unit = keyof typeof SECONDS;

/** A whole number and a unit: `90s`, `15m`, `12h`, `30d`. */
export type Duration = `${number}${Unit}`;

/** The length of a duration in seconds. */
export function seconds(duration: Duration): number {
  const unit = duration.slice(-1) as Unit;
  return Number(duration.slice(0, -1)) * SECONDS[unit];
}

/** The length of a duration in days, rounded up: retention rules count whole days. */
export function days(duration: Duration): number {
  return Math.ceil(seconds(duration) / SECONDS.d);
}

/** Schema of a duration within limits, both included. */
export function duration(limits: { min: Duration; max: Duration }) {
  const expected = `a duration from ${limits.min} to ${limits.max}, such as 90s, 15m, 12h or 30d`;
  const isWithin = (value: string) =>
    /^\d{1,6}[smhd]$/.test(value) &&
    seconds(value as Duration) >= seconds(limits.min) &&
    seconds(value as Duration) <= seconds(limits.max);
  return tested<Duration>(isWithin, expected).meta({ type: 'string', pattern: '^[0-9]{1,6}[smhd]$' });
}
