/** Short forms of numbers, for people: at most seven characters. */

/** `0`, `9,999`, `12.3k`, `4.56M`. */
export function count(value: number): string {
  return value < 10_000 ? Math.round(value).toLocaleString('en') : scaled(value, 1000, ['k', 'M', 'G', 'T', 'P']);
}

/** `0 B`, `1.23 kB`, `45.6 GB`; a kB has 1,000 bytes, as on Cloudflare's bill. */
export function bytes(value: number): string {
  return value < 1000 ? `${Math.round(value)} B` : scaled(value, 1000, [' kB', ' MB', ' GB', ' TB', ' PB']);
}

function scaled(value: number, step: number, units: readonly string[]): string {
  const power = Math.min(Math.floor(Math.log10(value) / Math.log10(step)), units.length);
  const number = value / step ** power;
  return `${number.toFixed(number >= 100 ? 0 : number >= 10 ? 1 : 2)}${units[power - 1]}`;
}

/** `45 s`, `12 min`, `3 h`, `2 d`; `never` without a moment. */
export function age(moment: string | undefined, now: string): string {
  return moment === undefined ? 'never' : span(Math.max(0, (Date.parse(now) - Date.parse(moment)) / 1000));
}

/** A time in seconds: `45 s`, `12 min`, `3 h`, `2 d`. */
export function span(seconds: number): string {
  const [size, unit] =
    seconds < 60 ? [1, 's'] : seconds < 3600 ? [60, 'min'] : seconds < 172_800 ? [3600, 'h'] : [86_400, 'd'];
  return `${Math.floor(seconds / Number(size))} ${unit}`;
}

/** Bytes a day in GB, of 10⁹ bytes: `0.012`, `1.50`, `120`. */
export function gigabytes(value: number): string {
  const number = value / 1e9;
  if (number === 0) return '0';
  if (number < 0.001) return '<0.001';
  return number.toFixed(number >= 100 ? 0 : number >= 1 ? 2 : 3);
}
