import type { Totals } from './health-verdict';
import { count } from './status-numbers';

const HEIGHT = 48;
const WIDTH = 160;
const GAP = 2;

/**
 * Delivered batches by day as bars, with lost ones on top; each bar tells its numbers when it is pointed at, and the whole
 * has them for who does not see it.
 * @param dates `YYYY-MM-DD`, as many as days
 */
export function chart(dates: readonly string[], days: readonly Totals[]): string {
  const most = Math.max(1, ...days.map(({ delivered, lost }) => delivered + lost));
  const step = WIDTH / days.length;
  // What is there must be seen, however little it is.
  const tall = (value: number) => (value === 0 ? 0 : Math.max(2, (value / most) * (HEIGHT - 4)));
  const bars = days.map(({ delivered, lost }, index) => {
    const good = tall(delivered);
    const bad = tall(lost);
    const place = `x="${round(index * step)}" width="${round(step - GAP)}"`;
    return [
      `<g><title>${dates[index]}: ${count(delivered)} delivered, ${count(lost)} lost</title>`,
      // Catches the pointer over an empty day, too.
      `<rect ${place} y="0" height="${HEIGHT}" fill="transparent"/>`,
      good > 0 ? `<rect class="bar" ${place} y="${round(HEIGHT - 1 - good)}" height="${round(good)}"/>` : '',
      bad > 0
        ? `<rect class="loss" ${place} y="${round(Math.max(0, HEIGHT - 1 - good - bad))}" height="${round(bad)}"/>`
        : '',
      '</g>',
    ].join('');
  });
  const label = `Delivered by day, ${dates[0]} to ${dates.at(-1)}: ${days.map(({ delivered }) => count(delivered)).join(', ')}`;
  return (
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${label}">${bars.join('')}` +
    `<line class="base" x1="0" x2="${WIDTH}" y1="${HEIGHT - 0.5}" y2="${HEIGHT - 0.5}"/></svg>`
  );
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
