import type { Day } from './model';
import { count } from './numbers';

const HEIGHT = 48;
const WIDTH = 160;
const GAP = 2;

/** Words of a chart: what its bars count, and what those on top of them do. */
export interface ChartWords {
  readonly counted: string;
  readonly failed: string;
}

/**
 * What was delivered by day as bars, with failures on top; each bar tells its numbers when it is pointed at, and the whole
 * has them for who does not see it.
 */
export function chart(days: readonly Day[], { counted, failed }: ChartWords): string {
  const most = Math.max(1, ...days.map((day) => day.count + day.failures));
  const step = WIDTH / days.length;
  // What is there must be seen, however little it is.
  const tall = (value: number) => (value === 0 ? 0 : Math.max(2, (value / most) * (HEIGHT - 4)));
  const bars = days.map((day, index) => {
    const good = tall(day.count);
    const bad = tall(day.failures);
    const place = `x="${round(index * step)}" width="${round(step - GAP)}"`;
    return [
      `<g><title>${day.date}: ${count(day.count)} ${counted}, ${count(day.failures)} ${failed}</title>`,
      // Catches the pointer over an empty day, too.
      `<rect ${place} y="0" height="${HEIGHT}" fill="transparent"/>`,
      good > 0 ? `<rect class="bar" ${place} y="${round(HEIGHT - 1 - good)}" height="${round(good)}"/>` : '',
      bad > 0
        ? `<rect class="loss" ${place} y="${round(Math.max(0, HEIGHT - 1 - good - bad))}" height="${round(bad)}"/>`
        : '',
      '</g>',
    ].join('');
  });
  const label = `By day, ${days[0]?.date} to ${days.at(-1)?.date}, ${counted}: ${days.map((day) => count(day.count)).join(', ')}`;
  return (
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${label}">${bars.join('')}` +
    `<line class="base" x1="0" x2="${WIDTH}" y1="${HEIGHT - 0.5}" y2="${HEIGHT - 0.5}"/></svg>`
  );
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
