import { wrap } from '../wrap';

export interface TextStyle {
  readonly color: boolean;
  /** Whether the terminal shows characters beyond ASCII. */
  readonly unicode: boolean;
}

export const COLUMNS = 80;
const BARS = { unicode: '▁▂▃▄▅▆▇█', ascii: '.:-=+*%#' } as const;
const NO_BAR = { unicode: '·', ascii: ' ' } as const;
/** Columns of a sparkline. */
export const SPARKS = 8;

/** By the locale's variables, in their order (POSIX, 8.2 Internationalization Variables). */
export function isUnicodeLocale(env: NodeJS.ProcessEnv): boolean {
  return /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || '');
}

/** A text as the terminal can show it. */
export function shown(text: string, { unicode }: Pick<TextStyle, 'unicode'>): string {
  return unicode ? text : text.replaceAll('…', '...').replace(/[\u0080-\uffff]/g, '?');
}

export function paragraph(text: string, color: (text: string) => string = (same) => same, indent = ''): string[] {
  return wrap(text, COLUMNS - indent.length).map((part) => `${indent}${color(part)}`);
}

/** `2026-03-01 12:00`, of a moment in RFC 3339. */
export function minute(moment: string): string {
  return moment.slice(0, 16).replace('T', ' ');
}

/**
 * Cells of a row.
 * @param widths of the cells
 * @param left so many cells are aligned at their left, the others at their right
 */
export function row(cells: readonly string[], widths: readonly number[], left: number): string {
  return cells
    .map((cell, index) => (index < left ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0)))
    .join(' ')
    .trimEnd();
}

/** Eight columns at most: more days than that are summed, so that the last column ends today. */
export function sparkline(values: readonly number[], { unicode }: Pick<TextStyle, 'unicode'>): string {
  const bars = unicode ? BARS.unicode : BARS.ascii;
  const perColumn = Math.ceil(values.length / SPARKS);
  const first = values.length % (perColumn || 1);
  const columns = [
    ...(first > 0 ? [values.slice(0, first)] : []),
    ...Array.from({ length: Math.floor(values.length / (perColumn || 1)) }, (_, index) =>
      values.slice(first + index * perColumn, first + (index + 1) * perColumn),
    ),
  ].map((column) => column.reduce((sum, value) => sum + value, 0));
  const most = Math.max(...columns, 0);
  return columns
    .map((value) =>
      value === 0
        ? NO_BAR[unicode ? 'unicode' : 'ascii']
        : bars[Math.min(bars.length - 1, Math.floor((value / most) * bars.length))],
    )
    .join('');
}
