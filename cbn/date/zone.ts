import { CbnError } from '../errors';

/** Seconds east of UTC. */
export type Zone = (localSeconds: number) => number;

/** Moments are told apart by stretches of 194 days, whose changes of offset are looked for once. */
const STRETCH = 1 << 24;
/** Offsets last longer than this: the shortest known, of Morocco's fasting month, a month. */
const SAMPLE = 6 * 86_400;
const FIXED = /^(?:UTC|GMT)?([+-])(\d{1,2}):?(\d\d)?$/i;

const zones = new Map<string, Zone>();

/**
 * The offset of a wall clock's reading in a zone. `name`: of the IANA time zone database, such as `Europe/Paris`, or a fixed
 * offset such as `+05:30`. A reading that the clock shows twice or never, since it is put back or forward, is taken as Go's
 * `time.Date` takes it.
 * @throws CbnError `timezone` for a name that nobody knows
 */
export function zoneNamed(name: string): Zone {
  let zone = zones.get(name);
  if (zone === undefined) {
    zone = makeZone(name);
    zones.set(name, zone);
  }
  return zone;
}

function makeZone(name: string): Zone {
  const [, sign, hours, minutes = '0'] = FIXED.exec(name) ?? [];
  if (sign !== undefined) {
    const offset = (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
    return () => offset;
  }
  const offsetAt = offsetsOf(name);
  return (local) => offsetAt(local - offsetAt(local));
}

interface Change {
  readonly from: number;
  readonly offset: number;
}

function offsetsOf(name: string): (utcSeconds: number) => number {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'gregory',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    throw new CbnError(
      'timezone',
      `timezone "${name}" is not known: expected a name of the IANA database, such as America/New_York, or UTC`,
      { value: name },
    );
  }
  const asked = (seconds: number): number => {
    const parts: Record<string, string> = {};
    for (const { type, value } of format.formatToParts(seconds * 1000)) parts[type] = value;
    const year = parts.era === 'BC' ? 1 - Number(parts.year) : Number(parts.year);
    const wall = new Date(0);
    wall.setUTCFullYear(year, Number(parts.month) - 1, Number(parts.day));
    wall.setUTCHours(Number(parts.hour), Number(parts.minute), Number(parts.second));
    return wall.getTime() / 1000 - seconds;
  };
  const stretches = new Map<number, readonly Change[]>();
  return (seconds) => {
    const stretch = Math.floor(seconds / STRETCH);
    let changes = stretches.get(stretch);
    if (changes === undefined) {
      changes = changesWithin(stretch * STRETCH, (stretch + 1) * STRETCH, asked);
      stretches.set(stretch, changes);
    }
    let { offset } = changes[0] as Change;
    for (let index = 1; index < changes.length && (changes[index] as Change).from <= seconds; index++)
      offset = (changes[index] as Change).offset;
    return offset;
  };
}

function changesWithin(from: number, to: number, offsetAt: (seconds: number) => number): readonly Change[] {
  let known: Change = { from, offset: offsetAt(from) };
  const changes = [known];
  for (let at = from; at < to; at += SAMPLE) {
    const next = Math.min(at + SAMPLE, to);
    const offset = offsetAt(next);
    if (offset === known.offset) continue;
    let before = at;
    let after = next;
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (offsetAt(middle) === known.offset) before = middle;
      else after = middle;
    }
    known = { from: after, offset };
    changes.push(known);
  }
  return changes;
}
