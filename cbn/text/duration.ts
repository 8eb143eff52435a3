/** Whole seconds of milliseconds; what `millitosecs` makes. */
export function milliToSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

/**
 * The nanoseconds that `milliToSeconds` leaves: `millitonanos` is taken to be its complement, since the fields of seconds and
 * nanoseconds stand side by side in a timestamp and in a duration. Unconfirmed.
 */
export function milliToNanos(milliseconds: number): number {
  return Math.round((milliseconds - milliToSeconds(milliseconds) * 1000) * 1e6);
}
